// SPDX-License-Identifier: Apache-2.0
//
// Every screen under axe: languages × themes × widths, 0 violations, no sideways scroll at 320 px. With
// HOLDFAST_FULL=1 in all six languages. A planted defect must be found, so that the check is known to see.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, launch, missing, settled, signIn, startServer, tooWide, watchedPage } from './harness.mjs';

const languages = process.env.HOLDFAST_FULL ? ['ar', 'zh', 'en', 'fr', 'ru', 'es'] : ['en', 'ar'];
let server;
let browser;
let screens = [];

before(async () => {
  if (missing) return;
  server = await startServer('1k');
  browser = await launch();
  const { page, close } = await watchedPage(browser, server);
  await signIn(page, server);
  // The screens that this build has, from its own navigation, and one record.
  screens = await page.evaluate(() => [...new Set([...document.querySelectorAll('nav a[data-nav]')].map((link) => link.getAttribute('href')))]);
  const assets = await page.evaluate(async () => (await (await fetch('/api/v1/assets?limit=1')).json()).items);
  const key = encodeURIComponent(assets[0].key);
  screens.push(`/record/assets?key=${key}`, `/record/assets?key=${key}&tab=links`, `/record/assets?key=${key}&tab=history`, `/record/assets?key=${key}&edit=1`, '/record/assets?new=1', `/register/assets?sel=${key}`, '/register/dependencies', `/dependencies?key=${key}`, '/map?within=region:DEMO-REGION-01', `/map?fail=${key}&hours=24`, `/simulate?fail=${key}`, `/simulate?fail=${key}&hours=24`, '/register/assets?q=nothing-is-called-so', '/register/nothing', '/nowhere');
  await close();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

for (const language of languages)
  for (const theme of ['light', 'dark'])
    for (const width of [1280, 360])
      test(`screens in ${language}, ${theme}, ${width} px have no accessibility fault`, { skip: missing }, async () => {
        const { page, faults, allow, close } = await watchedPage(browser, server, { language, theme, width });
        allow(/status of 404/);
        await signIn(page, server);
        const found = [];
        for (const screen of screens) {
          await page.goto(server.url + screen);
          await settled(page);
          for (const violation of await axe(page)) found.push(`${screen}: ${violation}`);
          const over = await tooWide(page);
          if (over > 0) found.push(`${screen}: ${over} px too wide`);
        }
        await close();
        assert.deepEqual(found, []);
        assert.deepEqual(faults, []);
      });

test('open layers have no accessibility fault', { skip: missing }, async () => {
  const { page, faults, close } = await watchedPage(browser, server, { theme: 'dark' });
  await signIn(page, server);
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
  for (const open of ['[aria-label="Add a filter"]', '[aria-label="Export"]']) {
    await page.locator(open).click();
    await look(open);
    await page.keyboard.press('Escape');
  }
  await page.getByRole('button', { name: 'Columns' }).click();
  await look('columns');
  await page.keyboard.press('Escape');
  await page.goto(`${server.url}/users`);
  await settled(page);
  await page.getByRole('button', { name: 'Add a user' }).click();
  await page.getByRole('button', { name: 'Add a user' }).last().click();
  await look('add a user, with errors');
  await close();
  assert.deepEqual(found, []);
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
    await page.goto(server.url + screen);
    await settled(page);
    const over = await tooWide(page);
    if (over > 0) wide.push(`${screen}: ${over} px`);
  }
  await close();
  assert.deepEqual(wide, []);
  assert.deepEqual(faults, []);
});

test('a planted defect is found', { skip: missing }, async () => {
  const { page, faults, close } = await watchedPage(browser, server);
  await signIn(page, server);
  await page.evaluate(() => {
    const button = document.createElement('button');
    document.querySelector('main').append(button);
    const wide = document.createElement('div');
    wide.style.setProperty('inline-size', '3000px');
    wide.style.setProperty('block-size', '1px');
    document.querySelector('main').append(wide);
    const script = document.createElement('img');
    script.src = 'https://elsewhere.invalid/x.png';
    script.alt = '';
    document.querySelector('main').append(script);
  });
  const violations = await axe(page);
  assert.ok(violations.some((violation) => violation.startsWith('button-name')), violations.join());
  assert.ok((await tooWide(page)) > 0);
  for (let tries = 0; tries < 50 && faults.length === 0; tries++) await page.waitForTimeout(100);
  assert.ok(faults.some((fault) => /policy: img-src|foreign request/.test(fault)), `faults: ${faults.join()}`);
  await close();
});
