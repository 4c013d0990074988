// SPDX-License-Identifier: Apache-2.0
//
// Build of the web application: hashed files, nothing inlined (the content security policy forbids data: fonts
// and inline scripts), one chunk per language made from content/messages.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { catalogPlugin } from './tools/catalog-plugin.mjs';
import { outlinePlugin } from './tools/outline-plugin.mjs';

const api = process.env.HOLDFAST_API ?? 'http://127.0.0.1:2341';
// The icons of the shell, which screens use too, as one file: a file of its own for each would cost three times its bytes.
const shellIcons = new Set(
  readdirSync(new URL('./src/app', import.meta.url))
    .flatMap((name) => [...readFileSync(new URL(`./src/app/${name}`, import.meta.url), 'utf8').matchAll(/@lucide\/svelte\/icons\/([\w-]+)/g)])
    .map((match) => match[1]),
);
const isShellIcon = (id: string) => shellIcons.has(/@lucide\/svelte\/dist\/icons\/([\w-]+)\.(?:js|svelte)/.exec(id)?.[1]);
// A connection takes six requests at a time, so thirty small files wait for each other. What all screens stand on is
// one file and one style sheet; the controls of forms only some of them use.
const isFirst = (id: string) => /\/src\/(app|lib\/(api|i18n|state|ui))\/(?!FieldControl)/.test(id);
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [svelte(), catalogPlugin(at('../content/messages')), outlinePlugin()],
  resolve: { alias: { $lib: at('./src/lib'), $app: at('./src/app') } },
  build: {
    outDir: process.env.HOLDFAST_WEB_OUT ?? at('./dist'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'icons', test: isShellIcon, priority: 2 }, { name: 'first', test: isFirst, minShareCount: 3, priority: 1 }] } } },
  },
  server: { proxy: { '/api': api, '/tiles': api } },
});
