// SPDX-License-Identifier: Apache-2.0
//
// Passkeys of accounts: made and used once for each question, counted on, listed, removed; what they stand in for; and
// tickets, by which questions are known again.
#include "fixture.h"

#include "../authenticator.h"
#include "usecase/passkeys.h"
#include "usecase/settings.h"
#include "usecase/ticket.h"

#define PASSWORD "lantern walks the kitchen 7"
#define NOW      INT64_C(1700000000000)
#define MINUTES  INT64_C(60000)

static hf_session session_of(fixture *f, const char *name, int64_t now_ms)
{
    hf_session session = local_session(f);
    session.actor.name = hf_str_of(name);
    session.actor.is_local = false;
    session.now_ms = now_ms;
    return session;
}

static void set(fixture *f, hf_instance_key key, const char *value)
{
    hf_session local = local_session(f);
    hf_str values[HF_INSTANCE_SETTING_COUNT] = {0};
    hf_error err = {0};
    values[key] = hf_str_of(value);
    if (!hf_change_settings(&local, values, &err))
        fail_msg("%s", err.message);
}

static void add_as(fixture *f, const char *key, const char *role)
{
    hf_session session = local_session(f);
    hf_str json = hf_str_format(&f->memory, "{\"key\":\"%s\",\"role\":\"%s\"}", key, role);
    hf_patch patch = patch_of(f, &hf_noun_user, hf_str_z(&f->memory, json));
    hf_user *user = NULL;
    hf_error err = {0};
    if (!hf_add_user(&session, &patch, HF_STR(PASSWORD), &f->memory, &user, &err))
        fail_msg("%s", err.message);
}

static void add_user(fixture *f, const char *key)
{
    add_as(f, key, "analyst");
}

// Places the account and the site; an authenticator for it.
static authenticator prepare(fixture *f)
{
    add_as(f, "boss", "administrator");
    add_user(f, "mara");
    set(f, HF_INSTANCE_ORIGIN, "https://holdfast.example");
    return authenticator_make(&f->memory, HF_SIGNS_ES256);
}

static hf_passkey_offer begin(fixture *f, const char *name, int64_t now_ms)
{
    hf_session own = session_of(f, name, now_ms);
    hf_passkey_offer offer = {0};
    hf_error err = {0};
    if (!hf_passkey_begin(&own, hf_str_of(name), HF_STR(PASSWORD), &f->memory, &offer, &err))
        fail_msg("%s", err.message);
    return offer;
}

static const char *add(fixture *f, const authenticator *it, const char *name, hf_str challenge,
                       int64_t now_ms, size_t *codes)
{
    static hf_error err;
    hf_session own = session_of(f, name, now_ms);
    hf_str recovery[HF_RECOVERY_CODE_COUNT];
    const hf_new_passkey made = {.user_key = hf_str_of(name),
                                 .name = HF_STR("work phone"),
                                 .challenge = challenge,
                                 .client_data = client_data_of(it, "webauthn.create", challenge),
                                 .attestation = attestation_of(it)};
    return hf_passkey_add(&own, &made, &f->memory, recovery, codes, &err) ? "added" : err.code;
}

static hf_str ask(fixture *f, int64_t now_ms)
{
    hf_session nobody = session_of(f, "", now_ms);
    hf_str challenge = HF_STR_EMPTY;
    hf_str site = HF_STR_EMPTY;
    hf_error err = {0};
    if (!hf_passkey_ask(&nobody, &f->memory, &challenge, &site, &err))
        fail_msg("%s", err.message);
    assert_true(hf_str_equal_z(site, "holdfast.example"));
    return challenge;
}

static hf_str handle_of(fixture *f, const char *name)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_user *user = NULL;
    hf_error err = {0};
    assert_true(hf_read_begin(f->store, &read, &err));
    assert_true(hf_find_user(read, hf_str_of(name), &f->memory, &user, &err));
    return user != NULL ? hf_str_copy(&f->memory, hf_str_of(user->head.id)) : HF_STR_EMPTY;
}

static const char *use_as(fixture *f, authenticator *it, hf_str challenge, hf_str handle,
                          int64_t now_ms)
{
    static hf_error err;
    hf_session nobody = session_of(f, "", now_ms);
    hf_signed_in made = {0};
    const hf_passkey_sign_in_request request = {.challenge = challenge,
                                                .id = {(const char *)it->id, sizeof it->id},
                                                .user_handle = handle,
                                                .proof = authenticator_use(it, challenge)};
    err = (hf_error){0};
    if (!hf_passkey_sign_in(&nobody, &request, &f->memory, &made, &err)) {
        assert_int_equal(err.kind, HF_ERR_SIGN_IN);
        return err.code;
    }
    assert_true(made.token.len > 0 && made.csrf.len > 0);
    return hf_str_z(&f->memory, made.actor.name);
}

static const char *use(fixture *f, authenticator *it, hf_str challenge, int64_t now_ms)
{
    return use_as(f, it, challenge, handle_of(f, "mara"), now_ms);
}

static const char *sign_in(fixture *f, const char *code, int64_t now_ms)
{
    static hf_error err;
    hf_session session = local_session(f);
    hf_signed_in made = {0};
    session.now_ms = now_ms;
    const hf_sign_in_request request = {
        .name = HF_STR("mara"), .password = HF_STR(PASSWORD), .code = hf_str_of(code)};
    return hf_sign_in(&session, &request, &f->memory, &made, &err) ? "in" : err.code;
}

static void a_passkey_lets_in_without_name_password_and_code(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(authenticator_done) authenticator it = prepare(f);
    hf_passkey_offer offer = begin(f, "mara", NOW);
    size_t codes = 0;
    assert_true(hf_str_equal_z(offer.rp_id, "holdfast.example"));
    assert_int_equal(offer.known_count, 0);
    assert_string_equal(add(f, &it, "mara", offer.challenge, NOW, &codes), "added");
    assert_int_equal(codes, HF_RECOVERY_CODE_COUNT);
    assert_string_equal(use(f, &it, ask(f, NOW), NOW), "mara");
    offer = begin(f, "mara", NOW);
    assert_int_equal(offer.known_count, 1); // so that the browser makes no second one
    hf_str id = HF_STR_EMPTY;
    assert_true(hf_base64url_parse(offer.known[0], &f->memory, &id));
    assert_memory_equal(id.ptr, it.id, sizeof it.id);
}

static void a_question_is_answered_once_and_within_five_minutes(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(authenticator_done) authenticator it = prepare(f);
    HF_CLEANUP(authenticator_done)
    authenticator second = authenticator_make(&f->memory, HF_SIGNS_EDDSA);
    size_t codes = 0;
    hf_str challenge = begin(f, "mara", NOW).challenge;
    assert_string_equal(add(f, &it, "mara", challenge, NOW + 5 * MINUTES, &codes),
                        "passkey.challenge");
    assert_string_equal(add(f, &it, "mara", challenge, NOW + 5 * MINUTES - 1, &codes), "added");
    assert_string_equal(add(f, &second, "mara", challenge, NOW + 1, &codes), "passkey.challenge");
    assert_string_equal(add(f, &second, "mara", ask(f, NOW), NOW, &codes), "passkey.challenge");
    challenge = ask(f, NOW);
    assert_string_equal(use(f, &it, challenge, NOW + 5 * MINUTES), "passkey.challenge");
    assert_string_equal(use(f, &it, challenge, NOW + 1), "mara");
    int64_t before = last_event(f);
    assert_string_equal(use(f, &it, challenge, NOW + 2), "passkey.challenge");
    assert_string_equal(use(f, &it, begin(f, "mara", NOW).challenge, NOW), "passkey.challenge");
    assert_string_equal(use(f, &it, HF_STR("AAAA"), NOW), "passkey.challenge");
    assert_string_equal(use(f, &it, HF_STR_EMPTY, NOW), "passkey.challenge");
    assert_int_equal(last_event(f), before);
}

static void a_counter_that_does_not_go_on_is_a_copy(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(authenticator_done) authenticator it = prepare(f);
    size_t codes = 0;
    it.counter = 4;
    assert_string_equal(add(f, &it, "mara", begin(f, "mara", NOW).challenge, NOW, &codes), "added");
    it.counter = 5;
    assert_string_equal(use(f, &it, ask(f, NOW), NOW), "mara");
    assert_string_equal(use(f, &it, ask(f, NOW), NOW), "passkey.cloned");
    it.counter = 3;
    assert_string_equal(use(f, &it, ask(f, NOW), NOW), "passkey.cloned");
    it.counter = 0;
    assert_string_equal(use(f, &it, ask(f, NOW), NOW), "passkey.cloned");
    it.counter = 9;
    assert_string_equal(use(f, &it, ask(f, NOW), NOW), "mara");
}

static void only_its_owner_is_let_in(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(authenticator_done) authenticator it = prepare(f);
    HF_CLEANUP(authenticator_done)
    authenticator thief = authenticator_make(&f->memory, HF_SIGNS_ES256);
    size_t codes = 0;
    add_user(f, "nina");
    assert_string_equal(add(f, &it, "mara", begin(f, "mara", NOW).challenge, NOW, &codes), "added");
    assert_string_equal(use(f, &thief, ask(f, NOW), NOW), "passkey.wrong"); // registered nowhere
    memcpy(thief.id, it.id, sizeof it.id);
    assert_string_equal(use(f, &thief, ask(f, NOW), NOW), "passkey.wrong"); // not its key
    assert_string_equal(use_as(f, &it, ask(f, NOW), handle_of(f, "nina"), NOW), "passkey.wrong");
    assert_string_equal(use_as(f, &it, ask(f, NOW), HF_STR_EMPTY, NOW), "passkey.wrong");
    it.origin = "https://holdfast.evil.example";
    assert_string_equal(use(f, &it, ask(f, NOW), NOW), "passkey.foreign");
    it.origin = "https://holdfast.example";
    // The id is taken, whoever comes with it.
    assert_string_equal(add(f, &thief, "nina", begin(f, "nina", NOW).challenge, NOW, &codes),
                        "passkey.known");
    // What mara began is not nina's to end.
    memset(thief.id, 7, sizeof thief.id);
    assert_string_equal(add(f, &thief, "nina", begin(f, "mara", NOW).challenge, NOW, &codes),
                        "passkey.challenge");
    hf_session local = local_session(f);
    hf_patch off = patch_of(f, &hf_noun_user, "{\"key\":\"mara\",\"is_disabled\":true}");
    void *changed = NULL;
    hf_error err = {0};
    if (!hf_edit_record(&local, &off, HF_STR("mara"), HF_VERSION_ANY, &f->memory, &changed, &err))
        fail_msg("%s", err.message);
    assert_string_equal(use(f, &it, ask(f, NOW), NOW), "passkey.wrong");
}

static void nobody_else_adds_a_way_in(void **state)
{
    fixture *f = *state;
    add_user(f, "mara");
    set(f, HF_INSTANCE_ORIGIN, "https://holdfast.example");
    hf_session boss = session_of(f, "boss", NOW);
    hf_session own = session_of(f, "mara", NOW);
    hf_session other = user_session(f, HF_ROLE_ANALYST, HF_TLP_RED);
    hf_passkey_offer offer = {0};
    hf_error err = {0};
    assert_false(hf_passkey_begin(&own, HF_STR("mara"), HF_STR("wrong"), &f->memory, &offer, &err));
    assert_string_equal(err.code, "account.wrong_current");
    assert_false(
        hf_passkey_begin(&boss, HF_STR("mara"), HF_STR(PASSWORD), &f->memory, &offer, &err));
    assert_string_equal(err.code, "access.denied");
    assert_false(
        hf_passkey_begin(&other, HF_STR("mara"), HF_STR(PASSWORD), &f->memory, &offer, &err));
    assert_string_equal(err.code, "access.denied");
    own.is_limited = true;
    assert_false(
        hf_passkey_begin(&own, HF_STR("mara"), HF_STR(PASSWORD), &f->memory, &offer, &err));
    assert_string_equal(err.code, "account.token_limited");
    set(f, HF_INSTANCE_ORIGIN, "");
    own.is_limited = false;
    assert_false(
        hf_passkey_begin(&own, HF_STR("mara"), HF_STR(PASSWORD), &f->memory, &offer, &err));
    assert_string_equal(err.code, "passkey.off");
    assert_false(hf_passkey_ask(&own, &f->memory, &offer.challenge, &offer.rp_id, &err));
    assert_string_equal(err.code, "passkey.off");
}

static hf_held held_of(fixture *f, const char *name)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_user *user = NULL;
    hf_actor actor = {0};
    hf_held held = HF_HELD_NOT;
    hf_error err = {0};
    assert_true(hf_read_begin(f->store, &read, &err));
    assert_true(hf_find_user(read, hf_str_of(name), &f->memory, &user, &err));
    assert_true(hf_actor_of(read, user, NOW, &f->memory, &actor, &err));
    assert_true(hf_find_held(read, user, &actor, &f->memory, &held, &err));
    return held;
}

static hf_credential first_of(fixture *f, const char *name)
{
    hf_session local = local_session(f);
    hf_credential *list = NULL;
    size_t count = 0;
    hf_error err = {0};
    assert_true(hf_list_credentials(&local, HF_CREDENTIAL_PASSKEY, hf_str_of(name), &f->memory,
                                    &list, &count, &err));
    assert_true(count > 0);
    return list[0];
}

static void it_is_the_second_factor_until_it_is_removed(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(authenticator_done) authenticator it = prepare(f);
    hf_session own = session_of(f, "mara", NOW);
    size_t codes = 0;
    hf_error err = {0};
    hf_str recovery[HF_RECOVERY_CODE_COUNT];
    char id[17];
    set(f, HF_INSTANCE_SECOND_FACTOR, "analyst");
    assert_int_equal(held_of(f, "mara"), HF_HELD_SECOND_FACTOR);
    assert_string_equal(sign_in(f, "", NOW), "in");
    hf_str challenge = begin(f, "mara", NOW).challenge;
    const hf_new_passkey made = {.user_key = HF_STR("mara"),
                                 .name = HF_STR("work phone"),
                                 .challenge = challenge,
                                 .client_data = client_data_of(&it, "webauthn.create", challenge),
                                 .attestation = attestation_of(&it)};
    assert_true(hf_passkey_add(&own, &made, &f->memory, recovery, &codes, &err));
    assert_int_equal(held_of(f, "mara"), HF_HELD_NOT);
    assert_string_equal(sign_in(f, "", NOW), "account.passkey_needed"); // no weaker way beside it
    assert_string_equal(sign_in(f, "000000", NOW), "account.code_wrong");
    char *code = hf_str_z(&f->memory, recovery[0]);
    assert_string_equal(sign_in(f, code, NOW), "in");
    assert_string_equal(sign_in(f, code, NOW), "account.code_wrong");

    hf_credential stored = first_of(f, "mara");
    assert_true(hf_str_equal_z(stored.label, "work phone"));
    hf_hex(stored.secret.bytes, 8, id);
    const hf_proof right = {.password = HF_STR(PASSWORD)};
    const hf_proof wrong = {.password = HF_STR("wrong")};
    assert_false(hf_passkey_remove(&own, HF_STR("mara"), hf_str_of(id), &wrong, &err));
    assert_string_equal(err.code, "account.wrong_current");
    assert_false(hf_passkey_remove(&own, HF_STR("mara"), HF_STR("0123456789abcdef"), &right, &err));
    assert_string_equal(err.code, "record.unknown");
    hf_session other = user_session(f, HF_ROLE_ANALYST, HF_TLP_RED);
    assert_false(hf_passkey_remove(&other, HF_STR("mara"), hf_str_of(id), &right, &err));
    assert_string_equal(err.code, "access.denied");
    assert_true(hf_passkey_remove(&own, HF_STR("mara"), hf_str_of(id), &right, &err));
    assert_string_equal(use(f, &it, ask(f, NOW), NOW), "passkey.wrong");
    assert_string_equal(sign_in(f, "", NOW), "in");
    assert_int_equal(held_of(f, "mara"), HF_HELD_SECOND_FACTOR);
    code = hf_str_z(&f->memory, recovery[1]);
    assert_string_equal(sign_in(f, code, NOW), "in"); // no code is asked for; it has none any more
    hf_second_factor factor = {0};
    assert_true(hf_second_factor_get(&own, HF_STR("mara"), &f->memory, &factor, &err));
    assert_int_equal(factor.recovery_left, 0);
}

// It could set none up, and signs in elsewhere.
static void an_account_without_a_password_is_not_asked_for_a_second_factor(void **state)
{
    fixture *f = *state;
    hf_session local = local_session(f);
    hf_patch patch = patch_of(f, &hf_noun_user, "{\"key\":\"nora\",\"role\":\"analyst\"}");
    hf_user *user = NULL;
    hf_error err = {0};
    add_as(f, "boss", "administrator");
    add_user(f, "mara");
    assert_true(hf_add_user(&local, &patch, HF_STR_EMPTY, &f->memory, &user, &err));
    set(f, HF_INSTANCE_SECOND_FACTOR, "analyst");
    assert_int_equal(held_of(f, "mara"), HF_HELD_SECOND_FACTOR);
    assert_int_equal(held_of(f, "nora"), HF_HELD_NOT);
}

static void a_name_is_asked_and_their_number_is_bounded(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(authenticator_done) authenticator it = prepare(f);
    hf_session own = session_of(f, "mara", NOW);
    hf_str recovery[HF_RECOVERY_CODE_COUNT];
    size_t codes = 0;
    hf_error err = {0};
    hf_new_passkey made = {.user_key = HF_STR("mara"), .name = HF_STR("  ")};
    assert_false(hf_passkey_add(&own, &made, &f->memory, recovery, &codes, &err));
    assert_string_equal(err.code, "field.required");
    made.name = (hf_str){hf_arena_take(&f->memory, 201), 201};
    assert_false(hf_passkey_add(&own, &made, &f->memory, recovery, &codes, &err));
    assert_string_equal(err.code, "field.too_long");
    for (unsigned i = 0; i < HF_PASSKEYS_MAX; i++) {
        hf_random_bytes(it.id, sizeof it.id);
        assert_string_equal(add(f, &it, "mara", begin(f, "mara", NOW).challenge, NOW, &codes),
                            "added");
        assert_int_equal(codes, i == 0 ? HF_RECOVERY_CODE_COUNT : 0);
    }
    hf_passkey_offer offer = {0};
    assert_false(
        hf_passkey_begin(&own, HF_STR("mara"), HF_STR(PASSWORD), &f->memory, &offer, &err));
    assert_string_equal(err.code, "passkey.too_many");
}

static void it_goes_with_its_account(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(authenticator_done) authenticator it = prepare(f);
    hf_session local = local_session(f);
    size_t codes = 0;
    hf_error err = {0};
    assert_string_equal(add(f, &it, "mara", begin(f, "mara", NOW).challenge, NOW, &codes), "added");
    hf_str handle = handle_of(f, "mara");
    uint64_t count = 0;
    if (!hf_remove_record(&local, &hf_noun_user, HF_STR("mara"), HF_VERSION_ANY, false, &count,
                          &err))
        fail_msg("%s", err.message);
    add_user(f, "mara");
    assert_string_equal(use_as(f, &it, ask(f, NOW), handle, NOW), "passkey.wrong");
}

static void a_ticket_is_for_its_purpose_and_counts_once(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_error err = {0};
    hf_str ticket = HF_STR_EMPTY;
    bool is_good = false;
    assert_true(hf_tx_begin(f->store, NOW, &tx, &err));
    hf_read *read = hf_tx_read(tx);
    assert_true(hf_ticket_make(read, HF_STR("a"), NOW + 10, &f->memory, &ticket, &err));
    assert_true(hf_ticket_is_good(read, HF_STR("b"), ticket, NOW, &is_good, &err));
    assert_false(is_good);
    assert_true(hf_ticket_is_good(read, HF_STR("a"), ticket, NOW + 10, &is_good, &err));
    assert_false(is_good);
    for (size_t i = 0; i < ticket.len; i++) { // no sign of it can be another
        char *bent = hf_str_z(&f->memory, ticket);
        bent[i] = bent[i] == 'A' ? 'B' : 'A';
        assert_true(
            hf_ticket_is_good(read, HF_STR("a"), (hf_str){bent, ticket.len}, NOW, &is_good, &err));
        assert_int_equal(is_good, bent[i] == ticket.ptr[i]);
    }
    assert_true(hf_ticket_use(tx, HF_STR("a"), ticket, NOW + 9, &is_good, &err));
    assert_true(is_good);
    assert_true(hf_ticket_use(tx, HF_STR("a"), ticket, NOW, &is_good, &err));
    assert_false(is_good);
    assert_true(hf_ticket_is_good(read, HF_STR("a"), ticket, NOW, &is_good, &err));
    assert_false(is_good);
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(a_passkey_lets_in_without_name_password_and_code),
        STORE_TEST(a_question_is_answered_once_and_within_five_minutes),
        STORE_TEST(a_counter_that_does_not_go_on_is_a_copy),
        STORE_TEST(only_its_owner_is_let_in),
        STORE_TEST(nobody_else_adds_a_way_in),
        STORE_TEST(it_is_the_second_factor_until_it_is_removed),
        STORE_TEST(an_account_without_a_password_is_not_asked_for_a_second_factor),
        STORE_TEST(a_name_is_asked_and_their_number_is_bounded),
        STORE_TEST(it_goes_with_its_account),
        STORE_TEST(a_ticket_is_for_its_purpose_and_counts_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
