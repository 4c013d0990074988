// SPDX-License-Identifier: Apache-2.0
//
// Messages with values: runs what tools/icu.mjs parsed. Knows no state, so that tests can hold it to every category.

export type Part = string | 0 | [string] | [string, 'p' | 's', Record<string, Part[]>];
export type Message = string | Part[];
export type Values = Record<string, string | number>;

const rulesOf = new Map<string, Intl.PluralRules>();
const numbersOf = new Map<string, Intl.NumberFormat>();

function plural(locale: string, count: number): string {
  let rules = rulesOf.get(locale);
  if (!rules) rulesOf.set(locale, (rules = new Intl.PluralRules(locale)));
  return rules.select(count);
}

export function numberFormat(locale: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  const key = `${locale}|${JSON.stringify(options)}`;
  let format = numbersOf.get(key);
  if (!format) numbersOf.set(key, (format = new Intl.NumberFormat(locale, options)));
  return format;
}

const datesOf = new Map<string, Intl.DateTimeFormat>();

// Kept, as those of numbers are: to make one takes milliseconds.
export function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale}|${JSON.stringify(options)}`;
  let format = datesOf.get(key);
  if (!format) datesOf.set(key, (format = new Intl.DateTimeFormat(locale, options)));
  return format;
}

// A day is kept as its midnight in UTC, so it is shown there: west of Greenwich the reader's clock is still in the day before.
export function dayFormat(locale: string, value: string | number | Date): Intl.DateTimeFormat {
  const isDay = typeof value === 'string' && /T00:00:00(\.0+)?Z$/.test(value);
  return dateFormat(locale, isDay ? { dateStyle: 'medium', timeZone: 'UTC' } : { dateStyle: 'medium' });
}

// A name of another script inside a sentence keeps its own direction, each name of a list by itself.
export const isolate = (text: string) => (/\p{L}/u.test(text) ? `\u2068${text}\u2069` : text);

function show(locale: string, value: string | number | undefined, isolated: boolean): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return numberFormat(locale).format(value);
  return isolated ? isolate(value) : value;
}

function run(parts: Part[], values: Values, locale: string, count: number): string {
  const isolated = locale.startsWith('ar');
  let out = '';
  for (const part of parts) {
    if (part === 0) out += numberFormat(locale).format(count);
    else if (typeof part === 'string') out += part;
    else if (part.length === 1) out += show(locale, values[part[0]], isolated);
    else {
      const [name, kind, options] = part;
      const value = values[name];
      const number = Number(value);
      const chosen = (kind === 'p' && (options[`=${number}`] ?? options[plural(locale, number)])) || options[String(value)];
      out += run(chosen ?? options.other ?? [], values, locale, kind === 'p' ? number : count);
    }
  }
  return out;
}

export function formatMessage(message: Message, values: Values, locale: string): string {
  return typeof message === 'string' ? message : run(message, values, locale, 0);
}
