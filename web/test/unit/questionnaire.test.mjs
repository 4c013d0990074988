// SPDX-License-Identifier: Apache-2.0
//
// A questionnaire as the editor holds it: texts and what was read of them, keys that are never given twice, moving, copies.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blank, cleaned, copyOf, freshKey, isQuestionnaire, keysOf, levelIn, moved, moveTo, renamed, say, sayLevel, shownIn } from '../../src/lib/state/questionnaire.ts';

const section = (key, ...questions) => ({ key, theme: 'cyber', words: { en: { title: key } }, questions: questions.map((each) => ({ key: each, words: { en: { text: each } } })) });
const whole = () => ({ ...blank('en'), key: 'k', words: { en: { name: 'K' } }, sections: [section('k:1', 'k:1.q1', 'k:1.q2'), section('k:2', 'k:2.q1'), section('k:3')] });
const order = (from) => from.sections.map((each) => [each.key, ...each.questions.map((question) => question.key)].join(' '));

test('an original that changes puts what was read of its translations in doubt, and a translation does not', () => {
  const words = { en: { text: 'A' }, fr: { text: 'B', reviewed: true } };
  say(words, 'en', 'fr', 'text', 'C');
  assert.equal(words.fr.reviewed, true);
  say(words, 'en', 'en', 'text', 'D');
  assert.equal(words.fr.reviewed, false);
  sayLevel(words, 'en', 'fr', 2, 'two');
  assert.deepEqual(words.fr.levels, ['', '', 'two', '', '']);
  assert.equal(levelIn(words, 'fr', 2), 'two');
  sayLevel(words, 'en', 'fr', 2, '');
  assert.equal('levels' in words.fr, false);
});

test('what is not translated is shown in the original', () => {
  const words = { en: { text: 'A', wanted: 'W' }, fr: { text: 'B' } };
  assert.equal(shownIn(words, 'en', 'fr', 'text'), 'B');
  assert.equal(shownIn(words, 'en', 'fr', 'wanted'), 'W');
  assert.equal(shownIn(words, 'en', 'ar', 'text'), 'A');
});

test('what says nothing is not sent', () => {
  const from = whole();
  from.words.fr = { reviewed: true };
  from.words.en.reviewed = true;
  say(from.words, 'en', 'es', 'name', 'x');
  say(from.words, 'en', 'es', 'name', '');
  assert.deepEqual(cleaned(from).words, { en: { name: 'K' } });
});

test('a key is not given twice, also not that of a question that left', () => {
  assert.equal(freshKey('k:1.q', ['k:1.q1', 'k:1.q2']), 'k:1.q3');
  assert.equal(freshKey('k:1.q', ['k:1.q1', 'k:1.q9', 'k:11.q20']), 'k:1.q10');
  assert.equal(freshKey('k:', ['k:1', 'k:2', 'k:2.q7']), 'k:3');
  assert.equal(freshKey('k:', []), 'k:1');
});

test('the parts are called after the questionnaire, whatever it is called', () => {
  const after = renamed(whole(), 'ports');
  assert.deepEqual(keysOf(after), ['ports:1', 'ports:1.q1', 'ports:1.q2', 'ports:2', 'ports:2.q1', 'ports:3']);
});

test('a copy has keys of its own and leaves what it was made of alone', () => {
  const from = { ...whole(), key: 'SR 2341', version: '7', sections: [section('2341-OP2', '2341-OP2.q1')] };
  const copy = copyOf(from, 'K (copy)');
  assert.equal(copy.key, 'sr-2341-own');
  assert.deepEqual(keysOf(copy), ['sr-2341-own:1', 'sr-2341-own:1.q1']);
  assert.deepEqual([copy.version, copy.words.en.name, from.words.en.name], ['1', 'K (copy)', 'K']);
});

test('a section moves, a question moves on into the next section, and nothing moves beyond the ends', () => {
  const from = whole();
  assert.deepEqual(moved(from, { section: 0, question: null }, -1), { section: 0, question: null });
  assert.deepEqual(moved(from, { section: 0, question: 1 }, 1), { section: 1, question: 0 });
  assert.deepEqual(order(from), ['k:1 k:1.q1', 'k:2 k:1.q2 k:2.q1', 'k:3']);
  assert.deepEqual(moved(from, { section: 1, question: 0 }, -1), { section: 0, question: 1 });
  assert.deepEqual(moved(from, { section: 1, question: null }, 1), { section: 2, question: null });
  assert.deepEqual(order(from), ['k:1 k:1.q1 k:1.q2', 'k:3', 'k:2 k:2.q1']);
  assert.deepEqual(moved(from, { section: 2, question: 0 }, 1), { section: 2, question: 0 });
  assert.deepEqual(moveTo(from, { section: 0, question: 0 }, { section: 2, question: 1 }), { section: 2, question: 1 });
  assert.deepEqual(order(from), ['k:1 k:1.q2', 'k:3', 'k:2 k:2.q1 k:1.q1']);
});

test('another file is no questionnaire', () => {
  for (const each of [null, 1, 'a', [], {}, { format: 'x', key: 'k', sections: [] }, { ...whole(), sections: 1 }]) assert.equal(isQuestionnaire(each), false);
  assert.equal(isQuestionnaire(whole()), true);
});
