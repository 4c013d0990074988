// SPDX-License-Identifier: Apache-2.0
//
// hf_pairs_run in three passes over the sources, each shared by threads: what each source weakens
// without breaking it; how many partners that gives it, so that a limit cuts at the same pair however
// many threads there are; and the joint cascades.
#include "engine/pairs.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cascade.h"

#define PIECE_SOURCES 16u

// A group, or behind the groups a network layer, that a source weakens.
typedef struct {
    uint32_t place;
    uint32_t source; // index in sources
    int64_t lost;    // capacity that the source takes from it; without meaning for a layer
} weakening;

typedef HF_VEC(weakening) weakenings;

typedef struct {
    hf_arena arena;
    hf_engine_state *state;
    weakenings weakened;
    uint32_t *stamp;      // by source: the last list that it stands in
    uint32_t mark_count;  // lists so far: two for each source at most
    uint8_t *is_in_first; // by node: falls with the first of the pair
    HF_VEC(uint32_t) partners;
    HF_VEC(hf_pair) kept;
    uint64_t super_count;
} pair_worker;

typedef struct {
    const hf_plan *plan;
    const hf_pair_question *question;
    hf_watch *watch;
    uint32_t *sources; // assets, ascending
    uint32_t source_count;
    pair_worker *workers;
    // Weakenings by source and by place; both are indexed by a table with one more entry at the end.
    weakening *by_source, *by_place;
    uint64_t *first_of_source, *first_of_place;
    uint64_t *partner_count; // by source; later how many of them may be tried
} pair_job;

// ---- Order ----

static int compare(const hf_pair *a, const hf_pair *b, hf_rank_by by)
{
    int64_t first = by == HF_RANK_FAILED ? (int64_t)a->extra_failed - b->extra_failed
                                         : a->extra_people - b->extra_people;
    int64_t second = by == HF_RANK_FAILED ? a->extra_people - b->extra_people
                                          : (int64_t)a->extra_failed - b->extra_failed;
    if (first != 0)
        return first > 0 ? -1 : 1;
    if (second != 0)
        return second > 0 ? -1 : 1;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    return a->second < b->second ? -1 : a->second > b->second;
}

static int by_people(const void *left, const void *right)
{
    return compare(left, right, HF_RANK_PEOPLE);
}

static int by_failed(const void *left, const void *right)
{
    return compare(left, right, HF_RANK_FAILED);
}

static void sort_pairs(const pair_job *job, hf_pair *pairs, size_t count)
{
    if (count > 0)
        qsort(pairs, count, sizeof(pairs[0]),
              job->question->by == HF_RANK_FAILED ? by_failed : by_people);
}

// ---- What a source weakens ----

static void fail_asset(pair_worker *worker, uint32_t asset)
{
    const hf_plan *plan = worker->state->plan;
    for (uint32_t k = plan->first_level_node[asset]; k < plan->first_level_node[asset + 1]; k++)
        (void)hf_spread_fell(worker->state, plan->level_node[k]);
}

static bool is_weakened(const hf_engine_state *state, uint32_t group)
{
    return state->left[group] >= 0 && state->left[group] < state->plan->slack[group] &&
           !hf_is_down(state, state->plan->consumer[group]);
}

// May note a place more than once; index_weakenings keeps one of each.
static void note_weakened(pair_worker *worker, uint32_t source)
{
    const hf_engine_state *state = worker->state;
    const hf_plan *plan = state->plan;
    for (uint32_t i = 0; i < state->fallen_count; i++) {
        uint32_t node = state->fallen[i];
        for (uint32_t e = plan->first_edge[node]; e < plan->first_edge[node + 1]; e++) {
            uint32_t group = plan->edges[e].group;
            if (!is_weakened(state, group))
                continue;
            weakening w = {group, source, plan->slack[group] - state->left[group]};
            HF_VEC_ADD(&worker->arena, &worker->weakened, w);
        }
        for (uint32_t k = plan->first_slot == NULL ? 0 : plan->first_slot[node];
             plan->first_slot != NULL && k < plan->first_slot[node + 1]; k++) {
            weakening w = {plan->group_count + plan->slot_layer[plan->node_slots[k]], source, 0};
            HF_VEC_ADD(&worker->arena, &worker->weakened, w);
        }
    }
}

static bool is_stopped(const pair_job *job)
{
    return job->watch != NULL && atomic_load_explicit(&job->watch->stop, memory_order_relaxed);
}

static pair_worker *worker_of(pair_job *job, uint32_t index)
{
    pair_worker *worker = &job->workers[index];
    if (worker->state != NULL)
        return worker;
    worker->state = hf_engine_state_new(job->plan, &worker->arena);
    worker->stamp = HF_NEW_N(&worker->arena, uint32_t, job->source_count);
    worker->is_in_first = HF_NEW_N(&worker->arena, uint8_t, job->plan->node_count);
    return worker;
}

static void weaken_piece(void *context, uint64_t piece, uint32_t worker_index)
{
    pair_job *job = context;
    pair_worker *worker = worker_of(job, worker_index);
    uint64_t end = (piece + 1) * PIECE_SOURCES;
    for (uint64_t i = piece * PIECE_SOURCES; i < end && i < job->source_count && !is_stopped(job);
         i++) {
        fail_asset(worker, job->sources[i]);
        hf_spread_untimed(worker->state);
        note_weakened(worker, (uint32_t)i);
        hf_spread_undo(worker->state);
    }
}

static int by_source_and_place(const void *left, const void *right)
{
    const weakening *a = left, *b = right;
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

// All weakenings once each, in the order of their sources, and again in the order of their places.
static void index_weakenings(pair_job *job, uint32_t worker_count, hf_arena *scratch)
{
    size_t count = 0;
    for (uint32_t i = 0; i < worker_count; i++)
        count += job->workers[i].weakened.count;
    job->by_source = HF_NEW_N(scratch, weakening, count);
    size_t at = 0;
    for (uint32_t i = 0; i < worker_count; i++) {
        weakenings *part = &job->workers[i].weakened;
        if (part->count > 0)
            memcpy(&job->by_source[at], part->items, part->count * sizeof(part->items[0]));
        at += part->count;
    }
    if (count > 0)
        qsort(job->by_source, count, sizeof(weakening), by_source_and_place);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || by_source_and_place(&job->by_source[i], &job->by_source[kept - 1]) != 0)
            job->by_source[kept++] = job->by_source[i];
    size_t place_count = (size_t)job->plan->group_count + job->plan->facts.layer_count;
    job->first_of_source = HF_NEW_N(scratch, uint64_t, (size_t)job->source_count + 1);
    job->first_of_place = HF_NEW_N(scratch, uint64_t, place_count + 2);
    job->by_place = HF_NEW_N(scratch, weakening, kept);
    for (size_t i = 0; i < kept; i++) {
        job->first_of_source[job->by_source[i].source + 1]++;
        job->first_of_place[job->by_source[i].place + 2]++;
    }
    for (size_t i = 0; i < job->source_count; i++)
        job->first_of_source[i + 1] += job->first_of_source[i];
    for (size_t i = 0; i < place_count; i++)
        job->first_of_place[i + 2] += job->first_of_place[i + 1];
    for (size_t i = 0; i < kept; i++)
        job->by_place[job->first_of_place[job->by_source[i].place + 1]++] = job->by_source[i];
}

// ---- Partners ----

// Sources behind `first` that weaken a place together with it beyond what the place can bear.
static void list_partners(const pair_job *job, pair_worker *worker, uint32_t first)
{
    uint32_t mark = ++worker->mark_count;
    worker->partners.count = 0;
    for (uint64_t i = job->first_of_source[first]; i < job->first_of_source[first + 1]; i++) {
        const weakening *mine = &job->by_source[i];
        bool is_layer = mine->place >= job->plan->group_count;
        for (uint64_t k = job->first_of_place[mine->place];
             k < job->first_of_place[mine->place + 1]; k++) {
            const weakening *other = &job->by_place[k];
            if (other->source <= first || worker->stamp[other->source] == mark ||
                (!is_layer && mine->lost + other->lost <= job->plan->slack[mine->place]))
                continue;
            worker->stamp[other->source] = mark;
            HF_VEC_ADD(&worker->arena, &worker->partners, other->source);
        }
    }
    if (worker->partners.count > 0)
        (void)hf_sort_unique(worker->partners.items, (uint32_t)worker->partners.count);
}

static void count_piece(void *context, uint64_t piece, uint32_t worker_index)
{
    pair_job *job = context;
    pair_worker *worker = worker_of(job, worker_index);
    uint64_t end = (piece + 1) * PIECE_SOURCES;
    for (uint64_t i = piece * PIECE_SOURCES; i < end && i < job->source_count && !is_stopped(job);
         i++) {
        list_partners(job, worker, (uint32_t)i);
        job->partner_count[i] = worker->partners.count;
    }
}

// Cuts the pairs, in the order of their assets, at the limit. Returns how many are left.
static uint64_t apply_limit(pair_job *job, bool *is_cut)
{
    uint64_t limit = job->question->pair_limit, sum = 0;
    for (uint32_t i = 0; i < job->source_count; i++) {
        uint64_t room = limit == 0 ? UINT64_MAX : limit - sum;
        if (job->partner_count[i] > room) {
            job->partner_count[i] = room;
            *is_cut = true;
        }
        sum += job->partner_count[i];
    }
    return sum;
}

// ---- Joint cascades ----

typedef struct {
    uint32_t failed;
    int64_t people;
} toll;

static void add_node(const hf_plan *plan, toll *sum, uint32_t node)
{
    sum->people += plan->weight[node];
    sum->failed += (plan->flags[node] & HF_NODE_LISTED) != 0;
}

// Adds what falls with the asset and is not marked in `is_in_first`.
static toll toll_beyond_first(pair_worker *worker, uint32_t asset)
{
    toll sum = {0};
    fail_asset(worker, asset);
    hf_spread_untimed(worker->state);
    for (uint32_t i = 0; i < worker->state->fallen_count; i++)
        if (!worker->is_in_first[worker->state->fallen[i]])
            add_node(worker->state->plan, &sum, worker->state->fallen[i]);
    hf_spread_undo(worker->state);
    return sum;
}

static toll toll_of_both(pair_worker *worker, uint32_t first, uint32_t second)
{
    toll sum = {0};
    fail_asset(worker, first);
    fail_asset(worker, second);
    hf_spread_untimed(worker->state);
    for (uint32_t i = 0; i < worker->state->fallen_count; i++)
        add_node(worker->state->plan, &sum, worker->state->fallen[i]);
    hf_spread_undo(worker->state);
    return sum;
}

static void keep(const pair_job *job, pair_worker *worker, hf_pair pair)
{
    worker->super_count++;
    HF_VEC_ADD(&worker->arena, &worker->kept, pair);
    size_t top = job->question->top;
    if (worker->kept.count < 2 * top + 1024)
        return;
    sort_pairs(job, worker->kept.items, worker->kept.count);
    worker->kept.count = top;
}

static void try_partners(pair_job *job, pair_worker *worker, uint32_t first, uint64_t count)
{
    hf_engine_state *state = worker->state;
    uint32_t asset = job->sources[first];
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    toll alone = {0};
    fail_asset(worker, asset);
    hf_spread_untimed(state);
    uint32_t fallen_count = state->fallen_count;
    uint32_t *fallen = HF_NEW_N(&scratch, uint32_t, fallen_count);
    memcpy(fallen, state->fallen, fallen_count * sizeof(fallen[0]));
    hf_spread_undo(state);
    for (uint32_t i = 0; i < fallen_count; i++) {
        worker->is_in_first[fallen[i]] = 1;
        add_node(job->plan, &alone, fallen[i]);
    }
    for (uint64_t i = 0; i < count && !is_stopped(job); i++) {
        uint32_t partner = job->sources[worker->partners.items[i]];
        if (worker->is_in_first[job->plan->level_node[job->plan->first_level_node[partner]]])
            continue; // it falls with the first one anyway
        toll more = toll_beyond_first(worker, partner);
        toll both = toll_of_both(worker, asset, partner);
        hf_pair pair = {.first = asset,
                        .second = partner,
                        .failed_count = both.failed,
                        .people = both.people,
                        .extra_failed = both.failed - alone.failed - more.failed,
                        .extra_people = both.people - alone.people - more.people};
        if (pair.extra_failed > 0 || pair.extra_people > 0)
            keep(job, worker, pair);
    }
    for (uint32_t i = 0; i < fallen_count; i++)
        worker->is_in_first[fallen[i]] = 0;
}

static void try_piece(void *context, uint64_t piece, uint32_t worker_index)
{
    pair_job *job = context;
    pair_worker *worker = worker_of(job, worker_index);
    uint64_t end = (piece + 1) * PIECE_SOURCES;
    for (uint64_t i = piece * PIECE_SOURCES; i < end && i < job->source_count && !is_stopped(job);
         i++) {
        if (job->partner_count[i] == 0)
            continue;
        list_partners(job, worker, (uint32_t)i);
        try_partners(job, worker, (uint32_t)i, job->partner_count[i]);
        if (job->watch != NULL)
            (void)atomic_fetch_add_explicit(&job->watch->done, job->partner_count[i],
                                            memory_order_relaxed);
    }
}

// ---- The run ----

static void collect(pair_job *job, uint32_t worker_count, hf_arena *arena, hf_pair_list *result)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    size_t count = 0;
    for (uint32_t i = 0; i < worker_count; i++) {
        count += job->workers[i].kept.count;
        result->super_count += job->workers[i].super_count;
    }
    hf_pair *all = HF_NEW_N(&scratch, hf_pair, count);
    size_t at = 0;
    for (uint32_t i = 0; i < worker_count; i++) {
        if (job->workers[i].kept.count > 0)
            memcpy(&all[at], job->workers[i].kept.items,
                   job->workers[i].kept.count * sizeof(all[0]));
        at += job->workers[i].kept.count;
    }
    sort_pairs(job, all, count);
    result->pair_count = count < job->question->top ? (uint32_t)count : job->question->top;
    hf_pair *pairs = HF_NEW_N(arena, hf_pair, result->pair_count);
    if (result->pair_count > 0)
        memcpy(pairs, all, result->pair_count * sizeof(pairs[0]));
    result->pairs = pairs;
}

static void run_pass(pair_job *job, hf_pool *pool, hf_pool_work work)
{
    uint64_t pieces = ((uint64_t)job->source_count + PIECE_SOURCES - 1) / PIECE_SOURCES;
    if (pool != NULL)
        hf_pool_run(pool, pieces, work, job);
    else
        for (uint64_t piece = 0; piece < pieces; piece++)
            work(job, piece, 0);
}

bool hf_pairs_run(const hf_plan *plan, const hf_pair_question *question, hf_pool *pool,
                  hf_watch *watch, hf_arena *arena, hf_pair_list *result, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    pair_job job = {.plan = plan, .question = question, .watch = watch};
    if (question->by == HF_RANK_PEOPLE_HOURS)
        return hf_fail(err, HF_ERR_USAGE, "pairs.measure",
                       "pairs are compared by people or by failed assets");
    if (question->top == 0 || question->top > HF_PAIR_TOP_MAX)
        return hf_fail(err, HF_ERR_INPUT, "pairs.top", "%u pairs asked for; give 1 to %u",
                       (unsigned)question->top, (unsigned)HF_PAIR_TOP_MAX);
    if (!hf_rank_sources(plan, question->among, question->among_count, &scratch, &job.sources,
                         &job.source_count, err))
        return false;
    job.source_count = hf_sort_unique(job.sources, job.source_count);
    uint32_t worker_count = pool == NULL ? 1 : hf_pool_thread_count(pool);
    job.workers = HF_NEW_N(&scratch, pair_worker, worker_count);
    job.partner_count = HF_NEW_N(&scratch, uint64_t, job.source_count);
    hf_pair_list list = {0};
    run_pass(&job, pool, weaken_piece);
    index_weakenings(&job, worker_count, &scratch);
    run_pass(&job, pool, count_piece);
    list.tried = apply_limit(&job, &list.is_cut);
    run_pass(&job, pool, try_piece);
    bool was_stopped = watch != NULL && atomic_load(&watch->stop);
    if (!was_stopped) {
        collect(&job, worker_count, arena, &list);
        *result = list;
    }
    for (uint32_t i = 0; i < worker_count; i++)
        hf_arena_done(&job.workers[i].arena);
    return was_stopped ? hf_fail(err, HF_ERR_STOPPED, "engine.stopped", "the ranking was cancelled")
                       : true;
}
