// SPDX-License-Identifier: Apache-2.0
//
// A whole assessment of everything that the catalogue asks, through the screens, as a quick assessor does it: one card
// after another, a key for the rating and an arrow for the next one. With HOLDFAST_FULL=1 in all six languages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, launch, missing, settled, signIn, startServer, watchedPage } from './harness.mjs';

const languages = process.env.HOLDFAST_FULL === '1' ? ['en', 'ar', 'zh', 'fr', 'ru', 'es'] : ['en'];
const pressed = ['4', '3', 'n', '2', '1', '0', '3'];

let server, browser;
before(async () => {
  if (missing) return;
  [server, browser] = await Promise.all([startServer('1k'), launch()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

for (const language of languages)
  test(`every question is answered from card to card, and the results say so: ${language}`, { skip: missing, timeout: 400_000 }, async (context) => {
    const { page, faults, close } = await watchedPage(browser, server, { language });
    await signIn(page, server);
    const { csrf } = await api(page, '/session');
    const { instruments, provisions } = await api(page, '/catalogue');
    const key = `WHOLE-${language}`;
    const made = await page.request.post(`${server.url}/api/v1/assessments`, { data: { key, title: key, instruments: instruments.map((each) => each.key) }, headers: { 'X-CSRF-Token': csrf } });
    assert.equal(made.status(), 201, await made.text());
    const count = provisions.reduce((sum, each) => sum + each.questions.length, 0);
    assert.ok(count >= 280, `${count} questions`);

    await page.goto(`/assessment?key=${key}&phase=assess`);
    await settled(page);
    await page.locator('a[href$="view=cards"]').click();
    await page.locator('.turn').waitFor();
    const began = Date.now();
    const here = () => new URL(page.url()).searchParams.get('q');
    const expected = new Map();
    const arrow = language === 'ar' ? 'ArrowLeft' : 'ArrowRight';
    for (let at = 0; at < count; at++) {
      const rating = pressed[at % pressed.length];
      const question = here();
      assert.ok(!expected.has(question), `${question} came twice`);
      expected.set(question, rating === 'n' ? 'NA' : rating);
      await page.keyboard.press(rating);
      await page.keyboard.press(arrow);
      // The last card has no next one: what was said on it is kept all the same.
      if (at < count - 1) await page.waitForFunction((old) => new URLSearchParams(location.search).get('q') !== old, question, { polling: 10 });
      else await page.waitForFunction(() => document.querySelector('.turn [role=status]')?.textContent?.trim());
    }
    context.diagnostic(`${count} questions in ${((Date.now() - began) / 1000).toFixed(1)} s`);

    const results = await api(page, `/assessments/${key}/results`);
    assert.equal(results.overall.asked, count);
    assert.equal(results.overall.answered, count);
    const rated = [...expected.values()].filter((each) => each !== 'NA');
    assert.equal(results.overall.applicable, rated.length);
    assert.equal(results.overall.satisfied, rated.filter((each) => Number(each) >= 3).length);
    for (const [question, rating] of [...expected].filter((_, at) => at % 40 === 0 || at === count - 1)) assert.equal((await api(page, `/answers/${encodeURIComponent(`${key}/${question}`)}`)).rating, rating, question);

    // The screens say the same: nothing is open, and gaps stand in their order.
    await page.goto(`/assessment?key=${key}&phase=assess`);
    await settled(page);
    await page.locator('.tag.ok').first().waitFor();
    assert.equal(await page.locator('a.btn.primary[href*="&q="]').count(), 0);
    await page.goto(`/assessment?key=${key}&phase=results`);
    await settled(page);
    const shown = await page.locator('.gaps > li').count();
    assert.equal(shown, Math.min(20, results.gaps.length));
    assert.ok(results.gaps.every((each, at) => at === 0 || results.gaps[at - 1].value >= each.value));
    assert.deepEqual(faults, []);
    await close();
  });
