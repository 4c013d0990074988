// SPDX-License-Identifier: Apache-2.0
//
// What screens open, how they fail, what a role may not see, the page before sign-in: under axe, 0 violations. And no
// screen scrolls sideways at 320 px. The screens themselves are looked at in a11y.test.mjs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, fillingBulk, isFull, launch, missing, screensOf, settled, signIn, startServer, tooWide, turn, visit, watchedPage } from './harness.mjs';

let server;
let browser;
let screens = [];

before(async () => {
  if (missing) return;
  server = await startServer('1k');
  browser = await launch();
  const { page, close } = await watchedPage(browser, server);
  await signIn(page, server);
  screens = await screensOf(page);
  await close();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('open layers have no accessibility fault', { skip: missing }, async () => {
  const { page, faults, close } = await watchedPage(browser, server, { theme: 'dark' });
  await signIn(page, server);
  await page.goto('/');
  await settled(page);
  const found = [];
  const look = async (name) => {
    for (const violation of await axe(page)) found.push(`${name}: ${violation}`);
  };
  await page.keyboard.press('/');
  await page.locator('dialog[open] [role=option]').first().waitFor();
  await look('palette');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.locator('dialog[open] kbd').first().waitFor();
  await look('keys');
  await page.keyboard.press('Escape');
  await page.goto(`${server.url}/register/assets`);
  await settled(page);
  for (const open of ['[aria-label="Filter"]', '[aria-label="Export"]', '[aria-label="Saved views"]', '[aria-label="Go to"]']) {
    await page.locator(open).click();
    await look(open);
    await page.keyboard.press('Escape');
  }
  await page.getByRole('button', { name: 'Columns' }).click();
  await look('columns');
  await page.keyboard.press('Escape');
  await fillingBulk(page, 'OP-1');
  await look('change of many, with its preview');
  await page.keyboard.press('Escape');
  await page.goto(`${server.url}/users`);
  await settled(page);
  await page.getByRole('button', { name: 'Add a user' }).click();
  await page.getByRole('button', { name: 'Add a user' }).last().click();
  await look('add a user, with errors');
  await page.goto(`${server.url}/users?account=otto`);
  await settled(page);
  await page.getByRole('button', { name: 'Add a grant' }).click();
  await page.locator('dialog[open] select').nth(1).selectOption('region');
  await page.locator('dialog[open] button[type=submit]').click();
  await page.locator('dialog[open] .error').waitFor();
  await look('add a grant, with errors');
  await page.locator('dialog[open] select').nth(1).selectOption('own');
  await page.locator('dialog[open] button[type=submit]').click();
  await page.getByRole('button', { name: /^Take back/ }).click();
  await look('take a grant back');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Make a token' }).click();
  await page.locator('select[name=token-role]').selectOption('observer');
  await page.locator('dialog[open] button[type=submit]').click();
  await look('make a token, with errors');
  await page.locator('input[name=token-label]').fill('Feed');
  await page.locator('dialog[open] button[type=submit]').click();
  await page.getByRole('textbox', { name: 'The new token' }).waitFor();
  await look('a new token');
  await page.getByRole('button', { name: 'End the token Feed' }).click();
  await look('end a token');
  await page.keyboard.press('Escape');
  await page.goto(`${server.url}/settings?tab=instance`);
  await settled(page);
  await look('settings of the instance');
  await close();
  assert.deepEqual(found, []);
  assert.deepEqual(faults, []);
});

test('error states have no accessibility fault', { skip: missing }, async () => {
  for (const [pair, [language, theme]] of [['en', 'light'], ['ar', 'dark']].entries()) {
    const mine = screens.filter((_, at) => isFull || at % 4 === (turn + 2 * pair) % 4);
    const { page, faults, allow, close } = await watchedPage(browser, server, { language, theme, width: 360 });
    allow(/status of 50[03]/);
    await signIn(page, server);
    const found = [];
    const broken = { status: 500, contentType: 'application/problem+json', body: '{"title":"Internal","status":500,"code":"internal"}' };
    await page.route(/\/api\/v1\/(assets|overview|log|jobs|check|users|grants|settings|rank|imports|recipes|schema)\b/, (route) => route.fulfill(broken));
    for (const screen of mine) {
      await page.goto(server.url + screen);
      await settled(page);
      for (const violation of await axe(page)) found.push(`${screen}: ${violation}`);
      const over = await tooWide(page);
      if (over > 0) found.push(`${screen}: ${over} px too wide`);
    }
    await close();
    assert.deepEqual(found, []);
    assert.deepEqual(faults, []);
  }
});

test('what a role may not open says so without an accessibility fault', { skip: missing }, async () => {
  const { page, faults, allow, close } = await watchedPage(browser, server);
  allow(/status of 403/);
  await signIn(page, server, 'otto');
  for (const screen of ['/import', '/users', '/users?account=ada', '/settings?tab=instance', '/log']) {
    await page.goto(server.url + screen);
    await settled(page);
    assert.deepEqual(await axe(page), [], screen);
  }
  await close();
  assert.deepEqual(faults, []);
});

test('the sign-in page has no accessibility fault', { skip: missing }, async () => {
  for (const width of [1280, 360]) {
    const { page, faults, close } = await watchedPage(browser, server, { width, language: 'ar' });
    await page.goto(server.url);
    await page.locator('input[name=username]').waitFor();
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(faults, []);
    await close();
  }
});

test('no screen scrolls sideways at 320 px', { skip: missing }, async () => {
  const { page, allow, faults, close } = await watchedPage(browser, server, { width: 320, language: 'ru' });
  allow(/status of 404/);
  await signIn(page, server);
  const wide = [];
  for (const screen of screens) {
    await visit(page, server, screen);
    const over = await tooWide(page);
    if (over > 0) wide.push(`${screen}: ${over} px`);
  }
  await close();
  assert.deepEqual(wide, []);
  assert.deepEqual(faults, []);
});
