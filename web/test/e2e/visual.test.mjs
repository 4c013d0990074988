// SPDX-License-Identifier: Apache-2.0
//
// How twelve key views look, in each language: a screenshot is reduced to a small grid of grey values and held against
// the one that was accepted (test/visual/LANGUAGE.json), with a tolerance for what fonts and versions of the browser do.
// It sees what moved, vanished, ran over or lost its colours, not single pixels. After a wanted change:
//   npm run visual:accept   then look at the difference of test/visual/ and at the pictures themselves.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { api, isFull, launch, missing, settled, signIn, startServer, wallFaults, watchedPage } from './harness.mjs';

const languages = isFull || process.env.HOLDFAST_ACCEPT ? ['ar', 'zh', 'en', 'fr', 'ru', 'es'] : ['en', 'ar'];
const [columns, rows] = [40, 28]; // cells of 32 × 32 pixels at 1280 × 896
const meanMost = 0.12; // of 15 steps of grey, over all cells
const cellMost = 3; // steps, in more than cellsMost cells: something moved
const cellsMost = 6; // of 1120
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

const views = {
  overview: '/',
  register: '/register/assets',
  filtered: '/register/assets?kind=hospital&sort=-people_served',
  nothing: '/register/assets?q=zzzqqq',
  dependencies: '/register/dependencies',
  record: '/record/assets?key={key}',
  edit: '/record/assets?key={key}&edit=1',
  import: '/import',
  dictionary: '/dictionary',
  settings: '/settings',
  users: '/users',
};

// Times differ from run to run, the map has its own test; both are painted over.
const masked = (page) => [page.locator('time'), page.locator('main svg[role=img]'), page.locator('.maplibregl-map')];

// The grid of a page at rest: names and labels that come a moment later are waited for.
async function gridOf(page) {
  await page.evaluate(() => document.fonts.ready);
  let before = await gridNow(page);
  for (let tries = 0; tries < 20; tries++) {
    await page.waitForTimeout(200);
    const now = await gridNow(page);
    if (now.join() === before.join()) return now;
    before = now;
  }
  return before;
}

async function gridNow(page) {
  const picture = (await page.screenshot({ animations: 'disabled', mask: masked(page), maskColor: '#808080' })).toString('base64');
  return page.evaluate(
    async ([data, across, down]) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [image.width, image.height];
      const pen = canvas.getContext('2d');
      pen.drawImage(image, 0, 0);
      const { data: bytes } = pen.getImageData(0, 0, image.width, image.height);
      const sums = new Float64Array(across * down);
      const counts = new Float64Array(across * down);
      for (let y = 0; y < image.height; y++)
        for (let x = 0; x < image.width; x++) {
          const cell = Math.floor((y * down) / image.height) * across + Math.floor((x * across) / image.width);
          const at = (y * image.width + x) * 4;
          sums[cell] += 0.2126 * bytes[at] + 0.7152 * bytes[at + 1] + 0.0722 * bytes[at + 2];
          counts[cell]++;
        }
      return Array.from({ length: down }, (_, row) => Array.from({ length: across }, (_, column) => Math.round((sums[row * across + column] / counts[row * across + column] / 255) * 15).toString(16)).join(''));
    },
    [picture, columns, rows],
  );
}

function difference(accepted, seen) {
  let sum = 0;
  let far = 0;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const step = Math.abs(parseInt(accepted[row][column], 16) - parseInt(seen[row][column], 16));
      sum += step;
      if (step >= cellMost) far++;
    }
  return { mean: sum / (rows * columns), far };
}
const isSame = ({ mean, far }) => mean <= meanMost && far <= cellsMost;
const fileOf = (language) => fileURLToPath(new URL(`../visual/${language}.json`, import.meta.url));

async function look(language) {
  const grids = {};
  const { page, faults, close } = await watchedPage(browser, server, { language, height: 896 });
  await page.goto(server.url);
  await page.locator('input[name=username]').waitFor();
  grids['sign-in'] = await gridOf(page);
  await signIn(page, server);
  const { key } = (await api(page, '/overview')).top[0];
  for (const [name, path] of Object.entries(views)) {
    await page.goto(server.url + path.replace('{key}', encodeURIComponent(key)));
    await settled(page);
    grids[name] = await gridOf(page);
  }
  await close();
  assert.deepEqual(faults, []);
  return grids;
}

for (const language of languages)
  test(`the key views look in ${language} as they were accepted`, { skip: missing }, async () => {
    const seen = await look(language);
    if (process.env.HOLDFAST_ACCEPT) {
      mkdirSync(new URL('../visual/', import.meta.url), { recursive: true });
      writeFileSync(fileOf(language), `${JSON.stringify(seen, null, 1)}\n`);
      return;
    }
    assert.ok(existsSync(fileOf(language)), `no accepted views in ${language}; run npm run visual:accept`);
    const accepted = JSON.parse(readFileSync(fileOf(language), 'utf8'));
    assert.deepEqual(Object.keys(accepted).sort(), Object.keys(seen).sort());
    const faults = Object.keys(seen)
      .map((name) => [name, difference(accepted[name], seen[name])])
      .filter(([, found]) => !isSame(found))
      .map(([name, found]) => `${name}: ${found.mean.toFixed(2)} steps of grey on average, ${found.far} cells far off`);
    assert.deepEqual(faults, []);
  });

test('the widest screens are filled, and their lines end where the eye still finds back', { skip: missing || (process.env.HOLDFAST_ACCEPT ? 'accepting' : false) }, async () => {
  const { page, faults, close } = await watchedPage(browser, server, { width: 3840, height: 2160 });
  await signIn(page, server);
  const { key } = (await api(page, '/overview')).top[0];
  for (const path of [views.overview, views.register, views.record, '/ranking', '/check', '/dictionary', '/provisions', '/map']) {
    await page.goto(server.url + path.replace('{key}', encodeURIComponent(key)));
    await settled(page);
    faults.push(...(await wallFaults(page)).map((fault) => `${path}: ${fault}`));
  }
  await page.waitForFunction(() => document.querySelector('.maplibregl-canvas')?.clientWidth > 0.7 * document.querySelector('main').clientWidth && document.querySelector('.maplibregl-canvas').clientHeight > 2000);
  await close();
  assert.deepEqual(faults, []);
});

test('a view that lost its menu, or is another one, is seen', { skip: missing || (process.env.HOLDFAST_ACCEPT ? 'accepting' : false) }, async () => {
  const accepted = JSON.parse(readFileSync(fileOf('en'), 'utf8'));
  const { page, close } = await watchedPage(browser, server, { height: 896 });
  await signIn(page, server);
  await page.goto(`${server.url}/settings`);
  await settled(page);
  assert.ok(isSame(difference(accepted.settings, await gridOf(page))));
  await page.evaluate(() => document.querySelector('nav.rail').style.setProperty('visibility', 'hidden'));
  assert.ok(!isSame(difference(accepted.settings, await gridOf(page))), 'without its menu');
  assert.ok(!isSame(difference(accepted.settings, accepted.users)), 'another view');
  await close();
});
