// SPDX-License-Identifier: Apache-2.0
//
// Boundaries of the regions in the register: the coast and the inner borders under every picture of the State.
import { api } from '$lib/api/client';
import type { Rec, Value } from '$lib/api/types';
import { ringsOf } from '$lib/viz/rings';

let rings = $state.raw<[number, number][][]>([]);
let asked = -1;

export const outlines = {
  get rings() {
    return rings;
  },
};

// Asks once for each version of the data.
export async function loadOutlines(dataVersion: number): Promise<void> {
  if (asked === dataVersion) return;
  asked = dataVersion;
  try {
    const page = await api.list<Rec>('regions', { limit: 500, fields: 'boundary' });
    rings = page.items.flatMap((region) => ringsOf(region.boundary as Value));
  } catch {
    asked = -1;
  }
}
