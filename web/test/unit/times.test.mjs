// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayFormat } from '../../src/lib/i18n/format.ts';
import { localTime, momentOf } from '../../src/lib/state/times.ts';

test('a moment stands on the reader’s clock and comes back as it was, in winter and in summer', () => {
  const zone = process.env.TZ;
  const wanted = [['America/Lima', '2027-01-31T08:00:00.000Z', '2027-01-31T03:00'], ['Europe/Lisbon', '2027-07-31T23:30:00.000Z', '2027-08-01T00:30'],
    ['Asia/Kathmandu', '2026-12-31T20:00:00.000Z', '2027-01-01T01:45'], ['UTC', '2027-01-31T08:00:00.000Z', '2027-01-31T08:00']];
  for (const [place, moment, local] of wanted) {
    process.env.TZ = place;
    assert.equal(localTime(moment), local, place);
    assert.equal(momentOf(local), moment, place);
  }
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
  assert.equal(localTime(null), '');
  assert.equal(momentOf(''), null);
});

test('a day is the same day for every reader, a moment is not', () => {
  const zone = process.env.TZ;
  // Formats are kept by locale, and each holds the zone in which it was made.
  const seen = (value) => [['America/Lima', 'en-US'], ['Asia/Tokyo', 'en-US-u-ca-gregory']].map(([place, locale]) => {
    process.env.TZ = place;
    return dayFormat(locale, value).format(new Date(value));
  });
  assert.deepEqual(seen('2026-06-01T00:00:00.000Z'), ['Jun 1, 2026', 'Jun 1, 2026']);
  assert.deepEqual(seen('2026-06-01T02:30:00.000Z'), ['May 31, 2026', 'Jun 1, 2026']);
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});
