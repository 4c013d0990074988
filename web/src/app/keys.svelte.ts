// SPDX-License-Identifier: Apache-2.0
//
// Keys that work everywhere. Single keys can be turned off in the settings (Ctrl+K stays).
import { prefs } from '$lib/state/prefs.svelte';
import { go } from './router.svelte';
import { hrefOf, routes } from './routes';

export const layers = $state({ palette: false, help: false, tour: false });

let waiting = 0; // when g was pressed

const types = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

export function onKey(event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    layers.palette = !layers.palette;
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || types(event.target) || !prefs.shortcuts || event.defaultPrevented) return;
  if (document.querySelector('dialog[open]') || layers.tour) return;
  const goes = Date.now() - waiting < 1500;
  waiting = 0;
  if (goes) {
    const route = routes.find((candidate) => candidate.key === event.key.toLowerCase());
    if (route) {
      event.preventDefault();
      go(hrefOf(route));
    }
    return;
  }
  if (event.key === 'g') waiting = Date.now();
  else if (event.key === '/') {
    event.preventDefault();
    layers.palette = true;
  } else if (event.key === '?') layers.help = true;
}
