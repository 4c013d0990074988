// SPDX-License-Identifier: Apache-2.0
//
// Who sits here, what the server lets them do, and the handling label of what is on screen.
import { api, hooks } from '$lib/api/client';
import type { Session } from '$lib/api/types';
import { isLanguage, preferredLanguage, useLanguage } from '$lib/i18n/index.svelte';
import { knowVersion } from './live.svelte';

const ladder = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'];

const state = $state<{ session: Session | null; marking: string | null; reachable: boolean; signedOut: boolean }>({
  session: null,
  marking: null,
  reachable: true,
  signedOut: false,
});

export const session = {
  get data() {
    return state.session;
  },
  get actor() {
    return state.session?.actor ?? null;
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
  can: (verb: string): boolean => state.session?.can.includes(verb) ?? false,
};

function raiseMarking(marking: string): void {
  if (ladder.indexOf(marking) > ladder.indexOf(state.marking ?? '')) state.marking = marking;
}

export function clearMarking(): void {
  state.marking = null;
}

async function take(next: Session): Promise<void> {
  const stranger = state.session?.actor?.name !== next.actor?.name;
  state.session = next;
  knowVersion(next.instance.data_version);
  state.signedOut = false;
  hooks.csrf = next.csrf;
  const wanted = next.actor?.language ?? null;
  if (stranger && !preferredLanguage() && isLanguage(wanted)) await useLanguage(wanted);
}

export async function loadSession(): Promise<void> {
  await take(await api.get<Session>('/session'));
}

export async function signIn(name: string, password: string): Promise<void> {
  await take(await api.post<Session>('/session', { name, password }));
}

export interface SetupRequest {
  token: string;
  name: string;
  password: string;
  organisation: string;
  language: string;
  demo: boolean;
}

export async function setUp(request: SetupRequest): Promise<string | null> {
  const answer = await api.post<Session & { job?: string }>('/setup', request);
  await take(answer);
  return answer.job ?? null;
}

export async function signOut(): Promise<void> {
  await api.remove('/session');
  state.marking = null;
  await loadSession();
}

export function startSession(): void {
  hooks.onMarking = raiseMarking;
  hooks.onSignedOut = () => {
    if (state.session?.actor) state.signedOut = true;
  };
  hooks.onReachable = (reachable) => (state.reachable = reachable);
}
