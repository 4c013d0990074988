// SPDX-License-Identifier: Apache-2.0
//
// The dense kernel against the sparse one and the slow reference, bit by bit: random registers with
// every feature, every width and every set of instructions that this machine has.
#include <stdlib.h>
#include <string.h>

#include "../full.h"
#include "check.h"
#include "engine/kernel/dense.h"
#include "oracle_simulate.h"

// The bytes of the tally after all blocks, by the sparse kernel or by a dense one.
static uint8_t *run_all(const hf_prepared *p, const hf_lane_question *q, const hf_lane_code *code,
                        hf_arena *arena, size_t *count)
{
    hf_error err = {0};
    hf_tally tally;
    if (!hf_tally_init(p->plan, p->simulation, arena, &tally, &err))
        fail_msg("%s", err.message);
    void *sparse = code == NULL ? hf_sparse_kernel.open(p, arena) : NULL;
    hf_lane_worker *dense = code == NULL ? NULL : hf_dense_open(q, code, arena);
    for (uint64_t b = 0; b < p->block_count; b++) {
        if (code == NULL)
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

static const uint8_t *run_reference(const hf_engine_input *in, const hf_prepared *p,
                                    hf_arena *arena, size_t count)
{
    hf_error err = {0};
    hf_tally tally;
    if (!hf_tally_init(p->plan, p->simulation, arena, &tally, &err))
        fail_msg("%s", err.message);
    hf_oracle_simulate(in, p->simulation, &tally);
    uint8_t *bytes = hf_arena_take(arena, count);
    assert_int_equal(hf_tally_bytes(&tally), count);
    hf_tally_write(&tally, bytes);
    return bytes;
}

static void compare(uint64_t seed, hf_test_features features, bool with_hours, bool asks_reference)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_test_random random = {seed};
    hf_bench bench;
    hf_prepared p;
    hf_error err = {0};
    features.has_chances = true;
    hf_engine_input *in = hf_test_register(&random, features, &arena);
    uint64_t trials =
        asks_reference ? 1 + hf_test_below(&random, 70) : 1 + hf_test_below(&random, 700);
    const hf_simulation *s = hf_test_simulation(&random, in, with_hours, trials, &arena);
    bench_open(&bench, in);
    if (!hf_prepare(bench.plan, s, &arena, &p, &err))
        fail_msg("%s", err.message);
    size_t count = 0, dense_count = 0;
    const uint8_t *want = run_all(&p, NULL, NULL, &arena, &count);
    if (asks_reference)
        want = run_reference(in, &p, &arena, count);
    const hf_lane_question *q = hf_dense_prepare(hf_lanes_build(bench.plan, &arena), &p, &arena);
    static const char *const isas[] = {"plain", "avx2", "avx512"};
    static const uint32_t widths[] = {64, 256, 512};
    for (uint32_t i = 0; i < 9; i++) {
        const hf_lane_code *code = hf_lane_code_of(widths[i % 3], isas[i / 3]);
        if (code == NULL)
            continue;
        const uint8_t *got = run_all(&p, q, code, &arena, &dense_count);
        if (count != dense_count || memcmp(want, got, count) != 0)
            fail_msg("seed %llu, %u assets, %s of %u lanes differs", (unsigned long long)seed,
                     (unsigned)in->asset_count, code->isa, (unsigned)code->lanes);
    }
    bench_done(&bench);
}

// HOLDFAST_TEST_ROUNDS=1000 for a long look: eight thousand registers.
static uint64_t rounds(void)
{
    const char *wanted = getenv("HOLDFAST_TEST_ROUNDS");
    return wanted != NULL ? strtoull(wanted, NULL, 10) : is_full() ? 500 : 60;
}

static const hf_test_features plain = {.asset_count_max = 150};
static const hf_test_features all = {.asset_count_max = 40,
                                     .has_layers = true,
                                     .has_levels = true,
                                     .has_gates = true,
                                     .has_wide_capacities = true};
static const hf_test_features restless = {.asset_count_max = 30,
                                          .has_layers = true,
                                          .has_levels = true,
                                          .has_gates = true,
                                          .is_restless = true};

static void counts_the_same_as_the_sparse_kernel(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= rounds(); seed++) {
        compare(seed, plain, false, false);
        compare(1000000 + seed, all, false, false);
        compare(2000000 + seed, plain, true, false);
        compare(3000000 + seed, all, true, false);
        compare(4000000 + seed, restless, true, false);
    }
}

static void counts_the_same_as_the_slow_reference(void **state)
{
    (void)state;
    hf_test_features small = all, small_restless = restless;
    small.asset_count_max = small_restless.asset_count_max = 12;
    for (uint64_t seed = 1; seed <= rounds(); seed++) {
        compare(5000000 + seed, small, false, true);
        compare(6000000 + seed, small, true, true);
        compare(7000000 + seed, small_restless, true, true);
    }
}

// The reference goes trial by trial and asset by asset: a few of these take as long as many small ones.
static void large_registers_count_the_same_as_the_slow_reference(void **state)
{
    (void)state;
    hf_test_features large = all, timed = all;
    large.asset_count_max = 2000;
    timed.asset_count_max = 300;
    for (uint64_t seed = 1; seed <= (is_full() ? 3 : 1); seed++) {
        compare(8000000 + seed, large, false, true);
        compare(8100000 + seed, timed, true, true);
    }
}

// Whatever is asked for, threads and the choice of the kernel change no bit.
static void runs_the_same_with_any_kernel_width_and_number_of_threads(void **state)
{
    (void)state;
    static const struct {
        hf_kernel kernel;
        uint32_t lanes, threads;
    } ways[] = {{HF_KERNEL_SPARSE, 0, 2}, {HF_KERNEL_AUTO, 0, 1},   {HF_KERNEL_DENSE, 0, 1},
                {HF_KERNEL_DENSE, 0, 3},  {HF_KERNEL_DENSE, 64, 2}, {HF_KERNEL_DENSE, 256, 2}};
    for (uint64_t seed = 1; seed <= rounds() / 10; seed++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        hf_test_random random = {8000000 + seed};
        hf_test_features features = seed % 2 == 0 ? restless : plain;
        features.has_chances = true;
        hf_engine_input *in = hf_test_register(&random, features, &arena);
        hf_simulation s = *hf_test_simulation(&random, in, seed % 2 == 0, 2000, &arena);
        hf_bench bench;
        bench_open(&bench, in);
        uint8_t *want = NULL;
        for (size_t i = 0; i < HF_COUNT(ways); i++) {
            HF_CLEANUP(hf_pool_close) hf_pool *pool = hf_pool_open(ways[i].threads);
            hf_tally tally;
            hf_error err = {0};
            s.kernel = ways[i].kernel;
            s.lanes = ways[i].lanes;
            if (!hf_tally_init(bench.plan, &s, &arena, &tally, &err) ||
                !hf_simulate_run(bench.plan, &s, pool, NULL, &tally, &err))
                fail_msg("%s", err.message);
            size_t count = hf_tally_bytes(&tally);
            uint8_t *bytes = hf_arena_take(&arena, count);
            hf_tally_write(&tally, bytes);
            if (want != NULL)
                assert_memory_equal(want, bytes, count);
            want = bytes;
        }
        bench_done(&bench);
    }
}

static void refuses_other_widths(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_test_hand hand;
    hf_bench bench;
    hf_tally tally;
    hf_error err = {0};
    hf_simulation s = {.trial_count = 10, .kernel = HF_KERNEL_DENSE, .lanes = 128};
    hf_hand_begin(&hand, 2);
    bench_open(&bench, &hand.input);
    assert_true(hf_tally_init(bench.plan, &s, &arena, &tally, &err));
    assert_false(hf_simulate_run(bench.plan, &s, NULL, NULL, &tally, &err));
    assert_string_equal(err.code, "engine.kernel");
    bench_done(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_the_same_as_the_sparse_kernel),
        cmocka_unit_test(counts_the_same_as_the_slow_reference),
        cmocka_unit_test(large_registers_count_the_same_as_the_slow_reference),
        cmocka_unit_test(runs_the_same_with_any_kernel_width_and_number_of_threads),
        cmocka_unit_test(refuses_other_widths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
