// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMessage } from '../../src/lib/i18n/format.ts';
import { parseMessage, shapeOf } from '../../tools/icu.mjs';

const say = (source, values, locale = 'en') => formatMessage(parseMessage(source), values, locale);
const bare = (text) => text.replace(/[\u2068\u2069]/g, '');

test('a plain message stays a string', () => {
  assert.equal(parseMessage('Save'), 'Save');
});

test('values are put in, numbers as the language writes them', () => {
  assert.equal(say('{done} of {total}', { done: 1200, total: 4000000 }), '1,200 of 4,000,000');
  assert.equal(say('{x}', { x: 1234.5 }, 'fr').replace(/\s/g, ' '), '1 234,5');
  assert.equal(say('{x}', { x: 12 }, 'ar-u-nu-arab'), '١٢');
});

test('English and Spanish take one and other', () => {
  const source = '{n, plural, one {# site} other {# sites}}';
  assert.equal(say(source, { n: 1 }), '1 site');
  assert.equal(say(source, { n: 0 }), '0 sites');
  assert.equal(say(source, { n: 2 }, 'es'), '2 sites');
});

test('French counts zero as one', () => {
  assert.equal(say('{n, plural, one {one} other {other}}', { n: 0 }, 'fr'), 'one');
});

test('Arabic takes all six categories', () => {
  const source = '{n, plural, zero {z} one {o} two {t} few {f} many {m} other {x}}';
  const wanted = { 0: 'z', 1: 'o', 2: 't', 3: 'f', 10: 'f', 11: 'm', 99: 'm', 100: 'x', 102: 'x', 103: 'f' };
  for (const [count, category] of Object.entries(wanted)) assert.equal(say(source, { n: Number(count) }, 'ar'), category, count);
});

test('Russian takes one, few, many and other', () => {
  const source = '{n, plural, one {o} few {f} many {m} other {x}}';
  const wanted = { 1: 'o', 21: 'o', 2: 'f', 24: 'f', 5: 'm', 11: 'm', 0: 'm', 1.5: 'x' };
  for (const [count, category] of Object.entries(wanted)) assert.equal(say(source, { n: Number(count) }, 'ru'), category, count);
});

test('Chinese takes other only', () => {
  assert.equal(say('{n, plural, other {# 项}}', { n: 1 }, 'zh'), '1 项');
});

test('an exact case goes before its category', () => {
  assert.equal(say('{n, plural, =0 {none} one {one} other {#}}', { n: 0 }), 'none');
});

test('a choice by word, with the other case for what is unknown', () => {
  const source = '{kind, select, damage {hit} other {lost}}';
  assert.equal(say(source, { kind: 'damage' }), 'hit');
  assert.equal(say(source, { kind: 'network' }), 'lost');
});

test('choices stand inside each other', () => {
  const source = '{kind, select, a {{n, plural, one {# a} other {# as}}} other {?}} by {name}';
  assert.equal(say(source, { kind: 'a', n: 3, name: 'Ana' }), '3 as by Ana');
});

test('a Latin name keeps its direction inside Arabic', () => {
  const text = say('بواسطة {name}', { name: 'Ana' }, 'ar');
  assert.equal(text, 'بواسطة \u2068Ana\u2069');
  assert.equal(bare(text), 'بواسطة Ana');
});

test('a broken message is refused when built', () => {
  for (const source of ['{n, plural, one {x}}', '{n', '}', '{n, wrong, other {x}}', '{n, plural, other x}'])
    assert.throws(() => parseMessage(source), source);
});

test('the shape of a message names its values and categories', () => {
  assert.deepEqual(shapeOf(parseMessage('{a} {n, plural, =0 {x} one {y} other {z {b}}}')), { names: ['a', 'b', 'n'], plurals: [['one', 'other']] });
});
