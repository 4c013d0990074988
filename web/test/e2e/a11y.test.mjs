// SPDX-License-Identifier: Apache-2.0
//
// Every screen under axe: languages × themes × widths, 0 violations, no sideways scroll at 320 px. By default English
// and Arabic at two widths, and a tenth of the rest that changes with the commit; with HOLDFAST_FULL=1 all of it. A
// planted defect must be found, so that the check is known to see.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, fillingBulk, launch, missing, screensOf, settled, signIn, startServer, tooWide, watchedPage } from './harness.mjs';

const themes = ['light', 'dark'];
const widths = [1280, 360];
const all = ['en', 'ar', 'zh', 'fr', 'ru', 'es'].flatMap((language) => themes.flatMap((theme) => widths.map((width) => ({ language, theme, width }))));
const isFull = Boolean(process.env.HOLDFAST_FULL);
// Each of the two languages at both widths, each width in both themes.
const isAlways = ({ language, theme, width }) => (language === 'en' && (theme === 'light') === (width === 1280)) || (language === 'ar' && (theme === 'dark') === (width === 1280));
const others = all.filter((options) => !isAlways(options));
// The tenth of the others that this run looks at: the commit decides, so that ten commits see about all.
const turn = parseInt((process.env.HOLDFAST_ROTATE ?? '0').slice(0, 8), 16) % 10;
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

// Looks at some screens; what is wrong, as lines.
async function look(options, wanted) {
  const { page, faults, allow, close } = await watchedPage(browser, server, options);
  allow(/status of 404/);
  await signIn(page, server);
  const found = [];
  for (const screen of wanted) {
    await page.goto(server.url + screen);
    await settled(page);
    for (const violation of await axe(page)) found.push(`${screen}: ${violation}`);
    const over = await tooWide(page);
    if (over > 0) found.push(`${screen}: ${over} px too wide`);
  }
  await close();
  return [...found, ...faults];
}

for (const options of isFull ? all : all.filter(isAlways))
  test(`screens in ${options.language}, ${options.theme}, ${options.width} px have no accessibility fault`, { skip: missing }, async () => {
    assert.deepEqual(await look(options, screens), []);
  });

test(`tenth ${turn} of the other languages, themes and widths has no accessibility fault`, { skip: missing || (isFull ? 'all of them were looked at' : false) }, async () => {
  const found = [];
  let at = 0;
  let seen = 0;
  for (const options of others) {
    const mine = screens.filter(() => at++ % 10 === turn);
    seen += mine.length;
    if (mine.length === 0) continue;
    for (const fault of await look(options, mine)) found.push(`${options.language} ${options.theme} ${options.width}: ${fault}`);
  }
  assert.ok(seen >= Math.floor(at / 10), `${seen} of ${at}`);
  assert.deepEqual(found, []);
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
  for (const open of ['[aria-label="Add a filter"]', '[aria-label="Export"]', '[aria-label="Saved views"]', '[aria-label="Go to"]']) {
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
  await close();
  assert.deepEqual(found, []);
  assert.deepEqual(faults, []);
});

test('error states have no accessibility fault', { skip: missing }, async () => {
  for (const [half, [language, theme]] of [['en', 'light'], ['ar', 'dark']].entries()) {
    const mine = screens.filter((_, at) => isFull || at % 2 === half);
    const { page, faults, allow, close } = await watchedPage(browser, server, { language, theme, width: 360 });
    allow(/status of 50[03]/);
    await signIn(page, server);
    const found = [];
    const broken = { status: 500, contentType: 'application/problem+json', body: '{"title":"Internal","status":500,"code":"internal"}' };
    await page.route(/\/api\/v1\/(assets|overview|log|jobs|check|users|rank|imports|recipes|schema)\b/, (route) => route.fulfill(broken));
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
  for (const screen of ['/import', '/users', '/log']) {
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
