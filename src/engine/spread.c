// SPDX-License-Identifier: Apache-2.0
//
// The sparse kernel without time: a worklist over the edges of what fell, one counter of
// remaining slack per group, and networks settled whenever the groups have come to rest. Undoing
// walks the same edges again, so the cost is proportional to the cascade and not to the register.
#include "engine/spread.h"

#include <assert.h>
#include <string.h>

hf_engine_state *hf_engine_state_new(const hf_plan *plan, hf_arena *arena)
{
    hf_engine_state *state = HF_NEW(arena, hf_engine_state);
    state->plan = plan;
    state->arena = arena;
    state->left = HF_NEW_N(arena, int64_t, plan->group_count);
    state->flags = HF_NEW_N(arena, uint8_t, plan->node_count);
    state->fallen = HF_NEW_N(arena, uint32_t, (size_t)plan->node_count + 1);
    state->network = hf_network_new(plan, arena);
    memcpy(state->left, plan->slack, plan->group_count * sizeof(int64_t));
    for (uint32_t v = 0; v < plan->node_count; v++) {
        uint8_t flags = plan->flags[v];
        state->flags[v] = (uint8_t)((flags & HF_NODE_PINNED) != 0 ? flags | HF_NODE_DOWN : flags);
    }
    return state;
}

void hf_spread_lose_slots(hf_engine_state *state, uint32_t node)
{
    const hf_plan *plan = state->plan;
    for (uint32_t i = plan->first_slot[node]; i < plan->first_slot[node + 1]; i++)
        hf_network_lose(&state->network, plan->node_slots[i]);
}

// One edge of a fallen node takes its supply away. Whether the consumer falls is decided without a
// branch: it is as good as a coin's toss, and a wrong guess costs more than the reading of the flags.
static inline void take_supply(hf_engine_state *state, uint32_t edge)
{
    const hf_plan *plan = state->plan;
    uint32_t group = plan->edges[edge].group;
    int64_t before = state->left[group];
    int64_t after = before - hf_edge_capacity(plan, edge);
    state->left[group] = after;
    uint32_t consumer = plan->consumer[group];
    uint8_t flags = state->flags[consumer];
    uint8_t falls = (uint8_t)((uint8_t)(before >= 0) & (uint8_t)(after < 0) & (uint8_t)~flags);
    state->flags[consumer] = (uint8_t)(flags | falls);
    state->fallen[state->fallen_count] = consumer; // stays only when it falls
    state->fallen_count += falls;
}

static void spread_groups(hf_engine_state *state)
{
    static_assert(HF_NODE_DOWN == 1, "take_supply counts with it");
    const hf_plan *plan = state->plan;
    while (state->spread_count < state->fallen_count) {
        uint32_t node = state->fallen[state->spread_count++];
        uint32_t end = plan->first_edge[node + 1];
        if (state->felt == NULL) {
            for (uint32_t e = plan->first_edge[node]; e < end; e++)
                take_supply(state, e);
        } else {
            for (uint32_t e = plan->first_edge[node]; e < end; e++)
                if (hf_felt_draw(state->felt, plan, e))
                    take_supply(state, e);
        }
        if ((state->flags[node] & HF_NODE_IN_LAYER) != 0)
            hf_spread_lose_slots(state, node);
    }
}

void hf_spread_untimed(hf_engine_state *state)
{
    spread_groups(state);
    while (hf_network_has_news(&state->network)) {
        hf_network_settle(&state->network);
        for (uint32_t i = 0; i < state->network.cut_count; i++)
            (void)hf_spread_fell(state, state->plan->slot_node[state->network.cut[i]]);
        spread_groups(state);
    }
}

void hf_spread_undo(hf_engine_state *state)
{
    const hf_plan *plan = state->plan;
    HF_ASSERT(state->spread_count == state->fallen_count);
    for (uint32_t i = 0; i < state->fallen_count; i++) {
        uint32_t node = state->fallen[i];
        for (uint32_t e = plan->first_edge[node]; e < plan->first_edge[node + 1]; e++)
            if (hf_is_felt(state, e))
                state->left[plan->edges[e].group] += hf_edge_capacity(plan, e);
        state->flags[node] = plan->flags[node];
    }
    state->fallen_count = 0;
    state->spread_count = 0;
    if (plan->slot_count > 0)
        hf_network_restore(&state->network);
}
