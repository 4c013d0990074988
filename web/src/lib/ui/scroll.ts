// SPDX-License-Identifier: Apache-2.0
//
// Browsers cap the height of an element, so in a long table the scroll *fraction* stands for the row. While the table
// is short enough the two are the same and scrolling is pixel by pixel.

export const heightMax = 15_000_000;

export interface Geometry {
  rows: number;
  rowHeight: number;
  view: number; // visible height of the rows
}

export const sizerHeight = ({ rows, rowHeight, view }: Geometry): number =>
  Math.max(view, Math.min(rows * rowHeight, heightMax));

// Row at the upper edge, with its fraction.
export function rowAt(top: number, geometry: Geometry): number {
  const room = sizerHeight(geometry) - geometry.view;
  if (room <= 0) return 0;
  const fraction = Math.min(1, Math.max(0, top / room));
  return fraction * (geometry.rows - geometry.view / geometry.rowHeight);
}

// Scroll position that brings a row to the upper edge (as far as the end of the table lets it).
export function topOf(row: number, geometry: Geometry): number {
  const last = geometry.rows - geometry.view / geometry.rowHeight;
  if (last <= 0) return 0;
  const room = sizerHeight(geometry) - geometry.view;
  return (Math.min(Math.max(0, row), last) / last) * room;
}

// The rows to draw: [first, end) with a few more at either side.
export function windowOf(top: number, geometry: Geometry, more = 6): { first: number; end: number; shift: number } {
  const at = rowAt(top, geometry);
  const first = Math.max(0, Math.floor(at) - more);
  const end = Math.min(geometry.rows, Math.ceil(at + geometry.view / geometry.rowHeight) + more);
  return { first, end, shift: (first - at) * geometry.rowHeight };
}
