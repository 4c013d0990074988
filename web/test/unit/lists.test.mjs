// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextSort, questionOf, requestOf } from '../../src/lib/state/filters.ts';
import { heightMax, rowAt, sizerHeight, topOf, windowOf } from '../../src/lib/ui/scroll.ts';

const noun = {
  name: 'asset',
  plural: 'assets',
  fields: [
    { name: 'key', type: 'key', sort: true },
    { name: 'kind', type: 'text', filter: true, sort: true },
    { name: 'sector', type: 'text', filter: true },
    { name: 'note', type: 'text' },
  ],
};
const ask = (text) => questionOf(new URLSearchParams(text), noun);

test('an address becomes a question and goes back to the same request', () => {
  const question = ask('q=port&sort=-kind&kind=hospital&sector=HE&sel=A1&tab=x');
  assert.deepEqual(question, { q: 'port', sort: '-kind', filters: [{ param: 'kind', field: 'kind', how: '', value: 'hospital' }, { param: 'sector', field: 'sector', how: '', value: 'HE' }] });
  assert.deepEqual(requestOf(question), { q: 'port', sort: '-kind', kind: 'hospital', sector: 'HE' });
});

test('fields that are no filters, and orders that are not declared, are left out', () => {
  assert.deepEqual(requestOf(ask('note=x&sort=sector&unknown=1')), {});
});

test('conditions other than equal keep the API\'s names', () => {
  const question = ask('sector_begins=EN&kind_min=3&note_max=1');
  assert.deepEqual(question.filters.map((filter) => [filter.field, filter.how]), [['kind', 'min'], ['sector', 'begins']]);
  assert.deepEqual(requestOf(question), { kind_min: '3', sector_begins: 'EN' });
});

test('values with signs of the address survive', () => {
  const query = new URLSearchParams({ kind: 'a&b=c #1/؟' });
  assert.equal(questionOf(query, noun).filters[0].value, 'a&b=c #1/؟');
});

test('a head is clicked up, down, and off', () => {
  assert.equal(nextSort('', 'kind'), 'kind');
  assert.equal(nextSort('kind', 'kind'), '-kind');
  assert.equal(nextSort('-kind', 'kind'), '');
  assert.equal(nextSort('-kind', 'key'), 'key');
});

test('a short table scrolls pixel by pixel', () => {
  const table = { rows: 100, rowHeight: 40, view: 400 };
  assert.equal(sizerHeight(table), 4000);
  assert.equal(rowAt(0, table), 0);
  assert.equal(rowAt(400, table), 10);
  assert.equal(rowAt(3600, table), 90);
});

test('the last of a million rows can be reached', () => {
  const table = { rows: 1_000_000, rowHeight: 40, view: 600 };
  assert.equal(sizerHeight(table), heightMax);
  const bottom = sizerHeight(table) - table.view;
  assert.equal(rowAt(bottom, table), 1_000_000 - 15);
  assert.equal(windowOf(bottom, table).end, 1_000_000);
});

test('row to position and back', () => {
  const table = { rows: 1_000_000, rowHeight: 32, view: 640 };
  for (const row of [0, 1, 777, 500_000, 999_980]) assert.ok(Math.abs(rowAt(topOf(row, table), table) - row) < 1e-3, String(row));
  assert.equal(rowAt(topOf(2_000_000, table), table), 999_980);
});

test('a table that fits does not scroll', () => {
  const table = { rows: 3, rowHeight: 40, view: 600 };
  assert.equal(sizerHeight(table), 600);
  assert.equal(topOf(2, table), 0);
  assert.deepEqual(windowOf(0, table), { first: 0, end: 3, shift: 0 });
});

test('an empty table draws nothing', () => {
  assert.deepEqual(windowOf(0, { rows: 0, rowHeight: 40, view: 600 }), { first: 0, end: 0, shift: 0 });
});

test('the drawn rows move by fractions of a row', () => {
  const { first, shift } = windowOf(1010, { rows: 1000, rowHeight: 40, view: 400 }, 0);
  assert.equal(first, 25);
  assert.equal(shift, -10);
});
