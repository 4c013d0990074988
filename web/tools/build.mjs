// SPDX-License-Identifier: Apache-2.0
//
// What the C build calls: vite build into a folder, then the compressed variants, then the list of all that was read
// (folders too, so that a new file is noticed), and that of the packages inside (packages-plugin.mjs). The stamp comes last, so that a broken build is tried again.
//
//   node web/tools/build.mjs DIST_DIR STAMP DEPFILE PACKAGES
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [out, stamp, depfile, packages] = process.argv.slice(2);
const here = fileURLToPath(new URL('..', import.meta.url));
const top = fileURLToPath(new URL('../..', import.meta.url));
const vite = join(here, 'node_modules/vite/bin/vite.js');

if (!existsSync(vite)) {
  console.error('web: the packages are not installed; run tools/setup.sh (or: tools/with-node npm ci --prefix web)');
  process.exit(69);
}

function run(...words) {
  const env = { ...process.env, HOLDFAST_WEB_OUT: out, HOLDFAST_WEB_PACKAGES: packages ? resolve(packages) : '' };
  const { status } = spawnSync(process.execPath, words, { cwd: here, stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
}

function* readIn(path) {
  yield path;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) yield* readIn(inner);
    else yield inner;
  }
}

rmSync(out, { recursive: true, force: true });
run(vite, 'build', '--logLevel', 'warn');
run(join(here, 'tools/precompress.mjs'), out);

if (depfile) {
  const read = ['src', 'public', 'tools'].flatMap((folder) => [...readIn(join(here, folder))]);
  read.push(...readIn(join(top, 'content/messages')));
  for (const name of ['index.html', 'package-lock.json', 'vite.config.ts', 'svelte.config.js', 'tsconfig.json']) read.push(join(here, name));
  writeFileSync(depfile, `${stamp}: ${read.map((path) => path.replace(/ /g, '\\ ')).join(' ')}\n`);
}
if (stamp) writeFileSync(stamp, '');
