// SPDX-License-Identifier: Apache-2.0
//
// The starting point of every question: what is down before anything happens, and who takes nobody along.
#include <string.h>

#include "base/arena_file.h"
#include "engine/network.h"
#include "engine/plan_parts.h"
#include "engine/spread.h"

// Takes the supply of a whole asset away (sign 1) or gives it back (-1). Returns whether a group of
// somebody who is up was lost by it. An asset can supply one group twice, or at two levels.
static bool lose_asset(const hf_plan *plan, uint32_t asset, int64_t *left, int sign)
{
    bool topples = false;
    for (uint32_t k = plan->first_level_node[asset]; k < plan->first_level_node[asset + 1]; k++) {
        uint32_t v = plan->level_node[k];
        for (uint32_t e = plan->first_edge[v]; e < plan->first_edge[v + 1]; e++) {
            uint32_t g = plan->edges[e].group;
            left[g] -= sign * hf_edge_capacity(plan, e);
            topples = topples || (left[g] < 0 && plan->asset_of[plan->consumer[g]] != asset &&
                                  (plan->flags[plan->consumer[g]] & HF_NODE_PINNED) == 0);
        }
    }
    return topples;
}

// Assets that take somebody down all by themselves, so that N-1 can pass by the rest.
static void mark_topplers(hf_plan *plan, const hf_arena *arena)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = hf_arena_beside(arena);
    int64_t *left = HF_NEW_N(&scratch, int64_t, plan->group_count);
    memcpy(left, plan->slack, plan->group_count * sizeof(int64_t));
    for (uint32_t a = 0; a < plan->facts.asset_count; a++) {
        if (lose_asset(plan, a, left, 1))
            plan->flags[plan->level_node[plan->first_level_node[a]]] |= HF_NODE_TOPPLES;
        (void)lose_asset(plan, a, left, -1);
    }
}

// Lets the register settle with nothing damaged and keeps the outcome as the starting point of every
// question: what is down stays down, because every further loss can only add to it.
static void settle(hf_plan *plan, hf_arena *arena)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = hf_arena_beside(arena);
    if (plan->slot_count > 0) {
        plan->feeder = HF_NEW_N(arena, uint32_t, plan->slot_count);
        hf_network_feed_all(plan, plan->feeder);
    }
    hf_engine_state *state = hf_engine_state_new(plan, &scratch);
    for (uint32_t g = 0; g < plan->group_count; g++)
        if (plan->slack[g] < 0)
            (void)hf_spread_fell(state, plan->consumer[g]);
    for (uint32_t s = 0; s < plan->slot_count; s++)
        if (plan->feeder[s] == HF_NOT_FED)
            (void)hf_spread_fell(state, plan->slot_node[s]);
    hf_spread_untimed(state);
    for (uint32_t i = 0; i < state->fallen_count; i++)
        plan->flags[state->fallen[i]] |= HF_NODE_PINNED;
    memcpy(plan->slack, state->left, plan->group_count * sizeof(int64_t));
    if (plan->slot_count > 0)
        memcpy(plan->feeder, state->network.feeder, plan->slot_count * sizeof(uint32_t));
}

static void list_down_at_start(hf_plan *plan, hf_arena *arena)
{
    uint32_t asset_count = plan->facts.asset_count;
    uint32_t count = 0;
    for (uint32_t v = 0; v < plan->node_count; v++)
        count += (plan->flags[v] & HF_NODE_PINNED) != 0 && (plan->flags[v] & HF_NODE_LISTED) != 0;
    uint32_t *list = HF_NEW_N(arena, uint32_t, count);
    plan->facts.down_at_start = list;
    plan->facts.down_at_start_count = count;
    for (uint32_t a = 0; a < asset_count; a++) {
        uint8_t flags = plan->flags[plan->level_node[plan->first_level_node[a]]];
        if ((flags & HF_NODE_PINNED) != 0 && (flags & HF_NODE_LISTED) != 0)
            *list++ = a;
    }
}

void hf_plan_settle(hf_plan *plan, hf_arena *arena)
{
    settle(plan, arena);
    mark_topplers(plan, arena);
    list_down_at_start(plan, arena);
}
