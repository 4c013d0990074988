// SPDX-License-Identifier: Apache-2.0
//
// What somebody wrote and could not send yet: kept in this browser until it is saved or thrown away, and gone when the
// account signs out or another one signs in. A sign-in that runs out takes none of it away. Names begin with the account.
const prefix = 'hf.draft.';

export interface Kept<T> {
  version: number; // of what the draft began with; 0: there was nothing
  at: number; // milliseconds since 1970
  draft: T;
}

// All of it fails silently where a browser keeps nothing: then a draft lives as long as its page.
export function keepDraft<T>(name: string, version: number, draft: T, now: number): void {
  try {
    localStorage.setItem(prefix + name, JSON.stringify({ version, at: now, draft } satisfies Kept<T>));
  } catch {
    /* private window, or full */
  }
}

export function keptDraft<T>(name: string): Kept<T> | null {
  try {
    const text = localStorage.getItem(prefix + name);
    const kept: unknown = text === null ? null : JSON.parse(text);
    return kept !== null && typeof kept === 'object' && 'draft' in kept ? (kept as Kept<T>) : null;
  } catch {
    return null;
  }
}

export function dropDraft(name: string): void {
  try {
    localStorage.removeItem(prefix + name);
  } catch {
    /* nothing was kept */
  }
}

// All but those of one account; null: all.
export function dropDrafts(but: string | null): void {
  try {
    for (const name of Object.keys(localStorage))
      if (name.startsWith(prefix) && (but === null || !name.startsWith(`${prefix}${but}/`))) localStorage.removeItem(name);
  } catch {
    /* nothing was kept */
  }
}
