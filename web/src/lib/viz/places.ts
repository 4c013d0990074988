// SPDX-License-Identifier: Apache-2.0
//
// Names that stand on the map: of the regions that have a point, as their readers call them.
import type { Rec } from '$lib/api/types';

export interface Place {
  name: string;
  lon: number;
  lat: number;
  people: number;
}

// The name in the reader's language, which imports keep as the column `name:fr` beside the record; else the one it has.
export function nameIn(record: Rec, language: string): string {
  const kept = (record.attributes ?? {}) as Record<string, unknown>;
  const own = kept[`name:${language}`];
  return typeof own === 'string' && own ? own : typeof record.name === 'string' ? record.name : '';
}

// Of two at one point, a province and the town that stands for it, the one without a boundary: it is the place itself.
export function placesOf(regions: readonly Rec[], language: string): Place[] {
  const found = new Map<string, { place: Place; whole: boolean }>();
  for (const region of regions) {
    const { lon, lat, people } = region;
    const name = nameIn(region, language);
    if (typeof lon !== 'number' || typeof lat !== 'number' || !name) continue;
    const at = `${lon} ${lat}`;
    const whole = Boolean(region.boundary);
    if (!found.has(at) || (found.get(at)!.whole && !whole)) found.set(at, { place: { name, lon, lat, people: typeof people === 'number' ? people : 0 }, whole });
  }
  return [...found.values()].map(({ place }) => place);
}
