// SPDX-License-Identifier: Apache-2.0
//
// The time grid by events: between two events nothing changes, so only steps are
// computed in which a repair ends, a buffer is used up, a start window closes or a restart goes on.
// Where something can come back, the step is solved again from nothing (own damage, and in sequential
// mode what is held down): continuing from the step before would let mutual support keep itself down.
// Where things can only fall, the step continues from the one before.
//
// The counter n of a reason is kept as a *spell*: since when it has been lost or satisfied, and what n
// was in the step before the spell began.
#include "engine/kernel.h"

#include <math.h>

typedef struct {
    hf_engine_state *state;
    const hf_plan *plan;
    hf_timed *timed;
    const hf_grid_options *options;
    int64_t t;
    uint32_t last_round;
    bool networks_moved; // in this step
    uint32_t held_count; // of state->fallen, behind the damaged ones: down by the restart rule
    uint32_t damaged_count;
} grid;

int64_t hf_grid_steps(double hours, double step_h, int64_t at_most)
{
    double steps = ceil(hours / step_h - 1e-9);
    if (!(steps < (double)at_most))
        return at_most;
    return steps > 0 ? (int64_t)steps : 0;
}

static int64_t steps_of(const grid *g, double hours)
{
    return hf_grid_steps(hours, g->options->step_h, g->options->step_count + 1);
}

// First step without own damage, of the damage that began last.
static int64_t repaired_at(const grid *g, uint32_t node)
{
    return g->timed->damage_to[node];
}

static bool was_hit(const grid *g, uint32_t node)
{
    return (g->state->flags[node] & HF_NODE_DAMAGED) != 0;
}

static bool is_damaged(const grid *g, uint32_t node)
{
    return was_hit(g, node) && g->t < repaired_at(g, node);
}

// First step behind the start window, in which the asset runs without supply.
static int64_t window_end(const grid *g, uint32_t node)
{
    return repaired_at(g, node) + steps_of(g, g->plan->black_start_h[g->plan->asset_of[node]]);
}

static bool is_in_window(const grid *g, uint32_t node)
{
    return was_hit(g, node) && g->t >= repaired_at(g, node) && g->t < window_end(g, node);
}

static int64_t buffer_of(const grid *g, uint32_t reason)
{
    double buffer_h = g->plan->buffer_h[reason];
    return buffer_h > 0 ? steps_of(g, buffer_h) : 0;
}

// n of the reason at the end of `step`, which must not lie before the present spell by more than one.
static int64_t counter(const grid *g, uint32_t reason, int64_t step)
{
    const hf_timed *timed = g->timed;
    int64_t before = timed->count_before[reason];
    int64_t length = step - timed->lost_at[reason] + 1;
    if (length <= 0)
        return before;
    if (timed->is_lost[reason])
        return before + length < buffer_of(g, reason) ? before + length : buffer_of(g, reason);
    bool is_gradual =
        !hf_reason_is_slot(g->plan, reason) && g->plan->recharge[reason] == HF_RECHARGE_GRADUAL;
    return is_gradual && before > length ? before - length : 0;
}

// In its start window a node runs without supply; but the levels of one asset stay in step.
static bool is_sheltered(const grid *g, uint32_t reason)
{
    bool is_tie =
        !hf_reason_is_slot(g->plan, reason) && g->plan->input_group[reason] == HF_NO_INDEX;
    return !is_tie && is_in_window(g, g->plan->consumer[reason]);
}

static bool is_exhausted(const grid *g, uint32_t reason) // x(t)
{
    int64_t buffer = buffer_of(g, reason);
    return buffer == 0 || counter(g, reason, g->t - 1) >= buffer;
}

static void add_event(grid *g, int64_t at, hf_event_kind kind, uint32_t target)
{
    if (at < g->options->step_count)
        hf_events_add(g->state->arena, &g->timed->events,
                      (hf_event){.at = at, .target = target, .kind = kind});
}

static void fell(grid *g, uint32_t node, uint32_t round)
{
    if (hf_spread_fell(g->state, node))
        g->timed->round[node] = round;
}

static void begin_spell(grid *g, uint32_t reason, bool is_lost)
{
    hf_timed *timed = g->timed;
    timed->count_before[reason] = (int32_t)counter(g, reason, g->t - 1);
    timed->lost_at[reason] = g->t;
    timed->is_lost[reason] = is_lost;
    if (!timed->is_watched[reason]) {
        timed->is_watched[reason] = 1;
        timed->watched[timed->watched_count++] = reason;
    }
}

// A reason is lost in this step, newly or still: its consumer falls if the buffer is used up.
static void lose(grid *g, uint32_t reason, uint32_t round)
{
    hf_timed *timed = g->timed;
    uint32_t consumer = g->plan->consumer[reason];
    bool is_new = !timed->is_lost[reason];
    if (is_new) {
        begin_spell(g, reason, true);
        timed->tip_round[reason] = round;
    }
    if (is_exhausted(g, reason)) {
        if (!is_sheltered(g, reason))
            fell(g, consumer, round + 1);
    } else if (is_new) {
        int64_t missing = buffer_of(g, reason) - timed->count_before[reason];
        add_event(g, g->t + missing, HF_EVENT_EXHAUSTED, reason);
    }
}

static void spread_groups(grid *g)
{
    hf_engine_state *state = g->state;
    const hf_plan *plan = g->plan;
    while (state->spread_count < state->fallen_count) {
        uint32_t node = state->fallen[state->spread_count++];
        g->last_round = g->timed->round[node];
        for (uint32_t e = plan->first_edge[node]; e < plan->first_edge[node + 1]; e++) {
            if (!hf_is_felt(state, e))
                continue;
            uint32_t group = plan->edges[e].group;
            int64_t before = state->left[group];
            state->left[group] = before - hf_edge_capacity(plan, e);
            if (before >= 0 && state->left[group] < 0)
                lose(g, group, g->last_round);
        }
        if ((state->flags[node] & HF_NODE_IN_LAYER) != 0)
            hf_spread_lose_slots(state, node);
    }
}

// Members that are down can be cut off too: their buffers run down meanwhile.
static void cut_fallen_members(grid *g)
{
    const hf_plan *plan = g->plan;
    for (uint32_t i = 0; i < g->state->fallen_count; i++) {
        uint32_t node = g->state->fallen[i];
        if ((g->state->flags[node] & HF_NODE_IN_LAYER) == 0)
            continue;
        for (uint32_t k = plan->first_slot[node]; k < plan->first_slot[node + 1]; k++) {
            uint32_t slot = plan->node_slots[k];
            if (!g->timed->is_lost[plan->group_count + slot] &&
                hf_network_is_cut(&g->state->network, slot))
                lose(g, plan->group_count + slot, g->last_round);
        }
    }
}

static void spread_step(grid *g)
{
    hf_network *network = &g->state->network;
    g->last_round = 0;
    spread_groups(g);
    while (hf_network_has_news(network)) {
        g->networks_moved = true;
        hf_network_settle(network);
        for (uint32_t i = 0; i < network->cut_count; i++)
            lose(g, g->plan->group_count + network->cut[i], g->last_round);
        spread_groups(g);
    }
    if (g->networks_moved)
        cut_fallen_members(g);
}

static void weigh(const grid *g, hf_fall_draft *draft, uint32_t reason)
{
    const hf_timed *timed = g->timed;
    if (!timed->is_lost[reason] || !is_exhausted(g, reason) || is_sheltered(g, reason))
        return;
    int64_t lost_at = timed->lost_at[reason];
    if (draft->via == HF_NO_INDEX) {
        draft->via = reason;
        draft->via_lost_at = lost_at;
    }
    if (draft->why == HF_NO_INDEX && (lost_at < g->t || timed->tip_round[reason] < draft->round)) {
        draft->why = reason;
        draft->why_lost_at = lost_at;
    }
}

static bool was_down(const grid *g, uint32_t node, int64_t step)
{
    const hf_timed *timed = g->timed;
    if ((g->state->flags[node] & HF_NODE_PINNED) != 0)
        return true;
    if (timed->draft_of[node] == HF_NO_INDEX)
        return false;
    uint32_t outage = timed->drafts.items[timed->draft_of[node]].last_outage;
    while (outage != HF_NO_INDEX && timed->outages.items[outage].from > step)
        outage = timed->outages.items[outage].previous;
    return outage != HF_NO_INDEX && timed->outages.items[outage].to > step;
}

static void list_lost(grid *g, hf_fall_draft *draft)
{
    const hf_plan *plan = g->plan;
    hf_timed *timed = g->timed;
    draft->first_lost = (uint32_t)timed->lost.count;
    for (uint32_t m = plan->first_member[draft->via]; m < plan->first_member[draft->via + 1]; m++)
        if (was_down(g, plan->member_node[m], draft->via_lost_at) && hf_is_member_felt(g->state, m))
            HF_VEC_ADD(g->state->arena, &timed->lost, plan->member_node[m]);
    draft->lost_count = (uint32_t)timed->lost.count - draft->first_lost;
}

// Of the outage that begins in this step; `draft` knows node and round.
static void find_reasons(grid *g, hf_fall_draft *draft)
{
    const hf_plan *plan = g->plan;
    uint32_t node = draft->node;
    if (is_damaged(g, node))
        return;
    for (uint32_t r = plan->first_group[node]; r < plan->first_group[node + 1]; r++)
        weigh(g, draft, r);
    draft->cause = draft->via != HF_NO_INDEX ? HF_CAUSE_DEPENDENCY : HF_CAUSE_NETWORK;
    if ((g->state->flags[node] & HF_NODE_IN_LAYER) != 0)
        for (uint32_t i = plan->first_slot[node]; i < plan->first_slot[node + 1]; i++)
            weigh(g, draft, plan->group_count + plan->node_slots[i]);
    HF_ASSERT(draft->via != HF_NO_INDEX && draft->why != HF_NO_INDEX);
}

static void give_reasons(grid *g, hf_fall_draft *draft)
{
    find_reasons(g, draft);
    if (draft->cause == HF_CAUSE_DEPENDENCY)
        list_lost(g, draft);
}

// A fall after the first: what hf_explain needs when something else rests on it.
static void give_reasons_again(grid *g, hf_outage_draft *outage, uint32_t node)
{
    hf_fall_draft draft = {
        .node = node, .round = outage->round, .via = HF_NO_INDEX, .why = HF_NO_INDEX};
    draft.why_lost_at = g->t;
    find_reasons(g, &draft);
    outage->why = draft.why;
    outage->why_lost_at = draft.why_lost_at;
}

// Opens an outage of a node that has just fallen; its first one makes a draft.
static void open_outage(grid *g, uint32_t node)
{
    hf_timed *timed = g->timed;
    if (timed->draft_of[node] == HF_NO_INDEX) {
        hf_fall_draft draft = {.node = node,
                               .at = g->t,
                               .round = timed->round[node],
                               .cause = HF_CAUSE_DAMAGE,
                               .via = HF_NO_INDEX,
                               .via_lost_at = g->t,
                               .why = HF_NO_INDEX,
                               .why_lost_at = g->t,
                               .last_outage = HF_NO_INDEX};
        timed->draft_of[node] = (uint32_t)timed->drafts.count;
        timed->at[node] = g->t;
        HF_VEC_ADD(g->state->arena, &timed->drafts, draft);
    }
    hf_fall_draft *draft = &timed->drafts.items[timed->draft_of[node]];
    hf_outage_draft outage = {.from = g->t,
                              .to = HF_NEVER,
                              .previous = draft->last_outage,
                              .round = timed->round[node],
                              .why = HF_NO_INDEX,
                              .why_lost_at = g->t};
    draft->last_outage = (uint32_t)timed->outages.count;
    draft->outage_count++;
    HF_VEC_ADD(g->state->arena, &timed->outages, outage);
}

// Writes down who fell and who came back in this step, then why the new ones fell.
static void record(grid *g, uint32_t from)
{
    hf_timed *timed = g->timed;
    size_t first_draft = timed->drafts.count, first_outage = timed->outages.count;
    for (uint32_t i = from; i < g->state->fallen_count; i++) {
        uint32_t node = g->state->fallen[i];
        uint32_t index = timed->draft_of[node];
        uint32_t outage =
            index == HF_NO_INDEX ? HF_NO_INDEX : timed->drafts.items[index].last_outage;
        if (outage == HF_NO_INDEX || timed->outages.items[outage].to != HF_NEVER)
            open_outage(g, node);
    }
    for (uint32_t i = 0; i < timed->before_count; i++) {
        uint32_t node = timed->before[i];
        if (!hf_is_down(g->state, node))
            timed->outages.items[timed->drafts.items[timed->draft_of[node]].last_outage].to = g->t;
    }
    timed->before_count = 0;
    if (!g->options->wants_reasons)
        return;
    for (size_t i = first_draft; i < timed->drafts.count; i++)
        give_reasons(g, &timed->drafts.items[i]);
    for (uint32_t i = from; i < g->state->fallen_count; i++) {
        uint32_t node = g->state->fallen[i];
        uint32_t last = timed->drafts.items[timed->draft_of[node]].last_outage;
        if (last >= first_outage && timed->outages.items[last].previous != HF_NO_INDEX)
            give_reasons_again(g, &timed->outages.items[last], node);
    }
}

// In sequential mode an asset that was down stays down while a used-up reason was still lost in the
// step before. The ties between the levels of one asset are no requirement and hold nothing.
static bool is_held(const grid *g, uint32_t node, int64_t step)
{
    const hf_plan *plan = g->plan;
    for (uint32_t r = plan->first_group[node]; r < plan->first_group[node + 1]; r++)
        if (g->timed->is_lost[r] && plan->input_group[r] != HF_NO_INDEX &&
            counter(g, r, step) >= buffer_of(g, r))
            return true;
    if ((g->state->flags[node] & HF_NODE_IN_LAYER) == 0)
        return false;
    for (uint32_t i = plan->first_slot[node]; i < plan->first_slot[node + 1]; i++) {
        uint32_t r = plan->group_count + plan->node_slots[i];
        if (g->timed->is_lost[r] && counter(g, r, step) >= buffer_of(g, r))
            return true;
    }
    return false;
}

// Own damage of a node begins.
static void strike(grid *g, const hf_damage *damage)
{
    uint32_t node = damage->node;
    if ((g->state->flags[node] & HF_NODE_PINNED) != 0)
        return;
    fell(g, node, 0);
    g->state->flags[node] |= HF_NODE_DAMAGED;
    g->timed->damage_to[node] = damage->to;
    add_event(g, damage->to, HF_EVENT_REPAIR, node);
    if (g->plan->black_start_h[g->plan->asset_of[node]] > 0)
        add_event(g, window_end(g, node), HF_EVENT_WINDOW_END, node);
}

static void strike_due(grid *g)
{
    for (size_t i = 0; i < g->timed->due.count; i++)
        if (g->timed->due.items[i].kind == HF_EVENT_DAMAGE)
            strike(g, &g->timed->damage.items[g->timed->due.items[i].target]);
}

// Solves the step again from own damage and what is held.
static void solve_again(grid *g)
{
    hf_engine_state *state = g->state;
    hf_timed *timed = g->timed;
    timed->before_count = state->fallen_count;
    g->damaged_count = g->held_count = 0;
    // Damaged ones to the front, held ones behind them: `mark` tells which, for after the undo.
    for (uint32_t i = 0; i < timed->before_count; i++) {
        uint32_t node = state->fallen[i];
        timed->before[i] = node;
        bool is_hit = is_damaged(g, node);
        bool stays = !is_hit && g->options->restart == HF_RESTART_SEQUENTIAL &&
                     !is_in_window(g, node) && is_held(g, node, g->t - 1);
        timed->mark[node] = is_hit ? 1u : stays ? 2u : 0u;
        if (was_hit(g, node))
            timed->mark[node] |= 4u;
    }
    hf_spread_undo(state);
    for (uint32_t i = 0; i < timed->before_count; i++)
        if ((timed->mark[timed->before[i]] & 4) != 0)
            state->flags[timed->before[i]] |= HF_NODE_DAMAGED;
    for (uint32_t i = 0; i < timed->before_count; i++)
        if ((timed->mark[timed->before[i]] & 3) == 1)
            fell(g, timed->before[i], 0);
    strike_due(g);
    g->damaged_count = state->fallen_count;
    for (uint32_t i = 0; i < timed->before_count; i++)
        if ((timed->mark[timed->before[i]] & 3) == 2)
            fell(g, timed->before[i], 0);
    g->held_count = state->fallen_count - g->damaged_count;
    spread_step(g);
}

// Reasons that were lost and are not any more begin to recharge.
static void find_regained(grid *g)
{
    hf_timed *timed = g->timed;
    for (uint32_t i = 0; i < timed->watched_count; i++) {
        uint32_t reason = timed->watched[i];
        if (!timed->is_lost[reason])
            continue;
        bool is_lost = hf_reason_is_slot(g->plan, reason)
                           ? hf_network_is_cut(&g->state->network, reason - g->plan->group_count)
                           : g->state->left[reason] < 0;
        if (!is_lost)
            begin_spell(g, reason, false);
    }
}

// Does the restart go on in the next step? It does when somebody who is held would be let go.
static void follow_up(grid *g)
{
    for (uint32_t i = 0; i < g->held_count; i++) {
        if (!is_held(g, g->state->fallen[g->damaged_count + i], g->t)) {
            add_event(g, g->t + 1, HF_EVENT_FOLLOW, 0);
            return;
        }
    }
}

static void fall_if_due(grid *g, uint32_t reason)
{
    uint32_t node = g->plan->consumer[reason];
    if (g->timed->is_lost[reason] && is_exhausted(g, reason) && !is_sheltered(g, reason))
        fell(g, node, 0);
}

// A buffer is used up, or a start window closes: the consumer falls if the reason is still lost.
static void apply_due(grid *g, hf_event event)
{
    const hf_plan *plan = g->plan;
    uint32_t target = event.target;
    if (event.kind == HF_EVENT_DAMAGE)
        return; // done before
    if (event.kind == HF_EVENT_EXHAUSTED) {
        fall_if_due(g, target);
        return;
    }
    for (uint32_t r = plan->first_group[target]; r < plan->first_group[target + 1]; r++)
        fall_if_due(g, r);
    if ((g->state->flags[target] & HF_NODE_IN_LAYER) != 0)
        for (uint32_t i = plan->first_slot[target]; i < plan->first_slot[target + 1]; i++)
            fall_if_due(g, plan->group_count + plan->node_slots[i]);
}

static void do_step(grid *g)
{
    hf_timed *timed = g->timed;
    uint32_t from = g->state->fallen_count;
    bool can_return = false;
    timed->due.count = 0;
    while (timed->events.count > 0 && timed->events.items[0].at == g->t) {
        hf_event event = hf_events_take(&timed->events);
        can_return = can_return || event.kind == HF_EVENT_REPAIR || event.kind == HF_EVENT_FOLLOW;
        HF_VEC_ADD(g->state->arena, &timed->due, event);
    }
    g->networks_moved = can_return;
    if (can_return) { // finds by itself what is due
        from = 0;
        solve_again(g);
        find_regained(g);
    } else {
        strike_due(g);
        for (size_t i = 0; i < timed->due.count; i++)
            apply_due(g, timed->due.items[i]);
        spread_step(g);
    }
    record(g, from);
    if (can_return && g->options->restart == HF_RESTART_SEQUENTIAL)
        follow_up(g);
}

void hf_grid_run(hf_engine_state *state, const hf_grid_options *options)
{
    grid g = {.state = state, .plan = state->plan, .timed = state->timed, .options = options};
    for (uint32_t i = 0; i < (uint32_t)state->timed->damage.count; i++) {
        const hf_damage *damage = &state->timed->damage.items[i];
        if (damage->from > 0)
            add_event(&g, damage->from, HF_EVENT_DAMAGE, i);
        else
            strike(&g, damage);
    }
    spread_step(&g);
    record(&g, 0);
    while (state->timed->events.count > 0) {
        g.t = state->timed->events.items[0].at;
        do_step(&g);
    }
}

void hf_grid_undo(hf_engine_state *state)
{
    hf_timed *timed = state->timed;
    for (uint32_t i = 0; i < timed->watched_count; i++) {
        uint32_t reason = timed->watched[i];
        timed->is_watched[reason] = 0;
        timed->is_lost[reason] = 0;
        timed->count_before[reason] = 0;
        timed->lost_at[reason] = hf_reason_is_slot(state->plan, reason) ? HF_NEVER : 0;
    }
    timed->watched_count = 0;
    hf_spread_undo(state);
    for (size_t i = 0; i < timed->drafts.count; i++) // damaged ones may be up again
        state->flags[timed->drafts.items[i].node] = state->plan->flags[timed->drafts.items[i].node];
    hf_timed_clear(timed);
}
