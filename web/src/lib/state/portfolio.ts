// SPDX-License-Identifier: Apache-2.0
//
// What a budget buys, read off the front of an answer.

export interface Point {
  cost: number;
  loss: number;
  measures: string[];
}

// The best point of the front (by cost, ascending) that a budget pays for; null when it pays for none.
export function bought(front: readonly Point[], budget: number): Point | null {
  let best: Point | null = null;
  for (const point of front) if (point.cost <= budget + 1e-9 && (best === null || point.loss <= best.loss)) best = point;
  return best;
}

// The front as stairs for a picture: a loss holds until the next better set can be paid for.
export function stairsOf(front: readonly Point[], end: number): [number, number][] {
  return front.flatMap((point, at): [number, number][] => [[point.cost, point.loss], [Math.max(point.cost, front[at + 1]?.cost ?? end), point.loss]]);
}

export type Lock = 'in' | 'out' | 'free';
