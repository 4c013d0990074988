// SPDX-License-Identifier: Apache-2.0
//
// Tokens of the published examples (RFC 7515, appendices A.2 and A.3; RFC 8037, appendix A.4) with their keys as a set, and
// tokens that must not be taken.
#include "check.h"

#include "base/jose.h"

#define CLAIMS                                                                                     \
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl" \
    "fQ"
#define ES_SIGNATURE                                                                               \
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
#define ES_TOKEN "eyJhbGciOiJFUzI1NiJ9." CLAIMS "." ES_SIGNATURE
#define ES_NUMBERS                                                                                 \
    "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","                                       \
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\""
#define ES_KEY "{\"kty\":\"EC\",\"crv\":\"P-256\"," ES_NUMBERS "}"
#define RS_KEY                                                                                     \
    "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_"                   \
    "wWJcyQoTbji9k0l8W26mP"                                                                        \
    "ddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_"                            \
    "YpRPEwOWvG6b32690r2jZ47soMZo9"                                                                \
    "wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-"                                     \
    "UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZl"                                                        \
    "xvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_"                                       \
    "h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FR"                                                      \
    "WyuXpoQ\"}"
#define RS_TOKEN                                                                                   \
    "eyJhbGciOiJSUzI1NiJ9." CLAIMS                                                                 \
    ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp" \
    "5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_"                                          \
    "nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb"                                                   \
    "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-"                                              \
    "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOY"                                               \
    "EUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
#define ED_KEY                                                                                     \
    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"

static const char *open_with(const char *token, const char *keys)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static hf_error err;
    hf_json *set = NULL;
    hf_json *claims = NULL;
    hf_str text = hf_str_format(&arena, "{\"keys\":[%s]}", keys);
    assert_true(hf_json_parse(text, &arena, &set, &err));
    if (!hf_jose_open(hf_str_of(token), set, &arena, &claims, &err))
        return err.code;
    assert_true(hf_str_equal_z(hf_json_text(claims, "iss"), "joe"));
    return "good";
}

static void the_published_tokens_are_opened_by_their_keys(void **state)
{
    (void)state;
    assert_string_equal(open_with(ES_TOKEN, ES_KEY), "good");
    assert_string_equal(open_with(RS_TOKEN, RS_KEY), "good");
    assert_string_equal(open_with(RS_TOKEN, ES_KEY "," ED_KEY "," RS_KEY), "good");
    // Its signature fits; what it holds is no object.
    assert_string_equal(
        open_with("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1"
                  "PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
                  ED_KEY),
        "oidc.token");
}

static void a_key_is_used_for_its_own_algorithm_alone(void **state)
{
    (void)state;
    assert_string_equal(open_with(ES_TOKEN, RS_KEY), "oidc.key");
    assert_string_equal(open_with(RS_TOKEN, ES_KEY "," ED_KEY), "oidc.key");
    assert_string_equal(open_with(ES_TOKEN, ""), "oidc.key");
    assert_string_equal(
        open_with(ES_TOKEN, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"use\":\"enc\"," ES_NUMBERS "}"),
        "oidc.key");
    assert_string_equal(
        open_with(ES_TOKEN, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"alg\":\"RS256\"," ES_NUMBERS "}"),
        "oidc.key");
    assert_string_equal(
        open_with(ES_TOKEN, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"alg\":\"HS256\"," ES_NUMBERS "}"),
        "oidc.key");
    assert_string_equal(open_with(ES_TOKEN, "{\"kty\":\"EC\",\"crv\":\"P-384\"," ES_NUMBERS "}"),
                        "oidc.key");
    assert_string_equal(open_with(ES_TOKEN, "{\"kty\":\"EC\",\"crv\":\"P-256\"}"), "oidc.key");
}

static void tokens_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        ES_TOKEN ".more",
        "." CLAIMS "." ES_SIGNATURE,
        "eyJhbGciOiJub25lIn0." CLAIMS ".",                   // {"alg":"none"}
        "eyJhbGciOiJub25lIn0." CLAIMS "." ES_SIGNATURE,      //
        "eyJhbGciOiJIUzI1NiJ9." CLAIMS "." ES_SIGNATURE,     // {"alg":"HS256"}
        "eyJhbGciOiJlczI1NiJ9." CLAIMS "." ES_SIGNATURE,     // {"alg":"es256"}
        "e30." CLAIMS "." ES_SIGNATURE,                      // {}
        "W10." CLAIMS "." ES_SIGNATURE,                      // []
        "eyJhbGciOiJFUzI1NiJ9." CLAIMS ".",                  // no signature
        "eyJhbGciOiJFUzI1NiJ9." CLAIMS "." ES_SIGNATURE "=", // padding
        "eyJhbGciOiJFUzI1NiIsImNyaXQiOlsiYjY0Il0sImI2NCI6ZmFsc2V9." CLAIMS "." ES_SIGNATURE, // b64
    };
    for (size_t i = 0; i < HF_COUNT(bad); i++)
        if (strcmp(open_with(bad[i], ES_KEY), "oidc.token") != 0)
            fail_msg("%s: %s", bad[i], open_with(bad[i], ES_KEY));
}

static void a_changed_claim_or_another_key_does_not_fit(void **state)
{
    (void)state;
    assert_string_equal(open_with("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJtZSJ9." ES_SIGNATURE, ES_KEY),
                        "oidc.signature");
    // The name of a key chooses: another one is not tried.
    assert_string_equal(open_with("eyJhbGciOiJFUzI1NiIsImtpZCI6ImEifQ." CLAIMS "." ES_SIGNATURE,
                                  "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"b\"," ES_NUMBERS
                                  "}"),
                        "oidc.key");
    assert_string_equal(open_with("eyJhbGciOiJFUzI1NiIsImtpZCI6ImEifQ." CLAIMS "." ES_SIGNATURE,
                                  "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"a\"," ES_NUMBERS
                                  "}"),
                        "oidc.signature");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_tokens_are_opened_by_their_keys),
        cmocka_unit_test(a_key_is_used_for_its_own_algorithm_alone),
        cmocka_unit_test(tokens_that_are_none_are_refused),
        cmocka_unit_test(a_changed_claim_or_another_key_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
