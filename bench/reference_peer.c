// SPDX-License-Identifier: Apache-2.0
//
// The slow reference of the tests as a peer of the bench, on REG(N, seed). W1 and W2: the engine runs the
// same trials, and all sums must be the same bytes. W4: how many fail with each of some assets, the same.
//
//     reference_peer ASSETS SEED W1|W2|W4 SECONDS
//
// Prints "scenarios seconds failed squares batches same": the first five as peer_register.h has them, same
// being 1 or 0.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench_register.h"
#include "engine/cascade.h"
#include "oracle_simulate.h"

enum { TRIALS = 8 };

static double processor_s(void)
{
    struct timespec now;
    return clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0
               ? (double)now.tv_sec + 1e-9 * (double)now.tv_nsec
               : 0;
}

static void must(bool is_done, const hf_error *err)
{
    if (is_done)
        return;
    (void)fprintf(stderr, "reference_peer: %s\n", err->message);
    exit(70);
}

typedef struct {
    hf_engine_input in;
    hf_plan *plan;
    uint64_t seed;
    bool has_eighths;
    double spent, squares;
    uint64_t done, failed, batches;
    bool is_same;
} peer;

static void note(peer *p, uint64_t scenarios, uint64_t failed)
{
    p->done += scenarios;
    p->failed += failed;
    p->squares += (double)failed * (double)failed;
    p->batches++;
}

// A few trials, by the reference and by the engine.
static void run_trials(peer *p)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_simulation s = {.hazards = bench_hazards(p->in.asset_count, p->seed, &arena),
                       .hazard_count = p->in.asset_count,
                       .trial_count = TRIALS,
                       .seed = p->done + 1,
                       .strength_digits = p->has_eighths ? 8 : 32,
                       .wants_assets = true,
                       .wants_criticality = true,
                       .wants_series = true}; // the reference counts all of it
    hf_tally slow, quick;
    must(hf_tally_init(p->plan, &s, &arena, &slow, &err), &err);
    must(hf_tally_init(p->plan, &s, &arena, &quick, &err), &err);
    double start = processor_s();
    hf_oracle_simulate(&p->in, &s, &slow);
    p->spent += processor_s() - start;
    must(hf_simulate_run(p->plan, &s, NULL, NULL, &quick, &err), &err);
    p->is_same = p->is_same && bench_digest(&slow, &arena) == bench_digest(&quick, &arena);
    uint64_t failed = 0;
    for (uint32_t a = 0; a < slow.asset_count; a++)
        failed += slow.assets[a].down_ever;
    note(p, TRIALS, failed);
}

static void run_source(peer *p, hf_engine_state *state)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    uint32_t source = (uint32_t)p->done, failed = 0;
    hf_question question = {.fail = &source, .fail_count = 1};
    hf_oracle slow = {0};
    hf_cascade quick;
    hf_error err = {0};
    double start = processor_s();
    hf_oracle_run(&p->in, &question, &arena, &slow);
    p->spent += processor_s() - start;
    for (uint32_t a = 0; a < p->in.asset_count; a++)
        failed += slow.assets[a].has_fallen;
    must(hf_cascade_run(p->plan, &question, state, &arena, &quick, &err), &err);
    p->is_same = p->is_same && quick.fall_count == failed;
    note(p, 1, failed);
}

int main(int argc, char **argv)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    peer p = {.is_same = true};
    double limit = 0;
    uint32_t assets = 0;
    if (argc != 5 || sscanf(argv[1], "%u", &assets) != 1 || sscanf(argv[2], "%lu", &p.seed) != 1 ||
        sscanf(argv[4], "%lf", &limit) != 1 || assets < 1000) {
        (void)fprintf(stderr, "usage: reference_peer ASSETS SEED W1|W2|W4 SECONDS\n");
        return 64;
    }
    hf_error err = {0};
    bool is_first = strcmp(argv[3], "W1") == 0, is_fourth = strcmp(argv[3], "W4") == 0;
    p.has_eighths = is_first;
    bench_register(
        assets, p.seed,
        (bench_features){.needs_all = is_first, .has_chance = is_first, .has_buffers = is_fourth},
        &p.in, &arena);
    must(hf_plan_build(&p.in, &arena, &p.plan, &err), &err);
    hf_engine_state *state = hf_engine_state_new(p.plan, &arena);
    while (p.spent < limit && (!is_fourth || p.done < assets)) {
        if (is_fourth)
            run_source(&p, state);
        else
            run_trials(&p);
    }
    printf("%llu %.6f %llu %.17g %llu %d\n", (unsigned long long)p.done, p.spent,
           (unsigned long long)p.failed, p.squares, (unsigned long long)p.batches, p.is_same);
    return 0;
}
