// SPDX-License-Identifier: Apache-2.0
//
// The table of screens. A screen lives in src/routes/<name>/Screen.svelte and is a chunk of its own; one whose file is
// not in the build is shown nowhere.
import type { Component } from 'svelte';
import { loadWords, type Part } from '$lib/i18n/index.svelte';

export interface Route {
  name: string;
  path: string;
  title: string;
  place: Place | null;
  needs?: string; // a verb of session.can
  open?: boolean; // before sign-in
  full?: boolean; // full bleed: the screen fills the main area and scrolls by itself
  key?: string; // g, then this letter
  of?: string; // stands in no menu: a page of one record of this screen's list
  words?: Part | Part[]; // of the catalogue, beside those of all screens
}

export type Place = 'today' | 'register' | 'risk' | 'simulate' | 'assess' | 'share';
export type Screen = Component<{ params: Record<string, string> }>;

const files = import.meta.glob<{ default: Screen }>('../routes/*/Screen.svelte');

const table: Route[] = [
  { name: 'overview', path: '/', title: 'nav.overview', place: 'today', key: 'o' },
  { name: 'records', path: '/register/:plural', title: 'nav.sites', place: 'register', key: 's', full: true },
  { name: 'record', path: '/record/:plural', title: 'nav.sites', place: 'register', of: 'records', words: 'analysis' },
  { name: 'map', path: '/map', title: 'nav.map', place: 'register', full: true, key: 'm' },
  { name: 'dependencies', path: '/dependencies', title: 'nav.dependencies', place: 'register', full: true, key: 'd' },
  { name: 'inference', path: '/inference', title: 'nav.inference', place: 'register', key: 'f', words: ['analysis', 'errors'] },
  { name: 'imports', path: '/import', title: 'nav.import', place: 'register', needs: 'import', key: 'i', words: ['setup', 'errors'] },
  { name: 'check', path: '/check', title: 'nav.check', place: 'register', key: 'c', words: 'setup' },
  { name: 'ranking', path: '/ranking', title: 'nav.ranking', place: 'risk', key: 'r', words: 'analysis' },
  { name: 'chains', path: '/chains', title: 'nav.chains', place: 'risk', needs: 'run', key: 'h', words: 'analysis' },
  { name: 'sectors', path: '/sectors', title: 'nav.sectors', place: 'risk', needs: 'run', key: 'n', words: 'analysis' },
  { name: 'portfolio', path: '/portfolio', title: 'nav.portfolio', place: 'risk', needs: 'run', key: 'p', words: 'analysis' },
  { name: 'simulate', path: '/simulate', title: 'nav.what_if', place: 'simulate', full: true, key: 'w' },
  { name: 'scenarios', path: '/scenarios', title: 'nav.scenarios', place: 'simulate', needs: 'run', key: 'z', words: 'analysis' },
  { name: 'runs', path: '/runs', title: 'nav.runs', place: 'simulate', needs: 'read', key: 'q', words: 'analysis' },
  { name: 'run', path: '/run', title: 'nav.runs', place: 'simulate', needs: 'read', of: 'runs', words: 'analysis' },
  { name: 'assessments', path: '/assessments', title: 'nav.assessments', place: 'assess', needs: 'read', key: 'a', words: 'analysis' },
  { name: 'assessment', path: '/assessment', title: 'nav.assessments', place: 'assess', needs: 'read', of: 'assessments', words: 'analysis' },
  { name: 'provisions', path: '/provisions', title: 'nav.provisions', place: 'assess', needs: 'read', key: 'v', words: 'analysis' },
  { name: 'questionnaires', path: '/questionnaires', title: 'nav.questionnaires', place: 'assess', needs: 'read', words: 'analysis' },
  { name: 'assistance', path: '/assistance', title: 'nav.assistance', place: 'assess', needs: 'read', key: 't', words: 'analysis' },
  { name: 'releases', path: '/releases', title: 'nav.releases', place: null, needs: 'read', key: 'k', words: 'analysis' },
  { name: 'strategy', path: '/strategy', title: 'nav.strategy', place: 'assess', needs: 'read', words: 'national' },
  { name: 'aviation', path: '/aviation', title: 'nav.aviation', place: 'assess', needs: 'read', words: 'national' },
  { name: 'weapons', path: '/weapons', title: 'nav.weapons', place: 'assess', needs: 'read', words: 'national' },
  { name: 'soft-targets', path: '/soft-targets', title: 'nav.soft_targets', place: 'assess', needs: 'read', words: 'national' },
  { name: 'library', path: '/library', title: 'nav.library', place: 'share', needs: 'read', words: 'national' },
  { name: 'awareness', path: '/awareness', title: 'nav.awareness', place: 'share', needs: 'read', key: 'x', words: 'national' },
  { name: 'jobs', path: '/jobs', title: 'nav.jobs', place: null, key: 'j', words: 'setup' },
  { name: 'log', path: '/log', title: 'nav.log', place: null, needs: 'audit', key: 'l', words: 'setup' },
  { name: 'security', path: '/security', title: 'nav.security', place: null, needs: 'audit', key: 'b', words: 'setup' },
  { name: 'users', path: '/users', title: 'nav.users', place: null, needs: 'users', key: 'u', words: 'setup' },
  { name: 'dictionary', path: '/dictionary', title: 'nav.dictionary', place: null, key: 'y', words: 'setup' },
  { name: 'settings', path: '/settings', title: 'nav.settings', place: null, key: 'e', words: 'setup' },
  { name: 'setup', path: '/setup', title: 'nav.setup', place: null, open: true, words: 'setup' },
  { name: 'sign-in', path: '/sign-in', title: 'nav.sign_in', place: null, open: true },
];

const fileOf = (name: string) => `../routes/${name}/Screen.svelte`;

export const routes: Route[] = table.filter((route) => fileOf(route.name) in files);
export const routeNamed = (name: string): Route | undefined => routes.find((route) => route.name === name);
export const hasScreen = (name: string): boolean => routeNamed(name) !== undefined;
export async function loadScreen(name: string): Promise<Screen> {
  const words = [routeNamed(name)?.words ?? []].flat();
  const [file] = await Promise.all([files[fileOf(name)]!(), ...words.map(loadWords)]);
  return file.default;
}

// The address that opens a screen from a menu; the register opens at the sites.
export const hrefOf = (route: Route): string => route.path.replace(':plural', 'assets');

export interface Match {
  route: Route;
  params: Record<string, string>;
}

export function match(path: string): Match | null {
  const asked = path.replace(/\/+$/, '').split('/');
  for (const route of routes) {
    const pattern = route.path.replace(/\/+$/, '').split('/');
    if (pattern.length !== asked.length) continue;
    const params: Record<string, string> = {};
    const fits = pattern.every((word, index) => {
      if (!word.startsWith(':')) return word === asked[index];
      params[word.slice(1)] = decodeURIComponent(asked[index] ?? '');
      return asked[index] !== '';
    });
    if (fits) return { route, params };
  }
  return null;
}
