// SPDX-License-Identifier: Apache-2.0
//
// What changes while one looks: jobs, the data version and the log, from one event stream, or by asking every few
// seconds while the stream cannot be had.
import { api, root } from '$lib/api/client';
import { backoffMs, eventParser, type StreamEvent } from '$lib/api/sse';
import type { Job, LogItem, Page } from '$lib/api/types';

const state = $state<{ jobs: Record<string, Job>; dataVersion: number; log: LogItem[]; streaming: boolean }>({
  jobs: {},
  dataVersion: 0,
  log: [],
  streaming: false,
});

const busy = (job: Job) => job.state === 'queued' || job.state === 'running';
const running = $derived(Object.values(state.jobs).filter(busy));
const enders = new Set<(job: Job) => void>();
const followed = new Set<string>(); // jobs that a screen shows to their end by itself
let lastId = '';
let stop: AbortController | null = null;

export const live = {
  get jobs() {
    return state.jobs;
  },
  get running() {
    return running;
  },
  get dataVersion() {
    return state.dataVersion;
  },
  // Events since the page was opened, newest first.
  get log() {
    return state.log;
  },
  get streaming() {
    return state.streaming;
  },
};

// The version that the session told: so that the first event, which tells the same, makes no screen load twice.
export function knowVersion(version: number): void {
  if (state.dataVersion === 0) state.dataVersion = version;
}

function takeJob(job: Job): void {
  const before = state.jobs[job.id];
  state.jobs[job.id] = job;
  if (!busy(job) && before && busy(before) && !followed.has(job.id)) for (const tell of enders) tell(job);
}

// Calls back for each job that ends while this page is open, but for those that a screen follows.
export function onJobEnd(tell: (job: Job) => void): () => void {
  enders.add(tell);
  return () => enders.delete(tell);
}

function takeEvent(event: StreamEvent): void {
  if (event.id) lastId = event.id;
  let body: unknown;
  try {
    body = JSON.parse(event.data);
  } catch {
    return;
  }
  if (event.event === 'job') takeJob(body as Job);
  else if (event.event === 'data') state.dataVersion = (body as { data_version: number }).data_version;
  else if (event.event === 'log') state.log = [body as LogItem, ...state.log].slice(0, 100);
}

async function poll(signal: AbortSignal): Promise<void> {
  const page = await api.get<Page<Job>>('/jobs', { query: { limit: 20 }, signal });
  for (const job of page.items) takeJob(job);
  const session = await api.get<{ instance: { data_version: number } }>('/session', { signal });
  state.dataVersion = session.instance.data_version;
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

async function stream(signal: AbortSignal): Promise<void> {
  const headers: Record<string, string> = { Accept: 'text/event-stream' };
  if (lastId) headers['Last-Event-ID'] = lastId;
  const response = await fetch(`${root}/events`, { headers, signal, credentials: 'same-origin' });
  if (!response.ok || !response.body) throw new Error(`events: ${response.status}`);
  state.streaming = true;
  const parse = eventParser(takeEvent);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    parse(value);
  }
}

async function run(signal: AbortSignal): Promise<void> {
  let attempt = 0;
  while (!signal.aborted) {
    const began = Date.now();
    try {
      await poll(signal).catch(() => {});
      await stream(signal);
    } catch {
      /* broken or refused: wait, then again */
    }
    state.streaming = false;
    if (signal.aborted) return;
    attempt = Date.now() - began > 30_000 ? 0 : attempt + 1;
    await pause(backoffMs(Math.min(attempt, 5), Math.random()), signal);
  }
}

// A job whose last event was missed would seem to run for ever: those that run are asked for now and then.
async function recheck(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(4_000, signal);
    for (const job of running)
      if (!signal.aborted && !followed.has(job.id)) await api.get<Job>(`/jobs/${encodeURIComponent(job.id)}`, { signal }).then(takeJob, () => {});
  }
}

export function startLive(): void {
  stopLive();
  stop = new AbortController();
  void run(stop.signal);
  void recheck(stop.signal);
}

export function stopLive(): void {
  stop?.abort();
  stop = null;
  state.jobs = {};
  state.log = [];
}

// Watches one job to its end, also when the stream is down.
export async function follow(id: string, signal: AbortSignal, onChange: (job: Job) => void): Promise<Job> {
  let shown = '';
  followed.add(id);
  try {
    for (let wait = 150; ; wait = Math.min(1_000, wait * 1.5)) {
      const job = await api.get<Job>(`/jobs/${encodeURIComponent(id)}`, { signal });
      takeJob(job);
      const text = JSON.stringify(job);
      if (text !== shown) onChange(job);
      shown = text;
      if (!busy(job)) return job;
      await pause(wait, signal);
      if (signal.aborted) throw new DOMException('left', 'AbortError');
    }
  } finally {
    followed.delete(id);
  }
}

// Everything on screen is asked for anew. A half: no version that the server names.
export function lookAgain(): void {
  state.dataVersion += 0.5;
}
