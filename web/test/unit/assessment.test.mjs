// SPDX-License-Identifier: Apache-2.0
//
// The walk through an assessment's questions, what may be taken over, and the radar's corners.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { candidates, corners, draftOf, evidenceOf, holdsWords, nextAdvice, nextOpen, proposalFor, roundsBeside, stepsOf, subjectOf, takenOver, withOwn } from '../../src/lib/state/assessment.ts';

const provision = (key, theme, crosswalk, ...questions) => ({ key, theme, crosswalk, questions: questions.map((each) => ({ key: each })) });
const catalogue = {
  themes: [{ code: 'strategy' }, { code: 'cyber' }],
  provisions: [provision('C1', 'cyber', [], 'C1.q1'), provision('S1', 'strategy', ['S2'], 'S1.q1', 'S1.q2'), provision('O1', 'own', [], 'O1.q1'), provision('S2', 'strategy', [], 'S2.q1')],
};
const keys = (steps) => steps.map((step) => step.question.key);

test('questions are asked by theme, then as the catalogue has them; a theme of the State comes last', () => {
  const all = new Set(['C1', 'S1', 'S2', 'O1']);
  assert.deepEqual(keys(stepsOf(catalogue, all)), ['S1.q1', 'S1.q2', 'S2.q1', 'C1.q1', 'O1.q1']);
  assert.deepEqual(keys(stepsOf(catalogue, all, 'cyber')), ['C1.q1']);
  assert.deepEqual(keys(stepsOf(catalogue, new Set(['S2']))), ['S2.q1']);
});

test('the next open question goes round, and none is left when all are rated', () => {
  const steps = stepsOf(catalogue, new Set(['C1', 'S1', 'S2']));
  const rated = (...done) => (key) => done.includes(key);
  assert.equal(nextOpen(steps, rated(), -1).question.key, 'S1.q1');
  assert.equal(nextOpen(steps, rated('S1.q2'), 0).question.key, 'S2.q1');
  assert.equal(nextOpen(steps, rated('C1.q1', 'S2.q1'), 3).question.key, 'S1.q1');
  assert.equal(nextOpen(steps, rated(...keys(steps)), 1), null);
});

test('only rated answers of provisions that the crosswalk joins, in either direction, are offered', () => {
  const [step] = stepsOf(catalogue, new Set(['S2']));
  const answers = new Map([
    ['S1.q1', { rating: '3' }],
    ['S1.q2', { rating: null }],
    ['C1.q1', { rating: '4' }],
    ['S2.q1', { rating: '1' }],
  ]);
  assert.deepEqual(candidates(catalogue, step, answers).map((each) => each.step.question.key), ['S1.q1']);
});

test('the next recommendation has a key that none had, also after one was removed', () => {
  const advice = ['A/2341-OP2/R1', 'A/2341-OP2/R3', 'A/2341-OP20/R9', 'A/2341-OP2/own'].map((key) => ({ key }));
  assert.equal(nextAdvice('A', '2341-OP2', advice), 'A/2341-OP2/R4');
  assert.equal(nextAdvice('A', '2341-OP3', advice), 'A/2341-OP3/R1');
});

test('what the round before answered is proposed while it is open here', () => {
  const former = { key: 'A', title: 'First', answers: new Map([['q1', { key: 'A/q1', rating: '3' }], ['q2', { key: 'A/q2', rating: null }]]) };
  assert.equal(proposalFor('q1', new Map(), former).key, 'A/q1');
  assert.equal(proposalFor('q1', new Map([['q1', { rating: null }]]), former).key, 'A/q1');
  assert.equal(proposalFor('q1', new Map([['q1', { rating: '0' }]]), former), null);
  assert.equal(proposalFor('q2', new Map(), former), null);
  assert.equal(proposalFor('q1', new Map(), null), null);
});

test('evidence holds until the moment at which it expires, if it was accepted', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(evidenceOf({ evidence_accepted: true, evidence_expires_at: '2026-01-01T00:00:00.001Z' }, now), 'holds');
  assert.equal(evidenceOf({ evidence_accepted: true, evidence_expires_at: '2026-01-01T00:00:00Z' }, now), 'ended');
  assert.equal(evidenceOf({ evidence_accepted: true, evidence_expires_at: null }, now), 'holds');
  assert.equal(evidenceOf({ evidence_accepted: false, evidence_expires_at: null }, now), 'lacks');
});

test('rounds to compare with are of the same subject, the newest first', () => {
  const round = (key, starts_at, sector = null) => ({ key, starts_at, sector, organisation: null, subject: sector ? 'sector' : 'state' });
  const all = [round('A', '2020-01-01'), round('N', null), round('E', '2024-01-01', 'EN'), round('C', '2024-01-01'), round('B', '2022-01-01')];
  assert.deepEqual(roundsBeside(all[4], all).map((each) => each.key), ['C', 'A', 'N']);
  assert.deepEqual(roundsBeside(all[2], all), []);
});

test('other rounds are asked for by what the record says of its subject', () => {
  assert.deepEqual(subjectOf({ key: 'A', subject: 'organisation', organisation: 'ORG-1', sector: null }), { subject: 'organisation', organisation: 'ORG-1' });
  assert.deepEqual(subjectOf({ key: 'N', subject: 'state' }), { subject: 'state' });
});

test('an answer that was saved here outlives a list that was read before, and gives way to a newer one', () => {
  const read = new Map([['a', { version: 1, rating: '1' }], ['b', { version: 3, rating: '2' }]]);
  const own = new Map([['a', { version: 2, rating: '4' }], ['b', { version: 2, rating: '0' }], ['c', { version: 1, rating: '3' }]]);
  assert.deepEqual([...withOwn(read, own)].map(([key, each]) => key + each.rating), ['a4', 'b2', 'c3']);
  assert.equal(read.size, 2);
});

test('a search wants all its words, whatever their case', () => {
  assert.ok(holdsWords('Stratégie de réduction', 'RÉDUCTION str'));
  assert.ok(!holdsWords('Stratégie de réduction', 'réduction cyber'));
});

test('the radar begins at the top and cuts what is out of range', () => {
  const [top, right, bottom, left] = corners([1, 0.5, 2, null], 100, 80);
  assert.ok(Math.abs(top.x - 100) < 1e-9 && Math.abs(top.y - 20) < 1e-9);
  assert.ok(Math.abs(right.x - 140) < 1e-9 && Math.abs(right.y - 100) < 1e-9);
  assert.ok(Math.abs(bottom.y - 180) < 1e-9);
  assert.ok(Math.abs(left.x - 100) < 1e-9 && Math.abs(left.y - 100) < 1e-9);
});

test('what is taken over leaves the own comment and the own evidence, and evidence goes as one', () => {
  const from = { ...draftOf({ rating: '3', comment: 'Theirs', evidence: 'Plan', evidence_expires_at: '2030-01-01T00:00:00Z', evidence_accepted: true }), reused_from: 'A/q' };
  assert.equal(from.evidence_expires_at, '2030-01-01');
  assert.deepEqual(takenOver(draftOf(null), from, null), from);

  const typed = { ...draftOf(null), rating: '1', comment: 'Mine' };
  assert.deepEqual(takenOver(typed, from, null), { ...from, comment: 'Mine' });

  // Another's acceptance, or the end of another's evidence, never comes to one's own.
  const proven = { ...draftOf(null), evidence_link: 'https://own' };
  assert.deepEqual(takenOver(proven, from, null), { ...from, evidence: '', evidence_link: 'https://own', evidence_expires_at: '', evidence_accepted: false });

  // What was taken over before is nobody's own word; what was changed in it since is.
  const other = { ...draftOf({ rating: '2', comment: 'Other', evidence: 'Letter' }), reused_from: 'B/q' };
  assert.deepEqual(takenOver(takenOver(draftOf(null), other, null), from, other), from);
  assert.deepEqual(takenOver({ ...other, comment: 'Other, and mine' }, from, other), { ...from, comment: 'Other, and mine' });
});

test('the template that is begun with has every chapter of the report, in its order', () => {
  const source = (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  const words = (text) => [...text.matchAll(/["']([a-z]+)["']/g)].map((found) => found[1]);
  const known = words(source('src/report/assessment.c').match(/chapter_names\[\] = \{([^}]*)\}/)[1]);
  assert.ok(known.length > 10);
  assert.deepEqual(words(source('web/src/lib/ui/ReportTemplate.svelte').match(/const usual = \[([^\]]*)\]/)[1]), known);
});
