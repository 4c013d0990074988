// SPDX-License-Identifier: Apache-2.0
//
// Other simulations on the same trials, set off against the one that was asked for: without the damage of an asset (the
// third criticality), and with the other restart rule. See simulate.h.
#include <stdlib.h>
#include <string.h>

#include "usecase/simulate.h"

typedef struct {
    const hf_session *session;
    const hf_simulate_request *request;
    const hf_team *team;
    hf_simulate_answer *answer;
} worth_run;

typedef struct {
    hf_wide loss; // of the trials in which it was damaged
    uint32_t asset;
} candidate;

static int by_loss(const void *left, const void *right)
{
    const candidate *a = left, *b = right;
    if (a->loss.high != b->loss.high)
        return a->loss.high > b->loss.high ? -1 : 1;
    if (a->loss.low != b->loss.low)
        return a->loss.low > b->loss.low ? -1 : 1;
    return a->asset < b->asset ? -1 : a->asset > b->asset;
}

static candidate *find_candidates(const hf_tally *tally, hf_arena *arena, uint32_t *count)
{
    candidate *list = HF_NEW_N(arena, candidate, tally->asset_count);
    *count = 0;
    for (uint32_t a = 0; a < tally->asset_count; a++)
        if (tally->assets[a].own_damage > 0)
            list[(*count)++] = (candidate){tally->assets[a].loss, a};
    if (*count > 0)
        qsort(list, *count, sizeof(*list), by_loss);
    return list;
}

// The same trials, as many as were run, of a question that differs.
static bool run_other(const worth_run *run, hf_simulation other, uint64_t block_count,
                      hf_arena *arena, hf_tally *tally, hf_error *err)
{
    other.target_half_width = 0;
    other.block_limit = block_count;
    other.wants_assets = other.wants_criticality = other.wants_series = false;
    return run->team->settle(hf_tally_init(run->answer->engine, &other, arena, tally, err), err) &&
           run->team->run(run->answer->engine, &other, run->session->pool, run->request->watch,
                          tally, err);
}

// A question in which nothing damages the asset.
static hf_simulation without_damage(const hf_simulation *simulation, uint32_t asset,
                                    hf_arena *arena)
{
    hf_simulation without = *simulation;
    hf_hazard *hazards = HF_NEW_N(arena, hf_hazard, without.hazard_count);
    size_t count = 0;
    for (size_t i = 0; i < without.hazard_count; i++)
        if (without.hazards[i].asset != asset)
            hazards[count++] = without.hazards[i];
    without.hazards = hazards;
    without.hazard_count = count;
    return without;
}

static int by_value(const void *left, const void *right)
{
    const hf_worth *a = left, *b = right;
    if (a->saving.value < b->saving.value || a->saving.value > b->saving.value)
        return a->saving.value > b->saving.value ? -1 : 1;
    return a->asset < b->asset ? -1 : a->asset > b->asset;
}

static bool add_worth(const worth_run *run, uint32_t asset, uint64_t block_count, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_simulate_answer *answer = run->answer;
    hf_tally tally;
    if (!run_other(run, without_damage(&answer->simulation, asset, &scratch), block_count, &scratch,
                   &tally, err))
        return false;
    if (run->request->place.rank != 0)
        return true;
    hf_worth *worth = &answer->worths[answer->worth_count++];
    worth->asset = asset;
    return hf_tally_saving(answer->engine, &answer->simulation, &answer->tally, &tally,
                           &worth->saving, err);
}

// Rank 0 has the sums: it says how many there are, and which is next.
bool hf_simulate_worths(const hf_session *session, const hf_simulate_request *request,
                        hf_arena *arena, hf_simulate_answer *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_team *team = request->team != NULL ? request->team : &hf_team_alone;
    worth_run run = {session, request, team, out};
    uint32_t count = 0;
    if (request->worth_count == 0)
        return true;
    const candidate *candidates = find_candidates(&out->tally, &scratch, &count);
    count = count < request->worth_count ? count : request->worth_count;
    count = (uint32_t)team->share(count);
    uint64_t block_count = team->share(out->tally.block_count);
    out->worths = HF_NEW_N(arena, hf_worth, count);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t asset = team->share(request->place.rank == 0 ? candidates[i].asset : 0);
        if (!add_worth(&run, (uint32_t)asset, block_count, err))
            return false;
    }
    if (out->worth_count > 0)
        qsort(out->worths, out->worth_count, sizeof(*out->worths), by_value);
    return true;
}

bool hf_simulate_restarts(const hf_session *session, const hf_simulate_request *request,
                          hf_simulate_answer *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_team *team = request->team != NULL ? request->team : &hf_team_alone;
    worth_run run = {session, request, team, out};
    hf_simulation other = out->simulation;
    hf_tally tally;
    double own = 0, others = 0;
    if (!request->has_both_restarts)
        return true;
    bool is_free = other.restart == HF_RESTART_FREE;
    other.restart = is_free ? HF_RESTART_SEQUENTIAL : HF_RESTART_FREE;
    uint64_t block_count = team->share(out->tally.block_count);
    if (!run_other(&run, other, block_count, &scratch, &tally, err))
        return false;
    if (request->place.rank != 0)
        return true;
    const hf_tally *free_tally = is_free ? &out->tally : &tally;
    const hf_tally *sequential = is_free ? &tally : &out->tally;
    if (!hf_tally_mean(out->engine, &out->simulation, &out->tally, &own, err) ||
        !hf_tally_mean(out->engine, &other, &tally, &others, err) ||
        !hf_tally_saving(out->engine, &out->simulation, sequential, free_tally, &out->restarts.more,
                         err))
        return false;
    out->restarts.free_mean = is_free ? own : others;
    out->restarts.sequential_mean = is_free ? others : own;
    return true;
}
