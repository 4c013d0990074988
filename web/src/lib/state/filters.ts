// SPDX-License-Identifier: Apache-2.0
//
// A list's question, as it stands in the address: words, order and one value per field.
import type { Noun } from '$lib/api/types';

export interface Question {
  q: string;
  sort: string; // field, or -field for descending; '' = the server's order
  filters: { field: string; value: string }[];
}

export function questionOf(query: URLSearchParams, noun: Noun): Question {
  const filters = noun.fields
    .filter((field) => field.filter && query.get(field.name))
    .map((field) => ({ field: field.name, value: query.get(field.name)! }));
  const sort = query.get('sort') ?? '';
  const known = noun.fields.some((field) => field.sort && field.name === sort.replace(/^-/, ''));
  return { q: query.get('q') ?? '', sort: known ? sort : '', filters };
}

// What goes to the server.
export function requestOf(question: Question): Record<string, string> {
  const out: Record<string, string> = {};
  if (question.q) out.q = question.q;
  if (question.sort) out.sort = question.sort;
  for (const filter of question.filters) out[filter.field] = filter.value;
  return out;
}

// The next order when a head is clicked: up, down, none.
export function nextSort(current: string, field: string): string {
  if (current === field) return `-${field}`;
  return current === `-${field}` ? '' : field;
}
