// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { draftOf, faultOf, numberOf, patchOf, valueOf } from '../../src/lib/state/form.ts';

const number = { name: 'repair_h', type: 'number', min: 0, max: 100 };
const whole = { name: 'people', type: 'integer', min: 0, max: 0 };

test('numbers are read as people type them', () => {
  const wanted = { '12': 12, '1,5': 1.5, '-0.25': -0.25, '1 000': 1000, '1\u202f000,5': 1000.5, '1e3': 1000, '١٢': 12, '.5': 0.5 };
  for (const [text, value] of Object.entries(wanted)) assert.equal(numberOf(text), value, text);
  for (const text of ['', 'x', '1,000,000', '1.2.3', '--1', '12 h']) assert.equal(numberOf(text), null, text);
});

test('thousands are read as the language sets them, and nothing else is taken for them', () => {
  const wanted = [['en', '2,100,000', 2100000], ['en', '1,234.5', 1234.5], ['en', '0,5', 0.5], ['en', '1,5', 1.5], ['es', '2.100.000', 2100000], ['es', '1.234', 1.234],
    ['es', '12.345,5', 12345.5], ['fr', '2\u202f100\u202f000', 2100000], ['ru', '2\u00a0100\u00a0000,5', 2100000.5], ['ar-u-nu-arab', '٢٬١٠٠٬٠٠٠٫٥', 2100000.5], ['ar-u-nu-latn', '2,100', 2100], ['zh', '12,34', 12.34]];
  for (const [locale, text, value] of wanted) assert.equal(numberOf(text, locale), value, `${locale} ${text}`);
  for (const text of ['1,23,456', '1,000,00', 'x,000']) assert.equal(numberOf(text, 'en'), null, text);
});

test('faults of a field', () => {
  assert.equal(faultOf(number, '50'), null);
  assert.equal(faultOf(number, ''), null);
  assert.equal(faultOf({ ...number, required: true }, ' '), 'missing');
  assert.equal(faultOf(number, 'soon'), 'number');
  assert.equal(faultOf(number, '-1'), 'small');
  assert.equal(faultOf(number, '100,5'), 'large');
  assert.equal(faultOf(whole, '1.5'), 'integer');
  assert.equal(faultOf(whole, '-5'), null, 'equal bounds are no bounds');
  assert.equal(faultOf({ name: 'x', type: 'json' }, '{'), 'json');
});

test('a patch holds only what was changed, and clears with null', () => {
  const fields = [number, { name: 'name', type: 'text' }, { name: 'soft', type: 'bool' }, { name: 'tags', type: 'list' }];
  const before = draftOf(fields, { key: 'A', repair_h: 24, name: 'Old', soft: false, tags: ['a', 'b'] });
  assert.deepEqual(before, { repair_h: '24', name: 'Old', soft: false, tags: 'a b' });
  assert.deepEqual(patchOf(fields, before, { ...before }), {});
  assert.deepEqual(patchOf(fields, before, { repair_h: '1,5', name: '', soft: true, tags: 'a  c' }), { repair_h: 1.5, name: null, soft: true, tags: ['a', 'c'] });
});

test('a new record takes the defaults of its fields', () => {
  assert.deepEqual(draftOf([{ name: 'law', type: 'enum', default: 'fixed' }, { name: 'on', type: 'bool', default: 'true' }], null), { law: 'fixed', on: true });
});

test('an untouched JSON field is valid and no change', () => {
  const field = { name: 'crowd', type: 'json' };
  for (const value of [[1, 2], { a: 'b' }]) {
    const before = draftOf([field], { key: 'A', crowd: value });
    assert.equal(faultOf(field, before.crowd), null);
    assert.deepEqual(valueOf(field, before.crowd), value);
  }
});

test('text is trimmed, JSON is read', () => {
  assert.equal(valueOf({ name: 'name', type: 'text' }, '  a b '), 'a b');
  assert.deepEqual(valueOf({ name: 'x', type: 'json' }, '{"a":[1]}'), { a: [1] });
});
