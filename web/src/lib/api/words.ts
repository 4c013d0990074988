// SPDX-License-Identifier: Apache-2.0
//
// Problem documents in the reader's words: the catalogue by code, else what the server said.
import { has, n, t, tOr } from '$lib/i18n/index.svelte';
import type { Fault } from '$lib/state/form';
import type { Problem } from './client';
import type { Field, ImportProblem } from './types';

export function problemText(problem: Problem): string {
  const own = problem.doc.errors?.[0];
  if (has(`error.${problem.code}`)) return t(`error.${problem.code}`);
  if (own?.code && has(`error.${own.code}`)) return t(`error.${own.code}`);
  return problem.doc.detail ?? problem.doc.title ?? tOr(`error.http_${problem.status}`, t('error.unknown'));
}

export const codeText = (code: string | undefined, fallback: string): string =>
  code ? tOr(`error.${code}`, fallback || code) : fallback;

// Row problems carry a message with the very value in it; the translated sentence says the kind of fault.
export const rowProblemText = (problem: ImportProblem): string => tOr(`error.${problem.code}`, problem.message);

// Field → message, from the pointers of a problem document ("/name", "name", "#/name").
export function fieldErrors(problem: Problem): Record<string, string> {
  const out: Record<string, string> = {};
  const entries = problem.doc.errors?.length
    ? problem.doc.errors
    : problem.doc.pointer
      ? [{ code: problem.code, pointer: problem.doc.pointer, message: problem.doc.detail }]
      : [];
  for (const entry of entries) {
    const field = (entry.pointer ?? '').replace(/^#/, '').split('/').filter(Boolean)[0] ?? '';
    if (field && !out[field]) out[field] = codeText(entry.code, entry.message ?? '');
  }
  return out;
}

// What is wrong with what was typed, before it is sent.
export function faultWords(field: Field, kind: Fault): string {
  if (kind === 'small') return t('form.small', { limit: n(field.min) });
  if (kind === 'large') return t('form.large', { limit: n(field.max) });
  return t(`form.${kind}`);
}
