// SPDX-License-Identifier: Apache-2.0
//
// The dense kernel outside of its loops: makes a question ready, opens workers, and carries what they
// counted to the tally.
#include "engine/kernel/dense.h"

#include <string.h>
#include <unistd.h>

#include "base/vec.h"

typedef struct {
    hf_lane_question *q;
    const hf_lanes *lanes;
    const hf_plan *plan;
    const hf_prepared *prepared;
    hf_arena *arena;
    uint32_t *first_shock; // by asset, in prepared->shocks; one more at the end
    uint32_t *hit_of;      // by node: hit + 1
    hf_rare *rares;        // in the order of the shocks, to be read one after the other
    uint32_t rare_count;
    HF_VEC(hf_lane_hit) hits;
    HF_VEC(hf_lane_shock) shocks;
    HF_VEC(hf_lane_chance) chances;
    HF_VEC(hf_lane_gate) gates;
    HF_VEC(hf_lane_top) tops;
} writer;

static uint32_t steps_of(const writer *w, double hours)
{
    if (!(hours > 0))
        return 0;
    return (uint32_t)hf_grid_steps(hours, w->prepared->clock.step_h, (int64_t)w->q->step_count + 1);
}

static uint32_t bits_of(uint32_t number)
{
    return number == 0 ? 0 : 32u - (uint32_t)__builtin_clz(number);
}

static uint32_t level_count(const hf_plan *plan, uint32_t asset)
{
    return plan->first_level_node[asset + 1] - plan->first_level_node[asset];
}

// ---- Hazards ----

// Chances that the node of `level` is damaged: in each class that of the highest level up to it.
static uint32_t add_chances(writer *w, const hf_shock *shock, uint32_t level)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < shock->chance_count; i++) {
        const hf_chance *chance = &w->prepared->chances[shock->first_chance + i];
        if (chance->level > level)
            continue;
        hf_lane_chance item = {chance->p, chance->threat_class};
        hf_lane_chance *last = count == 0 ? NULL : &w->chances.items[w->chances.count - 1];
        if (last != NULL && last->threat_class == item.threat_class) {
            *last = item;
            continue;
        }
        HF_VEC_ADD(w->arena, &w->chances, item);
        count++;
    }
    return count;
}

static void add_shock(writer *w, const hf_shock *shock, uint32_t level, uint32_t top)
{
    hf_lane_shock item = {.step = shock->step, .when = shock->when};
    if (shock->rare != NULL) {
        w->rares[w->rare_count] = *shock->rare;
        item.rare = &w->rares[w->rare_count++];
    }
    item.first_own = (uint32_t)w->chances.count;
    item.own_count = add_chances(w, shock, level);
    item.first_any = item.first_own;
    item.any_count = item.own_count;
    if (level < top) {
        item.first_any = (uint32_t)w->chances.count;
        item.any_count = add_chances(w, shock, top);
    }
    HF_VEC_ADD(w->arena, &w->shocks, item);
}

static void add_hit(writer *w, uint32_t node)
{
    const hf_plan *plan = w->plan;
    uint32_t asset = plan->asset_of[node];
    uint32_t from = w->first_shock[asset], to = w->first_shock[asset + 1];
    if (from == to)
        return;
    hf_lane_hit hit = {.id = plan->asset_id[asset],
                       .node = node,
                       .first_shock = (uint32_t)w->shocks.count,
                       .shock_count = to - from};
    for (uint32_t i = from; i < to; i++)
        add_shock(w, &w->prepared->shocks[i], plan->level_of[node], level_count(plan, asset));
    if (w->q->step_count > 0) {
        hit.repair = w->prepared->repair_of[asset];
        hit.window_steps = steps_of(w, plan->black_start_h[asset]);
        hit.first_plane = w->q->plane_count;
        hit.plane_count = bits_of(hit.window_steps);
        w->q->plane_count += hit.plane_count;
        w->q->has_windows |= hit.window_steps > 0;
    }
    HF_VEC_ADD(w->arena, &w->hits, hit);
    w->hit_of[node] = (uint32_t)w->hits.count;
}

// Rare chances, once for each node of their asset.
static size_t rare_room(const writer *w)
{
    size_t count = 0;
    for (uint32_t i = 0; i < w->prepared->shock_count; i++)
        if (w->prepared->shocks[i].rare != NULL)
            count += level_count(w->plan, w->prepared->shocks[i].asset);
    return count;
}

static void add_hits(writer *w)
{
    hf_lane_question *q = w->q;
    w->first_shock = HF_NEW_N(w->arena, uint32_t, (size_t)w->plan->facts.asset_count + 1);
    w->hit_of = HF_NEW_N(w->arena, uint32_t, w->plan->node_count);
    w->rares = hf_arena_take_aligned(w->arena, rare_room(w) * sizeof(hf_rare), 64);
    for (uint32_t i = 0; i < w->prepared->shock_count; i++)
        w->first_shock[w->prepared->shocks[i].asset + 1]++;
    for (uint32_t a = 0; a < w->plan->facts.asset_count; a++)
        w->first_shock[a + 1] += w->first_shock[a];
    q->first_hit = HF_NEW_N(w->arena, uint32_t, (size_t)w->lanes->range_count + 1);
    for (uint32_t r = 0; r < w->lanes->range_count; r++) {
        const hf_lane_range *range = &w->lanes->ranges[r];
        for (uint32_t v = range->first_node; v < range->first_node + range->node_count; v++)
            add_hit(w, v);
        q->first_hit[r + 1] = (uint32_t)w->hits.count;
    }
    for (uint32_t h = 0; h < w->hits.count; h++) {
        uint32_t node = w->hits.items[h].node, asset = w->plan->asset_of[node];
        uint32_t levels = level_count(w->plan, asset);
        hf_lane_top top = {w->plan->level_node[w->plan->first_level_node[asset]], h};
        if (levels > 1 && w->plan->level_of[node] == levels)
            HF_VEC_ADD(w->arena, &w->tops, top);
    }
    q->hits = w->hits.items;
    q->hit_count = (uint32_t)w->hits.count;
    q->shocks = w->shocks.items;
    q->shock_count = (uint32_t)w->shocks.count;
    q->chances = w->chances.items;
    q->tops = w->tops.items;
    q->top_count = (uint32_t)w->tops.count;
}

// ---- Gates ----

// The place of the gate of a reason: 0 when it is always open.
static uint32_t add_gate(writer *w, hf_gate_kind kind, uint32_t source, uint32_t reason)
{
    bool is_slot = hf_reason_is_slot(w->plan, reason);
    bool is_tie = !is_slot && w->plan->input_group[reason] == HF_NO_INDEX;
    uint32_t hit = w->hit_of[w->plan->consumer[reason]];
    bool has_window = hit > 0 && !is_tie && w->hits.items[hit - 1].window_steps > 0;
    uint32_t buffer = steps_of(w, w->plan->buffer_h[reason]);
    if (buffer == 0 && !has_window)
        return 0;
    hf_lane_gate gate = {.source = source,
                         .kind = kind,
                         .buffer_steps = buffer,
                         .first_plane = w->q->plane_count,
                         .plane_count = bits_of(buffer),
                         .window_hit = has_window ? hit : 0,
                         .is_gradual =
                             !is_slot && w->plan->recharge[reason] == HF_RECHARGE_GRADUAL};
    w->q->plane_count += gate.plane_count;
    HF_VEC_ADD(w->arena, &w->gates, gate);
    return (uint32_t)w->gates.count;
}

static void add_range_gates(writer *w, const hf_lane_range *range)
{
    const hf_lanes *lanes = w->lanes;
    const hf_plan *plan = w->plan;
    for (uint32_t i = range->first_run; i < range->first_run + range->run_count; i++) {
        const hf_lane_run *run = &lanes->runs[i];
        for (uint32_t k = run->first_record; k < run->first_record + run->record_count; k++)
            w->q->record_gate[k] = add_gate(w, HF_GATE_RECORD, k, lanes->record_group[k]);
        for (uint32_t k = run->first_wide; k < run->first_wide + run->wide_count; k++)
            w->q->wide_gate[k] = add_gate(w, HF_GATE_WIDE, k, lanes->wides[k].group);
    }
    for (uint32_t v = range->first_node; v < range->first_node + range->node_count; v++) {
        if ((plan->flags[v] & HF_NODE_IN_LAYER) == 0)
            continue;
        for (uint32_t k = plan->first_slot[v]; k < plan->first_slot[v + 1]; k++) {
            uint32_t s = plan->node_slots[k];
            w->q->slot_gate[s] = add_gate(w, HF_GATE_SLOT, s, plan->group_count + s);
        }
    }
}

static void add_gates(writer *w)
{
    hf_lane_question *q = w->q;
    q->record_gate = HF_NEW_N(w->arena, uint32_t, w->lanes->record_count);
    q->wide_gate = HF_NEW_N(w->arena, uint32_t, w->lanes->wide_count);
    q->slot_gate = HF_NEW_N(w->arena, uint32_t, w->plan->slot_count);
    q->first_gate = HF_NEW_N(w->arena, uint32_t, (size_t)w->lanes->range_count + 1);
    for (uint32_t r = 0; r < w->lanes->range_count; r++) {
        add_range_gates(w, &w->lanes->ranges[r]);
        q->first_gate[r + 1] = (uint32_t)w->gates.count;
    }
    q->gates = w->gates.items;
    q->gate_count = (uint32_t)w->gates.count;
}

// ---- Links ----

// Where the live masks of each range stand: kept when the range is looked at more than once.
static void place_links(writer *w)
{
    hf_lane_question *q = w->q;
    const hf_lanes *lanes = w->lanes;
    q->first_kept = HF_NEW_N(w->arena, uint32_t, lanes->range_count);
    q->kept_count = q->scratch_count = 1;
    for (uint32_t i = 0; i < lanes->stretch_count; i++) {
        const hf_lane_stretch *stretch = &lanes->stretches[i];
        for (uint32_t k = 0; k < stretch->range_count; k++) {
            uint32_t r = stretch->first_range + k, count = lanes->ranges[r].link_count;
            if (count == 0)
                continue;
            if (stretch->is_cyclic || q->step_count > 0) {
                q->first_kept[r] = q->kept_count;
                q->kept_count += count + 1;
            } else if (count + 1 > q->scratch_count) {
                q->scratch_count = count + 1;
            }
        }
    }
}

static void choose_samplers(writer *w)
{
    hf_lane_question *q = w->q;
    const hf_plan *plan = w->plan;
    q->has_eighths = w->prepared->simulation->strength_digits == 8;
    if (!q->has_eighths) {
        q->link_rare = HF_NEW_N(w->arena, const hf_rare *, w->lanes->link_count);
        for (uint32_t i = 0; i < w->lanes->link_count; i++)
            q->link_rare[i] =
                hf_link_rare(w->prepared, hf_link_chance(w->prepared, w->lanes->links[i].p));
    }
    q->layer_link_rare = HF_NEW_N(w->arena, const hf_rare *, plan->chance_link_count);
    q->layer_link_p = HF_NEW_N(w->arena, uint64_t, plan->chance_link_count);
    for (uint32_t i = 0; i < plan->chance_link_count; i++) {
        q->layer_link_p[i] = hf_link_chance(w->prepared, plan->chance_link_strength[i]);
        q->layer_link_rare[i] = hf_link_rare(w->prepared, q->layer_link_p[i]);
    }
}

hf_lane_question *hf_dense_prepare(const hf_lanes *lanes, const hf_prepared *prepared,
                                   hf_arena *arena)
{
    const hf_plan *plan = prepared->plan;
    hf_lane_question *q = HF_NEW(arena, hf_lane_question);
    writer w = {.q = q, .lanes = lanes, .plan = plan, .prepared = prepared, .arena = arena};
    q->lanes = lanes;
    q->prepared = prepared;
    q->step_count = (uint32_t)prepared->clock.step_count;
    q->is_sequential = q->step_count > 0 && prepared->simulation->restart == HF_RESTART_SEQUENTIAL;
    add_hits(&w);
    if (q->step_count > 0)
        add_gates(&w);
    place_links(&w);
    choose_samplers(&w);
    if (prepared->simulation->wants_series) {
        uint32_t *row_of = HF_NEW_N(arena, uint32_t, plan->node_count);
        for (uint32_t v = 0; v < plan->node_count; v++)
            row_of[v] = prepared->series_of[plan->asset_of[v]];
        q->row_of = row_of;
    }
    return q;
}

// ---- Workers ----

// Takes lines, or only counts their bytes when there is no arena.
typedef struct {
    hf_arena *arena;
    size_t line_bytes, bytes;
} line_taker;

static void *take_lines(line_taker *taker, size_t count, bool is_wanted)
{
    size_t bytes = count * taker->line_bytes;
    if (!is_wanted)
        return NULL;
    taker->bytes += bytes;
    return taker->arena == NULL ? NULL : hf_arena_take_aligned(taker->arena, bytes, 64);
}

static void take_all_lines(hf_lane_worker *worker, const hf_lane_question *q, line_taker *taker)
{
    const hf_plan *plan = q->lanes->plan;
    const hf_simulation *s = q->prepared->simulation;
    bool has_time = q->step_count > 0;
    worker->down = take_lines(taker, (size_t)plan->node_count + 1, true);
    worker->own =
        take_lines(taker, q->hit_count, has_time || s->wants_criticality || q->top_count > 0);
    worker->damaged = take_lines(taker, q->hit_count, has_time);
    worker->cohort = take_lines(taker, q->shock_count, has_time);
    worker->window = take_lines(taker, q->hit_count, has_time);
    worker->ever =
        take_lines(taker, plan->node_count, has_time && (s->wants_assets || s->wants_criticality));
    worker->held = take_lines(taker, plan->node_count, q->is_sequential);
    worker->gates = take_lines(taker, (size_t)q->gate_count + 1, true);
    worker->planes = take_lines(taker, q->plane_count, has_time);
    worker->kept = take_lines(taker, q->kept_count, true);
    worker->links = take_lines(taker, q->scratch_count, true);
    worker->fed = take_lines(taker, plan->slot_count, true);
    worker->cut = take_lines(taker, plan->slot_count, true);
    worker->layer_links = take_lines(taker, plan->chance_link_count, true);
    worker->class_of = take_lines(taker, HF_CLASS_COUNT_MAX, true);
    worker->sums = take_lines(taker, HF_SUM_LINES, true);
    worker->last_sums = take_lines(taker, HF_SUM_LINES, true);
}

size_t hf_dense_bytes(const hf_lane_question *question, uint32_t lanes)
{
    hf_lane_worker worker = {0};
    line_taker taker = {NULL, lanes / 8, 0};
    take_all_lines(&worker, question, &taker);
    return taker.bytes;
}

// What is no line.
static void take_counts(hf_lane_worker *worker, const hf_lane_question *question, hf_arena *arena)
{
    const hf_lanes *lanes = question->lanes;
    const hf_simulation *s = question->prepared->simulation;
    worker->is_due = HF_NEW_N(arena, uint8_t, lanes->range_count);
    worker->is_counting = HF_NEW_N(arena, uint8_t, lanes->range_count);
    worker->classes = HF_NEW(arena, hf_class_lanes);
    if (s->wants_assets || s->wants_criticality) {
        worker->down_count = HF_NEW_N(arena, uint64_t, lanes->node_count);
        worker->own_count = HF_NEW_N(arena, uint64_t, question->hit_count);
        worker->top_count = HF_NEW_N(arena, uint64_t, question->top_count);
        if (question->step_count > 0) {
            worker->last_count = HF_NEW_N(arena, uint64_t, lanes->node_count);
            worker->ever_count = HF_NEW_N(arena, uint64_t, lanes->node_count);
        }
    }
    if (s->wants_criticality)
        worker->own_loss = HF_NEW_N(arena, hf_lane_own_loss, question->hit_count);
}

hf_lane_worker *hf_dense_open(const hf_lane_question *question, const hf_lane_code *code,
                              hf_arena *arena)
{
    hf_lane_worker *worker = HF_NEW(arena, hf_lane_worker);
    line_taker taker = {arena, code->lanes / 8, 0};
    worker->question = question;
    worker->code = code;
    take_all_lines(worker, question, &taker);
    take_counts(worker, question, arena);
    return worker;
}

void hf_dense_block(hf_lane_worker *worker, uint64_t block, hf_tally *tally)
{
    const hf_prepared *prepared = worker->question->prepared;
    uint32_t trials = hf_block_trials(prepared, block);
    for (uint32_t i = 0; i < HF_LINE_WORDS; i++) {
        uint32_t left = trials > 64 * i ? trials - 64 * i : 0;
        worker->live[i] = left >= 64 ? UINT64_MAX : (UINT64_C(1) << left) - 1;
    }
    if (prepared->class_count > 1)
        hf_block_classes(prepared, block, worker->classes);
    worker->series = worker->question->row_of == NULL ? NULL : tally->series;
    worker->sweep_count = 0;
    worker->code->run(worker, block);
    for (uint32_t i = 0; i < trials; i++)
        hf_tally_add_loss(tally, block * HF_BLOCK_TRIALS + i, worker->losses[i]);
}

static void flush_nodes(hf_lane_worker *worker, hf_tally *tally)
{
    const hf_plan *plan = worker->question->lanes->plan;
    bool has_time = worker->question->step_count > 0;
    for (uint32_t v = 0; v < plan->node_count; v++) {
        hf_asset_tally *asset = &tally->assets[plan->asset_of[v]];
        if (plan->level_of[v] != 1 || (plan->flags[v] & HF_NODE_PINNED) != 0)
            continue;
        uint64_t ever = has_time ? worker->ever_count[v] : worker->down_count[v];
        asset->down_ever += ever;
        asset->down_not_own += ever; // less the damaged ones, below
        asset->down_steps += has_time ? worker->down_count[v] : 0;
        asset->down_last += has_time ? worker->last_count[v] : 0;
    }
}

static void flush_hits(hf_lane_worker *worker, hf_tally *tally)
{
    const hf_lane_question *q = worker->question;
    const hf_plan *plan = q->lanes->plan;
    for (uint32_t h = 0; h < q->hit_count; h++) {
        uint32_t node = q->hits[h].node, levels = level_count(plan, plan->asset_of[node]);
        hf_asset_tally *asset = &tally->assets[plan->asset_of[node]];
        if (plan->level_of[node] != levels)
            continue;
        asset->own_damage += worker->own_count[h];
        if (levels == 1 && (plan->flags[node] & HF_NODE_PINNED) == 0)
            asset->down_not_own -= worker->own_count[h]; // whoever is damaged is down
        if (worker->own_loss == NULL)
            continue;
        hf_wide_add_wide(&asset->loss, worker->own_loss[h].sum);
        hf_wide_add_wide(&asset->loss_square, worker->own_loss[h].square);
    }
    for (uint32_t i = 0; i < q->top_count; i++) {
        hf_lane_top top = q->tops[i];
        uint32_t v = top.node;
        if ((plan->flags[v] & HF_NODE_PINNED) != 0)
            continue;
        uint64_t ever = q->step_count > 0 ? worker->ever_count[v] : worker->down_count[v];
        tally->assets[plan->asset_of[v]].down_not_own -= ever - worker->top_count[i];
    }
}

void hf_dense_flush(hf_lane_worker *worker, hf_tally *tally)
{
    const hf_lane_question *q = worker->question;
    uint32_t n = q->lanes->node_count;
    if (worker->down_count == NULL)
        return;
    flush_nodes(worker, tally);
    flush_hits(worker, tally);
    memset(worker->down_count, 0, n * sizeof(uint64_t));
    memset(worker->own_count, 0, q->hit_count * sizeof(uint64_t));
    memset(worker->top_count, 0, q->top_count * sizeof(uint64_t));
    if (worker->own_loss != NULL)
        memset(worker->own_loss, 0, q->hit_count * sizeof(worker->own_loss[0]));
    if (q->step_count > 0) {
        memset(worker->last_count, 0, n * sizeof(uint64_t));
        memset(worker->ever_count, 0, n * sizeof(uint64_t));
    }
}

// ---- The block kernel ----

struct hf_dense {
    const hf_lane_question *question;
    const hf_lane_code *code;
};

static uint64_t memory_bytes(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
    return pages > 0 && page_bytes > 0 ? (uint64_t)pages * (uint64_t)page_bytes : UINT64_MAX;
}

bool hf_dense_make_ready(hf_prepared *prepared, uint32_t threads, hf_arena *arena, hf_error *err)
{
    struct hf_dense *dense = HF_NEW(arena, struct hf_dense);
    uint32_t lanes = prepared->simulation->lanes;
    dense->question = hf_dense_prepare(hf_lanes_build(prepared->plan, arena), prepared, arena);
    if (lanes == 0) {
        lanes = 512;
        while (lanes > 64 && hf_dense_bytes(dense->question, lanes) > memory_bytes() / 2 / threads)
            lanes = lanes == 512 ? 256 : 64;
    }
    dense->code = hf_lane_code_of(lanes, NULL);
    if (dense->code == NULL)
        return hf_fail(err, HF_ERR_USAGE, "engine.kernel", "there are 64, 256 and 512 lanes");
    prepared->dense = dense;
    return true;
}

static void *open_dense(const hf_prepared *prepared, hf_arena *arena)
{
    return hf_dense_open(prepared->dense->question, prepared->dense->code, arena);
}

static void run_dense(void *memory, uint64_t block, hf_tally *tally)
{
    hf_dense_block(memory, block, tally);
}

static void flush_dense(void *memory, hf_tally *tally)
{
    hf_dense_flush(memory, tally);
}

// The lines are counted and not taken: they are what may be too much.
static uint64_t bytes_of_dense(const hf_prepared *prepared)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const struct hf_dense *dense = prepared->dense;
    hf_lane_worker *worker = HF_NEW(&scratch, hf_lane_worker);
    take_counts(worker, dense->question, &scratch);
    return hf_dense_bytes(dense->question, dense->code->lanes) + hf_arena_held_bytes(&scratch);
}

const hf_block_kernel hf_dense_kernel = {
    .name = "dense",
    .open = open_dense,
    .run = run_dense,
    .flush = flush_dense,
    .bytes = bytes_of_dense,
};
