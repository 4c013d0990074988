// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addSector, dropSector, emptyTable, numberOf, readTable, writeTable } from '../../src/lib/state/sectors.ts';
import { scaleOf, shareOf, ticksOf, valueAt } from '../../src/lib/viz/scale.ts';
import { downAt } from '../../src/lib/viz/playback.ts';

test('a straight axis holds all values, and shares go there and back', () => {
  const scale = scaleOf([3, 8, NaN, 5], false);
  assert.deepEqual(scale, { log: false, low: 3, high: 8 });
  assert.equal(scaleOf([3, 8], false, 0).low, 0);
  for (const value of [3, 4.5, 8]) assert.ok(Math.abs(valueAt(scale, shareOf(scale, value)) - value) < 1e-9);
  assert.equal(shareOf(scale, 100), 1);
});

test('an axis by powers of ten leaves out what has no logarithm', () => {
  const scale = scaleOf([0, -4, 20, 3000], true);
  assert.deepEqual(scale, { log: true, low: 10, high: 10000 });
  assert.deepEqual(ticksOf(scale, 5), [10, 100, 1000, 10000]);
  assert.ok(Math.abs(valueAt(scale, shareOf(scale, 500)) - 500) < 1e-6);
  assert.deepEqual(scaleOf([0], true), { log: true, low: 1, high: 10 });
});

test('ticks are round and within the axis', () => {
  assert.deepEqual(ticksOf({ log: false, low: 0, high: 10 }, 5), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(ticksOf({ log: false, low: 0.13, high: 0.94 }, 4).map((tick) => tick.toFixed(6)), ['0.200000', '0.400000', '0.600000', '0.800000']);
  for (const most of [2, 3, 7]) for (const tick of ticksOf({ log: false, low: -17, high: 351 }, most)) assert.ok(tick >= -17 && tick <= 351.0001);
  assert.ok(ticksOf({ log: true, low: 1, high: 1e12 }, 4).length <= 5);
});

test('sectors are added and dropped with their columns', () => {
  let rows = emptyTable(['EN', 'WA']);
  rows[0].takes[1] = 0.8;
  rows = addSector(rows, 'HE');
  assert.deepEqual(rows.map((row) => row.takes), [[0, 0.8, 0], [0, 0, 0], [0, 0, 0]]);
  rows = dropSector(rows, 0);
  assert.deepEqual(rows.map((row) => [row.sector, row.takes]), [['WA', [0, 0]], ['HE', [0, 0]]]);
});

test('numbers are read as people type them', () => {
  assert.equal(numberOf('0,8'), 0.8);
  assert.equal(numberOf('1 200.5'), 1200.5);
  assert.equal(numberOf('٠٫٢٥'), 0.25);
  assert.equal(numberOf(''), null);
  assert.equal(numberOf('much'), null);
});

test('a table of sectors is written and read back the same', () => {
  const rows = addSector(addSector(emptyTable([]), 'EN'), 'Water, cold');
  rows[0].takes[1] = 0.8;
  rows[1].takes[0] = 0.2;
  rows[1].shock = 0.6;
  const text = writeTable(rows);
  assert.equal(text, 'sector,EN,"Water, cold",shock\nEN,0,0.8,\n"Water, cold",0.2,0,0.6\n');
  assert.deepEqual(readTable(text).rows, rows);
  assert.deepEqual(readTable('\ufeffsector;EN;rate\r\nEN;0,5;0,1\r\n').rows, [{ sector: 'EN', takes: [0.5], output: null, shock: null, rate: 0.1, start: null }]);
});

test('a wrong table of sectors is refused with its line', () => {
  assert.deepEqual(readTable('name,EN\nEN,0\n').fault, { line: 1, code: 'no_sector', word: 'sector' });
  assert.deepEqual(readTable('sector,EN\nEN,0\nWA,0\n').fault, { line: 1, code: 'missing', word: 'WA' });
  assert.deepEqual(readTable('sector,EN\n\nEN,much\n').fault, { line: 3, code: 'number', word: 'EN' });
  assert.deepEqual(readTable('sector\n').fault, { line: 1, code: 'missing', word: '' });
});

test('what has come back is not down', () => {
  const play = { count: 3, failH: Float32Array.of(0, 2, 4), recoverH: Float32Array.of(3, Infinity, 6) };
  assert.deepEqual([0, 2, 3, 5, 7].map((time) => downAt(play, time)), [1, 2, 1, 2, 1]);
});
