// SPDX-License-Identifier: Apache-2.0
//
// Several assessors in the browser: blind, then side by side, opened by the lead, settled with what was said; and the cards
// of an interview.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, axe, launch, missing, resize, settled, signIn, startServer, watchedPage } from './harness.mjs';

let server, browser;
before(async () => {
  if (missing) return;
  [server, browser] = await Promise.all([startServer('1k'), launch()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const question = '2341-OP2.q1';
async function make(page, path, data, headers = {}) {
  const session = await api(page, '/session');
  const answer = await page.request.post(`${server.url}/api/v1${path}`, { data, headers: { 'X-CSRF-Token': session.csrf, ...headers } });
  assert.ok(answer.ok(), await answer.text());
  return answer.json();
}

test('two assessors rate blind, the lead opens, and the answer keeps what was said', { skip: missing }, async () => {
  const { page, faults, close } = await watchedPage(browser, server);
  await signIn(page, server);
  const me = (await api(page, '/session')).actor.name;
  await make(page, '/users', { key: 'olga', role: 'assessor', password: 'correct horse battery olga', must_change_password: false });
  const { token } = await make(page, '/users/olga/tokens', { label: 'e2e' });
  await make(page, '/assessments', { key: 'A1', title: 'Assessors round', instruments: ['sr2341'], assessors: [me, 'olga'] });
  const other = await fetch(`${server.url}/api/v1/judgements`, { method: 'POST', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ assessment: 'A1', question, assessor: 'olga', rating: '1', comment: 'Not published' }) });
  assert.equal(other.status, 201);

  await page.goto(`/assessment?key=A1&q=${question}`);
  const panel = page.getByRole('region', { name: 'Assessors' });
  await panel.getByText('1 other rating. You see them once you gave yours.').waitFor();
  assert.equal(await page.getByText('Not published').count(), 0);
  await panel.getByLabel('My rating').selectOption('4');
  await panel.getByRole('button', { name: 'Save my rating' }).click();
  await panel.getByText('Not published').waitFor();
  assert.ok(await panel.getByText('median 2.5').isVisible());
  assert.ok(await panel.getByText('spread 1.5').isVisible());

  await page.goto('/assessment?key=A1&phase=reconcile');
  await page.getByRole('button', { name: 'Open the ratings' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Open the ratings' }).click();
  await page.getByRole('button', { name: 'Open the ratings' }).waitFor({ state: 'detached' });
  for (const width of [1280, 360]) {
    await resize(page, width);
    assert.deepEqual(await axe(page), []);
  }
  await resize(page, 1280);
  await page.getByRole('listitem').filter({ hasText: 'Not published' }).first().getByRole('link').click();
  await panel.getByRole('button', { name: 'Take the median' }).click();
  assert.ok(await page.getByRole('radio', { name: /^2/ }).isChecked());
  await page.getByLabel('What was said about it').fill('Olga had not seen the decree');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved', { exact: true }).waitFor();
  assert.deepEqual(await axe(page), []);
  const answer = await api(page, `/answers/${encodeURIComponent(`A1/${question}`)}`);
  assert.deepEqual([answer.rating, answer.rater_count, answer.rated_median, answer.rated_spread], ['2', 2, 2.5, 1.5]);
  await page.goto('/assessment?key=A1&phase=results');
  await page.getByRole('heading', { name: 'Agreement of the assessors' }).waitFor();
  await page.goto('/assessment?key=A1&phase=reconcile');
  await page.getByText('Settled').waitFor();
  assert.deepEqual(faults, []);
  await close();
});

test('the cards of an interview are turned and kept by keys, on a phone, too', { skip: missing }, async () => {
  const { page, faults, close } = await watchedPage(browser, server);
  await signIn(page, server);
  await make(page, '/assessments', { key: 'C1', title: 'Card round', instruments: ['sr2341'] });
  await page.goto('/assessment?key=C1&phase=assess');
  await page.getByRole('link', { name: 'Interview cards' }).click();
  await page.getByText('the arrows turn the card').waitFor();
  const first = new URL(page.url()).searchParams.get('q');
  await page.keyboard.press('3');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction((old) => new URLSearchParams(location.search).get('q') !== old, first);
  assert.equal(new URL(page.url()).searchParams.get('view'), 'cards');
  assert.equal((await api(page, `/answers/${encodeURIComponent(`C1/${first}`)}`)).rating, '3');
  await page.keyboard.press('ArrowLeft');
  await page.waitForFunction((old) => new URLSearchParams(location.search).get('q') === old, first);
  assert.ok(await page.getByRole('radio', { name: /^3/ }).isChecked());
  await resize(page, 360);
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await page.waitForFunction((old) => new URLSearchParams(location.search).get('q') !== old, first);
  assert.deepEqual(await axe(page), []);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 360));
  await page.getByRole('link', { name: 'Leave the cards' }).click();
  await page.getByRole('navigation', { name: 'Phases of the assessment' }).waitFor();
  await settled(page);
  assert.deepEqual(faults, []);
  await close();
});

test('a meeting of the visit is planned with its questions, and leads to their cards', { skip: missing }, async () => {
  const { page, faults, allow, close } = await watchedPage(browser, server);
  await signIn(page, server);
  await make(page, '/assessments', { key: 'V1', title: 'Visit round', instruments: ['sr2341'] });
  await page.goto('/assessment?key=V1&phase=visit');
  await page.getByText('No meetings yet').waitFor();
  await page.getByRole('button', { name: 'Add a meeting' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Who is met').fill('Port authority');
  await dialog.getByLabel('Place').fill('Gate 2');
  await dialog.getByLabel('From').fill('2026-05-04T09:00');
  await dialog.getByLabel('To', { exact: true }).fill('2026-05-04T08:00');
  await dialog.getByLabel('Questions').selectOption([question]);
  assert.deepEqual(await axe(page), []);
  allow(/400/);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('The meeting would end before it starts.').waitFor();
  await dialog.getByLabel('To', { exact: true }).fill('2026-05-04T11:00');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const meeting = page.getByRole('listitem').filter({ hasText: 'Port authority' });
  await meeting.getByText('Gate 2').waitFor();
  for (const width of [1280, 360]) {
    await resize(page, width);
    assert.deepEqual(await axe(page), []);
  }
  // On paper: the questions, and nothing to press.
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.getByRole('button', { name: 'Add a meeting' }).isVisible(), false);
  assert.ok(await meeting.getByText('Gate 2').isVisible());
  await page.emulateMedia({ media: 'screen' });
  await meeting.getByRole('link').first().click();
  await page.getByText('the arrows turn the card').waitFor();
  assert.equal(new URL(page.url()).searchParams.get('q'), question);
  assert.deepEqual(faults, []);
  await close();
});
