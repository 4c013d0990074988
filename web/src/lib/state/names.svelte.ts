// SPDX-License-Identifier: Apache-2.0
//
// Names of assets for results that carry only keys: fetched when first shown, a few at a time, kept while the data stays.
import { api, recordPath } from '$lib/api/client';
import type { Rec } from '$lib/api/types';

export interface Known {
  name: string;
  kind: string | null;
  sector: string | null;
  region: string | null;
  place?: [number, number] | null; // lon, lat
}

const known = $state<Record<string, Known>>({});
const asked = new Set<string>();
const waiting: string[] = [];
let running = 0;

async function work(): Promise<void> {
  running++;
  for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
    try {
      const record = await api.get<Rec>(recordPath('assets', key));
      const text = (name: string) => (typeof record[name] === 'string' ? (record[name] as string) : null);
      known[key] = { name: text('name') ?? key, kind: text('kind'), sector: text('sector'), region: text('region'), place: typeof record.lon === 'number' && typeof record.lat === 'number' ? [record.lon, record.lat] : null };
    } catch {
      asked.delete(key);
    }
  }
  running--;
}

export function want(keys: string[]): void {
  for (const key of keys) {
    if (asked.has(key)) continue;
    asked.add(key);
    waiting.push(key);
  }
  while (running < 4 && waiting.length > running * 2) void work();
  if (running === 0 && waiting.length) void work();
}

export function learn(key: string, fact: Known): void {
  asked.add(key);
  known[key] = fact;
}

export const knownOf = (key: string): Known | undefined => known[key];
export const nameOf = (key: string): string => known[key]?.name ?? key;
