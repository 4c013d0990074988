// SPDX-License-Identifier: Apache-2.0
//
// What takes two persons, as people do it: an export in bulk and a lower marking are asked for where they are refused,
// released by another, and done once. And the screen that tells who reads unusually much.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { api, ask, axe, launch, missing, password, resize, settled, signIn, startServer, tooWide, walks, watchedPage } from './harness.mjs';

let browser, server;
before(async () => {
  if (missing) return;
  browser = await launch();
  server = await startServer('1k');
  const { page, close } = await watchedPage(browser, server);
  await signIn(page, server);
  for (const [key, role] of [['ana', 'analyst'], ['rita', 'authority']]) await ask(page, '/users', { key, role, clearance: 'TLP:RED', password, must_change_password: false });
  const { csrf } = await api(page, '/session');
  const set = await page.request.patch('/api/v1/settings', { headers: { 'X-CSRF-Token': csrf }, data: { 'release.bulk_records': '100' } });
  assert.equal(set.status(), 200, await set.text());
  await ask(page, '/assets', { key: 'SECRET-1', name: 'Old bunker', marking: 'TLP:RED' });
  await close();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});
const open = async (page, screen) => {
  await page.goto(server.url + screen);
  await settled(page);
};
const walk = walks(() => ({ browser, server }));

// No fault in English on a desk, nor in Arabic on a telephone.
async function sound(page, screen) {
  const found = [];
  for (const [language, width] of [['ar', 360], ['en', 1280]]) {
    await resize(page, width);
    await page.evaluate((chosen) => localStorage.setItem('hf.language', chosen), language);
    await open(page, screen);
    await page.locator(`html[lang^=${language}]`).waitFor();
    await page.locator('main h1').waitFor();
    for (const violation of await axe(page)) found.push(`${language} ${screen}: ${violation}`);
    const over = await tooWide(page);
    if (over > 0) found.push(`${language} ${screen}: ${over} px too wide`);
  }
  assert.deepEqual(found, []);
}

async function withTwo(steps) {
  const asker = await watchedPage(browser, server);
  const second = await watchedPage(browser, server);
  try {
    await signIn(asker.page, server, 'ana');
    await signIn(second.page, server, 'rita');
    await steps(asker.page, second.page);
    const faults = [...asker.faults, ...second.faults].filter((fault) => !/status of 40[39]/.test(fault));
    assert.deepEqual(faults, []);
  } finally {
    await asker.close();
    await second.close();
  }
}

async function askFor(page, reason) {
  const dialog = page.getByRole('dialog').filter({ hasText: 'Ask for release' }).last();
  await dialog.getByRole('button', { name: 'Ask for release' }).click();
  await dialog.getByText('Fill this in.').waitFor();
  assert.deepEqual(await axe(page), []);
  await dialog.getByLabel('Reason').fill(reason);
  await dialog.getByRole('button', { name: 'Ask for release' }).click();
  await dialog.getByText(/waits until .* for a second person/).waitFor();
}

async function release(page, reason, note) {
  await open(page, '/releases');
  const card = page.getByRole('region').filter({ hasText: reason }).last();
  await card.getByRole('button', { name: 'Release', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Note').fill(note);
  assert.deepEqual(await axe(page), []);
  await dialog.getByRole('button', { name: 'Release', exact: true }).click();
}

walk('an export in bulk is asked for, released by another, and fetched once', async () => {
  await withTwo(async (asker, second) => {
    await open(asker, '/register/assets');
    await asker.getByRole('button', { name: 'Export' }).click();
    await asker.getByRole('button', { name: /CSV/ }).click();
    await askFor(asker, 'Yearly report');
    await open(asker, '/releases');
    const own = asker.getByRole('region', { name: 'Records as a file' });
    await own.getByText('Waiting', { exact: true }).waitFor();
    assert.equal(await own.getByRole('button').count(), 0, 'nobody releases for oneself');

    await open(second, '/releases');
    const card = second.getByRole('region', { name: 'Records as a file' });
    await card.getByText('Yearly report').waitFor();
    await card.getByText(/^[\d,]+ records · /).waitFor();
    await sound(second, '/releases');
    await release(second, 'Yearly report', 'For the report only');
    await second.getByText('Released. ana can fetch it.').first().waitFor();

    await own.getByText('For the report only').waitFor();
    const [file] = await Promise.all([asker.waitForEvent('download'), own.getByRole('button', { name: 'Fetch the file' }).click()]);
    assert.equal(file.suggestedFilename(), 'assets.csv');
    await own.getByText('Fetched. A release is used once.').waitFor();
    assert.equal(await own.getByRole('button').count(), 0);
  });
}, { at: '/' });

walk('a marking is lowered by two persons, from the form and for many', async () => {
  await withTwo(async (asker, second) => {
    await open(asker, '/record/assets?key=SECRET-1&edit=1');
    await asker.getByLabel('Marking (TLP)').selectOption('TLP:AMBER');
    await asker.getByRole('button', { name: 'Save' }).click();
    await asker.getByText(/needs a second person/).first().waitFor();
    await asker.getByRole('button', { name: 'Ask for release' }).click();
    await askFor(asker, 'Built and known');
    assert.equal((await api(asker, '/assets/SECRET-1')).marking, 'TLP:RED');
    await release(second, 'Built and known', 'Seen');
    await second.getByText('Released. The markings are lowered.').first().waitFor();
    assert.equal((await api(second, '/assets/SECRET-1')).marking, 'TLP:AMBER');
    await sound(asker, '/releases');
  });
}, { at: '/' });

walk('who reads unusually much is told on a screen, and a pause is lifted there', async (page) => {
  const { csrf } = await api(page, '/session');
  const answer = await page.request.get('/api/v1/users/ana');
  const paused = await page.request.patch('/api/v1/users/ana', { headers: { 'X-CSRF-Token': csrf, 'If-Match': answer.headers().etag, 'Content-Type': 'application/merge-patch+json' }, data: { is_paused: true } });
  assert.equal(paused.status(), 200, await paused.text());
  await open(page, '/security');
  await page.getByText('No alarm was raised.').waitFor();
  await sound(page, '/security');
  await page.getByRole('row', { name: /ana/ }).getByRole('button', { name: 'Lift' }).click();
  await page.getByText('ana may read as before.').first().waitFor();
  assert.equal((await api(page, '/users/ana')).is_paused, false);
}, { at: '/' });
