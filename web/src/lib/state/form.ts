// SPDX-License-Identifier: Apache-2.0
//
// Between what a person types and what the API takes: every control holds text (or a tick), a patch holds values.
import type { Field, Noun, Rec, Value } from '$lib/api/types';
import { numberFormat } from '$lib/i18n/format';

export type Draft = Record<string, string | boolean>;

// The words that a field of a noun may hold, in the order of the noun's table.
export const wordsIn = (noun: Noun | undefined, field: string): string[] => noun?.fields.find((each) => each.name === field)?.words ?? [];

export const isNumeric = (field: Field): boolean => ['integer', 'number', 'lon', 'lat'].includes(field.type);

export function draftOf(fields: Field[], record: Rec | null): Draft {
  const out: Draft = {};
  for (const field of fields) {
    const value = record ? record[field.name] : (field.default as Value | undefined);
    if (field.type === 'bool') out[field.name] = value === true || value === 'true';
    else if (value === null || value === undefined) out[field.name] = '';
    else if (field.type === 'json') out[field.name] = JSON.stringify(value);
    else if (Array.isArray(value)) out[field.name] = value.join(' ');
    else out[field.name] = String(value);
  }
  return out;
}

const latinDigits = (text: string): string => text.replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x660));

// The thousands of a language, where they stand exactly as it sets them: "1,234" is 1234 in English, "0,5" is left alone.
function withoutGroups(text: string, locale: string): string {
  const parts = numberFormat(locale).formatToParts(1234567.8);
  const mark = (type: string) => parts.find((part) => part.type === type)?.value ?? ' ';
  const [whole = '', ...rest] = text.split(mark('decimal'));
  const bare = latinDigits(whole.split(mark('group')).join(''));
  return /^\d+$/.test(bare) && numberFormat(locale).format(Number(bare)) === whole ? [bare, ...rest].join('.') : text;
}

// A decimal comma and spaces between thousands are understood, and with a locale its own marks between thousands;
// anything else that is no number gives null.
export function numberOf(text: string, locale?: string): number | null {
  const latin = latinDigits(locale ? withoutGroups(text.trim(), locale) : text);
  const plain = latin.replace(/[\s\u00a0\u202f]/g, '').replace(/^([+-]?\d*)[,\u066b](\d+)$/, '$1.$2');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : null;
}

export type Fault = 'missing' | 'number' | 'integer' | 'small' | 'large' | 'json';

export function faultOf(field: Field, value: string | boolean): Fault | null {
  if (typeof value === 'boolean') return null;
  const text = value.trim();
  if (!text) return field.required ? 'missing' : null;
  if (field.type === 'json') {
    try {
      JSON.parse(text);
    } catch {
      return 'json';
    }
  }
  if (!isNumeric(field)) return null;
  const number = numberOf(text);
  if (number === null) return 'number';
  if (field.type === 'integer' && !Number.isInteger(number)) return 'integer';
  const bounded = field.min !== field.max;
  if (bounded && typeof field.min === 'number' && number < field.min) return 'small';
  if (bounded && typeof field.max === 'number' && number > field.max) return 'large';
  return null;
}

export function valueOf(field: Field, value: string | boolean): Value {
  if (typeof value === 'boolean') return value;
  const text = value.trim();
  if (!text) return null;
  if (isNumeric(field)) return numberOf(text);
  if (field.type === 'list') return text.split(/\s+/);
  if (field.type === 'json') return JSON.parse(text) as Value;
  return text;
}

// Only what was changed, as a merge patch.
export function patchOf(fields: Field[], before: Draft, now: Draft): Record<string, Value> {
  const out: Record<string, Value> = {};
  for (const field of fields)
    if (now[field.name] !== before[field.name]) out[field.name] = valueOf(field, now[field.name]!);
  return out;
}
