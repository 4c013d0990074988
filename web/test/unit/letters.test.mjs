// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowOf, stands } from '../../src/lib/state/letters.ts';

const up = ['A', 'Ab', 'B', 'BA', 'b', 'Ç', 'مستشفى', '医院', null, null];
const find = async (list, word, descending) => {
  let asked = 0;
  const row = await rowOf(word, list.length, descending, async (at) => (asked++, list[at]));
  return [row, asked];
};

test('the first row that begins with the letters is found in any script', async () => {
  for (const [word, row] of [['A', 0], ['Ab', 1], ['B', 2], ['b', 4], ['م', 6], ['医', 7], ['Aa', 1], ['zz', 5]]) assert.equal((await find(up, word, false))[0], row, word);
});

test('downwards the same, with empty values last', async () => {
  const down = ['医院', 'b', 'BA', 'B', 'Ab', 'A', null];
  for (const [word, row] of [['医', 0], ['b', 1], ['B', 2], ['A', 4], ['Ab', 4]]) assert.equal((await find(down, word, true))[0], row, word);
});

test('what stands behind all has no row', async () => {
  assert.equal((await find(['A', 'B'], 'C', false))[0], 2);
});

test('a million rows are asked twenty times', async () => {
  let asked = 0;
  const row = await rowOf('K777777', 1_000_000, false, async (at) => (asked++, `K${String(at).padStart(6, '0')}`));
  assert.equal(row, 777_777);
  assert.ok(asked <= 20);
});

test('a longer value stands behind its own beginning', () => {
  assert.equal(stands('A', 'Ab', false), 'before');
  assert.equal(stands('Abc', 'Ab', false), 'after');
  assert.equal(stands('Ab', 'Ab', true), 'after');
});
