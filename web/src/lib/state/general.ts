// SPDX-License-Identifier: Apache-2.0
//
// The answer of a run that is told in general, and what is left of its total when all that is told is taken off.
import type { Value } from '$lib/api/types';

export interface Told {
  mean: number;
  low: number;
  high: number;
}
interface Quantile {
  value: number;
  low: number;
  high: number;
}
export interface GeneralResult {
  sight: 'general';
  trials: number;
  seed: number;
  loss: Told & { unit: 'people' | 'person_hours'; p50: Quantile; p95: Quantile };
  by_sector: (Told & { code: string | null })[];
  by_region: (Told & { code: string | null })[];
  min_assets: number;
  question: { trials: number; seed: number; scenario: Record<string, Value> };
}

export const isGeneral = (result: { sight?: string } | null): result is GeneralResult => result?.sight === 'general';

// Half of the last digit of a figure of three digits.
const slack = (value: number) => (value > 0 ? 10 ** (Math.floor(Math.log10(value)) - 2) / 2 : 0);

// What others bear together, in no more digits than the figures allow; null: less than their rounding hides.
export function othersOf(total: number, told: readonly Told[]): number | null {
  const unsure = told.reduce((sum, each) => sum + slack(each.mean), slack(total));
  const rest = told.reduce((left, each) => left - each.mean, total);
  if (unsure === 0 || rest <= unsure) return null;
  const step = 10 ** Math.ceil(Math.log10(unsure));
  return rest < step ? rest : Math.round(rest / step) * step;
}
