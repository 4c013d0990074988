// SPDX-License-Identifier: Apache-2.0
//
// The regions of the register: their boundaries are the coast and the inner borders under every picture of the State,
// their names stand on the map.
import { api } from '$lib/api/client';
import type { Rec, Value } from '$lib/api/types';
import { i18n } from '$lib/i18n/index.svelte';
import { placesOf, type Place } from '$lib/viz/places';
import { ringsOf } from '$lib/viz/rings';

let rings = $state.raw<[number, number][][]>([]);
let regions = $state.raw<Rec[]>([]);
let asked = -1;

export const outlines = {
  get rings() {
    return rings;
  },
  get places(): Place[] {
    return placesOf(regions, i18n.language);
  },
};

// Asks once for each version of the data.
export async function loadOutlines(dataVersion: number): Promise<void> {
  if (asked === dataVersion) return;
  asked = dataVersion;
  try {
    const page = await api.list<Rec>('regions', { limit: 500, fields: 'boundary,name,attributes,lon,lat,people' });
    regions = page.items;
    rings = page.items.flatMap((region) => ringsOf(region.boundary as Value));
  } catch {
    asked = -1;
  }
}
