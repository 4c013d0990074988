// SPDX-License-Identifier: Apache-2.0
//
// Weights of a ranking by several measures at once, as they stand in the address: `w=5,5,5,0`.
export const criteria = ['people', 'failed', 'sectors', 'people_hours'] as const;
export type Weights = [number, number, number, number];
export const mostWeight = 10;
export const plainWeights: Weights = [5, 5, 5, 0];

export function weightsOf(text: string | null): Weights {
  const parts = (text ?? '').split(',').map(Number);
  const sound = parts.length === criteria.length && parts.every((part) => Number.isInteger(part) && part >= 0 && part <= mostWeight);
  return sound ? (parts as Weights) : plainWeights;
}

export const weightsText = (weights: Weights): string | null => (weights.join() === plainWeights.join() ? null : weights.join());

// What the question takes: {people: 5, failed: 5, …}, without those that do not count.
export const asked = (weights: Weights): Record<string, number> => Object.fromEntries(criteria.map((name, at) => [name, weights[at]!] as const).filter(([, weight]) => weight > 0));
