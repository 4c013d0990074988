// SPDX-License-Identifier: Apache-2.0
//
// Chains, pairs, times of return and sectors, on the real program: what the screen says is what the API says.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, ask, launch, missing, settled, startServer, walks } from './harness.mjs';

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
const open = async (page, path) => {
  await page.goto(server.url + path);
  await settled(page);
};
const digits = (text) => Number(text.replace(/[^\d.]/g, ''));

walk('the worst chains stand as sentences, and protecting an asset says what it gains', async (page) => {
  const best = await ask(page, '/chains', { top: 20, length: 5 });
  await open(page, '/chains');
  await page.getByText(best.chains[0].sentence).waitFor();
  assert.equal(await page.locator('ol.chains > li').count(), 20);
  await page.getByText('These are the 20 worst; there may be more.').waitFor();
  const whole = await ask(page, '/chains', { top: 1000, length: 1, from: [best.nodes[0].key] });
  assert.equal(whole.is_full, false);
  await open(page, `/chains?top=1000&length=1&from=${best.nodes[0].key}`);
  await page.getByText(whole.chains[0].sentence).waitFor();
  assert.equal(await page.getByText('there may be more').count(), 0);
  await open(page, '/chains');
  await page.getByRole('tab', { name: /Where to protect first/ }).click();
  await page.getByRole('button', { name: 'Protect', exact: false }).first().click();
  await page.waitForURL(/harden=/);
  const hardened = await ask(page, '/chains', { top: 20, length: 5, harden: [best.nodes[0].key], to: 0.2 });
  assert.ok(hardened.total_risk < best.total_risk, 'the asset of most risk matters');
  await page.getByText(`from ${best.total_risk.toFixed(2)} to ${hardened.total_risk.toFixed(2)}`).waitFor();
  await page.getByRole('tab', { name: 'Table' }).click();
  assert.equal(await page.locator('[role=tabpanel] tbody tr').count(), hardened.chains.reduce((sum, chain) => sum + chain.links.length, 0));
});

walk('sentences follow the language of the page', async (page) => {
  await open(page, '/chains');
  await page.locator('ol.chains p', { hasText: /[а-яё]{3}/i }).first().waitFor();
}, { language: 'ru' });

walk('pairs show what is extra, and open as a what-if with the same figures', async (page) => {
  const pairs = await ask(page, '/pairs', { by: 'people', top: 500 });
  await open(page, '/ranking');
  await page.getByLabel('What is lost').selectOption('pairs');
  await page.waitForURL(/pairs=1/);
  const first = page.locator('tbody tr').first();
  await first.locator('a').last().waitFor();
  assert.equal(digits(await first.locator('td').nth(2).textContent()), pairs.pairs[0].extra_people);
  await first.locator('a').last().click();
  await page.waitForURL(/simulate\?fail=/);
  await page.locator('.numbers .value').first().waitFor();
  assert.equal(digits(await page.locator('.numbers .value').first().textContent()), pairs.pairs[0].failed_count);
});

walk('the outage model tells when each asset comes back', async (page) => {
  const worst = (await ask(page, '/rank', { top: 1 })).ranking[0].key;
  await open(page, `/simulate?fail=${encodeURIComponent(worst)}`);
  await page.locator('.numbers .value').first().waitFor();
  let answerNow;
  const held = new Promise((resolve) => (answerNow = resolve));
  await page.route(/\/api\/v1\/cascade/, async (route) => {
    await held;
    await route.continue();
  });
  await page.getByLabel('What is asked').selectOption('outage');
  await page.waitForURL(/model=outage/);
  await page.getByText('Each asset returns once all its inputs are back').waitFor();
  assert.equal(await page.getByRole('columnheader', { name: 'Back at hour' }).count(), 0, 'the answer that still stands there knows of no return');
  answerNow();
  const answer = await ask(page, '/cascade', { fail: [worst], model: 'outage' });
  await page.getByRole('columnheader', { name: 'Back at hour' }).waitFor();
  const row = page.locator('table', { hasText: 'Back at hour' }).locator('tbody tr').first();
  assert.equal(digits(await row.locator('td').last().textContent()), Number(answer.failed[0].until_h.toFixed(1)));
  // At the last moment of the timeline all that returns is back.
  await page.locator('input[type=range]').focus();
  await page.keyboard.press('End');
  const left = answer.failed.filter((each) => each.until_h === null).length;
  await page.locator('.clock', { hasText: `${left} of ${answer.failed_count.toLocaleString('en')} down` }).waitFor();
});

const table = 'sector,EN,WA,shock,rate\nEN,0,0.8,0,0.5\nWA,0.2,0,0.6,0.5\n';

walk('a table of sectors is loaded, solved, and followed over time', async (page) => {
  await open(page, '/sectors');
  await page.locator('input[type=file]').setInputFiles({ name: 'wrong.csv', mimeType: 'text/csv', buffer: Buffer.from('sector,EN\nEN,much\n') });
  await page.getByText('Line 2: the column').waitFor();
  await page.locator('input[type=file]').setInputFiles({ name: 'sectors.csv', mimeType: 'text/csv', buffer: Buffer.from(table) });
  await page.getByRole('button', { name: 'Compute' }).click();
  // Haimes and Jiang 2001: 0.571 and 0.714
  await page.getByText('Water loses most: 71.4% of its output is missing.').first().waitFor();
  await page.locator('tr', { hasText: 'Energy' }).last().getByText('57.1%').waitFor();
  await page.getByLabel('Course over time').selectOption('50');
  await page.getByRole('button', { name: 'Compute' }).click();
  await page.locator('svg[role=img]').waitFor();
  await page.getByRole('button', { name: 'As a table' }).click();
  assert.ok(await page.locator('table', { hasText: 'Step' }).last().locator('tbody tr').count() > 20);
});

walk('a cascade gives the shock of the sectors', async (page) => {
  const worst = (await ask(page, '/rank', { top: 1 })).ranking[0].key;
  await open(page, `/sectors?fail=${encodeURIComponent(worst)}`);
  await page.getByRole('button', { name: 'Compute' }).click();
  const sum = page.getByText(/loses most/).first();
  await sum.waitFor();
  assert.ok(digits((await sum.textContent()).split('%')[0]) > 0);
});

walk('a matrix without an equilibrium is refused in words', async (page, { allow }) => {
  allow(/status of 400/);
  await open(page, '/sectors');
  await page.locator('input[type=file]').setInputFiles({ name: 's.csv', mimeType: 'text/csv', buffer: Buffer.from('sector,A,B,shock\nA,0,1,1\nB,1,0,0\n') });
  await page.getByRole('button', { name: 'Compute' }).click();
  await page.getByText('The matrix has no equilibrium').waitFor();
});
