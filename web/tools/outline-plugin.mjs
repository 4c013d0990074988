// SPDX-License-Identifier: Apache-2.0
//
// `import path from 'icons/water.svg?outline'`: the outline of a drawing as path data. Its numbers keep one decimal:
// drawings of a grid of 15 units need no more, and the map's code has a budget of bytes.
import { readFileSync } from 'node:fs';

const ending = '?outline';

// Path data of an SVG file; a line end stands there as "&#xA;".
export function outlineOf(svg) {
  const path = [...svg.matchAll(/\sd="([^"]+)"/g)].map((match) => match[1].replace(/&#x\w+;/g, ' ')).join(' ');
  const rounded = path.replace(/\d*\.\d+/g, (number, at) => {
    const short = String(Number(Number(number).toFixed(1)));
    return /[\d.]/.test(path[at - 1] ?? '') ? ` ${short}` : short; // ".5.25" are two numbers
  });
  return rounded.replace(/\s+/g, ' ').replace(/ ?([A-Za-z,]) ?/g, '$1').trim();
}

export const outlinePlugin = () => ({
  name: 'outline',
  enforce: 'pre',
  async resolveId(source, importer) {
    if (!source.endsWith(ending)) return null;
    const found = await this.resolve(source.slice(0, -ending.length), importer, { skipSelf: true });
    return found && found.id + ending;
  },
  load: (id) => (id.endsWith(ending) ? `export default ${JSON.stringify(outlineOf(readFileSync(id.slice(0, -ending.length), 'utf8')))};` : null),
});
