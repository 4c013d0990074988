// SPDX-License-Identifier: Apache-2.0
//
// Layout of a neighbourhood: suppliers in columns before the chosen asset, consumers in columns after it. Crowded
// columns fold assets of one kind into a group. The same graph always gives the same picture.
import type { Graph, GraphNode } from '$lib/api/types';

export interface Spot {
  id: string; // key of the asset, or "+kind/hop" of a group
  hop: number;
  node: GraphNode | null; // null: a group
  members: GraphNode[];
  kind: string;
  column: number;
  row: number; // in units of one box, columns are centred
}

export interface Line {
  from: string;
  to: string;
  count: number;
  proposed: boolean;
  back: boolean; // runs against the reading direction: part of a cycle
}

export interface Layout {
  spots: Spot[];
  lines: Line[];
  columns: number[]; // the hops, in order
  rows: number; // height of the tallest column
}

function add<T>(map: Map<string, T[]>, at: string, other: T): void {
  const list = map.get(at);
  if (list) list.push(other);
  else map.set(at, [other]);
}

// Steps from the chosen asset, negative towards suppliers. A node that can be reached both ways stands on the nearer
// side; one that is reached neither way (a sibling through a shared supplier) has no place.
export function hopsOf(graph: Graph, key: string): Map<string, number> {
  const suppliers = new Map<string, string[]>();
  const consumers = new Map<string, string[]>();
  for (const edge of graph.edges) {
    add(suppliers, edge.consumer, edge.supplier);
    add(consumers, edge.supplier, edge.consumer);
  }
  const hops = new Map([[key, 0]]);
  for (const [next, sign] of [[suppliers, -1], [consumers, 1]] as const) {
    let edge = [key];
    const seen = new Set(edge);
    for (let hop = 1; edge.length; hop++) {
      const found: string[] = [];
      for (const at of edge)
        for (const other of next.get(at) ?? []) {
          if (seen.has(other)) continue;
          seen.add(other);
          found.push(other);
          const before = hops.get(other);
          if (before === undefined || hop < Math.abs(before)) hops.set(other, sign * hop);
        }
      edge = found;
    }
  }
  return hops;
}

export function layOut(graph: Graph, key: string, open: ReadonlySet<string>, crowd = 12): Layout {
  const hops = hopsOf(graph, key);
  const columns = new Map<number, Spot[]>();
  const spotOf = new Map<string, Spot>();
  const byHop = new Map<number, GraphNode[]>();
  for (const node of graph.nodes) {
    const hop = hops.get(node.key);
    if (hop === undefined) continue;
    const list = byHop.get(hop);
    if (list) list.push(node);
    else byHop.set(hop, [node]);
  }
  for (const [hop, nodes] of byHop) {
    const spots: Spot[] = [];
    const kinds = new Map<string, GraphNode[]>();
    for (const node of nodes) add(kinds, node.kind ?? '', node);
    for (const [kind, members] of kinds) {
      const id = `+${kind}/${hop}`;
      if (nodes.length > crowd && members.length > 2 && !open.has(id)) spots.push({ id, hop, node: null, members, kind, column: 0, row: 0 });
      else for (const node of members) spots.push({ id: node.key, hop, node, members: [node], kind, column: 0, row: 0 });
    }
    for (const spot of spots) for (const member of spot.members) spotOf.set(member.key, spot);
    columns.set(hop, spots);
  }

  const lines = new Map<string, Line>();
  for (const edge of graph.edges) {
    const from = spotOf.get(edge.supplier);
    const to = spotOf.get(edge.consumer);
    if (!from || !to || from === to) continue;
    const id = `${from.id}\n${to.id}`;
    const line = lines.get(id) ?? { from: from.id, to: to.id, count: 0, proposed: true, back: from.hop >= to.hop };
    line.count++;
    line.proposed &&= edge.state === 'proposed';
    lines.set(id, line);
  }

  const order = [...columns.keys()].sort((a, b) => a - b);
  const rowOf = new Map<string, number>();
  const settle = (spots: Spot[]) => spots.forEach((spot, index) => rowOf.set(spot.id, index - (spots.length - 1) / 2));
  for (const hop of order) {
    const spots = columns.get(hop)!;
    spots.sort((a, b) => b.members.length - a.members.length || a.id.localeCompare(b.id, 'en', { numeric: true }));
    settle(spots);
  }
  // From the middle outwards each column follows the mean height of the neighbours that are already placed.
  const hopOf = new Map([...columns.values()].flat().map((spot) => [spot.id, spot.hop]));
  const touching = new Map<string, string[]>();
  for (const line of lines.values()) {
    add(touching, line.from, line.to);
    add(touching, line.to, line.from);
  }
  for (const hop of [...order].sort((a, b) => Math.abs(a) - Math.abs(b))) {
    const spots = columns.get(hop)!;
    const mean = new Map<string, number>();
    for (const spot of spots) {
      const near = (touching.get(spot.id) ?? []).filter((id) => Math.abs(hopOf.get(id)!) < Math.abs(hop));
      mean.set(spot.id, near.length ? near.reduce((sum, id) => sum + rowOf.get(id)!, 0) / near.length : 0);
    }
    spots.sort((a, b) => mean.get(a.id)! - mean.get(b.id)!);
    settle(spots);
  }

  const rows = Math.max(1, ...[...columns.values()].map((spots) => spots.length));
  const spots = order.flatMap((hop, column) => columns.get(hop)!.map((spot) => ({ ...spot, column, row: rowOf.get(spot.id)! + (rows - 1) / 2 })));
  return { spots, lines: [...lines.values()], columns: order, rows };
}
