// SPDX-License-Identifier: Apache-2.0
//
// hf_trial_run: each trial by itself is the one that was counted, and each of its falls leads back to damage or to
// network links that do not work.
#include <math.h>

#include "check.h"
#include "oracle_simulate.h"

typedef struct {
    uint64_t own, down, down_last;
} seen;

static hf_trial_story story_of(hf_bench *bench, const hf_simulation *s, uint64_t trial,
                               hf_arena *arena)
{
    hf_error err = {0};
    hf_trial_story story = {0};
    if (!hf_trial_run(bench->plan, s, trial, arena, &story, &err))
        fail_msg("%s: %s", err.code, err.message);
    return story;
}

static bool is_listed(const hf_engine_input *in, uint32_t asset)
{
    return !in->assets[asset].is_virtual;
}

static bool contains(const uint32_t *list, uint32_t count, uint32_t item)
{
    for (uint32_t i = 0; i < count; i++)
        if (list[i] == item)
            return true;
    return false;
}

static bool was_damaged(const hf_trial_story *story, uint32_t asset, double at_h)
{
    for (uint32_t i = 0; i < story->damage_count; i++)
        if (story->damage[i].asset == asset && story->damage[i].at_h <= at_h)
            return true;
    return false;
}

// Of the asset, at or above any of its levels: is there an outage that begins at the hour and still lasts at the other?
static bool has_outage(const hf_trial_story *story, const hf_step *step, double still_h)
{
    const hf_cascade *c = &story->cascade;
    for (uint32_t i = 0; i < c->fall_count + c->hidden_count; i++) {
        const hf_fall *fall = &c->falls[i];
        for (uint32_t k = 0; k < fall->outage_count; k++) {
            const hf_outage *outage = &c->outages[fall->first_outage + k];
            if (fall->asset == step->asset && fall->level == step->level &&
                outage->from_h == step->at_h && outage->to_h > still_h)
                return true;
        }
    }
    return false;
}

// Each step rests on an outage of the next that covers the hour of its loss. Gates and ties between levels are told by no
// step: with them what was lost may stand behind, and was lost no later.
static bool leads_on(const hf_trial_story *story, const hf_step *step, const hf_step *next,
                     bool has_untold)
{
    if (!has_outage(story, next, has_untold ? next->at_h : step->lost_at_h) ||
        next->at_h > step->lost_at_h)
        return false;
    return has_untold || contains(step->lost, step->lost_count, next->asset);
}

// Damage of a gate is told by no step: a chain may end before it.
static bool ends_at_a_gate(const hf_engine_input *in, const hf_trial_story *story,
                           const hf_step *last)
{
    for (uint32_t i = 0; i < story->damage_count; i++)
        if (!is_listed(in, story->damage[i].asset) && story->damage[i].at_h <= last->lost_at_h)
            return true;
    return false;
}

// Never forward in time; over what each step had lost; to damage that was drawn, or to broken links.
static bool explains(hf_bench *bench, const hf_engine_input *in, const hf_trial_story *story,
                     const hf_fall *fall, bool has_untold, hf_arena *arena)
{
    const hf_step *steps = NULL;
    uint32_t count = 0;
    hf_explain(bench->plan, &story->cascade, fall->asset, arena, &steps, &count);
    if (count == 0 || steps[0].asset != fall->asset || steps[0].at_h != fall->at_h ||
        steps[0].level != 1)
        return false;
    for (uint32_t i = 1; i < count; i++)
        if (!leads_on(story, &steps[i - 1], &steps[i], has_untold))
            return false;
    const hf_step *last = &steps[count - 1];
    return last->cause == HF_CAUSE_DAMAGE
               ? was_damaged(story, last->asset, last->at_h)
               : (last->cause == HF_CAUSE_NETWORK && last->broken_count > 0) ||
                     ends_at_a_gate(in, story, last);
}

static void add(const hf_engine_input *in, const hf_trial_story *story, seen *sums)
{
    uint32_t before = HF_NO_INDEX;
    for (uint32_t i = 0; i < story->damage_count; i++) {
        sums[story->damage[i].asset].own += story->damage[i].asset != before;
        before = story->damage[i].asset;
    }
    for (uint32_t i = 0; i < story->cascade.fall_count; i++) {
        const hf_fall *fall = &story->cascade.falls[i];
        assert_true(is_listed(in, fall->asset));
        sums[fall->asset].down++;
        sums[fall->asset].down_last += story->cascade.step_count > 0 && isinf(fall->until_h);
    }
}

static void compare_with_counts(hf_bench *bench, const hf_engine_input *in, const hf_simulation *s,
                                bool has_untold, uint64_t seed)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_tally tally;
    hf_summary summary;
    seen *sums = HF_NEW_N(&arena, seen, in->asset_count);
    if (!hf_tally_init(bench->plan, s, &arena, &tally, &err) ||
        !hf_simulate_run(bench->plan, s, NULL, NULL, &tally, &err) ||
        !hf_tally_summary(bench->plan, s, &tally, &arena, &summary, &err))
        fail_msg("%s: %s", err.code, err.message);
    double most = 0, sum = 0;
    for (uint64_t trial = 0; trial < s->trial_count; trial++) {
        hf_trial_story story = story_of(bench, s, trial, &arena);
        double most_of_all = summary.exceedance[summary.exceedance_count - 1].loss;
        if (story.loss > most_of_all)
            fail_msg("seed %llu, trial %llu: loses %g, more than %g", (unsigned long long)seed,
                     (unsigned long long)trial, story.loss, most_of_all);
        for (uint32_t i = 0; i < summary.worst_count; i++)
            if (summary.worst[i].trial == trial)
                assert_true(summary.worst[i].loss == story.loss);
        sum += story.loss;
        most = story.loss > most ? story.loss : most;
        add(in, &story, sums);
        for (uint32_t i = 0; i < story.cascade.fall_count; i++)
            if (!explains(bench, in, &story, &story.cascade.falls[i], has_untold, &arena))
                fail_msg("seed %llu, trial %llu: the fall of %u is not explained",
                         (unsigned long long)seed, (unsigned long long)trial,
                         story.cascade.falls[i].asset);
    }
    double counted = summary.mean * (double)summary.trials;
    if (fabs(sum - counted) > 1e-9 * counted)
        fail_msg("seed %llu: all trials lose %g, not %g", (unsigned long long)seed, sum, counted);
    if (summary.worst_count == 0 ? most > 0 : summary.worst[0].loss != most)
        fail_msg("seed %llu: the worst trial loses %g, not %g", (unsigned long long)seed, most,
                 summary.worst_count == 0 ? 0 : summary.worst[0].loss);
    for (uint32_t a = 0; a < in->asset_count; a++) {
        if (sums[a].own != tally.assets[a].own_damage)
            fail_msg("seed %llu: %u is damaged %llu times, not %llu", (unsigned long long)seed, a,
                     (unsigned long long)sums[a].own,
                     (unsigned long long)tally.assets[a].own_damage);
        if (is_listed(in, a) && (sums[a].down != tally.assets[a].down_ever ||
                                 sums[a].down_last != tally.assets[a].down_last))
            fail_msg("seed %llu: %u is down in %llu trials, not in %llu", (unsigned long long)seed,
                     a, (unsigned long long)sums[a].down,
                     (unsigned long long)tally.assets[a].down_ever);
    }
}

static void compare_many(uint32_t count, hf_test_features features, bool with_hours, uint64_t base)
{
    features.has_chances = true;
    for (uint64_t i = 0; i < count; i++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        hf_test_random random = {base + i};
        hf_bench bench;
        hf_engine_input *in = hf_test_register(&random, features, &arena);
        hf_simulation *s = hf_test_simulation(&random, in, with_hours, 12, &arena);
        s->wants_assets = true;
        bench_open(&bench, in);
        compare_with_counts(&bench, in, s, features.has_levels || features.has_gates, base + i);
        bench_done(&bench);
    }
}

static void each_trial_alone_is_the_one_that_was_counted(void **unused)
{
    (void)unused;
    compare_many(150, (hf_test_features){.asset_count_max = 10}, false, 60000000);
    compare_many(150, (hf_test_features){.asset_count_max = 10, .is_restless = true}, true,
                 60100000);
    compare_many(100,
                 (hf_test_features){.asset_count_max = 12, .has_levels = true, .has_gates = true},
                 false, 60200000);
    compare_many(100, (hf_test_features){.asset_count_max = 12, .has_levels = true}, true,
                 60300000);
}

static void each_trial_alone_with_networks_is_the_one_that_was_counted(void **unused)
{
    (void)unused;
    compare_many(250, (hf_test_features){.asset_count_max = 12, .has_layers = true}, false,
                 60400000);
    compare_many(250, (hf_test_features){.asset_count_max = 12, .has_layers = true}, true,
                 60500000);
}

// 2 needs one of 0 and 1, and the loss of 1 is felt in half of the trials.
static void a_loss_that_is_not_felt_is_no_reason(void **unused)
{
    (void)unused;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 3);
    (void)hf_hand_group(&hand, 2, 2000, 0);
    hf_hand_member(&hand, 0, 1000);
    hf_hand_member(&hand, 1, 1000);
    hand.members[1].strength = 0.5;
    bench_open(&bench, &hand.input);
    const hf_hazard hazards[] = {{.asset = 0, .level = 1, .p = 1},
                                 {.asset = 1, .level = 1, .p = 1}};
    hf_simulation s = {.hazards = hazards, .hazard_count = 2, .trial_count = 64, .seed = 5};
    uint32_t of_both = 0;
    for (uint64_t trial = 0; trial < 64; trial++) {
        hf_trial_story story = story_of(&bench, &s, trial, &arena);
        const hf_step *steps = NULL;
        uint32_t count = 0;
        hf_explain(bench.plan, &story.cascade, 2, &arena, &steps, &count);
        assert_int_equal(count, 2);
        assert_true(contains(steps[0].lost, steps[0].lost_count, 0));
        bool is_felt = contains(steps[0].lost, steps[0].lost_count, 1);
        assert_int_equal(steps[0].lost_count, is_felt ? 2 : 1);
        assert_int_equal(steps[1].asset, 0);
        of_both += is_felt;
    }
    assert_in_range(of_both, 16, 48);
    bench_done(&bench);
}

// A is hit at 0 h and repaired at 6 h, B is hit at 48 h. X needs both; Y needs X and can do without for 8 h.
static void the_outage_that_counts_is_told(void **unused)
{
    (void)unused;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    enum { A, B, X, Y };
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 4);
    hand.assets[A].repair_h = 6;
    (void)hf_hand_needs(&hand, X, A, 0);
    (void)hf_hand_needs(&hand, X, B, 0);
    (void)hf_hand_needs(&hand, Y, X, 8);
    bench_open(&bench, &hand.input);
    const hf_hazard hazards[] = {{.asset = A, .level = 1, .p = 1},
                                 {.asset = B, .level = 1, .at_h = 48, .p = 1}};
    hf_simulation s = {
        .hazards = hazards, .hazard_count = 2, .hours = 96, .trial_count = 1, .seed = 1};
    hf_trial_story story = story_of(&bench, &s, 0, &arena);
    const hf_step *steps = NULL;
    uint32_t count = 0;
    hf_explain(bench.plan, &story.cascade, Y, &arena, &steps, &count);
    assert_int_equal(count, 3);
    assert_int_equal(steps[1].asset, X);
    assert_int_equal(steps[2].asset, B);
    assert_true(steps[0].at_h == 56 && steps[0].lost_at_h == 48);
    assert_true(steps[1].at_h == 48 && steps[2].at_h == 48);
    assert_int_equal(steps[1].lost_count, 1);
    assert_int_equal(steps[1].lost[0], B);
    assert_int_equal(steps[2].cause, HF_CAUSE_DAMAGE);
    hf_explain(bench.plan, &story.cascade, X, &arena, &steps, &count); // its first fall
    assert_int_equal(count, 2);
    assert_int_equal(steps[1].asset, A);
    assert_true(steps[0].at_h == 0);
    bench_done(&bench);
}

// Repairs take 10 h. The second hit meets what is still damaged, the third what is repaired.
static void damage_that_is_hit_again_is_repaired_once(void **unused)
{
    (void)unused;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 1);
    hand.assets[0].repair_h = 10;
    hand.assets[0].levels = 3;
    bench_open(&bench, &hand.input);
    const hf_hazard hazards[] = {{.asset = 0, .level = 2, .p = 1},
                                 {.asset = 0, .level = 1, .at_h = 3, .p = 1},
                                 {.asset = 0, .level = 2, .at_h = 13, .p = 1}};
    hf_simulation s = {
        .hazards = hazards, .hazard_count = 3, .hours = 20, .trial_count = 1, .seed = 1};
    hf_trial_story story = story_of(&bench, &s, 0, &arena);
    assert_int_equal(story.damage_count, 2);
    assert_true(story.damage[0].at_h == 0 && story.damage[0].to_h == 13);
    assert_int_equal(story.damage[0].level, 1);
    assert_true(story.damage[1].at_h == 13 && isinf(story.damage[1].to_h));
    assert_int_equal(story.damage[1].level, 2);
    bench_done(&bench);
}

// 1 needs 0 at level 2, and 0 is damaged below level 2 only.
static void a_damage_in_part_is_told_with_its_level(void **unused)
{
    (void)unused;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 2);
    hand.assets[0].levels = 3;
    (void)hf_hand_needs(&hand, 1, 0, 0);
    hand.members[0].required_level = 2;
    bench_open(&bench, &hand.input);
    const hf_hazard hazard = {.asset = 0, .level = 2, .p = 1};
    hf_simulation s = {.hazards = &hazard, .hazard_count = 1, .trial_count = 1, .seed = 1};
    hf_trial_story story = story_of(&bench, &s, 0, &arena);
    const hf_step *steps = NULL;
    uint32_t count = 0;
    hf_explain(bench.plan, &story.cascade, 1, &arena, &steps, &count);
    assert_int_equal(count, 2);
    assert_int_equal(steps[0].level, 1);
    assert_int_equal(steps[1].asset, 0);
    assert_int_equal(steps[1].level, 2);
    bench_done(&bench);
}

static void a_trial_that_is_not_there_is_refused(void **unused)
{
    (void)unused;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_test_hand hand;
    hf_bench bench;
    hf_error err = {0};
    hf_trial_story story;
    hf_hand_begin(&hand, 1);
    bench_open(&bench, &hand.input);
    hf_simulation s = {.trial_count = 3, .seed = 1};
    assert_false(hf_trial_run(bench.plan, &s, 3, &arena, &story, &err));
    assert_string_equal(err.code, "engine.trial");
    assert_true(hf_trial_run(bench.plan, &s, 2, &arena, &story, &err));
    bench_done(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_trial_alone_is_the_one_that_was_counted),
        cmocka_unit_test(each_trial_alone_with_networks_is_the_one_that_was_counted),
        cmocka_unit_test(a_loss_that_is_not_felt_is_no_reason),
        cmocka_unit_test(the_outage_that_counts_is_told),
        cmocka_unit_test(damage_that_is_hit_again_is_repaired_once),
        cmocka_unit_test(a_damage_in_part_is_told_with_its_level),
        cmocka_unit_test(a_trial_that_is_not_there_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
