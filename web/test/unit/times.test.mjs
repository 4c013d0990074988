// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
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
