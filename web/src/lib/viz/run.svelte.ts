// SPDX-License-Identifier: Apache-2.0
//
// A what-if that was asked: its answer in words and numbers, the same as something to play, and the hour that is shown.
// The map and the simulation share it.
import { api, isAbort, send } from '$lib/api/client';
import { t } from '$lib/i18n/index.svelte';
import { boundsOf, downAt, downOverTime, fallenAt, momentsOf, readPlayback, type Playback } from './playback';

export interface Fallen {
  key: string;
  at_h: number;
  until_h?: number | null; // null: not before the end; only where the model knows returns
  cause: string;
  via: { input: string; lost: string[] } | null;
}
export interface Cascade {
  failed: Fallen[];
  failed_count: number;
  down_at_start: string[];
  loss: { people: number; people_hours: number | null; by_sector: Record<string, { people: number; people_hours?: number | null }> };
  restarts?: { free: number; sequential: number; differing: { key: string; free_until_h?: number | null; sequential_until_h?: number | null }[] };
  snapshot: string;
}
export interface Question {
  fail: string[];
  hours?: number;
  restart?: string;
  model?: 'outage'; // else the cascade
}

const bins = 80;

// The question of an address: fail=KEY,KEY, hours=, restart=, model=outage.
export function questionOf(query: URLSearchParams): Question {
  const fail = (query.get('fail') ?? '').split(',').filter(Boolean);
  const hours = Number(query.get('hours')) || 0;
  if (query.get('model') === 'outage') return { fail, model: 'outage', ...(hours ? { hours } : {}) };
  return { fail, ...(hours ? { hours, restart: query.get('restart') === 'sequential' ? 'sequential' : 'free' } : {}) };
}

export class Run {
  result = $state.raw<Cascade | null>(null);
  playback = $state.raw<Playback | null>(null);
  fault = $state<unknown>(null);
  busy = $state(false);
  time = $state(0);
  hours = $state(0); // asked for; 0: until nothing more falls

  readonly moments = $derived(this.playback ? momentsOf(this.playback) : []);
  readonly end = $derived(this.hours || Math.max(1, this.moments.at(-1) ?? 1));
  readonly counts = $derived(this.playback ? downOverTime(this.playback, this.end, bins) : []);
  readonly bounds = $derived(this.playback && boundsOf(this.playback));
  readonly fallen = $derived(this.playback ? fallenAt(this.playback.failH, this.time) : 0);
  readonly words = $derived(t('sim.fallen', { count: this.playback ? downAt(this.playback, this.time) : 0, total: this.playback?.count ?? 0 }));

  clear(): void {
    this.result = this.playback = this.fault = null;
  }

  // start: the hour of the address, null for the end of what falls
  async ask(question: Question, start: number | null, signal: AbortSignal): Promise<void> {
    this.busy = true;
    try {
      const [answer, binary] = await Promise.all([
        api.post<Cascade>('/cascade', question.hours && !question.model ? { ...question, both_restarts: true } : question, { signal }),
        send('POST', '/cascade', question, { signal, headers: { Accept: 'application/vnd.holdfast.playback' } }).then((response) => response.arrayBuffer()),
      ]);
      this.hours = question.hours ?? 0;
      this.playback = readPlayback(binary);
      this.result = answer;
      this.fault = null;
      this.time = Math.min(this.end, start ?? answer.failed.at(-1)?.at_h ?? 0);
    } catch (error) {
      if (isAbort(error)) return;
      this.fault = error;
      this.result = this.playback = null;
    }
    this.busy = false;
  }
}
