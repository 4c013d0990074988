// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { outlineOf } from '../../tools/outline-plugin.mjs';

test('an outline keeps its commands and one decimal of its numbers', () => {
  assert.equal(outlineOf('<svg><path id="a" d="M1.2345,2&#xA;&#x9;c-.5.25 0 0,1-1z"/></svg>'), 'M1.2,2c-0.5 0.3 0 0,1-1z');
  assert.equal(outlineOf('<svg><path d="M1 1"/><path d="L2 2.999"/></svg>'), 'M1 1L2 3');
});

test('as many numbers and commands stand in an outline as in its file', () => {
  const parts = (text) => [...text.matchAll(/[a-z]|-?(?:\d*\.\d+|\d+)/gi)].length;
  for (const name of ['rail', 'danger', 'communications-tower', 'water']) {
    const svg = readFileSync(new URL(`../../node_modules/@mapbox/maki/icons/${name}.svg`, import.meta.url), 'utf8');
    const path = [...svg.matchAll(/\sd="([^"]+)"/g)].map((match) => match[1].replace(/&#x\w+;/g, ' ')).join(' ');
    assert.equal(parts(outlineOf(svg)), parts(path), name);
  }
});
