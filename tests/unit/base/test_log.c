// SPDX-License-Identifier: Apache-2.0
//
// The log: one line a message, whatever the message holds.
#include "check.h"

#include <stdio.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"

// What a log call writes to standard error.
static hf_str logged(hf_arena *arena, hf_log_level level, const char *message)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    int before = dup(STDERR_FILENO);
    (void)fflush(stderr);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    hf_log(level, "test.code", "%s", message);
    assert_true(dup2(before, STDERR_FILENO) >= 0);
    (void)close(before);
    (void)close(ends[1]);
    char *text = hf_arena_take(arena, 4096);
    ssize_t count = read(ends[0], text, 4096);
    (void)close(ends[0]);
    return (hf_str){text, count > 0 ? (size_t)count : 0};
}

static void writes_json_that_reads_back(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_json *line = NULL;
    hf_error err = {0};
    hf_log_setup(HF_LOG_INFO, true);
    hf_str text = logged(&arena, HF_LOG_WARN, "a \"b\"\nforged\\ \x1b[31m水");
    assert_true(hf_str_ends(text, "}\n"));
    assert_int_equal(hf_str_find_byte(text, '\n', 0), text.len - 1);
    assert_true(hf_json_parse(text, &arena, &line, &err));
    CHECK_STR(hf_json_text(line, "level"), "warn");
    CHECK_STR(hf_json_text(line, "code"), "test.code");
    CHECK_STR(hf_json_text(line, "message"), "a \"b\"\nforged\\ \x1b[31m水");
    assert_int_equal(hf_json_text(line, "at").len, 24);
}

static void writes_plain_lines_without_control_characters(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_log_setup(HF_LOG_INFO, false);
    CHECK_STR(logged(&arena, HF_LOG_ERROR, "a\nb\x1b[31m"), "holdfast: error: a b [31m\n");
}

static void is_silent_below_its_level(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_log_setup(HF_LOG_WARN, false);
    assert_int_equal(logged(&arena, HF_LOG_INFO, "x").len, 0);
    assert_true(logged(&arena, HF_LOG_WARN, "x").len > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_json_that_reads_back),
        cmocka_unit_test(writes_plain_lines_without_control_characters),
        cmocka_unit_test(is_silent_below_its_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
