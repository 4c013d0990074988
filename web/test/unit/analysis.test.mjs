// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { othersOf } from '../../src/lib/state/general.ts';
import { bought, stairsOf } from '../../src/lib/state/portfolio.ts';
import { allowedAt, chanceOf, criticalities, passesAt, rankRanges, stairs, yearsBetween } from '../../src/lib/state/result.ts';
import { draftOf, keyFor, lacksOf, newDraft, newHazard, recordBody } from '../../src/lib/state/scenario.ts';
import { asked, plainWeights, weightsOf, weightsText } from '../../src/lib/state/weights.ts';
import { numberOf } from '../../src/lib/state/form.ts';
import { addSector, dropSector, emptyTable, readTable, writeTable } from '../../src/lib/state/sectors.ts';
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

test('a scenario goes to its record and back the same', () => {
  const draft = {
    ...newDraft(), key: 'FLOOD', title: 'Flood', hours: 48, step_h: 2, restart: 'sequential', own_damage: false, rate: 0.5, trials: 500, seed: 9,
    classes: [{ name: 'flood', p: 0.25, times: 1 }, { name: 'calm', p: 0.75, times: 1 }], measures: ['M1'], tolerance: [[100, 0.5], [1000, 0.1]],
    hazards: [
      { ...newHazard(), by: 'kind', values: ['substation'], p: 0.3, at_h: 6, class: 'flood' },
      { ...newHazard(), by: 'near', near: { lon: 10, lat: 45, km: 9 }, p: 1 },
      { ...newHazard(), by: 'all', p: 0.01 },
      { ...newHazard(), by: 'other', p: 0.2, rest: { kind: 'hospital', region: 'R1', level: 1 } },
    ],
  };
  const body = recordBody(draft);
  assert.deepEqual(body.hazards, [
    { p: 0.3, class: 'flood', at_h: 6, kind: ['substation'] },
    { p: 1, near: { lon: 10, lat: 45, km: 9 } },
    { p: 0.01, all: true },
    { p: 0.2, kind: 'hospital', region: 'R1', level: 1 },
  ]);
  assert.deepEqual(draftOf({ key: 'FLOOD', ...body }), draft);
  // The server may give lists as JSON text.
  assert.deepEqual(draftOf({ key: 'FLOOD', ...body, hazards: JSON.stringify(body.hazards), classes: JSON.stringify(body.classes) }), draft);
});

test('a list of events keeps its order and its times', () => {
  const classes = [{ name: 'flood', p: null, times: 3 }, { name: 'calm', p: null, times: 1 }];
  const body = recordBody({ ...newDraft(), classes });
  assert.deepEqual(body.classes, [{ name: 'flood', times: 3 }, { name: 'calm', times: 1 }]);
  assert.deepEqual(draftOf({ key: 'E', ...body, classes: [{ name: 'flood', times: 3 }, { name: 'calm' }] }).classes, classes);
});

test('the static question has no hours, steps or later shocks', () => {
  const body = recordBody({ ...newDraft(), hours: 0, hazards: [{ ...newHazard(), values: ['hospital'], at_h: 5 }] });
  assert.deepEqual([body.hours, body.step_h, body.hazards], [null, null, [{ p: 0.1, kind: ['hospital'] }]]);
});

test('what a scenario lacks is told before it is asked', () => {
  const draft = { ...newDraft(), title: 'x' };
  assert.deepEqual(lacksOf(draft), []);
  assert.deepEqual(lacksOf({ ...draft, title: ' ', own_damage: false }), ['title', 'nothing']);
  assert.deepEqual(lacksOf({ ...draft, hazards: [newHazard(), { ...newHazard(), by: 'near', near: { lon: 0, lat: 0, km: 0 } }] }), ['hazard', 'near']);
  assert.deepEqual(lacksOf({ ...draft, classes: [{ name: 'a', p: 0.1, times: 1 }, { name: 'a', p: 0.2, times: 1 }] }), ['class_name', 'class_sum']);
  assert.deepEqual(lacksOf({ ...draft, classes: [0.1, 0.2, 0.7].map((p) => ({ name: String(p), p, times: 1 })) }), []);
  assert.deepEqual(lacksOf({ ...draft, classes: [{ name: 'a', p: null, times: 2 }, { name: 'b', p: null, times: 1 }] }), []);
  assert.deepEqual(lacksOf({ ...draft, tolerance: [[10, 0.1], [10, 0.05]] }), ['tolerance']);
  assert.deepEqual(lacksOf({ ...draft, tolerance: [[10, 0.1], [20, 0.2]] }), ['tolerance']);
});

test('keys come from titles and do not meet', () => {
  const none = () => false;
  assert.equal(keyFor('River flood, éast', none, 0), 'RIVER-FLOOD-E-AST');
  assert.equal(keyFor('فيضان', none, 35), 'S-Z');
  assert.equal(keyFor('Flood', (key) => key === 'FLOOD' || key === 'FLOOD-2', 0), 'FLOOD-3');
});

const curve = [[0, 1], [10, 0.5], [100, 0.04]];

test('a curve is read as chances and years', () => {
  assert.deepEqual(chanceOf(curve, 0), { p: 1, index: 0 });
  assert.deepEqual(chanceOf(curve, 11), { p: 0.04, index: 2 });
  assert.deepEqual(chanceOf(curve, 101), { p: 0, index: -1 });
  assert.equal(yearsBetween(0.5, 0.04), 50);
  assert.deepEqual([yearsBetween(null, 0.1), yearsBetween(0, 0.1), yearsBetween(1, 0)], [null, null, null]);
});

test('the tolerance line is stairs, and the curve is held against it', () => {
  const line = [[5, 0.3], [50, 0.01]];
  assert.deepEqual([allowedAt(line, 4), allowedAt(line, 5), allowedAt(line, 49), allowedAt(line, 500)], [null, 0.3, 0.3, 0.01]);
  assert.equal(passesAt(curve, line, 1), 10);
  assert.equal(passesAt(curve, line, 0.5), 100);
  assert.equal(passesAt(curve, line, 0.1), null);
  assert.deepEqual(stairs(line, 100), [[5, 0.3], [50, 0.3], [50, 0.01], [100, 0.01]]);
});

test('ranks range as far as the intervals overlap', () => {
  const ranges = rankRanges([{ low: 0.8, high: 0.9 }, { low: 0.5, high: 0.7 }, { low: 0.6, high: 0.65 }, { low: 0.1, high: 0.2 }]);
  assert.deepEqual(ranges, [{ best: 1, worst: 1 }, { best: 2, worst: 3 }, { best: 2, worst: 3 }, { best: 4, worst: 4 }]);
});

test('criticality stands with the places that its intervals allow, and without where there is none', () => {
  const asset = (key, criticality, low, high) => ({ key, p_down: 0, low: 0, high: 0, mean_down_h: null, p_damaged: 0.1, p_down_not_own: 0, criticality, criticality_low: low, criticality_high: high });
  const rows = criticalities({ assets: [asset('A', 5, 1, 9), asset('B', null, null, null), asset('C', 8, 7, 9), asset('D', 3, null, null), asset('E', 0, 0, 0.5)], worth: [{ key: 'C', value: 2, low: 1, high: 3 }, { key: 'A', value: 1, low: 0, high: 0.5 }, { key: 'X', value: 9, low: 9, high: 9 }] });
  assert.deepEqual(rows.map((row) => [row.key, row.places?.best, row.places?.worst, row.worthPlaces?.best, row.worthPlaces?.worst]), [['A', 1, 2, 2, 2], ['C', 1, 2, 1, 1], ['D', undefined, undefined, undefined, undefined], ['E', 3, 3, undefined, undefined]]);
  assert.deepEqual(rows[0].range, { low: 1, high: 9 });
  assert.equal(rows[1].worth.value, 2);
});

test('weights stand in the address, and what is none of them is not taken', () => {
  assert.deepEqual(weightsOf('1,2,3,10'), [1, 2, 3, 10]);
  for (const wrong of [null, '', '1,2,3', '1,2,3,11', '1,2,3,-1', '1,2,3,x', '1,2,3,0.5']) assert.deepEqual(weightsOf(wrong), plainWeights);
  assert.equal(weightsText(plainWeights), null);
  assert.equal(weightsText([0, 2, 0, 1]), '0,2,0,1');
  assert.deepEqual(asked([0, 2, 0, 1]), { failed: 2, people_hours: 1 });
});

test('a budget buys the best point that it pays for', () => {
  const front = [{ cost: 0, loss: 100, measures: [] }, { cost: 5, loss: 60, measures: ['A'] }, { cost: 9, loss: 20, measures: ['A', 'B'] }];
  assert.deepEqual([bought(front, 4.9)?.loss, bought(front, 5)?.loss, bought(front, 1000)?.loss, bought(front, -1)], [100, 60, 20, null]);
  assert.deepEqual(stairsOf(front, 12), [[0, 100], [5, 100], [5, 60], [9, 60], [9, 20], [12, 20]]);
});

test('what others bear together is told no finer than the rounding of all figures allows', () => {
  const told = (...means) => means.map((mean) => ({ mean, low: 0, high: 0 }));
  assert.equal(othersOf(12_300, told(9120)), 3200); // unsure by 55
  assert.equal(othersOf(100, told(40, 30)), 30);
  assert.equal(othersOf(12_300, told(12_300)), null);
  assert.equal(othersOf(12_300, told(9120, 3150)), null); // 30 less, by rounding
  assert.equal(othersOf(12_300, told(9120, 3220)), null); // and more
  assert.equal(othersOf(0, []), null);
  assert.equal(othersOf(4520, []), 4520);
});
