// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hopsOf, layOut } from '../../src/lib/viz/layers.ts';
import { fitBox, gridSteps } from '../../src/lib/viz/plane.ts';
import { ringsOf } from '../../src/lib/viz/rings.ts';

const node = (key, kind = 'x') => ({ key, name: key, kind, sector: null, region: null, hop: 0, people_served: 0, suppliers: 0, consumers: 0, single_point: false });
const edge = (supplier, consumer, state = 'accepted') => ({ key: `${supplier}>${consumer}`, supplier, consumer, input: '', need: 'all', buffer_h: 0, type: 'physical', state });
const graph = (pairs, extra = []) => {
  const edges = pairs.map(([from, to, state]) => edge(from, to, state));
  const keys = [...new Set([...edges.flatMap((each) => [each.supplier, each.consumer]), ...extra])];
  return { nodes: keys.map((key) => node(key)), edges, truncated: false };
};

test('suppliers stand before the chosen asset, consumers after it', () => {
  const hops = hopsOf(graph([['plant', 'sub'], ['sub', 'home'], ['home', 'lamp']]), 'sub');
  assert.deepEqual(Object.fromEntries(hops), { sub: 0, plant: -1, home: 1, lamp: 2 });
});

test('a cycle ends, each asset at its nearest place', () => {
  const hops = hopsOf(graph([['a', 'b'], ['b', 'c'], ['c', 'a']]), 'a');
  assert.equal(hops.get('a'), 0);
  assert.equal(hops.get('c'), -1);
  assert.equal(hops.get('b'), 1);
});

test('a sibling through a shared supplier is left out', () => {
  const shared = graph([['plant', 'me'], ['plant', 'sibling']]);
  assert.equal(hopsOf(shared, 'me').has('sibling'), false);
  assert.deepEqual(layOut(shared, 'me', new Set()).spots.map((spot) => spot.id), ['plant', 'me']);
});

test('a crowded column folds kinds, and unfolds one by one', () => {
  const crowd = graph(Array.from({ length: 20 }, (_, index) => ['hub', `c${index}`]));
  const folded = layOut(crowd, 'hub', new Set());
  assert.equal(folded.spots.length, 2);
  assert.equal(folded.lines[0].count, 20);
  const group = folded.spots.find((spot) => spot.node === null);
  assert.equal(layOut(crowd, 'hub', new Set([group.id])).spots.length, 21);
});

test('the same graph gives the same picture, whatever the order of its parts', () => {
  const pairs = [['a', 'm'], ['b', 'm'], ['m', 'x'], ['m', 'y'], ['a', 'b']];
  const one = layOut(graph(pairs), 'm', new Set());
  const two = layOut(graph([...pairs].reverse()), 'm', new Set());
  const places = (layout) => layout.spots.map((spot) => `${spot.id} ${spot.column} ${spot.row}`).sort();
  assert.deepEqual(places(one), places(two));
});

test('a line is proposed only when all its links are', () => {
  const layout = layOut(graph([['a', 'b', 'proposed']]), 'b', new Set());
  assert.equal(layout.lines[0].proposed, true);
});

test('an asset without links is a picture of one', () => {
  const layout = layOut(graph([], ['only']), 'only', new Set());
  assert.deepEqual(layout.columns, [0]);
  assert.equal(layout.spots.length, 1);
});

test('bounds fill the picture and keep their shape', () => {
  const box = fitBox([-10, 40, -5, 45], [], 500, 300);
  assert.ok(box.x(-10) >= 0 && box.x(-5) <= 500 && box.y(45) >= 0 && box.y(40) <= 300);
  const perDegree = [(box.x(-6) - box.x(-7)) / Math.cos((42.5 * Math.PI) / 180), box.y(42) - box.y(43)];
  assert.ok(Math.abs(perDegree[0] - perDegree[1]) < 1e-6);
  assert.ok(Math.abs(box.x(box.east) - 500) < 1e-6);
});

test('one point, and none at all, still give a picture', () => {
  for (const points of [[[3, 4, 0]], []]) {
    const box = fitBox(null, points, 100, 100);
    assert.ok(Number.isFinite(box.x(3)) && Number.isFinite(box.y(4)));
  }
});

test('rings come from polygons, multipolygons and their text, and from nothing else', () => {
  const ring = [[0, 0], [1, 0], [1, 1], [0, 0]];
  assert.deepEqual(ringsOf({ type: 'Polygon', coordinates: [ring] }), [ring]);
  assert.deepEqual(ringsOf(JSON.stringify({ type: 'MultiPolygon', coordinates: [[ring], [ring]] })), [ring, ring]);
  for (const odd of [null, '', '{', 7, { type: 'Point', coordinates: [0, 0] }, { type: 'Polygon', coordinates: [[[0, 0]]] }]) assert.deepEqual(ringsOf(odd), []);
});

test('grid lines stand at round values', () => {
  assert.deepEqual(gridSteps(-30.4, -26.1), [-30, -28]);
  assert.deepEqual(gridSteps(0, 1), [0, 0.5]);
});
