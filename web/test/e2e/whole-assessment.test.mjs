// SPDX-License-Identifier: Apache-2.0
//
// A whole assessment by the keyboard alone: begun, all 280 questions answered one after the other, figures that this file
// computes by itself, a recommendation and a finding, adopted, and the report opened. In one language, which the commit
// chooses, or with HOLDFAST_FULL=1 in all six. Waits only until an answer is saved.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { api, axe, isFull, launch, missing, settled, signIn, startServer, turn, visit, watchedPage } from './harness.mjs';

const languages = ['en', 'ar', 'zh', 'fr', 'ru', 'es'];
const chosen = isFull ? languages : [languages[turn % languages.length]];
// Not alike in any row, column or section; the last is what does not apply.
const pattern = ['3', '4', '2', '4', '1', '3', '0', '4', '2', '3', 'N'];

const messages = new URL('../../../content/messages/', import.meta.url);
function wordsOf(language) {
  const words = Object.assign({}, ...readdirSync(messages).map((area) => JSON.parse(readFileSync(new URL(`${area}/${language}.json`, messages), 'utf8'))));
  return (key) => words[key] ?? assert.fail(`no text ${key}`);
}

let server, browser;
before(async () => {
  if (!missing) browser = await launch();
});
after(async () => await browser?.close());
// A server for each: nobody makes six assessments in a day, and an account is told of 20,000 records a day at most.
beforeEach(async () => {
  if (!missing) server = await startServer('1k');
});
afterEach(async () => await server?.stop());

const phase = (page, say, number) => page.getByRole('navigation', { name: say('assess.phases') }).getByRole('link').nth(number);

async function begin(page, say, key) {
  await visit(page, server, '/assessments');
  await page.getByRole('link', { name: say('assess.new') }).press('Enter');
  await page.locator('form [id$="-key"]').focus();
  await page.keyboard.type(key);
  await page.locator('form [id$="-title"]').focus();
  await page.keyboard.type(`Round ${key}`);
  await page.keyboard.press('Enter');
  await page.waitForURL(/record\/assessments\?key=/);
  await visit(page, server, '/assessments');
  await page.getByRole('link', { name: `Round ${key}` }).press('Enter');
  await settled(page);
  await phase(page, say, 1).press('Enter');
  await page.locator('.content a.btn.primary').press('Enter');
}

const asked = (page) => new URL(page.url()).searchParams.get('q');
// The address changes once the answer is saved.
const onFrom = (page, old) => page.waitForURL((url) => url.searchParams.get('q') !== old);

// The first answer with evidence, which is accepted; the others by two keys each.
async function answerAll(page) {
  const given = new Map();
  await page.locator('article form').first().waitFor();
  const first = asked(page);
  given.set(first, '3');
  await page.keyboard.press('3');
  await page.locator('#an-evidence').focus();
  await page.keyboard.type('Decree 7');
  await page.locator('.accept input').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await onFrom(page, first);
  for (let question = asked(page); question; question = asked(page)) {
    assert.ok(!given.has(question), `${question} is asked again`);
    const rating = pattern[given.size % pattern.length];
    given.set(question, rating === 'N' ? 'NA' : rating);
    await page.keyboard.press(rating);
    await page.keyboard.press('Enter');
    await onFrom(page, question);
  }
  return given;
}

// By hand, as docs/guide/assessment.md says it: of provisions the weighted mean of the mean ratings.
function figuresOf(catalogue, given) {
  let [sum, weights] = [0, 0];
  for (const { weight, questions } of catalogue.provisions) {
    const numbers = questions.map((each) => given.get(each.key)).filter((rating) => rating !== 'NA').map(Number);
    if (!numbers.length) continue;
    sum += ((weight ?? 1) * numbers.reduce((a, b) => a + b, 0)) / numbers.length / 4;
    weights += weight ?? 1;
  }
  const numbers = [...given.values()].filter((rating) => rating !== 'NA').map(Number);
  return { implementation: sum / weights, evidence_cover: 1 / numbers.filter((each) => each >= 2).length, effective: numbers.filter((each) => each >= 3).length / numbers.length };
}

// Of a number, whatever digits and separators it is written with.
const digitsOf = (text) => text.replace(/\D/g, '');

async function adopt(page, key) {
  const stage = async () => (await api(page, `/assessments/${key}`)).stage;
  for (const next of ['state_answers', 'visit', 'preliminary', 'state_remarks', 'adopted']) {
    const at = await page.locator('.stages .past').count();
    await page.locator('.content .btn.primary').press('Enter');
    await page.locator('.stages .past').nth(at).waitFor();
    assert.equal(await stage(), next);
  }
}

for (const language of chosen)
  test(`a whole assessment by the keyboard, to its report (${language})`, { skip: missing }, async () => {
    const { page, context, faults, close } = await watchedPage(browser, server, { language });
    await signIn(page, server);
    const [say, key] = [wordsOf(language), `WHOLE-${language}`];
    await begin(page, say, key);
    assert.deepEqual(await axe(page), [], 'a question');
    const given = await answerAll(page);
    assert.equal(given.size, 280);

    // Stored is what was pressed, and the figures are those of this file.
    await page.locator('.gaps li').first().waitFor();
    const { items } = await api(page, `/answers?assessment=${key}&limit=1000`);
    assert.deepEqual(new Map(items.map((each) => [each.question, each.rating])), new Map([...given].sort(([a], [b]) => (a < b ? -1 : 1))));
    const results = await api(page, `/assessments/${key}/results`);
    const figures = figuresOf(await api(page, '/catalogue'), given);
    for (const [name, value] of Object.entries(figures)) assert.ok(Math.abs(results.overall[name] - value) < 1e-9, `${name}: ${results.overall[name]}, not ${value}`);
    const shown = digitsOf(new Intl.NumberFormat('en', { maximumFractionDigits: 1 }).format(100 * figures.implementation));
    await page.waitForFunction((text) => [...(document.querySelector('.figures dd')?.textContent ?? '').matchAll(/\p{Nd}/gu)].map(([sign]) => sign.codePointAt(0) & 15).join('') === text, shown, { polling: 100 });
    assert.deepEqual(await axe(page), [], 'the results');

    await page.locator('.gaps li').first().getByRole('button', { name: say('assess.recommend') }).press('Enter');
    await page.locator('#rc-title').focus();
    await page.keyboard.type('Write it down');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Write it down' }).waitFor();

    await visit(page, server, '/record/findings?new=1');
    for (const [field, text] of [['key', `F-${language}`], ['origin', 'ArrowDown'], ['title', 'Nobody wrote it down']]) {
      await page.locator(`form [id$="-${field}"]`).focus();
      await (field === 'origin' ? page.keyboard.press(text) : page.keyboard.type(text));
    }
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Nobody wrote it down' }).waitFor();

    await visit(page, server, `/assessment?key=${key}&phase=prepare`);
    await adopt(page, key);
    assert.deepEqual(await axe(page), [], 'the stages');
    await phase(page, say, 2).press('Enter');
    await page.getByRole('button', { name: say('list.report'), exact: true }).press('Enter');
    await page.locator(':popover-open a:focus').waitFor();
    const [report] = await Promise.all([context.waitForEvent('page'), page.keyboard.press('Enter')]);
    await report.waitForLoadState();
    assert.equal(await report.evaluate(() => document.documentElement.lang), language);
    const text = await report.locator('body').innerText();
    for (const word of ['Write it down', `Round ${key}`, ...given.keys()]) assert.ok(text.includes(word), `the report says nothing of ${word}`);
    assert.deepEqual(faults, []);
    await close();
  });
