// SPDX-License-Identifier: Apache-2.0
//
// What every browser test needs: the real program on a store of its own and a free port, headless Chromium, and a
// watch on each page that turns console errors, policy reports and requests to other hosts into faults.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';

const binary = process.env.HOLDFAST_BIN;
export const missing = binary ? false : 'HOLDFAST_BIN is not set';
export const password = 'correct horse battery staple';

// Which part of what rotates this run looks at, 0 to 39: the commit decides, so that forty commits see about all.
export const turn = parseInt((process.env.HOLDFAST_ROTATE ?? '0').slice(0, 8), 16) % 40;
export const isFull = Boolean(process.env.HOLDFAST_FULL);

// Language and theme in which a part's own screens go under axe: both in the whole check, else the one whose turn it is.
export const dresses = [['en', 'light'], ['ar', 'dark']].filter((_, at) => isFull || at === turn % 2);

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

function holdfast(words, input = '') {
  const { status, stdout, stderr } = spawnSync(binary, words, { encoding: 'utf8', input });
  if (status !== 0) throw new Error(`holdfast ${words.join(' ')}: exit ${status}\n${stdout}${stderr}`);
  return stdout;
}

export const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

// The address that the server says it answers at: with port 0 it takes one that is free, and no other test can be quicker.
function ready(child) {
  return new Promise((resolve, reject) => {
    let said = '';
    const patience = setTimeout(() => reject(new Error(`the server did not answer\n${said}`)), 60_000);
    const hear = (data) => {
      said += data;
      const url = /^Holdfast answers at (http:\S+)$/m.exec(said)?.[1];
      if (url) {
        clearTimeout(patience);
        resolve(url);
      }
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', (status) => {
      clearTimeout(patience);
      reject(new Error(`the server ended with ${status}\n${said}`));
    });
  });
}

// A server with the demonstration nation (size) and what is set for the instance, or an empty one that still waits for its
// set-up (size null).
export async function startServer(size, settings = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-e2e-'));
  const db = join(folder, 'test.db');
  let setupLink = null;
  if (size) {
    holdfast(['--db', db, 'demo', '--size', size, '--seed', '1', '--quiet']);
    holdfast(['--db', db, 'user', 'add', 'ada', '--role', 'administrator', '--clearance', 'TLP:RED', '--password-stdin'], `${password}\n`);
    holdfast(['--db', db, 'user', 'add', 'otto', '--role', 'observer', '--password-stdin'], `${password}\n`);
    for (const [name, value] of Object.entries(settings)) holdfast(['--db', db, 'settings', name, value]);
  } else {
    setupLink = JSON.parse(holdfast(['--db', db, '--json', 'init'])).setup_link;
  }
  const child = spawn(binary, ['--db', db, 'serve', '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let url;
  try {
    url = await ready(child);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    url,
    seats: new Map(), // cookies of who signed in
    setupLink: setupLink && `${url}/setup${new URL(setupLink).search}`,
    stop: async () => {
      const ended = new Promise((resolve) => child.on('exit', resolve));
      child.kill('SIGTERM');
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5000))]);
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// WebGL goes by processor here. Pages themselves are not drawn through it as well: that took a quarter of all time.
const drawing = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-gpu-compositing', '--disable-gpu-rasterization'];

export const browserOptions = (...more) => ({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium-headless-shell',
  args: [...drawing, '--disable-background-networking', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...more],
});
export const launch = () => chromium.launch(browserOptions());

const heightOf = (width) => (width < 700 ? 740 : 900);
export const resize = (page, width) => page.setViewportSize({ width, height: heightOf(width) });

// A page under watch. `faults` must be empty at the end; `allow` takes patterns that a test provokes on purpose.
export async function watchedPage(browser, server, options = {}) {
  const { language = 'en', pseudo = null, theme = 'light', motion = 'reduce', width = 1280, height = heightOf(width) } = options;
  const context = await browser.newContext({ baseURL: server.url, viewport: { width, height }, colorScheme: theme, reducedMotion: motion, acceptDownloads: false });
  await context.addInitScript(([chosen, disguise]) => {
    if (!localStorage.getItem('hf.language')) localStorage.setItem('hf.language', chosen);
    if (disguise) localStorage.setItem('hf.pseudo', disguise);
    document.addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ''}`));
  }, [language, pseudo]);
  context.setDefaultTimeout(45_000); // two browsers and two servers share two processors
  const page = await context.newPage();
  const faults = [];
  const allowed = [];
  const note = (text) => {
    if (!allowed.some((pattern) => pattern.test(text))) faults.push(text);
  };
  page.on('console', (message) => message.type() === 'error' && note(`console: ${message.text()} ${message.location().url}`));
  page.on('pageerror', (error) => note(`error: ${error.message}`));
  page.on('request', (request) => {
    const target = new URL(request.url());
    if (!['data:', 'blob:'].includes(target.protocol) && target.origin !== server.url) note(`foreign request: ${request.url()}`);
  });
  return { page, context, faults, allow: (...patterns) => allowed.push(...patterns), close: () => context.close() };
}

// Signs the page's browser in, without the form (app.test.mjs fills it in) and once for each account of a server; the
// page opens what it wants by itself.
export async function signIn(page, server, name = 'ada') {
  if (!server.seats.has(name)) {
    const answer = await page.request.post(`${server.url}/api/v1/session`, { data: { name, password } });
    assert.equal(answer.status(), 200, await answer.text());
    server.seats.set(name, await page.context().cookies(server.url));
  }
  await page.context().addCookies(server.seats.get(name));
}

// The screen is there: a head, and nothing that still loads.
export async function settled(page) {
  await page.locator('main h1').first().waitFor({ state: 'attached' });
  await page.waitForFunction(() => !document.querySelector('main [aria-busy=true]'));
}

const placeOf = (address) => new URL(address, 'http://here').pathname.split('/')[1];

// To another screen as one of the application's own links leads there, without loading it anew. Within one screen its
// parts stay, and what an address alone would show is not sure: then it is loaded.
export async function visit(page, server, path) {
  if (!page.url().startsWith(server.url) || placeOf(page.url()) === placeOf(path)) await page.goto(server.url + path);
  else {
    const left = await page.evaluateHandle(() => document.querySelector('main').firstElementChild);
    await page.evaluate((href) => {
      const link = document.createElement('a');
      link.href = href;
      document.body.append(link);
      link.click();
      link.remove();
    }, path);
    await page.waitForFunction((old) => !old.isConnected, left);
  }
  await settled(page);
}

// What is wrong for who hears, has no mouse or sees little, as lines. Only violations are gathered: to describe all that
// is right takes half of the time.
export async function axe(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  const found = await page.evaluate(() =>
    window.axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  );
  return found.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`).slice(0, 3).join(' | ')}`);
}

// Addresses of every screen that this build has, from its own navigation, and of the states that no link shows. Those of
// one screen do not follow one another, so that visit() seldom has to load.
export async function screensOf(page) {
  await page.goto('/');
  await settled(page);
  const own = await page.evaluate(() => [...new Set([...document.querySelectorAll('nav a[data-nav]')].map((link) => link.getAttribute('href')))]);
  const { items } = await api(page, '/assets?limit=1');
  const key = encodeURIComponent(items[0].key);
  const every = [
    ...own,
    ...['', '&tab=links', '&tab=history', '&edit=1'].map((more) => `/record/assets?key=${key}${more}`),
    '/record/assets?new=1',
    `/register/assets?sel=${key}`,
    '/register/dependencies',
    `/dependencies?key=${key}`,
    '/map?within=region:DEMO-REGION-01',
    `/map?fail=${key}&hours=24`,
    `/simulate?fail=${key}`,
    `/simulate?fail=${key}&hours=24`,
    `/simulate?fail=${key}&model=outage`,
    '/chains?tab=table',
    `/chains?tab=nodes&harden=${key}`,
    '/ranking?pairs=1',
    '/settings?tab=instance',
    '/users?account=otto',
    '/log?action=store.&noun=asset&until=2001-01-01',
    '/register/assets?q=nothing-is-called-so',
    '/register/nothing',
    '/nowhere',
  ];
  const seen = new Map();
  const turnOf = new Map();
  for (const path of every) {
    turnOf.set(path, seen.get(placeOf(path)) ?? 0);
    seen.set(placeOf(path), turnOf.get(path) + 1);
  }
  return every.sort((a, b) => turnOf.get(a) - turnOf.get(b));
}

// Opens the change of all records of the list, sets its first field, and waits for the preview.
export async function fillingBulk(page, value) {
  await page.locator('button:has(.lucide-pencil-line)').click();
  await page.locator('dialog[open] form input').first().fill(value);
  await page.locator('dialog[open] button[type=submit]').click();
  await page.locator('dialog[open] .preview').waitFor();
}

// Words of the catalogue (in the brackets of a pseudo-locale) of which a box that does not scroll hides a part.
export const clippedWords = (page) =>
  page.evaluate(() => {
    const hides = (value) => value === 'hidden' || value === 'clip';
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.data.includes('⟦') || !node.parentElement.checkVisibility({ visibilityProperty: true })) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const text = range.getBoundingClientRect();
      if (text.width === 0) continue;
      for (let box = node.parentElement; box && box !== document.body; box = box.parentElement) {
        const style = getComputedStyle(box);
        const shown = box.getBoundingClientRect();
        if (shown.width <= 2 && shown.height <= 2) break; // for screen readers only
        if (/auto|scroll/.test(style.overflowX + style.overflowY)) break;
        const across = hides(style.overflowX) && (text.left < shown.left - 1 || text.right > shown.right + 1);
        // The box of a line is lower than its signs; the rows of a long table come and go at its edge.
        const slack = box.closest('.scroller') ? Infinity : text.height * 0.3;
        const down = hides(style.overflowY) && (text.top < shown.top - slack || text.bottom > shown.bottom + slack);
        if (!across && !down) continue;
        found.push(`${box.tagName.toLowerCase()}.${[...box.classList].filter((name) => !name.startsWith('svelte-')).join('.')}: ${node.data.trim()}`);
        break;
      }
    }
    return [...new Set(found)];
  });

export const tooWide = (page) =>
  page.evaluate(() => Math.max(...[document.documentElement, document.querySelector('main')].map((box) => box.scrollWidth - box.clientWidth)));

// What is wrong with a page on the widest screens: it scrolls sideways, leaves most of the room empty, or has text whose
// lines are so long that the eye does not find back from them.
export const wallFaults = (page) =>
  page.evaluate(() => {
    const main = document.querySelector('main');
    const found = [];
    if (main.scrollWidth > main.clientWidth) found.push(`${main.scrollWidth - main.clientWidth} px too wide`);
    const used = main.querySelector('.page:not(.narrow)')?.getBoundingClientRect().width;
    if (used < 0.7 * main.clientWidth) found.push(`uses ${Math.round(used)} of ${main.clientWidth} px`);
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const words = node.data.trim();
      if (words.length < 100 || !node.parentElement.checkVisibility()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
      if (lines > 1 && words.length / lines > 100) found.push(`${Math.round(words.length / lines)} letters in a line: ${words.slice(0, 40)}`);
    }
    return found;
  });

// Makes tests with a signed-in page that must leave no fault behind. standing() gives the browser and the server; the
// option `at` is the address to begin at, without it the steps open the first one.
export const walks = (standing) => (name, steps, options = {}) =>
  test(name, { skip: missing }, async () => {
    const { browser, server } = standing();
    const watched = await watchedPage(browser, server, options);
    try {
      await signIn(watched.page, server, options.actor);
      if (options.at) {
        await watched.page.goto(options.at);
        await settled(watched.page);
      }
      await steps(watched.page, watched);
      assert.deepEqual(watched.faults, []);
    } finally {
      await watched.close();
    }
  });

// A question to the API with the rights of the page's account, whatever the page shows.
export const api = async (page, path) => (await page.request.get(`/api/v1${path}`)).json();

export async function ask(page, path, body) {
  const { csrf } = await api(page, '/session');
  return (await page.request.post(`/api/v1${path}`, { headers: { 'X-CSRF-Token': csrf }, data: body })).json();
}

// Different colours in what the page really shows of an element: a blank canvas has one.
export async function coloursOf(page, locator) {
  const picture = (await locator.screenshot()).toString('base64');
  return page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    const pen = canvas.getContext('2d');
    pen.drawImage(image, 0, 0);
    const { data: bytes } = pen.getImageData(0, 0, image.width, image.height);
    const counts = new Map(); // by number: words for each of a million pixels would be slow
    for (let at = 0; at < bytes.length; at += 4) {
      const colour = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    return [...counts].sort((a, b) => b[1] - a[1]).map(([colour, count]) => [`${colour >> 16},${(colour >> 8) & 255},${colour & 255}`, count]);
  }, picture);
}
