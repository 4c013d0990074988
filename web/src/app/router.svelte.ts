// SPDX-License-Identifier: Apache-2.0
//
// Address = state. Screens read `router.query` and write it with `setQuery`; links are ordinary <a href>.
import { match, type Match } from './routes';

const read = () => ({ path: location.pathname, search: location.search });
const state = $state(read());
const matched = $derived<Match | null>(match(state.path));
const query = $derived(new URLSearchParams(state.search));

type Guard = () => boolean; // false: stay, there is unsaved input
let guard: Guard | null = null;

export const router = {
  get path() {
    return state.path;
  },
  get search() {
    return state.search;
  },
  get query() {
    return query;
  },
  get match() {
    return matched;
  },
};

export function guardLeaving(ask: Guard): () => void {
  guard = ask;
  return () => {
    if (guard === ask) guard = null;
  };
}

function update(): void {
  const now = read();
  if (now.path !== state.path) state.path = now.path;
  if (now.search !== state.search) state.search = now.search;
}

export function go(to: string, options: { replace?: boolean } = {}): void {
  const target = new URL(to, location.href);
  const leaves = target.pathname !== location.pathname;
  if (leaves && guard && !guard()) return;
  if (options.replace) history.replaceState(null, '', target);
  else if (target.href !== location.href) history.pushState(null, '', target);
  update();
}

// Changes some words of the query; null or '' takes one out. Replaces the entry unless told to push.
export function setQuery(changes: Record<string, string | null>, options: { push?: boolean } = {}): void {
  const next = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  go(`${location.pathname}${text ? `?${text}` : ''}`, { replace: !options.push });
}

export const recordHref = (plural: string, key: string): string => `/record/${plural}?key=${encodeURIComponent(key)}`;
export const listHref = (plural: string, filters: Record<string, string> = {}): string => {
  const text = new URLSearchParams(filters).toString();
  return `/register/${plural}${text ? `?${text}` : ''}`;
};

const isPlainClick = (event: MouseEvent) =>
  event.button === 0 && !event.defaultPrevented && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

export function startRouter(): void {
  addEventListener('popstate', update);
  document.addEventListener('click', (event) => {
    if (!isPlainClick(event) || !(event.target instanceof Element)) return;
    const link = event.target.closest('a');
    if (!link || link.target || link.hasAttribute('download') || !link.href) return;
    const target = new URL(link.href);
    if (target.origin !== location.origin || target.pathname.startsWith('/api/')) return;
    if (target.pathname === location.pathname && target.search === location.search && target.hash) return;
    event.preventDefault();
    go(target.pathname + target.search);
  });
}
