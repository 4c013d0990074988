// SPDX-License-Identifier: Apache-2.0
//
// Drawing an area with the pointer. Lasso: drag around it, or click its corners and end with Enter or a double click.
// Radius: drag from the middle outwards. Escape leaves it as it was.
import type { Map as MapLibre } from 'maplibre-gl';
import { circle, kmBetween, simplify, type Ring } from './area';

export type Tool = 'lasso' | 'radius';

export class AreaTool {
  #map: MapLibre;
  #tool: Tool | null = null;
  #points: Ring = [];
  #dragging = false;
  #moved = false;
  #show: (ring: Ring) => void;
  #done: (ring: Ring | null) => void;

  // done(null): given up
  constructor(map: MapLibre, show: (ring: Ring) => void, done: (ring: Ring | null) => void) {
    this.#map = map;
    this.#show = show;
    this.#done = done;
    const box = map.getCanvasContainer();
    box.addEventListener('pointerdown', (event) => this.#down(event));
    box.addEventListener('pointermove', (event) => this.#move(event));
    box.addEventListener('pointerup', () => this.#up());
    box.addEventListener('dblclick', () => this.#close());
    box.addEventListener('keydown', (event) => this.#key(event));
  }

  get active(): boolean {
    return this.#tool !== null;
  }

  use(tool: Tool | null): void {
    this.#tool = tool;
    this.#points = [];
    this.#dragging = false;
    const handlers = [this.#map.dragPan, this.#map.boxZoom, this.#map.doubleClickZoom, this.#map.touchZoomRotate];
    for (const handler of handlers) tool ? handler.disable() : handler.enable();
    if (!tool) this.#map.touchZoomRotate.disableRotation();
    this.#map.getCanvas().style.cursor = tool ? 'crosshair' : '';
  }

  #at(event: PointerEvent): [number, number] {
    const box = this.#map.getCanvasContainer().getBoundingClientRect();
    const { lng, lat } = this.#map.unproject([event.clientX - box.left, event.clientY - box.top]);
    return [lng, lat];
  }

  #down(event: PointerEvent): void {
    if (!this.#tool || event.button !== 0) return;
    this.#dragging = true;
    this.#moved = false;
    if (this.#tool === 'radius') this.#points = [this.#at(event)];
    else this.#points.push(this.#at(event));
    this.#map.getCanvas().focus();
  }

  #move(event: PointerEvent): void {
    if (!this.#tool || !this.#dragging) return;
    this.#moved = true;
    const at = this.#at(event);
    if (this.#tool === 'radius') this.#show(circle(this.#points[0]!, kmBetween(this.#points[0]!, at)));
    else this.#show([...this.#points, at]);
    if (this.#tool === 'radius') this.#points[1] = at;
    else this.#points.push(at);
  }

  #up(): void {
    if (!this.#tool || !this.#dragging) return;
    this.#dragging = false;
    if (!this.#moved) this.#show(this.#points);
    else this.#close();
  }

  #key(event: KeyboardEvent): void {
    if (!this.#tool) return;
    if (event.key === 'Enter') this.#close();
    else if (event.key === 'Escape') this.#end(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #close(): void {
    if (!this.#tool) return;
    const [middle, edge] = this.#points;
    if (this.#tool === 'radius') {
      if (middle && edge) this.#end(circle(middle, Math.max(0.05, kmBetween(middle, edge))));
      return;
    }
    const bounds = this.#map.getBounds();
    const tolerance = (bounds.getEast() - bounds.getWest()) / 400;
    const ring = simplify(this.#points, tolerance);
    if (ring.length >= 3) this.#end(ring);
  }

  #end(ring: Ring | null): void {
    this.use(null);
    this.#done(ring);
  }
}
