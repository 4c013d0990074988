// SPDX-License-Identifier: Apache-2.0
//
// Makes the brotli and gzip variants of the built files beside them. A variant that saves less than 5 % is not kept
// (fonts and pictures are compressed already). Sorted and without times: two runs give the same bytes.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = process.argv[2];
if (!root) {
  console.error('usage: precompress.mjs DIST_DIR');
  process.exit(64);
}

function* filesOf(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesOf(path);
    else if (!/\.(br|gz)$/.test(entry.name)) yield path;
  }
}

let before = 0;
let after = 0;
for (const path of filesOf(root)) {
  const bytes = readFileSync(path);
  before += bytes.length;
  let least = bytes.length;
  if (!/\.(woff2|png|jpg|webp)$/.test(path)) {
    const br = brotliCompressSync(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    });
    const gz = gzipSync(bytes, { level: 9 });
    for (const [suffix, variant] of [['br', br], ['gz', gz]]) {
      if (variant.length > bytes.length * 0.95) continue;
      writeFileSync(`${path}.${suffix}`, variant);
      least = Math.min(least, variant.length);
    }
  }
  after += least;
}
console.log(`web: ${before} bytes, ${after} compressed`);
