// SPDX-License-Identifier: Apache-2.0
//
// hf_explain on small cases; test_cascade.c checks every explanation of its random registers.
#include "check.h"

static hf_cascade ask_static(hf_bench *bench, const uint32_t *fail, uint32_t count)
{
    hf_question question = {.fail = fail, .fail_count = count};
    return bench_ask(bench, &question);
}

static void the_chain_follows_what_tipped_the_balance(void **unused)
{
    (void)unused;
    // 4 needs 1 of 2 and 3; 2 falls at once with 0, 3 after 6 h with 1.
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 5);
    (void)hf_hand_needs(&hand, 2, 0, 0);
    (void)hf_hand_needs(&hand, 3, 1, 6);
    uint32_t group = hf_hand_group(&hand, 4, 1, 2);
    hf_hand_member(&hand, 2, 1000);
    hf_hand_member(&hand, 3, 1000);
    bench_open(&bench, &hand.input);
    uint32_t both[] = {0, 1};
    hf_cascade result = ask_static(&bench, both, 2);
    const hf_step *steps = NULL;
    uint32_t count = 0;
    hf_explain(bench.plan, &result, 4, &bench.arena, &steps, &count);
    assert_int_equal(count, 3);
    assert_int_equal(steps[0].asset, 4);
    assert_int_equal(steps[0].group, group);
    assert_true(steps[0].at_h == 8 && steps[0].lost_at_h == 6);
    assert_int_equal(steps[0].lost_count, 2);
    assert_int_equal(steps[1].asset, 3);
    assert_int_equal(steps[2].asset, 1);
    assert_int_equal(steps[2].cause, HF_CAUSE_DAMAGE);
    hf_explain(bench.plan, &result, 0, &bench.arena, &steps, &count);
    assert_int_equal(count, 1);
    bench_done(&bench);
}

static void assets_that_fell_with_each_other_do_not_explain_each_other(void **unused)
{
    (void)unused;
    // 1 and 2 need each other (input first in order), and 1 needs 0 as well: all fall in the same hour.
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 3);
    uint32_t mutual = hf_hand_needs(&hand, 1, 2, 0);
    uint32_t outside = hf_hand_needs(&hand, 1, 0, 0);
    (void)hf_hand_needs(&hand, 2, 1, 0);
    bench_open(&bench, &hand.input);
    uint32_t fail[] = {0};
    hf_cascade result = ask_static(&bench, fail, 1);
    assert_int_equal(fall_of(&result, 1)->group, mutual); // as the contract names it
    const hf_step *steps = NULL;
    uint32_t count = 0;
    hf_explain(bench.plan, &result, 2, &bench.arena, &steps, &count);
    assert_int_equal(count, 3);
    assert_int_equal(steps[1].asset, 1);
    assert_int_equal(steps[1].group, outside);
    assert_int_equal(steps[1].lost_count, 1);
    assert_int_equal(steps[1].lost[0], 0);
    assert_int_equal(steps[2].asset, 0);
    bench_done(&bench);
}

static void a_cut_is_explained_by_the_fallen_members_around_the_island(void **unused)
{
    (void)unused;
    // Source 0 feeds 1 and 2; both lead to the island 3 - 4.
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 5);
    hf_hand_layer(&hand);
    for (uint32_t i = 0; i < 5; i++)
        hf_hand_layer_member(&hand, i, i == 0, 0);
    hf_hand_link(&hand, 0, 1, true);
    hf_hand_link(&hand, 0, 2, true);
    hf_hand_link(&hand, 1, 3, true);
    hf_hand_link(&hand, 2, 3, true);
    hf_hand_link(&hand, 3, 4, true);
    bench_open(&bench, &hand.input);
    uint32_t fail[] = {1, 2};
    hf_cascade result = ask_static(&bench, fail, 2);
    const hf_step *steps = NULL;
    uint32_t count = 0;
    hf_explain(bench.plan, &result, 4, &bench.arena, &steps, &count);
    assert_int_equal(count, 2);
    assert_int_equal(steps[0].layer, 0);
    assert_int_equal(steps[0].lost_count, 2);
    assert_int_equal(steps[0].lost[0], 1);
    assert_int_equal(steps[0].lost[1], 2);
    assert_int_equal(steps[1].asset, 1);
    bench_done(&bench);
}

static void what_did_not_fall_has_no_explanation(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 2);
    bench_open(&bench, &hand.input);
    uint32_t fail[] = {0};
    hf_cascade result = ask_static(&bench, fail, 1);
    const hf_step *steps = NULL;
    uint32_t count = 9;
    hf_explain(bench.plan, &result, 1, &bench.arena, &steps, &count);
    assert_int_equal(count, 0);
    bench_done(&bench);
}

static void gates_are_passed_in_silence(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 3); // 2 needs gate 1, which needs 0
    hand.assets[1].is_virtual = true;
    (void)hf_hand_needs(&hand, 1, 0, 1);
    (void)hf_hand_needs(&hand, 2, 1, 1);
    bench_open(&bench, &hand.input);
    uint32_t fail[] = {0};
    hf_cascade result = ask_static(&bench, fail, 1);
    const hf_step *steps = NULL;
    uint32_t count = 0;
    hf_explain(bench.plan, &result, 2, &bench.arena, &steps, &count);
    assert_int_equal(count, 2);
    assert_int_equal(steps[0].lost_count, 1);
    assert_int_equal(steps[0].lost[0], 0);
    assert_int_equal(steps[1].asset, 0);
    bench_done(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_chain_follows_what_tipped_the_balance),
        cmocka_unit_test(assets_that_fell_with_each_other_do_not_explain_each_other),
        cmocka_unit_test(a_cut_is_explained_by_the_fallen_members_around_the_island),
        cmocka_unit_test(what_did_not_fall_has_no_explanation),
        cmocka_unit_test(gates_are_passed_in_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
