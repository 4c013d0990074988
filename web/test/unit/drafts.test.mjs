// SPDX-License-Identifier: Apache-2.0
//
// Drafts in a browser's storage: kept by account, gone with it; and evidence as it stands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byDay, byDispute, grouped, itemState, ratingOf } from '../../src/lib/state/assessment.ts';
import { dropDraft, dropDrafts, keepDraft, keptDraft } from '../../src/lib/state/drafts.ts';

// As a browser's: names are its own keys.
function storage() {
  return Object.defineProperties({}, {
    getItem: { value(name) { return Object.hasOwn(this, name) ? this[name] : null; } },
    setItem: { value(name, text) { this[name] = String(text); } },
    removeItem: { value(name) { delete this[name]; } },
  });
}

test('a draft is kept until it is dropped, and goes when another account comes', () => {
  globalThis.localStorage = storage();
  localStorage.setItem('hf.theme', '"dark"');
  keepDraft('ada/N/q1', 3, { comment: 'mine' }, 17);
  keepDraft('bob/N/q1', 0, { comment: 'his' }, 18);
  assert.deepEqual(keptDraft('ada/N/q1'), { version: 3, at: 17, draft: { comment: 'mine' } });
  assert.equal(keptDraft('ada/N/q2'), null);
  dropDrafts('ada');
  assert.equal(keptDraft('bob/N/q1'), null);
  assert.equal(keptDraft('ada/N/q1').version, 3);
  dropDraft('ada/N/q1');
  assert.equal(keptDraft('ada/N/q1'), null);
  keepDraft('ada/N/q1', 3, {}, 17);
  dropDrafts(null);
  assert.deepEqual(Object.keys(localStorage), ['hf.theme']);
});

test('where nothing can be kept, or something else is, there is no draft', () => {
  globalThis.localStorage = storage();
  localStorage.setItem('hf.draft.a', 'no JSON');
  localStorage.setItem('hf.draft.b', '7');
  assert.equal(keptDraft('a'), null);
  assert.equal(keptDraft('b'), null);
  delete globalThis.localStorage;
  keepDraft('a', 1, {}, 1);
  assert.equal(keptDraft('a'), null);
  dropDraft('a');
  dropDrafts(null);
});

test('evidence is offered, refused, in force or over', () => {
  const now = Date.parse('2026-06-01T00:00:00Z');
  assert.equal(itemState({ key: 'a', state: 'offered' }, now), 'offered');
  assert.equal(itemState({ key: 'a', state: 'refused' }, now), 'refused');
  assert.equal(itemState({ key: 'a', state: 'accepted' }, now), 'holds');
  assert.equal(itemState({ key: 'a', state: 'accepted', expires_at: '2026-06-01T00:00:00Z' }, now), 'ended');
  assert.deepEqual([...grouped([{ key: '1', q: 'a' }, { key: '2', q: 'b' }, { key: '3', q: 'a' }], 'q').get('a')].map((each) => each.key), ['1', '3']);
});

test('what is furthest apart comes first, what is settled last, and half a step goes down', () => {
  const of = (question, spread, is_settled = false) => ({ question, spread, is_settled, given: 2, is_seen: true, median: 2, judgements: [] });
  assert.deepEqual(byDispute([of('a', 0), of('b', 3, true), of('c', null), of('d', 2), of('e', 0)]).map((each) => each.question), ['d', 'a', 'e', 'c', 'b']);
  assert.deepEqual([0, 2, 2.5, 4].map(ratingOf), ['0', '2', '2', '4']);
});

test('meetings stand by day, in the order of their time', () => {
  const at = (key, ...moment) => ({ key, starts_at: new Date(...moment).toISOString() });
  const days = byDay([at('c', 2026, 4, 5, 9), at('b', 2026, 4, 4, 14), at('a', 2026, 4, 4, 9)]);
  assert.deepEqual(days.map((each) => [each.day, each.meetings.map((one) => one.key)]), [['2026-05-04', ['a', 'b']], ['2026-05-05', ['c']]]);
});
