// SPDX-License-Identifier: Apache-2.0
//
// The map itself: our own vector tiles over a plain land layer, drawn with the colours of tokens.css. No glyph, sprite
// or tile comes from another host.
import { Map as MapLibre, setWorkerUrl, NavigationControl, ScaleControl, type ExpressionSpecification, type StyleSpecification } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { feature, mesh } from 'topojson-client';
import countriesUrl from 'world-atlas/countries-50m.json?url';
import 'maplibre-gl/dist/maplibre-gl.css';

setWorkerUrl(workerUrl);

export const categories = 8;
type Bounds = [number, number, number, number];

export interface AssetMapOptions {
  container: HTMLElement;
  sectors: string[];
  dataVersion: number;
  bounds: Bounds | null;
  view: { lon: number; lat: number; zoom: number } | null;
  onPick: (key: string | null) => void;
  onView: (view: { lon: number; lat: number; zoom: number }) => void;
  locale: Record<string, string>;
}

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const tilesOf = (dataVersion: number) => [`${location.origin}/tiles/{z}/{x}/{y}.mvt?v=${dataVersion}`];

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

async function basemap(): Promise<{ land: GeoJSON.GeoJSON; borders: GeoJSON.GeoJSON }> {
  const topology = await (await fetch(countriesUrl)).json();
  const countries = topology.objects.countries;
  return { land: feature(topology, countries) as GeoJSON.GeoJSON, borders: withoutSeam(mesh(topology, countries)) };
}

const colourOf = (sectors: string[]): ExpressionSpecification | string => {
  const pairs = sectors.flatMap((_, index) => [index, colour(`cat-${(index % categories) + 1}`)]);
  return pairs.length ? (['match', ['get', 's'], ...pairs, colour('unknown')] as unknown as ExpressionSpecification) : colour('accent');
};
const codeOf = (sectors: string[]): ExpressionSpecification | string => {
  const pairs = sectors.flatMap((sector, index) => [index, sector]);
  return pairs.length ? (['match', ['get', 's'], ...pairs, ''] as unknown as ExpressionSpecification) : '';
};
const many: ExpressionSpecification = ['coalesce', ['get', 'n'], 1];
const radius: ExpressionSpecification = ['interpolate', ['linear'], ['zoom'], 2, ['min', 9, ['+', 2.2, ['*', 0.9, ['ln', many]]]], 10, ['min', 16, ['+', 4, ['*', 1.6, ['ln', many]]]], 14, 7];

function styleOf(options: AssetMapOptions): StyleSpecification {
  const empty: GeoJSON.GeoJSON = { type: 'FeatureCollection', features: [] };
  return {
    version: 8,
    sources: {
      land: { type: 'geojson', data: empty, maxzoom: 8, tolerance: 0.5 },
      borders: { type: 'geojson', data: empty, maxzoom: 8, tolerance: 0.5 },
      regions: { type: 'geojson', data: empty },
      assets: { type: 'vector', tiles: tilesOf(options.dataVersion), minzoom: 0, maxzoom: 14 },
      chosen: { type: 'geojson', data: empty },
    },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': colour('surface') } },
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': colour('land'), 'fill-antialias': false } },
      { id: 'borders', type: 'line', source: 'borders', paint: { 'line-color': colour('border'), 'line-width': 0.8 } },
      { id: 'regions', type: 'fill', source: 'regions', paint: { 'fill-color': colour('land') } },
      { id: 'region-borders', type: 'line', source: 'regions', paint: { 'line-color': colour('border'), 'line-width': 1 } },
      {
        id: 'assets',
        type: 'circle',
        source: 'assets',
        'source-layer': 'assets',
        paint: { 'circle-radius': radius, 'circle-color': colourOf(options.sectors), 'circle-opacity': 0.85, 'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 4, 0.4, 11, 1.2], 'circle-stroke-color': colour('bg') },
      },
      // Colour is never the only sign: close by, each asset carries the letters of its sector.
      {
        id: 'codes',
        type: 'symbol',
        source: 'assets',
        'source-layer': 'assets',
        minzoom: 11,
        layout: { 'text-field': codeOf(options.sectors), 'text-font': ['Noto Sans Variable'], 'text-size': 11, 'text-offset': [0, 1.1], 'text-anchor': 'top', 'text-optional': true },
        paint: { 'text-color': colour('ink'), 'text-halo-color': colour('bg'), 'text-halo-width': 1.5 },
      },
      { id: 'chosen', type: 'circle', source: 'chosen', paint: { 'circle-radius': 13, 'circle-color': 'transparent', 'circle-stroke-width': 4, 'circle-stroke-color': colour('focus') } },
    ],
  };
}

export class AssetMap {
  readonly map: MapLibre;
  #options: AssetMapOptions;
  #ready: Promise<void>;
  // Changing a filter or a colour lays out every tile again: only what is really new is passed on.
  #filtered = 'null';
  #theme = document.documentElement.dataset.theme;

  constructor(options: AssetMapOptions) {
    this.#options = options;
    const { view, bounds } = options;
    this.map = new MapLibre({
      container: options.container,
      style: styleOf(options),
      ...(view ? { center: [view.lon, view.lat] as [number, number], zoom: view.zoom } : bounds ? { bounds, fitBoundsOptions: { padding: 48, maxZoom: 12 } } : { center: [0, 20] as [number, number], zoom: 1 }),
      maxZoom: 17,
      renderWorldCopies: false,
      dragRotate: false,
      pitchWithRotate: false,
      attributionControl: false,
      fadeDuration: 0,
      locale: options.locale,
    });
    const rtl = document.documentElement.dir === 'rtl';
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), rtl ? 'top-left' : 'top-right');
    this.map.addControl(new ScaleControl({ maxWidth: 120 }), rtl ? 'bottom-right' : 'bottom-left');
    this.#ready = new Promise((resolve) => this.map.once('load', () => resolve()));
    void Promise.all([basemap(), this.#ready]).then(([{ land, borders }]) => {
      this.#data('land', land);
      this.#data('borders', borders);
    });
    this.map.on('click', (event) => {
      const near = 6;
      const found = this.map.queryRenderedFeatures([[event.point.x - near, event.point.y - near], [event.point.x + near, event.point.y + near]], { layers: ['assets'] });
      const keyed = found.find((each) => typeof each.properties.k === 'string' && each.properties.k);
      if (keyed) options.onPick(keyed.properties.k as string);
      else if (found.length) this.map.easeTo({ center: event.lngLat, zoom: Math.min(14, this.map.getZoom() + 2) });
      else options.onPick(null);
    });
    this.map.on('mousemove', 'assets', () => (this.map.getCanvas().style.cursor = 'pointer'));
    this.map.on('mouseleave', 'assets', () => (this.map.getCanvas().style.cursor = ''));
    this.map.on('moveend', () => {
      const centre = this.map.getCenter();
      options.onView({ lon: centre.lng, lat: centre.lat, zoom: this.map.getZoom() });
    });
  }

  #data(source: string, data: GeoJSON.GeoJSON): void {
    const found = this.map.getSource(source);
    if (found && 'setData' in found) (found as { setData(data: GeoJSON.GeoJSON): void }).setData(data);
  }

  async outlines(rings: [number, number][][]): Promise<void> {
    await this.#ready;
    this.#data('regions', { type: 'MultiPolygon', coordinates: rings.map((ring) => [ring]) });
  }

  // null: all sectors
  async filter(indices: number[] | null): Promise<void> {
    const wanted = JSON.stringify(indices);
    if (wanted === this.#filtered) return;
    this.#filtered = wanted;
    await this.#ready;
    for (const layer of ['assets', 'codes']) this.map.setFilter(layer, indices ? ['in', ['get', 's'], ['literal', indices]] : null);
  }

  async choose(place: [number, number] | null, fly: boolean): Promise<void> {
    await this.#ready;
    this.#data('chosen', { type: 'FeatureCollection', features: place ? [{ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: place } }] : [] });
    if (place && fly) this.map.jumpTo({ center: place, zoom: Math.max(this.map.getZoom(), 11) });
  }

  async refresh(dataVersion: number): Promise<void> {
    await this.#ready;
    const source = this.map.getSource('assets');
    if (source && 'setTiles' in source) (source as { setTiles(tiles: string[]): void }).setTiles(tilesOf(dataVersion));
  }

  // The theme changed: the same layers in the other colours.
  async repaint(): Promise<void> {
    const theme = document.documentElement.dataset.theme;
    if (theme === this.#theme) return;
    this.#theme = theme;
    await this.#ready;
    for (const layer of styleOf(this.#options).layers)
      for (const [name, value] of Object.entries('paint' in layer ? (layer.paint ?? {}) : {}))
        this.map.setPaintProperty(layer.id, name as 'circle-color', value as string);
  }

  close(): void {
    this.map.remove();
  }
}
