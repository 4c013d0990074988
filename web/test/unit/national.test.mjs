// SPDX-License-Identifier: Apache-2.0
//
// What the screens of the nation look up in what the server tells: the matrix of the legal map, where a missing element is
// mended, markings that may be asked for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leadState, lowerMarkings, matrixOf, mendHref, phases } from '../../src/lib/state/national.ts';

test('the legal map keeps the order of its cells and finds each of them', () => {
  const cells = [['a', 'x'], ['a', 'y'], ['b', 'x'], ['b', 'y']].map(([conduct, form], index) => ({ conduct, form, in_force: index, asked_by: null }));
  const matrix = matrixOf(cells);
  assert.deepEqual(matrix.conducts, ['a', 'b']);
  assert.deepEqual(matrix.forms, ['x', 'y']);
  assert.equal(matrix.at('b', 'x').in_force, 2);
  assert.equal(matrix.at('c', 'x'), undefined);
  assert.equal(matrixOf([]).conducts.length, 0);
});

test('a missing element leads to the record or to the form that mends it', () => {
  const at = (rule, about, subject = '') => mendHref({ rule, about, subject, name: subject }, 'S/1');
  assert.equal(at('owner', 'strategy'), '/record/strategies?key=S%2F1&edit=1');
  assert.equal(at('objectives', 'strategy'), '/record/objectives?new=1');
  assert.equal(at('indicator', 'objective', 'O/1'), '/record/objectives?key=O%2F1&edit=1');
  assert.equal(at('actions', 'objective', 'O/1'), '/record/actions?new=1');
  assert.equal(at('action_money', 'action', 'A'), '/record/actions?key=A&edit=1');
  assert.equal(at('phases', 'phase', 'recover'), '/record/actions?new=1');
  assert.equal(at('lead', 'phase', 'recover'), '/record/mandates?new=1');
  assert.equal(at('sector_actions', 'sector', 'EN'), '/record/actions?new=1');
  assert.equal(at('law', 'offence', 'cyber.attempt'), '/record/laws?new=1');
});

test('one body leads: nobody and several are told apart', () => {
  assert.deepEqual([0, 1, 2].map(leadState), ['failed', 'ok', 'degraded']);
});

test('only lower markings may be asked for', () => {
  assert.deepEqual(lowerMarkings('TLP:AMBER'), ['TLP:CLEAR', 'TLP:GREEN']);
  assert.deepEqual(lowerMarkings('TLP:CLEAR'), []);
  assert.deepEqual(lowerMarkings('unknown'), []);
});

test('there are six phases', () => assert.equal(new Set(phases).size, 6));
