// SPDX-License-Identifier: Apache-2.0
//
// Longitude and latitude on a flat picture: equirectangular, true to shape at the middle latitude.

export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
  x: (lon: number) => number;
  y: (lat: number) => number;
}

type Point = readonly [number, number, ...unknown[]];

function boundsOf(points: readonly Point[]): [number, number, number, number] {
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const [lon, lat] of points) {
    west = Math.min(west, lon);
    east = Math.max(east, lon);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  return west > east ? [-180, -85, 180, 85] : [west, south, east, north];
}

// The part of the world that fills a picture of this size, with a margin around the bounds.
export function fitBox(bounds: [number, number, number, number] | null, points: readonly Point[], width: number, height: number, margin = 0.08): Box {
  const [w, s, e, n] = bounds ?? boundsOf(points);
  const squeeze = Math.max(0.15, Math.cos((((s + n) / 2) * Math.PI) / 180));
  const spanX = Math.max((e - w) * squeeze, 0.02) * (1 + 2 * margin);
  const spanY = Math.max(n - s, 0.02) * (1 + 2 * margin);
  const scale = Math.min(width / spanX, height / spanY);
  const [midX, midY] = [(w + e) / 2, (s + n) / 2];
  const halfLon = width / scale / squeeze / 2;
  const halfLat = height / scale / 2;
  return {
    west: midX - halfLon,
    east: midX + halfLon,
    south: midY - halfLat,
    north: midY + halfLat,
    x: (lon) => width / 2 + (lon - midX) * squeeze * scale,
    y: (lat) => height / 2 - (lat - midY) * scale,
  };
}

// Round values for grid lines: three to six of them.
export function gridSteps(low: number, high: number): number[] {
  const raw = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= raw) ?? raw;
  const out: number[] = [];
  for (let at = Math.ceil(low / step); at * step < high; at++) out.push(Number((at * step).toPrecision(12)));
  return out;
}
