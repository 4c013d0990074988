// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs, eventParser } from '../../src/lib/api/sse.ts';

function parsed(...pieces) {
  const out = [];
  const parse = eventParser((event) => out.push(event));
  for (const piece of pieces) parse(piece);
  return out;
}

test('an event in pieces comes out whole', () => {
  assert.deepEqual(parsed('id: 7\nev', 'ent: job\ndata: {"a"', ':1}\n', '\n'), [{ id: '7', event: 'job', data: '{"a":1}' }]);
});

test('heartbeats are dropped, lines of data are joined, the id stays', () => {
  assert.deepEqual(parsed(': beat\n\nid: 1\ndata: a\ndata:b\n\ndata: c\n\n'), [
    { id: '1', event: 'message', data: 'a\nb' },
    { id: '1', event: 'message', data: 'c' },
  ]);
});

test('an event with other line ends', () => {
  assert.deepEqual(parsed('event: log\r\ndata: x\r\n\r\n'), [{ id: '', event: 'log', data: 'x' }]);
});

test('a carriage return at the end of a piece may be half a line end', () => {
  assert.deepEqual(parsed('data: x\r', '\n\r\n').map((event) => event.data), ['x']);
});

test('the wait before the next try grows, with jitter, to half a minute', () => {
  assert.equal(backoffMs(0, 0), 500);
  assert.equal(backoffMs(0, 1), 1000);
  assert.ok(backoffMs(3, 0.5) > backoffMs(1, 0.5));
  assert.equal(backoffMs(20, 1), 30000);
});
