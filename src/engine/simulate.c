// SPDX-License-Identifier: Apache-2.0
//
// hf_simulate_run: hands out the blocks, gives every thread a kernel and sums of its own, adds them up.
// Where it stops early it looks only when the first 8, 16, 32 … blocks are all done.
#include <math.h>
#include <stdatomic.h>

#include "engine/block.h"

#define FIRST_MILESTONE 8u

typedef struct {
    hf_arena arena;
    void *memory; // of the kernel
    hf_tally tally;
    uint8_t apart[HF_CACHE_LINE]; // what two threads write lies on different lines
} thread_part;

typedef struct {
    const hf_prepared *prepared;
    const hf_block_kernel *kernel;
    const hf_block_source *source;
    const hf_tally *whole;
    hf_watch *watch;
    thread_part *parts;
} job;

// The source of one process: the numbers from `next` to `end`.
typedef struct {
    _Atomic uint64_t next;
    uint64_t end;
} counter;

static bool next_of_counter(void *context, uint64_t *block)
{
    counter *c = context;
    *block = atomic_fetch_add_explicit(&c->next, 1, memory_order_relaxed);
    return *block < c->end;
}

static bool is_stopped(const hf_watch *watch)
{
    return watch != NULL && atomic_load_explicit(&watch->stop, memory_order_relaxed);
}

static void run_blocks(void *context, uint64_t piece, uint32_t worker)
{
    (void)piece;
    job *j = context;
    thread_part *part = &j->parts[worker];
    uint64_t block;
    while (!is_stopped(j->watch) && j->source->next(j->source->context, &block)) {
        if (block >= j->prepared->block_count || hf_tally_has(j->whole, block))
            continue;
        if (part->memory == NULL) {
            part->memory = j->kernel->open(j->prepared, &part->arena);
            part->tally = hf_tally_part(j->whole, &part->arena);
        }
        uint32_t trials = hf_block_trials(j->prepared, block);
        j->kernel->run(part->memory, block, &part->tally);
        hf_tally_mark(&part->tally, block, trials);
        if (j->watch != NULL)
            (void)atomic_fetch_add_explicit(&j->watch->done, trials, memory_order_relaxed);
    }
}

// Runs what the source has and adds it to the tally.
static void run_source(job *j, hf_pool *pool, hf_tally *tally)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    uint32_t threads = pool == NULL ? 1 : hf_pool_thread_count(pool);
    j->parts = HF_NEW_N(&scratch, thread_part, threads);
    j->whole = tally;
    if (pool == NULL)
        run_blocks(j, 0, 0);
    else
        hf_pool_run(pool, threads, run_blocks, j);
    for (uint32_t i = 0; i < threads; i++) {
        if (j->parts[i].memory != NULL && j->kernel->flush != NULL)
            j->kernel->flush(j->parts[i].memory, &j->parts[i].tally);
        if (j->parts[i].memory != NULL)
            hf_tally_add_part(tally, &j->parts[i].tally);
        hf_arena_done(&j->parts[i].arena);
    }
}

// The lanes are better when more than this share of the nodes falls in a trial.
#define BUSY_PER_MILLE 5u

// Depends on the plan and the question only, never on the machine.
static bool is_busy(const hf_prepared *prepared, const hf_tally *whole)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_tally part = hf_tally_part(whole, &scratch);
    part.losses = NULL; // those of the whole stay as they are
    part.bins = HF_NEW_N(&scratch, uint64_t, HF_LOSS_BIN_COUNT);
    uint64_t nodes = (uint64_t)prepared->plan->node_count * hf_block_trials(prepared, 0);
    return hf_sparse_is_busy(prepared, &part, nodes * BUSY_PER_MILLE / 1000);
}

static bool choose_kernel(hf_prepared *prepared, uint32_t threads, const hf_tally *whole,
                          hf_arena *arena, const hf_block_kernel **kernel, hf_error *err)
{
    hf_kernel wanted = prepared->simulation->kernel;
    *kernel = &hf_sparse_kernel;
    if (wanted == HF_KERNEL_SPARSE || (wanted == HF_KERNEL_AUTO && !is_busy(prepared, whole)))
        return true;
    *kernel = &hf_dense_kernel;
    return hf_dense_make_ready(prepared, threads, arena, err);
}

double hf_tally_half_width(const hf_tally *tally)
{
    hf_moments moments = hf_tally_moments(tally);
    return moments.mean > 0 ? HF_NORMAL_95 * moments.standard_error / moments.mean : INFINITY;
}

uint64_t hf_last_block(const hf_simulation *s)
{
    uint64_t count = (s->trial_count + HF_BLOCK_TRIALS - 1) / HF_BLOCK_TRIALS;
    if (s->block_limit == 0 || s->first_block >= count || s->block_limit > count - s->first_block)
        return count;
    return s->first_block + s->block_limit;
}

uint64_t hf_milestone_after(const hf_simulation *simulation, uint64_t blocks, uint64_t end)
{
    bool looks = simulation->target_half_width > 0 && simulation->first_block == 0;
    uint64_t milestone = FIRST_MILESTONE;
    while (looks && milestone <= blocks)
        milestone *= 2;
    return looks && milestone < end ? milestone : end;
}

// Are the first blocks done, as many as a milestone, and no others?
static bool is_at_milestone(const hf_tally *tally)
{
    uint64_t count = tally->block_count;
    if (count < FIRST_MILESTONE || (count & (count - 1)) != 0)
        return false;
    for (uint64_t block = 0; block < count; block++)
        if (!hf_tally_has(tally, block))
            return false;
    return true;
}

bool hf_simulate_is_done(const hf_simulation *simulation, const hf_tally *tally)
{
    if (tally->done_trials == tally->trial_count)
        return true;
    return simulation->target_half_width > 0 && simulation->first_block == 0 &&
           is_at_milestone(tally) && hf_tally_half_width(tally) <= simulation->target_half_width;
}

// From milestone to milestone, or all at once when none is asked for.
static void run_counter(job *j, hf_pool *pool, hf_tally *tally)
{
    const hf_simulation *s = j->prepared->simulation;
    uint64_t end = hf_last_block(s);
    counter count = {.next = s->first_block, .end = hf_milestone_after(s, 0, end)};
    hf_block_source source = {next_of_counter, &count};
    j->source = &source;
    for (;;) {
        run_source(j, pool, tally);
        if (is_stopped(j->watch) || count.end == end || hf_simulate_is_done(s, tally))
            return;
        atomic_store(&count.next, count.end);
        count.end = hf_milestone_after(s, count.end, end);
    }
}

bool hf_simulate_run(const hf_plan *plan, const hf_simulation *simulation, hf_pool *pool,
                     hf_watch *watch, hf_tally *tally, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_prepared prepared;
    job j = {.prepared = &prepared, .watch = watch};
    if (!hf_prepare(plan, simulation, &scratch, &prepared, err))
        return false;
    HF_ASSERT(tally->run == prepared.digest && tally->trial_count == simulation->trial_count);
    if (!choose_kernel(&prepared, pool == NULL ? 1 : hf_pool_thread_count(pool), tally, &scratch,
                       &j.kernel, err))
        return false;
    if (simulation->blocks != NULL) {
        j.source = simulation->blocks;
        run_source(&j, pool, tally);
    } else {
        run_counter(&j, pool, tally);
    }
    return is_stopped(watch)
               ? hf_fail(err, HF_ERR_STOPPED, "engine.stopped", "the simulation was cancelled")
               : true;
}

// ---- Memory ----

// Of one thread. Where it grows, by running the first block.
static uint64_t thread_memory(const hf_prepared *prepared, const hf_block_kernel *kernel,
                              const hf_tally *shape)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0}, own = {0};
    if (kernel->bytes != NULL)
        return kernel->bytes(prepared) + hf_tally_sums_memory(shape);
    hf_tally part = hf_tally_part(shape, &own);
    part.bins = HF_NEW_N(&scratch, uint64_t, HF_LOSS_BIN_COUNT); // a shape has no place for losses
    kernel->run(kernel->open(prepared, &own), 0, &part);
    return hf_arena_held_bytes(&own);
}

// That of a simulation that is set off against this one: of its losses only.
static uint64_t compared_memory(const hf_simulation *simulation, const hf_tally *shape)
{
    hf_tally other = *shape;
    other.asset_count = other.series_count = other.step_count = 0;
    return simulation->is_compared ? hf_tally_memory(&other) : 0;
}

bool hf_simulate_memory(const hf_plan *plan, const hf_simulation *simulation, uint32_t threads,
                        uint64_t *bytes, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena shared = {0};
    hf_prepared prepared;
    const hf_block_kernel *kernel;
    if (!hf_prepare(plan, simulation, &shared, &prepared, err))
        return false;
    hf_tally shape = hf_tally_shape(&prepared);
    if (!choose_kernel(&prepared, threads, &shape, &shared, &kernel, err))
        return false;
    *bytes = hf_tally_memory(&shape) + compared_memory(simulation, &shape) +
             hf_arena_held_bytes(&shared) + threads * thread_memory(&prepared, kernel, &shape);
    return true;
}
