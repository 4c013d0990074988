// SPDX-License-Identifier: Apache-2.0
//
// Network layers: V19 (all states of small grids against depth-first search), one-way links, several sources,
// networks that feed each other, and members whose buffers run while they are down.
#include <math.h>

#include "check.h"

// V19, first half. All 2^n states of a grid of `columns` × `rows` with sources at two corners.
static uint32_t reached(const hf_test_hand *hand, uint32_t up)
{
    uint32_t live = 0, stack[16 * 16], count = 0;
    const hf_engine_input *in = &hand->input;
    for (uint32_t i = 0; i < in->layer_member_count; i++)
        if (in->layer_members[i].is_source && (up >> i & 1) != 0)
            stack[count++] = i;
    while (count > 0) {
        uint32_t at = stack[--count];
        if ((live >> at & 1) != 0)
            continue;
        live |= 1u << at;
        for (uint32_t k = 0; k < in->link_count; k++) {
            const hf_engine_link *link = &in->links[k];
            if (link->from == at && (up >> link->to & 1) != 0 && (live >> link->to & 1) == 0)
                stack[count++] = link->to;
            if (link->is_two_way && link->to == at && (up >> link->from & 1) != 0 &&
                (live >> link->from & 1) == 0)
                stack[count++] = link->from;
        }
        assert_true(count < 200);
    }
    return live;
}

static void make_grid(hf_test_hand *hand, uint32_t columns, uint32_t rows, bool one_way)
{
    hf_hand_begin(hand, columns * rows);
    hf_hand_layer(hand);
    for (uint32_t i = 0; i < columns * rows; i++)
        hf_hand_layer_member(hand, i, i == 0 || (!one_way && i == columns * rows - 1), 0);
    for (uint32_t i = 0; i < columns * rows; i++) {
        if (i % columns + 1 < columns)
            hf_hand_link(hand, i, i + 1, !one_way);
        if (i + columns < columns * rows)
            hf_hand_link(hand, i, i + columns, !one_way || i % 3 == 0);
    }
}

static void check_all_states(uint32_t columns, uint32_t rows, bool one_way)
{
    hf_test_hand hand;
    hf_bench bench;
    uint32_t n = columns * rows;
    make_grid(&hand, columns, rows, one_way);
    bench_open(&bench, &hand.input);
    for (uint32_t state = 0; state < 1u << n; state++) {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        uint32_t fail[16], count = 0;
        for (uint32_t i = 0; i < n; i++)
            if ((state >> i & 1) == 0)
                fail[count++] = i;
        hf_question question = {.fail = fail, .fail_count = count};
        hf_error err = {0};
        hf_cascade result;
        assert_true(hf_cascade_run(bench.plan, &question, bench.state, &scratch, &result, &err));
        uint32_t down = 0;
        for (uint32_t i = 0; i < result.fall_count; i++)
            down |= 1u << result.falls[i].asset;
        assert_int_equal(down, ~reached(&hand, state) & ((1u << n) - 1));
    }
    bench_done(&bench);
}

static void every_state_of_small_grids_equals_a_depth_first_search(void **unused)
{
    (void)unused;
    check_all_states(2, 2, false);
    check_all_states(3, 3, false);
    check_all_states(4, 3, false);
    check_all_states(3, 3, true);
    check_all_states(4, 4, false);
    check_all_states(4, 4, true);
}

static void networks_that_feed_each_other_fall_together(void **unused)
{
    (void)unused;
    // Power: 0 (plant) - 1. Telecom: 2 (exchange) - 3. The exchange needs 1, the plant's control needs 3 with
    // a buffer of 4 h.
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 5);
    (void)hf_hand_needs(&hand, 2, 1, 0);
    (void)hf_hand_needs(&hand, 0, 3, 4);
    hf_hand_layer(&hand);
    hf_hand_layer_member(&hand, 0, true, 0);
    hf_hand_layer_member(&hand, 1, false, 0);
    hf_hand_link(&hand, 0, 1, true);
    hf_hand_layer(&hand);
    hf_hand_layer_member(&hand, 2, true, 0);
    hf_hand_layer_member(&hand, 3, false, 0);
    hf_hand_layer_member(&hand, 4, false, 0);
    hf_hand_link(&hand, 2, 3, true);
    hf_hand_link(&hand, 3, 4, false);
    bench_open(&bench, &hand.input);
    assert_int_equal(hf_plan_facts_of(bench.plan).component_count, 1);
    uint32_t exchange[] = {2};
    hf_question question = {.fail = exchange, .fail_count = 1};
    hf_cascade result = bench_ask(&bench, &question);
    assert_int_equal(result.fall_count, 5);
    assert_true(fall_of(&result, 0)->at_h == 4 && fall_of(&result, 1)->at_h == 4);
    assert_int_equal(fall_of(&result, 1)->cause, HF_CAUSE_NETWORK);
    assert_int_equal(fall_of(&result, 1)->layer, 0);
    assert_int_equal(fall_of(&result, 3)->layer, 1);
    const hf_step *steps = NULL;
    uint32_t count = 0;
    hf_explain(bench.plan, &result, 1, &bench.arena, &steps, &count);
    assert_int_equal(count, 4); // 1 ← plant 0 ← line 3 ← exchange 2
    assert_int_equal(steps[1].asset, 0);
    assert_int_equal(steps[2].asset, 3);
    assert_int_equal(steps[3].cause, HF_CAUSE_DAMAGE);
    assert_int_equal(steps[2].lost_count, 1);
    assert_int_equal(steps[2].lost[0], 2);
    bench_done(&bench);
}

static void a_member_without_a_way_to_a_source_is_down_at_start(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 4);
    hf_hand_layer(&hand);
    hf_hand_layer_member(&hand, 0, true, 0);
    hf_hand_layer_member(&hand, 1, false, 5);
    hf_hand_layer_member(&hand, 2, false, 5);
    hf_hand_link(&hand, 1, 0, false); // leads the wrong way
    hf_hand_link(&hand, 0, 2, false);
    (void)hf_hand_needs(&hand, 3, 1, 0);
    bench_open(&bench, &hand.input);
    hf_plan_facts facts = hf_plan_facts_of(bench.plan);
    assert_int_equal(facts.down_at_start_count, 2);
    assert_int_equal(facts.down_at_start[0], 1);
    assert_int_equal(facts.down_at_start[1], 3);
    bench_done(&bench);
}

static void the_buffer_of_a_cut_member_runs_while_it_is_damaged(void **unused)
{
    (void)unused;
    // 1 is damaged for 5 h, its source 0 for good; its own buffer of 3 h is used up when it is mended.
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 2);
    hand.assets[1].repair_h = 5;
    hf_hand_layer(&hand);
    hf_hand_layer_member(&hand, 0, true, 0);
    hf_hand_layer_member(&hand, 1, false, 3);
    hf_hand_link(&hand, 0, 1, true);
    bench_open(&bench, &hand.input);
    uint32_t both[] = {0, 1};
    hf_question question = {.fail = both, .fail_count = 2, .hours = 12};
    hf_cascade result = bench_ask(&bench, &question);
    assert_true(isinf(fall_of(&result, 1)->until_h));
    assert_int_equal(fall_of(&result, 1)->outage_count, 1);
    bench_done(&bench);
    hand.layer_members[1].buffer_h = 7; // two hours are left of it
    bench_open(&bench, &hand.input);
    result = bench_ask(&bench, &question);
    const hf_fall *fall = fall_of(&result, 1);
    assert_int_equal(fall->outage_count, 2);
    assert_true(result.outages[fall->first_outage].to_h == 5);
    assert_true(result.outages[fall->first_outage + 1].from_h == 7);
    bench_done(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_of_small_grids_equals_a_depth_first_search),
        cmocka_unit_test(networks_that_feed_each_other_fall_together),
        cmocka_unit_test(a_member_without_a_way_to_a_source_is_down_at_start),
        cmocka_unit_test(the_buffer_of_a_cut_member_runs_while_it_is_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
