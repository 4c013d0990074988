// SPDX-License-Identifier: Apache-2.0
//
// hf_rank_run against one cascade for each asset, for several numbers of threads, and its order.
#include <math.h>
#include <stdatomic.h>

#include "check.h"
#include "engine/class_loss.h"

static void same_row(const hf_engine_input *in, const hf_rank_question *question,
                     const hf_rank_row *row, const hf_cascade *want)
{
    uint32_t by_kind[8] = {0};
    uint64_t sectors = 0; // bits: few sectors
    for (uint32_t i = 0; i < want->fall_count; i++) {
        by_kind[in->assets[want->falls[i].asset].kind]++;
        sectors |= UINT64_C(1) << in->assets[want->falls[i].asset].sector;
    }
    if (question->sector_0_is_none)
        sectors &= ~UINT64_C(1);
    assert_true(in->sector_count <= 64);
    assert_int_equal(row->sector_count, __builtin_popcountll(sectors));
    assert_int_equal(row->failed_count, want->fall_count);
    assert_int_equal(row->people, want->loss.people);
    assert_int_equal(row->time.person_steps, want->loss.time.person_steps);
    assert_int_equal(row->time.person_last, want->loss.time.person_last);
    if (want->hours > 0)
        assert_true(row->people_hours ==
                    hf_person_hours(want->loss.time, want->step_h, want->last_step_h));
    uint32_t next = 0;
    for (uint32_t kind = 0; kind < in->kind_count; kind++) {
        if (by_kind[kind] == 0)
            continue;
        assert_true(next < row->by_kind_count);
        assert_int_equal(row->by_kind[next].kind, kind);
        assert_int_equal(row->by_kind[next++].count, by_kind[kind]);
    }
    assert_int_equal(next, row->by_kind_count);
}

static double measure(const hf_rank_row *row, hf_rank_by by)
{
    return by == HF_RANK_PEOPLE   ? (double)row->people
           : by == HF_RANK_FAILED ? (double)row->failed_count
                                  : row->people_hours;
}

static bool is_ordered(const hf_rank_row *a, const hf_rank_row *b, hf_rank_by by)
{
    if (measure(a, by) != measure(b, by))
        return measure(a, by) > measure(b, by);
    if (a->people != b->people)
        return a->people > b->people;
    if (a->failed_count != b->failed_count)
        return a->failed_count > b->failed_count;
    return a->asset < b->asset;
}

typedef struct {
    int64_t people, people_all;
    uint32_t failed;
    hf_class_loss loss;
} expected_loss;

// Sectors are the classes, since a cascade tells their people by itself. Rows come in any order.
static void expect_classes(expected_loss *worst, const hf_rank_row *row, const hf_cascade *want,
                           uint32_t class_count)
{
    for (uint32_t c = 0; c < class_count; c++) {
        int64_t people = want->by_sector[c].people;
        bool is_equal = people == worst[c].people && row->people == worst[c].people_all;
        if (people == 0 || people < worst[c].people ||
            (people == worst[c].people && row->people < worst[c].people_all) ||
            (is_equal && row->failed_count < worst[c].failed) ||
            (is_equal && row->failed_count == worst[c].failed && row->asset > worst[c].loss.asset))
            continue;
        worst[c] = (expected_loss){people, row->people, row->failed_count, {people, row->asset}};
    }
}

static void same_classes(const hf_ranking *ranking, const expected_loss *worst,
                         uint32_t class_count)
{
    for (uint32_t c = 0; c < class_count; c++) {
        assert_int_equal(ranking->by_class[c].people, worst[c].people);
        assert_int_equal(ranking->by_class[c].asset,
                         worst[c].people > 0 ? worst[c].loss.asset : HF_NO_INDEX);
    }
}

static void compare(const hf_engine_input *in, const hf_rank_question *question, hf_pool *pool)
{
    hf_bench bench;
    bench_open(&bench, in);
    hf_error err = {0};
    hf_ranking ranking;
    assert_true(hf_rank_run(bench.plan, question, pool, NULL, &bench.arena, &ranking, &err));
    double failed = 0, people = 0;
    expected_loss *worst = HF_NEW_N(&bench.arena, expected_loss, in->sector_count);
    for (uint32_t i = 0; i < ranking.row_count; i++) {
        const hf_rank_row *row = &ranking.rows[i];
        hf_question single = {.fail = &row->asset,
                              .fail_count = 1,
                              .hours = question->hours,
                              .step_h = question->step_h,
                              .restart = question->restart};
        hf_cascade want = bench_ask(&bench, &single);
        same_row(in, question, row, &want);
        if (question->class_of != NULL)
            expect_classes(worst, row, &want, in->sector_count);
        if (i > 0)
            assert_true(is_ordered(row - 1, row, question->by));
        failed += row->failed_count;
        people += (double)row->people;
    }
    if (question->class_of != NULL)
        same_classes(&ranking, worst, in->sector_count);
    else
        assert_null(ranking.by_class);
    uint32_t expected = 0;
    for (uint32_t a = 0; a < in->asset_count; a++)
        expected += !in->assets[a].is_virtual;
    expected -= hf_plan_facts_of(bench.plan).down_at_start_count;
    if (question->among == NULL)
        assert_int_equal(ranking.row_count, expected);
    if (ranking.row_count > 0) {
        assert_true(ranking.mean_failed == failed / ranking.row_count);
        assert_true(ranking.mean_people == people / ranking.row_count);
    }
    bench_done(&bench);
}

static void compare_many(uint32_t count, hf_test_features features, double hours, uint64_t base)
{
    for (uint32_t i = 0; i < count; i++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        hf_test_random random = {base + i};
        hf_engine_input *in = hf_test_register(&random, features, &arena);
        hf_pool *pool = hf_pool_open(1 + i % 3);
        uint32_t *class_of = HF_NEW_N(&arena, uint32_t, in->asset_count);
        for (uint32_t a = 0; a < in->asset_count; a++)
            class_of[a] = in->assets[a].sector;
        hf_rank_question question = {.hours = hours,
                                     .step_h = i % 2 == 0 ? 1 : 0.5,
                                     .restart = i % 4 < 2 ? HF_RESTART_FREE : HF_RESTART_SEQUENTIAL,
                                     .by = (hf_rank_by)(i % (hours > 0 ? 3 : 2)),
                                     .sector_0_is_none = i % 3 == 0,
                                     .class_of = i % 7 == 0 ? NULL : class_of,
                                     .class_count = in->sector_count};
        compare(in, &question, i % 5 == 0 ? NULL : pool);
        hf_pool_close(&pool);
    }
}

static void every_row_is_the_cascade_of_its_asset(void **unused)
{
    (void)unused;
    compare_many(60,
                 (hf_test_features){.asset_count_max = 60, .has_levels = true, .has_gates = true},
                 0, 100);
    compare_many(60, (hf_test_features){.asset_count_max = 60, .has_layers = true}, 0, 200);
    compare_many(4, (hf_test_features){.asset_count_max = 400, .has_layers = true}, 0, 300);
}

static void every_row_on_the_grid_is_the_cascade_of_its_asset(void **unused)
{
    (void)unused;
    compare_many(
        60,
        (hf_test_features){
            .asset_count_max = 40, .has_layers = true, .has_gates = true, .is_restless = true},
        17.5, 400);
}

static void threads_do_not_change_a_bit(void **unused)
{
    (void)unused;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_test_random random = {77};
    hf_engine_input *in = hf_test_register(
        &random, (hf_test_features){.asset_count_max = 400, .has_layers = true}, &arena);
    hf_bench bench;
    bench_open(&bench, in);
    hf_rank_question question = {.by = HF_RANK_PEOPLE};
    hf_ranking first = {0};
    for (uint32_t threads = 1; threads <= 4; threads++) {
        hf_pool *pool = hf_pool_open(threads);
        hf_error err = {0};
        hf_ranking ranking;
        assert_true(hf_rank_run(bench.plan, &question, pool, NULL, &bench.arena, &ranking, &err));
        hf_pool_close(&pool);
        if (threads == 1)
            first = ranking;
        assert_int_equal(ranking.row_count, first.row_count);
        for (uint32_t i = 0; i < ranking.row_count; i++) {
            assert_int_equal(ranking.rows[i].asset, first.rows[i].asset);
            assert_int_equal(ranking.rows[i].people, first.rows[i].people);
            assert_int_equal(ranking.rows[i].by_kind_count, first.rows[i].by_kind_count);
        }
    }
    bench_done(&bench);
}

// More pieces of work than threads, and more classes than a cascade of 64 touches: each asset is a class of its own.
static void classes_are_joined_over_many_pieces(void **unused)
{
    (void)unused;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_test_random random = {5};
    hf_engine_input *in = NULL;
    do
        in = hf_test_register(&random, (hf_test_features){.asset_count_max = 3000}, &arena);
    while (in->asset_count < 2000);
    hf_bench bench;
    bench_open(&bench, in);
    uint32_t *class_of = HF_NEW_N(&arena, uint32_t, in->asset_count);
    expected_loss *worst = HF_NEW_N(&arena, expected_loss, in->asset_count);
    for (uint32_t a = 0; a < in->asset_count; a++)
        class_of[a] = a;
    hf_rank_question question = {
        .by = HF_RANK_PEOPLE, .class_of = class_of, .class_count = in->asset_count};
    for (uint32_t threads = 0; threads <= 3; threads++) {
        hf_pool *pool = threads == 0 ? NULL : hf_pool_open(threads);
        hf_error err = {0};
        hf_ranking ranking;
        assert_true(hf_rank_run(bench.plan, &question, pool, NULL, &bench.arena, &ranking, &err));
        for (uint32_t i = 0; threads == 0 && i < ranking.row_count; i++) {
            hf_question single = {.fail = &ranking.rows[i].asset, .fail_count = 1};
            hf_cascade fallen = bench_ask(&bench, &single);
            for (uint32_t k = 0; k < fallen.fall_count;
                 k++) { // rows are in order: the first is the worst
                uint32_t a = fallen.falls[k].asset;
                if (worst[a].people == 0 && in->assets[a].people > 0)
                    worst[a] = (expected_loss){.people = in->assets[a].people,
                                               .loss = {.asset = ranking.rows[i].asset}};
            }
        }
        same_classes(&ranking, worst, in->asset_count);
        if (pool != NULL)
            hf_pool_close(&pool);
    }
    bench_done(&bench);
}

// A million services of which few are lost at once: not 512 bytes for each.
static void a_book_of_classes_grows_with_what_is_lost_at_once(void **unused)
{
    (void)unused;
    enum { CLASSES = 1000000 };
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_class_book *book = hf_class_book_open(CLASSES, &arena);
    hf_rank_row row = {.asset = 7, .people = 900, .failed_count = 300};
    hf_rank_row *rows[HF_ABREAST];
    for (uint32_t lane = 0; lane < HF_ABREAST; lane++)
        rows[lane] = &row;
    for (uint32_t batch = 0; batch < CLASSES / 250; batch++) {
        for (uint32_t i = 0; i < 250; i++) // several lanes, several times
            hf_class_add(book, 250 * batch + i, 5, 1 + i);
        hf_class_add(book, 250 * batch, 4, 2);
        hf_class_close(book, rows);
    }
    assert_true(hf_arena_held_bytes(&arena) < (uint64_t)CLASSES * 64);
    const hf_class_loss *losses = hf_class_losses(book, &arena);
    for (uint32_t c = 0; c < CLASSES; c++) {
        assert_int_equal(losses[c].people, c % 250 == 0 ? 3 : 1 + c % 250);
        assert_int_equal(losses[c].asset, 7);
    }
}

static void only_the_named_assets_are_ranked(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 5); // 3 is a gate, 4 is down at start
    (void)hf_hand_needs(&hand, 1, 0, 8);
    hand.assets[3].is_virtual = true;
    (void)hf_hand_group(&hand, 4, 1000, 0);
    bench_open(&bench, &hand.input);
    uint32_t among[] = {0, 2, 3, 4};
    hf_rank_question question = {.among = among, .among_count = 4, .by = HF_RANK_FAILED};
    hf_error err = {0};
    hf_ranking ranking;
    assert_true(hf_rank_run(bench.plan, &question, NULL, NULL, &bench.arena, &ranking, &err));
    assert_int_equal(ranking.row_count, 2);
    assert_int_equal(ranking.rows[0].asset, 0);
    assert_int_equal(ranking.rows[0].failed_count, 2);
    assert_true(ranking.mean_failed == 1.5 && ranking.mean_people == 1.5);
    bench_done(&bench);
}

static void refuses_what_cannot_be_ranked(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 2);
    bench_open(&bench, &hand.input);
    uint32_t unknown[] = {2};
    hf_rank_question question = {.by = HF_RANK_PEOPLE_HOURS};
    hf_error err = {0};
    hf_ranking ranking;
    assert_false(hf_rank_run(bench.plan, &question, NULL, NULL, &bench.arena, &ranking, &err));
    assert_string_equal(err.code, "engine.no_hours");
    question = (hf_rank_question){.among = unknown, .among_count = 1};
    assert_false(hf_rank_run(bench.plan, &question, NULL, NULL, &bench.arena, &ranking, &err));
    assert_string_equal(err.code, "engine.asset_unknown");
    bench_done(&bench);
}

static void stops_when_asked_and_tells_how_far_it_is(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 2);
    bench_open(&bench, &hand.input);
    hf_watch watch = {0};
    hf_rank_question question = {.by = HF_RANK_PEOPLE};
    hf_error err = {0};
    hf_ranking ranking;
    assert_true(hf_rank_run(bench.plan, &question, NULL, &watch, &bench.arena, &ranking, &err));
    assert_int_equal(atomic_load(&watch.done), 2);
    atomic_store(&watch.stop, true);
    assert_false(hf_rank_run(bench.plan, &question, NULL, &watch, &bench.arena, &ranking, &err));
    assert_int_equal(err.kind, HF_ERR_STOPPED);
    bench_done(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_the_cascade_of_its_asset),
        cmocka_unit_test(every_row_on_the_grid_is_the_cascade_of_its_asset),
        cmocka_unit_test(threads_do_not_change_a_bit),
        cmocka_unit_test(classes_are_joined_over_many_pieces),
        cmocka_unit_test(a_book_of_classes_grows_with_what_is_lost_at_once),
        cmocka_unit_test(only_the_named_assets_are_ranked),
        cmocka_unit_test(refuses_what_cannot_be_ranked),
        cmocka_unit_test(stops_when_asked_and_tells_how_far_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
