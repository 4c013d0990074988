// SPDX-License-Identifier: Apache-2.0
//
// Every screen under axe: languages × themes × widths, 0 violations, nothing that scrolls sideways. By default each
// screen in English or Arabic, in a theme and a width which change with the commit, and a fortieth of the rest; with
// HOLDFAST_FULL=1 all of it. A planted defect must be found, so that the check is known to see. What a screen opens,
// and how it fails, is looked at in a11y-states.test.mjs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, isFull, launch, missing, resize, screensOf, settled, signIn, startServer, tooWide, turn, visit, watchedPage } from './harness.mjs';

const themes = ['light', 'dark'];
const widths = [1280, 360];
const languages = ['en', 'ar', 'zh', 'fr', 'ru', 'es'];
const all = languages.flatMap((language) => themes.flatMap((theme) => widths.map((width) => ({ language, theme, width }))));
// Four commits see each screen in each of the two languages at both widths and in both themes.
const wholes = turn % 4 < 2 ? ['en light 1280', 'ar light 360'] : ['en dark 360', 'ar dark 1280'];
const isMine = (language, at) => isFull || at % 2 === (turn + (language === 'ar' ? 1 : 0)) % 2;
const isWhole = ({ language, theme, width }) => wholes.includes(`${language} ${theme} ${width}`);
const others = all.filter((options) => !isWhole(options));
let server;
let browser;
let screens = [];

before(async () => {
  if (missing) return;
  // Who looks at every screen two dozen times reads more than one account may in a day.
  server = await startServer('1k', isFull ? { 'release.bulk_reads': '0' } : {});
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

// Looks at some screens in one language, each in one of its themes and widths; what is wrong, as lines. Themes and
// widths follow one another in one page, and a screen is made anew in each.
async function look(language, looks) {
  const { page, faults, allow, close } = await watchedPage(browser, server, { language, ...looks[0] });
  allow(/status of 404/);
  await signIn(page, server);
  const found = [];
  for (const { screen, theme, width, isLoaded } of looks) {
    await page.emulateMedia({ colorScheme: theme });
    await resize(page, width);
    if (isLoaded) {
      await page.goto(screen);
      await settled(page);
    } else await visit(page, server, screen);
    assert.deepEqual(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset.theme, innerWidth]), [language, theme, width]);
    for (const violation of await axe(page)) found.push(`${language} ${theme} ${width} ${screen}: ${violation}`);
    const over = await tooWide(page);
    if (over > 0) found.push(`${language} ${theme} ${width} ${screen}: ${over} px too wide`);
  }
  await close();
  return [...found, ...faults];
}

for (const { language, theme, width } of isFull ? all : all.filter(isWhole))
  test(`screens in ${language}, ${theme}, ${width} px have no accessibility fault`, { skip: missing }, async () => {
    // Elsewhere the screens are reached as by links; here each address is loaded, in forty commits or in the whole check.
    const isLoaded = (at) => language === 'en' && (isFull ? theme === 'light' && width === 1280 : at % 40 === turn);
    const looks = screens.map((screen, at) => ({ screen, theme, width, isLoaded: isLoaded(at), at })).filter(({ at }) => isMine(language, at));
    assert.ok(looks.length >= Math.floor(screens.length / 2));
    assert.deepEqual(await look(language, looks), []);
  });

test(`fortieth ${turn} of the other languages, themes and widths has no accessibility fault`, { skip: missing || (isFull ? 'all of them were looked at' : false) }, async () => {
  const whole = others.flatMap((options) => screens.map((screen) => ({ ...options, screen })));
  const mine = whole.filter((_, at) => at % 40 === turn);
  assert.ok(mine.length >= Math.floor(whole.length / 40), `${mine.length} of ${whole.length}`);
  const found = [];
  for (const language of languages) {
    const looks = mine.filter((each) => each.language === language);
    if (looks.length) found.push(...(await look(language, looks)));
  }
  assert.deepEqual(found, []);
});

test('a planted defect is found', { skip: missing }, async () => {
  const { page, faults, close } = await watchedPage(browser, server);
  await signIn(page, server);
  await page.goto('/');
  await settled(page);
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
