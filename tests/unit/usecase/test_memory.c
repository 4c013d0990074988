// SPDX-License-Identifier: Apache-2.0
//
// A simulation that does not fit is refused before it starts, with what it needs.
#include "usecase/memory.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

enum { ASSETS = 5000 };

static hf_plan *build_plan(hf_arena *arena)
{
    hf_engine_asset *assets = HF_NEW_N(arena, hf_engine_asset, ASSETS);
    for (uint32_t i = 0; i < ASSETS; i++)
        assets[i] = (hf_engine_asset){.id = i + 1, .people = 1};
    hf_engine_input input = {
        .assets = assets, .asset_count = ASSETS, .sector_count = 1, .kind_count = 1};
    hf_plan *plan = NULL;
    hf_error err = {0};
    if (!hf_plan_build(&input, arena, &plan, &err))
        fail_msg("%s: %s", err.code, err.message);
    return plan;
}

static uint64_t needed_with(const hf_plan *plan, const hf_simulation *question, uint32_t threads)
{
    uint64_t bytes;
    hf_error err = {0};
    if (!hf_simulate_memory(plan, question, threads, &bytes, &err))
        fail_msg("%s: %s", err.code, err.message);
    return bytes;
}

static void refuses_what_does_not_fit_and_says_what_would(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static const hf_hazard hazard = {.asset = 7, .level = 1, .p = 0.5};
    hf_plan *plan = build_plan(&arena);
    hf_simulation question = {.hazards = &hazard,
                              .hazard_count = 1,
                              .trial_count = 1000000,
                              .seed = 1,
                              .kernel = HF_KERNEL_DENSE,
                              .wants_assets = true};
    uint64_t with_8 = needed_with(plan, &question, 8), with_3 = needed_with(plan, &question, 3);
    hf_error err = {0};
    assert_true(hf_check_simulation_memory(plan, &question, 8, with_8, &err));
    assert_false(hf_check_simulation_memory(plan, &question, 8, with_8 - 1, &err));
    assert_string_equal(err.code, "simulate.memory");
    assert_int_equal(err.kind, HF_ERR_TOO_LARGE);
    assert_non_null(strstr(err.message, "with at most 7 of 8 threads"));
    assert_false(hf_check_simulation_memory(plan, &question, 8, with_3, &err));
    assert_non_null(strstr(err.message, "with at most 3 of 8 threads"));
    assert_false(hf_check_simulation_memory(plan, &question, 8, 2000000, &err));
    assert_non_null(strstr(err.message, "MB of memory and 2 MB are free"));
    assert_null(strstr(err.message, "threads"));
    // However little is allowed, it is told how much is needed.
    assert_false(hf_check_simulation_memory(plan, &question, 1, 100, &err));
    char told[64];
    double megabytes = ceil((double)needed_with(plan, &question, 1) / 1e6);
    (void)snprintf(told, sizeof told, "needs %.0f MB of memory and 1 MB are free", megabytes);
    assert_non_null(strstr(err.message, told));
}

static void refuses_a_trial_that_does_not_fit(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static const hf_hazard hazard = {.asset = 7, .level = 1, .p = 0.5};
    hf_plan *plan = build_plan(&arena);
    hf_simulation question = {
        .hazards = &hazard, .hazard_count = 1, .trial_count = 1000, .seed = 1};
    uint64_t needed;
    hf_error err = {0};
    assert_true(hf_trial_memory(plan, &question, &needed, &err));
    assert_true(hf_check_trial_memory(plan, &question, needed, &err));
    assert_false(hf_check_trial_memory(plan, &question, needed - 1, &err));
    assert_int_equal(err.kind, HF_ERR_TOO_LARGE);
    assert_string_equal(err.code, "simulate.memory");
}

static void an_error_of_the_question_comes_first(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static const hf_hazard hazard = {.asset = 7, .level = 1, .p = 2};
    hf_plan *plan = build_plan(&arena);
    hf_simulation question = {.hazards = &hazard, .hazard_count = 1, .trial_count = 1000};
    hf_error err = {0};
    assert_false(hf_check_simulation_memory(plan, &question, 1, 1u << 30, &err));
    assert_string_equal(err.code, "engine.hazard");
}

static void the_system_says_what_is_free(void **state)
{
    (void)state;
    struct rlimit before, tight;
    uint64_t free_bytes = hf_memory_free();
    assert_in_range(free_bytes, 1 << 20, (uint64_t)1 << 46); // a megabyte to 64 terabytes
    assert_int_equal(getrlimit(RLIMIT_DATA, &before), 0);
    tight = before;
    tight.rlim_cur = 4096; // less than it has already
    assert_int_equal(setrlimit(RLIMIT_DATA, &tight), 0);
    uint64_t left = hf_memory_free();
    assert_int_equal(setrlimit(RLIMIT_DATA, &before), 0);
    assert_int_equal(left, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_does_not_fit_and_says_what_would),
        cmocka_unit_test(refuses_a_trial_that_does_not_fit),
        cmocka_unit_test(an_error_of_the_question_comes_first),
        cmocka_unit_test(the_system_says_what_is_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
