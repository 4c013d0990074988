// SPDX-License-Identifier: Apache-2.0
//
// W1 to W3 of the benchmark: trials of the dense kernel on REG(N, seed), beside the replay roof (the
// same addresses in the same order, loads and ORs only) run in the same minute. Time is processor time
// of the thread, so that a busy machine disturbs less; the lowest and the middle of several runs.
#include "bench_lanes.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/clock.h"
#include "bench_counts.h"
#include "bench_register.h"
#include "engine/kernel/dense.h"

enum { RUNS = BENCH_RUNS, STEPS = 48 };

typedef struct {
    const char *name;
    bench_features features;
    double hours;
    uint8_t strength_digits;
} workload;

static const workload workloads[] = {
    {"W1", {.needs_all = true, .has_chance = true}, 0, 8},
    {"W2", {0}, 0, 32},
    {"W3", {.has_buffers = true, .has_repair = true}, STEPS, 32},
};

double bench_processor_s(void)
{
    struct timespec now;
    return clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0
               ? (double)now.tv_sec + 1e-9 * (double)now.tv_nsec
               : 0;
}

void bench_must(bool is_done, const hf_error *err)
{
    if (is_done)
        return;
    (void)fprintf(stderr, "engine_bench: %s\n", err->message);
    exit(70);
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

bench_timing bench_timing_of(double seconds[RUNS])
{
    qsort(seconds, RUNS, sizeof(seconds[0]), by_value);
    return (bench_timing){seconds[0], seconds[RUNS / 2]};
}

typedef struct {
    bench_timing kernel, sweeps, roof; // processor seconds for one block
} block_timing;

static block_timing time_blocks(hf_lane_worker *worker, hf_tally *tally, uint32_t blocks)
{
    double kernel_s[RUNS], sweep_s[RUNS], roof_s[RUNS];
    for (uint32_t i = 0; i < RUNS; i++) {
        double start = bench_processor_s();
        for (uint32_t b = 0; b < blocks; b++)
            hf_dense_block(worker, b, tally);
        double middle = bench_processor_s();
        for (uint32_t b = 0; b < blocks; b++)
            worker->code->sweep_again(worker);
        double later = bench_processor_s();
        for (uint32_t b = 0; b < blocks; b++)
            worker->code->replay(worker);
        kernel_s[i] = (middle - start) / blocks;
        sweep_s[i] = (later - middle) / blocks;
        roof_s[i] = (bench_processor_s() - later) / blocks;
    }
    return (block_timing){bench_timing_of(kernel_s), bench_timing_of(sweep_s),
                          bench_timing_of(roof_s)};
}

static double peak_mb(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (double)usage.ru_maxrss / 1024 : 0;
}

static void print_head(void)
{
    printf("| work | N | M | scenarios | seconds, median | least | G edge·scenario(·step)/s | at "
           "best | mean failed | of it sweeps | replay roof / sweeps | sweeps a range | peak MB |\n"
           "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
}

void bench_row(const bench_figure *f)
{
    printf("| %s | %u | %u | %" PRIu64 " | %.5f | %.5f | %.4g | %.4g |", f->name, f->assets,
           f->dependencies, f->scenarios, f->time.middle, f->time.least,
           f->work / f->time.middle * 1e-9, f->work / f->time.least * 1e-9);
    if (f->mean_failed > 0)
        printf(" %.2f |", f->mean_failed);
    else
        printf(" – |");
    if (f->sweep_share > 0)
        printf(" %.0f %% | %.0f %% | %.1f |", 100 * f->sweep_share, 100 * f->roof_share,
               f->sweeps_a_range);
    else
        printf(" – | – | – |");
    printf(" %.0f |\n", peak_mb());
    (void)fflush(stdout);
}

// Assets down at some time in a scenario, over all blocks that the worker has run.
static double mean_failed(hf_lane_worker *worker, hf_tally *tally, double scenarios)
{
    uint64_t sum = 0;
    hf_dense_flush(worker, tally);
    for (uint32_t a = 0; a < tally->asset_count; a++)
        sum += tally->assets[a].down_ever;
    return (double)sum / scenarios;
}

static void bench_workload(const workload *w, uint32_t asset_count, uint64_t seed)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_arena_done) hf_arena input_arena = {0};
    hf_engine_input in;
    hf_plan *plan = NULL;
    hf_error err = {0};
    bench_register(asset_count, seed, w->features, &in, &input_arena);
    bench_must(hf_plan_build(&in, &arena, &plan, &err), &err);
    hf_arena_done(&input_arena);
    uint32_t members = hf_plan_facts_of(plan).member_count;
    double steps = w->hours > 0 ? w->hours : 1;
    uint32_t blocks = (uint32_t)(4e6 / steps / members) + 1;
    hf_simulation s = {.hazards = bench_hazards(asset_count, seed, &arena),
                       .hazard_count = asset_count,
                       .trial_count = (uint64_t)blocks * HF_BLOCK_TRIALS,
                       .seed = seed,
                       .strength_digits = w->strength_digits,
                       .hours = w->hours,
                       .wants_assets = true};
    hf_prepared prepared;
    hf_tally tally;
    bench_must(hf_prepare(plan, &s, &arena, &prepared, &err), &err);
    bench_must(hf_tally_init(plan, &s, &arena, &tally, &err), &err);
    const hf_lanes *lanes = hf_lanes_build(plan, &arena);
    const hf_lane_question *q = hf_dense_prepare(lanes, &prepared, &arena);
    hf_lane_worker *worker = hf_dense_open(q, hf_lane_code_of(512, NULL), &arena);
    worker->sweep_room = (size_t)(lanes->range_count * (steps * 8 + 100));
    worker->sweeps = HF_NEW_N(&arena, uint32_t, worker->sweep_room);
    hf_dense_block(worker, 0, &tally); // warm
    block_timing t = time_blocks(worker, &tally, blocks);
    if (worker->sweep_count > worker->sweep_room)
        fprintf(stderr, "bench: %s: the roof knows only %zu of %zu sweeps\n", w->name,
                worker->sweep_room, worker->sweep_count);
    double share = (double)blocks;
    bench_row(&(bench_figure){
        .name = w->name,
        .assets = asset_count,
        .dependencies = members,
        .scenarios = (uint64_t)blocks * HF_BLOCK_TRIALS,
        .time = {t.kernel.least * share, t.kernel.middle * share},
        .work = (double)members * HF_BLOCK_TRIALS * steps * share,
        .mean_failed = mean_failed(worker, &tally, (double)(RUNS * blocks + 1) * HF_BLOCK_TRIALS),
        .sweep_share = t.sweeps.least / t.kernel.least,
        .roof_share = t.roof.least / t.sweeps.least,
        .sweeps_a_range = (double)worker->sweep_count / lanes->range_count / steps});
}

static hf_plan *plan_of(const workload *w, uint32_t asset_count, uint64_t seed, hf_arena *arena)
{
    HF_CLEANUP(hf_arena_done) hf_arena input_arena = {0};
    hf_engine_input in;
    hf_plan *plan = NULL;
    hf_error err = {0};
    bench_register(asset_count, seed, w->features, &in, &input_arena);
    bench_must(hf_plan_build(&in, arena, &plan, &err), &err);
    return plan;
}

static hf_simulation simulation_of(const workload *w, uint32_t asset_count, uint64_t seed,
                                   uint64_t blocks, hf_arena *arena)
{
    return (hf_simulation){.hazards = bench_hazards(asset_count, seed, arena),
                           .hazard_count = asset_count,
                           .trial_count = blocks * HF_BLOCK_TRIALS,
                           .seed = seed,
                           .strength_digits = w->strength_digits,
                           .hours = w->hours,
                           .kernel = HF_KERNEL_DENSE,
                           .lanes = 512,
                           .wants_assets = true};
}

typedef struct {
    double wall, processor; // seconds; of the processor: all threads together
} spent;

static double all_threads_s(void)
{
    struct timespec now;
    return clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0
               ? (double)now.tv_sec + 1e-9 * (double)now.tv_nsec
               : 0;
}

// The digest of a few thousand trials must not depend on threads or lanes.
static spent run_all(const hf_plan *plan, const hf_simulation *s, uint32_t threads,
                     uint64_t *digest)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_pool_close) hf_pool *pool = hf_pool_open(threads);
    hf_tally tally;
    hf_error err = {0};
    bench_must(hf_tally_init(plan, s, &arena, &tally, &err), &err);
    uint64_t start = hf_clock_monotonic_ns();
    double start_s = all_threads_s();
    bench_must(hf_simulate_run(plan, s, pool, NULL, &tally, &err), &err);
    spent result = {(double)(hf_clock_monotonic_ns() - start) * 1e-9, all_threads_s() - start_s};
    *digest = bench_digest(&tally, &arena);
    return result;
}

static void keep_least(spent *least, spent run)
{
    least->wall = fmin(least->wall, run.wall);
    least->processor = fmin(least->processor, run.processor);
}

static void check_digests(const workload *w, uint32_t asset_count, uint64_t seed)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_plan *plan = plan_of(w, asset_count, seed, &arena);
    hf_simulation s =
        simulation_of(w, asset_count, seed, (uint64_t)(1e6 / asset_count + 2), &arena);
    s.trial_count -= 100;
    s.hours = w->hours > 6 ? 6 : w->hours;
    uint64_t one, two, narrow;
    (void)run_all(plan, &s, 1, &one);
    (void)run_all(plan, &s, 2, &two);
    s.lanes = 64;
    (void)run_all(plan, &s, 2, &narrow);
    printf("%s: digest %016" PRIx64 ", %s for 1 and 2 threads, %s for 64 and 512 lanes\n", w->name,
           one, one == two ? "equal" : "DIFFERENT", one == narrow ? "equal" : "DIFFERENT");
}

// One and two threads in turn, the least of some runs; and of a run of one block, which is what does
// not shrink with threads: the question made ready, and the sums. By the wall, and by time of the
// processor, which others disturb less: what two threads would take if each had a processor. Threads
// that wait for each other's cache lines need more of it together than one alone.
static void bench_threads(const workload *w, uint32_t asset_count, uint64_t seed)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_plan *plan = plan_of(w, asset_count, seed, &arena);
    uint32_t members = hf_plan_facts_of(plan).member_count;
    double steps = w->hours > 0 ? w->hours : 1;
    // Long enough that what is made ready once weighs as it does in a run that people start: 10^4 trials and more.
    uint64_t blocks = 2 * ((uint64_t)(2e6 / steps / members) + (steps > 1 ? 3 : 13));
    hf_simulation s = simulation_of(w, asset_count, seed, blocks, &arena), few = s;
    few.trial_count = HF_BLOCK_TRIALS;
    spent one = {INFINITY, INFINITY}, two = one, ready = one;
    uint64_t digest_of_one = 0, digest_of_two = 0, digest;
    for (uint32_t i = 0; i < RUNS; i++) {
        keep_least(&one, run_all(plan, &s, 1, &digest_of_one));
        keep_least(&two, run_all(plan, &s, 2, &digest_of_two));
        keep_least(&ready, run_all(plan, &few, 1, &digest));
    }
    double others = (double)(blocks - 1); // of a run of one block its block is left out
    ready.wall = fmax(0, ready.wall - (one.wall - ready.wall) / others);
    ready.processor = fmax(0, ready.processor - (one.processor - ready.processor) / others);
    double halved = ready.processor + (two.processor - ready.processor) / 2;
    printf("| %s | %u | %u | %" PRIu64 " | %s | %.3f | %.3f | %.2f | %.3f | %.3f | %.3f | %.2f | "
           "%.2f |\n",
           w->name, asset_count, members, s.trial_count,
           digest_of_one == digest_of_two ? "equal" : "DIFFERENT", one.processor, two.processor,
           one.processor / halved, one.wall, two.wall, ready.wall, one.wall / two.wall,
           (one.wall - ready.wall) / (two.wall - ready.wall));
    (void)fflush(stdout);
}

static void bench_all_threads(uint32_t asset_count, uint64_t seed)
{
    printf("| work | N | M | trials | digests | 1 thread, processor s | 2 threads, processor s | "
           "times as fast, a processor each | 1 thread, s | 2 threads, s | of it alone, s | times "
           "as fast | without what is done alone |\n"
           "|---|--:|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
    for (size_t i = 0; i < HF_COUNT(workloads); i++)
        bench_threads(&workloads[i], asset_count, seed);
}

// W2 from the arrays of the register to the sums, as a program would ask for it.
static void bench_whole(uint32_t asset_count, uint64_t seed, uint64_t trial_count)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_arena_done) hf_arena input_arena = {0};
    hf_engine_input in;
    hf_plan *plan = NULL;
    hf_error err = {0};
    bench_register(asset_count, seed, workloads[1].features, &in, &input_arena);
    hf_simulation s = {.hazards = bench_hazards(asset_count, seed, &arena),
                       .hazard_count = asset_count,
                       .trial_count = trial_count,
                       .seed = seed,
                       .wants_assets = true};
    uint64_t start = hf_clock_monotonic_ns(), digest;
    bench_must(hf_plan_build(&in, &arena, &plan, &err), &err);
    hf_arena_done(&input_arena);
    (void)run_all(plan, &s, 2, &digest);
    double seconds = (double)(hf_clock_monotonic_ns() - start) * 1e-9;
    struct rusage usage;
    double processor = 0;
    if (getrusage(RUSAGE_SELF, &usage) == 0)
        processor = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec);
    printf("W2 as a whole, %u assets, %" PRIu64 " trials, 2 threads: %.1f s by the wall, %.0f s of "
           "the processor with making the register, peak %.0f MB, digest %016" PRIx64 "\n",
           asset_count, trial_count, seconds, processor, peak_mb(), digest);
}

static void print_machine(void)
{
    char line[256] = "", model[128] = "unknown processor";
    double load = 0;
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL)
        if (sscanf(line, "model name : %127[^\n]", model) == 1)
            break;
    if (file != NULL)
        (void)fclose(file);
    if (getloadavg(&load, 1) != 1)
        load = -1;
    printf("machine: %s, lanes by %s, compiler " __VERSION__ ", load average %.1f%s\n\n", model,
           hf_lane_code_of(512, NULL)->isa, load,
           load > 1 ? " (busy: compare nothing with another machine)" : "");
}

void bench_lanes(uint32_t asset_count, uint64_t seed, const char *only)
{
    print_machine();
    if (strcmp(only, "whole") == 0 || strcmp(only, "tenth") == 0) {
        bench_whole(asset_count, seed, only[0] == 'w' ? 100000 : 10000);
        return;
    }
    if (strcmp(only, "threads") == 0) {
        bench_all_threads(asset_count, seed);
        return;
    }
    bool is_all = strcmp(only, "all") == 0, is_lanes = is_all || strcmp(only, "lanes") == 0;
    print_head();
    for (size_t i = 0; i < HF_COUNT(workloads); i++)
        if (is_lanes || strcmp(only, workloads[i].name) == 0)
            bench_workload(&workloads[i], asset_count, seed);
    if (is_all || strcmp(only, "W4") == 0)
        bench_all_single_losses(asset_count, seed);
    if (is_all || strcmp(only, "W5") == 0)
        bench_chains(asset_count, seed);
    printf("\n");
    for (size_t i = 0; i < HF_COUNT(workloads) && is_lanes; i++)
        check_digests(&workloads[i], asset_count, seed);
}
