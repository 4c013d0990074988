// SPDX-License-Identifier: Apache-2.0
//
// Errors and lists of problems.
#include "check.h"

#include "base/limits.h"
#include "base/problems.h"

static void fills_once_and_never_overwrites_the_place(void **state)
{
    (void)state;
    hf_error err = {.line = 99, .source = "old", .column = "old"};
    assert_false(hf_fail(&err, HF_ERR_INPUT, "x.y", "%d wrong", 3));
    assert_int_equal(err.kind, HF_ERR_INPUT);
    assert_string_equal(err.code, "x.y");
    assert_string_equal(err.message, "3 wrong");
    assert_int_equal(err.line, 0);
    assert_string_equal(err.source, "");
    assert_false(hf_fail_at(&err, "a.csv", 7, NULL));
    assert_false(hf_fail_at(&err, "b.csv", 8, "name"));
    assert_string_equal(err.source, "a.csv");
    assert_int_equal(err.line, 7);
    assert_string_equal(err.column, "name");
}

static void long_messages_stay_whole_characters(void **state)
{
    (void)state;
    hf_error err = {0};
    char text[1200];
    for (size_t shift = 0; shift < 3; shift++) {
        memset(text, 'x', shift);
        for (size_t i = shift; i + 3 < sizeof text; i += 3)
            memcpy(text + i, "水", 3);
        text[shift + 3 * 350] = 0;
        hf_fail(&err, HF_ERR_INPUT, "x", "%s", text);
        size_t len = strlen(err.message);
        assert_true(len >= sizeof err.message - 4);
        assert_int_equal((len - shift) % 3, 0);
        hf_fail_at(&err, text, 0, text);
        assert_int_equal((strlen(err.source) - shift) % 3, 0);
        assert_int_equal((strlen(err.column) - shift) % 3, 0);
    }
}

static void every_kind_has_its_statuses(void **state)
{
    (void)state;
    for (int kind = HF_ERR_USAGE; kind < HF_ERR_KIND_COUNT; kind++) {
        int exit_status = hf_error_exit_status((hf_error_kind)kind);
        int http_status = hf_error_http_status((hf_error_kind)kind);
        assert_in_range(exit_status, 64, 78);
        assert_in_range(http_status, 400, 599);
        assert_non_null(hf_error_title((hf_error_kind)kind));
    }
    assert_int_equal(hf_error_exit_status(HF_ERR_NOT_FOUND), 66);
    assert_int_equal(hf_error_http_status(HF_ERR_STALE), 412);
}

static void problems_are_kept_to_their_maximum_and_counted_beyond(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_problems problems = hf_problems_of(&arena);
    for (uint32_t i = 0; i < HF_IMPORT_PROBLEMS_MAX + 1; i++)
        hf_problems_add(&problems, i % 2 == 0 ? HF_REFUSED : HF_WARNING, HF_STR("f.csv"), i + 2,
                        HF_STR("lat"), "field.range", "value %u", i);
    assert_int_equal(problems.list.count, HF_IMPORT_PROBLEMS_MAX);
    assert_int_equal(problems.error_count, HF_IMPORT_PROBLEMS_MAX / 2 + 1);
    assert_int_equal(problems.warning_count, HF_IMPORT_PROBLEMS_MAX / 2);
    CHECK_STR(problems.list.items[3].message, "value 3");
    assert_int_equal(problems.list.items[3].line, 5);
    CHECK_STR(problems.list.items[3].column, "lat");
    assert_int_equal(problems.list.items[3].severity, HF_WARNING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_once_and_never_overwrites_the_place),
        cmocka_unit_test(long_messages_stay_whole_characters),
        cmocka_unit_test(every_kind_has_its_statuses),
        cmocka_unit_test(problems_are_kept_to_their_maximum_and_counted_beyond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
