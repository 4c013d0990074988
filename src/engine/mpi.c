// SPDX-License-Identifier: Apache-2.0
//
// The team of all ranks that mpirun has started. Rank r of R takes the blocks b with b mod R = r; the
// tallies travel as bytes up a binomial tree and are merged on the way. Only the thread that joined
// calls MPI. When a rank dies, Open MPI ends the others.
#include <mpi.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/block.h"
#include "engine/engine_team.h"

#define CHUNK_BYTES ((size_t)1 << 30) // MPI counts in int
#define SAME_BYTES  1024u

static hf_team_place place_now(void)
{
    int rank, count;
    (void)MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    (void)MPI_Comm_size(MPI_COMM_WORLD, &count);
    return (hf_team_place){(uint32_t)rank, (uint32_t)count};
}

static bool join(hf_team_place *place, hf_error *err)
{
    int provided;
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS ||
        provided < MPI_THREAD_FUNNELED)
        return hf_fail(err, HF_ERR_INTERNAL, "team.mpi", "MPI does not start with threads");
    *place = place_now();
    return true;
}

static void leave(void)
{
    (void)MPI_Finalize();
}

HF_NORETURN static void give_up(int exit_status)
{
    (void)MPI_Abort(MPI_COMM_WORLD, exit_status);
    exit(exit_status);
}

static uint64_t share(uint64_t value)
{
    (void)MPI_Bcast(&value, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD);
    return value;
}

static uint64_t largest(uint64_t value)
{
    uint64_t result;
    (void)MPI_Allreduce(&value, &result, 1, MPI_UINT64_T, MPI_MAX, MPI_COMM_WORLD);
    return result;
}

static bool same(const void *bytes, size_t count, hf_error *err)
{
    uint8_t theirs[SAME_BYTES] = {0};
    HF_ASSERT(count <= SAME_BYTES);
    memcpy(theirs, bytes, count);
    (void)MPI_Bcast(theirs, (int)SAME_BYTES, MPI_BYTE, 0, MPI_COMM_WORLD);
    bool differs = share(count) != count || memcmp(theirs, bytes, count) != 0;
    return largest(differs) == 0 ||
           hf_fail(err, HF_ERR_INPUT, "team.ranks_differ",
                   "the ranks do not ask the same question of the same register");
}

static bool settle(bool is_well, hf_error *err)
{
    hf_team_place me = place_now();
    int mine = is_well ? (int)me.count : (int)me.rank, failed;
    (void)MPI_Allreduce(&mine, &failed, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    if (failed == (int)me.count)
        return true;
    hf_error theirs = {0};
    if (!is_well)
        theirs = *err;
    (void)MPI_Bcast(&theirs.kind, (int)sizeof(theirs.kind), MPI_BYTE, failed, MPI_COMM_WORLD);
    (void)MPI_Bcast(theirs.message, (int)sizeof(theirs.message), MPI_BYTE, failed, MPI_COMM_WORLD);
    if (!is_well)
        return false;
    return hf_fail(err, theirs.kind, "team.rank_failed", "rank %d: %.480s", failed, theirs.message);
}

// ---- Sums ----

static void send_bytes(const uint8_t *bytes, size_t count, uint32_t rank)
{
    uint64_t length = count;
    (void)MPI_Send(&length, 1, MPI_UINT64_T, (int)rank, 0, MPI_COMM_WORLD);
    for (size_t at = 0; at < count; at += CHUNK_BYTES) {
        size_t part = count - at < CHUNK_BYTES ? count - at : CHUNK_BYTES;
        (void)MPI_Send(bytes + at, (int)part, MPI_BYTE, (int)rank, 0, MPI_COMM_WORLD);
    }
}

static uint8_t *receive_bytes(uint32_t rank, hf_arena *arena, size_t *count)
{
    uint64_t length;
    (void)MPI_Recv(&length, 1, MPI_UINT64_T, (int)rank, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    uint8_t *bytes = hf_arena_take_n(arena, (size_t)length, 1);
    for (size_t at = 0; at < length; at += CHUNK_BYTES) {
        size_t part = length - at < CHUNK_BYTES ? (size_t)length - at : CHUNK_BYTES;
        (void)MPI_Recv(bytes + at, (int)part, MPI_BYTE, (int)rank, 0, MPI_COMM_WORLD,
                       MPI_STATUS_IGNORE);
    }
    *count = (size_t)length;
    return bytes;
}

typedef struct {
    hf_team_place me;
    const hf_plan *plan;
    const hf_simulation *simulation;
    hf_pool *pool;
    hf_watch *watch;
    hf_tally *tally;   // of rank 0
    uint64_t *is_done; // what rank 0 had when the round began
} team_run;

// What `rank` and those behind it in the tree have counted.
static void take_in(const team_run *run, uint32_t rank, hf_tally *into)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_tally theirs;
    hf_error err = {0};
    size_t count;
    uint8_t *bytes = receive_bytes(rank, &scratch, &count);
    // They were written a moment ago for the same question: anything else is a fault of ours.
    HF_ASSERT(hf_tally_init(run->plan, run->simulation, &scratch, &theirs, &err));
    HF_ASSERT(hf_tally_read(&theirs, bytes, count, &err));
    HF_ASSERT(hf_tally_merge(into, &theirs, &err));
}

static void pass_up(const team_run *run, hf_tally *mine)
{
    for (uint32_t step = 1; step < run->me.count; step *= 2) {
        if ((run->me.rank & step) != 0) {
            HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
            size_t count = hf_tally_bytes(mine);
            uint8_t *bytes = hf_arena_take_n(&scratch, count, 1);
            hf_tally_write(mine, bytes);
            send_bytes(bytes, count, run->me.rank - step);
            return;
        }
        if (run->me.rank + step < run->me.count)
            take_in(run, run->me.rank + step, mine);
    }
}

// ---- Blocks ----

typedef struct {
    _Atomic uint64_t next;
    uint64_t step, end;
    const uint64_t *is_done;
} blocks_of_rank;

static bool next_of_rank(void *context, uint64_t *block)
{
    blocks_of_rank *blocks = context;
    do
        *block = atomic_fetch_add_explicit(&blocks->next, blocks->step, memory_order_relaxed);
    while (*block < blocks->end && (blocks->is_done[*block / 64] >> (*block % 64) & 1) != 0);
    return *block < blocks->end;
}

static void share_done(team_run *run)
{
    size_t words =
        (size_t)((run->tally->trial_count + HF_BLOCK_TRIALS * 64 - 1) / (HF_BLOCK_TRIALS * 64));
    if (run->me.rank == 0)
        memcpy(run->is_done, run->tally->is_done, words * sizeof(uint64_t));
    (void)MPI_Bcast(run->is_done, (int)words, MPI_UINT64_T, 0, MPI_COMM_WORLD);
}

// Runs the blocks from `from` to below `to` that are not done; rank 0 has the sums afterwards.
static bool run_round(team_run *run, uint64_t from, uint64_t to, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_team_place me = run->me;
    share_done(run);
    blocks_of_rank blocks = {.next = from + (me.rank + me.count - from % me.count) % me.count,
                             .step = me.count,
                             .end = to,
                             .is_done = run->is_done};
    hf_block_source source = {next_of_rank, &blocks};
    hf_simulation mine = *run->simulation;
    hf_tally part, *tally = me.rank == 0 ? run->tally : &part;
    mine.blocks = &source;
    bool is_well = (me.rank == 0 || hf_tally_init(run->plan, &mine, &scratch, &part, err)) &&
                   hf_simulate_run(run->plan, &mine, run->pool, run->watch, tally, err);
    bool is_stopped = !is_well && err->kind == HF_ERR_STOPPED;
    if (!settle(is_well || is_stopped, err))
        return false;
    pass_up(run, tally);
    return largest(is_stopped) == 0 ||
           hf_fail(err, HF_ERR_STOPPED, "engine.stopped", "the simulation was cancelled");
}

static bool run_shared(const hf_plan *plan, const hf_simulation *simulation, hf_pool *pool,
                       hf_watch *watch, hf_tally *tally, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    team_run run = {place_now(), plan, simulation, pool, watch, tally, NULL};
    uint64_t from = simulation->first_block, end = hf_last_block(simulation);
    uint64_t shape[] = {tally->run,
                        tally->trial_count,
                        tally->asset_count,
                        tally->series_count,
                        tally->step_count,
                        from,
                        end};
    HF_ASSERT(simulation->blocks == NULL && (run.me.rank == 0 || tally->block_count == 0));
    if (!same(shape, sizeof(shape), err))
        return false;
    run.is_done = HF_NEW_N(&scratch, uint64_t, tally->trial_count / (HF_BLOCK_TRIALS * 64) + 1);
    for (;;) {
        uint64_t to = hf_milestone_after(simulation, from, end);
        if (!run_round(&run, from, to, err))
            return false;
        if (to == end || share(hf_simulate_is_done(simulation, tally)) != 0)
            return true;
        from = to;
    }
}

const hf_team hf_team_mpi = {
    .name = "mpi",
    .join = join,
    .leave = leave,
    .give_up = give_up,
    .same = same,
    .share = share,
    .settle = settle,
    .run = run_shared,
};
