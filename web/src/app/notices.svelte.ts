// SPDX-License-Identifier: Apache-2.0
//
// What happened to one's own account since one signed in before: asked once when the frame appears, told in its strip until
// it is known. What is known is remembered for this tab only, with whose account it is.
import { api, recordPath } from '$lib/api/client';
import { session } from './session.svelte';

export interface Notice {
  sequence: number;
  at: string;
  action: string;
  by: string;
  from?: string;
  why?: string;
  own: boolean; // done in this session
}
export interface Notices {
  since: string | null;
  items: Notice[];
  more: boolean;
  refused: number;
  ending: { label: string; expires_at: string }[];
}

const place = 'hf.known';
const state = $state<{ found: Notices | null; known: string }>({ found: null, known: '' });

export function noticesPath(account: string): string {
  return `${recordPath('users', account)}/notices`;
}

// Of the newest that is told, for this account; empty: nothing is.
function sign(found: Notices | null): string {
  const told = found?.items.filter((each) => !each.own) ?? [];
  const last = found?.ending.at(-1)?.expires_at ?? '';
  return told.length || found?.refused || last ? `${session.actor?.name} ${told[0]?.sequence ?? 0} ${found?.refused} ${last}` : '';
}

export const notices = {
  get found() {
    return state.found;
  },
  get count(): number {
    return state.found?.items.filter((each) => !each.own).length ?? 0;
  },
  get isTold(): boolean {
    const now = sign(state.found);
    return now !== '' && now !== state.known;
  },
};

export async function loadNotices(): Promise<void> {
  const account = session.actor?.name;
  if (!account) return;
  try {
    state.known = sessionStorage.getItem(place) ?? '';
  } catch {
    /* private window: told again */
  }
  try {
    state.found = await api.get<Notices>(noticesPath(account));
  } catch {
    /* told in the settings, which ask again */
  }
}

export function knowNotices(): void {
  state.known = sign(state.found);
  try {
    sessionStorage.setItem(place, state.known);
  } catch {
    /* private window: told again */
  }
}
