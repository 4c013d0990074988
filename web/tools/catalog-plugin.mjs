// SPDX-License-Identifier: Apache-2.0
//
// Makes `virtual:catalog/<language>/<part>` from content/messages/<area>/<language>.json.
// Areas that only the C side prints are left out.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseMessage } from './icu.mjs';

export const languages = ['ar', 'zh', 'en', 'fr', 'ru', 'es'];
const notForTheWeb = new Set(['report', 'cli']);
const prefix = 'virtual:catalog/';

export function readCatalog(root, language, onFile = () => {}) {
  const all = {};
  if (!existsSync(root)) return all;
  const areas = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !notForTheWeb.has(entry.name))
    .map((entry) => entry.name)
    .sort();
  for (const area of areas) {
    const file = join(root, area, `${language}.json`);
    if (!existsSync(file)) continue;
    onFile(file);
    Object.assign(all, JSON.parse(readFileSync(file, 'utf8')));
  }
  return all;
}

// A language travels in parts: what the shell and the door say, what most screens say, what the analyses say, what is of the
// nation (library, strategy, bulletins), what set-up, import and tour say, and the long help texts.
const shellPrefix = /^(app(?!\.crumbs$)|nav|place|theme|act(?!\.(save|undo|edit|remove|open)$)|state|form(?!\.(integer|json|large|missing|number|saving|small)$)|signin|jobs(?!\.(done_|left|queued|rate|unit_|state_))|job)\.|^sight\.(note|whole)$/;
const analysisPrefix = /^form\.(conflict|conflict_text|faults|leave)$|^((assess|assist|chain|pair|iim|plot|scen|run|lec|port|inference|release|readers)\.|(noun|field|word)\.release\b|sight\.(of|note_run)$|error\.(release|general|run|assessment|answer|provision|assistance|project)\.)|^(field|word)\.(instrument|provision|question|assessment|answer|recommendation|need|offer|project)\./;
const nationalPrefix = /^(library|strategy|aware|aviation)\.|^(field|word)\.(practice|bulletin|receipt|strategy|objective|action|law|mandate|agreement|safeguard|programme|device|trial|finding)\.|^error\.(practice|bulletin|strategy|library|share|aviation|finding|trial)\./;
const setupPrefix = /^(jobs\.(by|created|ended|none|none_text|result|text)$|(setup|settings|users|right|check|audit|dictionary|import(?!\.more$)|tour(?!\.start$)|error\.(audit|backup|tls|team|recipe|gdal|checkpoint|matpower|epanet|graphml|dump|xml|deflate))\.)|^error\.(file\.in_use|store\.no_room_to_keep)$|^signin\.(change|changed|choose|choose_text|current|new|new_help)$/;

export function partOf(key) {
  if (key.startsWith('help.')) return 'help';
  if (nationalPrefix.test(key)) return 'national';
  if (analysisPrefix.test(key)) return 'analysis';
  if (setupPrefix.test(key)) return 'setup';
  return shellPrefix.test(key) || /^error\.(unknown|net|app)\b/.test(key) ? 'shell' : 'screens';
}

export function catalogPlugin(root) {
  return {
    name: 'holdfast-catalog',
    resolveId(id) {
      return id.startsWith(prefix) ? `\0${id}` : null;
    },
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return null;
      const [language, part] = id.slice(prefix.length + 1).split('/');
      const out = {};
      const catalog = readCatalog(root, language, (file) => this.addWatchFile(file));
      for (const [key, message] of Object.entries(catalog))
        if (partOf(key) === part) out[key] = parseMessage(message);
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(out))});`;
    },
  };
}
