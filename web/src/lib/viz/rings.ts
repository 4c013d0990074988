// SPDX-License-Identifier: Apache-2.0
//
// The rings of a GeoJSON polygon or multipolygon, given as an object or as text; anything else has none.

type Ring = [number, number][];

const isRing = (value: unknown): value is Ring =>
  Array.isArray(value) && value.length > 3 && value.every((point) => Array.isArray(point) && typeof point[0] === 'number' && typeof point[1] === 'number');

export function ringsOf(boundary: unknown): Ring[] {
  let shape = boundary;
  if (typeof shape === 'string') {
    try {
      shape = JSON.parse(shape);
    } catch {
      return [];
    }
  }
  if (!shape || typeof shape !== 'object') return [];
  const { type, coordinates } = shape as { type?: string; coordinates?: unknown };
  if (!Array.isArray(coordinates)) return [];
  if (type === 'Polygon') return coordinates.filter(isRing);
  if (type === 'MultiPolygon') return coordinates.flatMap((part: unknown) => (Array.isArray(part) ? part.filter(isRing) : []));
  return [];
}
