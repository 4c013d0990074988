// SPDX-License-Identifier: Apache-2.0
//
// Build of the web application: hashed files, nothing inlined (the content security policy forbids data: fonts
// and inline scripts), one chunk per language made from content/messages.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { catalogPlugin } from './tools/catalog-plugin.mjs';

const api = process.env.HOLDFAST_API ?? 'http://127.0.0.1:2341';
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [svelte(), catalogPlugin(at('../content/messages'))],
  resolve: { alias: { $lib: at('./src/lib'), $app: at('./src/app') } },
  build: {
    outDir: process.env.HOLDFAST_WEB_OUT ?? at('./dist'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // What screens share of icons, and the run time they stand on, travels in one file, not in thirty.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'common', test: /@lucide[\\/]svelte[\\/]dist[\\/]icons/, minShareCount: 2 }] } } },
    chunkSizeWarningLimit: 2000,
  },
  server: { proxy: { '/api': api, '/tiles': api } },
});
