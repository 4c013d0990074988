// SPDX-License-Identifier: Apache-2.0
//
// From the file of a module to the package that the lock file knows (tools/packages-plugin.mjs).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packageOf } from '../../tools/packages-plugin.mjs';

test('a file of a package leads to its folder in the lock file', () => {
  assert.equal(packageOf('/home/x/web/node_modules/svelte/src/index.js'), 'node_modules/svelte');
  assert.equal(packageOf('/x/node_modules/@mapbox/maki/icons/bank.svg?outline'), 'node_modules/@mapbox/maki');
  assert.equal(packageOf('/x/node_modules/svelte/node_modules/magic-string/dist/a.mjs'), 'node_modules/svelte/node_modules/magic-string');
  assert.equal(packageOf('/x/node_modules/@a/b/node_modules/@c/d/e.js'), 'node_modules/@a/b/node_modules/@c/d');
});

test('our own files are of no package', () => {
  assert.equal(packageOf('/x/web/src/app/App.svelte'), null);
  assert.equal(packageOf('\0vite/preload-helper.js'), null);
});
