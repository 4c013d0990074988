// SPDX-License-Identifier: Apache-2.0
//
// A scenario put together, run, read, repeated and compared, on the real program; what another role may of it.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { api, ask, axe, launch, missing, password, resize, settled, signIn, startServer, tooWide, walks, watchedPage } from './harness.mjs';

let server;
let browser;
let runs = [];

async function ended(page, id) {
  for (;;) {
    const job = await api(page, `/jobs/${id}`);
    if (job.state !== 'queued' && job.state !== 'running') return job;
    await page.waitForTimeout(150);
  }
}
async function simulated(page, question) {
  const job = await ended(page, (await ask(page, '/simulations', question)).job);
  assert.equal(job.state, 'done', JSON.stringify(job.error));
  return job.result.run;
}

const flood = { hours: 24, step_h: 1, hazards: [{ p: 0.3, kind: 'substation', at_h: 2 }], rate_per_year: 0.5, tolerance: [[1000, 0.4], [1e9, 0.000001]] };

before(async () => {
  if (missing) return;
  server = await startServer('1k');
  browser = await launch();
  const { page, close } = await watchedPage(browser, server);
  await signIn(page, server);
  runs = [await simulated(page, { scenario: flood, trials: 1000, title: 'As it is', worth: 3 }), await simulated(page, { scenario: { ...flood, hazards: [{ p: 0.05, kind: 'substation', at_h: 2 }] }, trials: 1000, title: 'Walls' })];
  await close();
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

walk('a scenario is put together in three steps, kept, run, and its result opened', async (page, { allow }) => {
  allow(/jobs\/[^/]+\/preview/); // a quick run may end between two looks, and then there is none
  await open(page, '/scenarios');
  await page.getByRole('button', { name: 'Save and run' }).click();
  await page.getByText('Give the scenario a name.').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('Harbour fire');
  await page.getByRole('button', { name: 'Add a hazard or failure' }).click();
  await page.getByLabel('Which', { exact: true }).selectOption('port');
  await page.getByLabel('Chance of each (%)').fill('40');
  await page.getByLabel('How long').selectOption('24');
  await page.getByLabel('Trials').fill('2000');
  await page.getByLabel('Seed').fill('5');
  await page.getByRole('button', { name: 'Save and run' }).click();
  await page.waitForURL(/key=HARBOUR-FIRE/);
  const record = await api(page, '/scenarios/HARBOUR-FIRE');
  assert.deepEqual([record.title, record.hours, record.trials, record.seed], ['Harbour fire', 24, 2000, 5]);
  await page.getByRole('link', { name: 'Open the result' }).click({ timeout: 60_000 });
  await page.waitForURL((url) => url.searchParams.get('key') !== record.key);
  await page.getByRole('heading', { level: 1, name: 'Harbour fire' }).waitFor();
  const key = new URL(page.url()).searchParams.get('key');
  const result = await api(page, `/runs/${key}/result`);
  assert.deepEqual([result.trials, result.seed, result.question.scenario.hazards], [2000, 5, [{ kind: ['port'], p: 0.4 }]]);
  await page.getByText(/On average .* person-hours are lost/).waitFor();
});

walk('a long run shows its progress and is cancelled', async (page, { allow }) => {
  allow(/jobs\/[^/]+\/preview/);
  await open(page, '/scenarios');
  await page.getByLabel('Name', { exact: true }).fill('Long');
  await page.getByLabel('Trials').fill('10000000');
  await page.getByRole('button', { name: 'Save and run' }).click();
  const card = page.getByRole('region', { name: 'Run: Long' });
  await card.getByRole('progressbar').waitFor();
  await card.getByText(/So far, after/).waitFor({ timeout: 60_000 });
  await card.getByRole('button', { name: 'Cancel' }).click();
  await card.locator('.tag', { hasText: 'Cancelled' }).waitFor({ timeout: 60_000 });
});

walk('the curve is read as 1 in N years, against what is tolerated, and as a table', async (page) => {
  await open(page, `/run?key=${runs[0]}`);
  const result = await api(page, `/runs/${runs[0]}/result`);
  await page.getByText(/comes 1 in .* years/).first().waitFor();
  await page.getByText(/the curve first rises above the tolerance line|stays below the tolerance line/).waitFor();
  await page.getByRole('button', { name: 'Logarithmic' }).click();
  assert.equal(await page.getByRole('button', { name: 'Logarithmic' }).getAttribute('aria-pressed'), 'true');
  const slider = page.getByLabel(/Read the curve at/);
  await slider.focus();
  await page.keyboard.press('End');
  const [, chance] = result.exceedance.at(-1);
  await page.getByText(`1 in ${Number((1 / (0.5 * chance)).toPrecision(3)).toLocaleString('en')} years`).first().waitFor();
  await page.getByRole('button', { name: 'As a table' }).click();
  assert.equal(await page.locator('table', { hasText: 'Once in' }).locator('tbody tr').count(), result.exceedance.length);
});

walk('one of the worst trials is told: what chance damaged, what fell, and why', async (page) => {
  await open(page, `/run?key=${runs[0]}`);
  const result = await api(page, `/runs/${runs[0]}/result`);
  const [worst] = result.worst_trials;
  await page.getByRole('button', { name: `Trial ${worst.trial.toLocaleString('en')}`, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(`Lost: ${Math.round(worst.loss).toLocaleString('en')} person-hours`).waitFor();
  await dialog.getByRole('heading', { name: 'Damaged by chance' }).waitFor();
  const told = await api(page, `/runs/${runs[0]}/trials/${worst.trial}`);
  assert.equal(told.loss, worst.loss);
  const fallen = told.cascade.failed.slice(0, 20).find((row) => row.cause === 'dependency');
  const place = told.cascade.failed.findIndex((row) => row.key === fallen.key);
  await dialog.locator('table', { hasText: 'Fell, hour' }).locator('tbody tr').nth(place).getByRole('button').click();
  const why = await api(page, `/runs/${runs[0]}/trials/${worst.trial}?key=${fallen.key}&lang=en`);
  await dialog.getByText(why.why.steps[0].sentence).waitFor();
  assert.equal(await dialog.locator('ol > li').count(), why.why.steps.length);
  assert.deepEqual(await axe(page), []);
  for (const width of [1280, 360]) {
    await resize(page, width);
    assert.equal(await tooWide(page), 0, `${width}`);
  }
});

walk('both restart rules of a scenario stand side by side', async (page) => {
  for (const [hours, told] of [[72, /organised black start is worth/], [24, /makes no difference in these trials/]]) {
    const key = await simulated(page, { scenario: { ...flood, hours }, trials: 200, both_restarts: true, title: 'Both' });
    await open(page, `/run?key=${key}`);
    const { restarts } = await api(page, `/runs/${key}/result`);
    assert.equal(restarts.sequential > restarts.free, hours === 72, JSON.stringify(restarts));
    await page.getByText(told).waitFor();
  }
});

walk('assets stand with their interval and the range of their rank', async (page) => {
  await open(page, `/run?key=${runs[0]}&tab=assets`);
  const result = await api(page, `/runs/${runs[0]}/result`);
  const first = page.locator('table', { hasText: 'Dragged down' }).locator('tbody tr').first();
  await first.waitFor();
  assert.equal((await first.locator('td').nth(2).textContent()).trim(), `${(result.assets[0].p_down * 100).toFixed(1)}%`);
  assert.match(await first.locator('td').nth(5).textContent(), /^\s*1( to \d+)?\s*$/);
});

walk('three criticalities stand side by side, with their intervals and the places these allow', async (page) => {
  await open(page, `/run?key=${runs[0]}&tab=critical`);
  const result = await api(page, `/runs/${runs[0]}/result`);
  const short = (value) => (Math.abs(value) >= 1e6 ? value.toLocaleString('en', { notation: 'compact', maximumFractionDigits: 1 }) : value.toLocaleString('en', { maximumFractionDigits: 0 }));
  const first = page.locator('table', { hasText: 'Saved if never damaged' }).locator('tbody tr').first();
  const [best] = result.assets.filter((each) => each.criticality_low !== null).sort((a, b) => b.criticality - a.criticality);
  await first.locator(`a[href*="${best.key}"]`).waitFor();
  const cells = first.locator('td');
  assert.deepEqual((await cells.nth(3).textContent()).match(/[-\d.,]+[KMB]?/g), [best.criticality, best.criticality_low, best.criticality_high].map(short));
  assert.match(await cells.nth(4).textContent(), /^\s*1( to \d+)?\s*$/);
  const alone = (await ask(page, '/rank', { by: 'people_hours', hours: 24, top: 1000 })).ranking.find((row) => row.key === best.key);
  assert.equal((await cells.nth(2).textContent()).trim(), short(alone.people_hours));
  await page.getByLabel('Order by').selectOption('worth');
  await first.locator(`a[href*="${result.worth[0].key}"]`).waitFor();
  assert.deepEqual((await cells.nth(5).textContent()).match(/[-\d.,]+[KMB]?/g), ['value', 'low', 'high'].map((name) => short(result.worth[0][name])));
});

walk('people without service follow the hour, as picture and table', async (page) => {
  await open(page, `/run?key=${runs[0]}&tab=time`);
  const { series } = await api(page, `/runs/${runs[0]}/result`);
  await page.getByText(/is hit most: up to/).waitFor();
  await page.getByRole('slider', { name: 'Hour 0' }).focus();
  await page.keyboard.press('End');
  await page.waitForURL(/t=23/);
  const cell = page.locator('table', { hasText: 'People without service' }).locator('tr', { hasText: 'Energy' }).locator('td').last();
  assert.equal((await cell.textContent()).replace(/,/g, '').trim(), String(Math.round(series.sectors.EN[23])));
  await page.getByRole('button', { name: 'By region' }).click();
  await page.waitForURL(/by=region/);
  const worst = Object.entries(series.regions).sort(([, a], [, b]) => b.reduce((x, y) => x + y) - a.reduce((x, y) => x + y))[0];
  const { name } = await api(page, `/regions/${encodeURIComponent(worst[0])}`);
  const first = page.locator('table', { hasText: 'People without service' }).locator('tbody tr').first();
  await first.filter({ hasText: name }).waitFor();
  assert.equal((await first.locator('td').last().textContent()).replace(/,/g, '').trim(), String(Math.round(worst[1][23])));
});

walk('a run is repeated with the same bytes', async (page) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await open(page, `/run?key=${runs[0]}&tab=repeat`);
  const tabs = page.getByRole('tablist');
  await tabs.getByRole('tab', { selected: true }).waitFor();
  const [row, chosen] = await Promise.all([tabs.boundingBox(), tabs.getByRole('tab', { selected: true }).boundingBox()]);
  assert.ok(chosen.x >= row.x - 1 && chosen.x + chosen.width <= row.x + row.width + 1, JSON.stringify([row, chosen]));
  await page.getByText((await api(page, `/runs/${runs[0]}`)).sha256).waitFor();
  await page.getByRole('button', { name: 'Repeat and compare' }).click();
  await page.getByText('The same bytes came out.').waitFor({ timeout: 60_000 });
});

walk('two runs stand side by side, with maps that mark together and one hour for both', async (page) => {
  await open(page, '/runs');
  await page.getByLabel('Choose As it is to compare').check();
  await page.getByLabel('Choose Walls to compare').check();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.waitForURL(/with=/);
  const { a, b } = Object.fromEntries([...new URL(page.url()).searchParams].map(([name, value]) => [name === 'key' ? 'a' : 'b', value]));
  const comparison = await api(page, `/runs/${a}/compare/${b}`);
  assert.ok(comparison.loss.mean.difference < 0);
  await page.getByText(/Walls loses .* less on average than As it is/).waitFor();
  await page.locator('svg circle').first().waitFor();
  await page.getByRole('button', { name: /on both maps/ }).first().click();
  assert.equal(await page.locator('svg circle.on').count(), 2);
  await page.getByRole('slider', { name: /^Hour \d/ }).focus();
  await page.keyboard.press('End');
  await page.waitForURL(/t=23/);
  const [first, second] = await Promise.all([0, 1].map((side) => page.locator('svg .cursor').nth(side + 1).getAttribute('x1')));
  assert.equal(first, second, 'one hour for both');
});

const screens = () => ['/scenarios', '/runs', `/run?key=${runs[0]}`, `/run?key=${runs[0]}&tab=assets`, `/run?key=${runs[0]}&tab=time`, `/run?key=${runs[0]}&tab=repeat`, `/run?key=${runs[0]}&with=${runs[1]}`];

for (const options of [{ language: 'en', width: 1280 }, { language: 'ar', theme: 'dark', width: 360 }, { language: 'en', theme: 'dark', width: 320 }])
  walk(`results in ${options.language}, ${options.width} px have no accessibility fault`, async (page) => {
    const found = [];
    for (const screen of screens()) {
      await open(page, screen);
      for (const violation of await axe(page)) found.push(`${screen}: ${violation}`);
      const over = await tooWide(page);
      if (over > 0) found.push(`${screen}: ${over} px too wide`);
    }
    assert.deepEqual(found, []);
  }, options);

walk('an observer runs without keeping the scenario', async (page) => {
  await open(page, '/scenarios');
  await page.getByLabel('Name', { exact: true }).fill('Only asked');
  await page.getByLabel('Trials').fill('500');
  assert.equal(await page.getByRole('button', { name: 'Save', exact: true }).count(), 0);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText(/Done|Failed/).first().waitFor({ timeout: 60_000 });
  assert.equal((await api(page, '/scenarios?limit=100')).items.filter((each) => each.title === 'Only asked').length, 0);
}, { actor: 'otto' });

walk('a budget buys measures, says whether a better set could exist, and slides along the front', async (page) => {
  for (const measure of [
    { key: 'E2E-M1', title: 'Walls', cost: 2000, changes: [{ kind: 'substation', damage_factor: 0.2 }] },
    { key: 'E2E-M2', title: 'Crews', cost: 500, state: 'planned', changes: [{ sector: 'EN', repair_factor: 0.5 }] },
  ])
    assert.equal((await ask(page, '/measures', measure)).key, measure.key);
  await ask(page, '/scenarios', { key: 'E2E-FLOOD', title: 'E2E flood', ...flood, trials: 500 });
  await open(page, '/portfolio?scenario=E2E-FLOOD&budget=2100&trials=500');
  await page.getByRole('button', { name: 'Weigh the measures' }).click();
  await page.locator('svg[role=img]').waitFor({ timeout: 60_000 });
  const answer = await ask(page, '/portfolio', { scenario: 'E2E-FLOOD', budget: 2100, trials: 500, objective: 'mean' });
  assert.deepEqual(answer.best.measures, ['E2E-M1']);
  await page.getByText(/2,100 buys Walls, for 2,000/).first().waitFor();
  await page.getByText(answer.is_exact ? 'No better set exists within this budget' : 'a better one may exist').waitFor();
  assert.equal(await page.getByLabel('Budget').first().inputValue(), '2,100', 'thousands stand apart');
  await page.getByLabel('Budget').first().fill('1,999');
  await page.getByLabel('Budget').first().blur();
  await page.waitForURL(/budget=1999/);
  await page.getByLabel('Budget').first().fill('600');
  await page.getByLabel('Budget').first().blur();
  await page.getByText(/600 buys Crews, for 500/).first().waitFor();
  await page.getByLabel('Lock of Walls').selectOption('out');
  await page.waitForURL(/without=E2E-M1/);
  await page.getByRole('button', { name: 'Weigh the measures' }).click();
  await page.locator('svg[role=img]').waitFor({ timeout: 60_000 });
  await page.locator('tr', { hasText: 'Walls' }).getByText('left out').waitFor();
  assert.deepEqual(await axe(page), []);
  await page.getByRole('button', { name: 'As a table' }).click();
  await page.getByRole('columnheader', { name: 'Loss that is left' }).waitFor();
});

// Accounts that have chosen their password: one that may see a region only, one that may release.
async function makeTwo(page) {
  for (const account of [{ key: 'nora' }, { key: 'rita', role: 'authority', clearance: 'TLP:RED' }]) {
    assert.equal((await ask(page, '/users', { ...account, password })).key, account.key);
    const { csrf } = await api(page, '/session');
    const chosen = await page.request.post(`/api/v1/users/${account.key}/password`, { headers: { 'X-CSRF-Token': csrf }, data: { password, must_change: false } });
    assert.equal(chosen.status(), 204, await chosen.text());
  }
  assert.equal((await ask(page, '/grants', { user: 'nora', role: 'operator', scope: 'region', region: 'DEMO-REGION-01' })).user, 'nora');
}

// No fault in English on a desk, nor in Arabic on a telephone.
async function sound(page, screen) {
  const found = [];
  for (const [language, width] of [['ar', 360], ['en', 1280]]) {
    await resize(page, width);
    await page.evaluate((chosen) => localStorage.setItem('hf.language', chosen), language);
    await open(page, screen);
    await page.locator(`html[lang^=${language}]`).waitFor();
    for (const violation of await axe(page)) found.push(`${language} ${screen}: ${violation}`);
    const over = await tooWide(page);
    if (over > 0) found.push(`${language} ${screen}: ${over} px too wide`);
  }
  assert.deepEqual(found, []);
}

walk('a run over all of the register is asked for, released by a second person, and told in general', async (page) => {
  await open(page, '/scenarios');
  assert.equal(await page.getByLabel('Asked of').locator('option').count(), 2, 'who sees all need not ask');
  await makeTwo(page);

  const asker = await watchedPage(browser, server);
  const second = await watchedPage(browser, server);
  try {
    await signIn(asker.page, server, 'nora');
    await open(asker.page, '/scenarios');
    await asker.page.getByLabel('Name', { exact: true }).fill('Storm');
    await asker.page.getByLabel('Trials').fill('500');
    await asker.page.getByLabel('Asked of').selectOption('general');
    await asker.page.getByRole('button', { name: 'Ask for release' }).click();
    await asker.page.getByText('Fill this in.').waitFor();
    assert.deepEqual(await axe(asker.page), []);
    await asker.page.getByLabel('Reason').fill('Plan for the winter');
    await asker.page.getByRole('button', { name: 'Ask for release' }).click();
    await asker.page.getByText(/“Storm” is asked for/).waitFor();
    await open(asker.page, '/releases');
    const own = asker.page.getByRole('region', { name: 'Storm' });
    await own.getByText('Waiting', { exact: true }).waitFor();
    assert.equal(await own.getByRole('button').count(), 0, 'nobody releases for oneself');

    await signIn(second.page, server, 'rita');
    await open(second.page, '/runs');
    await second.page.getByText('1 run waits for a second person.').waitFor();
    await open(second.page, '/releases');
    const question = second.page.getByRole('region', { name: 'Storm' });
    await question.getByText('Plan for the winter').waitFor();
    await sound(second.page, '/releases');
    await question.getByRole('button', { name: 'Release', exact: true }).click();
    const dialog = second.page.getByRole('dialog');
    await dialog.getByLabel('Note').fill('For the plan only');
    assert.deepEqual(await axe(second.page), []);
    await dialog.getByRole('button', { name: 'Release', exact: true }).click();
    await question.getByText('Released', { exact: true }).waitFor();

    await own.getByText('For the plan only').waitFor({ timeout: 60_000 });
    await own.getByRole('link', { name: 'Open the result' }).click({ timeout: 60_000 });
    await asker.page.waitForURL(/run\?key=/);
    await asker.page.getByText(/On average .* are lost in the whole nation/).waitFor();
    const key = new URL(asker.page.url()).searchParams.get('key');
    const result = await api(asker.page, `/runs/${key}/result`);
    const rows = asker.page.locator('main tbody');
    const shown = await rows.evaluateAll((bodies) => bodies.map((body) => body.querySelectorAll('tr:not(.others)').length));
    assert.deepEqual(shown, [result.by_sector.length, result.by_region.length]);
    assert.ok(shown[0] > 0 && shown[1] > 0);
    assert.equal(await asker.page.getByText(/Compare|Repeat and/).count(), 0);
    await sound(asker.page, `/run?key=${key}`);
    await open(asker.page, '/runs');
    await asker.page.locator('tr', { hasText: 'The whole register, generalised' }).waitFor();
    assert.equal(await asker.page.locator('main input[type=checkbox]').count(), 0);
    assert.deepEqual([...asker.faults, ...second.faults], []);
  } finally {
    await asker.close();
    await second.close();
  }
});
