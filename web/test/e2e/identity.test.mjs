// SPDX-License-Identifier: Apache-2.0
//
// Coming in as a person does it: the first password is changed, a second factor set up from what the page shows, and a
// session on another browser ended.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
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

// What an authenticator shows (RFC 6238).
function codeOf(secret, steps = 0) {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => digits.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const digest = createHmac('sha1', key).update(counter).digest();
  return String((digest.readUInt32BE(digest[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

const mended = 'seven boats under the plum tree';

async function makeNina(page) {
  const token = new URL(server.setupLink).searchParams.get('token');
  const made = await page.request.post(`${server.url}/api/v1/setup`, { data: { token, name: 'ada', password, organisation: 'Test', second_factor: false } });
  assert.equal(made.status(), 201, await made.text());
  const { csrf } = await made.json();
  const added = await page.request.post(`${server.url}/api/v1/users`, { headers: { 'X-CSRF-Token': csrf }, data: { key: 'nina', role: 'observer', password } });
  assert.equal(added.status(), 201, await added.text());
  await page.context().clearCookies();
}

async function fillSignIn(page, word) {
  await page.locator('input[name=username]').fill('nina');
  await page.locator('input[name=password]').fill(word);
  await page.locator('button[type=submit]').click();
}

test('a first password is changed, a second factor set up, another browser put out', { skip: missing }, async () => {
  const { page, faults, allow, close } = await watchedPage(browser, server);
  allow(/status of 40[013]/);
  await makeNina(page);
  await page.goto(server.url);
  await fillSignIn(page, password);
  await page.getByRole('heading', { level: 1, name: 'Choose a password of your own' }).waitFor();
  assert.deepEqual(await axe(page), []);
  await page.locator('input[name=current]').fill(password);
  await page.locator('input[name=new]').fill('P@ssw0rd');
  await page.locator('[data-strength=short]').getByText('4 more characters are needed').waitFor();
  await page.locator('input[name=new]').fill('P@ssw0rd2026!');
  await page.locator('[data-strength=refused]').getByText(/Too easy to guess/).waitFor();
  assert.deepEqual(await axe(page), []);
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText(/among the first that are tried/).waitFor();
  await page.locator('input[name=new]').fill(mended);
  await page.locator('[data-strength=strong]').waitFor();
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor();

  await page.goto(`${server.url}/settings`);
  await page.getByRole('heading', { name: 'What is kept about you' }).waitFor();
  await page.locator('input[name=factor-password]').fill(mended);
  await page.getByRole('button', { name: 'Set up', exact: true }).click();
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  assert.deepEqual(await axe(page), []);
  const secret = (await page.locator('code.secret').textContent()).replaceAll(' ', '');
  await page.locator('input[name=factor-code]').fill(codeOf(secret));
  await page.getByRole('button', { name: 'Turn on' }).click();
  await page.locator('.codes code').nth(9).waitFor();
  const recovery = await page.locator('.codes code').first().textContent();
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByText(/10 recovery codes are left/).waitFor();

  const other = await watchedPage(browser, server);
  other.allow(/status of 401/);
  await other.page.goto(server.url);
  await fillSignIn(other.page, mended);
  await other.page.locator('input[name=code]').fill(codeOf(secret, 1));
  await other.page.locator('button[type=submit]').click();
  await other.page.getByRole('heading', { level: 1, name: 'Today' }).waitFor();

  await page.reload();
  await page.getByRole('button', { name: /^End the session from/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('input[name=session-password]').fill('not this one');
  await dialog.getByRole('button', { name: 'End', exact: true }).click();
  await dialog.getByText('The current password is wrong.').waitFor();
  assert.deepEqual(await axe(page), []);
  await dialog.locator('input[name=session-password]').fill(mended);
  await dialog.getByRole('button', { name: 'End', exact: true }).click();
  await page.getByText('1 session ended').first().waitFor();
  await other.page.goto(server.url);
  await fillSignIn(other.page, mended);
  await other.page.locator('input[name=code]').fill(recovery);
  await other.page.locator('button[type=submit]').click();
  await other.page.getByRole('heading', { level: 1, name: 'Today' }).waitFor();
  assert.deepEqual([...faults, ...other.faults], []);
  await other.close();
  await close();
});
