// SPDX-License-Identifier: Apache-2.0
//
// The soft-target pack: whole days of a clock over month ends and leap years, people by hour and season, what is missing and
// in which order, and that nobody reads out of it what is hidden.
#include "fixture.h"

#include "usecase/report.h"
#include "usecase/soft_targets.h"
#include "usecase/usecase.h"

enum { RISK, CONTINGENCY, RESPONSE, DESIGN, EXERCISE };
#define DAY_OF_TEST "2023-11-14"

static void place(fixture *f, const char *key, const char *type, const char *more)
{
    char json[700];
    snprintf(json, sizeof(json), "{\"key\":\"%s\",\"name\":\"N %s\",\"soft_target\":\"%s\"%s}", key,
             key, type, more);
    must_write(f, "asset", NULL, json);
}

static void prepare(fixture *f, const char *key, const char *asset, const char *kind,
                    const char *done, const char *more)
{
    char json[500];
    snprintf(
        json, sizeof(json),
        "{\"key\":\"%s\",\"title\":\"T\",\"asset\":\"%s\",\"kind\":\"%s\",\"done_at\":\"%s\"%s}",
        key, asset, kind, done, more);
    must_write(f, "preparation", NULL, json);
}

static hf_soft_targets ask(fixture *f, const hf_session *session, hf_soft_wanted wanted)
{
    hf_soft_targets out;
    hf_error err = {0};
    if (!hf_soft_targets_read(session, &wanted, &f->memory, &out, &err))
        fail_msg("%s: %s", err.code, err.message);
    return out;
}

static const char *refused(fixture *f, const hf_session *session, hf_soft_wanted wanted)
{
    hf_soft_targets out;
    hf_error err = {0};
    assert_false(hf_soft_targets_read(session, &wanted, &f->memory, &out, &err));
    return hf_str_z(&f->memory, hf_str_of(err.code));
}

static int64_t at(const char *day)
{
    int64_t ms = 0;
    assert_true(hf_time_parse(hf_str_of(day), &ms));
    return ms;
}

static hf_prepared state_at(fixture *f, const char *now)
{
    hf_session session = local_session(f);
    session.now_ms = at(now);
    hf_soft_targets t = ask(f, &session, (hf_soft_wanted){.type = HF_STR("ST05")});
    for (int state = HF_PREPARED_NEVER; state <= HF_PREPARED_CURRENT; state++)
        if (t.all.prepared[EXERCISE][state] == 1)
            return (hf_prepared)state;
    fail_msg("the place is in no state");
    return HF_PREPARED_NEVER;
}

static void the_clock_goes_by_whole_days_over_month_ends_and_leap_years(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    place(f, "A", "ST05", "");
    assert_int_equal(state_at(f, "2023-01-01"), HF_PREPARED_NEVER);
    // The 29th of February and twelve months are the last of the next, whatever the hour.
    prepare(f, "P", "A", "exercise", "2024-02-29T17:30:00Z", "");
    assert_int_equal(state_at(f, "2024-02-28T23:59:59Z"), HF_PREPARED_NEVER); // planned
    assert_int_equal(state_at(f, "2024-02-29"), HF_PREPARED_CURRENT);
    assert_int_equal(state_at(f, "2025-02-28T23:59:59Z"), HF_PREPARED_CURRENT);
    assert_int_equal(state_at(f, "2025-03-01"), HF_PREPARED_OVERDUE);
    prepare(f, "Q", "A", "exercise", "2025-08-31", ",\"review_months\":6");
    assert_int_equal(state_at(f, "2026-02-28"), HF_PREPARED_CURRENT);
    assert_int_equal(state_at(f, "2026-03-01"), HF_PREPARED_OVERDUE);
    // The newest counts, though the one before would stand longer.
    prepare(f, "R", "A", "exercise", "2025-08-30", ",\"review_months\":60");
    assert_int_equal(state_at(f, "2026-03-01"), HF_PREPARED_OVERDUE);
}

static void people_are_summed_where_they_are_known_and_no_figure_is_made_up(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f);
    hf_soft_targets t = ask(f, &session, (hf_soft_wanted){0});
    assert_int_equal(t.all.places, 0); // an empty register
    assert_int_equal(t.type_count, 17);
    place(f, "A", "ST05",
          ",\"crowd_mean\":10,\"crowd_peak\":100,\"season\":\"07 08\",\"crowd_by_hour\":"
          "[1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,5]");
    place(f, "B", "ST05",
          ",\"crowd_peak\":50,\"crowd_by_hour\":[2,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,7]");
    place(f, "C", "ST01", ",\"crowd_by_hour\":[1,2]");
    place(f, "D", "ST99", ",\"crowd_by_hour\":[-1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]");
    must_write(f, "asset", NULL, "{\"key\":\"E\",\"crowd_peak\":9999}"); // no soft target
    t = ask(f, &session, (hf_soft_wanted){0});
    assert_int_equal(t.all.places, 4);
    assert_int_equal(t.all.with_hours, 2);
    assert_int_equal(t.all.with_mean, 1);
    assert_int_equal(t.all.people_mean, 10);
    assert_int_equal(t.all.people_peak, 150);
    assert_int_equal(t.types[4].places, 2);
    assert_int_equal(t.type_count, 18); // one that the taxonomy does not know stands behind
    assert_true(hf_str_equal_z(t.types[17].code, "ST99"));
    assert_int_equal(t.hour_places, 2);
    assert_true(t.hours[0] == 3 && t.hours[23] == 12 && t.hours[12] == 0);
    t = ask(f, &session, (hf_soft_wanted){.month = 1});
    assert_int_equal(t.hour_places, 1);
    assert_int_equal(t.out_of_season, 1);
    assert_true(t.hours[0] == 2);
    t = ask(f, &session, (hf_soft_wanted){.month = 8});
    assert_true(t.hours[0] == 3 && t.out_of_season == 0);
    t = ask(f, &session, (hf_soft_wanted){.type = HF_STR("st01")});
    assert_int_equal(t.type_count, 1);
    assert_int_equal(t.all.places, 1);
    assert_string_equal(refused(f, &session, (hf_soft_wanted){.month = 13}), "soft_targets.asked");
}

static void what_is_missing_comes_by_the_largest_peak_and_what_is_mended_leaves(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f);
    place(f, "A", "ST05", ",\"crowd_peak\":5");
    place(f, "B", "ST05", ",\"crowd_peak\":50");
    place(f, "C", "ST02", "");
    place(f, "D", "ST02", ",\"crowd_peak\":500");
    for (size_t kind = 0; kind < HF_PREPARATION_KIND_COUNT; kind++) {
        char key[16];
        snprintf(key, sizeof(key), "D%zu", kind);
        prepare(f, key, "D", hf_preparation_kind_words[kind], DAY_OF_TEST, "");
    }
    prepare(f, "M1", "A", "exercise", "2023-01-01",
            ",\"outcome\":\"partly\",\"lessons\":\"L\",\"mend_by\":\"2023-11-13\"");
    prepare(f, "M2", "A", "training", "2023-01-01",
            ",\"lessons\":\"L\",\"mend_by\":\"" DAY_OF_TEST "\"");
    prepare(f, "M3", "B", "exercise", "2023-01-01",
            ",\"outcome\":\"insufficient\",\"mended_at\":\"2023-02-01\"");
    prepare(f, "M4", "B", "training", "2021-01-01", "");
    hf_soft_targets t = ask(f, &session, (hf_soft_wanted){0});
    assert_int_equal(t.lacking_count, 3);
    assert_int_equal(t.all.lacking, 3);
    assert_true(hf_str_equal_z(t.lacking[0].key, "B"));
    assert_true(hf_str_equal_z(t.lacking[1].key, "A"));
    assert_true(hf_str_equal_z(t.lacking[2].key, "C")); // not known is no peak, and still listed
    assert_int_equal(hf_prepared_of(&t, &t.lacking[0], EXERCISE), HF_PREPARED_CURRENT);
    assert_int_equal(hf_prepared_of(&t, &t.lacking[0], EXERCISE + 1), HF_PREPARED_OVERDUE);
    assert_int_equal(hf_prepared_of(&t, &t.lacking[0], RISK), HF_PREPARED_NEVER);
    assert_int_equal(t.all.prepared[EXERCISE][HF_PREPARED_CURRENT], 3);
    assert_int_equal(t.all.to_mend, 2);
    assert_int_equal(t.all.mend_overdue, 1);
    assert_int_equal(t.types[1].lacking, 1);
}

static void places_are_narrowed_by_a_region_and_all_inside(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f);
    must_write(f, "region", NULL, "{\"key\":\"R\",\"name\":\"R\"}");
    must_write(f, "region", NULL, "{\"key\":\"R1\",\"name\":\"R1\",\"parent\":\"R\"}");
    place(f, "A", "ST05", ",\"region\":\"R1\"");
    place(f, "B", "ST05", ",\"region\":\"Q\"");
    place(f, "C", "ST05", "");
    prepare(f, "P", "B", "exercise", DAY_OF_TEST, "");
    assert_int_equal(ask(f, &session, (hf_soft_wanted){.region = HF_STR("R")}).all.places, 1);
    assert_int_equal(ask(f, &session, (hf_soft_wanted){0}).all.places, 3);
    assert_string_equal(refused(f, &session, (hf_soft_wanted){.region = HF_STR("NOPE")}),
                        "record.unknown");
}

static void a_preparation_is_of_an_open_place_at_every_door(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f);
    place(f, "A", "ST05", "");
    must_write(f, "asset", NULL, "{\"key\":\"E\"}");
    prepare(f, "P", "A", "exercise", DAY_OF_TEST, "");
#define NEW(asset)                                                                                 \
    "{\"key\":\"N\",\"title\":\"T\",\"asset\":\"" asset                                            \
    "\",\"kind\":\"exercise\",\"done_at\":\"2023-01-01\""
    assert_string_equal(write_record(f, &session, "preparation", NULL, NEW("E") "}"),
                        "preparation.no_soft_target");
    assert_string_equal(write_record(f, &session, "preparation", NULL, NEW("NOPE") "}"),
                        "reference.unknown");
    assert_string_equal(write_record(f, &session, "preparation", "P", "{\"asset\":\"E\"}"),
                        "preparation.no_soft_target");
    assert_string_equal(
        write_record(f, &session, "preparation", NULL, NEW("A") ",\"mended_at\":\"2022-12-31\"}"),
        "preparation.mended_first");
    assert_string_equal(
        write_record(f, &session, "preparation", NULL, NEW("A") ",\"mend_by\":\"2024-01-01\"}"),
        "preparation.nothing_to_mend");
    // A file is refused by its rows; assets may stand behind what names them.
    hf_import_result result = import_texts(
        f, (hf_import_request){.skip_refused = true},
        (const char *const[]){"preparations.csv",
                              "key,title,asset,kind,done_at\nF1,T,E,exercise,2023-01-01\nF2,T,Z,"
                              "exercise,2023-01-01\n",
                              "assets.csv", "key,name,soft_target\nZ,Zoo,ST03\n", NULL});
    assert_int_equal(result.total.refused, 1);
    assert_int_equal(count_of(f, &hf_noun_preparation), 2);
    // All of them or none: the rule holds where many are changed.
    hf_patch patch = patch_of(f, &hf_noun_preparation, "{\"asset\":\"E\"}");
    hf_edit_request request = {
        .query = {.noun = &hf_noun_preparation}, .patch = &patch, .expected_count = -1};
    hf_edit_result edited = {0};
    hf_error err = {0};
    assert_true(hf_edit_records(&session, &request, &f->memory, &edited, &err));
    assert_int_equal(edited.refused, 2);
    assert_int_equal(ask(f, &session, (hf_soft_wanted){0}).all.prepared[EXERCISE][2], 2);
    // A place that is none any more keeps what was done, counts nowhere, and its records may be mended.
    must_write(f, "asset", "A", "{\"soft_target\":null}");
    assert_int_equal(ask(f, &session, (hf_soft_wanted){0}).all.places, 1);
    must_write(f, "preparation", "P", "{\"title\":\"Mended\"}");
}

static void who_may_not_know_of_a_place_sees_nothing_of_it(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f);
    place(f, "A", "ST05", ",\"marking\":\"TLP:GREEN\",\"crowd_peak\":5");
    place(f, "B", "ST05", ",\"marking\":\"TLP:RED\",\"crowd_peak\":50");
    place(f, "C", "ST05", ",\"compartments\":\"orchid\",\"crowd_peak\":500");
    prepare(f, "PA", "A", "exercise", DAY_OF_TEST, "");
    prepare(f, "PB", "B", "exercise", DAY_OF_TEST, ",\"marking\":\"TLP:CLEAR\"");
    prepare(f, "PC", "C", "exercise", DAY_OF_TEST, ",\"marking\":\"TLP:CLEAR\"");
    prepare(f, "PR", "A", "training", DAY_OF_TEST, ",\"marking\":\"TLP:RED\"");
    hf_session observer = user_session(f, HF_ROLE_OBSERVER, HF_TLP_AMBER_STRICT);
    hf_soft_targets t = ask(f, &observer, (hf_soft_wanted){0});
    assert_int_equal(t.all.places, 1);
    assert_int_equal(t.all.people_peak, 5);
    assert_int_equal(t.all.prepared[EXERCISE][HF_PREPARED_CURRENT], 1);
    assert_int_equal(t.all.prepared[EXERCISE + 1][HF_PREPARED_NEVER], 1); // RED is not known
    assert_int_equal(t.lacking_count, 1);
    assert_int_equal(t.protection.marking, HF_TLP_AMBER_STRICT);
    t = ask(f, &session, (hf_soft_wanted){0});
    assert_int_equal(t.all.places, 3);
    assert_int_equal(t.protection.marking, HF_TLP_RED);
    // The records themselves follow their place, in lists and by their key.
    hf_query query = {.noun = &hf_noun_preparation};
    hf_page page = {0};
    void *record = NULL;
    hf_error err = {0};
    assert_true(hf_list_records(&observer, &query, &f->memory, &page, &err));
    assert_int_equal(page.count, 1);
    assert_false(
        hf_get_record(&observer, &hf_noun_preparation, HF_STR("PB"), &f->memory, &record, &err));
    assert_string_equal(err.code, "record.unknown");
}

static void the_list_of_what_is_missing_needs_a_clearance_of_its_own(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f);
    place(f, "A", "ST05", ",\"marking\":\"TLP:CLEAR\"");
    prepare(f, "P", "A", "exercise", DAY_OF_TEST, "");
    hf_session analyst = user_session(f, HF_ROLE_ANALYST, HF_TLP_AMBER);
    assert_string_equal(refused(f, &analyst, (hf_soft_wanted){0}), "soft_targets.clearance");
    HF_CLEANUP(hf_buf_done) hf_buf report = hf_buf_of(1u << 20);
    hf_error not_told = {0};
    const hf_report_request wanted = {.kind = HF_STR("soft-targets")};
    assert_false(hf_make_report(&analyst, &wanted, &report, &not_told));
    assert_string_equal(not_told.code, "soft_targets.clearance");
    assert_int_equal(report.len, 0);
    // Without a marking of its own what was done is not for who is cleared for less.
    hf_query query = {.noun = &hf_noun_preparation};
    hf_page page = {0};
    hf_error err = {0};
    assert_true(hf_list_records(&analyst, &query, &f->memory, &page, &err));
    assert_int_equal(page.count, 0);
    hf_session nobody = session;
    nobody.actor = (hf_actor){0};
    assert_string_equal(refused(f, &nobody, (hf_soft_wanted){0}), "access.sign_in");
    hf_session observer = user_session(f, HF_ROLE_OBSERVER, HF_TLP_RED);
    assert_string_equal(write_record(f, &observer, "preparation", "P", "{\"title\":\"Mine\"}"),
                        "access.denied");
    // Who edits in one sector prepares the places of that sector only.
    const hf_role_grant grant = {HF_ROLE_OPERATOR, {.kind = HF_SCOPE_SECTOR, .of = HF_STR("CU")}};
    hf_session operator_ = session;
    operator_.actor = (hf_actor){.name = HF_STR("o"),
                                 .role = HF_WORD_NONE,
                                 .clearance = HF_TLP_RED,
                                 .grants = &grant,
                                 .grant_count = 1,
                                 .is_signed_in = true};
    place(f, "C", "ST05", ",\"sector\":\"CU04\"");
    assert_string_equal(write_record(f, &operator_, "preparation", NULL, NEW("A") "}"),
                        "reference.unknown");
    assert_string_equal(write_record(f, &operator_, "preparation", NULL, NEW("C") "}"), "");
    assert_int_equal(ask(f, &operator_, (hf_soft_wanted){0}).all.places, 1);
}

static void a_place_is_removed_together_with_what_was_done_and_comes_back(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f);
    uint64_t removed = 0;
    hf_error err = {0};
    place(f, "A", "ST05", "");
    prepare(f, "P", "A", "exercise", DAY_OF_TEST, "");
    assert_false(hf_remove_record(&session, &hf_noun_asset, HF_STR("A"), HF_VERSION_ANY, false,
                                  &removed, &err));
    assert_string_equal(err.code, "record.in_use");
    assert_true(hf_remove_record(&session, &hf_noun_asset, HF_STR("A"), HF_VERSION_ANY, true,
                                 &removed, &err));
    assert_int_equal(removed, 2);
    assert_int_equal(count_of(f, &hf_noun_preparation), 0);
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(the_clock_goes_by_whole_days_over_month_ends_and_leap_years),
        WITH_STORE(people_are_summed_where_they_are_known_and_no_figure_is_made_up),
        WITH_STORE(what_is_missing_comes_by_the_largest_peak_and_what_is_mended_leaves),
        WITH_STORE(places_are_narrowed_by_a_region_and_all_inside),
        WITH_STORE(a_preparation_is_of_an_open_place_at_every_door),
        WITH_STORE(who_may_not_know_of_a_place_sees_nothing_of_it),
        WITH_STORE(the_list_of_what_is_missing_needs_a_clearance_of_its_own),
        WITH_STORE(a_place_is_removed_together_with_what_was_done_and_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
