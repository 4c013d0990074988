// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMessage } from '../../src/lib/i18n/format.ts';
import { disguised } from '../../src/lib/i18n/pseudo.ts';
import { parseMessage } from '../../tools/icu.mjs';

test('a disguised message is at least 40 % longer, in brackets, and has no bare vowel', () => {
  const out = disguised('Take away one of the filters');
  assert.match(out, /^⟦.*⟧$/);
  assert.ok(out.length >= 28 * 1.4);
  assert.doesNotMatch(out.slice(1, -1), /[aeiou]/);
});

test('values and plurals live on in a disguise', () => {
  const message = disguised(parseMessage('{count, plural, one {# record of {name}} other {# records of {name}}}'));
  assert.match(formatMessage(message, { count: 1, name: 'Ada' }, 'en'), /^⟦1 réçórd óf Ada .*⟧$/);
  assert.match(formatMessage(message, { count: 3, name: 'Ada' }, 'en'), /^⟦3 réçórds óf Ada .*⟧$/);
});
