// SPDX-License-Identifier: Apache-2.0
//
// Inside the engine: up to 64 cascades abreast, one bit each, without time and with all losses felt.
// For N-1: neighbours in plan order take down much the same assets, and what several of them have in
// common is then walked once. Costs the nodes that fall in any of them.
#ifndef HF_ENGINE_ABREAST_H
#define HF_ENGINE_ABREAST_H

#include "engine/plan.h"

enum { HF_ABREAST = 64 };

// Whom the loss of a node takes with it, for all threads.
typedef struct hf_feeds hf_feeds;

// Cost    O(nodes + edges) time, about 4 bytes an edge and 12 a node; read-only, in `arena`, keeps the plan
// Returns NULL when the plan has more nodes or groups than it can number
hf_feeds *hf_feeds_of(const hf_plan *plan, hf_arena *arena);

typedef struct {
    uint64_t down;   // the cascades in which a node fell
    uint64_t spread; // those that its edges know of
} hf_abreast_lanes;

// The memory of one thread.
typedef struct {
    const hf_feeds *feeds;
    hf_abreast_lanes *lanes; // by node
    uint32_t *fallen;        // nodes that fell in any, each once
    uint32_t fallen_count;
    uint64_t unanswered; // cascades that reach a network layer: to be asked one by one
    struct hf_abreast_work *work;
} hf_abreast;

hf_abreast *hf_abreast_open(const hf_feeds *feeds, hf_arena *arena);
// assets  one for each cascade, at most HF_ABREAST, none of them down before anything happens
void hf_abreast_run(hf_abreast *abreast, const uint32_t *assets, uint32_t count);
// Nothing has fallen any more. Cost: what had fallen.
void hf_abreast_undo(hf_abreast *abreast);

#endif
