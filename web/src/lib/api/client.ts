// SPDX-License-Identifier: Apache-2.0
//
// The one door to the server: CSRF header on writes, problem documents as `Problem`, the handling label of every
// answer reported to `onMarking`, a lost sign-in to `onSignedOut`.
import type { Page, ProblemDoc, Rec } from './types';

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly doc: ProblemDoc;

  constructor(status: number, doc: ProblemDoc) {
    super(doc.detail ?? doc.title ?? doc.code ?? `HTTP ${status}`);
    this.name = 'Problem';
    this.status = status;
    this.code = doc.code ?? (status === 0 ? 'net.unreachable' : `http.${status}`);
    this.doc = doc;
  }
}

export const problemOf = (error: unknown): Problem =>
  error instanceof Problem
    ? error
    : new Problem(0, { code: 'app.fault', detail: error instanceof Error ? error.message : String(error) });

export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

export interface Answer<T> {
  data: T;
  status: number;
  etag: string | null;
  location: string | null;
  marking: string | null;
}

export interface RequestOptions {
  signal?: AbortSignal;
  headers?: Record<string, string>;
  query?: Record<string, string | number | boolean | null | undefined>;
}

export const hooks: {
  csrf: string | null;
  onMarking: (marking: string) => void;
  onSignedOut: () => void;
  onReachable: (reachable: boolean) => void;
  onProblem: () => Promise<void>; // before it is thrown: its words come with the first one
  visible: boolean; // questions are asked of what this reader may see (state/sight.svelte.ts)
} = { visible: false, csrf: null, onMarking: () => {}, onSignedOut: () => {}, onReachable: () => {}, onProblem: async () => {} };

export const root = '/api/v1';

export function url(path: string, query: RequestOptions['query'] = {}): string {
  const words = Object.entries(query)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  return `${root}${path}${words.length ? `${path.includes('?') ? '&' : '?'}${words.join('&')}` : ''}`;
}

async function problemFrom(response: Response): Promise<Problem> {
  let doc: ProblemDoc = {};
  try {
    const body: unknown = await response.json();
    if (body && typeof body === 'object') doc = body as ProblemDoc;
  } catch {
    /* not a document: the status has to do */
  }
  return new Problem(response.status, doc);
}

const questions = /^\/(cascade|explain|rank|pairs|chains|iim|portfolio)$/;

export async function send(method: string, path: string, body?: unknown, options: RequestOptions = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', ...options.headers };
  if (hooks.visible && method === 'POST' && questions.test(path)) body = { ...(body as object), sight: 'visible' };
  let payload: BodyInit | undefined;
  if (body instanceof FormData || body instanceof Blob) payload = body;
  else if (body !== undefined) {
    payload = JSON.stringify(body);
    headers['Content-Type'] ??= method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  }
  if (method !== 'GET' && hooks.csrf) headers['X-CSRF-Token'] = hooks.csrf;
  let response: Response;
  try {
    response = await fetch(url(path, options.query), {
      method, headers, body: payload, signal: options.signal, credentials: 'same-origin',
    });
  } catch (error) {
    if (isAbort(error)) throw error;
    hooks.onReachable(false);
    throw new Problem(0, { code: 'net.unreachable' });
  }
  hooks.onReachable(true);
  const marking = response.headers.get('X-Marking');
  if (marking) hooks.onMarking(marking);
  if (response.ok) return response;
  const problem = await problemFrom(response);
  if (response.status === 401 && !path.startsWith('/session') && path !== '/setup') hooks.onSignedOut();
  await hooks.onProblem();
  throw problem;
}

async function answer<T>(response: Response): Promise<Answer<T>> {
  const data = response.status === 204 ? null : await response.json();
  return {
    data: data as T,
    status: response.status,
    etag: response.headers.get('ETag'),
    location: response.headers.get('Location'),
    marking: response.headers.get('X-Marking'),
  };
}

export const api = {
  get: async <T>(path: string, options?: RequestOptions): Promise<T> =>
    (await answer<T>(await send('GET', path, undefined, options))).data,
  read: async <T>(path: string, options?: RequestOptions): Promise<Answer<T>> =>
    answer<T>(await send('GET', path, undefined, options)),
  post: async <T>(path: string, body?: unknown, options?: RequestOptions): Promise<T> =>
    (await answer<T>(await send('POST', path, body ?? {}, options))).data,
  patch: async <T>(path: string, body: unknown, etag: string, options: RequestOptions = {}): Promise<Answer<T>> =>
    answer<T>(await send('PATCH', path, body, { ...options, headers: { ...options.headers, 'If-Match': etag } })),
  put: async <T>(path: string, body: unknown, options: RequestOptions = {}): Promise<Answer<T>> => answer<T>(await send('PUT', path, body, options)),
  // The same change to all that a query finds; dry_run or expected is among its words.
  patchAll: async <T>(plural: string, body: unknown, query: RequestOptions['query']): Promise<T> =>
    (await answer<T>(await send('PATCH', `/${plural}`, body, { query }))).data,
  remove: async (path: string, etag?: string | null): Promise<void> => {
    await send('DELETE', path, undefined, etag ? { headers: { 'If-Match': etag } } : {});
  },
  list: async <T = Rec>(plural: string, query: RequestOptions['query'], signal?: AbortSignal): Promise<Page<T>> =>
    (await answer<Page<T>>(await send('GET', `/${plural}`, undefined, { query, signal }))).data,
};

export const etagOf = (record: Rec, etag: string | null): string => etag ?? `"${record.version ?? 1}"`;

export const recordPath = (plural: string, key: string): string => `/${plural}/${encodeURIComponent(key)}`;
