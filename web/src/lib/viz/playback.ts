// SPDX-License-Identifier: Apache-2.0
//
// The binary answer of a cascade (application/vnd.holdfast.playback): where, when, and why each asset fell.

export interface Playback {
  count: number;
  hours: number;
  lon: Float32Array;
  lat: Float32Array;
  failH: Float32Array;
  recoverH: Float32Array; // Infinity: never
  cause: Uint8Array; // 0 damage, 1 dependency, 2 network
}

export function readPlayback(bytes: ArrayBuffer): Playback {
  const view = new DataView(bytes);
  if (bytes.byteLength < 16 || view.getUint32(0, false) !== 0x48465042) throw new Error('not a playback');
  const count = view.getUint32(4, true);
  if (bytes.byteLength < 16 + count * 20) throw new Error('the playback is cut short');
  const out: Playback = {
    count,
    hours: view.getFloat32(8, true),
    lon: new Float32Array(count),
    lat: new Float32Array(count),
    failH: new Float32Array(count),
    recoverH: new Float32Array(count),
    cause: new Uint8Array(count),
  };
  for (let index = 0; index < count; index++) {
    const at = 16 + index * 20;
    out.lon[index] = view.getFloat32(at, true);
    out.lat[index] = view.getFloat32(at + 4, true);
    out.failH[index] = view.getFloat32(at + 8, true);
    out.recoverH[index] = view.getFloat32(at + 12, true);
    out.cause[index] = view.getUint8(at + 16);
  }
  return out;
}

// How many fall in each of `bins` equal parts of the time from 0 to `end`.
export function histogram(times: ArrayLike<number>, end: number, bins: number): number[] {
  const out = new Array<number>(bins).fill(0);
  for (let index = 0; index < times.length; index++) {
    const bin = end > 0 ? Math.floor((times[index]! / end) * bins) : 0;
    out[Math.min(bins - 1, Math.max(0, bin))]!++;
  }
  return out;
}

// The next moment at which something falls, before or after a time; null when there is none.
export function nextEvent(sorted: ArrayLike<number>, time: number, step: 1 | -1): number | null {
  let found: number | null = null;
  for (let index = 0; index < sorted.length; index++) {
    const at = sorted[index]!;
    if (step === 1 && at > time + 1e-6) return at;
    if (step === -1 && at < time - 1e-6) found = at;
  }
  return found;
}
