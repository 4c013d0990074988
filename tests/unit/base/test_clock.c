// SPDX-License-Identifier: Apache-2.0
//
// RFC 3339 both ways.
#include "check.h"

#include "base/clock.h"

static const struct {
    const char *text;
    int64_t ms;
} known[] = {
    {"1970-01-01T00:00:00.000Z", 0},
    {"2000-02-29T12:34:56.789Z", 951827696789},
    {"2026-11-23T10:00:00.000Z", 1795428000000},
    {"1969-12-31T23:59:59.999Z", -1},
    {"1900-03-01T00:00:00.000Z", -2203891200000},
    {"9999-12-31T23:59:59.999Z", 253402300799999},
    {"0001-01-01T00:00:00.000Z", -62135596800000},
};

static void formats_and_reads_known_times(void **state)
{
    (void)state;
    for (size_t i = 0; i < HF_COUNT(known); i++) {
        char text[32];
        int64_t ms = 0;
        hf_time_format(known[i].ms, text);
        assert_string_equal(text, known[i].text);
        assert_true(hf_time_parse(hf_str_of(known[i].text), &ms));
        assert_true(ms == known[i].ms);
    }
}

static void every_day_of_four_centuries_reads_back(void **state)
{
    (void)state;
    for (int64_t day = -73000; day < 73097; day++) {
        char text[32];
        int64_t ms = 0;
        hf_time_format(day * 86400000, text);
        assert_true(hf_time_parse(hf_str_of(text), &ms));
        assert_true(ms == day * 86400000);
    }
}

static void reads_dates_offsets_and_fractions(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"1970-01-02", 86400000},
        {"1970-01-01T02:00:00+02:00", 0},
        {"1969-12-31T18:30:00-05:30", 0},
        {"1970-01-01t00:00:01z", 1000},
        {"1970-01-01 00:00:01Z", 1000},
        {"1970-01-01T00:00:00.5Z", 500},
        {"1970-01-01T00:00:00.123456789Z", 123},
        {"2016-12-31T23:59:60Z", 1483228800000},
    };
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        int64_t ms = 0;
        assert_true(hf_time_parse(hf_str_of(cases[i].text), &ms));
        assert_true(ms == cases[i].ms);
    }
}

static void refuses_what_is_no_time(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "1970",
        "1970-1-1",
        "1970-13-01",
        "1970-00-01",
        "1970-01-32",
        "2023-02-29",
        "1900-02-29",
        "1970-01-01T",
        "1970-01-01T24:00:00Z",
        "1970-01-01T00:60:00Z",
        "1970-01-01T00:00:61Z",
        "1970-01-01T00:00:00",
        "1970-01-01T00:00:00.Z",
        "1970-01-01T00:00:00+24:00",
        "1970-01-01T00:00:00+0100",
        "1970-01-01T00:00:00ZZ",
        "+970-01-01",
        "1970-01-01x",
        "9999-12-31T23:59:60Z",
        "9999-12-31T23:59:59-01:00",
        "0000-01-01T00:00:00+01:00",
    };
    for (size_t i = 0; i < HF_COUNT(bad); i++) {
        int64_t ms = 0;
        assert_false(hf_time_parse(hf_str_of(bad[i]), &ms));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_and_reads_known_times),
        cmocka_unit_test(every_day_of_four_centuries_reads_back),
        cmocka_unit_test(reads_dates_offsets_and_fractions),
        cmocka_unit_test(refuses_what_is_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
