// SPDX-License-Identifier: Apache-2.0
//
// The weapons pack: whole periods of the calendar, what counts and for whom, a rise that is shown and one that is not, traces.
#include "fixture.h"

#include <math.h>

#include "usecase/usecase.h"
#include "usecase/weapons.h"

static void add(fixture *f, const char *key, const char *means, const char *at, const char *more)
{
    char json[400];
    snprintf(json, sizeof(json),
             "{\"key\":\"%s\",\"title\":\"T\",\"kind\":\"seizure\",\"means\":\"%s\","
             "\"occurred_at\":\"%s\"%s}",
             key, means, at, more);
    must_write(f, "occurrence", NULL, json);
}

static hf_weapons ask(fixture *f, const hf_session *session, hf_weapons_wanted wanted)
{
    hf_weapons out;
    hf_error err = {0};
    if (!hf_weapons_read(session, &wanted, &f->memory, &out, &err))
        fail_msg("%s: %s", err.code, err.message);
    return out;
}

static void whole_periods_are_counted_and_the_running_one_apart(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f); // 2023-11-14
    add(f, "A", "cyber", "2021-12-31T23:59:59Z", "");
    add(f, "B", "cyber", "2022-01-01", "");
    add(f, "C", "cyber", "2022-12-31T23:59:59Z", "");
    add(f, "D", "cyber", "2023-01-01", "");
    add(f, "E", "cyber", "2030-01-01", ""); // a slip of the pen: not yet
    add(f, "F", "cyber", "2017-12-31", ""); // before the first of five years
    add(f, "G", "cyber", "2022-06-01", ",\"status\":\"dismissed\"");
    hf_weapons w = ask(f, &session, (hf_weapons_wanted){0});
    const hf_means_trend *cyber = &w.means[10];
    assert_int_equal(w.period_count, 5);
    assert_int_equal(cyber->counts[4], 2);
    assert_int_equal(cyber->counts[3], 1);
    assert_int_equal(cyber->earlier, 1);
    assert_int_equal(cyber->running, 1);
    assert_true(fabs(cyber->intervals[0].high - 3.689) < 0.001); // a zero has an upper end
    w = ask(f, &session, (hf_weapons_wanted){.period = HF_STR("quarter"), .periods = 4});
    assert_int_equal(w.means[10].counts[0], 1); // the last quarter of 2022
    assert_int_equal(w.means[10].counts[1], 1);
    assert_int_equal(w.means[10].running, 0);
    w = ask(f, &session, (hf_weapons_wanted){.period = HF_STR("month"), .periods = 11});
    assert_int_equal(w.means[10].counts[0], 1);
    w = ask(f, &session, (hf_weapons_wanted){.kind = HF_STR("use")});
    assert_int_equal(w.means[10].counts[4], 0);
}

static void what_cannot_be_asked_is_refused(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f);
    const hf_weapons_wanted wrong[] = {{.period = HF_STR("week")},
                                       {.kind = HF_STR("theft")},
                                       {.periods = 1},
                                       {.periods = HF_WEAPONS_PERIODS_MAX + 1}};
    for (size_t i = 0; i < HF_COUNT(wrong); i++) {
        hf_weapons out;
        hf_error err = {0};
        assert_false(hf_weapons_read(&session, &wrong[i], &f->memory, &out, &err));
        assert_string_equal(err.code, "weapons.asked");
    }
    hf_weapons most = ask(f, &session, (hf_weapons_wanted){.periods = HF_WEAPONS_PERIODS_MAX});
    assert_int_equal(most.period_count, HF_WEAPONS_PERIODS_MAX);
}

static void a_rise_is_shown_when_chance_does_not_explain_it(void **state)
{
    fixture *f = *state;
    char key[32];
    (void)fixture_init(f);
    hf_session session = local_session(f);
    for (int i = 0; i < 14; i++) {
        snprintf(key, sizeof(key), "U%d", i);
        add(f, key, "unmanned_aircraft", "2022-03-01", "");
    }
    for (int i = 0; i < 8; i++) {
        snprintf(key, sizeof(key), "V%d", i);
        add(f, key, "unmanned_aircraft", "2020-03-01", "");
    }
    for (int i = 0; i < 2; i++) {
        snprintf(key, sizeof(key), "K%d", i);
        add(f, key, "bladed", "2022-03-01", "");
    }
    add(f, "K9", "bladed", "2019-03-01", "");
    hf_weapons w = ask(f, &session, (hf_weapons_wanted){0});
    assert_int_equal(w.means[5].trend, HF_TREND_UP);
    assert_true(w.means[5].change.interval.low > 1);
    // Eight times as many as before, and of three nothing can be said.
    assert_int_equal(w.means[7].trend, HF_TREND_NOT_SHOWN);
    assert_true(w.means[7].change.ratio > 7 && w.means[7].change.interval.low < 1);
    assert_int_equal(w.means[0].trend, HF_TREND_NOTHING);
}

static void traces_are_counted_and_those_without_an_answer_listed(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f);
    add(f, "N", "small_arms", "2022-03-01", ",\"trace\":\"not_possible\"");
    add(f, "R1", "small_arms", "2022-03-01",
        ",\"trace\":\"requested\",\"trace_requested_at\":\"2022-06-01\"");
    add(f, "R2", "small_arms", "2022-05-01", ",\"trace\":\"requested\"");
    add(f, "A1", "small_arms", "2022-03-01",
        ",\"trace\":\"traced\",\"trace_requested_at\":\"2022-03-02\",\"trace_answered_at\":"
        "\"2022-03-12\"");
    add(f, "A2", "small_arms", "2023-03-01",
        ",\"trace\":\"untraced\",\"trace_requested_at\":\"2023-03-02\",\"trace_answered_at\":"
        "\"2023-03-22\"");
    add(f, "W", "small_arms", "2022-03-01", "");
    hf_weapons w = ask(f, &session, (hf_weapons_wanted){0});
    assert_int_equal(w.means[0].traceable, 5);
    assert_int_equal(w.means[0].asked, 4);
    assert_int_equal(w.means[0].answered, 2);
    assert_int_equal(w.means[0].traced, 1);
    assert_true(fabs(w.means[0].median_days - 15) < 1e-9);
    assert_int_equal(w.open_trace_count, 2);
    assert_true(hf_str_equal_z(w.open_traces[0]->head.key, "R2"));
    assert_string_equal(
        write_record(f, &session, "occurrence", "A1", "{\"trace_answered_at\":\"2022-03-01\"}"),
        "occurrence.answered_first");
}

static void who_may_not_know_of_it_sees_it_in_no_count(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f);
    add(f, "A", "explosives", "2022-03-01", ",\"marking\":\"TLP:GREEN\"");
    add(f, "B", "explosives", "2022-03-01", ",\"marking\":\"TLP:RED\",\"trace\":\"requested\"");
    hf_session observer = user_session(f, HF_ROLE_OBSERVER, HF_TLP_AMBER);
    hf_weapons w = ask(f, &observer, (hf_weapons_wanted){0});
    assert_int_equal(w.means[3].counts[4], 1);
    assert_int_equal(w.means[3].traceable, 1);
    assert_int_equal(w.open_trace_count, 0);
    assert_int_equal(w.marking, HF_TLP_GREEN);
    w = ask(f, &session, (hf_weapons_wanted){0});
    assert_int_equal(w.means[3].counts[4], 2);
    assert_int_equal(w.marking, HF_TLP_RED);
    assert_string_equal(write_record(f, &observer, "occurrence", "A", "{\"title\":\"Mine\"}"),
                        "access.denied");
}

static void a_region_holds_what_lies_inside_it_and_no_more(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f);
    hf_error err = {0};
    hf_weapons out;
    must_write(f, "region", NULL, "{\"key\":\"N\",\"name\":\"North\"}");
    must_write(f, "region", NULL, "{\"key\":\"N1\",\"name\":\"Port\",\"parent\":\"N\"}");
    must_write(f, "region", NULL, "{\"key\":\"S\",\"name\":\"South\"}");
    add(f, "A", "fire", "2022-03-01", ",\"region\":\"N1\"");
    add(f, "B", "fire", "2022-03-01", ",\"region\":\"N\",\"trace\":\"requested\"");
    add(f, "C", "fire", "2022-03-01", ",\"region\":\"S\",\"trace\":\"requested\"");
    add(f, "D", "fire", "2022-03-01", "");
    hf_weapons w = ask(f, &session, (hf_weapons_wanted){.region = HF_STR("N")});
    assert_int_equal(w.means[8].counts[4], 2);
    assert_int_equal(w.open_trace_count, 1);
    assert_int_equal(w.region_count, 3);
    assert_int_equal(
        ask(f, &session, (hf_weapons_wanted){.region = HF_STR("N1")}).means[8].counts[4], 1);
    assert_int_equal(ask(f, &session, (hf_weapons_wanted){0}).means[8].counts[4], 4);
    hf_weapons_wanted nowhere = {.region = HF_STR("X")};
    assert_false(hf_weapons_read(&session, &nowhere, &f->memory, &out, &err));
    assert_string_equal(err.code, "record.unknown");
}

// A measure has the means of its practice, an action its own and those of its practice.
static void what_is_done_stands_beside_each_means(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f);
    must_write(f, "practice", NULL,
               "{\"key\":\"P\",\"title\":\"Bollards\",\"means\":[\"vehicle\"]}");
    must_write(f, "practice", NULL,
               "{\"key\":\"Q\",\"title\":\"Old\",\"means\":[\"fire\"],\"status\":\"retired\"}");
    must_write(
        f, "measure", NULL,
        "{\"key\":\"M\",\"title\":\"At the square\",\"practice\":\"P\",\"state\":\"in_place\","
        "\"changes\":[{\"all\":true,\"damage_factor\":0.5}]}");
    must_write(f, "action", NULL,
               "{\"key\":\"A\",\"title\":\"Rent\",\"objective\":\"O\",\"means\":[\"cyber\"],"
               "\"practice\":\"P\",\"status\":\"under_way\"}");
    must_write(f, "action", NULL,
               "{\"key\":\"B\",\"title\":\"Given up\",\"objective\":\"O\",\"means\":[\"vehicle\"],"
               "\"status\":\"stopped\"}");
    hf_weapons w = ask(f, &session, (hf_weapons_wanted){.with_counters = true});
    const hf_means_trend *vehicle = &w.means[6], *fire = &w.means[8], *cyber = &w.means[10];
    assert_int_equal(vehicle->counters[HF_COUNTER_IN_PLACE], 1);
    assert_int_equal(vehicle->counters[HF_COUNTER_COMING], 1);
    assert_int_equal(vehicle->counters[HF_COUNTER_KNOWN], 1);
    assert_int_equal(cyber->counters[HF_COUNTER_COMING], 1);
    assert_int_equal(fire->counters[HF_COUNTER_KNOWN], 0);
    assert_int_equal(w.counter_count, 3);
    assert_int_equal(w.listed_counters, 3);
    assert_true(hf_str_equal_z(w.counters[0].key, "M"));
    must_write(f, "measure", "M", "{\"marking\":\"TLP:RED\"}");
    hf_session observer = user_session(f, HF_ROLE_OBSERVER, HF_TLP_AMBER);
    w = ask(f, &observer, (hf_weapons_wanted){0});
    assert_int_equal(w.means[6].counters[HF_COUNTER_IN_PLACE], 0);
    assert_int_equal(w.counter_count, 2);
    assert_null(w.counters); // not asked for
}

// However many there are, those that are listed are the first of all, and all are counted.
static void of_very_many_the_first_are_listed(void **state)
{
    enum { COUNT = 2 * HF_COUNTERS_MAX + 30 };
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f);
    for (int i = COUNT; i > 0; i--) { // the last title first: each one that comes displaces another
        char json[120];
        snprintf(json, sizeof(json),
                 "{\"key\":\"P%d\",\"title\":\"Practice %d\",\"means\":[\"fire\"]}", i, i);
        must_write(f, "practice", NULL, json);
    }
    must_write(f, "action", NULL,
               "{\"key\":\"A\",\"title\":\"Zeal\",\"objective\":\"O\",\"means\":[\"fire\"],"
               "\"status\":\"done\"}");
    hf_weapons w = ask(f, &session, (hf_weapons_wanted){.with_counters = true});
    assert_int_equal(w.counter_count, COUNT + 1);
    assert_int_equal(w.means[8].counters[HF_COUNTER_KNOWN], COUNT);
    assert_int_equal(w.listed_counters, HF_COUNTERS_MAX);
    assert_true(hf_str_equal_z(w.counters[0].title, "Zeal"));
    assert_true(hf_str_equal_z(w.counters[1].title, "Practice 1"));
    assert_true(hf_str_equal_z(w.counters[HF_COUNTERS_MAX - 1].key, "P499"));
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(whole_periods_are_counted_and_the_running_one_apart),
        WITH_STORE(what_cannot_be_asked_is_refused),
        WITH_STORE(a_rise_is_shown_when_chance_does_not_explain_it),
        WITH_STORE(traces_are_counted_and_those_without_an_answer_listed),
        WITH_STORE(a_region_holds_what_lies_inside_it_and_no_more),
        WITH_STORE(what_is_done_stands_beside_each_means),
        WITH_STORE(of_very_many_the_first_are_listed),
        WITH_STORE(who_may_not_know_of_it_sees_it_in_no_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
