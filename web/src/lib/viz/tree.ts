// SPDX-License-Identifier: Apache-2.0
//
// A neighbourhood as a tree from the chosen asset: each asset once on each way, opened level by level.
import type { Graph, GraphEdge, GraphNode } from '$lib/api/types';

export interface Branch {
  id: string; // the way to it: keys with a line break between
  node: GraphNode;
  edge: GraphEdge;
  depth: number; // from 1
  children: number; // that opening it would show
  open: boolean;
}

export type Way = 'up' | 'down';

function neighbours(graph: Graph, way: Way): Map<string, GraphEdge[]> {
  const out = new Map<string, GraphEdge[]>();
  for (const edge of graph.edges) {
    const at = way === 'up' ? edge.consumer : edge.supplier;
    const list = out.get(at);
    if (list) list.push(edge);
    else out.set(at, [edge]);
  }
  return out;
}

// What is visible of the tree when the branches of `open` are opened. A cycle ends where it would come back.
export function branchesOf(graph: Graph, key: string, way: Way, open: ReadonlySet<string>): Branch[] {
  const nodes = new Map(graph.nodes.map((node) => [node.key, node]));
  const near = neighbours(graph, way);
  const otherOf = (edge: GraphEdge) => (way === 'up' ? edge.supplier : edge.consumer);
  const out: Branch[] = [];
  const walk = (at: string, path: string[], depth: number): void => {
    const seen = new Set<string>();
    for (const edge of near.get(at) ?? []) {
      const other = otherOf(edge);
      const node = nodes.get(other);
      if (!node || path.includes(other) || seen.has(other)) continue;
      seen.add(other);
      const way = [...path, other];
      const id = way.join('\n');
      const children = new Set((near.get(other) ?? []).map(otherOf).filter((each) => nodes.has(each) && !way.includes(each))).size;
      out.push({ id, node, edge, depth, children, open: open.has(id) });
      if (open.has(id)) walk(other, way, depth + 1);
    }
  };
  walk(key, [key], 1);
  return out;
}

// The part of a graph whose links are of one kind of need, and what is still reached along them.
export function narrowed(graph: Graph, key: string, input: string): Graph {
  const edges = graph.edges.filter((edge) => (edge.input ?? '') === input);
  const reached = new Set([key, ...edges.flatMap((edge) => [edge.supplier, edge.consumer])]);
  return { ...graph, nodes: graph.nodes.filter((node) => reached.has(node.key)), edges };
}
