// SPDX-License-Identifier: Apache-2.0
//
// OSCAL in the browser: a foreign catalogue comes in after a dry run, stands in the catalogue under its own themes, is
// assessed, and goes out; an answer to a question that is gone says so.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, axe, dresses, launch, missing, resize, settled, signIn, startServer, watchedPage } from './harness.mjs';

let server, browser;
before(async () => {
  if (missing) return;
  [server, browser] = await Promise.all([startServer('1k'), launch()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const control = (id, title) => ({
  id, title,
  parts: [
    { id: `${id}_smt`, name: 'statement', prose: `${title} are kept closed.` },
    { id: `${id}_gdn`, name: 'guidance', prose: 'Whoever leaves last looks. '.repeat(12).trim() },
    { id: `${id}_obj`, name: 'assessment-objective', prose: `${title} are closed after {{ insert: param, time }}` },
  ],
});
const law = (controls) => ({
  catalog: {
    uuid: '74c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724',
    metadata: { title: 'Law of doors', 'last-modified': '2026-01-01T00:00:00Z', version: '1', 'oscal-version': '1.1.2' },
    params: [{ id: 'time', label: 'a time' }],
    groups: [{ id: 'g', title: 'Doors and gates', controls }],
  },
});
const fileOf = (name, value) => ({ name, mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(value)) });

async function bringIn(page, files) {
  await page.goto('/provisions');
  await page.getByRole('link', { name: 'Import a catalogue' }).click();
  await page.locator('input[type=file]').setInputFiles(files);
  await page.getByRole('button', { name: 'Dry run' }).click();
  await page.getByRole('heading', { name: 'This is what would happen' }).waitFor();
}

async function fetched(page, link) {
  const answer = await page.request.get(new URL(await link.getAttribute('href'), server.url).href);
  assert.equal(answer.status(), 200);
  return answer.json();
}

test('a catalogue comes in, is found by its themes, assessed, and goes out as it came', { skip: missing }, async () => {
  const { page, faults, close } = await watchedPage(browser, server);
  await signIn(page, server);
  await bringIn(page, [fileOf('twice.json', law([control('d-1', 'Doors'), control('d-1', 'Gates')]))]);
  await page.getByRole('cell', { name: /An id stands twice in the document/ }).first().waitFor();
  await bringIn(page, [fileOf('law.json', law([control('d-1', 'Doors'), control('d-2', 'Gates')]))]);
  await page.getByRole('row', { name: /Provisions 2 0 0 0/ }).waitFor();
  await page.getByRole('button', { name: /^Take in/ }).click();
  await page.getByRole('heading', { name: 'The import is stored' }).waitFor();

  await page.goto('/provisions');
  await page.locator('#pr-theme').selectOption('Doors and gates');
  await page.getByText('2 provisions', { exact: false }).waitFor();
  await page.locator('details', { hasText: 'law-of-doors:d-1' }).locator('summary').click();
  await page.getByText('Doors are closed after [a time]').waitFor();
  await page.getByText('As it came in with its catalogue; not translated.').first().waitFor();
  await page.locator('#pr-instrument').selectOption({ label: 'Law of doors' });
  await page.getByRole('button', { name: 'Export' }).click();
  const whole = await fetched(page, page.getByRole('link', { name: /as a profile of it/ }));
  assert.equal(whole.profile.imports.length, 1);
  await page.goto('/provisions?instrument=law-of-doors');
  await page.getByRole('button', { name: 'Export' }).click();
  assert.deepEqual(await fetched(page, page.getByRole('link', { name: /as a catalogue \(OSCAL\)/ })), law([control('d-1', 'Doors'), control('d-2', 'Gates')]));
  assert.deepEqual(faults, []);
  await close();
});

test('results go out, and an answer to a question that is gone is told', { skip: missing }, async () => {
  const { page, faults, close } = await watchedPage(browser, server);
  await signIn(page, server);
  const { csrf } = await api(page, '/session');
  const headers = { 'X-CSRF-Token': csrf };
  const post = async (path, data) => assert.equal((await page.request.post(`/api/v1${path}`, { data, headers })).status(), 201);
  await post('/assessments', { key: 'D1', title: 'Doors', instruments: ['law-of-doors'] });
  await post('/answers', { assessment: 'D1', question: 'law-of-doors:d-1_obj', rating: '3' });
  await post('/answers', { assessment: 'D1', question: 'law-of-doors:d-2_obj', rating: '1' });
  await page.goto('/assessment?key=D1&phase=results');
  await page.getByRole('button', { name: 'Export' }).click();
  assert.equal(await page.getByRole('link', { name: /Plan of action/ }).count(), 0);
  const results = await fetched(page, page.getByRole('link', { name: 'Results with evidence (OSCAL)' }));
  assert.deepEqual(results['assessment-results'].results[0].findings.map((each) => each.target.status.state), ['satisfied', 'not-satisfied']);
  assert.equal((await page.request.delete('/api/v1/questions/law-of-doors%3Ad-2_obj', { headers: { ...headers, 'If-Match': '*' } })).status(), 204);
  await page.goto('/assessment?key=D1&phase=assess');
  await page.getByText('Answers to questions that are no longer asked').waitFor();
  assert.deepEqual(faults, []);
  await close();
});

for (const [language, theme] of dresses)
  test(`axe finds nothing where catalogues come in and go out (${language}, ${theme})`, { skip: missing }, async () => {
    const { page, faults, close } = await watchedPage(browser, server, { language, theme });
    await signIn(page, server);
    for (const width of [1280, 360]) {
      await resize(page, width);
      for (const path of ['/provisions?instrument=law-of-doors', '/assessment?key=D1&phase=results']) {
        await page.goto(path);
        await settled(page);
        await page.locator('.page-head button, .page button').filter({ has: page.locator('svg') }).last().click();
        if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${language}-${width}-${path.slice(1, 5)}.png` });
        assert.deepEqual(await axe(page), [], `${path} at ${width}`);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} is wider than ${width}`);
      }
      // A control as it came opens when it is wanted.
      await page.goto('/record/provisions?key=law-of-doors%3Ad-1');
      await settled(page);
      await page.locator('.facts summary').click();
      await page.locator('.facts pre', { hasText: 'assessment-objective' }).waitFor();
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${language}-${width}-record.png` });
      assert.deepEqual(await axe(page), [], `the record at ${width}`);
    }
    assert.deepEqual(faults, []);
    await close();
  });
