// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { histogram, nextEvent, readPlayback } from '../../src/lib/viz/playback.ts';

function bytesOf(rows, hours = 24) {
  const bytes = Buffer.alloc(16 + rows.length * 20);
  bytes.write('HFPB');
  bytes.writeUInt32LE(rows.length, 4);
  bytes.writeFloatLE(hours, 8);
  rows.forEach(([lon, lat, fail, recover, cause], index) => {
    const at = 16 + index * 20;
    [lon, lat, fail, recover].forEach((value, part) => bytes.writeFloatLE(value, at + part * 4));
    bytes[at + 16] = cause;
  });
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
}

test('a playback is read to the letter', () => {
  const read = readPlayback(bytesOf([[1.5, -2.5, 0, Infinity, 0], [NaN, NaN, 6, 12, 2]]));
  assert.equal(read.count, 2);
  assert.equal(read.hours, 24);
  assert.deepEqual([read.lon[0], read.lat[0], read.failH[1], read.recoverH[0], read.recoverH[1], read.cause[1]], [1.5, -2.5, 6, Infinity, 12, 2]);
  assert.ok(Number.isNaN(read.lon[1]));
});

test('what is no playback, or cut short, is refused', () => {
  assert.throws(() => readPlayback(new ArrayBuffer(8)));
  assert.throws(() => readPlayback(new TextEncoder().encode('{"failed":[]}      ').buffer));
  assert.throws(() => readPlayback(bytesOf([[0, 0, 0, 0, 0]]).slice(0, 30)));
});

test('the histogram keeps every asset, also the last', () => {
  assert.deepEqual(histogram([0, 0, 5, 10], 10, 2), [2, 2]);
  assert.deepEqual(histogram([0, 0], 0, 3), [2, 0, 0]);
  assert.deepEqual(histogram([], 10, 2), [0, 0]);
});

test('next and previous events', () => {
  const times = [0, 0, 2, 2, 5];
  assert.equal(nextEvent(times, 0, 1), 2);
  assert.equal(nextEvent(times, 2, 1), 5);
  assert.equal(nextEvent(times, 5, 1), null);
  assert.equal(nextEvent(times, 5, -1), 2);
  assert.equal(nextEvent(times, 0, -1), null);
});
