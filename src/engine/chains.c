// SPDX-License-Identifier: Apache-2.0
//
// hf_chains_find: the worst dependency chains by branch and bound. Starts are shared by threads; each
// keeps the best of its own, and all know the risk that a chain must reach. A branch is left only
// when it stays strictly below that, so ties are decided by order alone and never by a thread.
#include "engine/chains.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "engine/chain_graph.h"

#define PIECE_STARTS  16u
#define STOP_INTERVAL 4096u

typedef struct {
    double risk, last_risk;
    uint32_t link_count;
    uint32_t link[HF_CHAIN_LENGTH_MAX];
} found_chain;

typedef struct {
    hf_arena arena;
    found_chain *heap; // the worst of the kept ones on top
    uint32_t kept;
    uint32_t path[HF_CHAIN_LENGTH_MAX];
    uint32_t nodes[HF_CHAIN_LENGTH_MAX + 1];
    uint32_t steps;  // since the stop mark was read
    bool is_stopped; // seen once, holds for all levels of the walk
} chain_worker;

typedef struct {
    const hf_chain_question *question;
    const hf_chain_graph *graph;
    chain_worker *workers;
    const _Atomic bool *stop;
    _Atomic uint64_t floor_bits; // of the risk that a chain must reach, a double ≥ 0
    _Atomic bool is_stopped;
} chain_job;

// Negative: a stands before b in the list.
static int compare(const found_chain *a, const found_chain *b)
{
    if (a->risk > b->risk || a->risk < b->risk)
        return a->risk > b->risk ? -1 : 1;
    if (a->link_count != b->link_count)
        return a->link_count < b->link_count ? -1 : 1;
    for (uint32_t i = 0; i < a->link_count; i++)
        if (a->link[i] != b->link[i])
            return a->link[i] < b->link[i] ? -1 : 1;
    return 0;
}

static int compare_for_sort(const void *a, const void *b)
{
    return compare(a, b);
}

static double floor_of(const chain_job *job)
{
    uint64_t bits = atomic_load_explicit(&job->floor_bits, memory_order_relaxed);
    double risk = 0;
    memcpy(&risk, &bits, sizeof risk);
    return risk;
}

// Doubles ≥ 0 are ordered like their bits.
static void raise_floor(chain_job *job, double risk)
{
    uint64_t bits = 0;
    memcpy(&bits, &risk, sizeof bits);
    uint64_t held = atomic_load_explicit(&job->floor_bits, memory_order_relaxed);
    while (held < bits && !atomic_compare_exchange_weak(&job->floor_bits, &held, bits))
        ;
}

static void sift_down(chain_worker *worker)
{
    found_chain *heap = worker->heap;
    uint32_t at = 0;
    for (;;) {
        uint32_t last = at, child = 2 * at + 1;
        for (uint32_t c = child; c < child + 2 && c < worker->kept; c++)
            last = compare(&heap[c], &heap[last]) > 0 ? c : last;
        if (last == at)
            return;
        found_chain held = heap[at];
        heap[at] = heap[last];
        heap[last] = held;
        at = last;
    }
}

static void sift_up(chain_worker *worker)
{
    found_chain *heap = worker->heap;
    for (uint32_t at = worker->kept - 1; at > 0;) {
        uint32_t parent = (at - 1) / 2;
        if (compare(&heap[at], &heap[parent]) <= 0)
            return;
        found_chain held = heap[at];
        heap[at] = heap[parent];
        heap[parent] = held;
        at = parent;
    }
}

static void keep(chain_job *job, chain_worker *worker, uint32_t depth, double risk,
                 double last_risk)
{
    found_chain chain = {.risk = risk, .last_risk = last_risk, .link_count = depth};
    memcpy(chain.link, worker->path, depth * sizeof(chain.link[0]));
    if (worker->kept < job->question->top) {
        worker->heap[worker->kept++] = chain;
        sift_up(worker);
    } else {
        if (compare(&chain, &worker->heap[0]) > 0)
            return;
        worker->heap[0] = chain;
        sift_down(worker);
    }
    if (worker->kept == job->question->top)
        raise_floor(job, worker->heap[0].risk);
}

static bool is_on_path(const chain_worker *worker, uint32_t depth, uint32_t node)
{
    for (uint32_t i = 0; i <= depth; i++)
        if (worker->nodes[i] == node)
            return true;
    return false;
}

static bool is_stopped(chain_job *job, chain_worker *worker)
{
    if (++worker->steps >= STOP_INTERVAL && !worker->is_stopped) {
        worker->steps = 0;
        worker->is_stopped =
            job->stop != NULL && atomic_load_explicit(job->stop, memory_order_relaxed);
        if (worker->is_stopped)
            atomic_store(&job->is_stopped, true);
    }
    return worker->is_stopped;
}

// All chains that go on from nodes[depth]. Recursion ends at max_links, 10 at most.
static void extend(chain_job *job, chain_worker *worker, uint32_t depth, double product,
                   double risk)
{
    const hf_chain_graph *graph = job->graph;
    uint32_t node = worker->nodes[depth];
    uint32_t rest = job->question->max_links - depth - 1;
    for (uint32_t i = graph->first[node]; i < graph->first[node + 1]; i++) {
        const hf_chain_arc *arc = &graph->arcs[i];
        if (is_stopped(job, worker))
            return;
        double next_product = product * arc->likelihood;
        double last = next_product * arc->impact;
        double next_risk = risk + last;
        double bound = next_risk + next_product * hf_chain_bound(graph, rest, arc->to);
        // The bound is rounded apart from the risks that it bounds: a hair of room keeps ties.
        if (bound * (1 + 1e-12) < floor_of(job) || is_on_path(worker, depth, arc->to))
            continue;
        worker->path[depth] = arc->link;
        worker->nodes[depth + 1] = arc->to;
        if (next_risk >= job->question->least_risk && next_product > 0)
            keep(job, worker, depth + 1, next_risk, last);
        if (rest > 0 && next_product > 0)
            extend(job, worker, depth + 1, next_product, next_risk);
    }
}

static void find_piece(void *context, uint64_t piece, uint32_t worker_index)
{
    chain_job *job = context;
    chain_worker *worker = &job->workers[worker_index];
    if (worker->heap == NULL)
        worker->heap = HF_NEW_N(&worker->arena, found_chain, job->question->top);
    uint64_t end = (piece + 1) * PIECE_STARTS;
    for (uint64_t i = piece * PIECE_STARTS; i < end && i < job->graph->start_count; i++) {
        worker->nodes[0] = job->graph->starts[i];
        extend(job, worker, 0, 1, 0);
    }
}

// The best of all workers, in order.
static void collect(chain_job *job, uint32_t worker_count, hf_arena *arena, hf_chain_list *result)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    size_t count = 0;
    for (uint32_t i = 0; i < worker_count; i++)
        count += job->workers[i].kept;
    found_chain *all = HF_NEW_N(&scratch, found_chain, count);
    size_t at = 0;
    for (uint32_t i = 0; i < worker_count; i++) {
        if (job->workers[i].kept > 0)
            memcpy(&all[at], job->workers[i].heap, job->workers[i].kept * sizeof(all[0]));
        at += job->workers[i].kept;
    }
    qsort(all, count, sizeof(all[0]), compare_for_sort);
    uint32_t listed = count < job->question->top ? (uint32_t)count : job->question->top;
    hf_chain *chains = HF_NEW_N(arena, hf_chain, listed);
    uint32_t *path = HF_NEW_N(arena, uint32_t, (size_t)listed * HF_CHAIN_LENGTH_MAX);
    *result = (hf_chain_list){.chains = chains,
                              .path = path,
                              .chain_count = listed,
                              .is_full = listed == job->question->top};
    uint32_t used = 0;
    for (uint32_t i = 0; i < listed; i++) {
        chains[i] = (hf_chain){used, all[i].link_count, all[i].risk, all[i].last_risk};
        memcpy(&path[used], all[i].link, all[i].link_count * sizeof(path[0]));
        used += all[i].link_count;
        result->total_risk += all[i].risk;
    }
}

bool hf_chains_find(const hf_chain_question *question, hf_pool *pool, const _Atomic bool *stop,
                    hf_arena *arena, hf_chain_list *result, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_chain_graph graph = {0};
    if (question->top == 0 || question->top > HF_CHAIN_TOP_MAX)
        return hf_fail(err, HF_ERR_INPUT, "chains.top", "%u chains asked for; give 1 to %u",
                       (unsigned)question->top, (unsigned)HF_CHAIN_TOP_MAX);
    if (!hf_chain_graph_build(question, &scratch, &graph, err))
        return false;
    uint32_t worker_count = pool == NULL ? 1 : hf_pool_thread_count(pool);
    chain_job job = {.question = question,
                     .graph = &graph,
                     .stop = stop,
                     .workers = HF_NEW_N(&scratch, chain_worker, worker_count)};
    raise_floor(&job, question->least_risk > 0 ? question->least_risk : 0);
    uint64_t pieces = ((uint64_t)graph.start_count + PIECE_STARTS - 1) / PIECE_STARTS;
    if (pool != NULL)
        hf_pool_run(pool, pieces, find_piece, &job);
    else
        for (uint64_t piece = 0; piece < pieces; piece++)
            find_piece(&job, piece, 0);
    bool is_cancelled = atomic_load(&job.is_stopped);
    if (!is_cancelled)
        collect(&job, worker_count, arena, result);
    for (uint32_t i = 0; i < worker_count; i++)
        hf_arena_done(&job.workers[i].arena);
    return is_cancelled ? hf_fail(err, HF_ERR_STOPPED, "engine.stopped", "the search was cancelled")
                        : true;
}

// ---- Counting ----

typedef struct {
    const hf_chain_graph *graph;
    uint32_t max_links;
    uint64_t limit;
    hf_chain_count count;
    uint8_t *is_used; // by node
} chain_walk;

static void walk(chain_walk *w, uint32_t node, uint32_t depth, double product, double risk)
{
    const hf_chain_graph *graph = w->graph;
    w->is_used[node] = 1;
    for (uint32_t i = graph->first[node]; i < graph->first[node + 1] && !w->count.is_cut; i++) {
        const hf_chain_arc *arc = &graph->arcs[i];
        double next_product = product * arc->likelihood;
        if (w->is_used[arc->to] || !(next_product > 0))
            continue;
        if (w->count.chain_count == w->limit) {
            w->count.is_cut = true;
            break;
        }
        w->count.chain_count++;
        double next_risk = risk + next_product * arc->impact;
        if (next_risk > w->count.largest_risk)
            w->count.largest_risk = next_risk;
        if (depth + 1 < w->max_links)
            walk(w, arc->to, depth + 1, next_product, next_risk);
    }
    w->is_used[node] = 0;
}

bool hf_chains_count(const hf_chain_question *question, uint64_t limit, hf_chain_count *result,
                     hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_chain_graph graph = {0};
    if (!hf_chain_graph_build(question, &scratch, &graph, err))
        return false;
    chain_walk w = {.graph = &graph,
                    .max_links = question->max_links,
                    .limit = limit,
                    .is_used = HF_NEW_N(&scratch, uint8_t, question->node_count)};
    for (uint32_t i = 0; i < graph.start_count && !w.count.is_cut; i++)
        walk(&w, graph.starts[i], 0, 1, 0);
    *result = w.count;
    return true;
}
