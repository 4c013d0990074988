// SPDX-License-Identifier: Apache-2.0
//
// Every screen in the pseudo-locales at 360 px: words 40 % longer than English, and a mirrored page, cut nothing off and
// scroll nothing sideways.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { clippedWords, launch, missing, screensOf, settled, signIn, startServer, tooWide, visit, watchedPage } from './harness.mjs';

let server;
let browser;

before(async () => {
  if (missing) return;
  server = await startServer('1k');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

for (const pseudo of ['en-XA', 'ar-XB'])
  test(`screens in ${pseudo} at 360 px cut no words off`, { skip: missing }, async () => {
    const { page, faults, allow, close } = await watchedPage(browser, server, { pseudo, width: 360 });
    allow(/status of 404/);
    await signIn(page, server);
    const screens = await screensOf(page);
    assert.equal(await page.evaluate(() => document.documentElement.dir), pseudo === 'ar-XB' ? 'rtl' : 'ltr');
    const found = [];
    const look = async (screen) => {
      for (const words of await clippedWords(page)) found.push(`${screen}: ${words}`);
      const over = await tooWide(page);
      if (over > 0) found.push(`${screen}: ${over} px too wide`);
    };
    for (const screen of screens) {
      await visit(page, server, screen);
      assert.ok(await page.evaluate(() => document.querySelector('h1').textContent.length > 0));
      await look(screen);
    }
    await page.goto(`${server.url}/register/assets`);
    await settled(page);
    await page.locator('button:has(.lucide-pencil-line)').click();
    await look('change of many');
    await page.keyboard.press('Escape');
    for (const icon of ['bookmark', 'list-end', 'list-filter', 'download']) {
      await page.locator(`button:has(.lucide-${icon})`).click();
      await look(icon);
      await page.keyboard.press('Escape');
    }
    await page.keyboard.press('?');
    await page.locator('dialog[open] kbd').first().waitFor();
    await look('keys');
    await close();
    assert.deepEqual(found, []);
    assert.deepEqual(faults, []);
  });

test('a word cut off on purpose is found', { skip: missing }, async () => {
  const { page, close } = await watchedPage(browser, server, { pseudo: 'en-XA', width: 360 });
  await signIn(page, server);
  await page.goto('/');
  await settled(page);
  await page.evaluate(() => document.querySelector('h1').style.setProperty('inline-size', '30px'));
  await page.evaluate(() => document.querySelector('h1').style.setProperty('overflow', 'hidden'));
  await page.evaluate(() => document.querySelector('h1').style.setProperty('white-space', 'nowrap'));
  assert.ok((await clippedWords(page)).some((words) => words.startsWith('h1')));
  await close();
});
