// SPDX-License-Identifier: Apache-2.0
//
// hf_simulate_run bit by bit: thousands of random registers against the slow reference, any number of
// threads, parts of runs, shuffled rows; and what is refused.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "oracle_simulate.h"

static hf_tally tally_of(const hf_plan *plan, const hf_simulation *simulation, hf_arena *arena)
{
    hf_error err = {0};
    hf_tally tally;
    if (!hf_tally_init(plan, simulation, arena, &tally, &err))
        fail_msg("%s: %s", err.code, err.message);
    return tally;
}

static void simulate(const hf_plan *plan, const hf_simulation *simulation, hf_pool *pool,
                     hf_tally *tally)
{
    hf_error err = {0};
    if (!hf_simulate_run(plan, simulation, pool, NULL, tally, &err))
        fail_msg("%s: %s", err.code, err.message);
}

static uint8_t *bytes_of(const hf_tally *tally, size_t *count, hf_arena *arena)
{
    *count = hf_tally_bytes(tally);
    uint8_t *bytes = hf_arena_take_n(arena, *count, 1);
    hf_tally_write(tally, bytes);
    return bytes;
}

static bool same_tally(const hf_tally *a, const hf_tally *b)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    size_t a_count, b_count;
    uint8_t *a_bytes = bytes_of(a, &a_count, &arena), *b_bytes = bytes_of(b, &b_count, &arena);
    return a_count == b_count && memcmp(a_bytes, b_bytes, a_count) == 0;
}

static void explain_difference(const hf_tally *a, const hf_tally *b, uint64_t seed)
{
    for (uint64_t trial = 0; trial < a->trial_count; trial++)
        if (a->losses[trial] != b->losses[trial])
            fail_msg("seed %llu, trial %llu: lost %llu, want %llu", (unsigned long long)seed,
                     (unsigned long long)trial, (unsigned long long)a->losses[trial],
                     (unsigned long long)b->losses[trial]);
    for (uint32_t v = 0; v < a->asset_count; v++) {
        const hf_asset_tally *x = &a->assets[v], *y = &b->assets[v];
        if (memcmp(x, y, sizeof(*x)) != 0)
            fail_msg("seed %llu, asset %u: %llu %llu %llu %llu %llu, want %llu %llu %llu %llu %llu",
                     (unsigned long long)seed, v, (unsigned long long)x->down_ever,
                     (unsigned long long)x->own_damage, (unsigned long long)x->down_not_own,
                     (unsigned long long)x->down_steps, (unsigned long long)x->down_last,
                     (unsigned long long)y->down_ever, (unsigned long long)y->own_damage,
                     (unsigned long long)y->down_not_own, (unsigned long long)y->down_steps,
                     (unsigned long long)y->down_last);
    }
    fail_msg("seed %llu: the sums differ", (unsigned long long)seed);
}

static void compare_many(uint32_t count, hf_test_features features, bool with_hours,
                         uint64_t trial_count, uint64_t base)
{
    features.has_chances = true;
    for (uint64_t i = 0; i < count; i++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        hf_test_random random = {base + i};
        hf_bench bench;
        hf_engine_input *in = hf_test_register(&random, features, &arena);
        hf_simulation *s = hf_test_simulation(&random, in, with_hours, trial_count, &arena);
        bench_open(&bench, in);
        hf_tally ours = tally_of(bench.plan, s, &arena), want = tally_of(bench.plan, s, &arena);
        simulate(bench.plan, s, NULL, &ours);
        hf_oracle_simulate(in, s, &want);
        if (!same_tally(&ours, &want))
            explain_difference(&ours, &want, base + i);
        bench_done(&bench);
    }
}

static void static_trials_equal_the_reference(void **unused)
{
    (void)unused;
    compare_many(1000, (hf_test_features){.asset_count_max = 10}, false, 20, 20000000);
    compare_many(300,
                 (hf_test_features){.asset_count_max = 12, .has_levels = true, .has_gates = true},
                 false, 70, 20100000);
    compare_many(6, (hf_test_features){.asset_count_max = 30, .has_levels = true}, false, 1100,
                 20200000);
    compare_many(3, (hf_test_features){.asset_count_max = 300}, false, 70, 20300000);
}

static void static_trials_with_networks_equal_the_reference(void **unused)
{
    (void)unused;
    compare_many(800, (hf_test_features){.asset_count_max = 10, .has_layers = true}, false, 20,
                 21000000);
    compare_many(60,
                 (hf_test_features){.asset_count_max = 30, .has_layers = true, .has_levels = true},
                 false, 70, 21100000);
}

static void timed_trials_equal_the_reference(void **unused)
{
    (void)unused;
    compare_many(600, (hf_test_features){.asset_count_max = 8}, true, 8, 22000000);
    compare_many(800,
                 (hf_test_features){.asset_count_max = 8, .has_levels = true, .is_restless = true},
                 true, 8, 22100000);
    compare_many(3,
                 (hf_test_features){.asset_count_max = 12, .has_levels = true, .is_restless = true},
                 true, 600, 22200000);
}

static void timed_trials_with_networks_equal_the_reference(void **unused)
{
    (void)unused;
    compare_many(300, (hf_test_features){.asset_count_max = 8, .has_layers = true}, true, 8,
                 23000000);
    compare_many(
        300,
        (hf_test_features){
            .asset_count_max = 8, .has_layers = true, .has_levels = true, .is_restless = true},
        true, 8, 23100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(static_trials_equal_the_reference),
        cmocka_unit_test(static_trials_with_networks_equal_the_reference),
        cmocka_unit_test(timed_trials_equal_the_reference),
        cmocka_unit_test(timed_trials_with_networks_equal_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
