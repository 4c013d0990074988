// SPDX-License-Identifier: Apache-2.0
//
// Choices of this reader in this browser. Nothing secret is kept here.

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';

function read<T>(key: string, fallback: T): T {
  try {
    const text = localStorage.getItem(`hf.${key}`);
    return text === null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}

export function keep(key: string, value: unknown): void {
  try {
    localStorage.setItem(`hf.${key}`, JSON.stringify(value));
  } catch {
    /* private window */
  }
}

const state = $state({
  theme: read<Theme>('theme', 'system'),
  density: read<Density>('density', 'comfortable'),
  shortcuts: read<boolean>('shortcuts', true),
  columns: read<Record<string, string[]>>('columns', {}),
  tourSeen: read<boolean>('tour', false),
  lastLook: read<string | null>('look', null),
});

const darkQuery = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : null;
const system = $state({ dark: darkQuery?.matches ?? false });
darkQuery?.addEventListener('change', (event) => {
  system.dark = event.matches;
  applyTheme();
});

export function applyTheme(): void {
  document.documentElement.dataset.theme = prefs.dark ? 'dark' : 'light';
  document.documentElement.dataset.density = state.density;
}

export const prefs = {
  get theme() {
    return state.theme;
  },
  set theme(value) {
    state.theme = value;
    keep('theme', value);
    applyTheme();
  },
  // What is really drawn: for canvases and maps.
  get dark() {
    return state.theme === 'dark' || (state.theme === 'system' && system.dark);
  },
  get density() {
    return state.density;
  },
  set density(value) {
    state.density = value;
    keep('density', value);
    applyTheme();
  },
  get rowHeight() {
    return state.density === 'compact' ? 32 : 40;
  },
  get shortcuts() {
    return state.shortcuts;
  },
  set shortcuts(value) {
    state.shortcuts = value;
    keep('shortcuts', value);
  },
  columnsOf: (plural: string): string[] | null => state.columns[plural] ?? null,
  setColumns(plural: string, columns: string[] | null) {
    if (columns) state.columns[plural] = columns;
    else delete state.columns[plural];
    keep('columns', state.columns);
  },
  get tourSeen() {
    return state.tourSeen;
  },
  set tourSeen(value) {
    state.tourSeen = value;
    keep('tour', value);
  },
  get lastLook() {
    return state.lastLook;
  },
  set lastLook(value) {
    state.lastLook = value;
    keep('look', value);
  },
};
