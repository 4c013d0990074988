// SPDX-License-Identifier: Apache-2.0
//
// The static question in continuous hours: damage at hour 0 that is never repaired. Earliest failure
// first, as in Dijkstra's algorithm: at each moment all falls without a buffer are spread to the end,
// then the network layers, then the next moment comes. The causes are read off afterwards.
#include "engine/kernel.h"

static void fell(hf_engine_state *state, uint32_t node, int64_t now, uint32_t round)
{
    if (!hf_spread_fell(state, node))
        return;
    state->timed->at[node] = now;
    state->timed->round[node] = round;
}

// A reason is lost now: its consumer falls at once or when the buffer is used up.
static void lose(hf_engine_state *state, uint32_t reason, int64_t now, uint32_t round)
{
    const hf_plan *plan = state->plan;
    uint32_t consumer = plan->consumer[reason];
    state->timed->lost_at[reason] = now;
    state->timed->tip_round[reason] = round;
    if (hf_is_down(state, consumer))
        return;
    if (plan->buffer_ticks[reason] == 0)
        fell(state, consumer, now, round + 1);
    else
        hf_events_add(state->arena, &state->timed->events,
                      (hf_event){.at = hf_ticks_add(now, plan->buffer_ticks[reason]),
                                 .target = reason,
                                 .kind = HF_EVENT_EXHAUSTED});
}

// Returns the round of the last node that was spread.
static uint32_t spread_groups(hf_engine_state *state, int64_t now, uint32_t last_round)
{
    const hf_plan *plan = state->plan;
    while (state->spread_count < state->fallen_count) {
        uint32_t node = state->fallen[state->spread_count++];
        last_round = state->timed->round[node];
        for (uint32_t e = plan->first_edge[node]; e < plan->first_edge[node + 1]; e++) {
            if (!hf_is_felt(state, e))
                continue;
            uint32_t group = plan->edges[e].group;
            int64_t before = state->left[group];
            state->left[group] = before - hf_edge_capacity(plan, e);
            if (before >= 0 && state->left[group] < 0)
                lose(state, group, now, last_round);
        }
        if ((state->flags[node] & HF_NODE_IN_LAYER) != 0)
            hf_spread_lose_slots(state, node);
    }
    return last_round;
}

// A member that fell at this moment for another reason may be cut off as well: the contract names the
// first layer of all that hold.
static void note_other_cuts(hf_engine_state *state, uint32_t from, int64_t now)
{
    const hf_plan *plan = state->plan;
    for (uint32_t i = from; i < state->fallen_count; i++) {
        uint32_t node = state->fallen[i];
        if ((state->flags[node] & HF_NODE_IN_LAYER) == 0)
            continue;
        for (uint32_t k = plan->first_slot[node]; k < plan->first_slot[node + 1]; k++) {
            uint32_t reason = plan->group_count + plan->node_slots[k];
            if (state->timed->lost_at[reason] == HF_NEVER &&
                hf_network_is_cut(&state->network, plan->node_slots[k])) {
                state->timed->lost_at[reason] = now;
                state->timed->tip_round[reason] = UINT32_MAX;
            }
        }
    }
}

static void spread_moment(hf_engine_state *state, uint32_t from, int64_t now)
{
    uint32_t round = spread_groups(state, now, 0);
    bool is_cut = false;
    while (hf_network_has_news(&state->network)) {
        is_cut = true;
        hf_network_settle(&state->network);
        for (uint32_t i = 0; i < state->network.cut_count; i++)
            lose(state, state->plan->group_count + state->network.cut[i], now, round);
        round = spread_groups(state, now, round);
    }
    if (is_cut)
        note_other_cuts(state, from, now);
}

static bool lets_fall(const hf_engine_state *state, uint32_t reason, int64_t at)
{
    const hf_plan *plan = state->plan;
    int64_t lost_at = state->timed->lost_at[reason];
    bool is_lost = hf_reason_is_slot(plan, reason) ? lost_at != HF_NEVER : state->left[reason] < 0;
    return is_lost && hf_ticks_add(lost_at, plan->buffer_ticks[reason]) == at;
}

static void weigh(const hf_engine_state *state, hf_fall_draft *draft, uint32_t reason)
{
    const hf_timed *timed = state->timed;
    if (!lets_fall(state, reason, draft->at))
        return;
    int64_t lost_at = timed->lost_at[reason];
    if (draft->via == HF_NO_INDEX) {
        draft->via = reason;
        draft->via_lost_at = lost_at;
    }
    bool is_earlier = lost_at < draft->at || timed->tip_round[reason] < draft->round;
    if (draft->why == HF_NO_INDEX && is_earlier) {
        draft->why = reason;
        draft->why_lost_at = lost_at;
    }
}

// Members of the group that were down when it was lost.
static void list_lost(hf_engine_state *state, hf_fall_draft *draft)
{
    const hf_plan *plan = state->plan;
    hf_timed *timed = state->timed;
    draft->first_lost = (uint32_t)timed->lost.count;
    uint32_t end = plan->first_member[draft->via + 1];
    for (uint32_t m = plan->first_member[draft->via]; m < end; m++) {
        uint32_t node = plan->member_node[m];
        bool is_pinned = (state->flags[node] & HF_NODE_PINNED) != 0;
        if (is_pinned || (hf_is_down(state, node) && timed->at[node] <= draft->via_lost_at &&
                          hf_is_member_felt(state, m)))
            HF_VEC_ADD(state->arena, &timed->lost, node);
    }
    draft->lost_count = (uint32_t)timed->lost.count - draft->first_lost;
}

static hf_fall_draft explain(hf_engine_state *state, uint32_t node)
{
    const hf_plan *plan = state->plan;
    hf_timed *timed = state->timed;
    hf_fall_draft draft = {.node = node,
                           .round = timed->round[node],
                           .at = timed->at[node],
                           .cause = HF_CAUSE_DAMAGE,
                           .via = HF_NO_INDEX,
                           .via_lost_at = timed->at[node],
                           .why = HF_NO_INDEX,
                           .why_lost_at = timed->at[node],
                           .last_outage = (uint32_t)timed->outages.count,
                           .outage_count = 1};
    hf_outage_draft outage = {
        .from = draft.at, .to = HF_NEVER, .previous = HF_NO_INDEX, .why = HF_NO_INDEX};
    HF_VEC_ADD(state->arena, &timed->outages, outage);
    if ((state->flags[node] & HF_NODE_DAMAGED) != 0)
        return draft;
    for (uint32_t g = plan->first_group[node]; g < plan->first_group[node + 1]; g++)
        weigh(state, &draft, g);
    draft.cause = draft.via != HF_NO_INDEX ? HF_CAUSE_DEPENDENCY : HF_CAUSE_NETWORK;
    if ((state->flags[node] & HF_NODE_IN_LAYER) != 0)
        for (uint32_t i = plan->first_slot[node]; i < plan->first_slot[node + 1]; i++)
            weigh(state, &draft, plan->group_count + plan->node_slots[i]);
    HF_ASSERT(draft.via != HF_NO_INDEX);
    if (draft.why == HF_NO_INDEX) { // buffers of billions of hours, which all end at the last tick
        draft.why = draft.via;
        draft.why_lost_at = draft.via_lost_at;
    }
    if (draft.cause == HF_CAUSE_DEPENDENCY)
        list_lost(state, &draft);
    return draft;
}

void hf_static_run(hf_engine_state *state)
{
    const hf_plan *plan = state->plan;
    hf_timed *timed = state->timed;
    for (size_t i = 0; i < timed->damage.count; i++) {
        uint32_t node = timed->damage.items[i].node;
        fell(state, node, 0, 0);
        if ((state->flags[node] & HF_NODE_PINNED) == 0)
            state->flags[node] |= HF_NODE_DAMAGED;
    }
    spread_moment(state, 0, 0);
    while (timed->events.count > 0) {
        int64_t now = timed->events.items[0].at;
        uint32_t from = state->fallen_count;
        while (timed->events.count > 0 && timed->events.items[0].at == now)
            fell(state, plan->consumer[hf_events_take(&timed->events).target], now, 0);
        spread_moment(state, from, now);
    }
    for (uint32_t i = 0; i < state->fallen_count; i++) {
        hf_fall_draft draft = explain(state, state->fallen[i]);
        timed->draft_of[draft.node] = (uint32_t)timed->drafts.count;
        HF_VEC_ADD(state->arena, &timed->drafts, draft);
    }
}

void hf_static_undo(hf_engine_state *state)
{
    uint32_t group_count = state->plan->group_count;
    for (uint32_t i = 0; i < state->network.touched_count; i++)
        state->timed->lost_at[group_count + state->network.touched[i]] = HF_NEVER;
    hf_spread_undo(state);
    hf_timed_clear(state->timed);
}
