// SPDX-License-Identifier: Apache-2.0
//
// Alarms on unusual reading, by a clock of the test's own.
#include "fixture.h"

#include "usecase/reading.h"
#include "usecase/settings.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)
#define NOON_MS (INT64_C(20000) * DAY_MS + 12 * HOUR_MS)

static void settle(fixture *f, hf_readings *book, int64_t now_ms)
{
    hf_session session = local_session(f);
    hf_error err = {0};
    session.actor.name = HF_STR("server");
    session.now_ms = now_ms;
    if (!hf_readings_settle(&session, book, &err))
        fail_msg("%s: %s", err.code, err.message);
}

static void read_some(fixture *f, hf_readings *book, hf_reading_kind kind, uint64_t count,
                      int64_t now_ms)
{
    hf_reading_add(book, HF_STR("nora"), kind, count, now_ms);
    settle(f, book, now_ms);
}

// How many alarms the log has; *detail of the newest.
static size_t alarms(fixture *f, const char **detail)
{
    hf_session session = local_session(f);
    hf_event *events = NULL;
    size_t count = 0, found = 0;
    hf_error err = {0};
    assert_true(hf_read_log(&session, 0, 200, &f->memory, &events, &count, &err));
    for (size_t i = count; i-- > 0;) // newest last
        if (hf_str_equal_z(events[i].action, "alarm.reading")) {
            assert_true(hf_str_equal_z(events[i].record_key, "nora"));
            *detail = hf_str_z(&f->memory, events[i].detail);
            found++;
        }
    return found;
}

static hf_readings *begin(fixture *f)
{
    add_account(f, "{\"key\":\"boss\",\"role\":\"administrator\"}");
    add_account(f, "{\"key\":\"nora\",\"role\":\"analyst\"}");
    return hf_readings_open();
}

static void more_than_the_ceiling_in_an_hour_is_an_alarm_once_a_day(void **state)
{
    fixture *f = *state;
    const char *detail = "";
    hf_readings *book = begin(f);
    set_instance(f, HF_INSTANCE_ALARM_RECORDS, "1000");
    read_some(f, book, HF_READING_RECORDS, 1000, NOON_MS);
    assert_int_equal(alarms(f, &detail), 0);
    read_some(f, book, HF_READING_RECORDS, 1, NOON_MS + 1000);
    assert_int_equal(alarms(f, &detail), 1);
    assert_string_equal(detail, "{\"count\":1001,\"limit\":1000,\"rule\":\"ceiling\",\"what\":"
                                "\"records\",\"within\":\"hour\"}");
    read_some(f, book, HF_READING_RECORDS, 5000, NOON_MS + 2000);
    assert_int_equal(alarms(f, &detail), 1);
    read_some(f, book, HF_READING_RECORDS, 900, NOON_MS + DAY_MS); // another hour, another day
    assert_int_equal(alarms(f, &detail), 1);
    read_some(f, book, HF_READING_RECORDS, 200, NOON_MS + DAY_MS + 1000);
    assert_int_equal(alarms(f, &detail), 2);
    set_instance(f, HF_INSTANCE_ALARM_RECORDS, "0");
    read_some(f, book, HF_READING_RECORDS, 1900, NOON_MS + 2 * DAY_MS);
    assert_int_equal(alarms(f, &detail), 2);
    hf_readings_close(&book);
}

static void far_more_than_on_its_own_days_is_an_alarm(void **state)
{
    fixture *f = *state;
    const char *detail = "";
    hf_readings *book = begin(f);
    int64_t now_ms = NOON_MS;
    for (int day = 0; day < 5; day++, now_ms += DAY_MS)
        read_some(f, book, HF_READING_RECORDS, 600, now_ms);
    assert_int_equal(alarms(f, &detail), 0);
    read_some(f, book, HF_READING_RECORDS, 3000, now_ms);
    assert_int_equal(alarms(f, &detail), 0); // five times the mean is not more than that
    read_some(f, book, HF_READING_RECORDS, 1, now_ms + HOUR_MS);
    assert_int_equal(alarms(f, &detail), 1);
    assert_non_null(strstr(detail, "\"rule\":\"history\""));
    assert_non_null(strstr(detail, "\"count\":3001,\"limit\":3000"));
    hf_readings_close(&book);
    // What was read is known after a restart; what was long ago is not.
    book = hf_readings_open();
    now_ms += 60 * DAY_MS;
    read_some(f, book, HF_READING_RECORDS, 9000, now_ms);
    assert_int_equal(alarms(f, &detail), 1);
    hf_readings_close(&book);
}

static void places_on_the_map_have_a_ceiling_and_a_history_of_their_own(void **state)
{
    fixture *f = *state;
    const char *detail = "";
    hf_readings *book = begin(f);
    int64_t now_ms = NOON_MS;
    set_instance(f, HF_INSTANCE_ALARM_RECORDS, "5000");
    for (int day = 0; day < 5; day++, now_ms += DAY_MS)
        read_some(f, book, HF_READING_PLACES, 3000, now_ms);
    read_some(f, book, HF_READING_PLACES, 20000,
              now_ms); // more than usual, and a look at the nation
    assert_int_equal(alarms(f, &detail), 0);
    read_some(f, book, HF_READING_PLACES, 1, now_ms + HOUR_MS);
    assert_int_equal(alarms(f, &detail), 1);
    assert_non_null(strstr(detail, "\"limit\":20000,\"rule\":\"history\",\"what\":\"places\""));
    read_some(f, book, HF_READING_PLACES, 100000, now_ms + 2 * HOUR_MS);
    assert_int_equal(alarms(f, &detail), 1);
    read_some(f, book, HF_READING_PLACES, 1, now_ms + 2 * HOUR_MS);
    assert_int_equal(alarms(f, &detail), 2);
    assert_non_null(strstr(detail, "\"limit\":100000,\"rule\":\"ceiling\",\"what\":\"places\""));
    read_some(f, book, HF_READING_RECORDS, 5001, now_ms + 2 * HOUR_MS); // has its alarm still
    assert_int_equal(alarms(f, &detail), 3);
    assert_non_null(strstr(detail, "\"what\":\"records\""));
    hf_readings_close(&book);
}

static void few_days_and_small_amounts_are_no_history(void **state)
{
    fixture *f = *state;
    const char *detail = "";
    hf_readings *book = begin(f);
    int64_t now_ms = NOON_MS;
    for (int day = 0; day < 4; day++, now_ms += DAY_MS)
        read_some(f, book, HF_READING_RECORDS, 10, now_ms);
    read_some(f, book, HF_READING_RECORDS, 5000, now_ms); // four days only
    assert_int_equal(alarms(f, &detail), 0);
    for (int day = 0; day < 6; day++, now_ms += DAY_MS)
        read_some(f, book, HF_READING_EXPORTS, 1, now_ms);
    read_some(f, book, HF_READING_EXPORTS, 10, now_ms); // ten times as many, and yet few
    assert_int_equal(alarms(f, &detail), 0);
    read_some(f, book, HF_READING_EXPORTS, 1, now_ms);
    assert_int_equal(alarms(f, &detail), 1);
    assert_non_null(strstr(detail, "\"what\":\"exports\""));
    hf_readings_close(&book);
}

static void refusals_and_reading_at_night_are_alarms(void **state)
{
    fixture *f = *state;
    const char *detail = "";
    hf_readings *book = begin(f);
    read_some(f, book, HF_READING_REFUSED, 101, NOON_MS);
    assert_int_equal(alarms(f, &detail), 1);
    assert_non_null(strstr(detail, "\"rule\":\"refused\""));
    set_instance(f, HF_INSTANCE_ALARM_HOURS, "6-20");
    read_some(f, book, HF_READING_RECORDS, 500, NOON_MS);
    assert_int_equal(alarms(f, &detail), 1);
    read_some(f, book, HF_READING_RECORDS, 100, NOON_MS + 10 * HOUR_MS);
    assert_int_equal(alarms(f, &detail), 1);
    read_some(f, book, HF_READING_RECORDS, 1, NOON_MS + 10 * HOUR_MS);
    assert_int_equal(alarms(f, &detail), 2);
    assert_non_null(strstr(detail, "\"rule\":\"hours\""));
    hf_readings_close(&book);
}

static hf_session nora(fixture *f)
{
    hf_session session = local_session(f);
    hf_error err = {0};
    hf_read *read = NULL;
    void *user = NULL;
    assert_true(hf_read_begin(f->store, &read, &err));
    assert_true(hf_store_get(read, &hf_noun_user, HF_STR("nora"), &f->memory, &user, &err));
    assert_true(hf_actor_of(read, user, session.now_ms, &f->memory, &session.actor, &err));
    hf_read_end(&read);
    return session;
}

static const char *list_code(fixture *f, uint32_t limit)
{
    hf_session session = nora(f);
    hf_query query = {.noun = &hf_noun_asset, .limit = limit};
    hf_page page = {0};
    hf_error err = {0};
    return hf_list_records(&session, &query, &f->memory, &page, &err)
               ? ""
               : hf_str_z(&f->memory, hf_str_of(err.code));
}

static void an_alarm_pauses_where_that_is_set_until_it_is_lifted(void **state)
{
    fixture *f = *state;
    const char *detail = "";
    hf_readings *book = begin(f);
    set_instance(f, HF_INSTANCE_ALARM_RECORDS, "100");
    read_some(f, book, HF_READING_RECORDS, 101, NOON_MS);
    assert_int_equal(alarms(f, &detail), 1);
    assert_false(nora(f).actor.is_paused);
    set_instance(f, HF_INSTANCE_ALARM_PAUSE, "on");
    read_some(f, book, HF_READING_RECORDS, 101, NOON_MS + DAY_MS);
    assert_true(nora(f).actor.is_paused);
    assert_string_equal(list_code(f, 100), "");
    assert_string_equal(list_code(f, 101), "access.paused");
    hf_session paused = nora(f);
    hf_error err = {0};
    assert_false(hf_can(&paused.actor, HF_CAN_EXPORT, NULL, NULL, &err));
    assert_string_equal(err.code, "access.paused");
    must_write(f, "user", "nora", "{\"is_paused\":false}");
    assert_string_equal(list_code(f, 1000), "");
    hf_readings_close(&book);
}

static void nobody_lifts_a_pause_of_ones_own(void **state)
{
    fixture *f = *state;
    hf_readings *book = begin(f);
    must_write(f, "user", "nora", "{\"role\":\"administrator\",\"is_paused\":true}");
    hf_session own = nora(f);
    assert_string_equal(write_record(f, &own, "user", "nora", "{\"is_paused\":false}"),
                        "access.paused");
    hf_readings_close(&book);
}

static void who_was_told_much_goes_on_by_a_release_only(void **state)
{
    fixture *f = *state;
    hf_readings *book = begin(f);
    hf_error err = {0};
    set_instance(f, HF_INSTANCE_BULK_READS, "500");
    read_some(f, book, HF_READING_RECORDS, 500, NOON_MS);
    assert_true(hf_reading_may_go_on(book, HF_STR("nora"), NOON_MS, &err));
    hf_reading_add(book, HF_STR("nora"), HF_READING_RECORDS, 1, NOON_MS);
    assert_false(hf_reading_may_go_on(book, HF_STR("nora"), NOON_MS, &err));
    assert_string_equal(err.code, "release.needed");
    settle(f, book, NOON_MS);
    assert_false(hf_reading_may_go_on(book, HF_STR("nora"), NOON_MS + HOUR_MS, &err));
    assert_true(hf_reading_may_go_on(book, HF_STR("boss"), NOON_MS + HOUR_MS, &err));
    assert_true(hf_reading_may_go_on(book, HF_STR("nora"), NOON_MS + 12 * HOUR_MS, &err));
    hf_readings_close(&book);
    // Also after a restart, once something was read.
    book = hf_readings_open();
    read_some(f, book, HF_READING_RECORDS, 1, NOON_MS + HOUR_MS);
    assert_false(hf_reading_may_go_on(book, HF_STR("nora"), NOON_MS + HOUR_MS, &err));
    hf_readings_close(&book);
}

static void an_account_has_its_share_of_requests_and_bytes(void **state)
{
    fixture *f = *state;
    hf_readings *book = begin(f);
    hf_error err = {0};
    uint32_t wait_s = 0;
    set_instance(f, HF_INSTANCE_LIMIT_REQUESTS, "2");
    set_instance(f, HF_INSTANCE_LIMIT_MEGABYTES, "1");
    settle(f, book, NOON_MS);
    assert_true(hf_reading_may_ask(book, HF_STR("nora"), 0, NOON_MS, &wait_s, &err));
    assert_true(hf_reading_may_ask(book, HF_STR("nora"), 0, NOON_MS + 20000, &wait_s, &err));
    assert_false(hf_reading_may_ask(book, HF_STR("nora"), 0, NOON_MS + 20000, &wait_s, &err));
    assert_string_equal(err.code, "limit.requests");
    assert_int_equal(wait_s, 41);
    assert_true(hf_reading_may_ask(book, HF_STR("boss"), 0, NOON_MS + 20000, &wait_s, &err));
    assert_true(hf_reading_may_ask(book, HF_STR("nora"), 1000000, NOON_MS + 60000, &wait_s, &err));
    err = (hf_error){0};
    assert_false(hf_reading_may_ask(book, HF_STR("nora"), 1000000, NOON_MS + 60000, &wait_s, &err));
    assert_string_equal(err.code, "limit.bytes");
    assert_true(
        hf_reading_may_ask(book, HF_STR("nora"), 1000000, NOON_MS + 12 * HOUR_MS, &wait_s, &err));
    hf_readings_close(&book);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(more_than_the_ceiling_in_an_hour_is_an_alarm_once_a_day),
        TEST(far_more_than_on_its_own_days_is_an_alarm),
        TEST(places_on_the_map_have_a_ceiling_and_a_history_of_their_own),
        TEST(few_days_and_small_amounts_are_no_history),
        TEST(refusals_and_reading_at_night_are_alarms),
        TEST(an_alarm_pauses_where_that_is_set_until_it_is_lifted),
        TEST(nobody_lifts_a_pause_of_ones_own),
        TEST(who_was_told_much_goes_on_by_a_release_only),
        TEST(an_account_has_its_share_of_requests_and_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
