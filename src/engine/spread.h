// SPDX-License-Identifier: Apache-2.0
//
// Inside the engine: the working memory of one thread, and the spread of failures without time: what
// is down in the end when every buffer runs out. Timed questions (static.c, grid.c) build on it.
#ifndef HF_ENGINE_SPREAD_H
#define HF_ENGINE_SPREAD_H

#include "engine/network.h"
#include "engine/timed.h"

// Which losses the trial at hand feels, drawn when they are first asked for and then kept.
typedef struct {
    const struct hf_prepared *prepared;
    uint64_t trial;
    uint32_t stamp;   // of the trial
    uint32_t *stamps; // by edge: 2 · stamp when it is not felt, 2 · stamp + 1 when it is
} hf_felt;
bool hf_felt_draw(hf_felt *felt, const hf_plan *plan, uint32_t edge);
// The same of a member of a group, neither looked up nor kept.
bool hf_felt_member(const hf_felt *felt, const hf_plan *plan, uint32_t member);

struct hf_engine_state {
    const hf_plan *plan;
    hf_arena *arena;
    int64_t *left;         // by group: capacity that may still be lost; < 0: lost
    uint8_t *flags;        // by node: the plan's and HF_NODE_DOWN (set for pinned ones too)
    uint32_t *fallen;      // nodes that are down and not pinned, in the order of their fall
    uint32_t fallen_count; // of these the first spread_count have taken their supply away
    uint32_t spread_count;
    hf_network network;
    hf_timed *timed; // NULL until a question needs time
    hf_felt *felt;   // NULL: all losses are felt
};

static inline bool hf_is_felt(const hf_engine_state *state, uint32_t edge)
{
    return state->felt == NULL || hf_felt_draw(state->felt, state->plan, edge);
}

// Of a member that may be pinned: that loss is felt always.
static inline bool hf_is_member_felt(const hf_engine_state *state, uint32_t member)
{
    return state->felt == NULL ||
           (state->flags[state->plan->member_node[member]] & HF_NODE_PINNED) != 0 ||
           hf_felt_member(state->felt, state->plan, member);
}

static inline bool hf_is_down(const hf_engine_state *state, uint32_t node)
{
    return (state->flags[node] & HF_NODE_DOWN) != 0;
}

// Takes a node down unless it is. Returns whether it was up.
static inline bool hf_spread_fell(hf_engine_state *state, uint32_t node)
{
    if ((state->flags[node] & HF_NODE_DOWN) != 0)
        return false;
    state->flags[node] |= HF_NODE_DOWN;
    state->fallen[state->fallen_count++] = node;
    return true;
}

// Spreads what fell until nothing more falls, with all buffers run out.
void hf_spread_untimed(hf_engine_state *state);
// The slots of a fallen node are noted as lost in their networks.
void hf_spread_lose_slots(hf_engine_state *state, uint32_t node);
// Back to how the plan is before anything happens. Cost: what had fallen.
void hf_spread_undo(hf_engine_state *state);

#endif
