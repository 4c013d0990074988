// SPDX-License-Identifier: Apache-2.0
//
// Which packages the build read something from: what tools/sbom.py lists as parts of the web application. Written where
// HOLDFAST_WEB_PACKAGES says, beside the built files and not among them.
import { writeFileSync } from 'node:fs';

// The folder of the package in node_modules, as the lock file names it: the innermost one of the path.
export function packageOf(path) {
  const at = path.lastIndexOf('/node_modules/');
  if (at < 0) return null;
  const [first, second] = path.slice(at + '/node_modules/'.length).split(/[/?]/);
  const name = first.startsWith('@') ? `${first}/${second}` : first;
  const outer = path.indexOf('/node_modules/');
  return `${path.slice(outer + 1, at + 1)}node_modules/${name}`.replace(/^\/+/, '');
}

export const packagesPlugin = (file) => ({
  name: 'packages',
  apply: 'build',
  generateBundle(_, bundle) {
    if (!file) return;
    // Fonts and pictures come by style sheets, which are no modules.
    const assets = Object.values(bundle).flatMap((made) => (made.originalFileNames ?? []).map((name) => `/${name}`));
    const read = new Set([...this.getModuleIds(), ...assets].map(packageOf));
    read.delete(null);
    writeFileSync(file, `${JSON.stringify([...read].sort(), null, 1)}\n`);
  },
});
