// SPDX-License-Identifier: Apache-2.0
//
// N-1: the cascade of every asset alone, 64 of them abreast when there is no time. Assets are
// independent of each other, so threads take them in pieces; each writes only the rows of its piece,
// with a state of its own. All sums are integers, so the rows do not depend on who computed them.
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "engine/abreast.h"
#include "engine/cascade.h"
#include "engine/class_loss.h"

#define PIECE_ASSETS 512u

// Cascades that are answered abreast, and what is counted of them, all zero between two runs.
typedef struct {
    hf_abreast *abreast;
    uint32_t count;
    uint32_t asset[HF_ABREAST];
    hf_rank_row *row[HF_ABREAST];
    int64_t people[HF_ABREAST];
    uint32_t (*tally)[HF_ABREAST]; // by kind
    uint64_t *lanes_of_kind;       // those with a tally
    uint64_t *lanes_of_sector;     // those that lose an asset of it
} rank_batch;

typedef struct {
    hf_arena arena; // the state, and the counts by kind until they are copied
    bool is_open;
    hf_engine_state *state; // see state_of
    uint32_t *tally;        // by kind, all zero between two assets
    uint32_t *kinds;        // those with a tally
    uint32_t kind_count;
    uint8_t *is_lost; // by sector, all zero between two assets
    rank_batch *batch;
    hf_class_book *classes;       // NULL when not asked for
    const uint32_t *class_of;     // of the question
    uint8_t apart[HF_CACHE_LINE]; // what two threads write lies on different lines
} hf_rank_worker;

// What the loss of a node counts.
typedef struct {
    int64_t people;
    uint32_t kind;
    uint32_t sector : 31, is_listed : 1;
} node_worth;

typedef struct {
    const hf_plan *plan;
    const hf_rank_question *question;
    hf_clock clock;
    uint32_t *sources;
    uint32_t source_count;
    hf_rank_row *rows;
    hf_rank_worker *workers;
    hf_watch *watch;
    uint32_t first_sector; // that counts
    const hf_feeds *feeds; // NULL: one cascade after the other
    node_worth *worth;     // by node; with feeds
    uint32_t *class_of;    // by node; with feeds, when asked for
} hf_rank_job;

static void count_node(const hf_plan *plan, hf_rank_worker *worker, hf_rank_row *row, uint32_t node)
{
    row->people += plan->weight[node];
    if (worker->classes != NULL)
        hf_class_add(worker->classes, worker->class_of[plan->asset_of[node]], 1,
                     plan->weight[node]);
    if ((plan->flags[node] & HF_NODE_LISTED) == 0)
        return;
    row->failed_count++;
    uint32_t kind = plan->kind[node];
    if (worker->tally[kind]++ == 0)
        worker->kinds[worker->kind_count++] = kind;
    worker->is_lost[plan->sector[plan->asset_of[node]]] = 1;
}

// Does nobody else fall with the asset?
static bool is_alone(const hf_plan *plan, uint32_t asset)
{
    uint8_t flags = plan->flags[plan->level_node[plan->first_level_node[asset]]];
    return (flags & (HF_NODE_TOPPLES | HF_NODE_IN_LAYER)) == 0;
}

static void rank_alone(const hf_plan *plan, hf_rank_worker *worker, hf_rank_row *row)
{
    for (uint32_t k = plan->first_level_node[row->asset];
         k < plan->first_level_node[row->asset + 1]; k++)
        if ((plan->flags[plan->level_node[k]] & HF_NODE_PINNED) == 0)
            count_node(plan, worker, row, plan->level_node[k]);
}

// Made when it is first needed: most rankings are answered abreast.
static hf_engine_state *state_of(const hf_plan *plan, hf_rank_worker *worker)
{
    if (worker->state == NULL)
        worker->state = hf_engine_state_new(plan, &worker->arena);
    return worker->state;
}

static void rank_spread(const hf_plan *plan, hf_rank_worker *worker, hf_rank_row *row)
{
    hf_engine_state *state = state_of(plan, worker);
    for (uint32_t k = plan->first_level_node[row->asset];
         k < plan->first_level_node[row->asset + 1]; k++)
        (void)hf_spread_fell(state, plan->level_node[k]);
    hf_spread_untimed(state);
    for (uint32_t i = 0; i < state->fallen_count; i++)
        count_node(plan, worker, row, state->fallen[i]);
    hf_spread_undo(state);
}

static void rank_grid(const hf_rank_job *job, hf_rank_worker *worker, hf_rank_row *row)
{
    const hf_plan *plan = job->plan;
    hf_engine_state *state = state_of(plan, worker);
    hf_kernel_run(state, &row->asset, 1, &job->clock, job->question->restart, false);
    const hf_timed *timed = state->timed;
    for (size_t i = 0; i < timed->drafts.count; i++) {
        const hf_fall_draft *draft = &timed->drafts.items[i];
        hf_person_time time = hf_draft_time(timed, draft, plan->weight[draft->node], &job->clock);
        row->time.person_steps += time.person_steps;
        row->time.person_last += time.person_last;
        count_node(plan, worker, row, draft->node);
    }
    hf_kernel_undo(state, &job->clock);
    row->people_hours = hf_person_hours(row->time, job->clock.step_h, job->clock.last_step_h);
}

// Few kinds fall with one asset, so inserting each at its place is the quickest way to sort them.
static void close_row(const hf_rank_job *job, hf_rank_worker *worker, hf_rank_row *row)
{
    uint32_t sector_count = job->plan->facts.sector_count;
    for (uint32_t sector = job->first_sector; sector < sector_count; sector++)
        row->sector_count += worker->is_lost[sector];
    memset(worker->is_lost, 0, sector_count);
    hf_kind_count *list = HF_NEW_N(&worker->arena, hf_kind_count, worker->kind_count);
    for (uint32_t i = 0; i < worker->kind_count; i++) {
        hf_kind_count item = {worker->kinds[i], worker->tally[worker->kinds[i]]};
        uint32_t at = i;
        for (; at > 0 && list[at - 1].kind > item.kind; at--)
            list[at] = list[at - 1];
        list[at] = item;
        worker->tally[item.kind] = 0;
    }
    row->by_kind = list;
    row->by_kind_count = worker->kind_count;
    worker->kind_count = 0;
    if (worker->classes != NULL)
        hf_class_close(worker->classes, &row);
}

// ---- Abreast ----

static void count_lanes(const node_worth *worth, rank_batch *batch, uint64_t lanes)
{
    uint32_t *tally = batch->tally[worth->kind];
    if (!worth->is_listed) {
        for (; lanes != 0; lanes &= lanes - 1)
            batch->people[__builtin_ctzll(lanes)] += worth->people;
        return;
    }
    batch->lanes_of_kind[worth->kind] |= lanes;
    batch->lanes_of_sector[worth->sector] |= lanes;
    for (; lanes != 0; lanes &= lanes - 1) {
        uint32_t lane = (uint32_t)__builtin_ctzll(lanes);
        batch->people[lane] += worth->people;
        tally[lane]++;
    }
}

// Writes the tallies of `lanes` as lists, kinds ascending, and forgets all of them.
static void close_lanes(rank_batch *batch, uint32_t kind_count, uint64_t lanes, hf_arena *arena)
{
    uint32_t count[HF_ABREAST] = {0};
    for (uint32_t kind = 0; kind < kind_count; kind++)
        for (uint64_t rest = batch->lanes_of_kind[kind] & lanes; rest != 0; rest &= rest - 1)
            count[__builtin_ctzll(rest)]++;
    hf_kind_count *list[HF_ABREAST];
    for (uint64_t rest = lanes; rest != 0; rest &= rest - 1) {
        uint32_t lane = (uint32_t)__builtin_ctzll(rest);
        hf_rank_row *row = batch->row[lane];
        list[lane] = HF_NEW_N(arena, hf_kind_count, count[lane]);
        row->by_kind = list[lane];
        row->by_kind_count = count[lane];
        row->people = batch->people[lane];
    }
    for (uint32_t kind = 0; kind < kind_count; kind++) {
        for (uint64_t rest = batch->lanes_of_kind[kind]; rest != 0; rest &= rest - 1) {
            uint32_t lane = (uint32_t)__builtin_ctzll(rest);
            uint32_t *tally = &batch->tally[kind][lane];
            if ((lanes >> lane & 1) != 0) {
                *list[lane]++ = (hf_kind_count){kind, *tally};
                batch->row[lane]->failed_count += *tally;
            }
            *tally = 0;
        }
        batch->lanes_of_kind[kind] = 0;
    }
    memset(batch->people, 0, sizeof(batch->people));
}

static void close_sectors(const hf_rank_job *job, rank_batch *batch, uint64_t lanes)
{
    uint32_t sector_count = job->plan->facts.sector_count;
    for (uint32_t sector = job->first_sector; sector < sector_count; sector++)
        for (uint64_t rest = batch->lanes_of_sector[sector] & lanes; rest != 0; rest &= rest - 1)
            batch->row[__builtin_ctzll(rest)]->sector_count++;
    memset(batch->lanes_of_sector, 0, sector_count * sizeof(batch->lanes_of_sector[0]));
}

static void close_batch(const hf_rank_job *job, hf_rank_worker *worker)
{
    rank_batch *batch = worker->batch;
    hf_abreast *abreast = batch->abreast;
    if (batch->count == 0)
        return;
    hf_abreast_run(abreast, batch->asset, batch->count);
    uint64_t all = batch->count == HF_ABREAST ? UINT64_MAX : (UINT64_C(1) << batch->count) - 1;
    uint64_t alone = abreast->unanswered;
    for (uint32_t i = 0; i < abreast->fallen_count; i++) {
        uint32_t node = abreast->fallen[i];
        count_lanes(&job->worth[node], batch, abreast->lanes[node].down);
        if (job->class_of != NULL)
            hf_class_add(worker->classes, job->class_of[node], abreast->lanes[node].down & ~alone,
                         job->worth[node].people);
    }
    close_lanes(batch, job->plan->facts.kind_count, all & ~alone, &worker->arena);
    close_sectors(job, batch, all & ~alone);
    if (worker->classes != NULL)
        hf_class_close(worker->classes, batch->row);
    hf_abreast_undo(abreast);
    batch->count = 0;
    for (; alone != 0; alone &= alone - 1) {
        hf_rank_row *row = batch->row[__builtin_ctzll(alone)];
        rank_spread(job->plan, worker, row);
        close_row(job, worker, row);
    }
}

static void rank_static(const hf_rank_job *job, hf_rank_worker *worker, hf_rank_row *row)
{
    const hf_plan *plan = job->plan;
    rank_batch *batch = worker->batch;
    if (is_alone(plan, row->asset)) {
        rank_alone(plan, worker, row);
        close_row(job, worker, row);
        return;
    }
    if (batch == NULL) {
        rank_spread(plan, worker, row);
        close_row(job, worker, row);
        return;
    }
    batch->asset[batch->count] = row->asset;
    batch->row[batch->count++] = row;
    if (batch->count == HF_ABREAST)
        close_batch(job, worker);
}

static void make_abreast(hf_rank_job *job, hf_arena *arena)
{
    const hf_plan *plan = job->plan;
    job->feeds = hf_feeds_of(plan, arena);
    if (job->feeds == NULL)
        return;
    job->worth = HF_NEW_N(arena, node_worth, plan->node_count);
    for (uint32_t v = 0; v < plan->node_count; v++)
        job->worth[v] = (node_worth){.people = plan->weight[v],
                                     .kind = plan->kind[v],
                                     .sector = plan->sector[plan->asset_of[v]] & (UINT32_MAX >> 1),
                                     .is_listed = (plan->flags[v] & HF_NODE_LISTED) != 0};
    if (job->question->class_of == NULL)
        return;
    job->class_of = HF_NEW_N(arena, uint32_t, plan->node_count);
    for (uint32_t v = 0; v < plan->node_count; v++)
        job->class_of[v] = job->question->class_of[plan->asset_of[v]];
}

// ---- All of them ----

static void open_worker(const hf_rank_job *job, hf_rank_worker *worker)
{
    const hf_plan *plan = job->plan;
    worker->is_open = true;
    worker->tally = HF_NEW_N(&worker->arena, uint32_t, plan->facts.kind_count);
    worker->kinds = HF_NEW_N(&worker->arena, uint32_t, plan->facts.kind_count);
    worker->is_lost = HF_NEW_N(&worker->arena, uint8_t, plan->facts.sector_count);
    worker->class_of = job->question->class_of;
    if (worker->class_of != NULL)
        worker->classes = hf_class_book_open(job->question->class_count, &worker->arena);
    if (job->feeds == NULL)
        return;
    worker->batch = HF_NEW(&worker->arena, rank_batch);
    worker->batch->abreast = hf_abreast_open(job->feeds, &worker->arena);
    worker->batch->tally =
        hf_arena_take_n(&worker->arena, plan->facts.kind_count, sizeof(worker->batch->tally[0]));
    worker->batch->lanes_of_kind = HF_NEW_N(&worker->arena, uint64_t, plan->facts.kind_count);
    worker->batch->lanes_of_sector = HF_NEW_N(&worker->arena, uint64_t, plan->facts.sector_count);
}

static void rank_piece(void *context, uint64_t piece, uint32_t worker_index)
{
    hf_rank_job *job = context;
    hf_rank_worker *worker = &job->workers[worker_index];
    if (job->watch != NULL && atomic_load_explicit(&job->watch->stop, memory_order_relaxed))
        return;
    if (!worker->is_open)
        open_worker(job, worker);
    uint64_t from = piece * PIECE_ASSETS;
    uint64_t to = from + PIECE_ASSETS < job->source_count ? from + PIECE_ASSETS : job->source_count;
    for (uint64_t i = from; i < to; i++) {
        hf_rank_row *row = &job->rows[i];
        row->asset = job->sources[i];
        if (job->clock.step_count == 0) {
            rank_static(job, worker, row);
        } else {
            rank_grid(job, worker, row);
            close_row(job, worker, row);
        }
    }
    if (worker->batch != NULL)
        close_batch(job, worker);
    if (job->watch != NULL)
        (void)atomic_fetch_add_explicit(&job->watch->done, to - from, memory_order_relaxed);
}

// In plan order: neighbours there take down much the same assets, which are then still in the cache.
bool hf_rank_sources(const hf_plan *plan, const uint32_t *among, uint32_t among_count,
                     hf_arena *arena, uint32_t **sources, uint32_t *source_count, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    if (among != NULL && !hf_check_assets(plan, among, among_count, err))
        return false;
    uint8_t *is_asked = HF_NEW_N(&scratch, uint8_t, plan->facts.asset_count);
    for (uint32_t i = 0; among != NULL && i < among_count; i++)
        is_asked[among[i]] = 1;
    uint32_t *list =
        HF_NEW_N(arena, uint32_t, among == NULL ? plan->facts.asset_count : among_count);
    uint32_t count = 0;
    for (uint32_t v = 0; v < plan->node_count; v++) {
        uint8_t flags = plan->flags[v];
        if ((flags & HF_NODE_LISTED) != 0 && (flags & HF_NODE_PINNED) == 0 &&
            (among == NULL || is_asked[plan->asset_of[v]]))
            list[count++] = plan->asset_of[v];
    }
    *sources = list;
    *source_count = count;
    return true;
}

// Moves the counts by kind from the workers' memory to the result's.
static void keep_kinds(hf_rank_job *job, hf_arena *arena)
{
    size_t count = 0;
    for (uint32_t i = 0; i < job->source_count; i++)
        count += job->rows[i].by_kind_count;
    hf_kind_count *all = HF_NEW_N(arena, hf_kind_count, count);
    for (uint32_t i = 0; i < job->source_count; i++) {
        hf_rank_row *row = &job->rows[i];
        memcpy(all, row->by_kind, row->by_kind_count * sizeof(all[0]));
        row->by_kind = all;
        all += row->by_kind_count;
    }
}

// What the workers found, put together; those that had nothing to do have no book.
static const hf_class_loss *join_classes(const hf_rank_job *job, uint32_t worker_count,
                                         hf_arena *arena)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_rank_question *question = job->question;
    if (question->class_of == NULL)
        return NULL;
    hf_class_book *all = hf_class_book_open(question->class_count, &scratch);
    for (uint32_t i = 0; i < worker_count; i++)
        if (job->workers[i].classes != NULL)
            hf_class_merge(all, job->workers[i].classes);
    return hf_class_losses(all, arena);
}

static void sum_up(const hf_rank_job *job, hf_ranking *result)
{
    HF_U128 people = 0;
    uint64_t failed = 0;
    for (uint32_t i = 0; i < job->source_count; i++) {
        people = people + (uint64_t)job->rows[i].people;
        failed += job->rows[i].failed_count;
    }
    *result = (hf_ranking){
        .rows = job->rows, .row_count = job->source_count, .last_step_h = job->clock.last_step_h};
    if (job->source_count > 0) {
        result->mean_failed = (double)failed / (double)job->source_count;
        result->mean_people = (double)people / (double)job->source_count;
    }
}

static void run_pieces(hf_rank_job *job, hf_pool *pool)
{
    uint64_t piece_count = ((uint64_t)job->source_count + PIECE_ASSETS - 1) / PIECE_ASSETS;
    if (pool != NULL) {
        hf_pool_run(pool, piece_count, rank_piece, job);
        return;
    }
    for (uint64_t piece = 0; piece < piece_count; piece++)
        rank_piece(job, piece, 0);
}

bool hf_rank_run(const hf_plan *plan, const hf_rank_question *question, hf_pool *pool,
                 hf_watch *watch, hf_arena *arena, hf_ranking *result, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_rank_job job = {.plan = plan,
                       .question = question,
                       .watch = watch,
                       .first_sector = question->sector_0_is_none ? 1 : 0};
    if (question->by == HF_RANK_PEOPLE_HOURS && question->hours == 0)
        return hf_fail(err, HF_ERR_USAGE, "engine.no_hours",
                       "person-hours need a number of hours to count");
    for (uint32_t a = 0; question->class_of != NULL && a < plan->facts.asset_count; a++)
        HF_ASSERT(question->class_of[a] < question->class_count);
    if (!hf_clock_of(plan, question->hours, question->step_h, &job.clock, err) ||
        !hf_rank_sources(plan, question->among, question->among_count, &scratch, &job.sources,
                         &job.source_count, err))
        return false;
    if (job.clock.step_count == 0)
        make_abreast(&job, &scratch);
    uint32_t worker_count = pool == NULL ? 1 : hf_pool_thread_count(pool);
    job.workers = HF_NEW_N(&scratch, hf_rank_worker, worker_count);
    job.rows = HF_NEW_N(arena, hf_rank_row, job.source_count);
    run_pieces(&job, pool);
    bool is_stopped = watch != NULL && atomic_load(&watch->stop);
    if (!is_stopped) {
        keep_kinds(&job, arena);
        hf_rank_order(job.rows, job.source_count, question->by);
        sum_up(&job, result);
        result->by_class = join_classes(&job, worker_count, arena);
    }
    for (uint32_t i = 0; i < worker_count; i++)
        hf_arena_done(&job.workers[i].arena);
    return is_stopped ? hf_fail(err, HF_ERR_STOPPED, "engine.stopped", "the ranking was cancelled")
                      : true;
}
