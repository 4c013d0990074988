// SPDX-License-Identifier: Apache-2.0
//
// hf_cascade_run: checks the question, runs the kernel for it, and turns the drafts that the kernel
// left into the result: assets instead of nodes, hours instead of ticks or steps, sorted, summed.
#include "engine/cascade.h"

#include <math.h>
#include <stdlib.h>

#include "base/limits.h"

double hf_person_hours(hf_person_time time, double step_h, double last_step_h)
{
    return (double)time.person_steps * step_h + (double)time.person_last * last_step_h;
}

bool hf_clock_of(const hf_plan *plan, double hours, double step_h, hf_clock *clock, hf_error *err)
{
    hf_clock c = {0};
    if (!(hours >= 0 && hours <= HF_HOURS_MAX))
        return hf_fail(err, HF_ERR_INPUT, "engine.hours", "hours must lie between 0 and %g",
                       HF_HOURS_MAX);
    if (step_h == 0)
        step_h = 1;
    if (!(step_h > 0 && isfinite(step_h)))
        return hf_fail(err, HF_ERR_INPUT, "engine.step", "the step must be above 0 hours");
    if (hours > 0) {
        c.hours = hours;
        c.step_h = step_h;
        c.step_count = hf_grid_steps(hours, step_h, (int64_t)HF_STEP_COUNT_MAX + 1);
        if (c.step_count > (int64_t)HF_STEP_COUNT_MAX)
            return hf_fail(err, HF_ERR_INPUT, "engine.steps_too_many",
                           "%g hours in steps of %g hours are more than %u steps; take longer ones",
                           hours, step_h, (unsigned)HF_STEP_COUNT_MAX);
        if (c.step_count == 0)
            c.step_count = 1;
        c.last_step_h = hours - (double)(c.step_count - 1) * step_h;
        if ((HF_U128)plan->people_sum * (HF_U128)c.step_count > (HF_U128)(INT64_MAX / 2))
            return hf_fail(err, HF_ERR_INPUT, "engine.loss_too_large",
                           "people times steps do not fit in 62 bits; take longer steps");
    }
    *clock = c;
    return true;
}

// Damage of whole assets at hour 0, which fills at least step 0 and ends after repair_h.
static void damage_assets(hf_engine_state *state, const uint32_t *fail, uint32_t fail_count,
                          const hf_clock *clock)
{
    const hf_plan *plan = state->plan;
    for (uint32_t i = 0; i < fail_count; i++) {
        int64_t to =
            clock->step_count == 0 ? HF_NEVER : hf_repair_steps(plan->repair_h[fail[i]], clock);
        for (uint32_t k = plan->first_level_node[fail[i]]; k < plan->first_level_node[fail[i] + 1];
             k++) {
            hf_damage damage = {plan->level_node[k], 0, to};
            HF_VEC_ADD(state->arena, &state->timed->damage, damage);
        }
    }
}

int64_t hf_repair_steps(double repair_h, const hf_clock *clock)
{
    int64_t never = clock->step_count + 1;
    int64_t steps = isnan(repair_h) ? never : hf_grid_steps(repair_h, clock->step_h, never);
    return steps > 0 ? steps : 1;
}

void hf_kernel_run(hf_engine_state *state, const uint32_t *fail, uint32_t fail_count,
                   const hf_clock *clock, hf_restart restart, bool wants_reasons)
{
    hf_grid_options options = {clock->step_h, clock->step_count, restart, wants_reasons};
    if (state->timed == NULL)
        state->timed = hf_timed_new(state->plan, state->arena);
    damage_assets(state, fail, fail_count, clock);
    if (clock->step_count == 0)
        hf_static_run(state);
    else
        hf_grid_run(state, &options);
}

void hf_kernel_undo(hf_engine_state *state, const hf_clock *clock)
{
    if (clock->step_count == 0)
        hf_static_undo(state);
    else
        hf_grid_undo(state);
}

hf_person_time hf_draft_time(const hf_timed *timed, const hf_fall_draft *draft, int64_t weight,
                             const hf_clock *clock)
{
    hf_person_time time = {0};
    if (clock->step_count == 0)
        return time;
    int64_t last = clock->step_count - 1;
    for (uint32_t i = draft->last_outage; i != HF_NO_INDEX; i = timed->outages.items[i].previous) {
        hf_outage_draft outage = timed->outages.items[i];
        int64_t end = outage.to < last ? outage.to : last;
        if (end > outage.from)
            time.person_steps += weight * (end - outage.from);
        if (outage.to == HF_NEVER)
            time.person_last += weight;
    }
    return time;
}

typedef struct {
    const hf_plan *plan;
    hf_timed *timed;
    const hf_clock *clock;
    hf_arena *arena;
    hf_cascade *result;
    HF_VEC(uint32_t) lost;
    HF_VEC(uint32_t) stack;
    hf_outage *outages;
    uint32_t outage_count;
} writer;

static double hours_at(const hf_clock *clock, int64_t at)
{
    if (at == HF_NEVER)
        return INFINITY;
    return clock->step_count == 0 ? (double)at / HF_TICKS_PER_HOUR : (double)at * clock->step_h;
}

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

uint32_t hf_sort_unique(uint32_t *items, uint32_t count)
{
    if (count == 0)
        return 0;
    qsort(items, count, sizeof(items[0]), by_number);
    uint32_t kept = 1;
    for (uint32_t i = 1; i < count; i++)
        if (items[i] != items[kept - 1])
            items[kept++] = items[i];
    return kept;
}

// The lost members of a group as assets. A gate stands for what it had lost itself.
static void write_lost(writer *w, const hf_fall_draft *draft, hf_fall *fall)
{
    hf_timed *timed = w->timed;
    uint32_t mark = hf_timed_next_mark(timed, w->plan);
    fall->first_lost = (uint32_t)w->lost.count;
    w->stack.count = 0;
    for (uint32_t i = 0; i < draft->lost_count; i++)
        HF_VEC_ADD(w->arena, &w->stack, timed->lost.items[draft->first_lost + i]);
    while (w->stack.count > 0) {
        uint32_t node = w->stack.items[--w->stack.count];
        uint32_t asset = w->plan->asset_of[node];
        if (hf_asset_is_listed(w->plan, asset)) {
            HF_VEC_ADD(w->arena, &w->lost, asset);
            continue;
        }
        uint32_t index = timed->draft_of[node];
        if (index == HF_NO_INDEX || timed->mark[node] == mark)
            continue;
        timed->mark[node] = mark;
        const hf_fall_draft *gate = &timed->drafts.items[index];
        for (uint32_t i = 0; i < gate->lost_count; i++)
            HF_VEC_ADD(w->arena, &w->stack, timed->lost.items[gate->first_lost + i]);
    }
    uint32_t count = (uint32_t)w->lost.count - fall->first_lost;
    fall->lost_count = count == 0 ? 0 : hf_sort_unique(w->lost.items + fall->first_lost, count);
    w->lost.count = fall->first_lost + fall->lost_count;
}

static void write_outages(writer *w, const hf_fall_draft *draft, hf_fall *fall)
{
    const hf_timed *timed = w->timed;
    fall->first_outage = w->outage_count;
    fall->outage_count = draft->outage_count;
    uint32_t at = w->outage_count + draft->outage_count;
    w->outage_count = at;
    fall->until_h = hours_at(w->clock, timed->outages.items[draft->last_outage].to);
    for (uint32_t i = draft->last_outage; i != HF_NO_INDEX; i = timed->outages.items[i].previous) {
        const hf_outage_draft *outage = &timed->outages.items[i];
        w->outages[--at] = (hf_outage){.from_h = hours_at(w->clock, outage->from),
                                       .to_h = hours_at(w->clock, outage->to),
                                       .round = outage->round,
                                       .why = outage->why,
                                       .why_lost_at_h = hours_at(w->clock, outage->why_lost_at)};
    }
    w->outages[at].round = fall->round; // the first one is the fall
    w->outages[at].why = fall->why;
    w->outages[at].why_lost_at_h = fall->why_lost_at_h;
}

static hf_fall write_fall(writer *w, const hf_fall_draft *draft)
{
    const hf_plan *plan = w->plan;
    hf_fall fall = {.asset = plan->asset_of[draft->node],
                    .level = plan->level_of[draft->node],
                    .cause = draft->cause,
                    .group = HF_NO_INDEX,
                    .layer = HF_NO_INDEX,
                    .at_h = hours_at(w->clock, draft->at),
                    .lost_at_h = hours_at(w->clock, draft->via_lost_at),
                    .round = draft->round,
                    .why = draft->why,
                    .why_lost_at_h = hours_at(w->clock, draft->why_lost_at)};
    if (draft->cause == HF_CAUSE_DEPENDENCY)
        fall.group = plan->input_group[draft->via];
    if (draft->cause == HF_CAUSE_NETWORK)
        fall.layer = plan->slot_layer[draft->via - plan->group_count];
    return fall;
}

// Listed falls first, by hour and asset; behind them the hidden ones likewise.
static int by_hour(const void *left, const void *right)
{
    const hf_fall *a = left, *b = right;
    if (a->at_h < b->at_h || a->at_h > b->at_h)
        return a->at_h < b->at_h ? -1 : 1;
    if (a->asset != b->asset)
        return a->asset < b->asset ? -1 : 1;
    return a->level < b->level ? -1 : a->level > b->level;
}

// weight × the ticks in which the node of the draft was down before the end of a question without a
// grid; 0 when it has no end.
static HF_U128 ticks_down(const writer *w, const hf_fall_draft *draft, int64_t weight)
{
    HF_U128 sum = 0;
    if (w->clock->step_count != 0 || w->clock->hours == 0)
        return sum;
    int64_t end = (int64_t)llround(w->clock->hours * HF_TICKS_PER_HOUR);
    for (uint32_t i = draft->last_outage; i != HF_NO_INDEX;
         i = w->timed->outages.items[i].previous) {
        hf_outage_draft outage = w->timed->outages.items[i];
        int64_t to = outage.to < end ? outage.to : end;
        sum = sum + (HF_U128)weight * (HF_U128)(to - outage.from);
    }
    return sum;
}

// Sums before they are hours: whole numbers, so that their order does not matter.
typedef struct {
    hf_loss loss;
    HF_U128 ticks;
} loss_sum;

static void add_loss(loss_sum *sum, int64_t people, hf_person_time time, HF_U128 ticks)
{
    sum->loss.people += people;
    sum->loss.time.person_steps += time.person_steps;
    sum->loss.time.person_last += time.person_last;
    sum->ticks = sum->ticks + ticks;
}

static hf_loss close_loss(const writer *w, const loss_sum *sum)
{
    hf_loss loss = sum->loss;
    loss.people_hours = w->clock->step_count == 0
                            ? (double)sum->ticks / HF_TICKS_PER_HOUR
                            : hf_person_hours(loss.time, w->clock->step_h, w->clock->last_step_h);
    return loss;
}

static void write_losses(writer *w)
{
    const hf_timed *timed = w->timed;
    uint32_t sector_count = w->plan->facts.sector_count;
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    loss_sum all = {0}, *sums = HF_NEW_N(&scratch, loss_sum, sector_count);
    for (size_t i = 0; i < timed->drafts.count; i++) {
        const hf_fall_draft *draft = &timed->drafts.items[i];
        int64_t weight = w->plan->weight[draft->node];
        if (weight == 0)
            continue;
        hf_person_time time = hf_draft_time(timed, draft, weight, w->clock);
        HF_U128 ticks = ticks_down(w, draft, weight);
        add_loss(&all, weight, time, ticks);
        add_loss(&sums[w->plan->sector[w->plan->asset_of[draft->node]]], weight, time, ticks);
    }
    hf_loss *by_sector = HF_NEW_N(w->arena, hf_loss, sector_count);
    for (uint32_t sector = 0; sector < sector_count; sector++)
        by_sector[sector] = close_loss(w, &sums[sector]);
    w->result->by_sector = by_sector;
    w->result->loss = close_loss(w, &all);
}

// Levels above the lowest that fell while their asset as a whole did not.
static void write_reductions(writer *w, const hf_fall *hidden, uint32_t hidden_count)
{
    hf_reduction *list = HF_NEW_N(w->arena, hf_reduction, hidden_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < hidden_count; i++) {
        uint32_t node = w->plan->level_node[w->plan->first_level_node[hidden[i].asset]];
        if (hidden[i].level > 1 && (w->plan->flags[node] & HF_NODE_LISTED) != 0 &&
            w->timed->draft_of[node] == HF_NO_INDEX)
            list[count++] = (hf_reduction){hidden[i].asset, hidden[i].level, hidden[i].at_h};
    }
    w->result->reductions = list;
    w->result->reduction_count = count;
}

static void write_result(writer *w)
{
    const hf_timed *timed = w->timed;
    uint32_t count = (uint32_t)timed->drafts.count, listed = 0, hidden = count;
    hf_fall *falls = HF_NEW_N(w->arena, hf_fall, count);
    w->outages = HF_NEW_N(w->arena, hf_outage, timed->outages.count);
    for (uint32_t i = 0; i < count; i++) {
        const hf_fall_draft *draft = &timed->drafts.items[i];
        bool is_listed = (w->plan->flags[draft->node] & HF_NODE_LISTED) != 0;
        hf_fall *fall = &falls[is_listed ? listed++ : --hidden];
        *fall = write_fall(w, draft);
        write_lost(w, draft, fall);
        write_outages(w, draft, fall);
    }
    qsort(falls, listed, sizeof(falls[0]), by_hour);
    qsort(falls + listed, count - listed, sizeof(falls[0]), by_hour);
    w->result->falls = falls;
    w->result->fall_count = listed;
    w->result->hidden_count = count - listed;
    w->result->lost = w->lost.items;
    w->result->outages = w->outages;
    write_reductions(w, falls + listed, count - listed);
    write_losses(w);
}

void hf_write_drafts(const hf_plan *plan, hf_timed *timed, const hf_clock *clock, hf_arena *arena,
                     hf_cascade *result)
{
    writer w = {.plan = plan, .timed = timed, .clock = clock, .arena = arena, .result = result};
    write_result(&w);
}

bool hf_check_assets(const hf_plan *plan, const uint32_t *assets, uint32_t count, hf_error *err)
{
    for (uint32_t i = 0; i < count; i++)
        if (assets[i] >= plan->facts.asset_count)
            return hf_fail(err, HF_ERR_INPUT, "engine.asset_unknown", "there is no asset number %u",
                           (unsigned)assets[i]);
    return true;
}

bool hf_cascade_run(const hf_plan *plan, const hf_question *question, hf_engine_state *state,
                    hf_arena *arena, hf_cascade *result, hf_error *err)
{
    HF_ASSERT(state->plan == plan);
    hf_clock clock = {0};
    if (!hf_clock_of(plan, question->hours, question->step_h, &clock, err) ||
        !hf_check_assets(plan, question->fail, question->fail_count, err))
        return false;
    *result = (hf_cascade){.hours = clock.hours,
                           .step_h = clock.step_h,
                           .last_step_h = clock.last_step_h,
                           .step_count = (uint32_t)clock.step_count};
    hf_kernel_run(state, question->fail, question->fail_count, &clock, question->restart, true);
    hf_write_drafts(plan, state->timed, &clock, arena, result);
    hf_kernel_undo(state, &clock);
    return true;
}
