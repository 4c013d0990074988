// SPDX-License-Identifier: Apache-2.0
//
// An assessment in the browser: from the catalogue to answers by keys, a conflict between two people, results, a
// recommendation; and the main screens for who hears or has no mouse.
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

async function make(page, path, data) {
  const session = await api(page, '/session');
  const answer = await page.request.post(`${server.url}/api/v1${path}`, { data, headers: { 'X-CSRF-Token': session.csrf } });
  assert.equal(answer.status(), 201, await answer.text());
}

test('Today tells who rates what waits in his assessments, and leads there', { skip: missing }, async () => {
  const { page, faults, close } = await watchedPage(browser, server);
  await signIn(page, server);
  await make(page, '/assessments', { key: 'AGES', title: 'Round that ages', instruments: ['sr2341'] });
  const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  for (const [number, days] of [[1, -5], [2, 10], [3, 90]])
    await make(page, '/answers', { assessment: 'AGES', question: `2341-OP2.q${number}`, rating: '4', evidence: 'Plan', evidence_accepted: true, evidence_expires_at: day(days) });
  await page.goto('/');
  const row = page.getByRole('region', { name: 'To look at again in your assessments' }).getByRole('listitem').filter({ hasText: 'Round that ages' });
  await row.getByText('Evidence expired: 1').waitFor();
  await row.getByText('Evidence expires within 30 days: 1').waitFor();
  assert.equal(await row.getByText('Ratings too old').count(), 0);
  for (const width of [360, 1280]) {
    await resize(page, width);
    await settled(page);
    assert.deepEqual(await axe(page), [], `at ${width}`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `wider than ${width}`);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/today-${width}.png` });
  }
  await row.getByRole('link', { name: 'Round that ages' }).click();
  await page.getByRole('heading', { name: 'What must be looked at again, by when' }).waitFor();
  assert.deepEqual(faults, []);
  await close();
});

test('a question is answered by keys, somebody else is quicker, results rank the gap, a recommendation follows', { skip: missing }, async () => {
  const { page, faults, allow, close } = await watchedPage(browser, server);
  await signIn(page, server);
  await make(page, '/assessments', { key: 'T1', title: 'Test round', instruments: ['sr2341'] });
  await page.goto('/assessments');
  await page.getByRole('link', { name: 'Test round' }).click();
  await settled(page);
  await page.getByRole('navigation', { name: 'Phases of the assessment' }).getByRole('link', { name: /Assess/ }).click();
  await page.getByRole('link', { name: 'Begin' }).click();
  await page.getByRole('group', { name: 'How far is it in place?' }).waitFor();
  const asked = new URL(page.url()).searchParams.get('q');

  // Somebody else saves the same answer first: nothing is lost on either side.
  await make(page, '/answers', { assessment: 'T1', question: asked, rating: '1', comment: 'Theirs' });
  allow(/409|412/);
  await page.keyboard.press('3');
  assert.ok(await page.getByRole('radio', { name: /^3/ }).isChecked());
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('has saved this answer meanwhile').waitFor();
  assert.ok(await page.getByRole('alert').getByText('Theirs', { exact: true }).last().isVisible());
  assert.ok(await page.getByRole('radio', { name: /^3/ }).isChecked());
  await page.getByRole('button', { name: 'Save and go on' }).click();
  await page.waitForFunction((old) => new URLSearchParams(location.search).get('q') !== old, asked);
  const stored = await api(page, `/answers/${encodeURIComponent(`T1/${asked}`)}`);
  assert.equal(stored.rating, '3');
  assert.equal(stored.version, 2);

  // Keys do not rate while somebody types.
  await page.getByLabel('Comment').fill('4 of them');
  assert.equal(await page.getByRole('radio', { checked: true }).count(), 0);

  await page.getByRole('link', { name: /Results/ }).click();
  await page.getByRole('heading', { name: 'Gaps by rank' }).waitFor();
  await page.locator('.gaps li', { hasText: /25% missing × weight of the theme 3 × legal force 0\.7 \(Recommendation\)/ }).first().waitFor();
  await page.getByRole('button', { name: 'Recommend something' }).first().click();
  await page.getByLabel('Title').fill('Write it down');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('link', { name: 'Write it down' }).waitFor();
  assert.deepEqual(faults, []);
  await close();
});

test('two rounds stand beside each other, and the address says which', { skip: missing }, async () => {
  const { page, faults, close } = await watchedPage(browser, server);
  await signIn(page, server);
  await page.goto('/assessment?key=DEMO-ASSESSMENT-2025&phase=results');
  await page.getByRole('link', { name: 'Compare rounds' }).click();
  const themes = page.getByRole('group', { name: 'By theme' });
  await themes.getByRole('row', { name: /Response, warning.*75\.0% 50\.0% -25\.0/ }).waitFor();
  await themes.getByRole('row', { name: /Law and enforcement 83\.3% 100\.0% \+16\.7/ }).waitFor();
  assert.match(await page.locator('.content').innerText(), /Only the 62 questions that both rounds rated count\. Left out: 0 answered only earlier, 2 only later, 1 that apply/);
  const falls = page.getByRole('region', { name: 'Answers that went down' });
  assert.equal(await falls.getByRole('listitem').count(), 9);
  const gaps = page.getByRole('region', { name: 'What became of the gaps' });
  assert.ok(await gaps.getByText('Closed: 2').isVisible());
  assert.match(await page.getByRole('row', { name: /share warnings/ }).innerText(), /In progress\s*Overdue/);

  // Another round, which is the later one though it was chosen second; a link to it says the same.
  await page.getByLabel('Compare with').selectOption('DEMO-ASSESSMENT-2026');
  await page.getByText('Only the 27 questions').waitFor();
  assert.equal(new URL(page.url()).searchParams.get('with'), 'DEMO-ASSESSMENT-2026');
  assert.ok(await gaps.getByText('Reopened: 1').isVisible());
  await page.reload();
  await page.getByText('Only the 27 questions').waitFor();
  await page.goBack();
  await page.getByText('Only the 62 questions').waitFor();
  await falls.getByRole('link').first().click();
  await page.getByRole('group', { name: 'How far is it in place?' }).waitFor();
  assert.equal(new URL(page.url()).searchParams.get('q'), '2341-PP-PREVDENY.q1');
  assert.deepEqual(faults, []);
  await close();
});

test('a report is kept as a file, by a template of one\'s own too', { skip: missing }, async () => {
  const { page, faults, allow, close } = await watchedPage(browser, server);
  await signIn(page, server);
  await page.goto('/assessment?key=DEMO-ASSESSMENT-2025&phase=results');
  await page.getByRole('button', { name: 'Report', exact: true }).click();
  for (const name of ['Web page (HTML)', 'PDF', 'Word document (DOCX)', 'OpenDocument text (ODT)']) assert.ok(await page.getByRole('link', { name }).isVisible(), name);
  await page.getByRole('button', { name: 'By a template…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Report by a template' });
  const text = dialog.getByLabel('Template', { exact: true });
  await text.waitFor();
  assert.match(await text.inputValue(), /^chapter figures\nchapter themes\n/);

  // What it does not know is told with its line, and nothing typed is lost.
  allow(/400/);
  await text.fill('chapter gaps\ntext {x}');
  await dialog.getByRole('button', { name: 'Make the report' }).click();
  await dialog.getByText('Line 2:').waitFor();
  assert.match(await dialog.getByRole('alert').innerText(), /there is no field 'x'; write one of: title/);
  assert.equal(await text.inputValue(), 'chapter gaps\ntext {x}');
  for (const width of [360, 1280]) {
    await resize(page, width);
    assert.deepEqual(await axe(page), [], `dialog at ${width}`);
  }

  await text.fill('chapter gaps\ntext Answered: {answered}');
  await dialog.getByLabel('Format').selectOption('docx');
  const [file] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Make the report' }).click()]);
  assert.match(file.suggestedFilename(), /^assessment-[-0-9]+\.docx$/);
  await dialog.waitFor({ state: 'detached' });
  assert.deepEqual(faults, []);
  await close();
});

test('a link to an answer of another round leads to that answer, and to an assessment that is not there to an error', { skip: missing }, async () => {
  const { page, faults, allow, close } = await watchedPage(browser, server);
  await signIn(page, server);
  const [q, stored] = ['2341-OP2.q1', async (round) => (await api(page, `/answers/${encodeURIComponent(`${round}/2341-OP2.q1`)}`)).rating];
  for (const [key, rating, starts_at] of [['L-2020', '3', '2020-01-01'], ['L-2022', '1', '2022-01-01']]) {
    await make(page, '/assessments', { key, title: `Round ${key}`, instruments: ['sr2341'], subject: 'sector', sector: 'TR', starts_at });
    await make(page, '/answers', { assessment: key, question: q, rating });
  }
  await page.goto('/assessment?key=L-2020&phase=compare&with=L-2022');
  await page.getByRole('region', { name: 'Answers that went down' }).getByRole('link').click();
  await page.getByRole('heading', { level: 1, name: 'Round L-2022' }).waitFor();
  await page.getByRole('group', { name: 'How far is it in place?' }).waitFor();
  assert.equal(new URL(page.url()).searchParams.get('key'), 'L-2022');
  assert.ok(await page.getByRole('radio', { name: /^1/ }).isChecked());
  await page.keyboard.press('4');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved', { exact: true }).waitFor();
  assert.deepEqual([await stored('L-2020'), await stored('L-2022')], ['3', '4']);

  allow(/404/);
  await page.evaluate(() => {
    const link = Object.assign(document.createElement('a'), { href: '/assessment?key=L-GONE&phase=results' });
    document.body.append(link);
    link.click();
    link.remove();
  });
  await page.locator('.page [role=alert]').waitFor();
  assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'L-GONE');
  assert.deepEqual(faults, []);
  await close();
});

test('the next round begins with proposals, which count once they are confirmed', { skip: missing }, async () => {
  const { page, faults, close } = await watchedPage(browser, server);
  await signIn(page, server);
  await make(page, '/assessments', { key: 'R-2020', title: 'Round of 2020', instruments: ['sr2341'], stage: 'adopted', starts_at: '2020-01-01' });
  await make(page, '/answers', { assessment: 'R-2020', question: '2341-OP2.q1', rating: '3', comment: 'As in the plan', evidence: 'Plan', evidence_accepted: true });
  await make(page, '/answers', { assessment: 'R-2020', question: '2341-OP2.q2', rating: '2', evidence: 'Old letter', evidence_accepted: true, evidence_expires_at: '2021-01-01' });
  await make(page, '/answers', { assessment: 'R-2020', question: '2341-OP2.q3', rating: '4', comment: 'As before', evidence: 'Law', evidence_accepted: true });
  await make(page, '/recommendations', { key: 'R-2020/1', assessment: 'R-2020', title: 'Still to be done', provision: '2341-OP2' });
  await page.goto('/assessment?key=R-2020&phase=results');
  await page.getByRole('button', { name: 'Begin the next round' }).click();
  await page.waitForFunction(() => !location.search.includes('R-2020'));
  const key = new URL(page.url()).searchParams.get('key');
  assert.match(key, /^R-20[2-9]\d$/);
  await page.getByText('0 of 44 questions answered').waitFor();
  await page.goto(`/assessment?key=${key}&phase=assess`);
  await page.getByText('3 answers of “Round of 2020” wait to be confirmed').waitFor();
  await page.goto(`/assessment?key=${key}&q=2341-OP2.q1`);
  await page.getByText('From Round of 2020. It counts once you confirm it.').waitFor();
  assert.ok(await page.getByText('The evidence was accepted and still counts.').isVisible());
  await page.getByRole('button', { name: 'Confirm and go on' }).click();
  await page.waitForFunction(() => !location.search.endsWith('q=2341-OP2.q1'));
  await page.getByText('1 of 44 questions answered').waitFor();
  const stored = await api(page, `/answers/${encodeURIComponent(`${key}/2341-OP2.q1`)}`);
  assert.deepEqual([stored.rating, stored.comment, stored.reused_from, stored.evidence_accepted], ['3', 'As in the plan', 'R-2020/2341-OP2.q1', true]);

  // Evidence that has run out is not accepted again by confirming.
  await page.goto(`/assessment?key=${key}&q=2341-OP2.q2`);
  await page.getByText(/The evidence expired on Jan 1, 2021/).waitFor();
  await page.getByRole('button', { name: 'Confirm and go on' }).click();
  await page.getByText('2 of 44 questions answered').waitFor();
  assert.equal((await api(page, `/answers/${encodeURIComponent(`${key}/2341-OP2.q2`)}`)).evidence_accepted, false);

  // What a colleague wrote without a rating, and what is typed, outlive a confirmation.
  const third = `/answers/${encodeURIComponent(`${key}/2341-OP2.q3`)}`;
  await make(page, '/answers', { assessment: key, question: '2341-OP2.q3', comment: 'A colleague asks' });
  await page.goto(`/assessment?key=${key}&q=2341-OP2.q3`);
  await page.getByText('From Round of 2020. It counts').waitFor();
  assert.equal(await page.getByLabel('Comment').inputValue(), 'A colleague asks');
  await page.getByLabel('Evidence', { exact: true }).fill('A newer law');
  await page.getByRole('button', { name: 'Confirm and go on' }).click();
  await page.getByText('3 of 44 questions answered').waitFor();
  const kept = await api(page, third);
  assert.deepEqual([kept.rating, kept.comment, kept.evidence, kept.evidence_accepted], ['4', 'A colleague asks', 'A newer law', false]);

  await page.goto(`/assessment?key=${key}&phase=results`);
  await page.getByRole('group', { name: 'Still open from earlier rounds' }).getByRole('link', { name: 'Still to be done' }).waitFor();
  await page.goto('/assessment?key=R-2020&phase=results');
  await page.getByRole('link', { name: /The next round has begun/ }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Begin the next round' }).count(), 0);
  assert.deepEqual(faults, []);
  await close();
});

test('who only reads sees an assessment and can change nothing of it', { skip: missing }, async () => {
  const { page, faults, close } = await watchedPage(browser, server);
  await signIn(page, server, 'otto');
  await page.goto('/assessments');
  await settled(page);
  assert.equal(await page.getByRole('link', { name: 'New assessment' }).count(), 0);
  await page.goto('/assessment?key=T1&q=2341-OP2.q1');
  await page.getByRole('group', { name: 'How far is it in place?' }).waitFor();
  assert.ok(await page.getByRole('radio', { name: /^3/ }).isDisabled());
  assert.equal(await page.getByRole('button', { name: 'Save', exact: true }).count(), 0);
  assert.deepEqual(faults, []);
  await close();
});

test('the catalogue is found by words, theme and crosswalk, and says that its translation is unread', { skip: missing }, async () => {
  const { page, faults, close } = await watchedPage(browser, server, { language: 'fr' });
  await signIn(page, server);
  await page.goto('/provisions?theme=soft-targets');
  await settled(page);
  await page.getByText('aucun locuteur natif').waitFor();
  const few = await page.locator('details').count();
  assert.ok(few > 3 && few < 40, `${few} provisions`);
  await page.goto('/provisions?sel=2341-OP2');
  await settled(page);
  assert.equal(await page.locator('details').count(), 128);
  const one = page.locator('[id="p-2341-OP2"]');
  assert.equal(await one.locator('ol > li').count(), 4);
  const inSight = (id) => page.waitForFunction((each) => ((top) => top >= 0 && top < innerHeight)(document.getElementById(each).getBoundingClientRect().top), id);
  await inSight('p-2341-OP2');
  await one.getByRole('link').first().click();
  await page.waitForFunction(() => !location.search.includes('2341-OP2'));
  assert.equal(await page.locator('details[open]').count(), 1);
  await inSight(await page.locator('details[open]').getAttribute('id'));
  assert.deepEqual(faults, []);
  await close();
});

for (const [language, theme] of dresses)
  test(`axe finds nothing on the screens of an assessment (${language}, ${theme})`, { skip: missing }, async () => {
    const { page, faults, close } = await watchedPage(browser, server, { language, theme });
    await signIn(page, server);
    for (const width of [1280, 360]) {
      await resize(page, width);
      for (const path of ['/assessments', '/provisions?theme=cyber&sel=CER-ART4', '/assessment?key=T1', '/assessment?key=T1&phase=assess', '/assessment?key=T1&q=2341-OP2.q1', '/assessment?key=T1&phase=results',
        '/assessment?key=DEMO-ASSESSMENT-2025&phase=compare', '/assessment?key=DEMO-ASSESSMENT-2026&phase=compare&by=instruments',
        '/assessment?key=DEMO-ASSESSMENT-2026&q=2341-OP5.q1', '/assessment?key=DEMO-ASSESSMENT-2026&phase=results']) {
        await page.goto(path);
        await settled(page);
        await page.locator('.page').waitFor();
        assert.deepEqual(await axe(page), [], `${path} at ${width}`);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} is wider than ${width}`);
      }
    }
    assert.deepEqual(faults, []);
    await close();
  });
