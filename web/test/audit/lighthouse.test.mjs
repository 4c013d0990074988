// SPDX-License-Identifier: Apache-2.0
//
// Lighthouse, as on a desktop, over the real program: speed, accessibility and best practice at 95 and above. The
// speed of the map is printed only: it is drawn by software here.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import lighthouse, { desktopConfig } from 'lighthouse';
import { chromium } from 'playwright-core';
import { browserOptions, freePort, missing, settled, signIn, startServer } from '../e2e/harness.mjs';

const least = 95;
const profile = mkdtempSync(join(tmpdir(), 'holdfast-audit-'));
let server;
let context;
let port;

before(async () => {
  if (missing) return;
  server = await startServer('1k');
  port = await freePort();
  context = await chromium.launchPersistentContext(profile, browserOptions(`--remote-debugging-port=${port}`));
});
after(async () => {
  await context?.close();
  await server?.stop();
  rmSync(profile, { recursive: true, force: true });
});

async function scores(path) {
  const flags = { port, logLevel: 'silent', output: 'json', onlyCategories: ['performance', 'accessibility', 'best-practices'], disableStorageReset: true };
  const { lhr } = await lighthouse(server.url + path, flags, desktopConfig);
  assert.equal(lhr.runtimeError, undefined);
  const failed = Object.values(lhr.audits).filter((audit) => audit.score !== null && audit.score < 0.9 && audit.scoreDisplayMode !== 'informative');
  const out = Object.fromEntries(Object.entries(lhr.categories).map(([name, category]) => [name, Math.round(category.score * 100)]));
  console.log(`# ${path}: ${Object.entries(out).map(([name, score]) => `${name} ${score}`).join(', ')}`);
  for (const audit of failed) console.log(`#   ${audit.id}: ${audit.displayValue ?? audit.title}`);
  return out;
}

function holds(path, wanted) {
  return async () => {
    const found = await scores(path);
    for (const name of wanted) assert.ok(found[name] >= least, `${path}: ${name} ${found[name]}, wanted ${least}`);
  };
}
const all = ['performance', 'accessibility', 'best-practices'];

test('the sign-in page', { skip: missing }, holds('/', all));
test('signed in, the overview', { skip: missing }, async () => {
  const page = await context.newPage();
  await signIn(page, server);
  await page.goto(server.url); // the application remembers that somebody sits here
  await settled(page);
  await page.close();
  await holds('/', all)();
});
test('the register', { skip: missing }, holds('/register/assets', all));
test('the map, in accessibility and best practice', { skip: missing }, holds('/map', ['accessibility', 'best-practices']));
