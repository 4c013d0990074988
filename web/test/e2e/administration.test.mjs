// SPDX-License-Identifier: Apache-2.0
//
// Tokens of programs, the settings of the instance and the accounts of others as people manage them, and what those see
// who may not.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { request } from 'playwright-core';
import { axe, launch, missing, startServer, walks } from './harness.mjs';

let browser, server;
before(async () => {
  if (missing) return;
  browser = await launch();
  server = await startServer('1k');
});
after(async () => {
  await browser?.close();
  await server?.stop();
});
const walk = walks(() => ({ browser, server }));

// What a program is told that shows this token, and nothing else.
async function statusWith(token, path = '/assets?limit=1') {
  const program = await request.newContext({ baseURL: server.url, extraHTTPHeaders: { Authorization: `Bearer ${token}` } });
  const status = (await program.get(`/api/v1${path}`)).status();
  await program.dispose();
  return status;
}

walk('a token is made, shown once, used and ended', async (page, { allow }) => {
  allow(/status of 404/);
  const tokens = page.getByRole('group', { name: 'Tokens of programs' });
  await page.getByText('There are no tokens.').waitFor();
  await page.getByRole('button', { name: 'Make a token' }).click();
  assert.deepEqual(await page.locator('select[name=token-role] option').allTextContents(), ['All that the account may', 'Observer', 'Responder']);
  await page.locator('input[name=token-days]').fill('4000');
  await page.getByRole('button', { name: 'Make a token' }).last().click();
  await page.getByText('Too large: 3,650 or less.').waitFor();
  await page.getByText('Fill this in.').waitFor();
  assert.deepEqual(await axe(page), []);
  await page.locator('input[name=token-label]').fill('Feed of the grid');
  await page.locator('select[name=token-role]').selectOption('observer');
  await page.locator('select[name=token-clearance]').selectOption('TLP:GREEN');
  await page.locator('input[name=token-days]').fill('30');
  await page.getByText(/^It ends on /).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText(/shown only now, never again/).waitFor();
  const box = page.getByRole('textbox', { name: 'The new token' });
  const secret = await box.inputValue();
  assert.match(secret, /^[\w-]{43}$/);
  assert.ok(await box.evaluate((element) => document.activeElement === element && element.selectionEnd === 43));
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByText('Token copied').first().waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
  assert.deepEqual(await axe(page), []);
  const row = tokens.getByRole('row', { name: /Feed of the grid/ });
  assert.match(await row.textContent(), /Observer\s·\sTLP:GREEN.*not yet/s);
  assert.equal(await statusWith(secret), 200);
  assert.equal(await statusWith(secret, '/users/otto/tokens'), 403);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.reload();
  await row.waitFor();
  assert.ok(!(await page.content()).includes(secret));
  assert.doesNotMatch(await row.textContent(), /not yet/);
  await page.getByRole('button', { name: 'End the token Feed of the grid' }).click();
  assert.deepEqual(await axe(page), []);
  await page.locator('dialog[open] .danger').click();
  await page.getByText('Token ended: Feed of the grid').first().waitFor();
  await page.getByText('There are no tokens.').waitFor();
  assert.equal(await statusWith(secret), 401);
}, { actor: 'otto', at: '/settings' });
