// SPDX-License-Identifier: Apache-2.0
//
// All checks that need no browser: types, catalogues, texts outside the catalogues, style rules, size budgets, licences.
// Prints TAP. `npm run check -- sizes` runs only what is named.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { languages, readCatalog } from './catalog-plugin.mjs';
import { parseMessage, shapeOf } from './icu.mjs';

const here = fileURLToPath(new URL('..', import.meta.url));
const messages = fileURLToPath(new URL('../../content/messages', import.meta.url));
const wanted = process.argv.slice(2);
let count = 0;
let failed = 0;

function report(name, faults, notes = []) {
  count++;
  if (faults.length) failed++;
  console.log(`${faults.length ? 'not ok' : 'ok'} ${count} - ${name}`);
  for (const line of [...faults, ...notes]) console.log(`# ${line}`);
}

function* filesIn(folder, ending) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path, ending);
    else if (ending.test(entry.name)) yield path;
  }
}
const short = (path) => relative(here, path);
const sources = () => [...filesIn(join(here, 'src'), /\.(svelte|ts)$/)];

function types() {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['node_modules/svelte-check/bin/svelte-check', '--fail-on-warnings', '--output', 'human'], { cwd: here, encoding: 'utf8' });
  report('types and components (svelte-check)', status === 0 ? [] : `${stdout}${stderr}`.split('\n').filter(Boolean));
}

const categories = { ar: ['few', 'many', 'one', 'other', 'two', 'zero'], ru: ['few', 'many', 'one', 'other'], zh: ['other'], en: ['one', 'other'], fr: ['one', 'other'], es: ['one', 'other'] };

function catalogs() {
  const faults = [];
  const all = Object.fromEntries(languages.map((language) => [language, readCatalog(messages, language)]));
  const keys = new Set(Object.values(all).flatMap((catalog) => Object.keys(catalog)));
  for (const key of keys) {
    const shapes = {};
    for (const language of languages) {
      const source = all[language][key];
      if (source === undefined) {
        faults.push(`${language}: ${key} is missing`);
        continue;
      }
      try {
        shapes[language] = shapeOf(parseMessage(source));
      } catch (error) {
        faults.push(`${language}: ${key}: ${error.message}`);
        continue;
      }
      for (const used of shapes[language].plurals)
        if ([...used].sort().join() !== categories[language].join()) faults.push(`${language}: ${key}: plural cases ${used.join(' ')}; wanted ${categories[language].join(' ')}`);
    }
    const names = shapes.en?.names.join();
    for (const [language, shape] of Object.entries(shapes)) if (shape.names.join() !== names) faults.push(`${language}: ${key} uses {${shape.names.join()}}, English {${names}}`);
  }
  report(`catalogues: ${keys.size} messages in six languages`, faults);

  const missing = [];
  for (const path of sources())
    for (const match of readFileSync(path, 'utf8').matchAll(/\bt\(\s*'([\w.+-]+)'/g)) if (!keys.has(match[1])) missing.push(`${short(path)}: ${match[1]}`);
  report('every message that the code names exists', missing);
}

// Words for people that stand in a template instead of the catalogue.
async function texts() {
  const { parse } = await import('svelte/compiler');
  const faults = [];
  const mute = new Set(['code', 'kbd', 'style', 'script']);
  for (const path of filesIn(join(here, 'src'), /\.svelte$/)) {
    const source = readFileSync(path, 'utf8');
    const walk = (node, silent) => {
      if (!node || typeof node !== 'object') return;
      if (Array.isArray(node)) return node.forEach((each) => walk(each, silent));
      if (node.type === 'Text' && !silent && /\p{L}{2,}/u.test(node.data.replace(/&\w+;/g, ''))) faults.push(`${short(path)}:${source.slice(0, node.start).split('\n').length}: ${node.data.trim().slice(0, 60)}`);
      if (node.type === 'Attribute' && ['title', 'placeholder', 'alt', 'aria-label'].includes(node.name))
        for (const value of Array.isArray(node.value) ? node.value : []) if (value.type === 'Text' && /\p{L}{2,}/u.test(value.data)) faults.push(`${short(path)}: ${node.name}="${value.data}"`);
      const inner = silent || mute.has(node.name) || node.type === 'Attribute' || node.type === 'StyleDirective';
      for (const key of ['nodes', 'fragment', 'body', 'consequent', 'alternate', 'pending', 'then', 'catch', 'fallback', 'attributes']) if (node[key]) walk(node[key], inner);
    };
    walk(parse(source, { modern: true }).fragment, false);
  }
  report('no words outside the catalogues', faults);
}

function styles() {
  const faults = [];
  for (const path of filesIn(join(here, 'src'), /\.(svelte|css)$/)) {
    const source = readFileSync(path, 'utf8');
    const styles = path.endsWith('.css') ? source : [...source.matchAll(/<style>([\s\S]*?)<\/style>/g)].map((match) => match[1]).join('\n');
    if (/\bstyle="[^"{]*"/.test(source.replace(/<style[\s\S]*/, ''))) faults.push(`${short(path)}: a static style attribute (the policy forbids it)`);
    if (/\{@html/.test(source)) faults.push(`${short(path)}: {@html}`);
    for (const line of styles.split('\n')) {
      if (/^\s*(margin|padding|border)-(left|right|top|bottom)\b|^\s*(left|right)\s*:|text-align:\s*(left|right)|float:\s*(left|right)/.test(line)) faults.push(`${short(path)}: physical direction: ${line.trim()}`);
      if (!path.endsWith('tokens.css') && /#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(/i.test(line) && !/url\(/.test(line)) faults.push(`${short(path)}: a colour outside tokens.css: ${line.trim()}`);
    }
  }
  report('style rules: logical directions, colours from tokens only', faults);
}

// Bytes, gzip; the basemap brotli. A screen with a map: what it shows first, the map's code, worker and styles, without
// the shell and its language, which have their own line.
const budgets = { shell: 60_000, screen: 120_000, map: 480_000, basemap: 210_000 };
const mapScreens = ['map', 'simulate'];

function sizes() {
  const out = mkdtempSync(join(tmpdir(), 'holdfast-web-'));
  const faults = [];
  const notes = [];
  try {
    const built = spawnSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn', '--manifest'], { cwd: here, encoding: 'utf8', env: { ...process.env, HOLDFAST_WEB_OUT: out } });
    if (built.status !== 0) return report('size budgets', [`the build failed: ${built.stderr}`]);
    const manifest = JSON.parse(readFileSync(join(out, '.vite/manifest.json'), 'utf8'));
    const gz = (file) => gzipSync(readFileSync(join(out, file)), { level: 9 }).length;
    const closure = (name, seen = new Set()) => {
      const chunk = manifest[name];
      if (!chunk || seen.has(chunk.file)) return seen;
      seen.add(chunk.file);
      for (const css of chunk.css ?? []) seen.add(css);
      for (const each of chunk.imports ?? []) closure(each, seen);
      return seen;
    };
    const sum = (files) => [...files].reduce((total, file) => total + gz(file), 0);
    const entry = Object.keys(manifest).find((name) => manifest[name].isEntry);
    const shell = closure('src/app/Shell.svelte', closure(entry));
    const catalogOf = (language) => Object.keys(manifest).find((name) => name.endsWith(`virtual:catalog/${language}/shell`));
    const locales = languages.map((language) => [language, sum(closure(catalogOf(language), new Set(shell)))]).map(([language, total]) => [language, total]);
    const [largest, shellBytes] = locales.sort((a, b) => b[1] - a[1])[0];
    notes.push(`shell ${(sum(shell) / 1000).toFixed(1)} kB gz, with a language: ${locales.map(([language, total]) => `${language} ${(total / 1000).toFixed(1)}`).join(', ')}`);
    if (shellBytes > budgets.shell) faults.push(`shell and ${largest}: ${shellBytes} bytes gz, allowed ${budgets.shell}`);
    for (const name of Object.keys(manifest).filter((each) => /routes\/[\w-]+\/Screen\.svelte$/.test(each)).sort()) {
      const screens = Object.keys(manifest).find((each) => each.endsWith('virtual:catalog/ru/screens'));
      const own = sum(closure(name, closure(screens, closure(catalogOf('ru'), new Set(shell)))));
      const screen = name.split('/')[2];
      notes.push(`${screen}: ${(own / 1000).toFixed(1)} kB gz in all`);
      if (own > budgets.screen) faults.push(`${name}: ${own} bytes gz, allowed ${budgets.screen}`);
      if (!mapScreens.includes(screen)) continue;
      const known = closure(name, new Set(shell));
      let whole = own;
      for (const file of closure('src/lib/viz/asset-map.ts')) if (!known.has(file)) whole += gz(file);
      for (const file of readdirSync(join(out, 'assets'))) if (/^maplibre-gl-worker/.test(file)) whole += gz(`assets/${file}`);
      // With the shell: what one of them gives up the other has to carry.
      const allowed = budgets.shell + budgets.map;
      notes.push(`${screen} with its map and the shell: ${(whole / 1000).toFixed(1)} kB gz, allowed ${allowed / 1000}`);
      if (whole > allowed) faults.push(`${name} with its map and the shell: ${whole} bytes gz, allowed ${allowed}`);
    }
    for (const file of readdirSync(join(out, 'assets')).filter((each) => /^countries-50m/.test(each))) {
      const packed = brotliCompressSync(readFileSync(join(out, 'assets', file))).length;
      notes.push(`basemap: ${(packed / 1000).toFixed(1)} kB br`);
      if (packed > budgets.basemap) faults.push(`${file}: ${packed} bytes br, allowed ${budgets.basemap}`);
    }
    for (const file of readdirSync(join(out, 'assets'))) if (/\.(js|css)$/.test(file) && /https?:\/\/(?!www\.w3\.org|svelte\.dev|github\.com|maplibre\.org)[\w.-]+\.\w+/.test(readFileSync(join(out, 'assets', file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, ''))) notes.push(`${file} names another host`);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
  report('size budgets', faults, notes);
}

const allowed = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'OFL-1.1', 'CC0-1.0', '0BSD', 'Unlicense', 'BlueOak-1.0.0', 'MPL-2.0']);

// Whose package.json says it in the old form only, as their LICENSE files have it.
const byFile = { 'node_modules/parse-cache-control': 'BSD-3-Clause' };

function licences() {
  const lock = JSON.parse(readFileSync(join(here, 'package-lock.json'), 'utf8'));
  const faults = [];
  const counts = {};
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (!path) continue;
    let licence = entry.license ?? byFile[path];
    const own = join(here, path, 'package.json');
    if (!licence && existsSync(own)) licence = JSON.parse(readFileSync(own, 'utf8')).license;
    const words = String(licence).replace(/[()]/g, '').split(/ OR /);
    if (!words.some((word) => allowed.has(word))) faults.push(`${path}: ${licence}`);
    counts[licence] = (counts[licence] ?? 0) + 1;
    if (entry.resolved) faults.push(`${path}: the lock file names a host`);
  }
  report('licences of packages', faults, [Object.entries(counts).map(([name, amount]) => `${name} ${amount}`).join(', ')]);
}

const checks = { types, catalogs, texts, styles, sizes, licences };
for (const [name, check] of Object.entries(checks)) if (!wanted.length || wanted.includes(name)) await check();
console.log(`1..${count}`);
process.exit(failed ? 1 : 0);
