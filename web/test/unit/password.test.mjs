// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { keyRows, passwordWeight, strengthOf, triedFirst } from '../../src/lib/state/password.ts';

const source = (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
// The texts of an array in C.
const listOf = (text, name) => [...text.match(new RegExp(`${name}\\[\\] = \\{([^}]*)\\}`))[1].matchAll(/"([^"]*)"/g)].map((found) => found[1]);
const known = ['mara.lind', 'Mara Lindqvist'];

test('the meter knows the words and rows of keys that the server knows', () => {
  const server = source('src/usecase/password.c');
  assert.deepEqual(triedFirst, listOf(server, 'tried_first'));
  assert.deepEqual(keyRows, listOf(server, 'key_rows'));
});

test('what the server refuses the meter calls refused, and what it takes is taken', () => {
  const tests = source('tests/unit/usecase/test_password.c');
  const [weak, good] = [listOf(tests, 'weak'), listOf(tests, 'good')];
  assert.ok(weak.length > 10 && good.length > 4);
  for (const password of weak) assert.equal(strengthOf(password, known), 'refused', password);
  for (const password of good) assert.match(strengthOf(password, known), /^(fair|good|strong)$/, password);
});

test('weights are those of the server’s own tests', () => {
  assert.equal(strengthOf('kitbvzoanem'), 'short');
  assert.equal(strengthOf('水电桥路'), 'short'); // twelve bytes, four characters
  assert.equal(passwordWeight('abcabcabcabc'), 2);
  assert.equal(passwordWeight('kitchen-2026-lantern'), 17);
  assert.equal(passwordWeight('mara walks', ['mara']), 7);
  assert.equal(strengthOf('correct horse battery staple'), 'strong');
});
