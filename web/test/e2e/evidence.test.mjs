// SPDX-License-Identifier: Apache-2.0
//
// Evidence of an answer and files of a record in the browser: chosen and dropped, refused with a reason, accepted,
// fetched; a draft that outlives the page; two texts beside one another.
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
const pdf = (text) => ({ name: `${text}.pdf`, mimeType: 'application/pdf', buffer: Buffer.from(`%PDF-1.7\n${text}\n`) });

async function make(page, path, data) {
  const session = await api(page, '/session');
  const answer = await page.request.post(`${server.url}/api/v1${path}`, { data, headers: { 'X-CSRF-Token': session.csrf } });
  assert.equal(answer.status(), 201, await answer.text());
}

test('a file is given as evidence, refused with a reason, accepted, and counts', { skip: missing }, async () => {
  const { page, faults, allow, close } = await watchedPage(browser, server);
  await signIn(page, server);
  await make(page, '/assessments', { key: 'E1', title: 'Evidence round', instruments: ['sr2341'] });
  await make(page, '/answers', { assessment: 'E1', question, rating: '3' });
  await page.goto(`/assessment?key=E1&q=${question}`);
  const panel = page.getByRole('region', { name: 'What shows it' });
  await panel.getByText('No file, address or record yet.').waitFor();

  allow(/400/);
  await panel.locator('input[type=file]').setInputFiles({ name: 'plan.pdf', mimeType: 'application/pdf', buffer: Buffer.from('#!/bin/sh\n') });
  await panel.getByText('This is a program, or holds one.').waitFor();
  await panel.locator('input[type=file]').setInputFiles(pdf('strategy'));
  const item = panel.getByRole('listitem').filter({ hasText: 'strategy.pdf' });
  await item.getByText('Offered').waitFor();

  await item.getByRole('button', { name: 'Refuse' }).click();
  await item.getByLabel('Why it is refused').fill('Not signed');
  await item.getByRole('button', { name: 'Refuse' }).click();
  await item.getByText('Refused', { exact: true }).waitFor();
  assert.ok(await item.getByText('Not signed').isVisible());
  await item.getByRole('button', { name: 'Accept' }).click();
  await item.getByText('Accepted', { exact: true }).waitFor();
  assert.equal((await api(page, '/assessments/E1/results')).overall.evidence_cover, 1);

  const [download] = await Promise.all([page.waitForEvent('download'), item.getByRole('link', { name: /strategy\.pdf/ }).click()]);
  assert.equal(download.suggestedFilename(), 'strategy.pdf');

  await panel.getByLabel('Address or record').fill('https://example.org/law');
  await panel.getByLabel('Counts until').fill('2099-01-01');
  await panel.getByRole('button', { name: 'Add' }).click();
  await panel.getByRole('link', { name: 'https://example.org/law' }).waitFor();

  // Dropped where it says so.
  const dropped = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['%PDF-1.7\nletter\n'], 'letter.pdf', { type: 'application/pdf' }));
    return data;
  });
  await panel.getByRole('group', { name: 'Drop files here' }).dispatchEvent('drop', { dataTransfer: dropped });
  await panel.getByRole('link', { name: /letter\.pdf/ }).waitFor();
  for (const width of [1280, 360]) {
    await resize(page, width);
    assert.deepEqual(await axe(page), [], `evidence at ${width}`);
  }
  assert.deepEqual(faults, []);
  await close();
});

test('what was typed outlives the page, and two texts stand beside one another', { skip: missing }, async () => {
  const { page, faults, allow, close } = await watchedPage(browser, server);
  await signIn(page, server);
  await make(page, '/assessments', { key: 'E2', title: 'Draft round', instruments: ['sr2341'] });
  await page.goto(`/assessment?key=E2&q=${question}`);
  await page.getByLabel('Comment').fill('Mine, not sent');
  await page.getByRole('radio', { name: /^2/ }).check();
  await page.reload();
  await page.getByText('A draft that was not saved').waitFor();
  assert.equal(await page.getByLabel('Comment').inputValue(), 'Mine, not sent');
  assert.ok(await page.getByRole('radio', { name: /^2/ }).isChecked());

  // Somebody saves meanwhile: the draft shows both.
  await make(page, '/answers', { assessment: 'E2', question, rating: '4', comment: 'Theirs' });
  await page.reload();
  await page.getByText('has saved this answer meanwhile').waitFor();
  const both = page.getByRole('alert');
  assert.ok(await both.getByText('Theirs', { exact: true }).last().isVisible());
  assert.ok(await both.getByText('Mine, not sent').isVisible());
  await both.getByRole('button', { name: 'Join both comments' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved', { exact: true }).waitFor();
  assert.equal((await api(page, `/answers/${encodeURIComponent(`E2/${question}`)}`)).comment, 'Theirs\nMine, not sent');

  // Without a network nothing is lost, and it is said.
  allow(/Failed to load|net::|ERR_/);
  await page.context().setOffline(true);
  await page.getByLabel('Comment').fill('Written on the road');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('What you wrote is kept in this browser').waitFor();
  await page.context().setOffline(false);
  await page.reload();
  await page.getByText('A draft that was not saved').waitFor();
  assert.equal(await page.getByLabel('Comment').inputValue(), 'Written on the road');
  await page.getByRole('button', { name: 'Discard the draft' }).click();
  assert.equal(await page.getByLabel('Comment').inputValue(), 'Theirs\nMine, not sent');
  await page.reload();
  await page.getByLabel('Comment').waitFor();
  assert.equal(await page.getByText('A draft that was not saved').count(), 0);
  assert.deepEqual(faults, []);
  await close();
});

test('any record has files, which are removed and brought back', { skip: missing }, async () => {
  const { page, faults, close } = await watchedPage(browser, server);
  await signIn(page, server);
  await make(page, '/assets', { key: 'FILES-1', name: 'Plant with files' });
  await page.goto('/record/assets?key=FILES-1&tab=files');
  await page.getByText('No files yet').waitFor();
  await page.locator('input[type=file]').setInputFiles(pdf('inspection'));
  const row = page.getByRole('listitem').filter({ hasText: 'inspection.pdf' });
  await row.waitFor();
  assert.deepEqual(await axe(page), []);
  await row.getByRole('button', { name: 'Remove inspection.pdf' }).click();
  await page.getByText('No files yet').waitFor();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await row.waitFor();
  await settled(page);
  assert.deepEqual(faults, []);
  await close();
});
