// SPDX-License-Identifier: Apache-2.0
//
// The map itself: our own vector tiles over a plain land layer, drawn with the colours of tokens.css; a chosen area and
// a played cascade over them. No glyph, sprite or tile comes from another host.
import { Map as MapLibre, setWorkerUrl, ScaleControl, type ExpressionSpecification, type StyleSpecification } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import './map.css';
import { boxRing, type Ring } from './area';
import { AreaTool, type Tool } from './area-tool';
import { basemap } from './basemap';
import { PlayLayer, type PlayColours } from './play-layer';
import type { Place } from './places';
import type { Playback } from './playback';
import { iconGrid, sectorIcon } from './sector-icons';

setWorkerUrl(workerUrl);

export const categories = 8;
export type Bounds = [number, number, number, number];

export interface AssetMapOptions {
  container: HTMLElement;
  sectors: string[];
  dataVersion: number;
  bounds: Bounds | null;
  view: { lon: number; lat: number; zoom: number } | null;
  quiet?: boolean; // the assets are only the ground for what is played over them
  still: boolean; // less motion is wanted
  onPick: (key: string | null) => void;
  onView: (view: { lon: number; lat: number; zoom: number }) => void;
  onArea?: (ring: Ring | null) => void; // drawn, or given up
  locale: Record<string, string>;
}

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const letter = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16; // larger on walls
const playColours = (): PlayColours => ({ shapes: [colour('ink'), colour('failed'), colour('degraded'), colour('ok')], edge: colour('bg') });
const tilesOf = (dataVersion: number) => [`${location.origin}/tiles/{z}/{x}/{y}.mvt?v=${dataVersion}`];

const colourOf = (sectors: string[]): ExpressionSpecification | string => {
  const pairs = sectors.flatMap((_, index) => [index, colour(`cat-${(index % categories) + 1}`)]);
  return pairs.length ? (['match', ['get', 's'], ...pairs, colour('unknown')] as unknown as ExpressionSpecification) : colour('accent');
};
const codeOf = (sectors: string[]): ExpressionSpecification | string => {
  const pairs = sectors.flatMap((sector, index) => [index, sector]);
  return pairs.length ? (['match', ['get', 's'], ...pairs, ''] as unknown as ExpressionSpecification) : '';
};
const pageFonts = ['Noto Sans Variable', 'Noto Sans Arabic Variable', 'Noto Sans SC Variable']; // of the page: no glyphs come from elsewhere
const many: ExpressionSpecification = ['coalesce', ['get', 'n'], 1];
// Zoomed in as far as this, a point is large enough to hold the drawing of its sector.
const closeZoom = 12;
const radius: ExpressionSpecification = ['interpolate', ['linear'], ['zoom'], 2, ['min', 9, ['+', 2.2, ['*', 0.9, ['ln', many]]]], 10, ['min', 16, ['+', 4, ['*', 1.6, ['ln', many]]]], closeZoom, 10, 16, 12];
const iconOf = (sectors: string[]): ExpressionSpecification | string => {
  const pairs = sectors.flatMap((sector, index) => (sectorIcon(sector) ? [index, `sector-${sector}`] : []));
  return pairs.length ? (['match', ['get', 's'], ...pairs, ''] as unknown as ExpressionSpecification) : '';
};

// The drawing in one colour, twice as fine as it is shown.
function iconImage(path: string, fill: string): ImageData {
  const size = iconGrid * 2;
  const pen = new OffscreenCanvas(size, size).getContext('2d')!;
  pen.scale(2, 2);
  pen.fillStyle = fill;
  pen.fill(new Path2D(path), 'evenodd');
  return pen.getImageData(0, 0, size, size);
}

function styleOf(options: AssetMapOptions): StyleSpecification {
  const empty: GeoJSON.GeoJSON = { type: 'FeatureCollection', features: [] };
  return {
    version: 8,
    sources: {
      land: { type: 'geojson', data: empty, maxzoom: 8, tolerance: 0.5 },
      borders: { type: 'geojson', data: empty, maxzoom: 8, tolerance: 0.5 },
      regions: { type: 'geojson', data: empty },
      area: { type: 'geojson', data: empty },
      assets: { type: 'vector', tiles: tilesOf(options.dataVersion), minzoom: 0, maxzoom: 14 },
      chosen: { type: 'geojson', data: empty },
      places: { type: 'geojson', data: empty },
    },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': colour('sea') } },
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': colour('land'), 'fill-antialias': false } },
      { id: 'borders', type: 'line', source: 'borders', paint: { 'line-color': colour('border'), 'line-width': 0.8 } },
      { id: 'regions', type: 'fill', source: 'regions', paint: { 'fill-color': colour('land') } },
      { id: 'region-borders', type: 'line', source: 'regions', paint: { 'line-color': colour('border'), 'line-width': 1 } },
      {
        id: 'assets',
        type: 'circle',
        source: 'assets',
        'source-layer': 'assets',
        paint: options.quiet
          ? { 'circle-radius': ['interpolate', ['linear'], ['zoom'], 2, 1.2, 10, 2.4, 14, 4], 'circle-color': colour('control'), 'circle-opacity': 0.6 }
          : { 'circle-radius': radius, 'circle-color': colourOf(options.sectors), 'circle-opacity': 0.85, 'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 4, 0.4, 11, 1.2], 'circle-stroke-color': colour('bg') },
      },
      // Colour is never the only sign: close by, each asset carries the drawing of its sector, and its letters where there
      // is room. Under a played what-if the shapes on the points tell their state, so the drawing stands above them.
      {
        id: 'codes',
        type: 'symbol',
        source: 'assets',
        'source-layer': 'assets',
        minzoom: closeZoom - 1,
        layout: {
          'icon-image': iconOf(options.sectors),
          'icon-size': 0.9,
          'icon-padding': 0,
          'icon-offset': options.quiet ? [0, -17] : [0, 0],
          'text-field': codeOf(options.sectors),
          'text-font': pageFonts,
          'text-size': 11,
          'text-offset': [0, 1.1],
          'text-anchor': 'top',
          'text-optional': true,
        },
        paint: { 'text-color': colour('ink'), 'text-halo-color': colour('bg'), 'text-halo-width': 1.5 },
      },
      {
        id: 'places',
        type: 'symbol',
        source: 'places',
        layout: {
          'text-field': ['get', 'name'],
          'text-font': pageFonts,
          'text-size': ['interpolate', ['linear'], ['zoom'], 5, 11 * letter(), 10, 15 * letter()],
          'text-variable-anchor': ['bottom', 'top', 'left', 'right'],
          'text-radial-offset': 1.5,
          'symbol-sort-key': ['-', ['get', 'people']],
        },
        paint: { 'text-color': colour('ink-2'), 'text-halo-color': colour('bg'), 'text-halo-width': 1.8 },
      },
      { id: 'area', type: 'fill', source: 'area', paint: { 'fill-color': colour('accent'), 'fill-opacity': 0.14 } },
      { id: 'area-edge', type: 'line', source: 'area', paint: { 'line-color': colour('accent'), 'line-width': 2.5, 'line-dasharray': [2, 1.5] } },
      { id: 'chosen', type: 'circle', source: 'chosen', paint: { 'circle-radius': 13, 'circle-color': 'transparent', 'circle-stroke-width': 4, 'circle-stroke-color': colour('focus') } },
    ],
  };
}

export class AssetMap {
  readonly map: MapLibre;
  #tool: AreaTool;
  #layer: PlayLayer | null = null;
  #options: AssetMapOptions;
  #ready: Promise<void>;
  #outlined: () => void = () => {};
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
    this.map.addControl(new ScaleControl({ maxWidth: 120 }), rtl ? 'bottom-right' : 'bottom-left');
    this.map.keyboard.disableRotation();
    this.#tool = new AreaTool(this.map, (ring) => void this.area([ring]), (ring) => options.onArea?.(ring));
    this.#ready = new Promise((resolve) => this.map.once('style.load', () => resolve()));
    this.#icons();
    // The State's own coast comes first: the world's keeps the worker busy for a while.
    const outlined = Promise.race([new Promise<void>((resolve) => (this.#outlined = resolve)), new Promise((resolve) => setTimeout(resolve, 1500))]);
    void Promise.all([basemap(), this.#ready, outlined]).then(([{ land, borders }]) => {
      this.#data('land', land);
      this.#data('borders', borders);
    });
    this.map.on('click', (event) => {
      if (this.#tool.active) return;
      const near = 6;
      const found = this.map.queryRenderedFeatures([[event.point.x - near, event.point.y - near], [event.point.x + near, event.point.y + near]], { layers: ['assets'] });
      const keyed = found.find((each) => typeof each.properties.k === 'string' && each.properties.k);
      if (keyed) options.onPick(keyed.properties.k as string);
      else if (found.length) this.map.easeTo({ center: event.lngLat, zoom: Math.min(14, this.map.getZoom() + 2), animate: !options.still });
      else options.onPick(null);
    });
    const point = (cursor: string) => () => this.#tool.active || (this.map.getCanvas().style.cursor = cursor);
    this.map.on('mousemove', 'assets', point('pointer'));
    this.map.on('mouseleave', 'assets', point(''));
    this.map.on('moveend', () => {
      const centre = this.map.getCenter();
      options.onView({ lon: centre.lng, lat: centre.lat, zoom: this.map.getZoom() });
    });
  }

  // Also after a change of theme: the drawings are in the colour of the ground that their disc stands on.
  #icons(): void {
    const fill = colour(this.#options.quiet ? 'ink' : 'bg');
    void this.#ready.then(() => {
      for (const sector of this.#options.sectors) {
        const path = sectorIcon(sector);
        const name = `sector-${sector}`;
        if (path && this.map.hasImage(name)) this.map.updateImage(name, iconImage(path, fill));
        else if (path) this.map.addImage(name, iconImage(path, fill), { pixelRatio: 2 });
      }
    });
  }

  #data(source: string, data: GeoJSON.GeoJSON): void {
    const found = this.map.getSource(source);
    if (found && 'setData' in found) (found as { setData(data: GeoJSON.GeoJSON): void }).setData(data);
  }

  async outlines(rings: [number, number][][]): Promise<void> {
    await this.#ready;
    if (rings.length) this.#outlined();
    this.#data('regions', { type: 'MultiPolygon', coordinates: rings.map((ring) => [ring]) });
  }

  async places(places: readonly Place[]): Promise<void> {
    await this.#ready;
    this.#data('places', { type: 'FeatureCollection', features: places.map(({ name, people, lon, lat }) => ({ type: 'Feature', properties: { name, people }, geometry: { type: 'Point', coordinates: [lon, lat] } })) });
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

  use(tool: Tool | null): void {
    this.#tool.use(tool);
  }

  // The rings of the chosen area; none takes it away.
  async area(rings: Ring[]): Promise<void> {
    await this.#ready;
    this.#data('area', { type: 'MultiPolygon', coordinates: rings.map((ring) => [[...ring, ring[0]!]]) });
  }

  zoom(steps: number): void {
    this.map.easeTo({ zoom: this.map.getZoom() + steps, animate: !this.#options.still });
  }

  viewRing(): Ring {
    const bounds = this.map.getBounds();
    return boxRing(bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth());
  }

  middle(): [number, number] {
    const { lng, lat } = this.map.getCenter();
    return [lng, lat];
  }

  fit(bounds: Bounds): void {
    this.map.fitBounds(bounds, { padding: 56, maxZoom: 11, animate: !this.#options.still });
  }

  // Moves only when something of it would be out of sight.
  keepInSight(bounds: Bounds): void {
    const seen = this.map.getBounds();
    if (seen.contains([bounds[0], bounds[1]]) && seen.contains([bounds[2], bounds[3]])) return;
    this.fit(seen.extend([bounds[0], bounds[1]]).extend([bounds[2], bounds[3]]).toArray().flat() as Bounds);
  }

  // fresh: hours during which a new fall is drawn larger
  async play(play: Playback | null, fresh = 0): Promise<void> {
    await this.#ready;
    if (this.#layer) this.map.removeLayer('play');
    this.#layer = play && new PlayLayer(play, playColours(), this.#options.still ? 0 : fresh);
    if (this.#layer) this.map.addLayer(this.#layer, 'chosen');
  }

  setTime(time: number): void {
    this.#layer?.setTime(time);
  }

  // What is shown, as a picture of twice the resolution, for print.
  picture(): string {
    const ratio = this.map.getPixelRatio();
    this.map.setPixelRatio(Math.max(2, ratio));
    this.map.redraw();
    const picture = this.map.getCanvas().toDataURL('image/png');
    this.map.setPixelRatio(ratio);
    return picture;
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
    this.#icons();
    this.#layer?.setColours(playColours());
  }

  close(): void {
    this.map.remove();
  }
}
