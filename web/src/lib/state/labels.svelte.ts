// SPDX-License-Identifier: Apache-2.0
//
// Names of the small kinds of record that others refer to (organisations, regions, services), so that a table shows a
// name where the data hold a key. Each kind is read once per state of the register; what is beyond the first thousand
// is shown by its key.
import { api } from '$lib/api/client';
import type { Rec } from '$lib/api/types';
import { live } from '$app/live.svelte';
import { schema } from '$app/schema.svelte';

const most = 1000;
const names = $state<Record<string, Record<string, string>>>({});
const asked = new Map<string, number>(); // noun → data version

async function read(noun: string, plural: string): Promise<void> {
  try {
    const page = await api.list<Rec>(plural, { limit: most, count: 0, fields: 'name' });
    names[noun] = Object.fromEntries(page.items.filter((item) => typeof item.name === 'string' && item.name).map((item) => [item.key, item.name as string]));
  } catch {
    asked.delete(noun); // keys have to do for now
  }
}

// The name of a record of this noun, or its key. Assets are too many for this: their names come with names.svelte.ts.
export function labelOf(noun: string, key: string): string {
  return names[noun]?.[key] ?? key;
}

export function wantLabels(noun: string): void {
  const known = schema.byName(noun);
  if (noun === 'asset' || !known?.fields.some((field) => field.name === 'name') || asked.get(noun) === live.dataVersion) return;
  asked.set(noun, live.dataVersion);
  void read(noun, known.plural);
}
