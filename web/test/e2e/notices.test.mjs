// SPDX-License-Identifier: Apache-2.0
//
// People are told what happened to their account since they signed in before: in one line on every screen until they know it,
// and in full in their settings, beside the tokens that end soon.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, launch, missing, password, startServer, watchedPage } from './harness.mjs';

let browser, server;
before(async () => {
  if (missing) return;
  browser = await launch();
  server = await startServer(null);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function ask(page, path, data, csrf) {
  const answer = await page.request.post(`${server.url}/api/v1${path}`, { headers: csrf ? { 'X-CSRF-Token': csrf } : {}, data });
  assert.ok(answer.ok(), await answer.text());
  return answer.status() === 204 ? null : answer.json();
}

// Nina was here once; since then somebody else has made a token of hers that ends soon and given her a grant.
async function prepare(page) {
  const token = new URL(server.setupLink).searchParams.get('token');
  const { csrf } = await ask(page, '/setup', { token, name: 'ada', password, organisation: 'Test', second_factor: false });
  await ask(page, '/users', { key: 'nina', role: 'observer', password, must_change_password: false }, csrf);
  const ada = await page.context().cookies();
  await page.context().clearCookies();
  await ask(page, '/session', { name: 'nina', password });
  await page.context().clearCookies();
  await page.context().addCookies(ada);
  await ask(page, '/users/nina/tokens', { label: 'feed', days: 10 }, csrf);
  await ask(page, '/grants', { user: 'nina', role: 'operator', scope: 'nation' }, csrf);
  await page.context().clearCookies();
}

test('what happened to an account is told until it is known', { skip: missing }, async () => {
  const { page, faults, close } = await watchedPage(browser, server);
  await prepare(page);
  await page.goto(server.url);
  await page.locator('input[name=username]').fill('nina');
  await page.locator('input[name=password]').fill(password);
  await page.locator('button[type=submit]').click();
  const strip = page.locator('section.strip').filter({ hasText: /2 changes to your account/ });
  await strip.waitFor();
  assert.deepEqual(await axe(page), []);
  await strip.getByRole('link', { name: 'Look at it' }).click();
  const card = page.locator('#notices');
  await card.getByText('A grant was given').waitFor();
  await card.getByText('A token was made').waitFor();
  assert.equal(await card.getByText('by ada').count(), 2);
  await card.getByText(/The token feed ends on/).waitFor();
  assert.equal(await strip.count(), 0);
  assert.deepEqual(await axe(page), []);
  await page.reload();
  await card.getByText('A grant was given').waitFor();
  assert.equal(await strip.count(), 0);
  assert.deepEqual(faults, []);
  await close();
});
