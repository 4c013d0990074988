// SPDX-License-Identifier: Apache-2.0
//
// Open places in the browser: what is prepared by type and kind, people by hour, what is missing, and from there to the form;
// who is not cleared for it is told so; and the screen for who hears, has a small window or reads from the right.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, ask, axe, dresses, launch, missing, password, resize, settled, signIn, startServer, watchedPage } from './harness.mjs';

let server, browser;
before(async () => {
  if (missing) return;
  [server, browser] = await Promise.all([startServer('1k'), launch()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('what is missing leads to the form of that place, and what was done counts at once', { skip: missing }, async () => {
  const { page, faults, close } = await watchedPage(browser, server);
  await signIn(page, server);
  const before = await api(page, '/soft-targets?type=ST05');
  await page.goto('/soft-targets');
  const matrix = page.getByRole('group', { name: 'Preparedness' });
  await matrix.waitFor();
  assert.equal(await matrix.locator('thead th').count(), 12);
  const stadiums = matrix.locator('tbody tr').filter({ hasText: 'Stadium and sport' });
  assert.match(await stadiums.innerText(), new RegExp(`1/${before.all.places}`));
  await page.getByText('Still to mend: 3').waitFor();
  await stadiums.locator('td a').nth(1).click();
  await page.waitForURL(/show=missing/);
  await page.locator('.card').first().waitFor();
  assert.equal(await page.locator('.card').count(), before.lacking_count);
  const first = page.locator('.card').filter({ has: page.locator('a[href*="asset=DEMO-STD-00001"]') }).first();
  assert.match(await first.innerText(), /Overdue[\s\S]*Risk exchanged with the operator[\s\S]*Never[\s\S]*first responders/);
  await first.getByRole('link', { name: /Add what was done/ }).click();
  await page.waitForURL(/\/record\/preparations/);
  await page.getByLabel('Key').fill('MINE-1');
  await page.getByLabel('Title').fill('Radio tried out');
  assert.equal(await page.getByLabel('Open place').inputValue(), 'DEMO-STD-00001');
  await page.getByLabel('What was done').selectOption('interoperability');
  await page.getByLabel('Done on').fill(new Date().toISOString().slice(0, 10));
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(/key=MINE-1/);
  await page.getByRole('heading', { name: 'Radio tried out' }).waitFor();
  const now = await api(page, '/soft-targets?type=ST05');
  assert.equal(now.all.kinds[8].current, before.all.kinds[8].current + 1);
  // The place tells what was done there.
  await page.goto('/record/assets?key=DEMO-STD-00001');
  await page.getByRole('link', { name: 'Preparations' }).first().click();
  await page.waitForURL(/asset=DEMO-STD-00001/);
  await page.getByText('Radio tried out').first().waitFor();
  assert.deepEqual(faults, []);
  await close();
});

test('people by hour, of one month and one region', { skip: missing }, async () => {
  const { page, faults, close } = await watchedPage(browser, server);
  await signIn(page, server);
  await page.goto('/soft-targets?show=hours');
  const table = page.getByRole('group', { name: 'By hour' });
  await table.waitFor();
  assert.equal(await table.locator('tbody tr').count(), 24);
  await page.getByText(/Out of season: 0\./).waitFor();
  await page.getByLabel('Month').selectOption('7');
  await page.waitForURL(/month=7/);
  const july = await api(page, '/soft-targets?month=7');
  assert.ok(july.hours.out_of_season > 0);
  await page.getByText(`Out of season: ${july.hours.out_of_season}.`).waitFor();
  // Only regions with places are offered: the provinces, not the towns, which bear no assets.
  const offered = page.getByLabel('Region').locator('option');
  await offered.nth(1).waitFor({ state: 'attached' });
  const provinces = (await api(page, '/regions?level=province')).items.map((each) => each.key).sort();
  assert.deepEqual((await offered.evaluateAll((all) => all.map((each) => each.value))).sort(), ['', ...provinces]);
  await page.getByLabel('Region').selectOption('DEMO-REGION-02');
  await page.waitForURL(/region=DEMO-REGION-02/);
  const there = await api(page, '/soft-targets?month=7&region=DEMO-REGION-02');
  assert.ok(there.hours.out_of_season < july.hours.out_of_season);
  await page.getByText(`Out of season: ${there.hours.out_of_season}.`).waitFor();
  assert.deepEqual(faults, []);
  await close();
});

test('who is not cleared for it is told so and nothing else', { skip: missing }, async () => {
  const { page, close } = await watchedPage(browser, server);
  await signIn(page, server);
  await ask(page, '/users', { key: 'amba', role: 'analyst', clearance: 'TLP:AMBER', password, must_change_password: false });
  await close();
  const other = await watchedPage(browser, server);
  await signIn(other.page, server, 'amba');
  await other.page.goto('/soft-targets');
  await other.page.getByText('What open places lack is shown only to those cleared for TLP:AMBER+STRICT').first().waitFor();
  assert.equal(await other.page.getByText('Stadium').count(), 0);
  await other.close();
});

for (const [language, theme] of dresses)
  test(`axe finds nothing, and nothing is wider than the window (${language}, ${theme})`, { skip: missing }, async () => {
    const { page, faults, close } = await watchedPage(browser, server, { language, theme });
    await signIn(page, server);
    for (const width of [1280, 360]) {
      await resize(page, width);
      for (const show of ['overview', 'hours', 'missing']) {
        await page.goto(`/soft-targets?show=${show}`);
        await settled(page);
        await page.locator('.page [role=tab]').first().waitFor();
        assert.deepEqual(await axe(page), [], `${show} at ${width}`);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${show} is wider than ${width}`);
      }
    }
    assert.deepEqual(faults, []);
    await close();
  });
