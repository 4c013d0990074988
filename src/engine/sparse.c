// SPDX-License-Identifier: Apache-2.0
//
// The sparse block kernel: damage is drawn for all trials of a block at once, then each trial is a
// cascade of its own over the worklists of spread.c and grid.c. Links are drawn when a loss first
// reaches them. Costs what falls; the better choice while few assets fall in a trial.
#include <string.h>

#include "engine/block.h"

typedef struct {
    uint32_t shock;
    uint16_t lane;
    uint8_t level;
} hit;

// Own damage of one asset below `level`, in steps from .. to - 1. Pieces of one asset that touch are
// one damage to the nodes that both reach.
typedef struct {
    int64_t from, to;
    uint8_t level;
    bool is_gone; // at `to`; else it goes on in the next piece, or beyond the end
} piece;

typedef struct {
    const hf_prepared *prepared;
    const hf_plan *plan;
    hf_arena *arena;
    hf_engine_state *state;
    hf_felt felt;
    hf_class_lanes classes;
    uint64_t wanted[HF_LINE_WORDS]; // lanes whose hits are noted
    HF_VEC(hit) hits;               // of the block, by shock
    hit *by_lane;                   // the same, by lane
    size_t by_lane_capacity;
    uint32_t first_hit[HF_BLOCK_TRIALS + 1];
    uint64_t (*works)[HF_LINE_WORDS]; // network links that may fail
    uint32_t *own_mark;               // by asset: stamp of the trial in which it was damaged itself
    HF_U128 *series;                  // changes of the weight down, [step * rows + row]
    uint64_t down_nodes;
    HF_VEC(piece) pieces; // scratch
    // Trial at hand
    uint64_t trial;
    uint64_t loss;
    hf_tally *tally;
} worker;

bool hf_felt_member(const hf_felt *felt, const hf_plan *plan, uint32_t member)
{
    uint64_t chance = hf_link_chance(felt->prepared, plan->member_strength[member]);
    return hf_bit(&felt->prepared->link_random, plan->member_id[member], felt->trial, chance,
                  hf_link_rare(felt->prepared, chance));
}

bool hf_felt_draw(hf_felt *felt, const hf_plan *plan, uint32_t edge)
{
    uint32_t stamped = felt->stamps[edge];
    if (stamped >> 1 == felt->stamp)
        return (stamped & 1) != 0;
    bool is_felt = hf_felt_member(felt, plan, plan->edge_member[edge]);
    felt->stamps[edge] = felt->stamp << 1 | (uint32_t)is_felt;
    return is_felt;
}

static void *open_worker(const hf_prepared *prepared, hf_arena *arena)
{
    const hf_plan *plan = prepared->plan;
    worker *w = HF_NEW(arena, worker);
    w->prepared = prepared;
    w->plan = plan;
    w->arena = arena;
    w->state = hf_engine_state_new(plan, arena);
    w->own_mark = HF_NEW_N(arena, uint32_t, plan->facts.asset_count);
    w->works = hf_arena_take_n(arena, plan->chance_link_count, sizeof(w->works[0]));
    w->felt.prepared = prepared;
    memset(w->wanted, 0xff, sizeof(w->wanted));
    if (plan->edge_member != NULL) {
        w->felt.stamps = HF_NEW_N(arena, uint32_t, plan->first_edge[plan->node_count]);
        w->state->felt = &w->felt;
    }
    if (prepared->clock.step_count > 0)
        w->state->timed = hf_timed_new(plan, arena);
    if (prepared->simulation->wants_series) { // one step more: what lasts to the end ends there
        size_t steps = prepared->clock.step_count == 0 ? 1 : (size_t)prepared->clock.step_count;
        w->series = hf_arena_take_n(arena, (steps + 1) * prepared->series_count, sizeof(HF_U128));
    }
    return w;
}

// ---- Damage of the block ----

static void note_hits(worker *w, uint32_t shock, uint64_t (*below)[HF_LINE_WORDS])
{
    for (uint32_t word = 0; word < HF_LINE_WORDS; word++) {
        uint64_t left = below[HF_LEVEL_COUNT_MAX - 1][word] & w->wanted[word];
        for (; left != 0; left &= left - 1) {
            uint32_t lane = (uint32_t)__builtin_ctzll(left);
            uint8_t level = 1;
            while ((below[level][word] >> lane & 1) == 0)
                level++;
            hit item = {shock, (uint16_t)(64 * word + lane), level};
            HF_VEC_ADD(w->arena, &w->hits, item);
        }
    }
}

static void draw_block(worker *w, uint64_t block)
{
    const hf_prepared *p = w->prepared;
    uint64_t below[HF_LEVEL_COUNT_MAX][HF_LINE_WORDS];
    w->hits.count = 0;
    hf_block_classes(p, block, &w->classes);
    for (uint32_t i = 0; i < p->shock_count; i++)
        if (hf_shock_lines(p, &p->shocks[i], block, &w->classes, below))
            note_hits(w, i, below);
    for (uint32_t i = 0; i < w->plan->chance_link_count; i++) {
        uint64_t chance = hf_link_chance(p, w->plan->chance_link_strength[i]);
        hf_line(&p->layer_link_random, w->plan->chance_link_id[i], block, chance,
                hf_link_rare(p, chance), w->works[i]);
    }
}

// Hits by lane, those of one lane still in the order of shocks.
static void sort_hits(worker *w)
{
    uint32_t *first = w->first_hit;
    if (w->by_lane == NULL || w->by_lane_capacity < w->hits.count) {
        w->by_lane_capacity = w->hits.capacity;
        w->by_lane = HF_NEW_N(w->arena, hit, w->by_lane_capacity);
    }
    memset(first, 0, sizeof(w->first_hit));
    for (size_t i = 0; i < w->hits.count; i++)
        first[w->hits.items[i].lane + 1u]++;
    for (uint32_t lane = 0; lane < HF_BLOCK_TRIALS; lane++)
        first[lane + 1] += first[lane];
    for (size_t i = 0; i < w->hits.count; i++)
        w->by_lane[first[w->hits.items[i].lane]++] = w->hits.items[i];
    for (uint32_t lane = HF_BLOCK_TRIALS; lane > 0; lane--) // they moved on by one lane
        first[lane] = first[lane - 1];
    first[0] = 0;
}

// ---- Own damage of a trial ----

static void add_damage(worker *w, uint32_t asset, const piece *pieces, uint32_t count)
{
    const hf_plan *plan = w->plan;
    for (uint32_t k = plan->first_level_node[asset]; k < plan->first_level_node[asset + 1]; k++) {
        uint32_t node = plan->level_node[k];
        hf_damage damage = {node, 0, -1};
        for (uint32_t i = 0; i < count; i++) {
            if (pieces[i].level > plan->level_of[node])
                continue;
            if (damage.to == pieces[i].from) {
                damage.to = pieces[i].to;
                continue;
            }
            if (damage.to > 0)
                HF_VEC_ADD(w->arena, &w->state->timed->damage, damage);
            damage.from = pieces[i].from;
            damage.to = pieces[i].to;
        }
        if (damage.to > 0)
            HF_VEC_ADD(w->arena, &w->state->timed->damage, damage);
    }
}

// The first step in which damage of `since` is gone, or `until` if it lasts that long.
static int64_t end_of_damage(const worker *w, uint32_t asset, int64_t since, int64_t until,
                             bool *is_gone)
{
    *is_gone = true;
    for (int64_t step = since + 1; step <= until && step < w->prepared->clock.step_count; step++)
        if (hf_is_repaired(w->prepared, asset, w->trial, step, (uint64_t)(step - since - 1)))
            return step;
    *is_gone = false;
    return until;
}

// All hits of one asset, by step: when it is damaged, and how deep.
static void time_damage(worker *w, const hit *hits, uint32_t count)
{
    uint32_t asset = w->prepared->shocks[hits[0].shock].asset;
    uint8_t level = HF_LEVEL_COUNT_MAX;
    w->pieces.count = 0;
    for (uint32_t i = 0; i < count; i++) {
        int64_t since = w->prepared->shocks[hits[i].shock].step;
        int64_t until = i + 1 < count ? (int64_t)w->prepared->shocks[hits[i + 1].shock].step
                                      : w->prepared->clock.step_count + 1;
        bool is_gone;
        level = hits[i].level < level ? hits[i].level : level;
        int64_t to = end_of_damage(w, asset, since, until, &is_gone);
        piece item = {since, to, level, is_gone};
        HF_VEC_ADD(w->arena, &w->pieces, item);
        if (is_gone)
            level = HF_LEVEL_COUNT_MAX;
    }
    add_damage(w, asset, w->pieces.items, (uint32_t)w->pieces.count);
}

static uint32_t hits_of_asset(const worker *w, uint32_t i, uint32_t end)
{
    const hf_shock *shocks = w->prepared->shocks;
    uint32_t count = 1;
    while (i + count < end &&
           shocks[w->by_lane[i + count].shock].asset == shocks[w->by_lane[i].shock].asset)
        count++;
    return count;
}

// The pieces at hand; what is hit again before it is repaired is one damage, at the lowest level.
static void tell_drawn(worker *w, uint32_t asset, hf_drawn *drawn)
{
    for (size_t k = 0; k < w->pieces.count; k++) {
        const piece *part = &w->pieces.items[k];
        hf_drawn_damage item = {asset, part->level, part->from, part->to};
        if (k == 0 || part[-1].is_gone) {
            HF_VEC_ADD(w->arena, drawn, item);
            continue;
        }
        drawn->items[drawn->count - 1].level = part->level; // it only gets lower
        drawn->items[drawn->count - 1].to = part->to;
    }
}

// The trial's own damage into the state. `drawn` may be NULL.
static void damage_trial(worker *w, uint32_t first, uint32_t end, hf_drawn *drawn)
{
    for (uint32_t i = first; i < end;) {
        uint32_t count = hits_of_asset(w, i, end);
        time_damage(w, w->by_lane + i, count);
        if (drawn != NULL)
            tell_drawn(w, w->prepared->shocks[w->by_lane[i].shock].asset, drawn);
        i += count;
    }
}

// ---- One trial ----

static void kill_links(worker *w, uint32_t lane)
{
    for (uint32_t i = 0; i < w->plan->chance_link_count; i++)
        if ((w->works[i][lane / 64] >> (lane % 64) & 1) == 0)
            hf_network_kill(&w->state->network, i);
}

static void count_down(worker *w, uint32_t node, uint64_t steps, bool in_last)
{
    hf_tally *tally = w->tally;
    if (tally->asset_count == 0 || w->plan->level_of[node] != 1)
        return;
    uint32_t asset = w->plan->asset_of[node];
    tally->assets[asset].down_ever++;
    tally->assets[asset].down_not_own += w->own_mark[asset] != w->felt.stamp;
    tally->assets[asset].down_steps += steps;
    tally->assets[asset].down_last += in_last;
}

static void run_static(worker *w, const hit *hits, uint32_t count)
{
    const hf_plan *plan = w->plan;
    hf_engine_state *state = w->state;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t asset = w->prepared->shocks[hits[i].shock].asset;
        for (uint32_t k = plan->first_level_node[asset]; k < plan->first_level_node[asset + 1]; k++)
            if (plan->level_of[plan->level_node[k]] >= hits[i].level)
                (void)hf_spread_fell(state, plan->level_node[k]);
    }
    hf_spread_untimed(state);
    for (uint32_t i = 0; i < state->fallen_count; i++) {
        uint32_t node = state->fallen[i];
        uint64_t weight = (uint64_t)plan->weight[node];
        w->loss += weight;
        count_down(w, node, 0, false);
        if (w->series != NULL)
            w->series[w->prepared->series_of[plan->asset_of[node]]] += weight;
    }
    w->down_nodes += state->fallen_count;
    hf_spread_undo(state);
}

static void count_outages(worker *w, const hf_fall_draft *draft)
{
    const hf_prepared *p = w->prepared;
    const hf_timed *timed = w->state->timed;
    uint32_t row = p->series_of[w->plan->asset_of[draft->node]];
    uint64_t weight = (uint64_t)w->plan->weight[draft->node];
    for (uint32_t i = draft->last_outage; i != HF_NO_INDEX; i = timed->outages.items[i].previous) {
        hf_outage_draft outage = timed->outages.items[i];
        int64_t to = outage.to < p->clock.step_count ? outage.to : p->clock.step_count;
        w->series[(size_t)outage.from * p->series_count + row] += weight;
        w->series[(size_t)to * p->series_count + row] -= weight; // modulo 2^128
    }
}

static void run_grid(worker *w, const hit *hits, uint32_t count)
{
    const hf_prepared *p = w->prepared;
    hf_timed *timed = w->state->timed;
    hf_grid_options options = {p->clock.step_h, p->clock.step_count, p->simulation->restart, false};
    uint32_t first = (uint32_t)(hits - w->by_lane);
    damage_trial(w, first, first + count, NULL);
    hf_grid_run(w->state, &options);
    for (size_t i = 0; i < timed->drafts.count; i++) {
        const hf_fall_draft *draft = &timed->drafts.items[i];
        hf_person_time steps = hf_draft_time(timed, draft, 1, &p->clock);
        uint64_t weight = (uint64_t)w->plan->weight[draft->node];
        w->loss += weight * ((uint64_t)steps.person_steps * p->full_length +
                             (uint64_t)steps.person_last * p->last_length);
        count_down(w, draft->node, (uint64_t)steps.person_steps, steps.person_last > 0);
        if (w->series != NULL)
            count_outages(w, draft);
    }
    w->down_nodes += timed->drafts.count;
    hf_grid_undo(w->state);
}

static void next_stamp(worker *w)
{
    if (++w->felt.stamp <= UINT32_MAX / 2)
        return;
    w->felt.stamp = 1;
    memset(w->own_mark, 0, w->plan->facts.asset_count * sizeof(w->own_mark[0]));
    if (w->felt.stamps != NULL)
        memset(w->felt.stamps, 0,
               w->plan->first_edge[w->plan->node_count] * sizeof(w->felt.stamps[0]));
}

static void count_own(worker *w, const hit *hits, uint32_t count)
{
    hf_tally *tally = w->tally;
    if (tally->asset_count == 0)
        return;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t asset = w->prepared->shocks[hits[i].shock].asset;
        if (i > 0 && asset == w->prepared->shocks[hits[i - 1].shock].asset)
            continue;
        tally->assets[asset].own_damage++;
        if (w->prepared->simulation->wants_criticality) {
            hf_wide_add(&tally->assets[asset].loss, w->loss);
            hf_wide_add_square(&tally->assets[asset].loss_square, w->loss);
        }
    }
}

static void run_trial(worker *w, uint32_t lane)
{
    const hit *hits = w->by_lane + w->first_hit[lane];
    uint32_t count = w->first_hit[lane + 1] - w->first_hit[lane];
    w->loss = 0;
    kill_links(w, lane);
    if (count > 0 || w->state->network.dead_count > 0) {
        next_stamp(w);
        w->felt.trial = w->trial;
        for (uint32_t i = 0; i < count; i++)
            w->own_mark[w->prepared->shocks[hits[i].shock].asset] = w->felt.stamp;
        if (w->prepared->clock.step_count == 0)
            run_static(w, hits, count);
        else
            run_grid(w, hits, count);
        hf_network_revive(&w->state->network);
        count_own(w, hits, count);
    }
    hf_tally_add_loss(w->tally, w->trial, w->loss);
}

hf_engine_state *hf_sparse_draw(const hf_prepared *prepared, uint64_t trial, hf_arena *arena,
                                hf_drawn *drawn)
{
    worker *w = open_worker(prepared, arena);
    uint32_t lane = (uint32_t)(trial % HF_BLOCK_TRIALS);
    memset(w->wanted, 0, sizeof(w->wanted)); // the hits of the other lanes would fill gigabytes
    w->wanted[lane / 64] = UINT64_C(1) << (lane % 64);
    draw_block(w, trial / HF_BLOCK_TRIALS);
    sort_hits(w);
    if (w->state->timed == NULL)
        w->state->timed = hf_timed_new(w->plan, arena);
    w->trial = w->felt.trial = trial;
    next_stamp(w);
    kill_links(w, lane);
    damage_trial(w, w->first_hit[lane], w->first_hit[lane + 1], drawn);
    return w->state;
}

static void keep_series(worker *w)
{
    uint32_t rows = w->prepared->series_count;
    size_t length = (size_t)w->tally->step_count * rows;
    for (size_t i = 0; i < length; i++) {
        if (i >= rows)
            w->series[i] += w->series[i - rows];
        hf_wide sum = {(uint64_t)w->series[i], (uint64_t)(w->series[i] >> 64)};
        hf_wide_add_wide(&w->tally->series[i], sum);
    }
    memset(w->series, 0, (length + rows) * sizeof(w->series[0]));
}

static void open_block(worker *w, uint64_t block, hf_tally *tally)
{
    w->tally = tally;
    w->down_nodes = 0;
    draw_block(w, block);
    sort_hits(w);
}

bool hf_sparse_is_busy(const hf_prepared *prepared, hf_tally *scratch, uint64_t limit)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    worker *w = open_worker(prepared, &arena);
    uint32_t trials = hf_block_trials(prepared, 0);
    open_block(w, 0, scratch);
    for (uint32_t lane = 0; lane < trials; lane++) {
        w->trial = lane;
        run_trial(w, lane);
        if (w->down_nodes > limit)
            return true;
    }
    return false;
}

static void run_block(void *memory, uint64_t block, hf_tally *tally)
{
    worker *w = memory;
    uint32_t trials = hf_block_trials(w->prepared, block);
    open_block(w, block, tally);
    for (uint32_t lane = 0; lane < trials; lane++) {
        w->trial = block * HF_BLOCK_TRIALS + lane;
        run_trial(w, lane);
    }
    if (w->series != NULL)
        keep_series(w);
}

const hf_block_kernel hf_sparse_kernel = {.name = "sparse", .open = open_worker, .run = run_block};
