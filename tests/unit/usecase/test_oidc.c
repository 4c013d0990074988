// SPDX-License-Identifier: Apache-2.0
//
// What a provider of identities says: whether its claims hold, which addresses may be one, which rules make grants. Talking to
// one is tests/bad/bad_provider.py and web/test/e2e/provider.test.mjs.
#include "fixture.h"

#include "usecase/oidc.h"
#include "usecase/settings.h"

#define NOW_S INT64_C(1700000000)

static const char *check(const char *more)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static hf_error err;
    const hf_provider provider = {.issuer = HF_STR("https://id.example"),
                                  .client_id = HF_STR("holdfast")};
    hf_json *claims = NULL;
    if (!hf_json_parse(hf_str_of(more), &arena, &claims, &err))
        fail_msg("%s", err.message);
    return hf_oidc_check_claims(claims, &provider, HF_STR("n"), NOW_S * 1000, &err) ? "good"
                                                                                    : err.code;
}

#define WHO "\"iss\":\"https://id.example\",\"sub\":\"s\",\"nonce\":\"n\","
#define US  "\"aud\":\"holdfast\","

// At each bound and one beyond it.
static void claims_hold_for_us_and_now(void **state)
{
    (void)state;
    assert_string_equal(check("{" WHO US "\"iat\":1700000000,\"exp\":1700000300}"), "good");
    assert_string_equal(check("{" WHO US "\"iat\":1700000060,\"exp\":1699999941}"), "good");
    assert_string_equal(check("{" WHO US "\"iat\":1700000061,\"exp\":1700000300}"), "oidc.expired");
    assert_string_equal(check("{" WHO US "\"iat\":1700000000,\"exp\":1699999940}"), "oidc.expired");
    assert_string_equal(check("{" WHO US "\"iat\":1699999340,\"exp\":1700000300}"), "good");
    assert_string_equal(check("{" WHO US "\"iat\":1699999339,\"exp\":1700000300}"), "oidc.expired");
    assert_string_equal(check("{" WHO US "\"exp\":1700000300}"), "oidc.expired");
    assert_string_equal(check("{" WHO US "\"iat\":1700000000}"), "oidc.expired");
    assert_string_equal(
        check("{" WHO US "\"iat\":1700000000,\"exp\":1700000300,\"nbf\":1700000060}"), "good");
    assert_string_equal(
        check("{" WHO US "\"iat\":1700000000,\"exp\":1700000300,\"nbf\":1700000061}"),
        "oidc.expired");
}

static void an_audience_is_one_of_several_only_when_it_asked(void **state)
{
    (void)state;
#define THEN "\"iat\":1700000000,\"exp\":1700000300}"
    assert_string_equal(check("{" WHO "\"aud\":[\"holdfast\"]," THEN), "good");
    assert_string_equal(check("{" WHO "\"aud\":[\"holdfast\"],\"azp\":\"holdfast\"," THEN), "good");
    assert_string_equal(check("{" WHO "\"aud\":[\"a\",\"holdfast\"]," THEN), "oidc.audience");
    assert_string_equal(check("{" WHO "\"aud\":[\"a\",\"holdfast\"],\"azp\":\"holdfast\"," THEN),
                        "good");
    assert_string_equal(check("{" WHO "\"aud\":\"holdfast\",\"azp\":\"a\"," THEN), "oidc.audience");
    assert_string_equal(check("{" WHO "\"aud\":\"holdfast2\"," THEN), "oidc.audience");
    assert_string_equal(check("{" WHO "\"aud\":{}," THEN), "oidc.audience");
    assert_string_equal(check("{" WHO "\"aud\":[[\"holdfast\"]]," THEN), "oidc.audience");
    assert_string_equal(check("{" WHO THEN), "oidc.audience");
}

static void only_an_issuer_is_one(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        bool want;
    } rows[] = {{"https://id.example", true},
                {"https://id.example:8443/realms/state", true},
                {"http://127.0.0.1:5556/dex", true},
                {"http://localhost:5556", true},
                {"https://id.example/", false},
                {"https://id.example/?x", false},
                {"https://id.example/#x", false},
                {"https://a@id.example", false},
                {"https://id.example/a b", false},
                {"https://id.example\\@evil.example", false},
                {"http://id.example", false},
                {"http://127.0.0.1.evil.example", false},
                {"http://localhost.evil.example", false},
                {"https://192.0.2.7", false},
                {"ftp://id.example", false},
                {"id.example", false},
                {"https://", false},
                {"", false}};
    for (size_t i = 0; i < HF_COUNT(rows); i++)
        if (hf_is_issuer(hf_str_of(rows[i].address)) != rows[i].want)
            fail_msg("%s", rows[i].address);
}

static void rules_are_read_or_told_by_their_line(void **state)
{
    (void)state;
    static const char *const good[] = {"", "\n\n", "a=observer", " a b = c = observer ",
                                       "/x/y = analyst sector EN01\nz=operator organisation O 1"};
    static const struct {
        const char *text;
        uint64_t line;
    } bad[] = {{"a", 1},
               {"\na =", 2},
               {"= observer", 1},
               {"a = Observer", 1},
               {"a = observer nation", 1},
               {"a = observer sector", 1},
               {"a = administrator region R", 1},
               {"a=observer\nb=observer\nc=auditor sector EN", 3}};
    hf_error err = {0};
    for (size_t i = 0; i < HF_COUNT(good); i++)
        if (!hf_group_rules_check(hf_str_of(good[i]), &err))
            fail_msg("%s: %s", good[i], err.message);
    for (size_t i = 0; i < HF_COUNT(bad); i++) {
        err = (hf_error){0};
        assert_false(hf_group_rules_check(hf_str_of(bad[i].text), &err));
        assert_string_equal(err.code, "oidc.groups");
        assert_int_equal(err.line, bad[i].line);
    }
}

static void a_secret_is_kept_and_never_shown(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_session local = local_session(f);
    hf_str values[HF_INSTANCE_SETTING_COUNT] = {0};
    hf_provider provider = {0};
    hf_error err = {0};
    values[HF_INSTANCE_OIDC_SECRET] = HF_STR("between two");
    values[HF_INSTANCE_OIDC_ISSUER] = HF_STR("https://id.example");
    values[HF_INSTANCE_OIDC_CLIENT] = HF_STR("holdfast");
    values[HF_INSTANCE_ORIGIN] = HF_STR("https://holdfast.example");
    assert_true(hf_change_settings(&local, values, &err));
    assert_true(hf_read_settings(&local, &f->memory, values, &err));
    assert_true(hf_str_equal_z(values[HF_INSTANCE_OIDC_SECRET], HF_SETTING_HIDDEN));
    assert_true(hf_read_begin(f->store, &read, &err));
    assert_true(hf_provider_read(read, &f->memory, &provider, &err));
    assert_true(hf_str_equal_z(provider.client_secret, "between two"));
    assert_true(hf_str_equal_z(provider.scopes, "openid profile"));
    assert_false(provider.makes_accounts);
    hf_read_end(&read);
    for (size_t i = 0; i < HF_INSTANCE_SETTING_COUNT; i++)
        values[i] = HF_STR_EMPTY;
    values[HF_INSTANCE_OIDC_SECRET] = HF_STR(HF_SETTING_HIDDEN); // what was shown is no secret
    assert_false(hf_change_settings(&local, values, &err));
    assert_string_equal(err.code, "setting.value");
    values[HF_INSTANCE_OIDC_SECRET] = HF_STR("");
    values[HF_INSTANCE_ORIGIN] = HF_STR("");
    assert_true(hf_change_settings(&local, values, &err));
    assert_true(hf_read_begin(f->store, &read, &err));
    assert_true(hf_provider_read(read, &f->memory, &provider, &err));
    assert_int_equal(provider.client_secret.len, 0);
    assert_int_equal(provider.issuer.len, 0); // nobody knows where to send people back to
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claims_hold_for_us_and_now),
        cmocka_unit_test(an_audience_is_one_of_several_only_when_it_asked),
        cmocka_unit_test(only_an_issuer_is_one),
        cmocka_unit_test(rules_are_read_or_told_by_their_line),
        STORE_TEST(a_secret_is_kept_and_never_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
