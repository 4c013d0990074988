// SPDX-License-Identifier: Apache-2.0
//
// What a person does with whole lists, on the real program: saved views, a change of many with its undo, going to a row,
// taking out what is shown. And that a screen at rest asks for nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, fillingBulk, launch, missing, settled, signIn, startServer, walks, watchedPage } from './harness.mjs';

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
const firstRow = (page) => page.locator('tbody tr a').first();
const button = (page, icon) => page.locator(`button:has(.lucide-${icon})`);

walk('a list is kept as a view with its filters and columns, found again elsewhere, and dropped', async (page) => {
  await page.goto(`${server.url}/register/assets?kind=hospital&sort=-people_served&cols=name,people_served,region`);
  await firstRow(page).waitFor();
  assert.deepEqual(await page.locator('thead th').allInnerTexts(), ['Name', 'People served', 'Region']);
  await button(page, 'bookmark').click();
  await page.getByLabel('Name of this view').fill('Großkliniken / 医院');
  await page.keyboard.press('Enter');
  await page.getByText('View saved: Großkliniken / 医院').first().waitFor();
  await page.keyboard.press('Control+k');
  await page.locator('dialog[open] input[role=combobox]').fill('kliniken');
  await page.locator('dialog[open] [role=option]', { hasText: 'Großkliniken / 医院' }).waitFor();
  await page.keyboard.press('Escape');
  const { items } = await api(page, '/views');
  assert.deepEqual(items, [{ name: 'Großkliniken / 医院', address: '/register/assets?sort=-people_served&kind=hospital&cols=name,people_served,region' }]);
  // The same account in another browser.
  const other = await watchedPage(browser, server);
  await signIn(other.page, server);
  await other.page.goto(`${server.url}/register/regions`);
  await button(other.page, 'bookmark').click();
  await other.page.getByRole('link', { name: 'Großkliniken / 医院' }).click();
  await other.page.waitForURL(/kind=hospital/);
  await firstRow(other.page).waitFor();
  assert.deepEqual(await other.page.locator('thead th').allInnerTexts(), ['Name', 'People served', 'Region']);
  await button(other.page, 'bookmark').click();
  await other.page.getByRole('button', { name: /^Remove view/ }).click();
  await other.page.getByText('No view saved yet').waitFor();
  assert.deepEqual((await api(other.page, '/views')).items, []);
  assert.deepEqual(other.faults, []);
  await other.close();
});

walk('all records of a list are changed after a look, and taken back as one', async (page) => {
  const before = await api(page, '/assets?kind=hospital&limit=1000');
  await page.goto(`${server.url}/register/assets?kind=hospital`);
  await firstRow(page).waitFor();
  await fillingBulk(page, 'OP-E2E');
  const count = before.count.value;
  await page.locator('dialog[open] .preview strong').getByText(`${count} records change`).waitFor();
  assert.equal(await page.locator('dialog[open] .preview tbody tr').count(), Math.min(20, count));
  assert.equal((await api(page, '/assets?operator=OP-E2E')).items.length, 0, 'a look stores nothing');
  await page.getByRole('button', { name: `Change ${count} records` }).click();
  await page.getByText(`${count} records were changed.`).first().waitFor();
  assert.equal((await api(page, '/assets?operator=OP-E2E&limit=1')).count.value, count);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await page.getByText('The change was taken back.').first().waitFor();
  const now = await api(page, '/assets?kind=hospital&limit=1000');
  assert.deepEqual(now.items.map((item) => item.operator), before.items.map((item) => item.operator));
});

walk('one record that refuses stops the change, and is named', async (page) => {
  await page.goto(`${server.url}/register/assets?kind=hospital`);
  await firstRow(page).waitFor();
  await button(page, 'pencil-line').click();
  const dialog = page.locator('dialog[open]');
  await dialog.getByLabel('Field').selectOption('people_served');
  await dialog.getByLabel('Value').fill('many');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.locator('.error').waitFor();
  await dialog.getByLabel('Field').selectOption('lat');
  await dialog.getByLabel('Value').fill('');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByText(/refuse the change/).waitFor();
  assert.ok((await dialog.locator('.callout li').count()) > 0);
  assert.equal(await dialog.getByRole('button', { name: /^Change \d/ }).count(), 0);
});

walk('a row is reached by its number and by first letters', async (page) => {
  await page.goto(`${server.url}/register/assets`);
  await firstRow(page).waitFor();
  const go = async (text) => {
    await button(page, 'list-end').click();
    await page.getByLabel(/^Row number/).fill(text);
    await page.keyboard.press('Enter');
  };
  const total = Number((await page.locator('h1 [role=status]').textContent()).replace(/\D/g, ''));
  await go(String(total));
  await page.locator(`tr[aria-rowindex="${total + 1}"] a`).waitFor();
  const hospital = (await api(page, '/assets?kind=hospital&limit=1&sort=key')).items[0];
  await go(hospital.key.slice(0, -2));
  await page.locator('tbody').getByText(hospital.key, { exact: true }).waitFor();
});

// Where the first letter of each name stands in its cell, by key: its distance from the cell's start, and whether it is seen.
const firstLetters = (page) =>
  page.locator('tbody tr a').evaluateAll((links) =>
    Object.fromEntries(
      links.map((link) => {
        const range = document.createRange();
        const text = link.firstChild.nodeType === 3 ? link.firstChild : link.firstChild.firstChild;
        range.setStart(text, 0);
        range.setEnd(text, 1);
        const [letter, box] = [range.getBoundingClientRect(), link.getBoundingClientRect()];
        range.setEnd(text, text.length);
        const whole = range.getBoundingClientRect();
        const isRight = document.documentElement.dir === 'rtl';
        return [text.data, { gap: isRight ? box.right - whole.right : whole.left - box.left, isSeen: letter.left >= box.left - 1 && letter.right <= box.right + 1 }];
      }),
    ),
  );

for (const language of ['en', 'ar'])
  test(`a name stands at the start of its cell and begins with its first letter, whatever its script (${language})`, { skip: missing }, async () => {
    const { page, faults, close } = await watchedPage(browser, server, { language });
    await signIn(page, server);
    await page.goto('/register/regions?sort=key');
    await firstRow(page).waitFor();
    const short = Object.entries(await firstLetters(page));
    assert.ok(short.some(([name]) => /^\p{Script=Arabic}/u.test(name)) && short.some(([name]) => /^\p{Script=Latin}/u.test(name)));
    assert.deepEqual(short.filter(([, at]) => Math.abs(at.gap) > 2), []);
    await page.goto('/register/assets?kind=school&region=DEMO-REGION-02');
    await firstRow(page).waitFor();
    assert.deepEqual(Object.entries(await firstLetters(page)).filter(([, at]) => !at.isSeen), []);
    assert.deepEqual(faults, []);
    await close();
  });

walk('a list that the server counts only in part is counted whole in the end', async (page) => {
  const total = (await api(page, '/assets?limit=1')).count.value;
  await page.route(/\/api\/v1\/assets\?(?!.*count=exact)/, async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    await route.fulfill({ response, json: { ...body, count: { value: 300, exact: false } } });
  });
  await page.goto(`${server.url}/register/assets`);
  await page.locator('h1 [role=status]').getByText(new RegExp(`^${total.toLocaleString('en')}$`)).waitFor();
  await page.locator('.scroller').focus();
  await page.keyboard.press('End');
  await page.locator(`tr[aria-rowindex="${total + 1}"] a`).waitFor();
});

walk('what is taken out is what is shown', async (page) => {
  await page.goto(`${server.url}/register/assets?kind=hospital&sort=name`);
  await firstRow(page).waitFor();
  await button(page, 'download').click();
  await page.evaluate(() => {
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => {
      window.taken = blob.text();
      return make(blob);
    };
  });
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /CSV/ }).click()]);
  assert.equal(file.suggestedFilename(), 'assets.csv');
  const text = await page.evaluate(() => window.taken);
  const count = (await api(page, '/assets?kind=hospital&limit=1')).count.value;
  assert.equal(text.trim().split('\n').length - 1, count);
});

walk('the tabs of an asset bear their counts before they are opened', async (page) => {
  const link = (await api(page, '/dependencies?limit=1')).items[0];
  const [needs, gives] = await Promise.all(['consumer', 'supplier'].map((side) => api(page, `/dependencies?${side}=${encodeURIComponent(link.consumer)}&limit=1`)));
  await page.goto(`${server.url}/record/assets?key=${encodeURIComponent(link.consumer)}`);
  await page.getByRole('tab', { name: `Links ${needs.count.value + gives.count.value}` }).waitFor();
  await page.getByRole('tab', { name: /^History 1/ }).waitFor();
});

walk('a page of rows that cannot be had says so, and comes on retry', async (page, { allow }) => {
  allow(/status of 503/);
  await page.route(/\/api\/v1\/assets\?/, (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"code":"store.busy","status":503}' }));
  await page.goto(`${server.url}/register/assets`);
  await page.getByText('Another program is writing.').waitFor();
  await page.unroute(/\/api\/v1\/assets\?/);
  await page.getByRole('button', { name: 'Try again' }).click();
  await firstRow(page).waitFor();
});

walk('screens at rest ask for nothing', async (page) => {
  for (const screen of ['/', '/register/assets', '/settings']) {
    await page.goto(server.url + screen);
    await settled(page);
    await page.waitForTimeout(1500);
    const asked = [];
    const note = (request) => asked.push(new URL(request.url()).pathname);
    page.on('request', note);
    await page.waitForTimeout(2500);
    page.off('request', note);
    assert.deepEqual(asked.filter((path) => path !== '/api/v1/events'), [], screen);
  }
});

walk('an observer is offered no change of many', async (page) => {
  await page.goto(`${server.url}/register/assets`);
  await firstRow(page).waitFor();
  assert.equal(await button(page, 'pencil-line').count(), 0);
  await button(page, 'bookmark').waitFor();
}, { actor: 'otto' });

walk('the six tasks of the tour are done by keys alone', async (page) => {
  const tabTo = async (selector) => {
    for (let tries = 0; tries < 120; tries++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    }
    assert.fail(`Tab does not reach ${selector}`);
  };
  const goes = async (letter, path) => {
    await page.evaluate(() => document.activeElement?.blur());
    await page.keyboard.press('g');
    await page.keyboard.press(letter);
    await page.waitForURL(path);
    await settled(page);
  };
  const worst = (await api(page, '/overview')).top[0];
  await goes('o', /\/$/);
  await page.locator('.numbers a').first().waitFor();
  await tabTo('.numbers a');
  await page.keyboard.press('Enter');
  await page.waitForURL(/register\/assets/); // 1: from a number to its list
  await goes('m', /\/map/);
  await page.keyboard.press('t');
  await page.waitForURL(/register\/assets/); // 2: from the map to the same as a table
  await page.keyboard.press('/');
  await page.getByRole('combobox').fill(worst.name);
  await page.locator('[role=option]', { hasText: 'What' }).first().waitFor();
  await page.keyboard.press('ArrowUp'); // the what-if is the last of the list
  await page.keyboard.press('Enter');
  await page.waitForURL(/simulate\?fail=/); // 3: what falls without it
  await page.locator('.numbers .value').first().waitFor();
  await goes('r', /\/ranking/);
  await page.locator('.rows summary').first().waitFor();
  await tabTo('.rows summary');
  await page.keyboard.press('Enter');
  await page.waitForURL(/sel=/); // 4: why it stands there
  await goes('d', /\/dependencies/); // 5: what hangs on what
  await goes('s', /register\/assets/);
  await firstRow(page).waitFor();
  await tabTo('tbody a');
  await page.keyboard.press('Enter');
  await page.locator('aside.panel h2').waitFor(); // 6: the record itself
  await page.keyboard.press('Escape');
  await page.locator('aside.panel').waitFor({ state: 'detached' });
}, { at: '/' });

walk('a record says who can see it and why, and who cannot', async (page) => {
  await page.goto(`${server.url}/register/assets`);
  await firstRow(page).waitFor();
  const { items } = await api(page, '/assets?limit=1');
  await page.goto(`${server.url}/record/assets?key=${encodeURIComponent(items[0].key)}`);
  await page.getByRole('tab', { name: 'Who can see this' }).click();
  const seen = page.getByRole('region', { name: 'Can see it' });
  await seen.waitFor();
  const row = seen.locator('tbody tr', { hasText: 'ada' });
  assert.match(await row.innerText(), /Administrator · Nation/);
});
