// SPDX-License-Identifier: Apache-2.0
//
// hf_simulate_memory beside what a run really takes: the linker leads the calls of the arenas through the
// functions below (--wrap), which count.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <malloc.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "../full.h"
#include "engine/engine.h"

// ---- Counting ----

static _Atomic int64_t held, most;

static void count(int64_t bytes)
{
    int64_t now = atomic_fetch_add(&held, bytes) + bytes, top = atomic_load(&most);
    while (now > top && !atomic_compare_exchange_weak(&most, &top, now))
        ;
}

void *__real_calloc(size_t number, size_t size);
void *__wrap_calloc(size_t number, size_t size);
void __real_free(void *piece);
void __wrap_free(void *piece);
void *__real_mmap64(void *at, size_t bytes, int access, int flags, int fd, off_t offset);
void *__wrap_mmap64(void *at, size_t bytes, int access, int flags, int fd, off_t offset);
void *__wrap_mmap(void *at, size_t bytes, int access, int flags, int fd, off_t offset);
void *__real_mremap(void *old, size_t old_bytes, size_t new_bytes, int flags, ...);
void *__wrap_mremap(void *old, size_t old_bytes, size_t new_bytes, int flags, ...);
int __real_munmap(void *at, size_t bytes);
int __wrap_munmap(void *at, size_t bytes);

void *__wrap_calloc(size_t number, size_t size)
{
    void *piece = __real_calloc(number, size);
    count((int64_t)malloc_usable_size(piece));
    return piece;
}

void __wrap_free(void *piece)
{
    count(-(int64_t)malloc_usable_size(piece));
    __real_free(piece);
}

void *__wrap_mmap64(void *at, size_t bytes, int access, int flags, int fd, off_t offset)
{
    count((int64_t)bytes);
    return __real_mmap64(at, bytes, access, flags, fd, offset);
}

void *__wrap_mmap(void *at, size_t bytes, int access, int flags, int fd, off_t offset)
{
    return __wrap_mmap64(at, bytes, access, flags, fd, offset);
}

void *__wrap_mremap(void *old, size_t old_bytes, size_t new_bytes, int flags, ...)
{
    count((int64_t)new_bytes - (int64_t)old_bytes);
    return __real_mremap(old, old_bytes, new_bytes, flags);
}

int __wrap_munmap(void *at, size_t bytes)
{
    count(-(int64_t)bytes);
    return __real_munmap(at, bytes);
}

// ---- A register ----

enum { ASSETS = 30000 };

// Each asset needs one before it or another one farther before it.
static hf_plan *build_plan(hf_arena *arena)
{
    hf_engine_asset *assets = HF_NEW_N(arena, hf_engine_asset, ASSETS);
    hf_engine_group *groups = HF_NEW_N(arena, hf_engine_group, ASSETS);
    hf_engine_member *members = HF_NEW_N(arena, hf_engine_member, (size_t)ASSETS * 2);
    uint32_t group_count = 0, member_count = 0;
    for (uint32_t i = 0; i < ASSETS; i++) {
        assets[i] = (hf_engine_asset){.id = i + 1, .people = 1 + i % 9, .repair_h = 5 + i % 7};
        if (i % 50 < 10)
            continue;
        groups[group_count++] = (hf_engine_group){.consumer = i,
                                                  .need = 1,
                                                  .buffer_h = i % 4,
                                                  .first_member = member_count,
                                                  .member_count = 2};
        for (uint32_t back = 1; back <= 7; back += 6)
            members[member_count++] = (hf_engine_member){.id = (uint64_t)10 * i + back,
                                                         .supplier = i - back,
                                                         .capacity = 1000,
                                                         .strength = 0.7};
    }
    hf_engine_input input = {.assets = assets,
                             .asset_count = ASSETS,
                             .groups = groups,
                             .group_count = group_count,
                             .members = members,
                             .member_count = member_count,
                             .sector_count = 1,
                             .kind_count = 1};
    hf_plan *plan = NULL;
    hf_error err = {0};
    if (!hf_plan_build(&input, arena, &plan, &err))
        fail_msg("%s: %s", err.code, err.message);
    return plan;
}

static hf_simulation question_of(double p, uint64_t trials, hf_arena *arena)
{
    hf_hazard *hazards = HF_NEW_N(arena, hf_hazard, ASSETS);
    for (uint32_t i = 0; i < ASSETS; i++)
        hazards[i] = (hf_hazard){.asset = i, .level = 1, .p = p};
    return (hf_simulation){
        .hazards = hazards, .hazard_count = ASSETS, .trial_count = trials, .seed = 7};
}

// ---- Measuring ----

// Hands out a few blocks, but none before every thread has asked: so each of them opens its memory.
typedef struct {
    _Atomic uint64_t next;
    _Atomic uint32_t asked;
    uint32_t threads;
} meeting;

enum { BLOCKS = 6 };

static bool next_after_meeting(void *context, uint64_t *block)
{
    meeting *m = context;
    *block = atomic_fetch_add(&m->next, 1);
    (void)atomic_fetch_add(&m->asked, 1);
    while (atomic_load(&m->asked) < m->threads)
        (void)sched_yield();
    return *block < BLOCKS;
}

static int64_t measure(const hf_plan *plan, hf_simulation question, uint32_t threads)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_pool *pool = hf_pool_open(threads);
    meeting m = {.threads = threads};
    hf_block_source source = {next_after_meeting, &m};
    question.blocks = &source;
    hf_tally tally;
    hf_error err = {0};
    int64_t before = atomic_load(&held);
    atomic_store(&most, before);
    if (!hf_tally_init(plan, &question, &arena, &tally, &err) ||
        !hf_simulate_run(plan, &question, pool, NULL, &tally, &err))
        fail_msg("%s: %s", err.code, err.message);
    int64_t taken = atomic_load(&most) - before;
    hf_pool_close(&pool);
    return taken;
}

static void compare(const hf_plan *plan, const hf_simulation *question, uint32_t threads)
{
    uint64_t told;
    hf_error err = {0};
    int64_t before = atomic_load(&held);
    if (!hf_simulate_memory(plan, question, threads, &told, &err))
        fail_msg("%s: %s", err.code, err.message);
    assert_int_equal(atomic_load(&held), before);
    int64_t taken = measure(plan, *question, threads);
    if ((double)told < 0.9 * (double)taken || (double)told > 1.1 * (double)taken)
        fail_msg("told %lld bytes, taken %lld, %u threads", (long long)told, (long long)taken,
                 threads);
}

static void compare_kernel(hf_kernel kernel, double p)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_plan *plan = build_plan(&arena);
    hf_simulation question = question_of(p, 100000, &arena);
    question.kernel = kernel;
    for (uint32_t threads = 1; threads <= 3; threads += 2) {
        question.hours = 0;
        question.wants_criticality = false;
        compare(plan, &question, threads);
        question.wants_criticality = true;
        compare(plan, &question, threads);
        question.hours = 12;
        compare(plan, &question, threads);
    }
}

// One trial is told from above: no less than it takes where everything falls, and not for all lanes of its block.
static void compare_trial(const hf_plan *plan, const hf_simulation *question)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    uint64_t told;
    hf_trial_story story;
    hf_error err = {0};
    int64_t before = atomic_load(&held);
    if (!hf_trial_memory(plan, question, &told, &err))
        fail_msg("%s: %s", err.code, err.message);
    assert_int_equal(atomic_load(&held), before);
    atomic_store(&most, before);
    if (!hf_trial_run(plan, question, 300, &arena, &story, &err))
        fail_msg("%s: %s", err.code, err.message);
    int64_t taken = atomic_load(&most) - before;
    if ((int64_t)told < taken || (int64_t)told > 3 * taken)
        fail_msg("told %lld bytes, taken %lld", (long long)told, (long long)taken);
}

static void tells_what_one_trial_takes(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_plan *plan = build_plan(&arena);
    for (int hours = 0; hours <= 12; hours += 12) {
        hf_simulation all = question_of(1, 1000, &arena), some = question_of(0.3, 1000, &arena);
        some.hours = all.hours = hours;
        compare_trial(plan, &all);
        compare_trial(plan, &some);
    }
}

static void tells_what_the_lanes_take(void **state)
{
    (void)state;
    compare_kernel(HF_KERNEL_DENSE, 0.02);
}

static void tells_what_trial_by_trial_takes(void **state)
{
    (void)state;
    compare_kernel(HF_KERNEL_SPARSE, 0.0005);
}

static void tells_what_the_chosen_kernel_takes(void **state)
{
    (void)state;
    if (is_full())
        compare_kernel(HF_KERNEL_AUTO, 0.02);
    compare_kernel(HF_KERNEL_AUTO, 0.0005);
}

static void tells_what_losses_and_bins_take(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_plan *plan = build_plan(&arena);
    hf_simulation question = question_of(0.0005, HF_EXACT_TRIALS, &arena); // 80 MB of losses
    compare(plan, &question, 2);
    question.trial_count = 10 * (uint64_t)HF_EXACT_TRIALS; // bins
    compare(plan, &question, 2);
    question.hours = 24;
    question.wants_series = true;
    compare(plan, &question, 2);
}

static void tells_of_what_is_set_off_against_it(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_plan *plan = build_plan(&arena);
    hf_simulation question = question_of(0.0005, 1000000, &arena);
    uint64_t alone, compared;
    hf_error err = {0};
    question.wants_criticality = true;
    assert_true(hf_simulate_memory(plan, &question, 1, &alone, &err));
    question.is_compared = true;
    assert_true(hf_simulate_memory(plan, &question, 1, &compared, &err));
    // A loss for each trial, a bit for each block, and nothing by asset.
    assert_true(compared - alone >= 8000000 && compared - alone < 8010000);
}

// More than any machine has: told and not taken.
static void tells_what_nobody_has(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_plan *plan = build_plan(&arena);
    hf_simulation question = question_of(0.02, 1000, &arena);
    uint32_t *rows = HF_NEW_N(&arena, uint32_t, ASSETS);
    question.kernel = HF_KERNEL_DENSE;
    question.hours = 50000;
    question.wants_series = true;
    question.series_of = rows;
    question.series_count = 2000000;
    uint64_t told = 0;
    hf_error err = {0};
    int64_t before = atomic_load(&held);
    atomic_store(&most, before);
    assert_true(hf_simulate_memory(plan, &question, 64, &told, &err));
    assert_true(told > (uint64_t)65 * 16 * 2000000 * 50000);
    assert_true(atomic_load(&most) - before < (int64_t)1 << 28);
}

static void refuses_what_a_run_refuses(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_plan *plan = build_plan(&arena);
    hf_simulation question = question_of(1.5, 1000, &arena);
    uint64_t told;
    hf_error err = {0};
    assert_false(hf_simulate_memory(plan, &question, 1, &told, &err));
    assert_string_equal(err.code, "engine.hazard");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_one_trial_takes),
        cmocka_unit_test(tells_what_the_lanes_take),
        cmocka_unit_test(tells_what_trial_by_trial_takes),
        cmocka_unit_test(tells_what_the_chosen_kernel_takes),
        cmocka_unit_test(tells_what_losses_and_bins_take),
        cmocka_unit_test(tells_of_what_is_set_off_against_it),
        cmocka_unit_test(tells_what_nobody_has),
        cmocka_unit_test(refuses_what_a_run_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
