// SPDX-License-Identifier: Apache-2.0
//
// Questionnaires of one's own in the browser: written with a translation beside it, what is missing told at its place,
// ordered by the keyboard and by dragging, previewed, stored, asked in an assessment, another version once there are
// answers, taken out and opened again; who may not write them is not led to it; and the screens for who hears or has no
// mouse.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, ask, axe, dresses, launch, missing, resize, settled, signIn, startServer, watchedPage } from './harness.mjs';

let server, browser;
before(async () => {
  if (missing) return;
  [server, browser] = await Promise.all([startServer('1k'), launch()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const ready = (page) => page.getByText('Nothing is missing.').waitFor();
async function save(page) {
  await ready(page);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Not stored yet').waitFor({ state: 'detached' });
}

test('a questionnaire is written, translated, ordered, previewed, stored, and asked in an assessment', { skip: missing }, async () => {
  const { page, faults, close } = await watchedPage(browser, server);
  await signIn(page, server);
  await page.goto('/questionnaires');
  await page.getByRole('link', { name: 'New questionnaire' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'New questionnaire' }).waitFor();
  assert.ok(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled());
  await page.getByLabel('Key').fill('ports');
  await page.keyboard.press('Tab');
  // Without a title it cannot be stored, and the way to its place is told.
  await page.getByRole('button', { name: 'Title · English', exact: true }).or(page.getByRole('button', { name: 'English', exact: true })).first().click();
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('name')), '/en/name');
  await page.keyboard.type('Ports');
  await page.getByRole('button', { name: 'Add a section' }).click();
  await page.getByLabel('Title of the section').fill('Quays');
  await page.getByLabel('Theme *').selectOption('soft-targets');
  for (const text of ['Is there a plan?', 'Is it tested?']) {
    await page.getByRole('button', { name: 'Add a question' }).click();
    await page.getByLabel('Question *').last().fill(text);
  }
  await page.getByText('How to judge').first().click();
  await page.getByLabel('Not in place (English)').first().fill('Nobody wrote one');
  await page.getByLabel('When it applies').first().fill('Ports with quays');
  await save(page);
  await page.getByRole('heading', { level: 1, name: 'Ports' }).waitFor();
  assert.match(page.url(), /key=ports/);

  // A translation beside it; one that nobody has read says so.
  await page.getByLabel('Translate into').selectOption('fr');
  await page.getByLabel('Question (French)').first().fill('Y a-t-il un plan ?');
  await page.getByLabel('Title (French)').fill('Les ports');
  await page.getByText('Worth knowing').click();
  await page.getByText('This text is not translated; readers see the original.').first().waitFor();
  await page.getByLabel('A native speaker has read this translation').first().check();

  // The second question before the first: by the button, said aloud, and the focus goes with it.
  await page.getByRole('button', { name: 'Move up: Question 2: Is it tested?' }).click();
  await page.getByText('Is it tested?: now 1 of 2').waitFor({ state: 'attached' });
  assert.match(await page.evaluate(() => document.activeElement?.textContent ?? ''), /Question 1: Is it tested\?/);
  // And back, by dragging its handle.
  const target = page.locator('.questions li').last().locator('h3');
  const handle = page.locator('.questions li').first().locator('.handle');
  await handle.hover();
  await page.mouse.down();
  const { x, y } = await handle.boundingBox();
  await page.mouse.move(x + 4, y + 20); // the dragging begins before anything scrolls
  for (const step of [2, 5, 8]) await target.hover({ position: { x: 20, y: step } });
  await page.mouse.up();
  await page.getByRole('heading', { name: /Question 1: Is there a plan\?/ }).waitFor();
  await save(page);

  await page.getByRole('tab', { name: 'Preview' }).click();
  await page.getByLabel('See it in').selectOption('fr');
  await page.getByRole('heading', { name: 'Y a-t-il un plan ?' }).waitFor();
  await page.getByText('Not translated: shown in the original.').waitFor();
  assert.ok(await page.getByText('Nobody wrote one').isVisible());
  assert.deepEqual((await api(page, '/questionnaires?lang=en')).items.find((each) => each.key === 'ports').languages.map((each) => each.language), ['fr']);

  await page.getByRole('link', { name: 'Begin an assessment with it' }).click();
  await page.getByLabel('Instruments').waitFor();
  assert.equal(await page.getByLabel('Instruments').inputValue(), 'ports');
  await ask(page, '/assessments', { key: 'P', title: 'Ports round', instruments: ['ports'] });
  await page.goto('/assessment?key=P&q=ports:1.q1');
  await page.getByRole('heading', { name: 'Is there a plan?' }).waitFor();
  assert.ok(await page.getByText('Nobody wrote one').isVisible());
  assert.ok(await page.getByText('Ports with quays').isVisible());
  await page.getByRole('radio', { name: /Largely/ }).check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved').first().waitFor();

  // What asks otherwise is another version now; a question that leaves keeps its answers, in sight.
  await page.goto('/questionnaires?key=ports');
  await page.getByText('1 answer').waitFor();
  await page.getByRole('button', { name: 'Take out: Question 1: Is there a plan?' }).click();
  await page.getByText('There are answers to this version.').first().waitFor();
  assert.ok(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled());
  await page.getByLabel('Version').fill('2');
  await save(page);
  await page.getByRole('heading', { name: 'Questions that left; their answers are kept' }).waitFor();
  await page.getByRole('link', { name: 'ports:1.q1' }).waitFor();
  assert.equal((await api(page, '/assessments/P/results')).unasked.length, 1);
  // Its key is not given to another question.
  await page.getByRole('button', { name: 'Add a question' }).click();
  await page.getByLabel('Question *').last().fill('Who answers for it?');
  await page.getByLabel('Version').fill('3');
  await save(page);
  assert.deepEqual((await api(page, '/questionnaires/ports')).document.sections[0].questions.map((each) => each.key), ['ports:1.q2', 'ports:1.q3']);
  assert.deepEqual(faults, []);
  await close();
});

test('a questionnaire is taken out as a file, opened again as a change, and one that ships is copied', { skip: missing }, async () => {
  const { page, faults, close } = await watchedPage(browser, server);
  await signIn(page, server);
  await page.goto('/questionnaires?key=ports');
  await page.getByRole('button', { name: 'Export' }).click();
  const file = await page.request.get(await page.getByRole('link', { name: 'Questionnaire (JSON)' }).getAttribute('href'));
  assert.match(file.headers()['content-disposition'], /attachment; filename="questionnaire.json"/);
  const document = await file.json();
  assert.equal(document.words.fr.name, 'Les ports');
  document.words.en.name = 'Ports and quays';
  document.version = '4';
  await page.goto('/questionnaires');
  const open = (name, text) => page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
  await open('other.json', '{"format": "something else"}');
  await page.getByText('This file is no questionnaire.').first().waitFor();
  await open('ports.json', JSON.stringify(document));
  await page.getByRole('heading', { level: 1, name: 'Ports and quays' }).waitFor();
  await page.getByText('Not stored yet').waitFor();
  await save(page);
  assert.equal((await api(page, '/questionnaires/ports')).document.version, '4');

  await page.goto('/questionnaires?key=sr2370');
  await page.getByText('This one ships or came in from elsewhere.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Add a section' }).count(), 0);
  await page.getByRole('button', { name: 'Copy as your own' }).click();
  await page.getByLabel('Key').waitFor();
  assert.equal(await page.getByLabel('Key').inputValue(), 'sr2370-own');
  await save(page);
  const copied = (await api(page, '/questionnaires/sr2370-own')).document;
  assert.equal(copied.sections.length, (await api(page, '/questionnaires/sr2370')).document.sections.length);
  assert.deepEqual(faults, []);
  await close();
});

test('who may not change the catalogue reads questionnaires and is offered nothing else', { skip: missing }, async () => {
  const { page, faults, close } = await watchedPage(browser, server);
  await signIn(page, server, 'otto');
  await page.goto('/questionnaires');
  await page.getByRole('link', { name: 'Ports and quays' }).click();
  await page.getByRole('heading', { level: 1, name: 'Ports and quays' }).waitFor();
  for (const name of ['Save', 'Add a section', 'Add a question', 'Export', 'Copy as your own']) assert.equal(await page.getByRole('button', { name, exact: true }).count(), 0, name);
  assert.ok(await page.getByLabel('Question *').first().isDisabled());
  await page.goto('/questionnaires');
  await page.getByRole('link', { name: 'Ports and quays' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'New questionnaire' }).count(), 0);
  assert.equal(await page.getByRole('button', { name: 'Open a file' }).count(), 0);
  assert.deepEqual(faults, []);
  await close();
});

for (const [language, theme] of dresses)
  test(`axe finds nothing on the screens of questionnaires (${language}, ${theme})`, { skip: missing }, async () => {
    const { page, faults, close } = await watchedPage(browser, server, { language, theme });
    await signIn(page, server);
    for (const width of [1280, 360]) {
      await resize(page, width);
      for (const path of ['/questionnaires', '/questionnaires?new=1', '/questionnaires?key=ports', '/questionnaires?key=sr2370']) {
        await page.goto(path);
        await settled(page);
        await page.locator(path === '/questionnaires' ? 'table' : '.editor').first().waitFor();
        if (path.endsWith('ports')) await page.locator('#qu-beside').selectOption('fr');
        assert.deepEqual(await axe(page), [], `${path} at ${width}`);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} is wider than ${width}`);
        if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/${language}-${width}-${path.replace(/\W+/g, '_')}.png`, fullPage: true });
        if (!path.endsWith('ports')) continue;
        await page.getByRole('tab').last().click();
        await page.locator('article').first().waitFor();
        assert.deepEqual(await axe(page), [], `preview at ${width}`);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `the preview is wider than ${width}`);
        if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/${language}-${width}-preview.png`, fullPage: true });
      }
    }
    assert.deepEqual(faults, []);
    await close();
  });
