// SPDX-License-Identifier: Apache-2.0
//
// Axes of charts: from values to shares of the axis (0 to 1), straight or by powers of ten, and where ticks stand.

export interface Scale {
  log: boolean;
  low: number;
  high: number;
}

// The span of some values; what a logarithm cannot show (0 and below) is left out of a scale by powers of ten.
export function scaleOf(values: Iterable<number>, log: boolean, floor?: number): Scale {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value) || (log && value <= 0)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return { log, low: log ? 1 : 0, high: log ? 10 : 1 };
  if (log) return { log, low: 10 ** Math.floor(Math.log10(low)), high: 10 ** Math.max(Math.ceil(Math.log10(high)), Math.floor(Math.log10(low)) + 1) };
  if (floor !== undefined) low = Math.min(low, floor);
  return { log, low, high: high > low ? high : low + 1 };
}

export function shareOf(scale: Scale, value: number): number {
  const at = scale.log
    ? (Math.log10(Math.max(value, Number.MIN_VALUE)) - Math.log10(scale.low)) / (Math.log10(scale.high) - Math.log10(scale.low))
    : (value - scale.low) / (scale.high - scale.low);
  return Math.min(1, Math.max(0, at));
}

export function valueAt(scale: Scale, share: number): number {
  const at = Math.min(1, Math.max(0, share));
  return scale.log ? scale.low * (scale.high / scale.low) ** at : scale.low + (scale.high - scale.low) * at;
}

// Round numbers, at most about `most` of them.
export function ticksOf(scale: Scale, most: number): number[] {
  const out: number[] = [];
  if (scale.log) {
    const [first, last] = [Math.round(Math.log10(scale.low)), Math.round(Math.log10(scale.high))];
    const step = Math.max(1, Math.ceil((last - first) / Math.max(1, most)));
    for (let power = first; power <= last; power += step) out.push(10 ** power);
    return out;
  }
  const raw = (scale.high - scale.low) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= raw * 0.8) ?? 10 * power;
  for (let at = Math.ceil(scale.low / step - 1e-9) + 0; at * step <= scale.high * (1 + 1e-9) + 1e-12; at++) out.push(at * step);
  return out;
}
