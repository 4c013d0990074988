// SPDX-License-Identifier: Apache-2.0
//
// hf_simulate_run bit by bit: thousands of random registers against the slow reference, any number of
// threads, parts of runs, shuffled rows; and what is refused.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../full.h"
#include "base/limits.h"
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

// V1 at its full size, once without time and once with it.
static void large_registers_equal_the_reference(void **unused)
{
    (void)unused;
    const hf_test_features all = {.asset_count_max = 2000,
                                  .has_layers = true,
                                  .has_levels = true,
                                  .has_gates = true,
                                  .is_restless = true};
    compare_many(is_full() ? 20 : 2, all, false, 20, 24000000);
    compare_many(is_full() ? 20 : 2, all, true, 4, 24100000);
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

// ---- Same bits ----

typedef struct {
    hf_arena arena;
    hf_bench bench;
    hf_engine_input *in;
    hf_simulation *simulation;
} case_of;

static void open_case(case_of *c, uint64_t seed, bool with_hours, uint64_t trial_count)
{
    hf_test_random random = {seed};
    hf_test_features features = {.asset_count_max = 40,
                                 .has_layers = true,
                                 .has_levels = true,
                                 .has_chances = true,
                                 .is_restless = true};
    *c = (case_of){0};
    c->in = hf_test_register(&random, features, &c->arena);
    c->simulation = hf_test_simulation(&random, c->in, with_hours, trial_count, &c->arena);
    bench_open(&c->bench, c->in);
}

static void close_case(case_of *c)
{
    bench_done(&c->bench);
    hf_arena_done(&c->arena);
}

static hf_tally run_case(case_of *c, hf_pool *pool)
{
    hf_tally tally = tally_of(c->bench.plan, c->simulation, &c->arena);
    simulate(c->bench.plan, c->simulation, pool, &tally);
    return tally;
}

static void any_number_of_threads_gives_the_same_bits(void **unused)
{
    (void)unused;
    for (uint64_t seed = 0; seed < 8; seed++) {
        case_of c;
        open_case(&c, 30000000 + seed, seed % 2 == 0, 5000);
        hf_tally one = run_case(&c, NULL);
        assert_int_equal(one.done_trials, 5000);
        for (uint32_t threads = 1; threads <= 3; threads++) {
            hf_pool *pool = hf_pool_open(threads);
            hf_tally other = run_case(&c, pool);
            assert_true(same_tally(&one, &other));
            hf_pool_close(&pool);
        }
        close_case(&c);
    }
}

static void shuffled_rows_give_the_same_bits(void **unused)
{
    (void)unused;
    for (uint64_t seed = 0; seed < 60; seed++) {
        case_of c;
        open_case(&c, 31000000 + seed, seed % 2 == 0, 150);
        hf_tally first = run_case(&c, NULL);
        uint32_t *old_group = HF_NEW_N(&c.arena, uint32_t, c.in->group_count);
        hf_bench other;
        bench_open(&other, hf_test_shuffled(c.in, old_group, &c.arena));
        hf_tally second = tally_of(other.plan, c.simulation, &c.arena);
        simulate(other.plan, c.simulation, NULL, &second);
        assert_true(same_tally(&first, &second));
        bench_done(&other);
        close_case(&c);
    }
}

// Two ranks that take turns.
typedef struct {
    uint64_t next, stride, end;
} turns;

static bool next_turn(void *context, uint64_t *block)
{
    turns *t = context;
    *block = t->next;
    t->next += t->stride;
    return *block < t->end;
}

static void parts_of_a_run_merge_into_the_whole(void **unused)
{
    (void)unused;
    hf_error err = {0};
    case_of c;
    open_case(&c, 32000003, true, 4000);
    hf_tally whole = run_case(&c, NULL);
    for (uint64_t ranks = 1; ranks <= 4; ranks++) {
        hf_tally sum = tally_of(c.bench.plan, c.simulation, &c.arena);
        for (uint64_t rank = ranks; rank-- > 0;) { // in any order
            turns t = {rank, ranks, 8};
            hf_block_source source = {next_turn, &t};
            c.simulation->blocks = &source;
            hf_tally part = run_case(&c, NULL);
            c.simulation->blocks = NULL;
            assert_true(ranks == 1 || !same_tally(&part, &whole));
            if (!hf_tally_merge(&sum, &part, &err))
                fail_msg("%s", err.message);
            assert_false(hf_tally_merge(&sum, &part, &err)); // twice
            assert_string_equal(err.code, "engine.tally");
        }
        assert_true(same_tally(&sum, &whole));
    }
    hf_simulation other = *c.simulation;
    other.seed++;
    hf_tally stranger = tally_of(c.bench.plan, &other, &c.arena);
    assert_false(hf_tally_merge(&stranger, &whole, &err));
    close_case(&c);
}

static void a_stored_tally_goes_on_where_it_stopped(void **unused)
{
    (void)unused;
    hf_error err = {0};
    case_of c;
    open_case(&c, 33000001, true, 3000);
    hf_tally whole = run_case(&c, NULL);
    c.simulation->first_block = 1;
    c.simulation->block_limit = 3;
    hf_tally part = run_case(&c, NULL);
    assert_int_equal(part.block_count, 3);
    c.simulation->first_block = c.simulation->block_limit = 0;
    size_t count;
    uint8_t *bytes = bytes_of(&part, &count, &c.arena);
    hf_tally read = tally_of(c.bench.plan, c.simulation, &c.arena);
    assert_true(hf_tally_read(&read, bytes, count, &err));
    assert_true(same_tally(&read, &part));
    simulate(c.bench.plan, c.simulation, NULL, &read);
    assert_true(same_tally(&read, &whole));
    simulate(c.bench.plan, c.simulation, NULL, &read); // nothing is left to do
    assert_true(same_tally(&read, &whole));
    // What hf_tally_write did not make is refused, and leaves nothing behind
    hf_tally empty = tally_of(c.bench.plan, c.simulation, &c.arena);
    for (size_t at = 0; at < count; at += at < 100 ? 1 : 97) {
        assert_false(hf_tally_read(&empty, bytes, at, &err));
        assert_string_equal(err.code, "engine.tally");
    }
    for (size_t at = 0; at < 48; at++) {
        bytes[at] ^= 1;
        assert_false(hf_tally_read(&empty, bytes, count, &err));
        bytes[at] ^= 1;
    }
    bytes[48] ^= 16; // one block more than there are losses
    assert_false(hf_tally_read(&empty, bytes, count, &err));
    assert_int_equal(empty.block_count, 0);
    assert_int_equal(empty.is_done[0], 0);
    bytes[48] ^= 16;
    assert_true(hf_tally_read(&empty, bytes, count, &err));
    close_case(&c);
}

static void a_cancelled_run_keeps_the_blocks_it_finished(void **unused)
{
    (void)unused;
    hf_error err = {0};
    hf_watch watch = {.stop = true};
    case_of c;
    open_case(&c, 34000000, false, 3000);
    hf_tally whole = run_case(&c, NULL), tally = tally_of(c.bench.plan, c.simulation, &c.arena);
    assert_false(hf_simulate_run(c.bench.plan, c.simulation, NULL, &watch, &tally, &err));
    assert_string_equal(err.code, "engine.stopped");
    assert_int_equal(tally.block_count, 0);
    watch.stop = false;
    assert_true(hf_simulate_run(c.bench.plan, c.simulation, NULL, &watch, &tally, &err));
    assert_int_equal(watch.done, 3000);
    assert_true(same_tally(&tally, &whole));
    close_case(&c);
}

static void a_precise_run_stops_at_the_same_block_for_any_threads(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 3);
    bench_open(&bench, &hand.input);
    hf_hazard hazards[] = {{.asset = 0, .level = 1, .p = 0.5}, {.asset = 1, .level = 1, .p = 0.2}};
    hf_simulation s = {.hazards = hazards, .hazard_count = 2, .trial_count = 100000, .seed = 3};
    static const double targets[] = {0.5, 0.02, 0.01, 0.001};
    static const uint64_t blocks[] = {8, 16, 64, 196}; // half-width 0.028 at 8 blocks, and so on
    hf_pool *pool = hf_pool_open(3);
    for (size_t i = 0; i < HF_COUNT(targets); i++) {
        s.target_half_width = targets[i];
        hf_tally one = tally_of(bench.plan, &s, &bench.arena), three = one;
        simulate(bench.plan, &s, NULL, &one);
        three = tally_of(bench.plan, &s, &bench.arena);
        simulate(bench.plan, &s, pool, &three);
        assert_true(same_tally(&one, &three));
        assert_int_equal(one.block_count, blocks[i]);
        assert_true((one.block_count < 196) == (hf_tally_half_width(&one) <= targets[i]));
    }
    hf_pool_close(&pool);
    bench_done(&bench);
}

// ---- Refused ----

static void wrong_questions_are_refused(void **unused)
{
    (void)unused;
    static const double half[] = {0.5, 0.4};
    static const uint8_t events[] = {0, 2};
    static const struct {
        const char *code;
        hf_hazard hazards[2];
        size_t hazard_count;
        hf_simulation s;
    } cases[] = {
        {"engine.hazard", {{.asset = 3, .level = 1, .p = 0.1}}, 1, {.trial_count = 1}},
        {"engine.hazard", {{.asset = 0, .level = 0, .p = 0.1}}, 1, {.trial_count = 1}},
        {"engine.hazard", {{.asset = 0, .level = 2, .p = 0.1}}, 1, {.trial_count = 1}},
        {"engine.hazard", {{.asset = 0, .level = 1, .p = 1.1}}, 1, {.trial_count = 1}},
        {"engine.hazard", {{.asset = 0, .level = 1, .p = -0.1}}, 1, {.trial_count = 1}},
        {"engine.hazard", {{.asset = 0, .level = 1, .p = NAN}}, 1, {.trial_count = 1}},
        {"engine.hazard",
         {{.asset = 0, .level = 1, .p = 0.1, .threat_class = 1}},
         1,
         {.trial_count = 1}},
        {"engine.hazard",
         {{.asset = 1, .level = 1}, {.asset = 0, .level = 1}},
         2,
         {.trial_count = 1}},
        {"engine.hazard",
         {{.asset = 0, .level = 1}, {.asset = 0, .level = 1}},
         2,
         {.trial_count = 1}},
        {"engine.hazard",
         {{.asset = 2, .level = 1, .p = 0.2}, {.asset = 2, .level = 2, .p = 0.1}},
         2,
         {.trial_count = 1}},
        {"engine.hazard",
         {{.asset = 0, .level = 1, .p = 0.2, .at_h = 1.2},
          {.asset = 0, .level = 1, .p = 0.1, .at_h = 1.4}},
         2,
         {.trial_count = 1, .hours = 24}},
        {"engine.hazard", {{.level = 1, .at_h = -1}}, 1, {.trial_count = 1, .hours = 24}},
        {"engine.shock_without_hours", {{.level = 1, .at_h = 1}}, 1, {.trial_count = 1}},
        {"engine.trials", {{0}}, 0, {0}},
        {"engine.trials", {{0}}, 0, {.trial_count = HF_TRIAL_COUNT_MAX + 1ull}},
        {"engine.hours", {{0}}, 0, {.trial_count = 1, .hours = -1}},
        {"engine.classes", {{0}}, 0, {.trial_count = 1, .class_count = 65}},
        {"engine.classes", {{0}}, 0, {.trial_count = 1, .class_count = 2}},
        {"engine.classes", {{0}}, 0, {.trial_count = 1, .class_count = 2, .class_p = half}},
        {"engine.classes",
         {{0}},
         0,
         {.trial_count = 1, .class_count = 2, .class_of_event = events}},
        {"engine.classes",
         {{0}},
         0,
         {.trial_count = 1, .class_count = 2, .class_of_event = events, .event_count = 2}},
        {"engine.precision", {{0}}, 0, {.trial_count = 1, .target_half_width = NAN}},
    };
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 3);
    hand.assets[2].levels = 3;
    bench_open(&bench, &hand.input);
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        hf_error err = {0};
        hf_tally tally;
        hf_simulation s = cases[i].s;
        s.hazards = cases[i].hazards;
        s.hazard_count = cases[i].hazard_count;
        if (hf_tally_init(bench.plan, &s, &bench.arena, &tally, &err))
            fail_msg("case %u was taken", (unsigned)i);
        assert_string_equal(err.code, cases[i].code);
    }
    bench_done(&bench);
}

static void losses_that_do_not_fit_are_refused(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_error err = {0};
    hf_tally tally;
    hf_hand_begin(&hand, 1);
    hand.assets[0].people = (int64_t)1 << 60;
    bench_open(&bench, &hand.input);
    hf_simulation s = {.trial_count = 100};
    assert_true(hf_tally_init(bench.plan, &s, &bench.arena, &tally, &err));
    s.trial_count = 1000; // squares beyond 128 bits
    assert_false(hf_tally_init(bench.plan, &s, &bench.arena, &tally, &err));
    assert_string_equal(err.code, "engine.loss_too_large");
    bench_done(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(shuffled_rows_give_the_same_bits),
        cmocka_unit_test(parts_of_a_run_merge_into_the_whole),
        cmocka_unit_test(a_stored_tally_goes_on_where_it_stopped),
        cmocka_unit_test(a_cancelled_run_keeps_the_blocks_it_finished),
        cmocka_unit_test(a_precise_run_stops_at_the_same_block_for_any_threads),
        cmocka_unit_test(wrong_questions_are_refused),
        cmocka_unit_test(losses_that_do_not_fit_are_refused),
        cmocka_unit_test(static_trials_equal_the_reference),
        cmocka_unit_test(static_trials_with_networks_equal_the_reference),
        cmocka_unit_test(timed_trials_equal_the_reference),
        cmocka_unit_test(timed_trials_with_networks_equal_the_reference),
        cmocka_unit_test(large_registers_equal_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
