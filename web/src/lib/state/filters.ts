// SPDX-License-Identifier: Apache-2.0
//
// A list's question, as it stands in the address: words, order, and conditions on fields (field=, field_min=,
// field_max=, field_begins=), under the same names as in the API.
import type { Field, Noun } from '$lib/api/types';

export type How = '' | 'min' | 'max' | 'begins';
export interface Filter {
  param: string; // its name in the address
  field: string;
  how: How;
  value: string;
}
export interface Question {
  q: string;
  sort: string; // field, or -field for descending; '' = the server's order
  filters: Filter[];
}

export const paramOf = (field: string, how: How): string => (how ? `${field}_${how}` : field);

// Numbers are compared; the code of a sector stands for all its sub-sectors.
export function howsOf(field: Field): How[] {
  if (field.type === 'integer' || field.type === 'number' || field.type === 'time') return ['min', 'max', ''];
  return field.name === 'sector' ? ['begins'] : [''];
}

const hows: How[] = ['', 'min', 'max', 'begins'];

export function questionOf(query: URLSearchParams, noun: Noun): Question {
  const filters: Filter[] = [];
  for (const field of noun.fields) {
    if (!field.filter && field.type !== 'key') continue;
    for (const how of hows) {
      const param = paramOf(field.name, how);
      const value = query.get(param);
      if (value && param !== 'key') filters.push({ param, field: field.name, how, value });
    }
  }
  const within = query.get('within'); // an area chosen on the map
  if (within && noun.fields.some((field) => field.type === 'lon')) filters.push({ param: 'within', field: 'within', how: '', value: within });
  const sort = query.get('sort') ?? '';
  const known = noun.fields.some((field) => field.sort && field.name === sort.replace(/^-/, ''));
  return { q: query.get('q') ?? '', sort: known ? sort : '', filters };
}

// What goes to the server.
export function requestOf(question: Question): Record<string, string> {
  const out: Record<string, string> = {};
  if (question.q) out.q = question.q;
  if (question.sort) out.sort = question.sort;
  for (const filter of question.filters) out[filter.param] = filter.value;
  return out;
}

// The next order when a head is clicked: up, down, none.
export function nextSort(current: string, field: string): string {
  if (current === field) return `-${field}`;
  return current === `-${field}` ? '' : field;
}
