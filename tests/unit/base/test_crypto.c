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

// FIPS 180-4 examples.
static void sha1_gives_the_published_digests(void **state)
{
    (void)state;
    char text[41];
    hf_sha1 digest = hf_sha1_of(HF_STR("abc"));
    hf_hex(digest.bytes, sizeof digest.bytes, text);
    assert_string_equal(text, "a9993e364706816aba3e25717850c26c9cd0d89d");
    digest = hf_sha1_of(HF_STR_EMPTY);
    hf_hex(digest.bytes, sizeof digest.bytes, text);
    assert_string_equal(text, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
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

static hf_str parsed(hf_arena *arena, const char *text)
{
    hf_str bytes = HF_STR_EMPTY;
    return hf_base64url_parse(hf_str_of(text), arena, &bytes) ? bytes : HF_STR("refused");
}

static void base64url_reads_back_what_it_wrote_and_nothing_else(void **state)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static const char *const bad[] = {
        "A", "AAAAA", "AB", "AAB", "AA=", "AA==", "A+", "A/", "A A", "A\n"};
    (void)state;
    for (size_t len = 0; len <= 8; len++) {
        hf_str bytes = {"\xFF\x00\x7Fr\xFEx\x80\x01", len};
        hf_str text = hf_base64url(&arena, bytes);
        assert_true(hf_str_equal(parsed(&arena, hf_str_z(&arena, text)), bytes));
    }
    for (size_t i = 0; i < HF_COUNT(bad); i++)
        CHECK_STR(parsed(&arena, bad[i]), "refused");
}

// RFC 4231, cases 1, 2 and 6.
static void hmac_gives_the_published_codes(void **state)
{
    char long_key[131];
    char hex[65];
    (void)state;
    memset(long_key, 0xaa, sizeof long_key);
    const struct {
        hf_str key, message;
        const char *want;
    } rows[] = {
        {HF_STR("\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"),
         HF_STR("Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {HF_STR("Jefe"), HF_STR("what do ya want for nothing?"),
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {{long_key, sizeof long_key},
         HF_STR("Test Using Larger Than Block-Size Key - Hash Key First"),
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    };
    for (size_t i = 0; i < HF_COUNT(rows); i++) {
        hf_sha256 code = hf_hmac_sha256(rows[i].key, rows[i].message);
        hf_hex(code.bytes, sizeof code.bytes, hex);
        assert_string_equal(hex, rows[i].want);
    }
}

static void uuid5_is_the_same_for_a_name_within_a_space(void **state)
{
    char text[37], other[37];
    (void)state;
    // RFC 9562, A.4: the space of names of hosts
    hf_uuid5(HF_STR("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), HF_STR("www.example.com"), text);
    assert_string_equal(text, "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    hf_uuid5(HF_STR_EMPTY, HF_STR("a"), text);
    hf_uuid5(HF_STR("no uuid at all, and longer than one is"), HF_STR("a"), other);
    assert_string_equal(text, other);
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

// RFC 8032, section 7.1, test 2.
static void ed25519_gives_the_published_signature(void **state)
{
    (void)state;
    hf_sign_secret secret;
    hf_sign_key key;
    hf_signature signature;
    char text[129];
    assert_true(
        hf_hex_parse(HF_STR("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
                            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"),
                     secret.bytes, sizeof(secret.bytes)));
    memcpy(key.bytes, secret.bytes + 32, sizeof(key.bytes));
    signature = hf_sign(HF_STR("r"), &secret);
    hf_hex(signature.bytes, sizeof(signature.bytes), text);
    assert_string_equal(text, "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                              "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    assert_true(hf_sign_is_good(HF_STR("r"), &key, &signature));
    assert_false(hf_sign_is_good(HF_STR("s"), &key, &signature));
    signature.bytes[3] ^= 1;
    assert_false(hf_sign_is_good(HF_STR("r"), &key, &signature));
    hf_sign_make(&key, &secret);
    signature = hf_sign(HF_STR("r"), &secret);
    assert_true(hf_sign_is_good(HF_STR("r"), &key, &signature));
    hf_wipe(&secret, sizeof(secret));
    assert_int_equal(secret.bytes[0] | secret.bytes[63], 0);
}

static void hex_is_read_back_or_refused(void **state)
{
    (void)state;
    uint8_t bytes[2] = {9, 9};
    assert_false(hf_hex_parse(HF_STR("00f"), bytes, 2));
    assert_false(hf_hex_parse(HF_STR("00fg"), bytes, 2));
    assert_false(hf_hex_parse(HF_STR("00ff0"), bytes, 2));
    assert_int_equal(bytes[0], 9);
    assert_true(hf_hex_parse(HF_STR("0aFf"), bytes, 2));
    assert_int_equal(bytes[0], 10);
    assert_int_equal(bytes[1], 255);
}

static void a_box_opens_with_its_secret_alone(void **state)
{
    hf_box_key key, other;
    hf_box_secret secret, wrong;
    hf_cipher_key content = {.bytes = {1, 2, 3}}, back = {0};
    uint8_t box[HF_BOX_BYTES];
    (void)state;
    hf_box_make(&key, &secret);
    hf_box_make(&other, &wrong);
    assert_true(hf_box_shut(&content, &key, box));
    assert_false(hf_box_open(box, &wrong, &back));
    assert_true(hf_box_open(box, &secret, &back));
    assert_memory_equal(&content, &back, sizeof(content));
    for (size_t i = 0; i < sizeof(box); i++) {
        box[i] ^= 16;
        assert_false(hf_box_open(box, &secret, &back));
        box[i] ^= 16;
    }
    // A point of small order would make the same secret for everybody.
    const hf_box_key weak = {{0}};
    assert_false(hf_box_shut(&content, &weak, box));
}

static void halves_of_a_box_key_are_not_taken_for_each_other(void **state)
{
    hf_box_key key, read_key;
    hf_box_secret secret, read_secret;
    char text[HF_BOX_TEXT_BYTES];
    (void)state;
    hf_box_make(&key, &secret);
    hf_box_key_text(&key, text);
    assert_int_equal(strlen(text), HF_BOX_TEXT_BYTES - 1);
    assert_true(hf_box_key_parse(hf_str_of(text), &read_key));
    assert_memory_equal(&key, &read_key, sizeof(key));
    assert_false(hf_box_secret_parse(hf_str_of(text), &read_secret));
    memcpy(text, "hfkey-", 6);
    assert_false(hf_box_secret_parse(hf_str_of(text), &read_secret));
    hf_box_secret_text(&secret, text);
    assert_true(hf_box_secret_parse(hf_str_of(text), &read_secret));
    assert_memory_equal(&secret, &read_secret, sizeof(secret));
    assert_false(hf_box_key_parse(hf_str_of(text), &read_key));
    const hf_box_secret nothing = {{0}};
    text[20] = text[20] == '3' ? '4' : '3';
    assert_false(hf_box_secret_parse(hf_str_of(text), &read_secret));
    assert_memory_equal(&nothing, &read_secret, sizeof(nothing)); // nothing of it stays
    assert_false(hf_box_secret_parse(HF_STR_EMPTY, &read_secret));
    assert_false(hf_box_secret_parse(hf_str_slice(hf_str_of(text), 0, 78), &read_secret));
}

static void pieces_of_a_stream_open_in_their_order_only(void **state)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_cipher_key key = {.bytes = {5}};
    uint8_t head[HF_CIPHER_HEAD_BYTES], shut[2][3 + HF_CIPHER_MORE_BYTES], plain[3];
    bool is_last = true;
    (void)state;
    hf_cipher *out = hf_cipher_write(&arena, &key, head);
    hf_cipher_shut(out, HF_STR("one"), HF_STR("beside"), false, shut[0]);
    hf_cipher_shut(out, HF_STR("two"), HF_STR_EMPTY, true, shut[1]);
    hf_cipher_done(&out);
    assert_null(out);
    const hf_str first = {(const char *)shut[0], sizeof(shut[0])};
    const hf_str second = {(const char *)shut[1], sizeof(shut[1])};
    hf_cipher *in = hf_cipher_read(&arena, &key, head);
    assert_false(hf_cipher_open(in, second, HF_STR_EMPTY, plain, &is_last));
    assert_false(hf_cipher_open(in, first, HF_STR("other"), plain, &is_last));
    assert_false(hf_cipher_open(in, hf_str_slice(first, 0, 16), HF_STR("beside"), plain, &is_last));
    assert_true(hf_cipher_open(in, first, HF_STR("beside"), plain, &is_last));
    assert_false(is_last);
    assert_memory_equal(plain, "one", 3);
    assert_false(hf_cipher_open(in, first, HF_STR("beside"), plain, &is_last));
    assert_true(hf_cipher_open(in, second, HF_STR_EMPTY, plain, &is_last));
    assert_true(is_last);
    assert_memory_equal(plain, "two", 3);
    hf_cipher_done(&in);
}

static void a_seal_opens_with_its_key_for_its_owner_alone(void **state)
{
    (void)state;
    hf_seal_key key, other;
    uint8_t shut[6 + HF_SEAL_MORE_BYTES], again[sizeof(shut)], plain[6];
    hf_random_bytes(&key, sizeof(key));
    hf_random_bytes(&other, sizeof(other));
    hf_seal_shut(&key, HF_STR("secret"), HF_STR("mara"), shut);
    hf_seal_shut(&key, HF_STR("secret"), HF_STR("mara"), again);
    assert_memory_not_equal(shut + 1, again + 1, sizeof(shut) - 1);
    const hf_str bytes = {(const char *)shut, sizeof(shut)};
    assert_false(hf_seal_open(&other, bytes, HF_STR("mara"), plain));
    assert_false(hf_seal_open(&key, bytes, HF_STR("otto"), plain));
    assert_false(hf_seal_open(&key, hf_str_slice(bytes, 0, 40), HF_STR("mara"), plain));
    for (size_t bit = 0; bit < 8 * sizeof(shut); bit++) {
        shut[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(hf_seal_open(&key, bytes, HF_STR("mara"), plain));
        shut[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_true(hf_seal_open(&key, bytes, HF_STR("mara"), plain));
    assert_memory_equal(plain, "secret", 6);
}

static void the_name_of_a_seal_tells_nothing_of_its_key(void **state)
{
    (void)state;
    hf_seal_key key, back;
    char name[HF_SEAL_NAME_BYTES], text[HF_BOX_TEXT_BYTES];
    hf_random_bytes(&key, sizeof(key));
    hf_seal_key_name(&key, name);
    hf_seal_key_text(&key, text);
    assert_int_equal(strlen(name), HF_SEAL_NAME_BYTES - 1);
    assert_null(strstr(text, name));
    assert_true(hf_seal_key_parse(hf_str_of(text), &back));
    assert_memory_equal(&key, &back, sizeof(key));
    text[10] = text[10] == '0' ? '1' : '0';
    assert_false(hf_seal_key_parse(hf_str_of(text), &back));
    hf_box_secret secret;
    hf_seal_key_text(&key, text);
    assert_false(hf_box_secret_parse(hf_str_of(text), &secret));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ed25519_gives_the_published_signature),
        cmocka_unit_test(hex_is_read_back_or_refused),
        cmocka_unit_test(sha256_gives_the_published_digests),
        cmocka_unit_test(sha1_gives_the_published_digests),
        cmocka_unit_test(base64url_gives_the_published_texts),
        cmocka_unit_test(base64url_reads_back_what_it_wrote_and_nothing_else),
        cmocka_unit_test(hmac_gives_the_published_codes),
        cmocka_unit_test(uuid5_is_the_same_for_a_name_within_a_space),
        cmocka_unit_test(uuid7_carries_its_time_and_its_version),
        cmocka_unit_test(passwords_match_only_themselves),
        cmocka_unit_test(compares_in_constant_time),
        cmocka_unit_test(a_box_opens_with_its_secret_alone),
        cmocka_unit_test(halves_of_a_box_key_are_not_taken_for_each_other),
        cmocka_unit_test(a_seal_opens_with_its_key_for_its_owner_alone),
        cmocka_unit_test(the_name_of_a_seal_tells_nothing_of_its_key),
        cmocka_unit_test(pieces_of_a_stream_open_in_their_order_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
