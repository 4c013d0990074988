// SPDX-License-Identifier: Apache-2.0
//
// Pairs against asking every pair, for random registers with networks and levels, and for several
// numbers of threads.
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "engine/pairs.h"

static hf_pair_list find(const hf_plan *plan, const hf_pair_question *question, hf_pool *pool,
                         hf_arena *arena)
{
    hf_error err = {0};
    hf_pair_list list = {0};
    if (!hf_pairs_run(plan, question, pool, NULL, arena, &list, &err))
        fail_msg("%s: %s", err.code, err.message);
    return list;
}

static hf_cascade lose(hf_bench *bench, const uint32_t *fail, uint32_t count)
{
    return bench_ask(bench, &(hf_question){.fail = fail, .fail_count = count});
}

static uint32_t union_count(const hf_cascade *a, const hf_cascade *b)
{
    uint32_t count = a->fall_count;
    for (uint32_t i = 0; i < b->fall_count; i++)
        count += fall_of(a, b->falls[i].asset) == NULL;
    return count;
}

// The worst of all pairs by failed assets, computed one by one.
static void compare_with_all(const hf_engine_input *in, hf_pool *pool)
{
    hf_bench bench;
    bench_open(&bench, in);
    hf_pair_question question = {.by = HF_RANK_FAILED, .top = HF_PAIR_TOP_MAX};
    hf_pair_list list = find(bench.plan, &question, pool, &bench.arena);
    assert_false(list.is_cut);
    hf_plan_facts facts = hf_plan_facts_of(bench.plan);
    uint32_t met = 0;
    for (uint32_t a = 0; a < in->asset_count; a++)
        for (uint32_t b = a + 1; b < in->asset_count; b++) {
            bool counts = !in->assets[a].is_virtual && !in->assets[b].is_virtual;
            for (uint32_t i = 0; i < facts.down_at_start_count; i++)
                counts = counts && facts.down_at_start[i] != a && facts.down_at_start[i] != b;
            if (!counts)
                continue;
            hf_cascade first = lose(&bench, &a, 1), second = lose(&bench, &b, 1);
            hf_cascade both = lose(&bench, (const uint32_t[]){a, b}, 2);
            uint32_t extra = both.fall_count - union_count(&first, &second);
            const hf_pair *pair = NULL;
            for (uint32_t i = 0; i < list.pair_count; i++)
                if (list.pairs[i].first == a && list.pairs[i].second == b)
                    pair = &list.pairs[i];
            if (pair == NULL) {
                assert_int_equal(extra, 0);
                continue;
            }
            met++;
            assert_int_equal(pair->extra_failed, extra);
            assert_int_equal(pair->failed_count, both.fall_count);
            assert_int_equal(pair->people, both.loss.people);
        }
    assert_int_equal(met, list.pair_count);
    assert_int_equal(list.super_count, list.pair_count);
    for (uint32_t i = 1; i < list.pair_count; i++)
        assert_true(list.pairs[i - 1].extra_failed >= list.pairs[i].extra_failed);
    bench_done(&bench);
}

static void finds_the_same_as_asking_every_pair(void **state)
{
    (void)state;
    hf_test_random random = {.state = 11};
    hf_pool *pool = hf_pool_open(3);
    for (uint32_t round = 0; round < 120; round++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        hf_test_features features = {.asset_count_max = 24,
                                     .has_layers = round % 2 == 0,
                                     .has_levels = round % 3 == 0,
                                     .has_gates = round % 4 == 0};
        compare_with_all(hf_test_register(&random, features, &arena), round % 5 == 0 ? pool : NULL);
    }
    hf_pool_close(&pool);
}

// Two of three feeders together cut the town off; no single one does.
static void shows_hidden_redundancy(void **state)
{
    (void)state;
    hf_test_hand hand;
    hf_hand_begin(&hand, 4);
    hand.assets[3].people = 1000;
    (void)hf_hand_group(&hand, 3, 2000, 0);
    for (uint32_t a = 0; a < 3; a++)
        hf_hand_member(&hand, a, 1000);
    hf_bench bench;
    bench_open(&bench, &hand.input);
    hf_pair_question question = {.by = HF_RANK_PEOPLE, .top = 2};
    hf_pair_list list = find(bench.plan, &question, NULL, &bench.arena);
    assert_int_equal(list.super_count, 3);
    assert_int_equal(list.tried, 3);
    assert_int_equal(list.pair_count, 2);
    assert_int_equal(list.pairs[0].first, 0);
    assert_int_equal(list.pairs[0].second, 1);
    assert_int_equal(list.pairs[0].extra_people, 1000);
    assert_int_equal(list.pairs[0].people, 1002);
    question.pair_limit = 1;
    list = find(bench.plan, &question, NULL, &bench.arena);
    assert_true(list.is_cut);
    assert_int_equal(list.tried, 1);
    question = (hf_pair_question){.among = (const uint32_t[]){1, 2}, .among_count = 2, .top = 5};
    list = find(bench.plan, &question, NULL, &bench.arena);
    assert_int_equal(list.pair_count, 1);
    assert_int_equal(list.pairs[0].first, 1);
    bench_done(&bench);
}

static void is_the_same_for_any_number_of_threads(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_test_random random = {.state = 5};
    hf_test_features features = {.asset_count_max = 400, .has_layers = true};
    hf_engine_input *input = hf_test_register(&random, features, &arena);
    hf_bench bench;
    bench_open(&bench, input);
    hf_pool *pools[] = {NULL, hf_pool_open(2), hf_pool_open(3)};
    hf_pair_question question = {.by = HF_RANK_PEOPLE, .top = 50, .pair_limit = 500};
    hf_pair_list want = find(bench.plan, &question, NULL, &bench.arena);
    assert_true(want.tried > 100);
    for (size_t i = 1; i < HF_COUNT(pools); i++) {
        hf_pair_list got = find(bench.plan, &question, pools[i], &bench.arena);
        assert_int_equal(got.tried, want.tried);
        assert_int_equal(got.super_count, want.super_count);
        assert_int_equal(got.pair_count, want.pair_count);
        if (want.pair_count > 0)
            assert_memory_equal(got.pairs, want.pairs, want.pair_count * sizeof(want.pairs[0]));
        hf_pool_close(&pools[i]);
    }
    bench_done(&bench);
}

static void refuses_wrong_questions(void **state)
{
    (void)state;
    hf_test_hand hand;
    hf_hand_begin(&hand, 2);
    hf_bench bench;
    bench_open(&bench, &hand.input);
    hf_pair_list list;
    hf_error err = {0};
    assert_false(hf_pairs_run(bench.plan, &(hf_pair_question){.top = 0}, NULL, NULL, &bench.arena,
                              &list, &err));
    assert_string_equal(err.code, "pairs.top");
    hf_pair_question question = {.top = 1, .by = HF_RANK_PEOPLE_HOURS};
    assert_false(hf_pairs_run(bench.plan, &question, NULL, NULL, &bench.arena, &list, &err));
    assert_string_equal(err.code, "pairs.measure");
    question = (hf_pair_question){.top = 1, .among = (const uint32_t[]){7}, .among_count = 1};
    assert_false(hf_pairs_run(bench.plan, &question, NULL, NULL, &bench.arena, &list, &err));
    assert_string_equal(err.code, "engine.asset_unknown");
    hf_watch watch = {.stop = true};
    question = (hf_pair_question){.top = 1};
    assert_false(hf_pairs_run(bench.plan, &question, NULL, &watch, &bench.arena, &list, &err));
    assert_string_equal(err.code, "engine.stopped");
    bench_done(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_same_as_asking_every_pair),
        cmocka_unit_test(shows_hidden_redundancy),
        cmocka_unit_test(is_the_same_for_any_number_of_threads),
        cmocka_unit_test(refuses_wrong_questions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
