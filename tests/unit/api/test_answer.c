// SPDX-License-Identifier: Apache-2.0
//
// Problem documents, the types of members in a request's JSON, and the brake on guessing passwords.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <stdio.h>

#include "api/resource.h"

static hf_json *parsed(const char *text, hf_arena *arena)
{
    hf_json *out = NULL;
    hf_error err = {0};
    assert_true(hf_json_parse(hf_str_of(text), arena, &out, &err));
    return out;
}

static void a_problem_names_status_code_and_place(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(10000);
    hf_error err = {0};
    (void)hf_fail(&err, HF_ERR_INPUT, "field.range", "lat must be \"-90\" to 90");
    (void)hf_fail_at(&err, NULL, 0, "lat");
    hf_problem_write(&err, &out);
    hf_error unused = {0};
    hf_json *document = NULL;
    assert_true(hf_json_parse(hf_buf_str(&out), &arena, &document, &unused));
    assert_int_equal(hf_json_get(document, "status")->integer, 400);
    assert_true(hf_str_equal_z(hf_json_text(document, "code"), "field.range"));
    assert_true(hf_str_equal_z(hf_json_text(document, "pointer"), "/lat"));
    assert_true(hf_str_equal_z(hf_json_text(document, "detail"), "lat must be \"-90\" to 90"));
    const hf_json *first = hf_json_get(document, "errors")->child;
    assert_true(hf_str_equal_z(hf_json_text(first, "pointer"), "/lat"));
}

static void statuses_that_only_http_has(void **state)
{
    (void)state;
    static const struct {
        hf_error_kind kind;
        const char *code;
        int status;
    } cases[] = {{HF_ERR_USAGE, "http.timeout", 408},
                 {HF_ERR_TOO_LARGE, "http.url_too_long", 414},
                 {HF_ERR_TOO_LARGE, "http.head_too_large", 431},
                 {HF_ERR_BUSY, "http.too_many", 429},
                 {HF_ERR_SIGN_IN, "access.sign_in", 401},
                 {HF_ERR_NEED_MATCH, "record.need_match", 428},
                 {HF_ERR_STALE, "record.stale", 412},
                 {HF_ERR_WRITE, "store.full", 507}};
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        hf_error err = {.kind = cases[i].kind, .code = cases[i].code};
        assert_int_equal(hf_http_status_of(&err), cases[i].status);
    }
}

static void members_have_their_types(void **state)
{
    (void)state;
    static const char *const known[] = {"a", "b", "c", "d", NULL};
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_json *object = parsed("{\"a\":\"x\",\"b\":true,\"c\":2.5,\"d\":[\"p\",\"q\"]}", &arena);
    hf_error err = {0};
    hf_str text = HF_STR_EMPTY;
    bool flag = false;
    double number = 0;
    hf_str *list = NULL;
    size_t count = 0;
    assert_true(hf_json_want_only(object, known, &err));
    assert_true(hf_json_want_text(object, "a", &text, &err) && text.len == 1);
    assert_true(hf_json_want_bool(object, "b", &flag, &err) && flag);
    assert_true(hf_json_want_number(object, "c", 0, 3, &number, &err) && number > 2.4);
    assert_true(hf_json_want_texts(object, "d", 2, &arena, &list, &count, &err) && count == 2);
    assert_false(hf_json_want_texts(object, "d", 1, &arena, &list, &count, &err));
    assert_false(hf_json_want_text(object, "b", &text, &err));
    assert_string_equal(err.code, "field.type");
    assert_string_equal(err.source, "/b");
    assert_false(hf_json_want_number(object, "c", 0, 2, &number, &err));
    assert_false(hf_json_want_bool(object, "a", &flag, &err));
    static const char *const fewer[] = {"a", NULL};
    assert_false(hf_json_want_only(object, fewer, &err));
    assert_string_equal(err.code, "field.unknown");
}

static void absent_and_null_members_leave_the_default(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_json *object = parsed("{\"a\":null}", &arena);
    hf_error err = {0};
    hf_str text = HF_STR("kept");
    double number = 7;
    assert_true(hf_json_want_text(object, "a", &text, &err));
    assert_true(hf_json_want_number(object, "z", 0, 1, &number, &err));
    assert_int_equal(text.len, 4);
    assert_true(number > 6.9);
}

static bool allows(hf_attempts *attempts, const char *name, const char *device, const char *peer,
                   int64_t now_ms)
{
    hf_attempt attempt = {
        .name = hf_str_of(name), .device = hf_str_of(device), .peer = hf_str_of(peer)};
    hf_error err = {0};
    uint32_t wait_s = 0;
    bool is_allowed = hf_attempts_allow(attempts, &attempt, now_ms, &wait_s, &err);
    assert_int_equal(is_allowed, wait_s == 0);
    if (is_allowed)
        hf_attempts_take_back(attempts, &attempt);
    else
        assert_string_equal(err.code, "http.too_many");
    return is_allowed;
}

static bool fail_once(hf_attempts *attempts, const char *name, const char *device, const char *peer,
                      int64_t now_ms)
{
    hf_attempt attempt = {
        .name = hf_str_of(name), .device = hf_str_of(device), .peer = hf_str_of(peer)};
    return hf_attempts_failed(attempts, &attempt, now_ms);
}

static void each_wrong_password_after_five_doubles_the_wait_up_to_a_minute(void **state)
{
    (void)state;
    hf_attempts *attempts = hf_attempts_open();
    int64_t now = 1000000000;
    for (int i = 0; i < 5; i++) {
        assert_true(allows(attempts, "ada", "", "192.0.2.7", now));
        fail_once(attempts, "ada", "", "192.0.2.7", now);
    }
    for (int64_t pause = 1000; pause <= 120000; pause *= 2) {
        int64_t wanted = pause < 60000 ? pause : 60000;
        assert_false(allows(attempts, "ada", "", "192.0.2.8", now + wanted - 1)); // from anywhere
        assert_true(allows(attempts, "grace", "", "192.0.2.7", now));
        now += wanted;
        assert_true(allows(attempts, "ada", "", "192.0.2.7", now));
        fail_once(attempts, "ada", "", "192.0.2.7", now);
    }
    assert_true(allows(attempts, "ada", "", "192.0.2.7", now + 3600000));
    hf_attempts_close(&attempts);
}

static void a_known_browser_does_not_wait_for_the_guesses_of_others(void **state)
{
    (void)state;
    hf_attempts *attempts = hf_attempts_open();
    for (int i = 0; i < 25; i++)
        fail_once(attempts, "ada", "", "192.0.2.7", 5000000);
    assert_false(allows(attempts, "ada", "", "192.0.2.9", 5000000));
    assert_true(allows(attempts, "ada", "her own secret", "192.0.2.9", 5000000));
    for (int i = 0; i < 6; i++) // but for its own
        fail_once(attempts, "ada", "her own secret", "192.0.2.9", 5000000);
    assert_false(allows(attempts, "ada", "her own secret", "192.0.2.9", 5000000));
    hf_attempts_close(&attempts);
}

static void an_address_that_guesses_at_many_names_waits(void **state)
{
    (void)state;
    hf_attempts *attempts = hf_attempts_open();
    uint32_t noted = 0;
    char name[16];
    for (int i = 0; i < 1000; i++) {
        (void)snprintf(name, sizeof name, "user%d", i);
        noted += fail_once(attempts, name, "", "192.0.2.7", 5000000);
    }
    assert_false(allows(attempts, "somebody", "", "192.0.2.7", 5000000 + 899000));
    assert_true(allows(attempts, "somebody", "", "192.0.2.7", 5000000 + 900000));
    assert_true(allows(attempts, "somebody", "", "192.0.2.8", 5000000));
    assert_true(noted >= 30 && noted < 40); // a flood does not fill the log
    hf_attempts_close(&attempts);
}

static void a_success_forgets_the_failures_of_its_name(void **state)
{
    (void)state;
    hf_attempts *attempts = hf_attempts_open();
    const hf_attempt attempt = {.name = HF_STR("ada"), .peer = HF_STR("192.0.2.7")};
    for (int i = 0; i < 10; i++)
        fail_once(attempts, "ada", "", "192.0.2.7", 5000000);
    hf_attempts_succeeded(attempts, &attempt);
    assert_true(allows(attempts, "ada", "", "192.0.2.7", 5000000));
    hf_attempts_close(&attempts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_problem_names_status_code_and_place),
        cmocka_unit_test(statuses_that_only_http_has),
        cmocka_unit_test(members_have_their_types),
        cmocka_unit_test(absent_and_null_members_leave_the_default),
        cmocka_unit_test(each_wrong_password_after_five_doubles_the_wait_up_to_a_minute),
        cmocka_unit_test(a_known_browser_does_not_wait_for_the_guesses_of_others),
        cmocka_unit_test(an_address_that_guesses_at_many_names_waits),
        cmocka_unit_test(a_success_forgets_the_failures_of_its_name),
    };
    return cmocka_run_group_tests_name("api/answer", tests, NULL, NULL);
}
