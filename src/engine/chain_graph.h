// SPDX-License-Identifier: Apache-2.0
//
// Inside the engine: a chain question as arcs by their first node, with the bound of what may follow.
#ifndef HF_ENGINE_CHAIN_GRAPH_H
#define HF_ENGINE_CHAIN_GRAPH_H

#include "engine/chains.h"

typedef struct {
    uint32_t to;
    uint32_t link;
    double likelihood; // after hardening
    double impact;     // at the time asked for
} hf_chain_arc;

typedef struct {
    uint32_t node_count;
    uint32_t *first; // of a node, in arcs; one more at the end
    hf_chain_arc *arcs;
    const uint32_t *starts;
    uint32_t start_count;
    double *bound; // by links left, then node: most that may follow
} hf_chain_graph;

bool hf_chain_graph_build(const hf_chain_question *question, hf_arena *arena, hf_chain_graph *graph,
                          hf_error *err) HF_CHECKED;

// The most risk that `rest` more links from `node` can add, for a path that came with likelihood 1.
static inline double hf_chain_bound(const hf_chain_graph *graph, uint32_t rest, uint32_t node)
{
    return graph->bound[(size_t)rest * graph->node_count + node];
}

#endif
