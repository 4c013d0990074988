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
// nation (library, strategy, bulletins), what set-up, import and tour say, what any screen says when something fails, and
// the long help texts.
const shellPrefix = /^(app(?!\.crumbs$)|nav|place|theme|act(?!\.(save|undo|edit|remove|open)$)|state|form(?!\.(integer|json|large|number|saving|small)$)|signin(?!\.(passkey|provider)_)|jobs(?!\.(done_|left|queued|rate|unit_|state_))|job)\.|^sight\.(note|whole)$/;
// Nouns and areas of which only the screens of analyses, assessments and releases speak.
const analysisAreas = ['assess', 'assist', 'chain', 'pair', 'iim', 'plot', 'scen', 'run', 'trial', 'lec', 'port', 'inference', 'release', 'readers', 'ask', 'oscal', 'quest'];
const analysisNouns = [
  'attachment', 'instrument', 'provision', 'question', 'assessment', 'answer', 'evidence', 'judgement', 'meeting', 'recommendation', 'need', 'offer', 'project',
];
const analysisErrors = ['rank', 'scenario', 'simulate', 'portfolio', 'measure', 'iim', 'release', 'general', 'run', 'attachment', 'assessment', 'answer', 'evidence', 'judgement', 'meeting', 'provision', 'question', 'questionnaire', 'translation', 'assistance', 'project'];
const setupAreas = ['notices', 'setup', 'settings', 'security', 'users', 'right', 'check', 'audit', 'dictionary', 'result', 'severity', 'type'];
// Nouns of the platform and its profile: lists and forms ask for them with the noun.
const setupNouns = ['user', 'grant', 'event', 'job', 'taxonomy', 'recipe'];
const setupErrors = ['seal', 'csv', 'crypto', 'geojson', 'import', 'check', 'grant', 'setup', 'sandbox', 'audit', 'backup', 'certificate', 'oidc', 'passkey', 'tls', 'team', 'recipe', 'gdal', 'checkpoint', 'matpower', 'epanet', 'graphml', 'dump', 'oscal', 'xml', 'deflate'];
const oneOf = (words) => `(${words.join('|')})`;
const analysisPrefix = new RegExp(
  String.raw`^form\.(conflict|conflict_text|faults|leave)$|^files\.(?!title$)|^(${oneOf(analysisAreas)}\.|(noun|field|word)\.release\b|sight\.(of|note_run)$|sim\.both_restarts$|rank\.(?!part_more$|hours$|for_good$|by_(?:failed|people|people_hours)$)` +
    String.raw`|error\.${oneOf(analysisErrors)}\.)|^(field|word)\.${oneOf(analysisNouns)}\.`,
);
const nationalNouns = [
  'practice', 'bulletin', 'receipt', 'strategy', 'objective', 'action', 'law', 'mandate', 'agreement', 'safeguard', 'programme', 'device', 'trial', 'finding', 'occurrence', 'preparation',
];
const nationalErrors = ['practice', 'bulletin', 'strategy', 'library', 'share', 'aviation', 'finding', 'trial', 'occurrence', 'weapons', 'preparation', 'soft_targets'];
const nationalPrefix = new RegExp(
  String.raw`^(library|strategy|aware|aviation|weapons|soft)\.|^(field|word)\.${oneOf(nationalNouns)}\.|^error\.${oneOf(nationalErrors)}\.`,
);
const setupPrefix = new RegExp(
  String.raw`^(jobs\.(by|created|ended|none|none_text|result|text)$|(${oneOf(setupAreas)}|import(?!\.more$)|tour(?!\.start$)` +
    String.raw`|error\.${oneOf(setupErrors)})\.)|^error\.(file\.in_use|store\.no_room_to_keep|account\.token_days|account\.too_many_tokens|user\.reserved)$` +
    String.raw`|^signin\.(passkey_|provider_)|^error\.(setting\.|http\.(cannot_listen|certificate|client_ca|half_tls|listen|needs_tls|not_started|port_))|^error\.account\.(breach|code|factor|identified|language|passkey|sign_in_again|token|wrong)|^action\.(alarm|keep|log|seal|watermark)\.|^settings\.word_|^field\.${oneOf(setupNouns)}\.|^signin\.(change|changed|choose|choose_text|current|new|new_help)$`,
);

export function partOf(key) {
  if (key.startsWith('help.')) return 'help';
  if (nationalPrefix.test(key)) return 'national';
  if (analysisPrefix.test(key)) return 'analysis';
  if (setupPrefix.test(key)) return 'setup';
  if (shellPrefix.test(key) || /^error\.(unknown|net|app)\b/.test(key)) return 'shell';
  return key.startsWith('error.') ? 'errors' : 'screens';
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
