// SPDX-License-Identifier: Apache-2.0
//
// An assessment in the browser: from the catalogue to answers by keys, a conflict between two people, results, a
// recommendation; and the main screens for who hears or has no mouse.
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

async function make(page, path, data) {
  const session = await api(page, '/session');
  const answer = await page.request.post(`${server.url}/api/v1${path}`, { data, headers: { 'X-CSRF-Token': session.csrf } });
  assert.equal(answer.status(), 201, await answer.text());
}

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
  assert.ok(await page.getByText('Theirs', { exact: true }).isVisible());
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
  assert.match(await page.locator('.gaps li').first().innerText(), /25% missing × weight of the theme 3 × legal force 0\.7 \(Recommendation\)/);
  await page.getByRole('button', { name: 'Recommend something' }).first().click();
  await page.getByLabel('Title').fill('Write it down');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('link', { name: 'Write it down' }).waitFor();
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

for (const [language, theme] of [['en', 'light'], ['ar', 'dark']])
  test(`axe finds nothing on the screens of an assessment (${language}, ${theme})`, { skip: missing }, async () => {
    const { page, faults, close } = await watchedPage(browser, server, { language, theme });
    await signIn(page, server);
    for (const width of [1280, 360]) {
      await resize(page, width);
      for (const path of ['/assessments', '/provisions?theme=cyber&sel=CER-ART4', '/assessment?key=T1', '/assessment?key=T1&phase=assess', '/assessment?key=T1&q=2341-OP2.q1', '/assessment?key=T1&phase=results']) {
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
