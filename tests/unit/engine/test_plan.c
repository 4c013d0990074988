// SPDX-License-Identifier: Apache-2.0
//
// hf_plan_build: refused inputs, components, and the search for loops that hold themselves up.
#include <math.h>

#include "check.h"

static void assert_refused(const hf_engine_input *input, const char *code)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_plan *plan = NULL;
    hf_error err = {0};
    assert_false(hf_plan_build(input, &arena, &plan, &err));
    assert_string_equal(err.code, code);
}

static void numbers_out_of_range_are_refused(void **unused)
{
    (void)unused;
    hf_test_hand hand;
#define TRY(change)                                                                                \
    do {                                                                                           \
        hf_hand_begin(&hand, 3);                                                                   \
        (void)hf_hand_needs(&hand, 1, 0, 0);                                                       \
        hf_hand_layer(&hand);                                                                      \
        hf_hand_layer_member(&hand, 0, true, 0);                                                   \
        hf_hand_layer_member(&hand, 1, false, 0);                                                  \
        hf_hand_link(&hand, 0, 1, true);                                                           \
        change;                                                                                    \
        assert_refused(&hand.input, "engine.input");                                               \
    } while (0)
    TRY(hand.assets[0].people = -1);
    TRY(hand.assets[0].sector = 1);
    TRY(hand.assets[0].kind = 1);
    TRY(hand.assets[0].repair_h = -1);
    TRY(hand.assets[0].repair_h = INFINITY);
    TRY(hand.assets[0].black_start_h = NAN);
    TRY(hand.assets[0].levels = 1);
    TRY(hand.assets[0].levels = 9);
    TRY(hand.groups[0].consumer = 3);
    TRY(hand.groups[0].need = 0);
    TRY(hand.groups[0].buffer_h = -0.5);
    TRY(hand.groups[0].buffer_h = INFINITY);
    TRY(hand.groups[0].first_member = 2);
    TRY(hand.groups[0].member_count = 2);
    TRY(hand.groups[0].pushes_below = 2);
    TRY(hand.members[0].supplier = 3);
    TRY(hand.members[0].supplier = 1); // itself
    TRY(hand.members[0].capacity = 0);
    TRY(hand.members[0].strength = 1.5);
    TRY(hand.members[0].strength = NAN);
    TRY(hand.layer_members[1].asset = 0); // twice
    TRY(hand.layer_members[1].asset = 7);
    TRY(hand.layer_members[1].buffer_h = NAN);
    TRY(hand.links[0].to = 2); // no member
    TRY(hand.links[0].to = 0);
    TRY(hand.layers[0].link_count = 2);
    TRY(hand.input.layer_member_count = 3);
    TRY(hand.input.layer_count = 0);
#undef TRY
    hf_hand_begin(&hand, 2);
    hand.assets[0].people = hand.assets[1].people = INT64_MAX / 4 + 1;
    assert_refused(&hand.input, "engine.weights_too_large");
}

static void a_required_level_above_the_suppliers_is_its_highest(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 3); // 0 takes 1 below its highest of three levels; 2 asks for a fifth
    hand.assets[1].levels = 3;
    uint32_t group = hf_hand_needs(&hand, 1, 0, 0);
    hand.groups[group].pushes_below = 2;
    group = hf_hand_needs(&hand, 2, 1, 0);
    hand.members[hand.groups[group].first_member].required_level = 5;
    bench_open(&bench, &hand.input);
    uint32_t fail[] = {0};
    hf_question question = {.fail = fail, .fail_count = 1};
    hf_cascade result = bench_ask(&bench, &question);
    assert_int_equal(result.fall_count, 2);
    assert_non_null(fall_of(&result, 2));
    bench_done(&bench);
}

static void an_empty_register_makes_a_plan(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 0);
    bench_open(&bench, &hand.input);
    hf_question question = {.fail = NULL};
    hf_cascade result = bench_ask(&bench, &question);
    assert_int_equal(result.fall_count, 0);
    bench_done(&bench);
}

static void components_are_counted(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 7); // ring of 3, a chain behind it, one alone
    (void)hf_hand_needs(&hand, 0, 2, 0);
    (void)hf_hand_needs(&hand, 1, 0, 0);
    (void)hf_hand_needs(&hand, 2, 1, 0);
    (void)hf_hand_needs(&hand, 3, 2, 0);
    (void)hf_hand_needs(&hand, 4, 3, 0);
    bench_open(&bench, &hand.input);
    hf_plan_facts facts = hf_plan_facts_of(bench.plan);
    assert_int_equal(facts.component_count, 5);
    assert_int_equal(facts.largest_component, 3);
    assert_int_equal(facts.asset_count, 7);
    assert_int_equal(facts.group_count, 5);
    bench_done(&bench);
}

static void a_chain_of_a_hundred_thousand_needs_no_stack(void **unused)
{
    (void)unused;
    enum { COUNT = 100000 };
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_engine_asset *assets = HF_NEW_N(&arena, hf_engine_asset, COUNT);
    hf_engine_group *groups = HF_NEW_N(&arena, hf_engine_group, COUNT);
    hf_engine_member *members = HF_NEW_N(&arena, hf_engine_member, COUNT);
    for (uint32_t i = 0; i < COUNT; i++) {
        assets[i] = (hf_engine_asset){.people = 1, .repair_h = NAN};
        members[i] =
            (hf_engine_member){.supplier = (i + COUNT - 1) % COUNT, .capacity = 1, .strength = 1};
        groups[i] = (hf_engine_group){
            .consumer = i, .need = 1, .buffer_h = 1, .first_member = i, .member_count = 1};
    }
    hf_engine_input input = {.assets = assets,
                             .asset_count = COUNT,
                             .groups = groups,
                             .group_count = COUNT,
                             .members = members,
                             .member_count = COUNT,
                             .sector_count = 1,
                             .kind_count = 1};
    hf_bench bench;
    bench_open(&bench, &input);
    assert_int_equal(hf_plan_facts_of(bench.plan).component_count, 1);
    uint32_t fail[] = {5};
    hf_question question = {.fail = fail, .fail_count = 1};
    hf_cascade result = bench_ask(&bench, &question);
    assert_int_equal(result.fall_count, COUNT);
    assert_int_equal(result.falls[COUNT - 1].asset, 4);
    assert_true(result.falls[COUNT - 1].at_h == COUNT - 1);
    bench_done(&bench);
}

static void rings_of_any_groups_are_found(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 8);
    for (uint32_t i = 1; i <= 2; i++) { // 1 and 2: any of the other and plant 0
        (void)hf_hand_group(&hand, i, 1, 0);
        hf_hand_member(&hand, 0, 1000);
        hf_hand_member(&hand, 3 - i, 1000);
    }
    for (uint32_t i = 3; i <= 4; i++) { // 3 and 4: the same, but each needs 0 besides
        (void)hf_hand_group(&hand, i, 1, 0);
        hf_hand_member(&hand, 0, 1000);
        hf_hand_member(&hand, 7 - i, 1000);
        (void)hf_hand_needs(&hand, i, 0, 0);
    }
    (void)hf_hand_group(&hand, 5, 2000, 0); // 5 and 6: all of the other and plant 0
    hf_hand_member(&hand, 0, 1000);
    hf_hand_member(&hand, 6, 1000);
    (void)hf_hand_needs(&hand, 6, 5, 0);
    bench_open(&bench, &hand.input);
    const hf_loop *loops = NULL;
    uint32_t count = 0;
    hf_plan_find_loops(bench.plan, &bench.arena, &loops, &count);
    assert_int_equal(count, 1);
    assert_int_equal(loops[0].asset_count, 2);
    assert_int_equal(loops[0].assets[0], 1);
    assert_int_equal(loops[0].assets[1], 2);
    bench_done(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_out_of_range_are_refused),
        cmocka_unit_test(a_required_level_above_the_suppliers_is_its_highest),
        cmocka_unit_test(an_empty_register_makes_a_plan),
        cmocka_unit_test(components_are_counted),
        cmocka_unit_test(a_chain_of_a_hundred_thousand_needs_no_stack),
        cmocka_unit_test(rings_of_any_groups_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
