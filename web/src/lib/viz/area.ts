// SPDX-License-Identifier: Apache-2.0
//
// Areas chosen on the map: rings of [longitude, latitude], and their spelling in addresses and questions
// ("lon,lat lon,lat …"; "region:KEY" names the boundary of a region).
export type Ring = [number, number][];

const kmPerDegree = 111.195; // of latitude, on a sphere of 6371.0088 km
const clampLon = (lon: number) => Math.min(180, Math.max(-180, lon));
const clampLat = (lat: number) => Math.min(85, Math.max(-85, lat));

export function circle([lon, lat]: [number, number], km: number, corners = 48): Ring {
  const high = km / kmPerDegree;
  const wide = high / Math.max(0.01, Math.cos((lat * Math.PI) / 180));
  return Array.from({ length: corners }, (_, index): [number, number] => {
    const angle = (2 * Math.PI * index) / corners;
    return [clampLon(lon + wide * Math.cos(angle)), clampLat(lat + high * Math.sin(angle))];
  });
}

export function kmBetween(a: [number, number], b: [number, number]): number {
  const x = (a[0] - b[0]) * Math.cos((((a[1] + b[1]) / 2) * Math.PI) / 180);
  return kmPerDegree * Math.hypot(x, a[1] - b[1]);
}

export const boxRing = (west: number, south: number, east: number, north: number): Ring => {
  const [w, s, e, n] = [clampLon(west), clampLat(south), clampLon(east), clampLat(north)];
  return [[w, s], [e, s], [e, n], [w, n]];
};

function farthest(points: Ring, from: number, to: number): [number, number] {
  const [ax, ay] = points[from]!;
  const [bx, by] = points[to]!;
  const length = Math.hypot(bx - ax, by - ay);
  let [best, most] = [-1, 0];
  for (let at = from + 1; at < to; at++) {
    const [x, y] = points[at]!;
    const away = length ? Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length : Math.hypot(x - ax, y - ay);
    if (away > most) [best, most] = [at, away];
  }
  return [best, most];
}

// Douglas and Peucker (1973): corners that lie nearer than `tolerance` degrees to the line without them are left out.
export function simplify(points: Ring, tolerance: number): Ring {
  if (points.length < 4) return points;
  const kept = new Set([0, points.length - 1]);
  const open: [number, number][] = [[0, points.length - 1]];
  for (let part = open.pop(); part; part = open.pop()) {
    const [best, away] = farthest(points, part[0], part[1]);
    if (best < 0 || away <= tolerance) continue;
    kept.add(best);
    open.push([part[0], best], [best, part[1]]);
  }
  return points.filter((_, index) => kept.has(index));
}

export const textOf = (ring: Ring): string => ring.map(([lon, lat]) => `${Number(lon.toFixed(4))},${Number(lat.toFixed(4))}`).join(' ');

// The ring of a text; null when it is none (a region's name, or nonsense).
export function ringOf(text: string): Ring | null {
  const ring = text.trim().split(/\s+/).map((pair) => pair.split(',').map(Number) as [number, number]);
  const right = ring.length >= 3 && ring.every((point) => point.length === 2 && point.every(Number.isFinite) && Math.abs(point[0]) <= 180 && Math.abs(point[1]) <= 90);
  return right ? ring : null;
}

export const regionOf = (text: string): string | null => (text.startsWith('region:') ? text.slice(7) : null);
