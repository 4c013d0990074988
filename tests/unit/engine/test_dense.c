// SPDX-License-Identifier: Apache-2.0
//
// The dense kernel against the sparse one, bit by bit: random registers with every feature, every
// width and every set of instructions that this machine has.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "engine/kernel/dense.h"

typedef struct {
    hf_hazard *hazards;
    double class_p[HF_CLASS_COUNT_MAX];
    uint8_t events[7];
    hf_simulation simulation;
} ask;

static double pick_p(hf_test_random *random)
{
    static const double some[] = {0.001, 0.003, 0.0078, 0.02, 0.1, 0.4, 1, 1e-9};
    return some[hf_test_below(random, HF_COUNT(some))];
}

static int by_number(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

// Hazards of one asset at one hour: nested levels in some classes.
static void add_hazards(hf_test_random *random, const hf_engine_input *in, uint32_t asset,
                        double at_h, ask *a)
{
    uint32_t levels = in->assets[asset].levels == 0 ? 2 : in->assets[asset].levels;
    uint32_t classes = a->simulation.class_count < 2 ? 1 : a->simulation.class_count;
    for (uint32_t h = 0; h < classes; h++) {
        double p[HF_LEVEL_COUNT_MAX];
        if (classes > 1 && hf_test_chance(random, 40))
            continue;
        for (uint32_t q = 1; q < levels; q++)
            p[q - 1] = pick_p(random);
        qsort(p, levels - 1, sizeof(p[0]), by_number);
        for (uint32_t q = 1; q < levels; q++)
            if (levels == 2 || hf_test_chance(random, 70))
                a->hazards[a->simulation.hazard_count++] =
                    (hf_hazard){asset, (uint8_t)h, (uint8_t)q, at_h, p[q - 1]};
    }
}

static void make_question(hf_test_random *random, const hf_engine_input *in, bool with_hours,
                          hf_arena *arena, ask *a)
{
    hf_question grid = hf_test_question(random, in, with_hours, arena);
    hf_simulation *s = &a->simulation;
    *s = (hf_simulation){.trial_count = 1 + hf_test_below(random, 1300),
                         .seed = hf_test_next(random),
                         .generator = hf_test_chance(random, 80) ? HF_GENERATOR_ARS
                                                                 : HF_GENERATOR_PHILOX,
                         .strength_digits = hf_test_chance(random, 30) ? 8 : 32,
                         .hours = grid.hours,
                         .step_h = grid.step_h,
                         .restart = (int)grid.restart,
                         .wants_assets = hf_test_chance(random, 80),
                         .wants_criticality = hf_test_chance(random, 50),
                         .wants_series = hf_test_chance(random, 50)};
    if (hf_test_chance(random, 40)) {
        s->class_count = 2 + hf_test_below(random, 3);
        for (uint32_t h = 0; h < s->class_count; h++)
            a->class_p[h] = 1.0 / s->class_count;
        for (uint32_t i = 0; i < HF_COUNT(a->events); i++)
            a->events[i] = (uint8_t)hf_test_below(random, s->class_count);
        s->class_p = a->class_p;
        if (hf_test_chance(random, 40)) {
            s->class_p = NULL;
            s->class_of_event = a->events;
            s->event_count = HF_COUNT(a->events);
        }
    }
    a->hazards = HF_NEW_N(arena, hf_hazard, (size_t)in->asset_count * 3 * 4 * HF_LEVEL_COUNT_MAX);
    for (uint32_t i = 0; i < in->asset_count; i++) {
        if (hf_test_chance(random, 60))
            add_hazards(random, in, i, 0, a);
        for (double at_h = 2; with_hours && at_h < 5 && hf_test_chance(random, 20); at_h += 2)
            add_hazards(random, in, i, at_h, a);
    }
    s->hazards = a->hazards;
}

// The bytes of the tally after all blocks, by the sparse kernel or by a dense one.
static uint8_t *run_all(const hf_prepared *p, const hf_lane_question *q,
                        const hf_lane_code *kernel, hf_arena *arena, size_t *count)
{
    hf_error err = {0};
    hf_tally tally;
    if (!hf_tally_init(p->plan, p->simulation, arena, &tally, &err))
        fail_msg("%s", err.message);
    void *sparse = kernel == NULL ? hf_sparse_kernel.open(p, arena) : NULL;
    hf_lane_worker *dense = kernel == NULL ? NULL : hf_dense_open(q, kernel, arena);
    for (uint64_t b = 0; b < p->block_count; b++) {
        if (kernel == NULL)
            hf_sparse_kernel.run(sparse, b, &tally);
        else
            hf_dense_block(dense, b, &tally);
        hf_tally_mark(&tally, b, hf_block_trials(p, b));
    }
    if (dense != NULL)
        hf_dense_flush(dense, &tally);
    *count = hf_tally_bytes(&tally);
    uint8_t *bytes = hf_arena_take(arena, *count);
    hf_tally_write(&tally, bytes);
    return bytes;
}

static void compare(uint64_t seed, hf_test_features features, bool with_hours)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_test_random random = {seed};
    hf_engine_input *in = hf_test_register(&random, features, &arena);
    ask a;
    hf_bench bench;
    make_question(&random, in, with_hours, &arena, &a);
    bench_open(&bench, in);
    hf_prepared p;
    hf_error err = {0};
    if (!hf_prepare(bench.plan, &a.simulation, &arena, &p, &err)) {
        bench_done(&bench);
        if (strcmp(err.code, "engine.hazard") != 0) // two shocks in one long step
            fail_msg("%s", err.message);
        return;
    }
    size_t count = 0, dense_count = 0;
    const uint8_t *want = run_all(&p, NULL, NULL, &arena, &count);
    const hf_lanes *lanes = hf_lanes_build(bench.plan, &arena);
    const hf_lane_question *q = hf_dense_prepare(lanes, &p, &arena);
    static const char *const isas[] = {"plain", "avx2", "avx512"};
    static const uint32_t widths[] = {64, 256, 512};
    for (uint32_t i = 0; i < 9; i++) {
        const hf_lane_code *kernel = hf_lane_code_of(widths[i % 3], isas[i / 3]);
        if (kernel == NULL)
            continue;
        const uint8_t *got = run_all(&p, q, kernel, &arena, &dense_count);
        if (count != dense_count || memcmp(want, got, count) != 0)
            fail_msg("seed %llu, %u assets, %s of %u lanes differs", (unsigned long long)seed,
                     (unsigned)in->asset_count, kernel->isa, (unsigned)kernel->lanes);
    }
    bench_done(&bench);
}

static uint64_t rounds(void)
{
    const char *wanted = getenv("HOLDFAST_TEST_ROUNDS");
    return wanted == NULL ? 150 : strtoull(wanted, NULL, 10);
}

static void counts_the_same_as_the_sparse_kernel_in_a_static_question(void **state)
{
    (void)state;
    hf_test_features plain = {.asset_count_max = 150};
    hf_test_features all = {.asset_count_max = 40,
                            .has_layers = true,
                            .has_levels = true,
                            .has_gates = true,
                            .has_wide_capacities = true};
    for (uint64_t seed = 1; seed <= rounds(); seed++) {
        compare(seed, plain, false);
        compare(1000000 + seed, all, false);
    }
}

static void counts_the_same_as_the_sparse_kernel_over_time(void **state)
{
    (void)state;
    hf_test_features plain = {.asset_count_max = 100};
    hf_test_features all = {.asset_count_max = 30,
                            .has_layers = true,
                            .has_levels = true,
                            .has_gates = true,
                            .has_wide_capacities = true};
    hf_test_features restless = all;
    restless.is_restless = true;
    for (uint64_t seed = 1; seed <= rounds(); seed++) {
        compare(2000000 + seed, plain, true);
        compare(3000000 + seed, all, true);
        compare(4000000 + seed, restless, true);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_the_same_as_the_sparse_kernel_in_a_static_question),
        cmocka_unit_test(counts_the_same_as_the_sparse_kernel_over_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
