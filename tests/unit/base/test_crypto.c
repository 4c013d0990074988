// SPDX-License-Identifier: Apache-2.0
//
// Hashes against published vectors, ids and passwords against their rules.
#include "check.h"

#include "base/crypto.h"

static void check_sha256(hf_sha256 digest, const char *wanted)
{
    char text[65];
    hf_hex(digest.bytes, sizeof digest.bytes, text);
    assert_string_equal(text, wanted);
}

// FIPS 180-4 examples.
static void sha256_gives_the_published_digests(void **state)
{
    (void)state;
    check_sha256(hf_sha256_of(HF_STR_EMPTY),
                 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check_sha256(hf_sha256_of(HF_STR("abc")),
                 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_sha256_stream *stream = hf_sha256_open(&arena);
    char piece[1000];
    memset(piece, 'a', sizeof piece);
    for (int i = 0; i < 1000; i++)
        hf_sha256_add(stream, piece, sizeof piece);
    check_sha256(hf_sha256_close(stream),
                 "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// RFC 4648, section 10, without padding.
static void base64url_gives_the_published_texts(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static const char *const want[] = {"", "Zg", "Zm8", "Zm9v", "Zm9vYg", "Zm9vYmE", "Zm9vYmFy"};
    for (size_t i = 0; i < HF_COUNT(want); i++)
        CHECK_STR(hf_base64url(&arena, (hf_str){"foobar", i}), want[i]);
    CHECK_STR(hf_base64url(&arena, (hf_str){"\xFB\xFF\xBF", 3}), "-_-_");
}

static void uuid7_carries_its_time_and_its_version(void **state)
{
    (void)state;
    hf_error err = {0};
    assert_true(hf_crypto_init(&err));
    assert_true(hf_crypto_init(&err));
    char text[37];
    char other[37];
    hf_uuid7(0x017F22E279B0, text); // RFC 9562, A.6
    assert_int_equal(strlen(text), 36);
    assert_memory_equal(text, "017f22e2-79b0-7", 15);
    assert_non_null(strchr("89ab", text[19]));
    assert_true(text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-');
    hf_uuid7(0x017F22E279B0, other);
    assert_string_not_equal(text, other);
    hf_uuid7(0x017F22E279B1, other);
    assert_true(strcmp(text, other) < 0); // later ids sort later
}

static void passwords_match_only_themselves(void **state)
{
    (void)state;
    hf_error err = {0};
    char hash[128];
    char second[128];
    assert_true(hf_crypto_init(&err));
    assert_true(hf_password_hash(HF_STR("correct horse 水"), hash, &err));
    assert_true(hf_password_hash(HF_STR("correct horse 水"), second, &err));
    assert_memory_equal(hash, "$argon2id$", 10);
    assert_string_not_equal(hash, second); // salted
    assert_true(hf_password_matches(hash, HF_STR("correct horse 水")));
    assert_false(hf_password_matches(hash, HF_STR("correct horse")));
    assert_false(hf_password_matches(hash, HF_STR_EMPTY));
    assert_false(hf_password_matches("", HF_STR("x")));
    assert_false(hf_password_matches("$argon2id$nonsense", HF_STR("x")));
}

static void compares_in_constant_time(void **state)
{
    (void)state;
    assert_true(hf_equal_constant_time(HF_STR("token"), HF_STR("token")));
    assert_false(hf_equal_constant_time(HF_STR("token"), HF_STR("tokem")));
    assert_false(hf_equal_constant_time(HF_STR("token"), HF_STR("token2")));
    assert_true(hf_equal_constant_time(HF_STR_EMPTY, HF_STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_gives_the_published_digests),
        cmocka_unit_test(base64url_gives_the_published_texts),
        cmocka_unit_test(uuid7_carries_its_time_and_its_version),
        cmocka_unit_test(passwords_match_only_themselves),
        cmocka_unit_test(compares_in_constant_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
