// SPDX-License-Identifier: Apache-2.0
//
// Who shares the blocks of a simulation: this process alone, or the ranks that mpirun has started
// (mpi.c, with the build option mpi). Every rank makes the same calls in the same order; each has the
// plan and its own threads. Only whole numbers travel, so the answer is the same, bit for bit, for
// any number of ranks, and no result names it. Rank 0 holds the sums, tells and writes; the others
// keep silent. Used by usecase/; no part of the installed header.
#ifndef HF_ENGINE_ENGINE_TEAM_H
#define HF_ENGINE_ENGINE_TEAM_H

#include "engine/engine.h"

typedef struct {
    uint32_t rank, count; // rank 0 tells and writes
} hf_team_place;

typedef struct {
    const char *name; // "alone", "mpi"
    // Once for each process, before anything else here.
    // Errors  HF_ERR_USAGE "team.no_mpi" started by mpirun, but built without MPI: each rank would do
    //         all the work
    bool (*join)(hf_team_place *place, hf_error *err);
    // Waits for the others and ends the team. Not after an error of one rank alone.
    void (*leave)(void);
    // An error that the others do not know of: ends them too, with this exit status.
    HF_NORETURN void (*give_up)(int exit_status);
    // Does every rank hand in the same bytes (a digest of its register)? At most 1024.
    // Errors  HF_ERR_INPUT "team.ranks_differ", in all ranks
    bool (*same)(const void *bytes, size_t count, hf_error *err);
    // The value of rank 0, in all ranks.
    uint64_t (*share)(uint64_t value);
    // Is every rank well? The lowest one that is not has filled *err; all ranks return false then, the
    // others with "team.rank_failed" and its message.
    bool (*settle)(bool is_well, hf_error *err);
    // hf_simulate_run, shared. What rank 0 has in its tally already is done by nobody again.
    //
    // watch   of this rank: a stop in any of them stops all once the others are through with their
    //         blocks. Ctrl-C at mpirun is no such stop: it ends the ranks
    // tally   of hf_tally_init in every rank; rank 0 holds all sums afterwards, also when stopped. That
    //         of the others stays as it was
    // Errors  as hf_simulate_run, in all ranks; "team.rank_failed", "team.ranks_differ"
    bool (*run)(const hf_plan *plan, const hf_simulation *simulation, hf_pool *pool,
                hf_watch *watch, hf_tally *tally, hf_error *err);
} hf_team;

extern const hf_team hf_team_alone;
extern const hf_team *const hf_team_here; // of this build

#endif
