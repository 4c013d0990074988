// SPDX-License-Identifier: Apache-2.0
//
// The binary answer of a cascade (application/vnd.holdfast.playback): where and when each asset fell, why, and whom
// it serves; and what can be read off it for any hour.

export interface Playback {
  count: number;
  hours: number;
  lon: Float32Array; // NaN: no place
  lat: Float32Array;
  failH: Float32Array; // ascending
  recoverH: Float32Array; // Infinity: not before the end
  cause: Uint8Array; // 0 damage, 1 dependency, 2 network
  sector: Uint8Array; // index into sectors
  service: Uint16Array; // index into services
  people: Uint32Array;
  sectors: string[];
  services: string[];
}

const head = 16;
const row = 24;

export function readPlayback(bytes: ArrayBuffer): Playback {
  const view = new DataView(bytes);
  if (bytes.byteLength < head || view.getUint32(0, false) !== 0x48465042) throw new Error('not a playback');
  const count = view.getUint32(4, true);
  const end = head + count * row;
  const nameBytes = view.getUint32(12, true);
  if (bytes.byteLength < end + nameBytes) throw new Error('the playback is cut short');
  const names = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, end, nameBytes))) as { sectors: string[]; services: string[] };
  const out: Playback = {
    ...names,
    count,
    hours: view.getFloat32(8, true),
    lon: new Float32Array(count),
    lat: new Float32Array(count),
    failH: new Float32Array(count),
    recoverH: new Float32Array(count),
    cause: new Uint8Array(count),
    sector: new Uint8Array(count),
    service: new Uint16Array(count),
    people: new Uint32Array(count),
  };
  for (let index = 0; index < count; index++) {
    const at = head + index * row;
    out.lon[index] = view.getFloat32(at, true);
    out.lat[index] = view.getFloat32(at + 4, true);
    out.failH[index] = view.getFloat32(at + 8, true);
    out.recoverH[index] = view.getFloat32(at + 12, true);
    out.cause[index] = view.getUint8(at + 16);
    out.sector[index] = view.getUint8(at + 17);
    out.service[index] = view.getUint16(at + 18, true);
    out.people[index] = view.getUint32(at + 20, true);
  }
  return out;
}

const soon = 1e-4; // hours: what falls within a third of a second falls now
export const isDown = (play: Playback, index: number, time: number): boolean => play.failH[index]! <= time + soon && play.recoverH[index]! > time + soon;

// How many have fallen up to a time, of ascending times.
export function fallenAt(times: ArrayLike<number>, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= time + soon) low = middle + 1;
    else high = middle;
  }
  return low;
}

// How many are down at a time: fallen and not yet back.
export function downAt(play: Playback, time: number): number {
  let down = 0;
  for (let index = fallenAt(play.failH, time) - 1; index >= 0; index--) if (isDown(play, index, time)) down++;
  return down;
}

// How many are down at the end of each of `bins` equal parts of the time from 0 to `end`.
export function downOverTime(play: Playback, end: number, bins: number): number[] {
  const change = new Array<number>(bins + 1).fill(0);
  const binOf = (time: number) => (end > 0 ? Math.min(bins, Math.max(0, Math.ceil((time / end) * bins - 1e-6) - 1)) : 0);
  for (let index = 0; index < play.count; index++) {
    change[binOf(play.failH[index]!)]!++;
    if (play.recoverH[index]! <= end) change[Math.max(binOf(play.recoverH[index]!), binOf(play.failH[index]!))]!--;
  }
  let down = 0;
  return change.slice(0, bins).map((step) => (down += step));
}

// Who is without what at a time: people and assets down, for each index of sector or service.
export function lossBy(play: Playback, group: ArrayLike<number>, size: number, time: number): { people: number[]; down: number[] } {
  const people = new Array<number>(size).fill(0);
  const down = new Array<number>(size).fill(0);
  for (let index = 0; index < play.count && play.failH[index]! <= time + soon; index++) {
    if (!isDown(play, index, time)) continue;
    people[group[index]!]! += play.people[index]!;
    down[group[index]!]!++;
  }
  return { people, down };
}

// The next moment at which something falls or comes back, before or after a time; null when there is none.
export function nextEvent(moments: ArrayLike<number>, time: number, step: 1 | -1): number | null {
  let found: number | null = null;
  for (let index = 0; index < moments.length; index++) {
    const at = moments[index]!;
    if (step === 1 && at > time + soon) return at;
    if (step === -1 && at < time - soon) found = at;
  }
  return found;
}

// All moments of change, each once, ascending.
export function momentsOf(play: Playback): number[] {
  const all = new Set<number>();
  for (let index = 0; index < play.count; index++) {
    all.add(play.failH[index]!);
    if (Number.isFinite(play.recoverH[index]!)) all.add(play.recoverH[index]!);
  }
  return [...all].sort((a, b) => a - b);
}

// The falls worth a mark of their own: those that hit most people, at most one of a moment, in order of time.
export function milestones(play: Playback, most: number): number[] {
  const order = Array.from({ length: play.count }, (_, index) => index).sort((a, b) => play.people[b]! - play.people[a]! || a - b);
  const moments = new Set<number>();
  const out: number[] = [];
  for (const index of order) {
    if (out.length === most) break;
    if (moments.has(play.failH[index]!)) continue;
    moments.add(play.failH[index]!);
    out.push(index);
  }
  return out.sort((a, b) => play.failH[a]! - play.failH[b]!);
}

export function boundsOf(play: Playback, from = -Infinity, to = Infinity): [number, number, number, number] | null {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let index = 0; index < play.count; index++) {
    if (!Number.isFinite(play.lon[index]) || play.failH[index]! < from || play.failH[index]! > to) continue;
    west = Math.min(west, play.lon[index]!);
    east = Math.max(east, play.lon[index]!);
    south = Math.min(south, play.lat[index]!);
    north = Math.max(north, play.lat[index]!);
  }
  return west <= east ? [west, south, east, north] : null;
}
