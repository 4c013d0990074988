// SPDX-License-Identifier: Apache-2.0
//
// One-time codes against the published vectors; what turns them on, what they let in, and that nothing does so twice.
#include "fixture.h"

#include "one_time_code.h"
#include "usecase/second_factor.h"
#include "usecase/settings.h"

#define PASSWORD "lantern walks the kitchen 7"

// RFC 4226, appendix D.
static void hotp_gives_the_published_codes(void **state)
{
    (void)state;
    static const char *const want[] = {"755224", "287082", "359152", "969429", "338314",
                                       "254676", "287922", "162583", "399871", "520489"};
    char text[9];
    for (size_t i = 0; i < HF_COUNT(want); i++) {
        hf_hotp(HF_STR("12345678901234567890"), i, 6, text);
        assert_string_equal(text, want[i]);
    }
}

// RFC 6238, appendix B, the rows of SHA-1.
static void totp_gives_the_published_codes(void **state)
{
    (void)state;
    static const struct {
        uint64_t time_s;
        const char *want;
    } rows[] = {{59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
                {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
    char text[9];
    for (size_t i = 0; i < HF_COUNT(rows); i++) {
        hf_hotp(HF_STR("12345678901234567890"), rows[i].time_s / HF_TOTP_STEP_S, 8, text);
        assert_string_equal(text, rows[i].want);
    }
}

// RFC 4648, section 10, without padding.
static void base32_gives_the_published_texts(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static const char *const want[] = {"",        "MY",       "MZXQ",      "MZXW6",
                                       "MZXW6YQ", "MZXW6YTB", "MZXW6YTBOI"};
    for (size_t i = 0; i < HF_COUNT(want); i++)
        assert_true(hf_str_equal_z(hf_base32(&arena, (hf_str){"foobar", i}), want[i]));
}

static hf_session session_of(fixture *f, const char *name, int64_t now_ms)
{
    hf_session session = local_session(f);
    session.actor.name = hf_str_of(name);
    session.actor.is_local = false;
    session.now_ms = now_ms;
    return session;
}

static void add_user(fixture *f, const char *json)
{
    hf_session session = local_session(f);
    hf_patch patch = patch_of(f, &hf_noun_user, json);
    hf_user *user = NULL;
    hf_error err = {0};
    if (!hf_add_user(&session, &patch, HF_STR(PASSWORD), &f->memory, &user, &err))
        fail_msg("%s", err.message);
}

static const char *sign_in(fixture *f, const char *code, int64_t now_ms)
{
    hf_session session = local_session(f);
    hf_signed_in made = {0};
    hf_error err = {0};
    session.now_ms = now_ms;
    const hf_sign_in_request request = {
        .name = HF_STR("mara"), .password = HF_STR(PASSWORD), .code = hf_str_of(code)};
    return hf_sign_in(&session, &request, &f->memory, &made, &err) ? "in" : err.code;
}

#define NOW INT64_C(1700000000000)

// Turns it on for mara; her secret and her recovery codes.
static hf_str turn_on(fixture *f, hf_str codes[HF_RECOVERY_CODE_COUNT])
{
    hf_session own = session_of(f, "mara", NOW);
    hf_str secret = HF_STR_EMPTY;
    hf_str uri = HF_STR_EMPTY;
    hf_error err = {0};
    char text[9];
    add_user(f, "{\"key\":\"mara\",\"role\":\"analyst\"}");
    assert_false(hf_second_factor_begin(&own, HF_STR("mara"), HF_STR("wrong"), &f->memory, &secret,
                                        &uri, &err));
    assert_string_equal(err.code, "account.wrong_current");
    assert_true(hf_second_factor_begin(&own, HF_STR("mara"), HF_STR(PASSWORD), &f->memory, &secret,
                                       &uri, &err));
    assert_int_equal(secret.len, 32);
    assert_true(hf_str_find(uri, secret) < uri.len && hf_str_starts(uri, "otpauth://totp/"));
    assert_string_equal(sign_in(f, "", NOW), "in"); // not confirmed: it does not count yet
    assert_false(
        hf_second_factor_confirm(&own, HF_STR("mara"), HF_STR("000000x"), &f->memory, codes, &err));
    assert_string_equal(err.code, "account.code_wrong");
    one_time_code(secret, NOW, text);
    if (!hf_second_factor_confirm(&own, HF_STR("mara"), hf_str_of(text), &f->memory, codes, &err))
        fail_msg("%s", err.message);
    return secret;
}

static void a_code_lets_in_once_and_only_around_its_time(void **state)
{
    fixture *f = *state;
    hf_str codes[HF_RECOVERY_CODE_COUNT];
    char text[9];
    hf_str secret = turn_on(f, codes);
    one_time_code(secret, NOW, text);
    assert_string_equal(sign_in(f, "", NOW), "account.code_needed");
    assert_string_equal(sign_in(f, text, NOW), "account.code_used"); // it turned the factor on
    one_time_code(secret, NOW + 60000, text);
    assert_string_equal(sign_in(f, text, NOW), "account.code_wrong");          // two steps ahead
    assert_string_equal(sign_in(f, text, NOW + 121000), "account.code_wrong"); // two behind
    assert_string_equal(sign_in(f, text, NOW + 30000), "in");                // half a minute ahead
    assert_string_equal(sign_in(f, text, NOW + 60000), "account.code_used"); // replayed
    one_time_code(secret, NOW + 30000, text);
    assert_string_equal(sign_in(f, text, NOW + 60000), "account.code_used"); // older than the last
    one_time_code(secret, NOW + 120000, text);
    assert_string_equal(sign_in(f, text, NOW + 120000), "in");
}

static void each_recovery_code_lets_in_once(void **state)
{
    fixture *f = *state;
    hf_str codes[HF_RECOVERY_CODE_COUNT];
    hf_session own = session_of(f, "mara", NOW);
    hf_second_factor found = {0};
    hf_error err = {0};
    turn_on(f, codes);
    for (size_t i = 0; i < HF_RECOVERY_CODE_COUNT; i++) {
        assert_int_equal(codes[i].len, 29); // 120 bits, in groups of four
        assert_string_equal(sign_in(f, hf_str_z(&f->memory, codes[i]), NOW), "in");
        assert_string_equal(sign_in(f, hf_str_z(&f->memory, codes[i]), NOW), "account.code_wrong");
    }
    assert_true(hf_second_factor_get(&own, HF_STR("mara"), &f->memory, &found, &err));
    assert_true(found.is_on);
    assert_int_equal(found.recovery_left, 0);
}

static void only_the_owner_turns_it_on_and_who_has_accounts_takes_it_off(void **state)
{
    fixture *f = *state;
    hf_str codes[HF_RECOVERY_CODE_COUNT];
    hf_str secret = HF_STR_EMPTY;
    hf_str uri = HF_STR_EMPTY;
    hf_error err = {0};
    hf_session boss = session_of(f, "boss", NOW);
    hf_session own = session_of(f, "mara", NOW);
    hf_session other = user_session(f, HF_ROLE_ANALYST, HF_TLP_RED);
    turn_on(f, codes);
    assert_false(hf_second_factor_begin(&own, HF_STR("mara"), HF_STR(PASSWORD), &f->memory, &secret,
                                        &uri, &err));
    assert_string_equal(err.code, "account.factor_on");
    assert_false(hf_second_factor_begin(&boss, HF_STR("mara"), HF_STR(PASSWORD), &f->memory,
                                        &secret, &uri, &err));
    assert_string_equal(err.code, "access.denied");
    const hf_proof right = {.password = HF_STR(PASSWORD)};
    const hf_proof wrong = {.password = HF_STR("wrong"), .identified = HF_STR("it is me")};
    const hf_proof seen = {.identified = HF_STR("seen with the service card")};
    assert_false(hf_second_factor_remove(&other, HF_STR("mara"), &right, &err));
    assert_string_equal(err.code, "access.denied");
    assert_false(hf_second_factor_remove(&own, HF_STR("mara"), &wrong, &err));
    assert_string_equal(err.code, "account.wrong_current");
    assert_false(hf_second_factor_remove(&boss, HF_STR("mara"), &right, &err)); // not said how
    assert_string_equal(err.code, "account.identified");
    assert_string_equal(sign_in(f, "", NOW), "account.code_needed");
    assert_true(hf_second_factor_remove(&boss, HF_STR("mara"), &seen, &err));
    assert_string_equal(sign_in(f, "", NOW), "in");
    assert_string_equal(sign_in(f, hf_str_z(&f->memory, codes[0]), NOW), "in"); // not looked at
}

static hf_held held_of(fixture *f, const char *name)
{
    hf_session session = local_session(f);
    hf_signed_in made = {0};
    hf_error err = {0};
    const hf_sign_in_request request = {.name = hf_str_of(name), .password = HF_STR(PASSWORD)};
    if (!hf_sign_in(&session, &request, &f->memory, &made, &err))
        fail_msg("%s", err.message);
    return made.held;
}

static void a_setting_asks_it_of_roles_by_account_and_by_grant(void **state)
{
    fixture *f = *state;
    hf_session local = local_session(f);
    hf_session analyst = user_session(f, HF_ROLE_ANALYST, HF_TLP_RED);
    hf_str values[HF_INSTANCE_SETTING_COUNT] = {0};
    hf_error err = {0};
    void *made = NULL;
    add_user(f, "{\"key\":\"eva\",\"role\":\"auditor\"}");
    add_user(f, "{\"key\":\"ida\",\"role\":\"observer\"}");
    assert_int_equal(held_of(f, "eva"), HF_HELD_NOT);
    values[HF_INSTANCE_SECOND_FACTOR] = HF_STR("auditor nonsense");
    assert_false(hf_change_settings(&local, values, &err));
    assert_string_equal(err.code, "setting.value");
    values[HF_INSTANCE_SECOND_FACTOR] = HF_STR("administrator auditor");
    assert_false(hf_change_settings(&analyst, values, &err));
    assert_string_equal(err.code, "access.denied");
    assert_true(hf_change_settings(&local, values, &err));
    assert_int_equal(held_of(f, "eva"), HF_HELD_SECOND_FACTOR);
    assert_int_equal(held_of(f, "ida"), HF_HELD_NOT);
    hf_patch patch =
        patch_of(f, hf_noun_find(HF_STR("grant")),
                 "{\"key\":\"g1\",\"user\":\"ida\",\"role\":\"auditor\",\"scope\":\"nation\"}");
    assert_true(hf_add_record(&local, &patch, &f->memory, &made, &err));
    assert_int_equal(held_of(f, "ida"), HF_HELD_SECOND_FACTOR);
    values[HF_INSTANCE_SECOND_FACTOR] = HF_STR("");
    assert_true(hf_change_settings(&local, values, &err));
    assert_int_equal(held_of(f, "eva"), HF_HELD_NOT);
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hotp_gives_the_published_codes),
        cmocka_unit_test(totp_gives_the_published_codes),
        cmocka_unit_test(base32_gives_the_published_texts),
        STORE_TEST(a_code_lets_in_once_and_only_around_its_time),
        STORE_TEST(each_recovery_code_lets_in_once),
        STORE_TEST(only_the_owner_turns_it_on_and_who_has_accounts_takes_it_off),
        STORE_TEST(a_setting_asks_it_of_roles_by_account_and_by_grant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
