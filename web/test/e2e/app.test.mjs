// SPDX-License-Identifier: Apache-2.0
//
// The application as a person uses it, on the real program: sign-in, lists, records, import, language, keys, tour.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, missing, password, settled, signIn, startServer, watchedPage } from './harness.mjs';

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

// A test with a signed-in page that must leave no fault behind.
function walk(name, steps, options = {}) {
  test(name, { skip: missing }, async () => {
    const watched = await watchedPage(browser, server, options);
    try {
      await signIn(watched.page, server, options.actor);
      await steps(watched.page, watched);
      assert.deepEqual(watched.faults, []);
    } finally {
      await watched.close();
    }
  });
}
const api = (page, path) => page.evaluate(async (asked) => (await fetch(`/api/v1${asked}`)).json(), path);
const rows = (page) => page.locator('tbody tr');
const countOf = async (page) => Number((await page.locator('h1 [role=status]').textContent()).replace(/\D/g, ''));

test('a wrong password is refused in words, the right one opens the day', { skip: missing }, async () => {
  const { page, faults, allow, close } = await watchedPage(browser, server);
  allow(/status of 40[13]/);
  await page.goto(`${server.url}/register/assets`);
  await page.locator('input[name=username]').fill('ada');
  await page.locator('input[name=password]').fill('not this one');
  await page.locator('button[type=submit]').click();
  await page.getByRole('alert').getByText('Name or password is not right.').waitFor();
  await page.locator('input[name=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.getByRole('heading', { level: 1, name: /Assets/ }).waitFor();
  assert.match(page.url(), /register\/assets/, 'the address asked for is kept');
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.locator('input[name=username]').waitFor();
  assert.deepEqual(faults, []);
  await close();
});

walk('the five numbers open the lists behind them', async (page) => {
  await page.locator('.numbers a').first().waitFor();
  assert.equal(await page.locator('.numbers a').count(), 5);
  const overview = await api(page, '/overview');
  const shown = Number((await page.locator('.numbers .value').first().textContent()).replace(/\D/g, ''));
  assert.equal(shown, overview.counts.assets);
  await page.locator('.numbers a').first().click();
  await rows(page).first().locator('a').waitFor();
  assert.equal(await countOf(page), overview.counts.assets);
  await page.goBack();
  const sector = overview.by_sector[0];
  await page.locator('.bars a').first().click();
  await page.locator('.chip').waitFor();
  await rows(page).first().locator('a').waitFor();
  assert.equal(await countOf(page), sector.count);
});

walk('the register filters, sorts, shows and remembers all in its address', async (page) => {
  await page.goto(`${server.url}/register/assets`);
  await rows(page).first().locator('a').waitFor();
  const all = await countOf(page);
  await page.getByRole('button', { name: 'Add a filter' }).click();
  await page.getByLabel('Field').selectOption('kind');
  await page.getByLabel('Value').fill('hospital');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.locator('.chip').waitFor();
  await page.waitForFunction((before) => Number(document.querySelector('h1 [role=status]').textContent.replace(/\D/g, '')) < before, all);
  const hospitals = (await api(page, '/assets?kind=hospital&limit=1')).count.value;
  assert.equal(await countOf(page), hospitals);
  await page.getByRole('button', { name: 'People served' }).click();
  await page.getByRole('button', { name: 'People served' }).click();
  await page.waitForURL(/sort=-people_served/);
  const best = (await api(page, '/assets?kind=hospital&sort=-people_served&limit=1')).items[0];
  await page.locator('tbody tr').first().getByText(best.name).waitFor();
  await page.reload();
  await page.locator('tbody tr').first().getByText(best.name).waitFor();
  await rows(page).first().locator('a').click();
  await page.locator('aside.panel').getByText(best.key, { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('aside.panel').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /Remove filter/ }).click();
  await page.waitForFunction((before) => Number(document.querySelector('h1 [role=status]').textContent.replace(/\D/g, '')) === before, all);
});

walk('the last row of a list can be reached, and only what is seen exists', async (page) => {
  await page.goto(`${server.url}/register/dependencies`);
  await rows(page).first().locator('a').waitFor();
  const total = await countOf(page);
  await page.locator('.scroller').focus();
  await page.keyboard.press('End');
  await page.locator(`tr[aria-rowindex="${total + 1}"] a`).waitFor();
  assert.ok((await rows(page).count()) < 80, 'rows out of view are not drawn');
});

walk('a search that finds nothing offers the way back', async (page) => {
  await page.goto(`${server.url}/register/assets?q=zzzzqqq`);
  await page.getByText('Nothing fits these filters').waitFor();
  await page.getByRole('button', { name: 'Show all' }).click();
  await rows(page).first().locator('a').waitFor();
});

walk('a record is changed with its errors at the field, then undone from its history', async (page) => {
  const asset = (await api(page, '/assets?kind=hospital&limit=1')).items[0];
  await page.goto(`${server.url}/record/assets?key=${encodeURIComponent(asset.key)}`);
  await page.getByRole('button', { name: 'Edit' }).click();
  const people = page.getByLabel('People served');
  await people.fill('many');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('1 thing to mend').waitFor();
  assert.equal(await people.getAttribute('aria-invalid'), 'true');
  await people.fill('12 345');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(`Saved: ${asset.name}`).first().waitFor();
  assert.equal((await api(page, `/assets/${encodeURIComponent(asset.key)}`)).people_served, 12345);
  await page.getByRole('tab', { name: 'History' }).click();
  const change = page.locator('tr', { hasText: 'People served' });
  await change.getByText('12,345').waitFor();
  await page.getByRole('button', { name: 'Undo last change' }).click();
  await page.getByText('The last change was undone.').first().waitFor();
  assert.equal((await api(page, `/assets/${encodeURIComponent(asset.key)}`)).people_served, asset.people_served);
});

walk('a record is made and removed, and comes back', async (page) => {
  await page.goto(`${server.url}/record/assets?new=1`);
  await page.getByLabel('Key').fill('E2E-1');
  await page.getByLabel('Name', { exact: true }).fill('محطة الاختبار');
  await page.getByLabel('Kind', { exact: true }).fill('substation');
  await page.getByLabel('Sector', { exact: true }).fill('EN');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: 'محطة الاختبار' }).waitFor();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await page.getByText('The last change was undone.').first().waitFor();
  assert.equal((await api(page, '/assets/E2E-1')).name, 'محطة الاختبار');
});

walk('an import shows its problems by line first, is taken in, and undone as a whole', async (page) => {
  await page.goto(`${server.url}/import`);
  const table = 'key,name,kind,sector,lon,lat\nIMP-1,One,hospital,HE,0,0\nIMP-2,Two,hospital,HE,999,0\nIMP-3,Three,hospital,HE,1,1\n';
  await page.locator('input[type=file]').setInputFiles({ name: 'assets.csv', mimeType: 'text/csv', buffer: Buffer.from(table) });
  await page.getByRole('button', { name: 'Dry run' }).click();
  await page.getByRole('heading', { name: 'This is what would happen' }).waitFor();
  const problem = page.locator('table tbody tr', { hasText: 'lon' });
  assert.equal((await problem.first().locator('td').first().textContent()).trim(), '3');
  assert.equal((await api(page, '/assets?q=IMP-1')).items.length, 0, 'a dry run stores nothing');
  await page.getByLabel('Leave out refused rows, take in the rest').check();
  await page.getByRole('button', { name: 'Take in 2 rows' }).click();
  await page.getByRole('heading', { name: 'The import is stored' }).waitFor();
  assert.equal((await api(page, '/assets/IMP-3')).name, 'Three');
  await page.getByRole('button', { name: 'Undo this import' }).click();
  await page.getByText('The import was undone.').first().waitFor();
  const gone = await page.evaluate(async () => (await fetch('/api/v1/assets?q=Three&kind=hospital')).json());
  assert.equal(gone.items.filter((item) => item.key === 'IMP-3').length, 0);
});

walk('the palette finds records and opens them by keys alone', async (page) => {
  const asset = (await api(page, '/assets?kind=hospital&limit=1')).items[0];
  await page.keyboard.press('/');
  await page.getByRole('combobox').fill(asset.name);
  await page.locator('[role=option]', { hasText: asset.key }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: asset.name }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await page.waitForURL(/register\/assets/);
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('Search and commands').waitFor();
  await page.keyboard.press('Escape');
});

walk('language and theme are chosen and stay', async (page) => {
  await page.goto(`${server.url}/settings`);
  await page.getByLabel('العربية').check();
  await page.waitForFunction(() => document.documentElement.dir === 'rtl');
  await page.getByLabel('داكن').check();
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'الإعدادات' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  const rail = await page.locator('nav.rail').boundingBox();
  assert.ok(rail.x > 600, 'the rail stands at the start side');
});

walk('the tour shows real screens and is left with Esc', async (page) => {
  await page.goto(`${server.url}/settings`);
  await page.getByRole('button', { name: 'Take the tour' }).click();
  const callout = page.getByRole('dialog');
  const text = await callout.getByText(/^Stop 1 of/).textContent();
  const stops = Number(/of (\d+)/.exec(text)[1]);
  const seen = new Set();
  for (let stop = 1; stop <= stops; stop++) {
    await callout.getByText(`Stop ${stop} of ${stops}`).waitFor();
    seen.add(new URL(page.url()).pathname);
    if (stop < stops) await callout.getByRole('button', { name: 'Next' }).click();
  }
  assert.equal(seen.size, stops, 'each stop is another screen');
  await page.keyboard.press('Escape');
  await callout.waitFor({ state: 'detached' });
});

walk('the check names records, and each opens', async (page) => {
  await page.goto(`${server.url}/check`);
  await settled(page);
  const answer = await api(page, '/check');
  if (answer.faults.length === 0) return page.getByText('No fault found').waitFor();
  await page.locator('summary').first().click();
  await page.locator('details[open] li').first().waitFor();
});

// Different colours in what the page really shows of an element: a blank canvas has one.
async function coloursOf(page, locator) {
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
    const counts = new Map();
    for (let at = 0; at < bytes.length; at += 4) {
      const colour = `${bytes[at]},${bytes[at + 1]},${bytes[at + 2]}`;
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    return [...counts].sort((a, b) => b[1] - a[1]);
  }, picture);
}

walk('the map draws the assets, its legend takes them away, a click opens one', async (page) => {
  await page.goto(`${server.url}/map`);
  const canvas = page.locator('.maplibregl-canvas');
  await canvas.waitFor({ timeout: 30_000 });
  const dotsOf = async () => {
    const colours = await coloursOf(page, page.locator('.place'));
    return colours.slice(3).reduce((sum, [, count]) => sum + count, 0);
  };
  // Without any sector only land and borders are left; every sector again brings the assets' pixels back.
  for (const box of await page.locator('.legend input[type=checkbox]').all()) await box.uncheck();
  await page.waitForTimeout(3000);
  const left = await dotsOf();
  for (const box of await page.locator('.legend input[type=checkbox]').all()) await box.check();
  let drawn = left;
  for (let tries = 0; tries < 40 && drawn < left + 1500; tries++) {
    await page.waitForTimeout(250);
    drawn = await dotsOf();
  }
  assert.ok(drawn >= left + 1500, `${drawn} pixels with assets, ${left} without`);
  const asset = (await api(page, '/assets?kind=hospital&limit=1')).items[0];
  await page.goto(`${server.url}/map?sel=${encodeURIComponent(asset.key)}`);
  await page.locator('aside.panel').getByText(asset.key, { exact: true }).waitFor();
  await page.locator('h1').click();
  await page.keyboard.press('t');
  await page.waitForURL(/register\/assets/);
});

walk('a loss is played: what falls, when, and why in words', async (page) => {
  const worst = (await api(page, '/overview')).top[0];
  await page.goto(`${server.url}/simulate?fail=${encodeURIComponent(worst.key)}`);
  const csrf = (await api(page, '/session')).csrf;
  const answer = await page.evaluate(
    async ([key, token]) =>
      (await fetch('/api/v1/cascade', { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': token }, body: JSON.stringify({ fail: [key] }) })).json(),
    [worst.key, csrf],
  );
  const first = page.locator('.numbers .value').first();
  await first.waitFor();
  assert.equal(Number((await first.textContent()).replace(/\D/g, '')), answer.failed_count);
  await page.locator('.timeline input[type=range]').focus();
  await page.keyboard.press('Home');
  const atStart = answer.failed.filter((each) => each.at_h === 0).length;
  await page.locator('.timeline output').getByText(`${atStart} of ${answer.failed_count} down`).waitFor();
  await page.keyboard.press('End');
  const dependent = answer.failed.find((each) => each.cause !== 'damage');
  assert.ok(dependent, 'the worst asset takes others down');
  await page.locator('tbody tr').nth(1).getByRole('button').click();
  await page.getByRole('dialog').locator('li p').first().waitFor();
  assert.ok((await page.getByRole('dialog').locator('li').count()) >= 2, 'the chain goes back to the damage');
  const colours = await coloursOf(page, page.locator('.frame'));
  assert.ok(colours.length > 3, 'the map of the run is not blank');
});

walk('the ranking says the same as the question, and why', async (page) => {
  await page.goto(`${server.url}/ranking`);
  const row = page.locator('.rows > li').first();
  await row.waitFor();
  const worst = (await api(page, '/overview')).top[0];
  await row.locator('summary').click();
  await row.getByText(/people lose a service|person loses a service/).waitFor();
  assert.match(page.url(), new RegExp(`sel=${encodeURIComponent(worst.key)}`));
  await page.getByLabel('Order by').selectOption('failed');
  await page.waitForURL(/by=failed/);
});

walk('links of an asset are drawn and told, and one leads on', async (page) => {
  const link = (await api(page, '/dependencies?limit=1')).items[0];
  await page.goto(`${server.url}/dependencies?key=${encodeURIComponent(link.consumer)}`);
  await page.locator('.box.focus').waitFor();
  assert.ok((await page.locator('.spot').count()) > 1);
  await page.locator('aside.side li a').first().click();
  await page.waitForFunction((before) => new URLSearchParams(location.search).get('key') !== before, link.consumer);
  await page.goto(`${server.url}/dependencies?key=${encodeURIComponent(link.supplier)}&to=${encodeURIComponent(link.consumer)}`);
  await page.locator('ol.chain li').nth(1).waitFor();
});

walk('an observer sees, and is not offered to change', async (page) => {
  const asset = (await api(page, '/assets?limit=1')).items[0];
  await page.goto(`${server.url}/record/assets?key=${encodeURIComponent(asset.key)}`);
  await page.getByRole('tab', { name: 'History' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Edit' }).count(), 0);
  await page.goto(`${server.url}/import`);
  await page.getByText('Not permitted').waitFor();
}, { actor: 'otto' });

test('first start: the one-time link makes the administrator and fills the demo nation', { skip: missing }, async () => {
  const fresh = await startServer(null);
  const { page, faults, close } = await watchedPage(browser, fresh);
  try {
    await page.goto(fresh.url);
    await page.getByText('Not set up yet').waitFor();
    await page.goto(fresh.setupLink);
    await page.getByLabel('Organisation').fill('Authority of Test');
    await page.getByLabel('Administrator’s user name').fill('root-of-test');
    await page.getByLabel('Password', { exact: false }).first().fill('short');
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByText(/Too short/).waitFor();
    await page.locator('#setup-password').fill(password);
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor();
    await page.locator('.numbers a').first().waitFor({ timeout: 60_000 });
    await page.getByText('DEMO', { exact: true }).first().waitFor();
    assert.deepEqual(faults, []);
  } finally {
    await close();
    await fresh.stop();
  }
});
