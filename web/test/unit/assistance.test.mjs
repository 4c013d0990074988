// SPDX-License-Identifier: Apache-2.0
//
// What a factor was held against, in words; keys of needs; which need is shown.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chosenOf, nextNeed, sides } from '../../src/lib/state/assistance.ts';

const need = { key: 'N1/P/N1', kind: 'training', theme: null, sectors: ['EN01'], languages: [], region: 'R1', wanted_by: '2027-01-01' };
const offer = { offer: { key: 'O', kinds: ['exercise', 'training'], themes: ['cyber'], sectors: ['any'], languages: ['fr'], regions: [], starts_at: null, ends_at: '2028-01-01', capacity: 3 }, used: 2, needs: 1 };
const of = (factor) => sides(factor, need, offer, { kind: (word) => word.toUpperCase() }, (value) => `day ${value}`, 'all');

test('both sides of a factor are said, each word as people know it', () => {
  assert.deepEqual(of('kind'), { wanted: ['TRAINING'], offered: ['EXERCISE', 'TRAINING'] });
  assert.deepEqual(of('sector'), { wanted: ['EN01'], offered: ['all'] });
  assert.deepEqual(of('time'), { wanted: ['day 2027-01-01'], offered: ['… – day 2028-01-01'] });
  assert.deepEqual(of('capacity'), { wanted: [], offered: ['2 / 3'] });
});

test('what nobody said is empty', () => {
  assert.deepEqual(of('theme').wanted, []);
  assert.deepEqual(of('language').wanted, []);
  assert.deepEqual(of('region'), { wanted: ['R1'], offered: [] });
  assert.deepEqual(sides('time', { key: 'x' }, { offer: { key: 'y' }, used: 0, needs: 0 }, {}, String, 'all'), { wanted: [], offered: [] });
});

test('the next key stands behind the last one, also where one between was removed', () => {
  assert.equal(nextNeed('N1', 'P', []), 'N1/P/N1');
  assert.equal(nextNeed('N1', 'P', [{ key: 'N1/P/N1' }, { key: 'N1/P/N7' }, { key: 'N1/PQ/N9' }, { key: 'N1/P/Nx' }]), 'N1/P/N8');
});

test('without a need asked for, the first is shown, but never another than the one asked for', () => {
  const list = [{ need: { key: 'A' } }, { need: { key: 'B' } }];
  assert.equal(chosenOf(list, 'B').need.key, 'B');
  assert.equal(chosenOf(list, '').need.key, 'A');
  assert.equal(chosenOf(list, 'gone'), undefined);
  assert.equal(chosenOf([], ''), undefined);
});
