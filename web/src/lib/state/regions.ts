// SPDX-License-Identifier: Apache-2.0
//
// Regions to choose from.
import type { Rec } from '$lib/api/types';
import { i18n } from '$lib/i18n/index.svelte';
import { titleOf } from '$app/schema.svelte';

// Those that are used, and what they lie in: to choose a region where nothing is would be a dead end.
export function regionsHolding(all: Rec[], used: string[]): Rec[] {
  const known = new Map(all.map((each) => [each.key, each]));
  const found = new Set<Rec>();
  for (const key of used)
    for (let at = known.get(key); at && !found.has(at); at = known.get(String(at.parent ?? ''))) found.add(at);
  return [...found].sort((a, b) => titleOf(a).localeCompare(titleOf(b), i18n.language));
}
