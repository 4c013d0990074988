// SPDX-License-Identifier: Apache-2.0
//
// One simulation on REG(N, 1), static and with k-of-n groups (W2), in one process or as a rank of mpirun. Rank
// 0 prints one line of JSON; bench/scale.py asks for many and makes a table of them.
//
//     scale_bench ASSETS TRIALS THREADS [HOURS]
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "bench_register.h"
#include "engine/engine_team.h"

static double seconds_since(uint64_t start_ns)
{
    return (double)(hf_clock_monotonic_ns() - start_ns) * 1e-9;
}

static void must(bool is_done, const hf_error *err)
{
    if (is_done)
        return;
    (void)fprintf(stderr, "scale_bench: %s\n", err->message);
    hf_team_here->give_up(hf_error_exit_status(err->kind));
}

static double processor_seconds(const struct rusage *usage)
{
    return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
           1e-6 * (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec);
}

typedef struct {
    uint32_t assets, threads;
    uint64_t trials;
    double hours;
} words;

typedef struct {
    double build_s, run_s, processor_s;
    uint64_t plan_bytes, told_bytes, digest;
    uint32_t members;
} figures;

static figures measure(const words *w)
{
    HF_CLEANUP(hf_arena_done) hf_arena input_arena = {0}, plan_arena = {0}, arena = {0};
    hf_engine_input in;
    hf_plan *plan = NULL;
    hf_error err = {0};
    hf_tally tally;
    bench_features features = {.has_buffers = w->hours > 0, .has_repair = w->hours > 0};
    bench_register(w->assets, 1, features, &in, &input_arena);
    uint64_t start = hf_clock_monotonic_ns();
    must(hf_plan_build(&in, &plan_arena, &plan, &err), &err);
    figures f = {.build_s = seconds_since(start),
                 .plan_bytes = hf_arena_held_bytes(&plan_arena),
                 .members = hf_plan_facts_of(plan).member_count};
    hf_arena_done(&input_arena);
    hf_simulation s = {.hazards = bench_hazards(w->assets, 1, &arena),
                       .hazard_count = w->assets,
                       .trial_count = w->trials,
                       .seed = 1,
                       .hours = w->hours,
                       .wants_assets = true};
    must(hf_simulate_memory(plan, &s, w->threads, &f.told_bytes, &err), &err);
    must(hf_tally_init(plan, &s, &arena, &tally, &err), &err);
    hf_pool *pool = hf_pool_open(w->threads);
    struct rusage before, after;
    (void)getrusage(RUSAGE_SELF, &before);
    start = hf_clock_monotonic_ns();
    must(hf_team_here->run(plan, &s, pool, NULL, &tally, &err), &err);
    f.run_s = seconds_since(start);
    (void)getrusage(RUSAGE_SELF, &after);
    f.processor_s = processor_seconds(&after) - processor_seconds(&before);
    hf_pool_close(&pool);
    f.digest = bench_digest(&tally, &arena);
    return f;
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return fprintf(stderr, "usage: scale_bench ASSETS TRIALS THREADS [HOURS]\n"), 64;
    words w = {.assets = (uint32_t)strtoul(argv[1], NULL, 10),
               .trials = strtoull(argv[2], NULL, 10),
               .threads = (uint32_t)strtoul(argv[3], NULL, 10),
               .hours = argc > 4 ? (double)strtoul(argv[4], NULL, 10) : 0};
    hf_team_place place;
    hf_error err = {0};
    must(hf_team_here->join(&place, &err), &err);
    figures f = measure(&w);
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    if (place.rank == 0)
        printf("{\"assets\": %u, \"dependencies\": %u, \"trials\": %" PRIu64
               ", \"threads\": %u, \"ranks\": %u, \"build_s\": %.4f, \"run_s\": %.4f, "
               "\"processor_s\": %.4f, \"plan_bytes\": %" PRIu64 ", \"told_bytes\": %" PRIu64
               ", \"peak_bytes\": %" PRIu64 ", \"digest\": \"%016" PRIx64 "\"}\n",
               w.assets, f.members, w.trials, w.threads, place.count, f.build_s, f.run_s,
               f.processor_s, f.plan_bytes, f.told_bytes, (uint64_t)usage.ru_maxrss * 1024,
               f.digest);
    hf_team_here->leave();
    return 0;
}
