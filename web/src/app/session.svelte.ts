// SPDX-License-Identifier: Apache-2.0
//
// Who sits here, what the server lets them do, and the handling label of what is on screen.
import { api, hooks } from '$lib/api/client';
import type { Session } from '$lib/api/types';
import { isLanguage, loadWords, preferredLanguage, useLanguage } from '$lib/i18n/index.svelte';
import { dropDrafts } from '$lib/state/drafts';
import { knowVersion } from './live.svelte';

const ladder = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'];

const state = $state<{ session: Session | null; marking: string | null; reachable: boolean; signedOut: boolean }>({
  session: null,
  marking: null,
  reachable: true,
  signedOut: false,
});

export const session = {
  get actor() {
    return state.session?.actor ?? null;
  },
  // What the account must do before anything else.
  get held() {
    return state.session?.held ?? null;
  },
  get instance() {
    return state.session?.instance ?? null;
  },
  get marking() {
    return state.marking ?? state.session?.instance.marking ?? null;
  },
  get reachable() {
    return state.reachable;
  },
  // The sign-in ran out while a page was open: the input on screen is kept under the dialog.
  get signedOut() {
    return state.signedOut;
  },
  can: (verb: string): boolean => !!state.session?.can.includes(verb),
  adds: (plural: string): boolean => !!state.session?.adds.includes(plural),
};

// Whether somebody was signed in here when last asked: only what to fetch early hangs on it, no right.
const seat = 'hf.seated';

export function wasSignedIn(): boolean {
  try {
    return !!localStorage.getItem(seat);
  } catch {
    return false;
  }
}

function rememberSeat(taken: boolean): void {
  try {
    if (taken === wasSignedIn()) return; // a write is dear, and seldom needed
    if (taken) localStorage.setItem(seat, '1');
    else localStorage.removeItem(seat);
  } catch {
    /* private window: nothing is fetched early */
  }
}

function raiseMarking(marking: string): void {
  if (ladder.indexOf(marking) > ladder.indexOf(state.marking ?? '')) state.marking = marking;
}

export function clearMarking(): void {
  state.marking = null;
}

async function take(next: Session): Promise<void> {
  const before = state.session?.actor?.name;
  if (next.actor) dropDrafts(next.actor.name);
  rememberSeat(!!next.actor);
  if (before && before !== next.actor?.name) return location.replace('/'); // what one account was shown goes with the page, before another comes
  state.session = next;
  knowVersion(next.instance.data_version);
  state.signedOut = false;
  hooks.csrf = next.csrf;
  const wanted = next.actor?.language;
  if (!before && !preferredLanguage() && isLanguage(wanted)) await useLanguage(wanted);
}

let ahead: Promise<Session> | null = null;

// Asks before the words are there: both come at once. The answer is taken by the next loadSession.
export function askAhead(): void {
  ahead = api.get<Session>('/session');
  ahead.catch(() => {}); // told by loadSession
}

export async function loadSession(): Promise<void> {
  const asked = ahead ?? api.get<Session>('/session');
  ahead = null;
  await take(await asked);
}

export async function signIn(name: string, password: string, code: string): Promise<void> {
  await take(await api.post<Session>('/session', { name, password, ...(code && { code }) }));
}

// By something else than a password: what shows who it is, to the address that takes it.
export async function signInBy(path: string, shown: unknown): Promise<void> {
  await take(await api.post<Session>(path, shown));
}

export async function signOut(): Promise<void> {
  await api.remove('/session');
  dropDrafts(null);
  await loadSession();
}

export function startSession(): void {
  hooks.onMarking = raiseMarking;
  hooks.onSignedOut = () => {
    if (state.session?.actor) state.signedOut = true;
  };
  hooks.onProblem = () => loadWords('errors').catch(() => {}); // without them the server's own say it
  hooks.onReachable = (reachable) => (state.reachable = reachable);
}
