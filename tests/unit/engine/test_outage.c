// SPDX-License-Identifier: Apache-2.0
//
// Outages with return: the worked example of the method, and hour by hour against a slow version
// that looks at every asset, group and network again in every hour.
#include <math.h>
#include <string.h>

#include "../full.h"
#include "check.h"
#include "engine/outage.h"

static hf_cascade ask(hf_bench *bench, const hf_outage_question *question)
{
    hf_error err = {0};
    hf_cascade result = {0};
    if (!hf_outage_run(bench->plan, question, &bench->arena, &result, &err))
        fail_msg("%s: %s", err.code, err.message);
    return result;
}

// Power 24 h down; telecom holds 8 h and needs 2; water holds 12 and needs 4; a hospital holds 48.
static void meets_the_worked_example(void **state)
{
    (void)state;
    hf_test_hand hand;
    hf_hand_begin(&hand, 4);
    hand.assets[0].repair_h = 24;
    hf_hand_needs(&hand, 1, 0, 8);
    hf_hand_needs(&hand, 2, 1, 12);
    hf_hand_needs(&hand, 3, 0, 48);
    hf_bench bench;
    bench_open(&bench, &hand.input);
    hf_outage_question question = {.fail = (const uint32_t[]){0},
                                   .fail_count = 1,
                                   .hours = 100,
                                   .restore_h = (const double[]){0, 2, 4, 9}};
    hf_cascade result = ask(&bench, &question);
    static const double want[3][2] = {{0, 24}, {8, 26}, {20, 30}};
    assert_int_equal(result.fall_count, 3);
    for (uint32_t a = 0; a < 3; a++) {
        const hf_fall *fall = fall_of(&result, a);
        assert_true(fall->at_h == want[a][0] && fall->until_h == want[a][1]);
        assert_int_equal(fall->cause, a == 0 ? HF_CAUSE_DAMAGE : HF_CAUSE_DEPENDENCY);
        assert_int_equal(fall->lost_count, a == 0 ? 0 : 1);
    }
    assert_true(result.loss.people_hours == 24 + 18 + 10);
    assert_int_equal(result.loss.people, 3);
    bench_done(&bench);
}

static void waits_for_ever_in_a_circle(void **state)
{
    (void)state;
    hf_test_hand hand;
    hf_hand_begin(&hand, 2);
    hand.assets[0].repair_h = 5;
    hf_hand_needs(&hand, 0, 1, 0);
    hf_hand_needs(&hand, 1, 0, 0);
    hf_bench bench;
    bench_open(&bench, &hand.input);
    hf_cascade result =
        ask(&bench, &(hf_outage_question){.fail = (const uint32_t[]){0}, .fail_count = 1});
    assert_int_equal(result.fall_count, 2);
    assert_true(isinf(fall_of(&result, 0)->until_h) && isinf(fall_of(&result, 1)->until_h));
    assert_true(result.loss.people_hours == 0); // without an end nothing can be summed
    bench_done(&bench);
}

// The buffer ends in the very hour in which the supply returns.
static void is_back_in_time(void **state)
{
    (void)state;
    hf_test_hand hand;
    hf_hand_begin(&hand, 2);
    hand.assets[0].repair_h = 6;
    hf_hand_needs(&hand, 1, 0, 6);
    hf_bench bench;
    bench_open(&bench, &hand.input);
    hf_cascade result =
        ask(&bench, &(hf_outage_question){.fail = (const uint32_t[]){0}, .fail_count = 1});
    assert_int_equal(result.fall_count, 1);
    bench_done(&bench);
}

// ---- Hour by hour ----

enum { ASSETS = 9, HOURS = 90 };

typedef struct {
    const hf_engine_input *in;
    const double *restore_h;
    bool down[ASSETS], damaged[ASSETS];
    bool pinned[ASSETS];
    int since
        [HF_TEST_ROOM]; // hour in which a group, then a network member, was lost; -1 = supplied
    int start[ASSETS];  // hour in which the restoration ends; -1 = none
    int32_t hour;
} slow;

static bool satisfied(const slow *s, uint32_t g)
{
    const hf_engine_group *group = &s->in->groups[g];
    int64_t sum = 0;
    for (uint32_t m = 0; m < group->member_count; m++) {
        const hf_engine_member *member = &s->in->members[group->first_member + m];
        sum += s->down[member->supplier] ? 0 : member->capacity;
    }
    return sum >= group->need;
}

static bool fed(const slow *s, uint32_t slot)
{
    bool live[HF_TEST_ROOM] = {false};
    for (uint32_t round = 0; round <= s->in->layer_member_count; round++)
        for (uint32_t i = 0; i < s->in->layer_member_count; i++) {
            const hf_engine_layer_member *member = &s->in->layer_members[i];
            live[i] = live[i] || member->is_source;
            for (uint32_t k = 0; k < s->in->link_count; k++)
                for (uint32_t j = 0; j < s->in->layer_member_count; j++) {
                    uint32_t other = s->in->layer_members[j].asset;
                    const hf_engine_link *link = &s->in->links[k];
                    bool joins =
                        (link->from == other && link->to == member->asset) ||
                        (link->is_two_way && link->to == other && link->from == member->asset);
                    live[i] = live[i] || (joins && live[j] && !s->down[other]);
                }
        }
    return live[slot];
}

static uint32_t reason_count(const slow *s)
{
    return s->in->group_count + s->in->layer_member_count;
}

static uint32_t consumer_of(const slow *s, uint32_t reason)
{
    return reason < s->in->group_count ? s->in->groups[reason].consumer
                                       : s->in->layer_members[reason - s->in->group_count].asset;
}

static bool is_supplied(const slow *s, uint32_t reason)
{
    return reason < s->in->group_count ? satisfied(s, reason) : fed(s, reason - s->in->group_count);
}

static int buffer_of(const slow *s, uint32_t reason)
{
    double hours = reason < s->in->group_count
                       ? s->in->groups[reason].buffer_h
                       : s->in->layer_members[reason - s->in->group_count].buffer_h;
    return (int)hours;
}

// What is lost and what is back, seen anew. Returns whether anything differs.
static bool look(slow *s, bool wants_returns)
{
    bool changed = false;
    for (uint32_t r = 0; r < reason_count(s); r++) {
        bool supplied = is_supplied(s, r);
        uint32_t consumer = consumer_of(s, r);
        if (wants_returns && supplied && s->since[r] >= 0) {
            s->since[r] = -1;
            changed = true;
            bool all = true;
            for (uint32_t other = 0; other < reason_count(s); other++)
                all = all && (consumer_of(s, other) != consumer || is_supplied(s, other));
            if (all && s->down[consumer] && !s->damaged[consumer])
                s->start[consumer] = s->hour + (int)s->restore_h[consumer];
        }
        if (!wants_returns && !supplied && s->since[r] < 0) {
            s->since[r] = s->hour;
            s->start[consumer] = -1;
            changed = true;
        }
    }
    return changed;
}

static void return_all(slow *s)
{
    bool changed = true;
    while (changed) {
        changed = false;
        for (uint32_t a = 0; a < ASSETS; a++)
            if (s->down[a] && !s->damaged[a] && !s->pinned[a] && s->start[a] >= 0 &&
                s->start[a] <= s->hour) {
                s->down[a] = false;
                s->start[a] = -1;
                changed = true;
            }
        changed = look(s, true) || changed;
    }
}

static void fall_all(slow *s)
{
    bool changed = true;
    while (changed) {
        changed = look(s, false);
        for (uint32_t r = 0; r < reason_count(s); r++) {
            uint32_t consumer = consumer_of(s, r);
            if (s->since[r] >= 0 && s->hour - s->since[r] >= buffer_of(s, r) &&
                !s->down[consumer] && !is_supplied(s, r)) {
                s->down[consumer] = true;
                changed = true;
            }
        }
    }
}

static void repair(slow *s)
{
    for (uint32_t a = 0; a < ASSETS; a++) {
        if (!s->damaged[a] || s->in->assets[a].repair_h != s->hour)
            continue;
        s->damaged[a] = false;
        bool all = true;
        for (uint32_t r = 0; r < reason_count(s); r++)
            all = all && (consumer_of(s, r) != a || is_supplied(s, r));
        if (all)
            s->start[a] = s->hour;
    }
}

static void make_register(hf_test_hand *hand, hf_test_random *random, double *restore_h)
{
    hf_hand_begin(hand, ASSETS);
    for (uint32_t a = 0; a < ASSETS; a++) {
        hand->assets[a].people = 1 + hf_test_below(random, 9);
        hand->assets[a].repair_h =
            hf_test_chance(random, 15) ? (double)NAN : 1.0 + hf_test_below(random, 20);
        restore_h[a] = hf_test_below(random, 4);
    }
    for (uint32_t i = 0; i < 10; i++) {
        uint32_t consumer = hf_test_below(random, ASSETS), members = 1 + hf_test_below(random, 3);
        (void)hf_hand_group(hand, consumer, 1000 * (1 + hf_test_below(random, members)),
                            hf_test_chance(random, 40) ? 0 : hf_test_below(random, 9));
        for (uint32_t m = 0; m < members; m++)
            hf_hand_member(hand, (consumer + 1 + hf_test_below(random, ASSETS - 1)) % ASSETS, 1000);
    }
    if (hf_test_chance(random, 50))
        return;
    hf_hand_layer(hand);
    for (uint32_t a = 0; a < 6; a++)
        hf_hand_layer_member(hand, a, a == 0, a == 0 ? 0 : hf_test_below(random, 3) * 2);
    for (uint32_t a = 1; a < 6; a++)
        hf_hand_link(hand, hf_test_below(random, a), a, hf_test_chance(random, 70));
}

static bool is_down_at(const hf_cascade *result, uint32_t asset, double hour)
{
    const hf_fall *fall = fall_of(result, asset);
    for (uint32_t i = 0; fall != NULL && i < fall->outage_count; i++) {
        const hf_outage *outage = &result->outages[fall->first_outage + i];
        if (outage->from_h <= hour && hour < outage->to_h)
            return true;
    }
    return false;
}

static void agrees_with_looking_at_every_hour(void **state)
{
    (void)state;
    hf_test_random random = {.state = 2341};
    const uint32_t rounds = is_full() ? 1500 : 500;
    uint32_t returned = 0;
    for (uint32_t round = 0; round < rounds; round++) {
        hf_test_hand hand;
        hf_bench bench;
        double restore_h[ASSETS];
        make_register(&hand, &random, restore_h);
        bench_open(&bench, &hand.input);
        uint32_t fail[] = {hf_test_below(&random, ASSETS), hf_test_below(&random, ASSETS)};
        hf_outage_question question = {
            .fail = fail, .fail_count = 2, .hours = HOURS, .restore_h = restore_h};
        hf_cascade result = ask(&bench, &question);
        slow s = {.in = &hand.input, .restore_h = restore_h};
        for (uint32_t r = 0; r < HF_TEST_ROOM; r++)
            s.since[r] = -1;
        for (uint32_t a = 0; a < ASSETS; a++)
            s.start[a] = -1;
        hf_plan_facts facts = hf_plan_facts_of(bench.plan);
        for (uint32_t i = 0; i < facts.down_at_start_count; i++)
            s.down[facts.down_at_start[i]] = s.pinned[facts.down_at_start[i]] = true;
        for (uint32_t i = 0; i < 2; i++)
            s.damaged[fail[i]] = s.down[fail[i]] = !s.pinned[fail[i]] || s.down[fail[i]];
        double person_hours = 0;
        for (s.hour = 0; s.hour < HOURS; s.hour++) {
            repair(&s);
            return_all(&s);
            fall_all(&s);
            for (uint32_t a = 0; a < ASSETS; a++) {
                bool want = s.down[a] && !s.pinned[a];
                if (is_down_at(&result, a, s.hour) != want)
                    fail_msg("round %u: asset %u at hour %d should be %s", round, a, s.hour,
                             want ? "down" : "up");
                person_hours += want ? (double)hand.assets[a].people : 0;
            }
        }
        assert_true(result.loss.people_hours == person_hours);
        for (uint32_t i = 0; i < result.fall_count; i++)
            returned += !isinf(result.falls[i].until_h);
        bench_done(&bench);
    }
    assert_true(returned > rounds * 2 / 3); // else the test says little
}

static void refuses_wrong_questions(void **state)
{
    (void)state;
    hf_test_hand hand;
    hf_hand_begin(&hand, 2);
    hf_bench bench;
    bench_open(&bench, &hand.input);
    hf_cascade result;
    hf_error err = {0};
    hf_outage_question question = {.fail = (const uint32_t[]){5}, .fail_count = 1};
    assert_false(hf_outage_run(bench.plan, &question, &bench.arena, &result, &err));
    assert_string_equal(err.code, "engine.asset_unknown");
    question = (hf_outage_question){.fail = (const uint32_t[]){0}, .fail_count = 1, .hours = -1};
    assert_false(hf_outage_run(bench.plan, &question, &bench.arena, &result, &err));
    assert_string_equal(err.code, "engine.hours");
    question.hours = 1;
    question.restore_h = (const double[]){0, NAN};
    assert_false(hf_outage_run(bench.plan, &question, &bench.arena, &result, &err));
    assert_string_equal(err.code, "outage.restore");
    bench_done(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(meets_the_worked_example),
        cmocka_unit_test(waits_for_ever_in_a_circle),
        cmocka_unit_test(is_back_in_time),
        cmocka_unit_test(agrees_with_looking_at_every_hour),
        cmocka_unit_test(refuses_wrong_questions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
