// SPDX-License-Identifier: Apache-2.0
//
// Tokens of programs, the settings of the instance and the accounts of others as people manage them, and what those see
// who may not.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { request } from 'playwright-core';
import { api, ask, axe, launch, missing, password, startServer, signIn, walks, watchedPage } from './harness.mjs';

let browser, server;
before(async () => {
  if (missing) return;
  browser = await launch();
  server = await startServer('1k');
  const { page, close } = await watchedPage(browser, server);
  await signIn(page, server);
  for (const [key, role] of [['iris', 'authority'], ['nora', null]]) await ask(page, '/users', { key, role, password, must_change_password: false });
  await close();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});
const walk = walks(() => ({ browser, server }));

// What a program is told that shows this token, and nothing else.
async function statusWith(token, path = '/assets?limit=1') {
  const program = await request.newContext({ baseURL: server.url, extraHTTPHeaders: { Authorization: `Bearer ${token}` } });
  const status = (await program.get(`/api/v1${path}`)).status();
  await program.dispose();
  return status;
}

walk('a token is made, shown once, used and ended', async (page, { allow }) => {
  allow(/status of 404/);
  const tokens = page.getByRole('group', { name: 'Tokens of programs' });
  await page.getByText('There are no tokens.').waitFor();
  await page.getByRole('button', { name: 'Make a token' }).click();
  assert.deepEqual(await page.locator('select[name=token-role] option').allTextContents(), ['All that the account may', 'Observer', 'Responder']);
  await page.locator('input[name=token-days]').fill('4000');
  await page.getByRole('button', { name: 'Make a token' }).last().click();
  await page.getByText('Too large: 3,650 or less.').waitFor();
  await page.getByText('Fill this in.').waitFor();
  assert.deepEqual(await axe(page), []);
  await page.locator('input[name=token-label]').fill('Feed of the grid');
  await page.locator('select[name=token-role]').selectOption('observer');
  await page.locator('select[name=token-clearance]').selectOption('TLP:GREEN');
  await page.locator('input[name=token-days]').fill('30');
  await page.getByText(/^It ends on /).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText(/shown only now, never again/).waitFor();
  const box = page.getByRole('textbox', { name: 'The new token' });
  const secret = await box.inputValue();
  assert.match(secret, /^[\w-]{43}$/);
  assert.ok(await box.evaluate((element) => document.activeElement === element && element.selectionEnd === 43));
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByText('Token copied').first().waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
  assert.deepEqual(await axe(page), []);
  const row = tokens.getByRole('row', { name: /Feed of the grid/ });
  assert.match(await row.textContent(), /Observer\s·\sTLP:GREEN.*not yet/s);
  assert.equal(await statusWith(secret), 200);
  assert.equal(await statusWith(secret, '/users/otto/tokens'), 403);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.reload();
  await row.waitFor();
  assert.ok(!(await page.content()).includes(secret));
  assert.doesNotMatch(await row.textContent(), /not yet/);
  await page.getByRole('button', { name: 'End the token Feed of the grid' }).click();
  assert.deepEqual(await axe(page), []);
  await page.locator('dialog[open] .danger').click();
  await page.getByText('Token ended: Feed of the grid').first().waitFor();
  await page.getByText('There are no tokens.').waitFor();
  assert.equal(await statusWith(secret), 401);
}, { actor: 'otto', at: '/settings' });

walk('a setting of the instance is saved by itself, refused beside its field, and goes back to its default', async (page, { allow }) => {
  allow(/status of 400/);
  await page.getByRole('tab', { name: 'For everybody here' }).click();
  assert.match(page.url(), /\/settings\?tab=instance$/);
  const name = page.locator('input[name="instance.name"]');
  const form = page.locator('form', { has: name });
  await name.fill('n'.repeat(201));
  await name.press('Enter');
  await form.getByText(/This is no value of the setting/).waitFor();
  assert.equal(await name.getAttribute('aria-invalid'), 'true');
  assert.deepEqual(await axe(page), []);
  await name.fill('Authority of N');
  await name.press('Enter');
  await page.getByText('Saved: Name of the State or body').first().waitFor();
  await page.locator('header').getByText('Authority of N').first().waitFor();
  assert.equal(await form.getByText(/This is no value/).count(), 0);

  await page.locator('input[value=auditor]').check();
  await page.locator('input[value=administrator]').check();
  await page.locator('input[value=administrator]').uncheck();
  await page.locator('form', { has: page.locator('input[value=auditor]') }).getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved: Roles that need a second factor').first().waitFor();
  await page.locator('select[name="instance.language"]').selectOption('fr');
  await page.locator('form', { has: page.locator('select[name="instance.language"]') }).getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved: Language').first().waitFor();
  const valueOf = (items, wanted) => items.find((item) => item.name === wanted).value;
  const { items } = await api(page, '/settings');
  assert.deepEqual(['instance.name', 'instance.language', 'identity.second_factor'].map((each) => valueOf(items, each)), ['Authority of N', 'fr', 'auditor']);

  // Each has its way back, and each change stands in the log with who made it.
  for (let left = 3; left > 0; left--) {
    assert.equal(await page.getByRole('button', { name: 'Back to default' }).count(), left);
    await page.getByRole('button', { name: 'Back to default' }).first().click();
    await page.waitForFunction((count) => [...document.querySelectorAll('main form button[type=button]')].length === count, left - 1);
  }
  assert.ok((await api(page, '/settings')).items.every((item) => item.value === ''));
  const log = (await api(page, '/log?limit=20')).items.filter((item) => item.action === 'setting.changed');
  assert.equal(log.length, 6);
  assert.ok(log.every((item) => item.actor === 'ada'));
}, { at: '/settings' });

walk('an authority changes the profile and only reads what belongs to accounts', async (page) => {
  assert.equal(await page.locator('input[name="instance.name"]').count(), 1);
  assert.equal(await page.locator('input[type=checkbox]').count(), 0);
  const text = await page.locator('form', { hasText: 'Roles that need a second factor' }).textContent();
  assert.match(text, /none.*your role does not change it/s);
  assert.deepEqual(await axe(page), []);
}, { actor: 'iris', at: '/settings?tab=instance' });

walk('who may not change the profile finds only their own settings', async (page) => {
  await page.getByRole('heading', { name: 'Password', exact: true }).waitFor();
  assert.equal(await page.getByRole('tab').count(), 0);
  assert.equal((await page.request.get('/api/v1/settings')).status(), 403);
}, { actor: 'otto', at: '/settings?tab=instance' });

// The moment that a control of this page's clock says.
const onClock = (page, local) => page.evaluate((text) => new Date(text).toISOString(), local);

walk('grants are added, told by their times on the reader’s clock, changed and taken back', async (page, { allow }) => {
  allow(/status of 400/);
  await (await page.context().newCDPSession(page)).send('Emulation.setTimezoneOverride', { timezoneId: 'America/Lima' });
  await page.reload();
  await page.getByRole('link', { name: 'nora' }).click();
  await page.getByRole('heading', { level: 1, name: 'nora' }).waitFor();
  const grants = page.getByRole('group', { name: 'Grants' });
  await page.getByText('There are no grants beside').waitFor();
  await page.getByText(/your own clock \(Peru/).waitFor();

  await page.getByRole('button', { name: 'Add a grant' }).click();
  const form = page.locator('dialog[open]');
  // The log is the whole nation's: no other scope is offered for who reads it.
  await form.getByLabel('Scope').selectOption('sector');
  await form.getByLabel('Role').selectOption('auditor');
  assert.equal(await form.getByLabel('Scope').locator('option').count(), 1);
  assert.equal(await form.getByLabel('Scope').inputValue(), 'nation');
  await form.getByLabel('Role').selectOption('operator');
  await form.getByLabel('Scope').selectOption('region');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText('Fill this in.').waitFor();
  assert.deepEqual(await axe(page), []);
  await form.getByLabel('Region').fill('DEMO-REGION-01');
  await form.getByLabel('Starts').fill('2099-07-01T08:30');
  await form.getByLabel('Ends').fill('2099-01-01T08:30');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText(/It would end before it starts/).waitFor();
  assert.equal(await form.getByLabel('Ends').getAttribute('aria-invalid'), 'true');
  await form.getByLabel('Ends').fill('2099-12-31T18:00');
  await page.keyboard.press('Enter');
  await page.getByText('Grant added').first().waitFor();
  const ahead = grants.getByRole('row', { name: /Operator/ });
  assert.match(await ahead.textContent(), /Region: DEMO-REGION-01.*Jul 1, 2099, 8:30\sAM.*Dec 31, 2099, 6:00\sPM.*not yet in force/s);
  const kept = await api(page, '/grants/nora%2Foperator%2Fregion%2FDEMO-REGION-01');
  assert.equal(await onClock(page, kept.starts_at), '2099-07-01T13:30:00.000Z'); // Lima is five hours behind
  assert.equal(await onClock(page, kept.ends_at), await onClock(page, '2099-12-31T18:00'));

  await ask(page, '/grants', { user: 'nora', role: 'observer', scope: 'sector', sector: 'EN', starts_at: '2020-01-01T00:00:00Z', ends_at: '2020-06-01T00:00:30Z' });
  await ask(page, '/grants', { user: 'nora', role: 'assessor', scope: 'nation' });
  await page.reload();
  assert.match(await grants.getByRole('row', { name: /Observer/ }).textContent(), /Dec 31, 2019, 7:00\sPM.*May 31, 2020, 7:00\sPM.*has ended/s);
  assert.match(await grants.getByRole('row', { name: /Assessor/ }).textContent(), /Nation.*at once.*without an end.*in force/s);
  assert.deepEqual(await axe(page), []);

  // The times of one are changed; what was not touched keeps its seconds.
  await page.getByRole('button', { name: /^Times: Observer/ }).click();
  assert.equal(await form.getByLabel('Ends').inputValue(), '2020-05-31T19:00');
  await form.getByLabel('Starts').fill('');
  await form.getByRole('button', { name: 'Save' }).click();
  await grants.getByRole('row', { name: /Observer.*at once/ }).waitFor();
  const changed = await api(page, '/grants/nora%2Fobserver%2Fsector%2FEN');
  assert.deepEqual([changed.starts_at, await onClock(page, changed.ends_at)], [null, '2020-06-01T00:00:30.000Z']);

  await page.getByRole('button', { name: 'Take back: Assessor, Nation' }).click();
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press('Escape');
  assert.equal(await grants.getByRole('row', { name: /Assessor/ }).count(), 1);
  await page.getByRole('button', { name: 'Take back: Assessor, Nation' }).click();
  await form.getByRole('button', { name: 'Take back' }).click();
  await page.getByText('Taken back: Assessor, Nation').first().waitFor();
  await grants.getByRole('row', { name: /Assessor/ }).waitFor({ state: 'detached' });
  assert.equal((await api(page, '/grants?user=nora')).items.length, 2);
  assert.equal((await page.request.get('/api/v1/grants/nora%2Fassessor%2Fnation')).status(), 404);
}, { at: '/users' });

walk('an administrator makes a token for the account of a program and puts a browser out', async (page, { allow }) => {
  allow(/status of 401/);
  const other = await watchedPage(browser, server);
  const nora = await other.page.request.post('/api/v1/session', { data: { name: 'nora', password } });
  assert.equal(nora.status(), 200);
  await page.reload();
  await page.getByRole('button', { name: 'Make a token' }).click();
  await page.locator('input[name=token-label]').fill('Loader');
  await page.locator('input[name=token-days]').fill('');
  await page.getByText(/Left empty, it ends as late as this instance allows/).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'The new token' }).waitFor();
  const tokens = page.getByRole('group', { name: 'Tokens of programs' });
  assert.match(await tokens.textContent(), /Loader.*All that the account may.*20\d\d/s);
  assert.equal((await api(page, '/users/ada/tokens')).items.length, 0);
  assert.equal((await other.page.request.get('/api/v1/users/nora/sessions')).status(), 200);
  await page.getByRole('button', { name: /^End the session from/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End', exact: true }).click();
  await page.getByText('1 session ended').first().waitFor();
  assert.equal((await other.page.request.get('/api/v1/users/nora/sessions')).status(), 401);
  await other.close();
}, { at: '/users?account=nora' });

walk('who has no right to accounts opens no other’s, neither here nor by the API', async (page, { allow }) => {
  allow(/status of 40[34]/);
  await page.getByText('Not permitted').first().waitFor();
  assert.equal(await page.getByRole('button', { name: 'Add a grant' }).count(), 0);
  assert.equal(await page.getByText('Loader').count(), 0);
  for (const path of ['/users/nora', '/users/nora/tokens', '/users/nora/sessions', '/grants?user=nora']) assert.equal((await page.request.get(`/api/v1${path}`)).status(), 403, path);
  assert.equal((await ask(page, '/grants', { user: 'otto', role: 'administrator', scope: 'nation' })).code, 'access.denied');
  assert.equal((await ask(page, '/users/nora/tokens', { label: 'x' })).code, 'access.denied');
}, { actor: 'otto', at: '/users?account=nora' });

walk('every setting of the server has its words in the catalogue', async (page) => {
  const { items } = await api(page, '/settings');
  const headings = await page.locator('main form h2').allTextContents();
  assert.equal(headings.length, items.length);
  assert.deepEqual(headings.filter((heading) => !/[\u0600-\u06ff]/.test(heading)), []);
  const text = await page.locator('main').textContent();
  assert.deepEqual(items.filter((item) => text.includes(item.help)), []);
}, { at: '/settings?tab=instance', language: 'ar' });
