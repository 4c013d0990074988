// SPDX-License-Identifier: Apache-2.0
//
// Land and borders of the world (Natural Earth, public domain), cut at the antimeridian.
import { feature, mesh } from 'topojson-client';
import countriesUrl from 'world-atlas/countries-50m.json?url';

// A land border that follows the 180th meridian is no border: such lines are cut.
function withoutSeam(lines: GeoJSON.MultiLineString): GeoJSON.MultiLineString {
  const out: GeoJSON.Position[][] = [];
  for (const line of lines.coordinates) {
    let part: GeoJSON.Position[] = [];
    for (const point of line) {
      const last = part.at(-1);
      const onSeam = last && Math.abs(point[0]!) > 179.99 && Math.abs(last[0]!) > 179.99;
      const jumps = last && Math.abs(point[0]! - last[0]!) > 180;
      if (onSeam || jumps) {
        if (part.length > 1) out.push(part);
        part = [];
      }
      part.push(point);
    }
    if (part.length > 1) out.push(part);
  }
  return { type: 'MultiLineString', coordinates: out };
}

export async function basemap(): Promise<{ land: GeoJSON.GeoJSON; borders: GeoJSON.GeoJSON }> {
  const topology = await (await fetch(countriesUrl)).json();
  const countries = topology.objects.countries;
  return { land: feature(topology, countries) as GeoJSON.GeoJSON, borders: withoutSeam(mesh(topology, countries)) };
}
