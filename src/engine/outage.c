// SPDX-License-Identifier: Apache-2.0
//
// hf_outage_run: a queue of events. At each moment first everything that returns is worked through to
// the end, then everything that falls, so that an input that is back in the very moment in which a
// buffer ends is back in time.
#include "engine/outage.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "engine/cascade.h"

typedef struct {
    const hf_plan *plan;
    hf_arena *arena; // scratch
    int64_t now, end;
    int64_t *restore_ticks;   // by asset
    int64_t *left;            // by group: capacity that may still be lost
    uint8_t *flags;           // by node
    uint32_t *unmet;          // by node: its reasons that are lost
    int64_t *start_at;        // by node: when its restoration ends; HF_NEVER = none is under way
    uint8_t *is_fed;          // by slot
    uint32_t *reach;          // slots, scratch of a search
    HF_VEC(uint32_t) changed; // nodes whose supply changed and was not passed on yet
    size_t passed_on;
    HF_VEC(uint32_t) fresh; // nodes that fell for the first time at this moment
    bool is_network_dirty;
    hf_timed *timed; // at, lost_at, drafts, outages, events
} outage_run;

static bool is_down(const outage_run *run, uint32_t node)
{
    return (run->flags[node] & HF_NODE_DOWN) != 0;
}

static int64_t ticks_of(double hours)
{
    double ticks = hours * HF_TICKS_PER_HOUR;
    return ticks < (double)HF_TICKS_MAX ? llround(ticks) : HF_TICKS_MAX;
}

// Returns stand before falls of the same moment.
static void plan_event(outage_run *run, int64_t at, hf_event_kind kind, uint32_t target)
{
    if (at >= run->end)
        return;
    int64_t order = 2 * at + (kind == HF_EVENT_EXHAUSTED);
    hf_events_add(run->arena, &run->timed->events,
                  (hf_event){.at = order, .target = target, .kind = kind});
}

// ---- One node ----

static void open_outage(outage_run *run, uint32_t node)
{
    hf_timed *timed = run->timed;
    uint32_t index = timed->draft_of[node];
    if (index == HF_NO_INDEX) {
        index = timed->draft_of[node] = (uint32_t)timed->drafts.count;
        hf_fall_draft draft = {.node = node,
                               .at = run->now,
                               .via = HF_NO_INDEX,
                               .why = HF_NO_INDEX,
                               .last_outage = HF_NO_INDEX};
        HF_VEC_ADD(run->arena, &timed->drafts, draft);
        HF_VEC_ADD(run->arena, &run->fresh, node);
    }
    hf_fall_draft *draft = &timed->drafts.items[index];
    hf_outage_draft outage = {
        .from = run->now, .to = HF_NEVER, .previous = draft->last_outage, .why = HF_NO_INDEX};
    draft->last_outage = (uint32_t)timed->outages.count;
    draft->outage_count++;
    HF_VEC_ADD(run->arena, &timed->outages, outage);
}

static void fall(outage_run *run, uint32_t node)
{
    if (is_down(run, node))
        return;
    run->flags[node] |= HF_NODE_DOWN;
    run->timed->at[node] = run->now;
    open_outage(run, node);
    HF_VEC_ADD(run->arena, &run->changed, node);
}

static void rise(outage_run *run, uint32_t node)
{
    run->flags[node] &= (uint8_t)~HF_NODE_DOWN;
    run->start_at[node] = HF_NEVER;
    hf_timed *timed = run->timed;
    timed->outages.items[timed->drafts.items[timed->draft_of[node]].last_outage].to = run->now;
    HF_VEC_ADD(run->arena, &run->changed, node);
}

// Begins the restoration of a node that has all it needs. `restore` is how long it takes.
static void consider(outage_run *run, uint32_t node, int64_t restore)
{
    bool waits = (run->flags[node] & (HF_NODE_DAMAGED | HF_NODE_PINNED)) != 0;
    if (!is_down(run, node) || waits || run->unmet[node] > 0 || run->start_at[node] != HF_NEVER)
        return;
    if (restore == 0) {
        rise(run, node);
        return;
    }
    run->start_at[node] = hf_ticks_add(run->now, restore);
    plan_event(run, run->start_at[node], HF_EVENT_FOLLOW, node);
}

// ---- One reason ----

static void lose(outage_run *run, uint32_t reason)
{
    uint32_t node = run->plan->consumer[reason];
    int64_t buffer = run->plan->buffer_ticks[reason];
    run->timed->lost_at[reason] = run->now;
    run->unmet[node]++;
    run->start_at[node] = HF_NEVER; // a restoration under way has to begin again
    if (is_down(run, node))
        return;
    if (buffer == 0)
        fall(run, node);
    else
        plan_event(run, hf_ticks_add(run->now, buffer), HF_EVENT_EXHAUSTED, reason);
}

static void regain(outage_run *run, uint32_t reason)
{
    const hf_plan *plan = run->plan;
    uint32_t node = plan->consumer[reason];
    // The levels of one asset come back together: only what comes from outside takes its time.
    bool is_tie = !hf_reason_is_slot(plan, reason) && plan->input_group[reason] == HF_NO_INDEX;
    run->timed->lost_at[reason] = HF_NEVER;
    run->unmet[node]--;
    consider(run, node, is_tie ? 0 : run->restore_ticks[plan->asset_of[node]]);
}

// ---- Spreading ----

static void pass_on_groups(outage_run *run)
{
    const hf_plan *plan = run->plan;
    while (run->passed_on < run->changed.count) {
        uint32_t node = run->changed.items[run->passed_on++];
        bool has_fallen = is_down(run, node);
        for (uint32_t e = plan->first_edge[node]; e < plan->first_edge[node + 1]; e++) {
            uint32_t group = plan->edges[e].group;
            int64_t before = run->left[group], capacity = hf_edge_capacity(plan, e);
            run->left[group] = has_fallen ? before - capacity : before + capacity;
            if (before >= 0 && run->left[group] < 0)
                lose(run, group);
            else if (before < 0 && run->left[group] >= 0)
                regain(run, group);
        }
        if ((plan->flags[node] & HF_NODE_IN_LAYER) != 0)
            run->is_network_dirty = true;
    }
    run->changed.count = run->passed_on = 0;
}

// Which slots a source reaches over members that are up.
static void search_networks(outage_run *run, uint8_t *is_fed)
{
    const hf_plan *plan = run->plan;
    uint32_t count = 0;
    memset(is_fed, 0, plan->slot_count);
    for (uint32_t s = 0; s < plan->slot_count; s++)
        if (plan->is_source[s]) {
            is_fed[s] = 1;
            if (!is_down(run, plan->slot_node[s]))
                run->reach[count++] = s;
        }
    for (uint32_t head = 0; head < count; head++) {
        uint32_t from = run->reach[head];
        for (uint32_t i = plan->first_out[from]; i < plan->first_out[from + 1]; i++) {
            uint32_t to = plan->link_out[i];
            if (is_fed[to])
                continue;
            is_fed[to] = 1;
            if (!is_down(run, plan->slot_node[to]))
                run->reach[count++] = to;
        }
    }
}

static void pass_on_networks(outage_run *run)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    uint8_t *is_fed = HF_NEW_N(&scratch, uint8_t, run->plan->slot_count);
    run->is_network_dirty = false;
    search_networks(run, is_fed);
    for (uint32_t s = 0; s < run->plan->slot_count; s++) {
        if (is_fed[s] == run->is_fed[s])
            continue;
        run->is_fed[s] = is_fed[s];
        if (is_fed[s])
            regain(run, run->plan->group_count + s);
        else
            lose(run, run->plan->group_count + s);
    }
}

static void spread(outage_run *run)
{
    pass_on_groups(run);
    while (run->is_network_dirty) {
        pass_on_networks(run);
        pass_on_groups(run);
    }
}

// ---- Causes ----

static void name_cause(outage_run *run, uint32_t node)
{
    const hf_plan *plan = run->plan;
    hf_timed *timed = run->timed;
    hf_fall_draft *draft = &timed->drafts.items[timed->draft_of[node]];
    draft->via_lost_at = draft->why_lost_at = run->now;
    draft->cause = HF_CAUSE_DAMAGE;
    if ((run->flags[node] & HF_NODE_DAMAGED) != 0)
        return;
    uint32_t via = HF_NO_INDEX;
    for (uint32_t g = plan->first_group[node]; g < plan->first_group[node + 1]; g++)
        if (via == HF_NO_INDEX && timed->lost_at[g] != HF_NEVER &&
            hf_ticks_add(timed->lost_at[g], plan->buffer_ticks[g]) == run->now)
            via = g;
    draft->cause = via != HF_NO_INDEX ? HF_CAUSE_DEPENDENCY : HF_CAUSE_NETWORK;
    for (uint32_t i = 0;
         via == HF_NO_INDEX && i < plan->first_slot[node + 1] - plan->first_slot[node]; i++) {
        uint32_t reason = plan->group_count + plan->node_slots[plan->first_slot[node] + i];
        if (timed->lost_at[reason] != HF_NEVER &&
            hf_ticks_add(timed->lost_at[reason], plan->buffer_ticks[reason]) == run->now)
            via = reason;
    }
    HF_ASSERT(via != HF_NO_INDEX);
    draft->via = draft->why = via;
    draft->via_lost_at = draft->why_lost_at = timed->lost_at[via];
    draft->first_lost = (uint32_t)timed->lost.count;
    for (uint32_t m = draft->cause == HF_CAUSE_NETWORK ? 0 : plan->first_member[via];
         draft->cause == HF_CAUSE_DEPENDENCY && m < plan->first_member[via + 1]; m++) {
        uint32_t member = plan->member_node[m];
        bool was_down = is_down(run, member) && timed->at[member] <= draft->via_lost_at;
        if (was_down || (plan->flags[member] & HF_NODE_PINNED) != 0)
            HF_VEC_ADD(run->arena, &timed->lost, member);
    }
    draft->lost_count = (uint32_t)timed->lost.count - draft->first_lost;
}

// ---- The run ----

static void damage(outage_run *run, uint32_t asset)
{
    const hf_plan *plan = run->plan;
    for (uint32_t k = plan->first_level_node[asset]; k < plan->first_level_node[asset + 1]; k++) {
        uint32_t node = plan->level_node[k];
        if ((run->flags[node] & (HF_NODE_PINNED | HF_NODE_DAMAGED)) != 0)
            continue;
        run->flags[node] |= HF_NODE_DAMAGED;
        if (!isnan(plan->repair_h[asset]))
            plan_event(run, ticks_of(plan->repair_h[asset]), HF_EVENT_REPAIR, node);
        fall(run, node);
    }
}

static void happen(outage_run *run, hf_event event)
{
    const hf_timed *timed = run->timed;
    const hf_plan *plan = run->plan;
    switch (event.kind) {
    case HF_EVENT_REPAIR:
        run->flags[event.target] &= (uint8_t)~HF_NODE_DAMAGED;
        consider(run, event.target, 0); // its repair was its restoration
        return;
    case HF_EVENT_FOLLOW:
        if (run->start_at[event.target] == run->now)
            rise(run, event.target);
        return;
    case HF_EVENT_EXHAUSTED:
        if (timed->lost_at[event.target] != HF_NEVER &&
            hf_ticks_add(timed->lost_at[event.target], plan->buffer_ticks[event.target]) ==
                run->now)
            fall(run, plan->consumer[event.target]);
        return;
    case HF_EVENT_WINDOW_END: // this model plans none of these
    case HF_EVENT_DAMAGE:
        return;
    }
}

static void run_events(outage_run *run)
{
    hf_timed *timed = run->timed;
    for (;;) {
        spread(run);
        for (size_t i = 0; i < run->fresh.count; i++)
            name_cause(run, run->fresh.items[i]);
        run->fresh.count = 0;
        if (timed->events.count == 0)
            return;
        int64_t order = timed->events.items[0].at;
        run->now = order / 2;
        while (timed->events.count > 0 && timed->events.items[0].at == order)
            happen(run, hf_events_take(&timed->events));
    }
}

static void open_run(outage_run *run, const hf_outage_question *question)
{
    const hf_plan *plan = run->plan;
    hf_engine_state *state = hf_engine_state_new(plan, run->arena); // as before anything happens
    run->left = state->left;
    run->flags = state->flags;
    run->timed = hf_timed_new(plan, run->arena);
    for (uint32_t reason = 0; reason < plan->group_count + plan->slot_count; reason++)
        run->timed->lost_at[reason] = HF_NEVER;
    run->unmet = HF_NEW_N(run->arena, uint32_t, plan->node_count);
    run->start_at = HF_NEW_N(run->arena, int64_t, plan->node_count);
    run->restore_ticks = HF_NEW_N(run->arena, int64_t, plan->facts.asset_count);
    run->is_fed = HF_NEW_N(run->arena, uint8_t, plan->slot_count);
    run->reach = HF_NEW_N(run->arena, uint32_t, plan->slot_count);
    for (uint32_t v = 0; v < plan->node_count; v++)
        run->start_at[v] = HF_NEVER;
    for (uint32_t a = 0; a < plan->facts.asset_count && question->restore_h != NULL; a++)
        run->restore_ticks[a] = ticks_of(question->restore_h[a]);
    search_networks(run, run->is_fed);
    run->end = question->hours > 0 ? ticks_of(question->hours) : HF_NEVER;
}

static bool check(const hf_plan *plan, const hf_outage_question *question, hf_error *err)
{
    if (!(question->hours >= 0 && question->hours <= HF_HOURS_MAX))
        return hf_fail(err, HF_ERR_INPUT, "engine.hours", "hours must lie between 0 and %g",
                       HF_HOURS_MAX);
    if (!hf_check_assets(plan, question->fail, question->fail_count, err))
        return false;
    for (uint32_t a = 0; a < plan->facts.asset_count && question->restore_h != NULL; a++)
        if (!(question->restore_h[a] >= 0))
            return hf_fail(err, HF_ERR_INPUT, "outage.restore",
                           "asset number %u has a time of restoration of %g h; give 0 or more",
                           (unsigned)a, question->restore_h[a]);
    return true;
}

bool hf_outage_run(const hf_plan *plan, const hf_outage_question *question, hf_arena *arena,
                   hf_cascade *result, hf_error *err)
{
    if (!check(plan, question, err))
        return false;
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    outage_run run = {.plan = plan, .arena = &scratch};
    open_run(&run, question);
    for (uint32_t i = 0; i < question->fail_count; i++)
        damage(&run, question->fail[i]);
    run_events(&run);
    hf_clock clock = {.hours = question->hours};
    *result = (hf_cascade){.hours = question->hours};
    hf_write_drafts(plan, run.timed, &clock, arena, result);
    return true;
}
