// SPDX-License-Identifier: Apache-2.0
//
// hf_cascade_run: small cases with numbers worked out by hand, then thousands of random registers against the
// slow reference, field by field.
#include <math.h>

#include "check.h"
#include "oracle_cascade.h"

static hf_cascade ask(hf_bench *bench, uint32_t asset, double hours, hf_restart restart)
{
    uint32_t *list = HF_NEW(&bench->arena, uint32_t);
    *list = asset;
    hf_question question = {.fail = list, .fail_count = 1, .hours = hours, .restart = restart};
    return bench_ask(bench, &question);
}

static double at_h(const hf_cascade *result, uint32_t asset)
{
    const hf_fall *fall = fall_of(result, asset);
    return fall == NULL ? -1 : fall->at_h;
}

static double until_h(const hf_cascade *result, uint32_t asset)
{
    const hf_fall *fall = fall_of(result, asset);
    return fall == NULL ? -1 : fall->until_h;
}

// V12: buffers of 4, 8 and 24 hours in a chain add up, in both modes.
static void buffers_add_up_along_a_chain(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 4);
    (void)hf_hand_needs(&hand, 1, 0, 4);
    (void)hf_hand_needs(&hand, 2, 1, 8);
    (void)hf_hand_needs(&hand, 3, 2, 24);
    bench_open(&bench, &hand.input);
    for (int with_hours = 0; with_hours < 2; with_hours++) {
        hf_cascade result = ask(&bench, 0, with_hours * 48.0, HF_RESTART_FREE);
        assert_int_equal(result.fall_count, 4);
        assert_true(at_h(&result, 0) == 0 && at_h(&result, 1) == 4);
        assert_true(at_h(&result, 2) == 12 && at_h(&result, 3) == 36);
        assert_int_equal(result.loss.people, 4);
    }
    hf_cascade result = ask(&bench, 0, 48, HF_RESTART_FREE);
    // 48 + 44 + 36 + 12 hours of one person each
    assert_true(hf_person_hours(result.loss.time, result.step_h, result.last_step_h) == 140);
    result = ask(&bench, 0, 36, HF_RESTART_FREE); // falls at H: not listed
    assert_int_equal(result.fall_count, 3);
    bench_done(&bench);
}

static void the_last_step_is_cut_at_the_end(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 1);
    hand.assets[0].people = 10;
    bench_open(&bench, &hand.input);
    hf_cascade result = ask(&bench, 0, 2.5, HF_RESTART_FREE);
    assert_int_equal(result.step_count, 3);
    assert_int_equal(result.loss.time.person_steps, 20);
    assert_int_equal(result.loss.time.person_last, 10);
    assert_true(hf_person_hours(result.loss.time, result.step_h, result.last_step_h) == 25);
    bench_done(&bench);
}

// V13: two assets that need each other, both damaged, repaired at hour 5.
static void mutual_need_restarts_as_the_mode_says(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_hand_begin(&hand, 2);
    (void)hf_hand_needs(&hand, 0, 1, 0);
    (void)hf_hand_needs(&hand, 1, 0, 0);
    hand.assets[0].repair_h = hand.assets[1].repair_h = 5;
    uint32_t both[] = {0, 1};
    hf_question question = {.fail = both, .fail_count = 2, .hours = 24};
    hf_bench bench;
    bench_open(&bench, &hand.input);
    hf_cascade result = bench_ask(&bench, &question);
    assert_true(until_h(&result, 0) == 5 && until_h(&result, 1) == 5);
    question.restart = HF_RESTART_SEQUENTIAL;
    result = bench_ask(&bench, &question);
    assert_true(isinf(until_h(&result, 0)) && isinf(until_h(&result, 1)));
    bench_done(&bench);
    hand.assets[0].black_start_h = 1;
    bench_open(&bench, &hand.input);
    result = bench_ask(&bench, &question);
    assert_true(until_h(&result, 0) == 5 && until_h(&result, 1) == 6);
    bench_done(&bench);
}

// V19, second half: a loop of two assets with a lost plant. Groups keep each other up, a network does not.
static void a_loop_holds_itself_up_as_groups_but_not_as_a_network(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 3); // 0 is the plant
    (void)hf_hand_group(&hand, 1, 1, 0);
    hf_hand_member(&hand, 0, 1000);
    hf_hand_member(&hand, 2, 1000);
    (void)hf_hand_group(&hand, 2, 1, 0);
    hf_hand_member(&hand, 0, 1000);
    hf_hand_member(&hand, 1, 1000);
    bench_open(&bench, &hand.input);
    hf_cascade result = ask(&bench, 0, 0, HF_RESTART_FREE);
    assert_int_equal(result.fall_count, 1);
    bench_done(&bench);

    hf_hand_begin(&hand, 3);
    hf_hand_layer(&hand);
    hf_hand_layer_member(&hand, 0, true, 0);
    hf_hand_layer_member(&hand, 1, false, 0);
    hf_hand_layer_member(&hand, 2, false, 3);
    hf_hand_link(&hand, 0, 1, true);
    hf_hand_link(&hand, 0, 2, true);
    hf_hand_link(&hand, 1, 2, true);
    bench_open(&bench, &hand.input);
    result = ask(&bench, 0, 0, HF_RESTART_FREE);
    assert_int_equal(result.fall_count, 3);
    assert_int_equal(fall_of(&result, 1)->cause, HF_CAUSE_NETWORK);
    assert_int_equal(fall_of(&result, 1)->layer, 0);
    assert_int_equal(fall_of(&result, 1)->lost_count, 0);
    assert_true(at_h(&result, 2) == 3);          // its own buffer once cut off
    result = ask(&bench, 1, 0, HF_RESTART_FREE); // the other way round still feeds 2
    assert_int_equal(result.fall_count, 1);
    bench_done(&bench);
}

static void a_weighted_group_falls_when_its_capacity_does_not_reach_the_need(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 4); // 3 needs 5 of 3 + 2 + 1.5
    (void)hf_hand_group(&hand, 3, 3500, 0);
    hf_hand_member(&hand, 0, 3000);
    hf_hand_member(&hand, 1, 2000);
    hf_hand_member(&hand, 2, 1500);
    bench_open(&bench, &hand.input);
    hf_cascade result = ask(&bench, 0, 0, HF_RESTART_FREE); // 3.5 are left: just enough
    assert_int_equal(result.fall_count, 1);
    uint32_t two[] = {2, 1};
    hf_question question = {.fail = two, .fail_count = 2};
    result = bench_ask(&bench, &question);
    assert_int_equal(result.fall_count, 3);
    const hf_fall *fall = fall_of(&result, 3);
    assert_int_equal(fall->lost_count, 2);
    assert_int_equal(result.lost[fall->first_lost], 1);
    assert_int_equal(result.lost[fall->first_lost + 1], 2);
    bench_done(&bench);
}

static void tenths_of_hours_meet_at_the_same_moment(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 3); // 0 → 1 after 0.1 → 2 after 0.2; 0 → 2 after 0.3
    (void)hf_hand_needs(&hand, 1, 0, 0.1);
    uint32_t direct = hf_hand_needs(&hand, 2, 0, 0.3);
    (void)hf_hand_needs(&hand, 2, 1, 0.2);
    bench_open(&bench, &hand.input);
    hf_cascade result = ask(&bench, 0, 0, HF_RESTART_FREE);
    assert_true(at_h(&result, 2) == 0.3);
    assert_int_equal(fall_of(&result, 2)->group, direct); // both hold; the first input is named
    bench_done(&bench);
}

static void damage_named_twice_or_hit_as_consumer_counts_as_damage_once(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 2);
    (void)hf_hand_needs(&hand, 1, 0, 0);
    bench_open(&bench, &hand.input);
    uint32_t list[] = {1, 0, 1};
    hf_question question = {.fail = list, .fail_count = 3};
    hf_cascade result = bench_ask(&bench, &question);
    assert_int_equal(result.fall_count, 2);
    assert_int_equal(fall_of(&result, 1)->cause, HF_CAUSE_DAMAGE);
    assert_int_equal(result.falls[0].asset, 0); // same hour: by key
    bench_done(&bench);
}

static void what_is_down_at_start_is_told_apart_and_never_counted(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 4);
    (void)hf_hand_group(&hand, 0, 2000, 8); // can never be met
    hf_hand_member(&hand, 1, 1000);
    (void)hf_hand_needs(&hand, 2, 0, 8);
    (void)hf_hand_group(&hand, 3, 1, 0); // any of 1 and 2
    hf_hand_member(&hand, 1, 1000);
    hf_hand_member(&hand, 2, 1000);
    bench_open(&bench, &hand.input);
    hf_plan_facts facts = hf_plan_facts_of(bench.plan);
    assert_int_equal(facts.down_at_start_count, 2);
    assert_int_equal(facts.down_at_start[0], 0);
    assert_int_equal(facts.down_at_start[1], 2);
    hf_cascade result = ask(&bench, 0, 0, HF_RESTART_FREE);
    assert_int_equal(result.fall_count, 0);
    result = ask(&bench, 1, 0, HF_RESTART_FREE);
    assert_int_equal(result.fall_count, 2); // 1 and 3
    assert_int_equal(fall_of(&result, 3)->lost_count, 2);
    assert_int_equal(result.loss.people, 2);
    bench_done(&bench);
}

static void a_gate_passes_failures_on_and_is_never_listed(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 4); // 3 needs gate 2, which needs 0 and 1
    hand.assets[2].is_virtual = true;
    (void)hf_hand_group(&hand, 2, 2000, 0);
    hf_hand_member(&hand, 0, 1000);
    hf_hand_member(&hand, 1, 1000);
    (void)hf_hand_needs(&hand, 3, 2, 2);
    bench_open(&bench, &hand.input);
    hf_cascade result = ask(&bench, 0, 0, HF_RESTART_FREE);
    assert_int_equal(result.fall_count, 2);
    assert_int_equal(result.loss.people, 2);
    const hf_fall *fall = fall_of(&result, 3);
    assert_true(fall->at_h == 2 && fall->lost_count == 1);
    assert_int_equal(result.lost[fall->first_lost], 0);
    bench_done(&bench);
}

static void recharge_decides_how_long_the_second_loss_is_borne(void **unused)
{
    (void)unused;
    // Two suppliers in turn: 0 out for 3 hours, later 1 falls for good when its buffer of 5 h is used up.
    // 2 needs both in one group with a buffer of 4 h: lost 0-3, satisfied 3-5, lost from 5.
    for (int gradual = 0; gradual < 2; gradual++) {
        hf_test_hand hand;
        hf_bench bench;
        hf_hand_begin(&hand, 4);
        hand.assets[0].repair_h = 3;
        (void)hf_hand_needs(&hand, 1, 3, 5);
        uint32_t group = hf_hand_group(&hand, 2, 2000, 4);
        hf_hand_member(&hand, 0, 1000);
        hf_hand_member(&hand, 1, 1000);
        hand.groups[group].recharge = gradual != 0 ? HF_RECHARGE_GRADUAL : HF_RECHARGE_INSTANT;
        bench_open(&bench, &hand.input);
        uint32_t list[] = {0, 3};
        hf_question question = {.fail = list, .fail_count = 2, .hours = 24};
        hf_cascade result = bench_ask(&bench, &question);
        // gradual: n = 3 after hour 3, 1 after hour 5, full again after three more
        assert_true(at_h(&result, 2) == (gradual != 0 ? 8 : 9));
        assert_true(fall_of(&result, 2)->lost_at_h == 5);
        assert_int_equal(fall_of(&result, 2)->lost_count, 1);
        assert_int_equal(result.lost[fall_of(&result, 2)->first_lost], 1);
        bench_done(&bench);
    }
}

static void a_second_loss_waits_for_its_own_buffer(void **unused)
{
    (void)unused;
    // 2 needs 0 and 1 with a buffer of 6 h; 0 is out 0-3; 1 falls 4 h after 3. Lost 0-3 and from 4: the
    // sixth hour of the first loss must do nothing.
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 4);
    hand.assets[0].repair_h = 3;
    (void)hf_hand_needs(&hand, 1, 3, 4);
    (void)hf_hand_group(&hand, 2, 2000, 6);
    hf_hand_member(&hand, 0, 1000);
    hf_hand_member(&hand, 1, 1000);
    bench_open(&bench, &hand.input);
    uint32_t list[] = {0, 3};
    hf_question question = {.fail = list, .fail_count = 2, .hours = 24};
    hf_cascade result = bench_ask(&bench, &question);
    assert_true(at_h(&result, 2) == 10);
    bench_done(&bench);
}

static void a_start_window_bridges_a_loss_and_then_ends(void **unused)
{
    (void)unused;
    // 1 needs 0 (out for good). 1 is damaged, repaired at 2, runs alone for 3 h, and falls again at 5.
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 2);
    hand.assets[1].repair_h = 2;
    hand.assets[1].black_start_h = 3;
    (void)hf_hand_needs(&hand, 1, 0, 0);
    bench_open(&bench, &hand.input);
    uint32_t list[] = {0, 1};
    hf_question question = {.fail = list, .fail_count = 2, .hours = 10};
    hf_cascade result = bench_ask(&bench, &question);
    const hf_fall *fall = fall_of(&result, 1);
    assert_int_equal(fall->outage_count, 2);
    assert_true(result.outages[fall->first_outage].to_h == 2);
    assert_true(result.outages[fall->first_outage + 1].from_h == 5);
    assert_true(isinf(fall->until_h));
    assert_int_equal(result.loss.time.person_steps, 9 + 2 + 4); // the last step stands apart
    assert_int_equal(result.loss.time.person_last, 2);
    bench_done(&bench);
}

static void a_part_lost_is_a_reduction_and_not_a_fall(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 4);
    hand.assets[1].levels = 3;
    hand.assets[1].people = 101;
    uint32_t group = hf_hand_needs(&hand, 1, 0, 2);
    hand.groups[group].pushes_below = 2;
    (void)hf_hand_needs(&hand, 2, 1, 1); // at its highest level
    group = hf_hand_needs(&hand, 3, 1, 1);
    hand.members[hand.groups[group].first_member].required_level = 1;
    bench_open(&bench, &hand.input);
    hf_cascade result = ask(&bench, 0, 0, HF_RESTART_FREE);
    assert_int_equal(result.fall_count, 2);
    assert_true(at_h(&result, 2) == 3);
    assert_int_equal(result.reduction_count, 1);
    assert_int_equal(result.reductions[0].asset, 1);
    assert_int_equal(result.reductions[0].level, 2);
    assert_int_equal(result.loss.people, 2 + 50); // half of 101, rounded down
    const hf_step *steps = NULL;
    uint32_t step_count = 0;
    hf_explain(bench.plan, &result, 2, &bench.arena, &steps, &step_count);
    assert_int_equal(step_count, 3);
    assert_int_equal(steps[1].asset, 1);
    result = ask(&bench, 1, 0, HF_RESTART_FREE);
    assert_int_equal(result.fall_count, 3);
    assert_int_equal(result.loss.people, 103);
    bench_done(&bench);
}

static void wrong_questions_are_refused(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 1);
    hand.assets[0].people = INT64_MAX / 8;
    bench_open(&bench, &hand.input);
    uint32_t unknown[] = {1}, known[] = {0};
    struct {
        hf_question question;
        const char *code;
    } cases[] = {
        {{.fail = unknown, .fail_count = 1}, "engine.asset_unknown"},
        {{.fail = known, .fail_count = 1, .hours = -1}, "engine.hours"},
        {{.fail = known, .fail_count = 1, .hours = NAN}, "engine.hours"},
        {{.fail = known, .fail_count = 1, .hours = 87601}, "engine.hours"},
        {{.fail = known, .fail_count = 1, .hours = 1, .step_h = -1}, "engine.step"},
        {{.fail = known, .fail_count = 1, .hours = 1, .step_h = NAN}, "engine.step"},
        {{.fail = known, .fail_count = 1, .hours = 10001, .step_h = 0.01}, "engine.steps_too_many"},
        {{.fail = known, .fail_count = 1, .hours = 24}, "engine.loss_too_large"},
    };
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        hf_error err = {0};
        hf_cascade result;
        assert_false(hf_cascade_run(bench.plan, &cases[i].question, bench.state, &bench.arena,
                                    &result, &err));
        assert_string_equal(err.code, cases[i].code);
    }
    bench_done(&bench);
}

// ---- against the reference ----

static bool same_fall(const hf_cascade *result, const hf_fall *fall, const hf_oracle_asset *want)
{
    if (!want->has_fallen || fall->level != 1 || fall->cause != want->cause ||
        fall->group != want->group || fall->layer != want->layer || fall->at_h != want->at_h ||
        fall->until_h != want->until_h || fall->lost_at_h != want->lost_at_h ||
        fall->outage_count != want->outage_count || fall->lost_count != want->lost_count)
        return false;
    for (uint32_t i = 0; i < fall->lost_count; i++)
        if (result->lost[fall->first_lost + i] != want->lost[i])
            return false;
    return true;
}

static bool same_loss(const hf_loss *a, const hf_loss *b)
{
    return a->people == b->people && a->time.person_steps == b->time.person_steps &&
           a->time.person_last == b->time.person_last;
}

static bool contains(const uint32_t *list, uint32_t count, uint32_t item)
{
    for (uint32_t i = 0; i < count; i++)
        if (list[i] == item)
            return true;
    return false;
}

// The chain must lead back to a damage over what each step had lost, never forward in time, and never
// in a circle. Gates are passed in silence, so with them two neighbours need not touch.
static bool explains(hf_bench *bench, const hf_cascade *result, const hf_fall *fall, bool has_gates)
{
    const hf_step *steps = NULL;
    uint32_t count = 0;
    hf_explain(bench->plan, result, fall->asset, &bench->arena, &steps, &count);
    if (count == 0 || steps[0].asset != fall->asset || steps[0].at_h != fall->at_h)
        return false;
    for (uint32_t i = 1; i < count; i++) {
        if (steps[i].at_h > steps[i - 1].at_h)
            return false;
        if (!has_gates && !contains(steps[i - 1].lost, steps[i - 1].lost_count, steps[i].asset))
            return false;
        for (uint32_t k = 0; k < i; k++)
            if (steps[k].asset == steps[i].asset && steps[k].at_h == steps[i].at_h &&
                steps[k].group == steps[i].group)
                return false;
    }
    return has_gates || steps[count - 1].cause == HF_CAUSE_DAMAGE;
}

static void assert_same(hf_bench *bench, const hf_engine_input *in, const hf_question *question,
                        uint64_t seed, bool has_gates)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_oracle want;
    hf_oracle_run(in, question, &scratch, &want);
    hf_cascade got = bench_ask(bench, question);
    uint32_t want_count = 0;
    for (uint32_t a = 0; a < in->asset_count; a++)
        want_count += want.assets[a].has_fallen;
    if (got.fall_count != want_count)
        fail_msg("seed %llu: %u fell, the reference says %u", (unsigned long long)seed,
                 got.fall_count, want_count);
    for (uint32_t i = 0; i < got.fall_count; i++) {
        const hf_fall *fall = &got.falls[i];
        if (!same_fall(&got, fall, &want.assets[fall->asset]))
            fail_msg("seed %llu: asset %u fell at %g (reference %g) cause %d (%d) group %u (%u) "
                     "layer %u (%u) lost at %g (%g) until %g (%g) lost %u (%u)",
                     (unsigned long long)seed, fall->asset, fall->at_h,
                     want.assets[fall->asset].at_h, (int)fall->cause,
                     (int)want.assets[fall->asset].cause, fall->group,
                     want.assets[fall->asset].group, fall->layer, want.assets[fall->asset].layer,
                     fall->lost_at_h, want.assets[fall->asset].lost_at_h, fall->until_h,
                     want.assets[fall->asset].until_h, fall->lost_count,
                     want.assets[fall->asset].lost_count);
        if (i > 0)
            assert_true(fall[-1].at_h < fall->at_h ||
                        (fall[-1].at_h == fall->at_h && fall[-1].asset < fall->asset));
        if (!explains(bench, &got, fall, has_gates))
            fail_msg("seed %llu: no good explanation of asset %u", (unsigned long long)seed,
                     fall->asset);
    }
    if (!same_loss(&got.loss, &want.loss))
        fail_msg("seed %llu: loss differs", (unsigned long long)seed);
    for (uint32_t s = 0; s < in->sector_count; s++)
        assert_true(same_loss(&got.by_sector[s], &want.by_sector[s]));
    assert_int_equal(got.reduction_count, want.reduction_count);
    hf_plan_facts facts = hf_plan_facts_of(bench->plan);
    uint32_t pinned = 0;
    for (uint32_t a = 0; a < in->asset_count; a++)
        if (want.assets[a].is_pinned)
            assert_int_equal(facts.down_at_start[pinned++], a);
    assert_int_equal(facts.down_at_start_count, pinned);
}

static void compare_many(uint32_t count, hf_test_features features, bool with_hours, uint64_t base)
{
    for (uint32_t i = 0; i < count; i++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        hf_test_random random = {base + i};
        hf_engine_input *in = hf_test_register(&random, features, &arena);
        hf_bench bench;
        bench_open(&bench, in);
        for (uint32_t k = 0; k < 3; k++) { // one state for all: it must be left as it was found
            hf_question question = hf_test_question(&random, in, with_hours, &arena);
            assert_same(&bench, in, &question, base + i, features.has_gates);
        }
        bench_done(&bench);
    }
}

static bool same_answer(const hf_cascade *a, const hf_cascade *b, const uint32_t *old_group)
{
    if (a->fall_count != b->fall_count || !(a->loss.people == b->loss.people))
        return false;
    for (uint32_t i = 0; i < a->fall_count; i++) {
        const hf_fall *x = &a->falls[i], *y = &b->falls[i];
        uint32_t group = y->group == HF_NO_INDEX ? HF_NO_INDEX : old_group[y->group];
        if (x->asset != y->asset || x->at_h != y->at_h || x->until_h != y->until_h ||
            x->cause != y->cause || x->group != group || x->layer != y->layer ||
            x->round != y->round || x->lost_count != y->lost_count)
            return false;
        for (uint32_t k = 0; k < x->lost_count; k++)
            if (a->lost[x->first_lost + k] != b->lost[y->first_lost + k])
                return false;
    }
    return true;
}

static void the_order_of_rows_does_not_matter(void **unused)
{
    (void)unused;
    for (uint64_t seed = 0; seed < 400; seed++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        hf_test_random random = {16000000 + seed};
        hf_test_features features = {.asset_count_max = 60,
                                     .has_layers = seed % 2 == 0,
                                     .has_levels = seed % 3 == 0,
                                     .is_restless = seed % 4 == 0};
        hf_engine_input *in = hf_test_register(&random, features, &arena);
        uint32_t *old_group = HF_NEW_N(&arena, uint32_t, in->group_count);
        hf_bench first, second;
        bench_open(&first, in);
        bench_open(&second, hf_test_shuffled(in, old_group, &arena));
        hf_question question = hf_test_question(&random, in, seed % 4 < 2, &arena);
        hf_cascade a = bench_ask(&first, &question), b = bench_ask(&second, &question);
        if (!same_answer(&a, &b, old_group))
            fail_msg("seed %llu: another order of rows, another answer", (unsigned long long)seed);
        bench_done(&first);
        bench_done(&second);
    }
}

static void static_answers_equal_the_reference(void **unused)
{
    (void)unused;
    compare_many(1500, (hf_test_features){.asset_count_max = 12}, false, 1000);
    compare_many(1000, (hf_test_features){.asset_count_max = 60, .has_wide_capacities = true},
                 false, 2000000);
    compare_many(1000,
                 (hf_test_features){.asset_count_max = 40, .has_levels = true, .has_gates = true},
                 false, 3000000);
    compare_many(5, (hf_test_features){.asset_count_max = 400}, false, 4000000);
    compare_many(1, (hf_test_features){.asset_count_max = 2000}, false, 4100000);
}

static void static_answers_with_networks_equal_the_reference(void **unused)
{
    (void)unused;
    compare_many(1500, (hf_test_features){.asset_count_max = 12, .has_layers = true}, false,
                 5000000);
    compare_many(300,
                 (hf_test_features){.asset_count_max = 40,
                                    .has_layers = true,
                                    .has_levels = true,
                                    .has_gates = true,
                                    .has_wide_capacities = true},
                 false, 6000000);
    compare_many(3, (hf_test_features){.asset_count_max = 200, .has_layers = true}, false, 7000000);
}

static void grid_answers_equal_the_reference(void **unused)
{
    (void)unused;
    compare_many(1500, (hf_test_features){.asset_count_max = 10}, true, 8000000);
    compare_many(500, (hf_test_features){.asset_count_max = 40}, true, 9000000);
    compare_many(500,
                 (hf_test_features){.asset_count_max = 30, .has_levels = true, .has_gates = true},
                 true, 10000000);
}

static void restless_answers_equal_the_reference(void **unused)
{
    (void)unused;
    compare_many(3000, (hf_test_features){.asset_count_max = 10, .is_restless = true}, true,
                 13000000);
    compare_many(300, (hf_test_features){.asset_count_max = 30, .is_restless = true}, true,
                 14000000);
    compare_many(
        600,
        (hf_test_features){
            .asset_count_max = 8, .has_layers = true, .has_levels = true, .is_restless = true},
        true, 15000000);
}

static void grid_answers_with_networks_equal_the_reference(void **unused)
{
    (void)unused;
    compare_many(800, (hf_test_features){.asset_count_max = 8, .has_layers = true}, true, 11000000);
    compare_many(
        150,
        (hf_test_features){
            .asset_count_max = 20, .has_layers = true, .has_levels = true, .has_gates = true},
        true, 12000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buffers_add_up_along_a_chain),
        cmocka_unit_test(the_last_step_is_cut_at_the_end),
        cmocka_unit_test(mutual_need_restarts_as_the_mode_says),
        cmocka_unit_test(a_loop_holds_itself_up_as_groups_but_not_as_a_network),
        cmocka_unit_test(a_weighted_group_falls_when_its_capacity_does_not_reach_the_need),
        cmocka_unit_test(tenths_of_hours_meet_at_the_same_moment),
        cmocka_unit_test(damage_named_twice_or_hit_as_consumer_counts_as_damage_once),
        cmocka_unit_test(what_is_down_at_start_is_told_apart_and_never_counted),
        cmocka_unit_test(a_gate_passes_failures_on_and_is_never_listed),
        cmocka_unit_test(recharge_decides_how_long_the_second_loss_is_borne),
        cmocka_unit_test(a_second_loss_waits_for_its_own_buffer),
        cmocka_unit_test(a_start_window_bridges_a_loss_and_then_ends),
        cmocka_unit_test(a_part_lost_is_a_reduction_and_not_a_fall),
        cmocka_unit_test(wrong_questions_are_refused),
        cmocka_unit_test(the_order_of_rows_does_not_matter),
        cmocka_unit_test(static_answers_equal_the_reference),
        cmocka_unit_test(static_answers_with_networks_equal_the_reference),
        cmocka_unit_test(grid_answers_equal_the_reference),
        cmocka_unit_test(restless_answers_equal_the_reference),
        cmocka_unit_test(grid_answers_with_networks_equal_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
