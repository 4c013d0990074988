// SPDX-License-Identifier: Apache-2.0
//
// The reader's language: one catalogue at a time, and numbers, dates, units and lists as that language writes them.
// Everything here is reactive: a change of language redraws what is on screen.
import { dateFormat, dayFormat, formatMessage, numberFormat, type Message, type Values } from './format';
export { isolate } from './format';

export type Language = 'ar' | 'zh' | 'en' | 'fr' | 'ru' | 'es';
export const languages: { code: Language; name: string }[] = [
  { code: 'ar', name: 'العربية' },
  { code: 'zh', name: '中文' },
  { code: 'en', name: 'English' },
  { code: 'fr', name: 'Français' },
  { code: 'ru', name: 'Русский' },
  { code: 'es', name: 'Español' },
];

type Loader = () => Promise<{ default: Record<string, Message> }>;
const shells: Record<Language, Loader> = {
  ar: () => import('virtual:catalog/ar/shell'),
  zh: () => import('virtual:catalog/zh/shell'),
  en: () => import('virtual:catalog/en/shell'),
  fr: () => import('virtual:catalog/fr/shell'),
  ru: () => import('virtual:catalog/ru/shell'),
  es: () => import('virtual:catalog/es/shell'),
};
// What the screens say; `analysis`, `national` and `setup` only with the screens that ask for them, `errors` with the first
// problem.
export type Part = 'screens' | 'analysis' | 'national' | 'setup' | 'errors';
const parts: Record<Part, Record<Language, Loader>> = {
  screens: {
    ar: () => import('virtual:catalog/ar/screens'),
    zh: () => import('virtual:catalog/zh/screens'),
    en: () => import('virtual:catalog/en/screens'),
    fr: () => import('virtual:catalog/fr/screens'),
    ru: () => import('virtual:catalog/ru/screens'),
    es: () => import('virtual:catalog/es/screens'),
  },
  errors: {
    ar: () => import('virtual:catalog/ar/errors'),
    zh: () => import('virtual:catalog/zh/errors'),
    en: () => import('virtual:catalog/en/errors'),
    fr: () => import('virtual:catalog/fr/errors'),
    ru: () => import('virtual:catalog/ru/errors'),
    es: () => import('virtual:catalog/es/errors'),
  },
  analysis: {
    ar: () => import('virtual:catalog/ar/analysis'),
    zh: () => import('virtual:catalog/zh/analysis'),
    en: () => import('virtual:catalog/en/analysis'),
    fr: () => import('virtual:catalog/fr/analysis'),
    ru: () => import('virtual:catalog/ru/analysis'),
    es: () => import('virtual:catalog/es/analysis'),
  },
  national: {
    ar: () => import('virtual:catalog/ar/national'),
    zh: () => import('virtual:catalog/zh/national'),
    en: () => import('virtual:catalog/en/national'),
    fr: () => import('virtual:catalog/fr/national'),
    ru: () => import('virtual:catalog/ru/national'),
    es: () => import('virtual:catalog/es/national'),
  },
  setup: {
    ar: () => import('virtual:catalog/ar/setup'),
    zh: () => import('virtual:catalog/zh/setup'),
    en: () => import('virtual:catalog/en/setup'),
    fr: () => import('virtual:catalog/fr/setup'),
    ru: () => import('virtual:catalog/ru/setup'),
    es: () => import('virtual:catalog/es/setup'),
  },
};
const helps: Record<Language, Loader> = {
  ar: () => import('virtual:catalog/ar/help'),
  zh: () => import('virtual:catalog/zh/help'),
  en: () => import('virtual:catalog/en/help'),
  fr: () => import('virtual:catalog/fr/help'),
  ru: () => import('virtual:catalog/ru/help'),
  es: () => import('virtual:catalog/es/help'),
};
const fonts: Partial<Record<Language, () => Promise<unknown>>> = {
  ar: () => import('@fontsource-variable/noto-sans-arabic/wght.css'),
  zh: () => import('@fontsource-variable/noto-sans-sc/wght.css'),
};

class State {
  language = $state<Language>('en');
  mirrored = $state(false);
  digits = $state<'latn' | 'arab'>('latn');
  catalog = $state.raw<Record<string, Message>>({});
  help = $state.raw<Record<string, Message>>({});
}
const state = new State();

const stored = (key: string) => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};
const store = (key: string, value: string) => {
  try {
    localStorage.setItem(key, value);
  } catch {
    /* private window: the choice lasts as long as the page */
  }
};

export const isLanguage = (code: string | null | undefined): code is Language =>
  languages.some((language) => language.code === code);

export function preferredLanguage(): Language | null {
  const chosen = stored('hf.language');
  return isLanguage(chosen) ? chosen : null;
}

export function browserLanguage(): Language {
  for (const tag of navigator.languages ?? []) {
    const code = tag.slice(0, 2).toLowerCase();
    if (isLanguage(code)) return code;
  }
  return 'en';
}

const wanted = new Set<Part>(); // beside the shell's words

export async function useLanguage(language: Language, remember = false): Promise<void> {
  const loading = [shells[language](), ...[...wanted].map((part) => parts[part][language]())];
  const [loaded] = await Promise.all([Promise.all(loading), fonts[language]?.()]);
  const words = Object.assign({}, ...loaded.map((each) => each.default)) as Record<string, Message>;
  state.catalog = await worn(language, words);
  state.help = {};
  state.language = language;
  state.mirrored = language === 'ar' || (language === 'en' && stored('hf.pseudo') === 'ar-XB');
  state.digits = stored('hf.digits') === 'arab' ? 'arab' : 'latn';
  if (remember) store('hf.language', language);
  document.documentElement.lang = language;
  document.documentElement.dir = state.mirrored ? 'rtl' : 'ltr';
}

// A developer may ask for a pseudo-locale in place of English; nobody else loads it.
async function worn(language: Language, words: Record<string, Message>): Promise<Record<string, Message>> {
  if (language !== 'en' || !stored('hf.pseudo')) return words;
  return (await import('./pseudo')).disguise(words);
}

// The next useLanguage brings the words of this part with it.
export function wantWords(part: Part): void {
  wanted.add(part);
}

// The words of a part, from now on in every language that is chosen.
export async function loadWords(part: Part): Promise<void> {
  if (wanted.has(part)) return;
  wanted.add(part);
  const language = state.language;
  const loaded = await parts[part][language]();
  const words = await worn(language, loaded.default);
  if (state.language === language) state.catalog = { ...state.catalog, ...words };
}

export function useDigits(digits: 'latn' | 'arab'): void {
  state.digits = digits;
  store('hf.digits', digits);
}

// Long explanations of fields come on demand, once a language.
export async function loadHelp(): Promise<void> {
  const language = state.language;
  const loaded = await helps[language]();
  const words = await worn(language, loaded.default);
  if (state.language === language) state.help = words;
}

export const i18n = {
  get language() {
    return state.language;
  },
  get digits() {
    return state.digits;
  },
  get rtl() {
    return state.mirrored;
  },
  // The tag for Intl, with the reader's digits.
  get locale() {
    return state.language === 'ar' ? `ar-u-nu-${state.digits}` : state.language;
  },
};

export function has(key: string): boolean {
  const isThere = key in state.catalog || key in state.help;
  // What a screen tells of an error beside an answer (of a job, of a check) is told anew once the words are here.
  if (!isThere && key.startsWith('error.')) loadWords('errors').catch(() => {});
  return isThere;
}

const lacking = new Set<string>();

// Told once, so that tests find a screen that shows a key because the part with its words was not asked for.
function keyOf(key: string): string {
  if (!lacking.has(key)) console.error(`no words for '${key}'`);
  lacking.add(key);
  return key;
}

export function t(key: string, values: Values = {}): string {
  const message = state.catalog[key] ?? state.help[key];
  return message === undefined ? keyOf(key) : formatMessage(message, values, i18n.locale);
}

// The message, or the given words while a catalogue lacks it (codes that a State added itself have no translation).
export function tOr(key: string, fallback: string, values: Values = {}): string {
  return has(key) ? t(key, values) : fallback;
}

export function n(value: number | null | undefined, options: Intl.NumberFormatOptions = {}): string {
  return value === null || value === undefined || Number.isNaN(value)
    ? '–'
    : numberFormat(i18n.locale, options).format(value);
}

export const compact = (value: number): string =>
  n(value, { notation: 'compact', maximumFractionDigits: value >= 1000 ? 1 : 0 });

export const percent = (value: number): string => n(value, { style: 'percent', maximumFractionDigits: 1 });
// In columns: one decimal always, so that the points stand under one another.
export const percentCell = (value: number): string => n(value, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });

export function d(value: string | number | Date | null | undefined, style: 'date' | 'time' | 'both' = 'both'): string {
  if (value === null || value === undefined || value === '') return '–';
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return String(value);
  if (style === 'date') return dayFormat(i18n.locale, value).format(date);
  return dateFormat(i18n.locale, style === 'time' ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' }).format(date);
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
  ['year', Infinity],
];

export function ago(value: string | number | Date | null | undefined): string {
  if (!value) return '–';
  let amount = (new Date(value).getTime() - Date.now()) / 1000;
  for (const [name, size] of steps) {
    if (Math.abs(amount) < size)
      return new Intl.RelativeTimeFormat(i18n.locale, { numeric: 'auto' }).format(Math.round(amount), name);
    amount /= size;
  }
  return d(value);
}

// unit(6.5, 'hour') → "6.5 hr": units that Intl knows; others are printed after the number.
export function unit(value: number | null | undefined, name: string, display: 'short' | 'long' = 'short'): string {
  if (value === null || value === undefined) return '–';
  const known: Record<string, string> = { h: 'hour', hours: 'hour', km: 'kilometer', m: 'meter', '%': 'percent', s: 'second' };
  try {
    return n(value, { style: 'unit', unit: known[name] ?? name, unitDisplay: display, maximumFractionDigits: 3 });
  } catch {
    return name ? `${n(value)} ${name}` : n(value);
  }
}

export function bytes(value: number): string {
  const names = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  let index = 0;
  while (value >= 1000 && index < names.length - 1) {
    value /= 1000;
    index++;
  }
  return n(value, { style: 'unit', unit: names[index], unitDisplay: 'short', maximumFractionDigits: 1 });
}

export const list = (items: string[]): string => new Intl.ListFormat(i18n.locale, { type: 'conjunction' }).format(items);

export const compareText = (a: string, b: string): number => a.localeCompare(b, i18n.language, { numeric: true });

// Words of the model, with the bare name while a catalogue lacks them.
const plain = (name: string) => name.replace(/[_-]/g, ' ');
export const nounName = (noun: string): string => tOr(`noun.${noun}`, plain(noun));
export const nounPlural = (noun: string): string => tOr(`noun.${noun}.plural`, plain(noun));
export const fieldName = (noun: string, field: string): string =>
  has(`field.${noun}.${field}`) ? t(`field.${noun}.${field}`) : tOr(`field.${field}`, plain(field));
export const fieldHelp = (noun: string, field: string): string => tOr(`help.${noun}.${field}`, '');
export function wordName(noun: string, field: string, word: string): string {
  for (const key of [`word.${noun}.${field}.${word}`, `word.${field}.${word}`, `${field}.${word}`])
    if (has(key)) return t(key);
  return plain(word);
}

// Codes of the taxonomy are the State's own data; their names come from its records.
let taxonomyNames = $state.raw(new Map<string, Record<string, string>>());

export interface TaxonomyEntry {
  key: string;
  name?: unknown;
  names?: unknown;
}

export function learnTaxonomy(entries: TaxonomyEntry[]): void {
  const learned = new Map<string, Record<string, string>>();
  for (const entry of entries) {
    let names: unknown = entry.names;
    if (typeof names === 'string') {
      try {
        names = JSON.parse(names);
      } catch {
        names = {};
      }
    }
    const english: Record<string, string> = typeof entry.name === 'string' ? { en: entry.name } : {};
    learned.set(entry.key, { ...(names as Record<string, string> | null), ...english });
  }
  taxonomyNames = learned;
}

export function codeName(code: string): string | null {
  const names = taxonomyNames.get(code) ?? taxonomyNames.get(code.toUpperCase());
  return names?.[state.language] ?? names?.en ?? null;
}

export const sectorName = (code: string | null | undefined): string => (code ? (codeName(code) ?? code) : '–');
export const kindName = (kind: string | null | undefined): string => (kind ? (codeName(kind) ?? plain(kind)) : '–');
