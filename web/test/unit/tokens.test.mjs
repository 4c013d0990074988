// SPDX-License-Identifier: Apache-2.0
//
// The colours of tokens.css: contrast of text and controls, and the distance of the risk steps for readers who see
// colours otherwise.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const css = readFileSync(new URL('../../src/lib/tokens/tokens.css', import.meta.url), 'utf8');
const blockOf = (selector) => Object.fromEntries([...css.slice(css.indexOf(selector)).split('}')[0].matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((match) => [match[1], match[2]]));
const tlp = Object.fromEntries([...css.matchAll(/--(tlp-[\w-]+):\s*(#[0-9a-f]{6})/g)].map((match) => [match[1], match[2]]));
const themes = { light: blockOf(':root {'), dark: blockOf(":root[data-theme='dark']") };

const linear = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
const luminance = (hex) => linear(hex).reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

// Machado, Oliveira, Fernandes 2009, full severity, on linear light.
const sight = {
  usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};
const seen = (hex, matrix) => matrix.map((row) => Math.min(1, Math.max(0, row.reduce((sum, factor, index) => sum + factor * linear(hex)[index], 0))));
function oklab([r, g, b]) {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s];
}

for (const [theme, colours] of Object.entries(themes)) {
  test(`${theme}: text stands out by 4.5 on every ground`, () => {
    const pairs = [];
    for (const ground of ['bg', 'surface', 'surface-2']) for (const text of ['ink', 'ink-2']) pairs.push([text, ground]);
    for (const text of ['accent', 'ok', 'degraded', 'failed', 'unknown']) pairs.push([text, 'bg'], [text, 'surface']);
    pairs.push(['on-accent', 'accent'], ['on-accent', 'accent-hover'], ['accent', 'accent-soft'], ['ink', 'accent-soft']);
    for (const kind of ['ok', 'degraded', 'failed']) pairs.push(['ink', `${kind}-soft`]);
    for (const [text, ground] of pairs) assert.ok(contrast(colours[text], colours[ground]) >= 4.5, `${text} on ${ground}: ${contrast(colours[text], colours[ground]).toFixed(2)}`);
  });

  test(`${theme}: controls and the focus ring stand out by 3`, () => {
    for (const name of ['control', 'focus']) for (const ground of ['bg', 'surface']) assert.ok(contrast(colours[name], colours[ground]) >= 3, `${name} on ${ground}`);
  });

  test(`${theme}: points on the map stand out by 3 from sea and land`, () => {
    for (let index = 1; index <= 8; index++) for (const ground of ['sea', 'land']) assert.ok(contrast(colours[`cat-${index}`], colours[ground]) >= 3, `cat-${index} on ${ground}: ${contrast(colours[`cat-${index}`], colours[ground]).toFixed(2)}`);
  });

  test(`${theme}: risk steps go one way in lightness and stay apart for every kind of sight`, () => {
    const steps = [1, 2, 3, 4, 5].map((step) => colours[`risk-${step}`]);
    const light = steps.map((step) => oklab(linear(step))[0]);
    const direction = Math.sign(light[1] - light[0]);
    for (let index = 1; index < 5; index++) assert.equal(Math.sign(light[index] - light[index - 1]), direction, `step ${index + 1}`);
    for (const [kind, matrix] of Object.entries(sight))
      for (let a = 0; a < 5; a++)
        for (let b = a + 1; b < 5; b++) {
          const [p, q] = [steps[a], steps[b]].map((step) => oklab(seen(step, matrix)));
          const distance = 100 * Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
          assert.ok(distance >= 8, `${kind}: ${a + 1} and ${b + 1} are ${distance.toFixed(1)} apart`);
        }
  });
}

test('handling labels stand out on black', () => {
  for (const name of ['tlp-red', 'tlp-amber', 'tlp-green', 'tlp-clear']) assert.ok(contrast(tlp[name], tlp['tlp-ground']) >= 4.5, name);
});
