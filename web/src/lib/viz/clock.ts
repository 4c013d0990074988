// SPDX-License-Identifier: Apache-2.0
//
// The clock of the player: how hours are written, how far a step goes, where time stands after a frame.

export const speeds = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64];
const wholeRunS = 24; // seconds that a run takes at speed 1

// "T+06:30"
export function clockText(hours: number): string {
  const minutes = Math.round(hours * 60);
  return `T+${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

// A step of the arrow keys: about a hundred in a run, of a length that people name.
export function stepOf(end: number): number {
  const wanted = end / 100;
  return [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 6, 12, 24].find((each) => each >= wanted) ?? 24;
}

export interface Tick {
  at: number;
  ended: boolean;
}

// Where time stands `ms` after `at`. In a loop the run begins again at its end.
export function advance(at: number, ms: number, speed: number, end: number, loop: boolean): Tick {
  const next = at + (ms / 1000 / wholeRunS) * speed * end;
  if (next < end) return { at: next, ended: false };
  return loop && end > 0 ? { at: next % end, ended: false } : { at: end, ended: true };
}

export const bounded = (at: number, end: number): number => Math.min(end, Math.max(0, at));
