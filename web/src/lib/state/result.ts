// SPDX-License-Identifier: Apache-2.0
//
// What is read off the result of a simulation: chances of losses, years between them, ranges of rank.
import type { Value } from '$lib/api/types';

export interface Loss {
  unit: 'people' | 'person_hours';
  mean: number;
  stderr: number;
  low: number;
  high: number;
  p05: number;
  p25: number;
  p50: number;
  p75: number;
  p95: number;
  p99: number;
  p_any: number;
  intervals: Record<string, [number, number]>;
}
export interface AssetResult {
  key: string;
  p_down: number;
  low: number;
  high: number;
  mean_down_h: number | null;
  p_damaged: number;
  p_down_not_own: number;
  criticality: number | null;
  criticality_low?: number | null; // runs of older programs tell no interval
  criticality_high?: number | null;
}
export interface Saving {
  key: string;
  value: number;
  low: number;
  high: number;
}
export interface Preview {
  trials: number;
  loss: Loss;
  exceedance: [number, number][];
  exceedance_band: [number, number][];
  assets: AssetResult[];
}
export interface Series {
  unit: string;
  hours: number;
  step_h: number;
  sectors: Record<string, number[]>;
  regions?: Record<string, number[]> | null; // runs of older programs tell nothing of them
}
export interface Simulation extends Preview {
  seed: number;
  generator: string;
  snapshot: string;
  sight?: string;
  model: string;
  series: Series;
  worth?: Saving[]; // where it was asked
  down_at_start: string[];
  restarts?: { free: number; sequential: number; more: number; low: number; high: number };
  worst_trials?: { trial: number; loss: number }[];
  self_sustaining_loops?: string[][];
  self_sustaining_loop_count?: number;
  question: { trials: number; seed: number; scenario: Record<string, Value> };
}

// The chance of losing at least x in one trial: that of the smallest loss of the curve at or above it, 0 beyond its end.
export function chanceOf(curve: readonly [number, number][], loss: number): { p: number; index: number } {
  const index = curve.findIndex(([at]) => at >= loss);
  return index < 0 ? { p: 0, index } : { p: curve[index]![1], index };
}

// Years between losses of at least this size: 1 / (rate · p); null when it never happened or no rate is known.
export const yearsBetween = (rate: number | null, p: number): number | null => (rate && rate > 0 && p > 0 ? 1 / (rate * p) : null);

// The tolerance line as stairs: what is allowed for a loss is the value at the largest tolerated loss at or below it.
export function allowedAt(tolerance: readonly [number, number][], loss: number): number | null {
  let allowed: number | null = null;
  for (const [at, p] of tolerance) if (at <= loss) allowed = p;
  return allowed;
}

export function stairs(tolerance: readonly [number, number][], end: number): [number, number][] {
  return tolerance.flatMap(([loss, p], at): [number, number][] => [[loss, p], [tolerance[at + 1]?.[0] ?? Math.max(end, loss), p]]);
}

// The smallest loss of the curve whose chance per year is above the line; null: it stays below.
export function passesAt(curve: readonly [number, number][], tolerance: readonly [number, number][], rate: number): number | null {
  for (const [loss, p] of curve) {
    const allowed = allowedAt(tolerance, loss);
    if (allowed !== null && p * rate > allowed) return loss;
  }
  return null;
}

// How many of ascending values lie below a value, or at it too.
function countUpTo(sorted: number[], value: number, withEqual: boolean): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle]! < value || (withEqual && sorted[middle] === value)) from = middle + 1;
    else to = middle;
  }
  return from;
}

// Between which places of the order an asset may stand, as its interval and those of the others allow.
export function rankRanges(items: readonly { low: number; high: number }[]): { best: number; worst: number }[] {
  const lows = items.map((item) => item.low).sort((a, b) => a - b);
  const highs = items.map((item) => item.high).sort((a, b) => a - b);
  return items.map((item) => ({ best: 1 + items.length - countUpTo(lows, item.high, true), worst: items.length - countUpTo(highs, item.low, false) }));
}

export interface Places {
  best: number;
  worst: number;
}
export interface Criticality {
  key: string;
  criticality: number;
  range?: { low: number; high: number };
  places?: Places;
  worth?: Saving;
  worthPlaces?: Places;
}

// Assets that were damaged themselves in some trial: what their damage costs and what sparing them it would save, and
// between which places of either order the intervals leave them. Without an interval (few trials) there are no places.
export function criticalities(result: Pick<Simulation, 'assets' | 'worth'>): Criticality[] {
  const rows = result.assets
    .filter((asset) => asset.criticality !== null)
    .map((asset): Criticality => ({ key: asset.key, criticality: asset.criticality!, ...(asset.criticality_low == null || asset.criticality_high == null ? {} : { range: { low: asset.criticality_low, high: asset.criticality_high } }) }));
  const sure = rows.filter((row) => row.range);
  rankRanges(sure.map((row) => row.range!)).forEach((places, at) => (sure[at]!.places = places));
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const worth = (result.worth ?? []).filter((saving) => byKey.has(saving.key));
  rankRanges(worth).forEach((worthPlaces, at) => Object.assign(byKey.get(worth[at]!.key)!, { worth: worth[at], worthPlaces }));
  return rows;
}
