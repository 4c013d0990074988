// SPDX-License-Identifier: Apache-2.0
//
// Who waits for whose failures, and how long.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/resource.h"

#define START     INT64_C(1700000000000)
#define QUARTER_H INT64_C(900000)

static int open_attempts(void **state)
{
    *state = hf_attempts_open();
    return 0;
}

static int close_attempts(void **state)
{
    hf_attempts *attempts = *state;
    hf_attempts_close(&attempts);
    return 0;
}

// Seconds that it must wait; 0 = none.
static uint32_t wait_of(hf_attempts *attempts, hf_attempt attempt, int64_t now_ms)
{
    hf_error err = {0};
    uint32_t wait_s = 0;
    bool may = hf_attempts_allow(attempts, &attempt, now_ms, &wait_s, &err);
    assert_true(may == (wait_s == 0));
    if (may)
        hf_attempts_take_back(attempts, &attempt);
    return wait_s;
}

// Each of another name, so that only the address remembers.
static void fail_often(hf_attempts *attempts, hf_str peer, unsigned count, int64_t now_ms)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    for (unsigned i = 0; i < count; i++) {
        hf_attempt attempt = {.name = hf_str_format(&arena, "guess %u", i), .peer = peer};
        (void)hf_attempts_failed(attempts, &attempt, now_ms);
    }
}

static const hf_attempt mara = {.name = {"mara", 4}, .peer = {"192.0.2.7", 9}};

static void an_address_waits_for_many_failures_and_a_known_browser_does_not(void **state)
{
    fail_often(*state, mara.peer, 40, START);
    assert_true(wait_of(*state, mara, START) > 60);
    hf_attempt known = mara;
    known.device = HF_STR("a browser that mara has");
    assert_int_equal(wait_of(*state, known, START), 0);
    hf_attempt elsewhere = mara;
    elsewhere.peer = HF_STR("192.0.2.8");
    assert_int_equal(wait_of(*state, elsewhere, START), 0);
}

static void an_address_that_is_not_known_does_not_wait(void **state)
{
    fail_often(*state, HF_STR_EMPTY, 40, START);
    hf_attempt attempt = mara;
    attempt.peer = HF_STR_EMPTY;
    assert_int_equal(wait_of(*state, attempt, START), 0);
}

// A few wrong passwords a quarter of an hour, for days, are those of an office; they never add up.
static void the_failures_of_an_address_fade(void **state)
{
    int64_t now_ms = START;
    for (unsigned i = 0; i < 100; i++, now_ms += QUARTER_H)
        fail_often(*state, mara.peer, 12, now_ms);
    fail_often(*state, mara.peer, 6, now_ms);
    assert_int_equal(wait_of(*state, mara, now_ms), 0);
    fail_often(*state, mara.peer, 40, now_ms);
    assert_true(wait_of(*state, mara, now_ms) > 0);
    assert_int_equal(wait_of(*state, mara, now_ms + QUARTER_H), 0);
}

static void a_name_waits_twice_as_long_each_time(void **state)
{
    hf_attempt attempt = mara;
    for (unsigned i = 0; i < 5; i++)
        (void)hf_attempts_failed(*state, &attempt, START);
    assert_int_equal(wait_of(*state, mara, START), 1);
    (void)hf_attempts_failed(*state, &attempt, START);
    assert_int_equal(wait_of(*state, mara, START), 2);
    for (unsigned i = 0; i < 20; i++)
        (void)hf_attempts_failed(*state, &attempt, START);
    assert_int_equal(wait_of(*state, mara, START), 60);
}

// None has ended when the next one comes.
static void tries_at_once_count_before_they_end(void **state)
{
    hf_error err = {0};
    uint32_t wait_s = 0;
    hf_attempt tries[6] = {mara, mara, mara, mara, mara, mara};
    for (unsigned i = 0; i < 5; i++)
        assert_true(hf_attempts_allow(*state, &tries[i], START, &wait_s, &err));
    assert_false(hf_attempts_allow(*state, &tries[5], START, &wait_s, &err));
    assert_string_equal(err.code, "http.too_many");
    hf_attempts_take_back(*state, &tries[0]);
    assert_int_equal(wait_of(*state, mara, START), 0);
    hf_attempts_succeeded(*state, &tries[1]);
    for (unsigned i = 0; i < 4; i++)
        assert_true(hf_attempts_allow(*state, &tries[i], START, &wait_s, &err));
    assert_int_equal(wait_of(*state, mara, START), 0);
}

// A try that was no failure does not begin a wait anew.
static void what_is_taken_back_leaves_no_trace(void **state)
{
    hf_attempt attempt = mara;
    for (unsigned i = 0; i < 12; i++)
        (void)hf_attempts_failed(*state, &attempt, START);
    assert_int_equal(wait_of(*state, mara, START), 60);
    assert_int_equal(wait_of(*state, mara, START + 60000), 0);
    assert_int_equal(wait_of(*state, mara, START + 60001), 0);
}

int main(void)
{
#define POINT(name) cmocka_unit_test_setup_teardown(name, open_attempts, close_attempts)
    const struct CMUnitTest tests[] = {
        POINT(an_address_waits_for_many_failures_and_a_known_browser_does_not),
        POINT(an_address_that_is_not_known_does_not_wait),
        POINT(the_failures_of_an_address_fade),
        POINT(a_name_waits_twice_as_long_each_time),
        POINT(tries_at_once_count_before_they_end),
        POINT(what_is_taken_back_leaves_no_trace),
    };
    return cmocka_run_group_tests_name("api/attempts", tests, NULL, NULL);
}
