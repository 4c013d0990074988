// SPDX-License-Identifier: Apache-2.0
//
// Areas on the map, the clock of the player, and the tree beside the picture of dependencies.
import assert from 'node:assert/strict';
import { placesOf } from '../../src/lib/viz/places.ts';
import { test } from 'node:test';
import { boxRing, circle, kmBetween, regionOf, ringOf, simplify, textOf } from '../../src/lib/viz/area.ts';
import { advance, bounded, clockText, stepOf } from '../../src/lib/viz/clock.ts';
import { branchesOf, narrowed } from '../../src/lib/viz/tree.ts';

test('a ring survives its spelling in an address', () => {
  const ring = [[-128.5, -44.25], [-127, -44], [-127.12345, -45]];
  assert.deepEqual(ringOf(textOf(ring)), [[-128.5, -44.25], [-127, -44], [-127.1235, -45]]);
  for (const odd of ['', 'region:R1', '1,2 3,4', '1,2 3,4 5', '1,2 3,4 x,5', '1,2 3,4 200,5', '1,2 3,4 5,91', '1,2,9 3,4 5,6']) assert.equal(ringOf(odd), null, odd);
  assert.equal(regionOf('region:R 1'), 'R 1');
  assert.equal(regionOf('1,2 3,4 5,6'), null);
});

test('a circle has its radius everywhere, also far from the equator', () => {
  for (const lat of [0, 44, -60]) for (const corner of circle([10, lat], 25)) assert.ok(Math.abs(kmBetween([10, lat], corner) - 25) < 0.3, `${lat}: ${kmBetween([10, lat], corner)}`);
  for (const [lon, lat] of circle([179.9, 84.9], 400)) assert.ok(Math.abs(lon) <= 180 && Math.abs(lat) <= 85);
});

test('a box around the world stays on the map', () => {
  assert.deepEqual(boxRing(-200, -89, 200, 89), [[-180, -85], [180, -85], [180, 85], [-180, 85]]);
});

test('a drawn line keeps its corners and loses its tremble', () => {
  const line = [...Array(50)].map((_, index) => [index / 10, index % 2 ? 0.001 : 0]);
  const bent = [...line, ...[...Array(50)].map((_, index) => [4.9, index / 10])];
  const kept = simplify(bent, 0.01);
  assert.ok(kept.length <= 5, `${kept.length} points`);
  assert.ok(kept.some(([lon, lat]) => Math.abs(lon - 4.9) < 0.01 && lat < 0.01), 'the corner');
  assert.deepEqual(simplify([[0, 0], [1, 1], [2, 0]], 9), [[0, 0], [1, 1], [2, 0]]);
});

test('the clock is written in hours and minutes', () => {
  assert.deepEqual([0, 6.5, 104, 0.999].map(clockText), ['T+00:00', 'T+06:30', 'T+104:00', 'T+01:00']);
});

test('a step is about a hundredth of the run, of a length that people name', () => {
  assert.deepEqual([1, 24, 72, 720, 8760].map(stepOf), [0.05, 0.25, 1, 12, 24]);
});

test('time goes on by the speed, ends at the end, or begins again', () => {
  assert.deepEqual(advance(0, 24_000, 0.25, 100, false), { at: 25, ended: false });
  assert.deepEqual(advance(90, 24_000, 1, 100, false), { at: 100, ended: true });
  assert.deepEqual(advance(90, 24_000, 1, 100, true), { at: 90, ended: false });
  assert.deepEqual(advance(90, 4_800, 1, 100, true), { at: 10, ended: false });
  assert.deepEqual(advance(0, 16, 64, 0, true), { at: 0, ended: true });
  assert.deepEqual([bounded(-1, 5), bounded(9, 5), bounded(2, 5)], [0, 5, 2]);
});

const graphOf = (pairs) => ({
  nodes: [...new Set(pairs.flatMap(([a, b]) => [a, b]))].map((key) => ({ key, name: key })),
  edges: pairs.map(([supplier, consumer, input = '']) => ({ key: `${supplier}>${consumer}`, supplier, consumer, input })),
  truncated: false,
});
const shape = (branches) => branches.map((branch) => `${'-'.repeat(branch.depth)}${branch.node.key}${branch.children}`);

test('the tree opens level by level, both ways', () => {
  const graph = graphOf([['plant', 'sub'], ['sub', 'home'], ['sub', 'shop'], ['home', 'lamp']]);
  assert.deepEqual(shape(branchesOf(graph, 'sub', 'up', new Set())), ['-plant0']);
  assert.deepEqual(shape(branchesOf(graph, 'sub', 'down', new Set())), ['-home1', '-shop0']);
  assert.deepEqual(shape(branchesOf(graph, 'sub', 'down', new Set(['sub\nhome']))), ['-home1', '--lamp0', '-shop0']);
});

test('a cycle ends where it would come back, and two links to one asset are one branch', () => {
  const graph = graphOf([['a', 'b'], ['b', 'a'], ['b', 'c', 'power'], ['b', 'c', 'water'], ['c', 'a']]);
  const open = new Set(['a\nb', 'a\nb\nc']);
  assert.deepEqual(shape(branchesOf(graph, 'a', 'down', open)), ['-b1', '--c0']);
});

test('one kind of need leaves its links and their ends', () => {
  const graph = graphOf([['a', 'b', 'power'], ['c', 'b', 'water']]);
  const part = narrowed(graph, 'b', 'water');
  assert.deepEqual(part.nodes.map((node) => node.key).sort(), ['b', 'c']);
  assert.equal(part.edges.length, 1);
  assert.deepEqual(narrowed(graph, 'b', 'gas').nodes.map((node) => node.key), ['b']);
});

test('places are called as their readers call them, a town before the province it stands for', () => {
  const town = { key: 'T', version: 1, name: 'Маневан (Manewan)', lon: 1, lat: 2, people: 5, attributes: { 'name:ar': 'مانوان', 'name:ru': 'Маневан' } };
  const province = { ...town, key: 'P', name: 'Province', people: 9, boundary: { type: 'Polygon', coordinates: [] } };
  const nameless = { key: 'N', version: 1, lon: 3, lat: 4 };
  const placeless = { key: 'O', version: 1, name: 'Nowhere', lon: null, lat: null };
  const own = [{ name: 'Маневан', lon: 1, lat: 2, people: 5 }];
  assert.deepEqual(placesOf([province, town, nameless, placeless], 'ru'), own);
  assert.deepEqual(placesOf([town, province], 'ru'), own);
  assert.equal(placesOf([town], 'fr')[0].name, 'Маневан (Manewan)');
  assert.equal(placesOf([{ ...town, attributes: null }], 'ar')[0].name, 'Маневан (Manewan)');
  assert.equal(placesOf([province], 'fr')[0].name, 'Province');
});
