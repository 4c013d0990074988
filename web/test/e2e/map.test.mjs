// SPDX-License-Identifier: Apache-2.0
//
// The map, the played what-if and the picture of dependencies, on the real program: pixels are read, keys are pressed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, ask, coloursOf, launch, missing, settled, signIn, startServer, walks, watchedPage } from './harness.mjs';

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

const walk = walks(() => ({ browser, server }));
const sum = (counts) => counts.reduce((total, [, count]) => total + count, 0);

// Asks again until it holds: the picture of a map comes when it comes.
async function until(page, look, holds, tries = 120) {
  let seen = await look();
  for (; tries > 0 && !holds(seen); tries--) {
    await page.waitForTimeout(250);
    seen = await look();
  }
  return seen;
}

const tokenOf = (page, name) =>
  page.evaluate((token) => {
    const probe = document.createElement('span');
    probe.style.setProperty('color', `var(--${token})`);
    document.body.append(probe);
    const colour = getComputedStyle(probe).color.match(/\d+/g).slice(0, 3).join();
    probe.remove();
    return colour;
  }, name);

async function pixelsOf(page, locator, token) {
  const colour = await tokenOf(page, token);
  return async () => (await coloursOf(page, locator)).find(([each]) => each === colour)?.[1] ?? 0;
}

async function openMap(page, search = '') {
  await page.goto(`${server.url}/map${search}`);
  await page.locator('.maplibregl-canvas').waitFor({ timeout: 30_000 });
}

walk('the map draws the assets, its legend takes them away, a click opens one', async (page) => {
  await openMap(page);
  const dotsOf = async () => sum((await coloursOf(page, page.locator('.place'))).slice(3));
  // Without any sector only land and borders are left; every sector again brings the assets' pixels back.
  for (const box of await page.locator('.legend input[type=checkbox]').all()) await box.uncheck();
  await page.waitForTimeout(3000);
  const left = await dotsOf();
  for (const box of await page.locator('.legend input[type=checkbox]').all()) await box.check();
  const drawn = await until(page, dotsOf, (dots) => dots >= left + 1500);
  assert.ok(drawn >= left + 1500, `${drawn} pixels with assets, ${left} without`);
  const asset = (await api(page, '/assets?kind=hospital&limit=1')).items[0];
  await page.goto(`${server.url}/map?sel=${encodeURIComponent(asset.key)}`);
  await page.locator('aside.panel').getByText(asset.key, { exact: true }).waitFor();
  await page.locator('h1').click();
  await page.keyboard.press('t');
  await page.waitForURL(/register\/assets/);
});

// The colours in a square of the page around a point, most first.
const coloursAround = (page, { x, y }, half) =>
  coloursOf(page, { screenshot: () => page.screenshot({ clip: { x: x - half, y: y - half, width: half * 2, height: half * 2 } }) });

walk('close by, a point holds the drawing of its sector; with a what-if the shape on it tells its state', async (page) => {
  const worst = (await api(page, '/overview')).top[0];
  const record = await api(page, `/assets/${encodeURIComponent(worst.key)}`);
  const at = (zoom) => `at=${zoom}/${record.lat}/${record.lon}`;
  await openMap(page, `?${at(15)}`); // before colours are asked for: a page that shows nothing has none
  const bg = await tokenOf(page, 'bg');
  const drawing = async () => {
    const box = await page.locator('.maplibregl-canvas').boundingBox();
    // Half a side of 6 pixels: inside the disc, whose own edge has the colour of the drawing.
    const counts = new Map(await coloursAround(page, { x: box.x + box.width / 2, y: box.y + box.height / 2 }, 6));
    return { bg: counts.get(bg) ?? 0, colours: counts };
  };
  const near = await until(page, drawing, ({ bg: count }) => count >= 12);
  assert.ok(near.bg >= 12 && near.bg < 100, `${near.bg} of 144 pixels are the drawing`);
  // Farther away the same point is a plain disc.
  await openMap(page, `?${at(10)}`);
  const far = await until(page, drawing, ({ colours }) => colours.size > 0 && !colours.has(bg));
  assert.equal(far.bg, 0, 'no drawing far away');
  const ink = await tokenOf(page, 'ink');
  await openMap(page, `?fail=${encodeURIComponent(worst.key)}&t=0&${at(15)}`);
  await page.locator('.player .timeline').waitFor();
  const played = await until(page, drawing, ({ colours }) => (colours.get(ink) ?? 0) > 100);
  assert.ok(played.colours.get(ink) > 100, 'a square for what was damaged');
});

for (const [actor, wanted] of [['ada', ['/map', '/simulate', '/ranking', '/portfolio', '/register/assets', '/import']], ['otto', null]])
  walk(`the tour leads ${actor} from the map over a loss to what helps, through open doors only`, async (page) => {
    await page.goto(`${server.url}/settings`);
    await page.getByRole('button', { name: 'Take the tour' }).click();
    const callout = page.getByRole('dialog');
    const stops = Number(/of (\d+)/.exec(await callout.getByText(/^Stop 1 of/).textContent())[1]);
    const seen = [];
    for (let stop = 1; stop <= stops; stop++) {
      await callout.getByText(`Stop ${stop} of ${stops}`).waitFor();
      await page.waitForFunction((before) => location.pathname !== before, seen.at(-1) ?? '/settings');
      seen.push(new URL(page.url()).pathname);
      if (stop < stops) await callout.getByRole('button', { name: 'Next' }).click();
    }
    if (wanted) assert.deepEqual(seen, wanted);
    else assert.ok(seen.length >= 3 && !seen.includes('/import'), seen.join(' '));
  }, { actor });

walk('the coast of the nation lies under its sites', async (page) => {
  await openMap(page);
  const land = await until(page, await pixelsOf(page, page.locator('.place'), 'land'), (count) => count > 30_000);
  const sea = await (await pixelsOf(page, page.locator('.place'), 'sea'))();
  assert.ok(land > 30_000 && sea > 30_000, `${land} pixels of land, ${sea} of sea`);
});

walk('classes left out of the legend are left out of the table too', async (page) => {
  await openMap(page);
  const { by_sector: sectors } = await api(page, '/overview');
  const kept = new Set(['EN', 'HE']);
  for (const row of sectors.filter((each) => !kept.has(each.sector))) await page.getByRole('checkbox', { name: new RegExp(`^${row.sector}\\b`) }).uncheck();
  const wanted = sectors.filter((each) => kept.has(each.sector)).reduce((total, row) => total + row.count, 0);
  await page.locator('h1').click();
  await page.keyboard.press('t');
  await page.waitForURL(/register\/assets/);
  await page.waitForFunction((count) => Number(document.querySelector('h1 [role=status]')?.textContent.replace(/\D/g, '')) === count, wanted);
});

walk('an area is drawn, and the same selection opens in register, ranking and report', async (page) => {
  await openMap(page);
  await page.locator('summary', { hasText: 'Choose an area' }).click();
  await page.getByRole('button', { name: 'Lasso' }).click();
  const box = await page.locator('.maplibregl-canvas').boundingBox();
  const at = (x, y) => [box.x + box.width * x, box.y + box.height * y];
  await page.mouse.move(...at(0.35, 0.3));
  await page.mouse.down();
  for (const [x, y] of [[0.6, 0.32], [0.65, 0.6], [0.4, 0.65], [0.34, 0.4]]) await page.mouse.move(...at(x, y), { steps: 8 });
  await page.mouse.up();
  await page.waitForURL(/within=/);
  const within = new URL(page.url()).searchParams.get('within');
  const { count } = await api(page, `/assets?limit=1&within=${encodeURIComponent(within)}`);
  const all = (await api(page, '/assets?limit=1')).count.value;
  assert.ok(count.value > 0 && count.value < all, `${count.value} of ${all}`);
  await page.locator('.chosen b').getByText(`${count.value} assets in the area`).waitFor();
  assert.ok((await until(page, await pixelsOf(page, page.locator('.place'), 'accent'), (drawn) => drawn > 50)) > 50, 'its edge is drawn');

  await page.locator('.chosen').getByRole('button', { name: 'Report' }).click();
  const report = await page.locator('.chosen').getByRole('link', { name: 'Web page (HTML)' }).getAttribute('href');
  const html = await page.evaluate(async (where) => (await fetch(where)).text(), report);
  assert.ok(html.includes('Report on an area') && html.includes(`${count.value}`), 'the report tells the same number');
  const pdf = await page.locator('.chosen').getByRole('link', { name: 'PDF' }).getAttribute('href');
  const kept = await page.evaluate(async (where) => {
    const reply = await fetch(where);
    return [reply.headers.get('content-type'), reply.headers.get('content-disposition'), (await reply.text()).slice(0, 5)];
  }, pdf);
  assert.equal(kept[0], 'application/pdf');
  assert.match(kept[1], /^attachment; filename="area-[-0-9]+\.pdf"$/);
  assert.equal(kept[2], '%PDF-');
  await page.keyboard.press('Escape');

  await page.locator('.chosen').getByRole('link', { name: 'Ranking' }).click();
  await page.locator('.rows > li').first().waitFor();
  const { ranking } = await ask(page, '/rank', { within, top: 1 });
  await page.locator('.rows > li').first().locator('summary').click();
  await page.waitForURL((url) => url.searchParams.get('sel') === ranking[0].key);
  await page.goBack();
  await page.locator('.chosen').getByRole('link', { name: 'Register' }).click();
  await page.waitForFunction((wanted) => Number(document.querySelector('h1 [role=status]')?.textContent.replace(/\D/g, '')) === wanted, count.value);
  await page.getByRole('button', { name: 'Remove filter: Area' }).click();
  await page.waitForFunction((wanted) => Number(document.querySelector('h1 [role=status]')?.textContent.replace(/\D/g, '')) === wanted, all);
});

walk('an area needs no pointer: around the middle, what is in view, a region', async (page) => {
  await openMap(page);
  await page.locator('summary', { hasText: 'Choose an area' }).click();
  await page.getByLabel('Radius, km').fill('20');
  await page.keyboard.press('Enter');
  await page.waitForURL(/within=/);
  assert.equal(new URL(page.url()).searchParams.get('within').split(' ').length, 48);
  await page.getByRole('button', { name: 'What is in view' }).click();
  const all = (await api(page, '/assets?limit=1')).count.value;
  await page.locator('.chosen b').getByText(`${all.toLocaleString('en')} assets in the area`).waitFor();
  const region = (await api(page, '/regions?limit=1')).items[0];
  await page.locator('select', { hasText: 'A region' }).selectOption(region.key);
  const inside = (await api(page, `/assets?limit=1&within=${encodeURIComponent(`region:${region.key}`)}`)).count.value;
  assert.ok(inside > 0 && inside < all);
  await page.locator('.chosen b').getByText(`${inside} assets in the area`).waitFor();
  await page.getByRole('button', { name: 'Take the area away' }).click();
  await page.locator('.chosen').waitFor({ state: 'detached' });
});

walk('the map goes by keys alone: pan, zoom, the assets in view by their weight, Enter opens', async (page) => {
  await openMap(page);
  await page.locator('.view li button').first().waitFor({ state: 'attached' });
  await page.locator('.maplibregl-canvas').focus();
  const place = () => (new URL(page.url()).searchParams.get('at') ?? '0/0/0').split('/').map(Number);
  await page.keyboard.press('ArrowRight');
  await page.waitForURL(/at=/);
  const [zoom, , lon] = place();
  await page.keyboard.press('ArrowRight');
  await until(page, async () => place()[2], (next) => next > lon);
  assert.ok(place()[2] > lon, 'the arrow pans');
  await page.keyboard.press('+');
  await until(page, async () => place()[0], (next) => next > zoom + 0.5);
  assert.ok(place()[0] > zoom + 0.5, 'plus zooms in');
  await page.keyboard.press('-');
  await until(page, async () => place()[0], (next) => next < zoom + 0.5);
  await page.waitForTimeout(1500);
  for (let tab = 0; tab < 6 && !(await page.evaluate(() => document.activeElement.closest('.view ol') !== null)); tab++) await page.keyboard.press('Tab');
  const names = await page.locator('.view li .name bdi').allTextContents();
  assert.equal(await page.evaluate(() => document.activeElement.querySelector('bdi')?.textContent), names[0]);
  const weights = (await page.locator('.view li button > .small').allTextContents()).map((text) => Number(text.replace(/\D/g, '')));
  assert.deepEqual(weights, [...weights].sort((a, b) => b - a), 'the heaviest first');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.querySelector('bdi')?.textContent), names[1]);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.locator('aside.panel h2').getByText(names[0], { exact: true }).waitFor();
});

walk('the map is printed from a picture of twice its size', async (page) => {
  await openMap(page);
  await page.waitForTimeout(2000);
  const shown = await page.locator('.maplibregl-canvas').evaluate((canvas) => canvas.width);
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
  const picture = page.locator('img.print');
  await picture.waitFor();
  const wide = await picture.evaluate(async (image) => {
    await image.decode();
    return image.naturalWidth;
  });
  assert.ok(wide >= shown * 2 - 2, `${wide} pixels printed, ${shown} shown`);
  assert.ok((await coloursOf(page, picture)).length > 20, 'it is not blank');
  await page.emulateMedia({ media: 'screen' });
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await picture.waitFor({ state: 'detached' });
});

walk('a loss is played: what falls, when, and why in words', async (page) => {
  const worst = (await api(page, '/overview')).top[0];
  await page.goto(`${server.url}/simulate?fail=${encodeURIComponent(worst.key)}`);
  const answer = await ask(page, '/cascade', { fail: [worst.key] });
  const first = page.locator('.numbers .value').first();
  await first.waitFor();
  assert.equal(Number((await first.textContent()).replace(/\D/g, '')), answer.failed_count);
  await page.locator('.timeline input[type=range]').focus();
  await page.keyboard.press('Home');
  const atStart = answer.failed.filter((each) => each.at_h === 0).length;
  await page.locator('.timeline .state').getByText(`${atStart} of ${answer.failed_count} down`).waitFor();
  await page.keyboard.press('End');
  const dependent = answer.failed.find((each) => each.cause !== 'damage');
  assert.ok(dependent, 'the worst asset takes others down');
  await page.locator('tbody tr button').nth(1).click();
  await page.getByRole('dialog').locator('li p').first().waitFor();
  assert.ok((await page.getByRole('dialog').locator('li').count()) >= 2, 'the chain goes back to the damage');
});

walk('the slider changes the picture of the run, its words and its table; the address keeps the hour', async (page) => {
  const worst = (await api(page, '/overview')).top[0];
  await page.goto(`${server.url}/simulate?fail=${encodeURIComponent(worst.key)}`);
  await page.locator('.picture .maplibregl-canvas').waitFor({ timeout: 30_000 });
  const failed = await pixelsOf(page, page.locator('.picture .map'), 'failed');
  const slider = page.locator('.timeline input[type=range]');
  await slider.focus();
  await page.keyboard.press('End');
  const late = await until(page, failed, (count) => count > 100);
  assert.ok(late > 100, `${late} pixels of failure at the end`);
  const people = async () => Number((await page.locator('.services tbody td').nth(2).textContent()).replace(/\D/g, ''));
  const lost = await people();
  await page.keyboard.press('Home');
  const early = await until(page, failed, (count) => count < late / 2);
  assert.ok(early < late / 2, `${early} pixels at the start, ${late} at the end`);
  assert.ok((await page.locator('.services tbody tr').count()) === 1 || (await people()) < lost, 'fewer people at the start');
  const words = await slider.getAttribute('aria-valuetext');
  assert.match(words, /^Hour 0, \d+ of \d+ down$/);
  await page.keyboard.press('Shift+ArrowRight');
  await page.waitForURL(/[?&]t=[1-9.]/);
  assert.notEqual(await slider.getAttribute('aria-valuetext'), words);
  const hour = await slider.inputValue();
  await page.getByRole('button', { name: 'Mark this hour' }).click();
  await page.waitForURL(/marks=/);
  await page.reload();
  await slider.waitFor();
  // The slider stands there before the run that it moves in.
  const sameHour = async () => Math.abs(Number(await slider.inputValue()) - Number(hour)) < 0.01;
  for (let left = 450; left > 0 && !(await sameHour()); left--) await page.waitForTimeout(100);
  assert.ok(await sameHour(), 'a reload stands at the same hour');
  await page.locator('.mark.own').waitFor();
});

walk('play moves the picture by itself to the end; a pause holds it', async (page) => {
  const worst = (await api(page, '/overview')).top[0];
  await page.goto(`${server.url}/simulate?fail=${encodeURIComponent(worst.key)}&t=0`);
  await page.locator('.picture .maplibregl-canvas').waitFor({ timeout: 30_000 });
  const failed = await pixelsOf(page, page.locator('.picture .map'), 'failed');
  const slider = page.locator('.timeline input[type=range]');
  const hour = async () => Number(await slider.inputValue());
  const early = await until(page, failed, (count) => count > 50);
  await page.getByLabel('Speed').selectOption('16');
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  const end = Number(await slider.getAttribute('max'));
  assert.ok((await until(page, hour, (now) => now >= end, 200)) >= end, 'it plays to the end');
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
  const late = await until(page, failed, (count) => Math.abs(count - early) > 50);
  assert.ok(Math.abs(late - early) > 50, `${early} pixels of failure before, ${late} after`);
  await page.getByLabel('Speed').selectOption('1');
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await until(page, hour, (now) => now > 0 && now < end, 200);
  await page.getByRole('button', { name: 'Pause' }).click();
  const held = await hour();
  assert.ok(held < end, 'it began again');
  await page.waitForTimeout(500);
  assert.equal(await hour(), held, 'a pause holds the hour');
}, { motion: 'no-preference' });

walk('in Arabic time runs from right to left; without motion play is the next step', async (page) => {
  const worst = (await api(page, '/overview')).top[0];
  await page.goto(`${server.url}/simulate?fail=${encodeURIComponent(worst.key)}&t=0`);
  const slider = page.locator('.timeline input[type=range]');
  await slider.waitFor();
  await slider.focus();
  await page.keyboard.press('ArrowLeft');
  const forward = Number(await slider.inputValue());
  assert.ok(forward > 0, 'left is later');
  await page.keyboard.press('ArrowRight');
  assert.equal(Number(await slider.inputValue()), 0);
  await page.keyboard.press('End');
  const ends = await page.locator('.bars span').evaluateAll((bars) => [bars[0], bars.at(-1)].map((bar) => bar.getBoundingClientRect().x));
  assert.ok(ends[0] > ends[1], 'the first bar stands at the right');
  await page.keyboard.press('Home');
  await page.locator('.timeline .btn.primary').click();
  await page.waitForFunction(() => Number(document.querySelector('.timeline input[type=range]').value) > 0);
  assert.equal(await page.locator('.timeline select').count(), 0, 'nothing plays by itself');
}, { language: 'ar' });

walk('a what-if is played on the full map, with its timeline below', async (page) => {
  const worst = (await api(page, '/overview')).top[0];
  await openMap(page, `?fail=${encodeURIComponent(worst.key)}`);
  await page.locator('.player .timeline').waitFor();
  const failed = await pixelsOf(page, page.locator('.place'), 'failed');
  assert.ok((await until(page, failed, (count) => count > 100)) > 100);
  await page.locator('.player').getByRole('button', { name: 'Close' }).click();
  await page.locator('.player').waitFor({ state: 'detached' });
  assert.ok((await until(page, failed, (count) => count < 100)) < 100);
  await page.waitForURL((url) => !url.searchParams.has('fail'));
});

walk('links of an asset are drawn and told, and one leads on', async (page) => {
  const link = (await api(page, '/dependencies?limit=1')).items[0];
  await page.goto(`${server.url}/dependencies?key=${encodeURIComponent(link.consumer)}`);
  await page.locator('.box.focus').waitFor();
  assert.ok((await page.locator('.spot').count()) > 1);
  await page.locator('aside.side [role=treeitem] a').first().click();
  await page.waitForFunction((before) => new URLSearchParams(location.search).get('key') !== before, link.consumer);
  await page.goto(`${server.url}/dependencies?key=${encodeURIComponent(link.supplier)}&to=${encodeURIComponent(link.consumer)}`);
  await page.locator('ol.chain li').nth(1).waitFor();
  await page.locator('svg path.way').first().waitFor({ state: 'attached' });
  await page.getByRole('button', { name: 'Turn around' }).click();
  await page.waitForFunction((wanted) => new URLSearchParams(location.search).get('key') === wanted, link.consumer);
});

walk('the tree opens and walks by keys, and holds the links of the picture', async (page) => {
  const worst = (await api(page, '/overview')).top[0];
  await page.goto(`${server.url}/dependencies?key=${encodeURIComponent(worst.key)}&dir=down`);
  await page.locator('.box.focus').waitFor();
  const graph = await api(page, `/assets/${encodeURIComponent(worst.key)}/graph?direction=down&hops=2&limit=5000`);
  const direct = new Set(graph.edges.filter((edge) => edge.supplier === worst.key && edge.consumer !== worst.key).map((edge) => edge.consumer));
  const items = page.locator('[role=treeitem]');
  assert.equal(await items.count(), direct.size);
  const told = graph.nodes.filter((node) => node.single_point).length;
  await page.getByText(`${told} single point`).first().waitFor();
  const parent = page.locator('[role=treeitem][aria-expanded=false]').first();
  await parent.focus();
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction((count) => document.querySelectorAll('[role=treeitem]').length > count, direct.size);
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-level')), '2');
  await page.keyboard.press('ArrowLeft');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-level')), '1');
  await page.keyboard.press('ArrowLeft');
  await page.waitForFunction((count) => document.querySelectorAll('[role=treeitem]').length === count, direct.size);
  await page.keyboard.press('Enter');
  await page.waitForFunction((before) => new URLSearchParams(location.search).get('key') !== before, worst.key);
});

test('a neighbourhood of thousands is told by sector and region, without a picture', { skip: missing }, async () => {
  const large = await startServer('10k');
  const { page, faults, close } = await watchedPage(browser, large);
  try {
    await signIn(page, large);
    const worst = (await api(page, '/overview')).top[0];
    const answer = await api(page, `/assets/${encodeURIComponent(worst.key)}/graph?hops=5&limit=20000&group_at=5000`);
    assert.ok(answer.node_count >= 5000, `${answer.node_count} assets are reached`);
    assert.equal(answer.groups.reduce((total, group) => total + group.count, 0), answer.node_count);
    await page.goto(`${large.url}/dependencies?key=${encodeURIComponent(worst.key)}&hops=5`);
    await page.getByText(`${answer.node_count.toLocaleString('en')} assets are reached`).waitFor();
    await settled(page);
    assert.equal(await page.locator('.spot').count(), 0);
    const shown = (await page.locator('td button').allTextContents()).map((text) => Number(/[\d,]+$/.exec(text.trim())[0].replace(/,/g, '')));
    assert.equal(shown.reduce((total, count) => total + count, 0), answer.node_count);
    await page.locator('td button.start').click();
    await page.getByRole('heading', { level: 2, name: /assets?$/ }).waitFor();
    assert.ok((await page.locator('.two li').count()) > 1, 'its links are told');
    assert.deepEqual(faults, []);
  } finally {
    await close();
    await large.stop();
  }
});
