// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundsOf, downOverTime, fallenAt, isDown, lossBy, milestones, momentsOf, nextEvent, readPlayback } from '../../src/lib/viz/playback.ts';

const names = { sectors: ['', 'EN', 'HE'], services: ['', 'power'] };

// rows: lon, lat, fail, recover, cause, sector, service, people
function bytesOf(rows, hours = 24) {
  const tail = Buffer.from(JSON.stringify(names));
  const bytes = Buffer.alloc(16 + rows.length * 24 + tail.length);
  bytes.write('HFPB');
  bytes.writeUInt32LE(rows.length, 4);
  bytes.writeFloatLE(hours, 8);
  bytes.writeUInt32LE(tail.length, 12);
  rows.forEach(([lon, lat, fail, recover, cause = 0, sector = 0, service = 0, people = 0], index) => {
    const at = 16 + index * 24;
    [lon, lat, fail, recover].forEach((value, part) => bytes.writeFloatLE(value, at + part * 4));
    bytes[at + 16] = cause;
    bytes[at + 17] = sector;
    bytes.writeUInt16LE(service, at + 18);
    bytes.writeUInt32LE(people, at + 20);
  });
  tail.copy(bytes, 16 + rows.length * 24);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
}
const played = (rows, hours) => readPlayback(bytesOf(rows, hours));

test('a playback is read to the letter', () => {
  const read = played([[1.5, -2.5, 0, Infinity, 0, 1, 0, 40], [NaN, NaN, 6, 12, 2, 2, 1, 4_000_000_000]]);
  assert.equal(read.count, 2);
  assert.equal(read.hours, 24);
  assert.deepEqual([read.lon[0], read.lat[0], read.failH[1], read.recoverH[0], read.recoverH[1], read.cause[1]], [1.5, -2.5, 6, Infinity, 12, 2]);
  assert.deepEqual([...read.sector, ...read.service, ...read.people], [1, 2, 0, 1, 40, 4_000_000_000]);
  assert.deepEqual([read.sectors, read.services], [names.sectors, names.services]);
  assert.ok(Number.isNaN(read.lon[1]));
});

test('what is no playback, or cut short, is refused', () => {
  assert.throws(() => readPlayback(new ArrayBuffer(8)));
  assert.throws(() => readPlayback(new TextEncoder().encode('{"failed":[]}      ').buffer));
  const whole = bytesOf([[0, 0, 0, 0]]);
  for (const cut of [30, 40, whole.byteLength - 1]) assert.throws(() => readPlayback(whole.slice(0, cut)), `${cut} bytes`);
});

test('an asset is down from its fall until it comes back', () => {
  const play = played([[0, 0, 2, 5]]);
  assert.deepEqual([1.9, 2, 4.9, 5, 9].map((time) => isDown(play, 0, time)), [false, true, true, false, false]);
});

test('how many have fallen, at any time', () => {
  assert.deepEqual([-1, 0, 1, 2, 9].map((time) => fallenAt([0, 0, 2, 2, 5], time)), [0, 2, 2, 4, 5]);
  assert.equal(fallenAt([], 3), 0);
});

test('the bars count who is down, and let go of who is back', () => {
  const play = played([[0, 0, 0, Infinity], [0, 0, 0, 4], [0, 0, 6, Infinity], [0, 0, 10, Infinity]]);
  assert.deepEqual(downOverTime(play, 10, 5), [2, 1, 2, 2, 3]);
  assert.deepEqual(downOverTime(played([[0, 0, 0, Infinity]]), 0, 3), [1, 1, 1]);
  assert.deepEqual(downOverTime(played([]), 10, 2), [0, 0]);
});

test('people without a service, by service and hour', () => {
  const play = played([[0, 0, 0, 3, 0, 1, 1, 100], [0, 0, 1, Infinity, 1, 2, 1, 50], [0, 0, 8, Infinity, 1, 2, 0, 7]]);
  assert.deepEqual(lossBy(play, play.service, 2, 0), { people: [0, 100], down: [0, 1] });
  assert.deepEqual(lossBy(play, play.service, 2, 2), { people: [0, 150], down: [0, 2] });
  assert.deepEqual(lossBy(play, play.service, 2, 9), { people: [7, 50], down: [1, 1] });
  assert.deepEqual(lossBy(play, play.sector, 3, 9).people, [0, 0, 57]);
});

test('next and previous events', () => {
  const times = [0, 0, 2, 2, 5];
  assert.equal(nextEvent(times, 0, 1), 2);
  assert.equal(nextEvent(times, 2, 1), 5);
  assert.equal(nextEvent(times, 5, 1), null);
  assert.equal(nextEvent(times, 5, -1), 2);
  assert.equal(nextEvent(times, 0, -1), null);
});

test('falls and returns are moments, each once', () => {
  assert.deepEqual(momentsOf(played([[0, 0, 4, 9], [0, 0, 0, Infinity], [0, 0, 4, 6]])), [0, 4, 6, 9]);
});

test('the marked falls are those that hit most, one of a moment, in order of time', () => {
  const play = played([[0, 0, 0, Infinity, 0, 0, 0, 10], [0, 0, 0, Infinity, 1, 0, 0, 90], [0, 0, 3, Infinity, 1, 0, 0, 200], [0, 0, 5, Infinity, 1, 0, 0, 20]]);
  assert.deepEqual(milestones(play, 2), [1, 2]);
  assert.deepEqual(milestones(play, 9), [1, 2, 3]);
});

test('bounds hold what fell between two hours and has a place', () => {
  const play = played([[1, 2, 0, Infinity], [NaN, NaN, 1, Infinity], [5, -3, 2, Infinity]]);
  assert.deepEqual(boundsOf(play), [1, -3, 5, 2]);
  assert.deepEqual(boundsOf(play, 0.5, 3), [5, -3, 5, -3]);
  assert.equal(boundsOf(play, 0.5, 1.5), null);
});
