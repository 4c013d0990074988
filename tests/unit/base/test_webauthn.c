// SPDX-License-Identifier: Apache-2.0
//
// Passkeys against the published example (Web Authentication level 3, section 16.2) and an authenticator of ours in all
// three kinds of keys; then everything that can be wrong with an answer, one after the other.
#include "check.h"

#include "../authenticator.h"

static const char challenge[] = "cGxlYXNlIHByb3ZlIHRoYXQgaXQgaXMgeW91";

static hf_webauthn_wanted wanted(void)
{
    return (hf_webauthn_wanted){.challenge = hf_str_of(challenge),
                                .origin = HF_STR("https://holdfast.example"),
                                .rp_id = HF_STR("holdfast.example")};
}

static const char *try_register(const authenticator *it, hf_webauthn_key *out)
{
    static hf_error err;
    hf_webauthn_wanted want = wanted();
    return hf_webauthn_register(&want, client_data_of(it, "webauthn.create", want.challenge),
                                attestation_of(it), it->arena, out, &err)
               ? "good"
               : err.code;
}

static const char *try_use(authenticator *it, const hf_webauthn_key *key, uint32_t *counter)
{
    static hf_error err;
    hf_webauthn_wanted want = wanted();
    hf_webauthn_proof proof = authenticator_use(it, want.challenge);
    return hf_webauthn_check(&want, &proof, key->cose_key, it->arena, counter, &err) ? "good"
                                                                                     : err.code;
}

static void every_kind_of_key_is_made_and_used(void **state)
{
    (void)state;
    for (hf_sign_algorithm each = HF_SIGNS_ES256; each <= HF_SIGNS_RS256; each++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        HF_CLEANUP(authenticator_done) authenticator it = authenticator_make(&arena, each);
        hf_webauthn_key key = {0};
        uint32_t counter = 0;
        it.counter = 7;
        assert_string_equal(try_register(&it, &key), "good");
        assert_int_equal(key.counter, 7);
        assert_false(key.is_backed_up);
        assert_memory_equal(key.id.ptr, it.id, sizeof it.id);
        it.counter = 0x01020304;
        assert_string_equal(try_use(&it, &key, &counter), "good");
        assert_int_equal(counter, 0x01020304);
        it.flags |= BACKED_UP;
        assert_string_equal(try_register(&it, &key), "good");
        assert_true(key.is_backed_up);
    }
}

static hf_str hex_of(hf_arena *arena, const char *hex)
{
    size_t len = strlen(hex) / 2;
    char *bytes = hf_arena_take(arena, len);
    assert_true(hf_hex_parse(hf_str_of(hex), (uint8_t *)bytes, len));
    return (hf_str){bytes, len};
}

#define PUBLISHED_CREATE                                                                           \
    "7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a22414d4d507434"   \
    "557878475453746e63647134313759447742466938767049612d7077386f4f755657345441222c226f72696769"   \
    "6e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73652c"   \
    "22657874726144617461223a22636c69656e74446174614a534f4e206d617920626520657874656e6465642077"   \
    "697468206164646974696f6e616c206669656c647320696e20746865206675747572652c207375636820617320"   \
    "746869733a20426b5165446a646354427258426941774a544c453551227d"
#define PUBLISHED_ATTESTATION                                                                      \
    "a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b063360d3ad6461c9"   \
    "c4735ae7f8edd46592a5e0f01452b2e4b559000000008446ccb9ab1db374750b2367ff6f3a1f0020f91f391db4"   \
    "c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4a5010203262001215820afefa16f97ca9b2d"   \
    "23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a56b87a2fca66334b03458abf879717c1"   \
    "2cc68ed73290af2e2664796b9220"
#define PUBLISHED_DATA "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51900000000"
#define PUBLISHED_GET                                                                              \
    "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a224f63446e5568515875"   \
    "6c5455506f334a5558543049393770767a7a59425039745a63685879617630314167222c226f726967696e223a"   \
    "2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d"
#define PUBLISHED_SIGNATURE                                                                        \
    "3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b"   \
    "93538174f575bf11a1dd5d78c6e486013f937295ea13653e331e87"

// The person was not verified in the example, so it is refused at that point and not before; the flag is not signed in a
// registration, so that it can be set there.
static void the_published_example_is_read_and_its_signature_fits(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf message = hf_buf_of(4096);
    hf_webauthn_wanted want = {.challenge = HF_STR("AMMPt4UxxGTStncdq417YDwBFi8vpIa-pw8oOuVW4TA"),
                               .origin = HF_STR("https://example.org"),
                               .rp_id = HF_STR("example.org")};
    hf_webauthn_key made = {0};
    hf_error err = {0};
    hf_str create = hex_of(&arena, PUBLISHED_CREATE);
    hf_str attestation = hex_of(&arena, PUBLISHED_ATTESTATION);
    uint32_t counter = 0;
    assert_false(hf_webauthn_register(&want, create, attestation, &arena, &made, &err));
    assert_string_equal(err.code, "passkey.unverified");
    char *verified = hf_str_z(&arena, attestation);
    verified[30 + 32] |= VERIFIED;
    if (!hf_webauthn_register(&want, create, (hf_str){verified, attestation.len}, &arena, &made,
                              &err))
        fail_msg("%s", err.message);
    hf_str id = hex_of(&arena, "f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4");
    assert_true(hf_str_equal(made.id, id));
    assert_true(made.is_backed_up);

    hf_webauthn_proof proof = {hex_of(&arena, PUBLISHED_GET), hex_of(&arena, PUBLISHED_DATA),
                               hex_of(&arena, PUBLISHED_SIGNATURE)};
    want.challenge = HF_STR("OcDnUhQXulTUPo3JUXT0I97pvzzYBP9tZchXyav01Ag");
    assert_false(hf_webauthn_check(&want, &proof, made.cose_key, &arena, &counter, &err));
    assert_string_equal(err.code, "passkey.unverified");
    hf_sha256 client = hf_sha256_of(proof.client_data);
    hf_buf_add_str(&message, proof.authenticator_data);
    hf_buf_add(&message, client.bytes, sizeof client.bytes);
    hf_public_key key = {
        HF_SIGNS_ES256,
        hex_of(&arena, "afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61"),
        hex_of(&arena, "930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220")};
    assert_true(hf_public_key_fits(&key, HF_ECDSA_DER, hf_buf_str(&message), proof.signature));
}

// Each bend of the answer and the code that it gets, when a passkey is made and when it is used.
typedef struct {
    const char *what, *code;
    void (*bend)(authenticator *it);
} bent;

static void at_another_site(authenticator *it)
{
    it->origin = "https://holdfast.example.evil.example";
}
static void at_another_port(authenticator *it)
{
    it->origin = "https://holdfast.example:8443";
}
static void without_tls(authenticator *it)
{
    it->origin = "http://holdfast.example";
}
static void of_another_rp(authenticator *it)
{
    it->rp_id = "example";
}
static void for_something_else(authenticator *it)
{
    it->type = "payment.get";
}
static void in_a_foreign_page(authenticator *it)
{
    it->more = ",\"crossOrigin\":true";
}
static void under_a_foreign_page(authenticator *it)
{
    it->more = ",\"topOrigin\":\"https://evil.example\"";
}
static void with_an_odd_mark(authenticator *it)
{
    it->more = ",\"crossOrigin\":\"no\"";
}
static void with_two_origins(authenticator *it)
{
    it->more = ",\"origin\":\"https://holdfast.example\"";
}
static void without_verification(authenticator *it)
{
    it->flags = PRESENT;
}
static void without_presence(authenticator *it)
{
    it->flags = VERIFIED;
}
static void with_extensions_that_are_none(authenticator *it)
{
    it->flags |= 128;
}

static const bent bends[] = {
    {"another site", "passkey.foreign", at_another_site},
    {"another port", "passkey.foreign", at_another_port},
    {"without TLS", "passkey.foreign", without_tls},
    {"another rp", "passkey.foreign", of_another_rp},
    {"another purpose", "passkey.foreign", for_something_else},
    {"a foreign page", "passkey.foreign", in_a_foreign_page},
    {"below a foreign page", "passkey.foreign", under_a_foreign_page},
    {"crossOrigin is a text", "passkey.foreign", with_an_odd_mark},
    {"two origins", "passkey.unreadable", with_two_origins},
    {"not verified", "passkey.unverified", without_verification},
    {"not present", "passkey.unverified", without_presence},
    {"extensions are missing", "passkey.unreadable", with_extensions_that_are_none},
};

static void whatever_is_bent_is_refused_when_made_and_when_used(void **state)
{
    (void)state;
    for (size_t i = 0; i < HF_COUNT(bends); i++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        HF_CLEANUP(authenticator_done)
        authenticator good = authenticator_make(&arena, HF_SIGNS_ES256);
        authenticator it = good;
        hf_webauthn_key key = {0};
        uint32_t counter = 0;
        assert_string_equal(try_register(&good, &key), "good");
        bends[i].bend(&it);
        const char *made = try_register(&it, &key);
        if (strcmp(made, bends[i].code) != 0)
            fail_msg("made, %s: %s", bends[i].what, made);
        const char *used = try_use(&it, &key, &counter);
        if (strcmp(used, bends[i].code) != 0)
            fail_msg("used, %s: %s", bends[i].what, used);
    }
}

static void only_the_question_that_was_asked_is_answered(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(authenticator_done) authenticator it = authenticator_make(&arena, HF_SIGNS_EDDSA);
    hf_webauthn_key key = {0};
    hf_webauthn_wanted want = wanted();
    hf_error err = {0};
    uint32_t counter = 0;
    assert_string_equal(try_register(&it, &key), "good");
    hf_webauthn_proof proof = authenticator_use(&it, want.challenge);
    want.challenge = HF_STR("YW5vdGhlcg");
    assert_false(hf_webauthn_check(&want, &proof, key.cose_key, &arena, &counter, &err));
    assert_string_equal(err.code, "passkey.challenge");
    want.challenge = HF_STR_EMPTY;
    proof = authenticator_use(&it, HF_STR_EMPTY);
    assert_false(hf_webauthn_check(&want, &proof, key.cose_key, &arena, &counter, &err));
    assert_string_equal(err.code, "passkey.challenge");
}

static void only_its_own_key_signs_and_all_bytes_count(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(authenticator_done) authenticator it = authenticator_make(&arena, HF_SIGNS_ES256);
    HF_CLEANUP(authenticator_done) authenticator thief = authenticator_make(&arena, HF_SIGNS_ES256);
    hf_webauthn_key key = {0};
    hf_webauthn_wanted want = wanted();
    hf_error err = {0};
    uint32_t counter = 0;
    assert_string_equal(try_register(&it, &key), "good");
    assert_string_equal(try_use(&thief, &key, &counter), "passkey.wrong");
    hf_webauthn_proof proof = authenticator_use(&it, want.challenge);
    char *data = hf_str_z(&arena, proof.authenticator_data);
    data[36] = (char)(data[36] + 1); // the counter
    proof.authenticator_data.ptr = data;
    assert_false(hf_webauthn_check(&want, &proof, key.cose_key, &arena, &counter, &err));
    assert_string_equal(err.code, "passkey.wrong");
    proof = authenticator_use(&it, want.challenge);
    proof.signature = HF_STR_EMPTY;
    assert_false(hf_webauthn_check(&want, &proof, key.cose_key, &arena, &counter, &err));
    assert_string_equal(err.code, "passkey.wrong");
    hf_str cut = hf_str_slice(proof.authenticator_data, 0, 36);
    proof.authenticator_data = cut;
    assert_false(hf_webauthn_check(&want, &proof, key.cose_key, &arena, &counter, &err));
    assert_string_equal(err.code, "passkey.unreadable");
}

static void an_attestation_that_nobody_asked_for_is_refused(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(authenticator_done) authenticator it = authenticator_make(&arena, HF_SIGNS_ES256);
    hf_webauthn_key key = {0};
    it.form = "packed";
    assert_string_equal(try_register(&it, &key), "passkey.unreadable");
}

static void keys_of_other_kinds_are_refused(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(authenticator_done) authenticator it = authenticator_make(&arena, HF_SIGNS_ES256);
    hf_webauthn_wanted want = wanted();
    hf_webauthn_key key = {0};
    hf_error err = {0};
    hf_str attestation = attestation_of(&it);
    hf_str client = client_data_of(&it, "webauthn.create", want.challenge);
    static const struct {
        const char *from, *to;
    } changes[] = {{"\x03\x26", "\x03\x27"},          // another algorithm for the same curve
                   {"\x20\x01\x21", "\x20\x02\x21"},  // another curve
                   {"\x01\x02\x03", "\x01\x03\x03"}}; // another type
    for (size_t i = 0; i < HF_COUNT(changes); i++) {
        char *bytes = hf_str_z(&arena, attestation);
        size_t at = hf_str_find(attestation, hf_str_of(changes[i].from));
        assert_true(at < attestation.len);
        memcpy(bytes + at, changes[i].to, strlen(changes[i].to));
        assert_false(hf_webauthn_register(&want, client, (hf_str){bytes, attestation.len}, &arena,
                                          &key, &err));
        assert_string_equal(err.code, "passkey.key");
    }
    for (size_t len = 0; len < attestation.len; len++) // cut off anywhere
        assert_false(hf_webauthn_register(&want, client, hf_str_slice(attestation, 0, len), &arena,
                                          &key, &err));
}

static void lengths_are_bounded(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_webauthn_wanted want = wanted();
    hf_webauthn_key key = {0};
    hf_error err = {0};
    hf_str many = {hf_arena_take(&arena, 70000), 70000};
    HF_CLEANUP(authenticator_done) authenticator it = authenticator_make(&arena, HF_SIGNS_ES256);
    hf_str client = client_data_of(&it, "webauthn.create", want.challenge);
    assert_false(hf_webauthn_register(&want, many, attestation_of(&it), &arena, &key, &err));
    assert_string_equal(err.code, "passkey.unreadable");
    assert_false(hf_webauthn_register(&want, client, many, &arena, &key, &err));
    assert_string_equal(err.code, "passkey.unreadable");
}

static void a_counter_goes_on_or_is_not_kept(void **state)
{
    (void)state;
    assert_true(hf_webauthn_counts_on(0, 0)); // one that does not count
    assert_true(hf_webauthn_counts_on(0, 1));
    assert_true(hf_webauthn_counts_on(5, 6));
    assert_true(hf_webauthn_counts_on(5, UINT32_MAX));
    assert_false(hf_webauthn_counts_on(5, 5));
    assert_false(hf_webauthn_counts_on(5, 4));
    assert_false(hf_webauthn_counts_on(5, 0));
}

static void only_names_over_tls_are_sites(void **state)
{
    (void)state;
    static const struct {
        const char *origin, *site;
    } rows[] = {
        {"https://holdfast.example.org", "holdfast.example.org"},
        {"https://holdfast.example.org:8443", "holdfast.example.org"},
        {"https://hold-fast.local", "hold-fast.local"},
        {"http://localhost:2341", "localhost"},
        {"https://localhost", "localhost"},
        {"http://holdfast.example.org", ""},
        {"https://192.0.2.7", ""},
        {"https://[::1]", ""},
        {"https://holdfast.example.org/", ""},
        {"https://holdfast.example.org/a", ""},
        {"https://Holdfast.example.org", ""},
        {"https://a@holdfast.example.org", ""},
        {"https://holdfast.example.org:0", ""},
        {"https://holdfast.example.org:", ""},
        {"https://holdfast.example.org:99999", ""},
        {"https://holdfast..org", ""},
        {"https://.org", ""},
        {"https://-a.org", ""},
        {"https://a-.org", ""},
        {"https://org.", ""},
        {"https://", ""},
        {"holdfast.example.org", ""},
        {"", ""},
    };
    for (size_t i = 0; i < HF_COUNT(rows); i++)
        CHECK_STR(hf_webauthn_rp_id(hf_str_of(rows[i].origin)), rows[i].site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_key_is_made_and_used),
        cmocka_unit_test(the_published_example_is_read_and_its_signature_fits),
        cmocka_unit_test(whatever_is_bent_is_refused_when_made_and_when_used),
        cmocka_unit_test(only_the_question_that_was_asked_is_answered),
        cmocka_unit_test(only_its_own_key_signs_and_all_bytes_count),
        cmocka_unit_test(an_attestation_that_nobody_asked_for_is_refused),
        cmocka_unit_test(keys_of_other_kinds_are_refused),
        cmocka_unit_test(lengths_are_bounded),
        cmocka_unit_test(a_counter_goes_on_or_is_not_kept),
        cmocka_unit_test(only_names_over_tls_are_sites),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
