// SPDX-License-Identifier: Apache-2.0
//
// Accounts and all that lets somebody in, over a store whose driver fails call 1, 2, 3 … until none fails: nobody is let in
// by what was not kept, and nothing that was used up is good again.
#include "../authenticator.h"
#include "faults.h"
#include "one_time_code.h"
#include "usecase/reading.h"

// Of the set-up.
static char session_token[128];
static char token_id[HF_SHORT_ID_BYTES];
static char passkey_id[HF_SHORT_ID_BYTES];
static hf_new_passkey new_passkey;
static hf_passkey_sign_in_request passkey_use;
static char code_to_confirm[9], code_to_use[9];
static char recovery_code[64];

static hf_session own(hf_store *store, const char *name)
{
    hf_session session = session_of(store);
    session.actor = (hf_actor){.name = hf_str_of(name),
                               .role = HF_ROLE_ANALYST,
                               .clearance = HF_TLP_RED,
                               .is_signed_in = true};
    return session;
}

static bool add_an_account(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_patch patch = patch_of(&hf_noun_user, "{\"key\":\"new\",\"role\":\"analyst\"}", &arena);
    hf_user *user = NULL;
    return hf_add_user(&session, &patch, HF_STR(PASSWORD), &arena, &user, err);
}

static bool set_a_password(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    const hf_visit visit = {.peer = HF_STR("192.0.2.7")};
    const hf_password_request wanted = {.user_key = HF_STR("ana"),
                                        .current = HF_STR(PASSWORD),
                                        .password = HF_STR("another " PASSWORD),
                                        .visit = &visit};
    hf_signed_in made = {0};
    return hf_set_password(&session, &wanted, &arena, &made, err);
}

static bool enter(hf_store *store, const char *name, const char *code, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_signed_in who = {0};
    const hf_sign_in_request request = {
        .name = hf_str_of(name), .password = HF_STR(PASSWORD), .code = hf_str_of(code)};
    session.now_ms = KIT_NOW + 2 * HF_TOTP_STEP_S * 1000;
    return hf_sign_in(&session, &request, &arena, &who, err);
}

static bool sign_in(hf_store *store, hf_error *err)
{
    return enter(store, "ana", "", err);
}

static bool sign_in_by_a_code(hf_store *store, hf_error *err)
{
    return enter(store, "nora", code_to_use, err);
}

static bool sign_in_by_a_recovery_code(hf_store *store, hf_error *err)
{
    return enter(store, "nora", recovery_code, err);
}

static bool sign_out(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    return hf_sign_out(&session, hf_str_of(session_token), err);
}

static bool be_recognised(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_signed_in who = {0};
    return hf_find_actor(store, HF_CREDENTIAL_SESSION, hf_str_of(session_token),
                         KIT_NOW + 3600 * 1000, &arena, &who, err);
}

static bool add_a_token(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_str token = HF_STR_EMPTY;
    const hf_token_request wanted = {.user_key = HF_STR("ana"),
                                     .label = HF_STR("feed"),
                                     .days = 7,
                                     .role = HF_WORD_NONE,
                                     .clearance = HF_WORD_NONE};
    return hf_add_token(&session, &wanted, &arena, &token, err);
}

static bool end_a_token(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    return hf_end_token(&session, HF_STR("ana"), hf_str_of(token_id), err);
}

static bool end_sessions(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    uint64_t count = 0;
    return hf_end_sessions(&session, HF_STR("ana"), HF_STR_EMPTY, HF_STR(PASSWORD), &count, err);
}

static bool count_what_was_read(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_readings_close) hf_readings *book = hf_readings_open();
    hf_session session = session_of(store);
    hf_reading_add(book, HF_STR("ana"), HF_READING_RECORDS, 100000, session.now_ms);
    return hf_readings_settle(&session, book, err);
}

// A year on: the sessions that were made before have ended.
static bool tidy_what_is_over(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    session.now_ms += INT64_C(365) * 86400000;
    return hf_keep_tidy(&session, HF_STR_EMPTY, err);
}

static void accounts_and_sessions_are_whole_or_not_at_all(void **state)
{
    static const kit_case cases[] = {
        FAULT_CASE(hf_add_user, add_an_account),
        FAULT_CASE(hf_set_password, set_a_password),
        FAULT_CASE(hf_sign_in, sign_in),
        FAULT_CASE(hf_sign_out, sign_out),
        FAULT_CASE_BY_THE_WAY(hf_find_actor, be_recognised),
        FAULT_CASE(hf_add_token, add_a_token),
        FAULT_CASE(hf_end_token, end_a_token),
        FAULT_CASE(hf_end_sessions, end_sessions),
        FAULT_CASE(hf_readings_settle, count_what_was_read),
        FAULT_CASE(hf_keep_tidy, tidy_what_is_over),
    };
    SURVIVE(state, cases);
}

// --- second factors, passkeys, certificates, providers ---------------------------------------------------------

static bool begin_a_factor(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = own(store, "ana");
    hf_str secret = HF_STR_EMPTY, uri = HF_STR_EMPTY;
    return hf_second_factor_begin(&session, HF_STR("ana"), HF_STR(PASSWORD), &arena, &secret, &uri,
                                  err);
}

static bool confirm_a_factor(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = own(store, "mara");
    hf_str codes[HF_RECOVERY_CODE_COUNT];
    return hf_second_factor_confirm(&session, HF_STR("mara"), hf_str_of(code_to_confirm), &arena,
                                    codes, err);
}

static bool remove_a_factor(hf_store *store, hf_error *err)
{
    const hf_proof password_again = {.password = HF_STR(PASSWORD), .identified = HF_STR("seen")};
    hf_session session = own(store, "nora");
    return hf_second_factor_remove(&session, HF_STR("nora"), &password_again, err);
}

static bool add_a_passkey(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = own(store, "ana");
    hf_str codes[HF_RECOVERY_CODE_COUNT];
    size_t count = 0;
    return hf_passkey_add(&session, &new_passkey, &arena, codes, &count, err);
}

static bool sign_in_by_a_passkey(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = own(store, "");
    hf_signed_in who = {0};
    return hf_passkey_sign_in(&session, &passkey_use, &arena, &who, err);
}

static bool remove_a_passkey(hf_store *store, hf_error *err)
{
    const hf_proof password_again = {.password = HF_STR(PASSWORD), .identified = HF_STR("seen")};
    hf_session session = own(store, "mara");
    return hf_passkey_remove(&session, HF_STR("mara"), hf_str_of(passkey_id), &password_again, err);
}

static bool add_a_certificate(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    return hf_certificate_add(&session, HF_STR("ana"), HF_STR("dns:feed.example.org"), err);
}

static bool remove_a_certificate(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    return hf_certificate_remove(&session, HF_STR("ana"), HF_STR("dns:old.example.org"), err);
}

static bool be_recognised_by_a_certificate(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_signed_in who = {0};
    const hf_str mark = HF_STR("dns:old.example.org");
    return hf_certificate_find(store, &mark, 1, KIT_NOW + 3600 * 1000, &arena, &who, err);
}

static bool unlink_from_a_provider(hf_store *store, hf_error *err)
{
    const hf_proof password_again = {.password = HF_STR(PASSWORD), .identified = HF_STR("seen")};
    char id[HF_SHORT_ID_BYTES];
    hf_session session = session_of(store);
    hf_short_id(hf_sha256_of(HF_STR("ana")), id);
    return hf_oidc_unlink(&session, HF_STR("ana"), hf_str_of(id), &password_again, err);
}

static void other_ways_in_are_whole_or_not_at_all(void **state)
{
    static const kit_case cases[] = {
        FAULT_CASE(hf_sign_in, sign_in_by_a_code),
        FAULT_CASE(hf_sign_in, sign_in_by_a_recovery_code),
        FAULT_CASE(hf_second_factor_begin, begin_a_factor),
        FAULT_CASE(hf_second_factor_confirm, confirm_a_factor),
        FAULT_CASE(hf_second_factor_remove, remove_a_factor),
        FAULT_CASE(hf_passkey_add, add_a_passkey),
        FAULT_CASE(hf_passkey_sign_in, sign_in_by_a_passkey),
        FAULT_CASE(hf_passkey_remove, remove_a_passkey),
        FAULT_CASE(hf_certificate_add, add_a_certificate),
        FAULT_CASE(hf_certificate_remove, remove_a_certificate),
        FAULT_CASE_BY_THE_WAY(hf_certificate_find, be_recognised_by_a_certificate),
        FAULT_CASE(hf_oidc_unlink, unlink_from_a_provider),
    };
    SURVIVE(state, cases);
}

// --- set-up --------------------------------------------------------------------------------------------------

static void name_of_only(hf_kit *kit, hf_credential_kind kind, const char *user,
                         char text[HF_SHORT_ID_BYTES])
{
    hf_session session = session_of(kit->store);
    hf_credential *list = NULL;
    size_t count = 0;
    MUST(kit, hf_list_credentials(&session, kind, hf_str_of(user), &kit->arena, &list, &count,
                                  &kit->err));
    assert_int_equal(count, 1);
    hf_short_id(list[0].secret, text);
}

// mara has begun a second factor, nora has one.
static void give_factors(hf_kit *kit)
{
    static const char *const names[] = {"nora", "mara"}; // her code is the last
    for (size_t i = 0; i < HF_COUNT(names); i++) {
        hf_session session = own(kit->store, names[i]);
        hf_str codes[HF_RECOVERY_CODE_COUNT];
        hf_str secret = HF_STR_EMPTY, uri = HF_STR_EMPTY;
        MUST(kit, hf_second_factor_begin(&session, session.actor.name, HF_STR(PASSWORD),
                                         &kit->arena, &secret, &uri, &kit->err));
        one_time_code(secret, KIT_NOW, code_to_confirm);
        if (i == 1)
            break;
        MUST(kit, hf_second_factor_confirm(&session, session.actor.name, hf_str_of(code_to_confirm),
                                           &kit->arena, codes, &kit->err));
        one_time_code(secret, KIT_NOW + 2 * HF_TOTP_STEP_S * 1000, code_to_use);
        (void)snprintf(recovery_code, sizeof(recovery_code), "%.*s", HF_STR_ARG(codes[0]));
    }
}

static hf_new_passkey make_passkey(hf_kit *kit, const authenticator *it, const char *name)
{
    hf_session session = own(kit->store, name);
    hf_passkey_offer offer = {0};
    MUST(kit, hf_passkey_begin(&session, hf_str_of(name), HF_STR(PASSWORD), &kit->arena, &offer,
                               &kit->err));
    hf_str challenge = hf_str_copy(&kit->arena, offer.challenge);
    return (hf_new_passkey){.user_key = hf_str_of(name),
                            .name = HF_STR("work phone"),
                            .challenge = challenge,
                            .client_data = client_data_of(it, "webauthn.create", challenge),
                            .attestation = attestation_of(it)};
}

// mara has a passkey, and has been asked to use it; ana is about to add one.
static void give_passkeys(hf_kit *kit)
{
    HF_CLEANUP(authenticator_done)
    authenticator first = authenticator_make(&kit->arena, HF_SIGNS_ES256);
    HF_CLEANUP(authenticator_done)
    authenticator second = authenticator_make(&kit->arena, HF_SIGNS_EDDSA);
    hf_session session = own(kit->store, "mara");
    hf_str codes[HF_RECOVERY_CODE_COUNT], challenge = HF_STR_EMPTY, site = HF_STR_EMPTY;
    size_t count = 0;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_user *user = NULL;
    must_set(kit, HF_INSTANCE_ORIGIN, "https://holdfast.example");
    hf_new_passkey made = make_passkey(kit, &first, "mara");
    MUST(kit, hf_passkey_add(&session, &made, &kit->arena, codes, &count, &kit->err));
    name_of_only(kit, HF_CREDENTIAL_PASSKEY, "mara", passkey_id);
    new_passkey = make_passkey(kit, &second, "ana");
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_find_user(read, HF_STR("mara"), &kit->arena, &user, &kit->err));
    MUST(kit, hf_passkey_ask(&session, &kit->arena, &challenge, &site, &kit->err));
    passkey_use = (hf_passkey_sign_in_request){
        .challenge = challenge,
        .id = hf_str_copy(&kit->arena, (hf_str){(const char *)first.id, sizeof(first.id)}),
        .user_handle = hf_str_copy(&kit->arena, hf_str_of(user->head.id)),
        .proof = authenticator_use(&first, challenge)};
}

static void give_a_link(hf_kit *kit)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    const hf_credential link = {.kind = HF_CREDENTIAL_LINK,
                                .secret = hf_sha256_of(HF_STR("ana")),
                                .user_key = HF_STR("ana"),
                                .created_ms = KIT_NOW,
                                .expires_ms = INT64_MAX,
                                .last_seen_ms = HF_INTEGER_NONE,
                                .detail = HF_STR("{}")};
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST(kit, hf_credential_add(tx, &link, &kit->err));
    MUST(kit, hf_tx_commit(&tx, &kit->err));
}

static int open_filled(void **state)
{
    if (kit_open(state) != 0)
        return 1;
    hf_kit *kit = *state;
    hf_session session = session_of(kit->store);
    hf_signed_in who = {0};
    hf_str token = HF_STR_EMPTY;
    const hf_sign_in_request request = {.name = HF_STR("ana"), .password = HF_STR(PASSWORD)};
    const hf_token_request wanted = {.user_key = HF_STR("ana"),
                                     .label = HF_STR("feed"),
                                     .role = HF_WORD_NONE,
                                     .clearance = HF_WORD_NONE};
    must_add_user(kit, "{\"key\":\"ana\",\"role\":\"administrator\"}");
    must_add_user(kit, "{\"key\":\"mara\",\"role\":\"analyst\"}");
    must_add_user(kit, "{\"key\":\"nora\",\"role\":\"analyst\"}");
    MUST(kit, hf_sign_in(&session, &request, &kit->arena, &who, &kit->err));
    (void)snprintf(session_token, sizeof(session_token), "%.*s", HF_STR_ARG(who.token));
    MUST(kit, hf_add_token(&session, &wanted, &kit->arena, &token, &kit->err));
    name_of_only(kit, HF_CREDENTIAL_TOKEN, "ana", token_id);
    return 0;
}

static int open_with_other_ways(void **state)
{
    if (open_filled(state) != 0)
        return 1;
    hf_kit *kit = *state;
    hf_session session = session_of(kit->store);
    MUST(kit,
         hf_certificate_add(&session, HF_STR("ana"), HF_STR("dns:old.example.org"), &kit->err));
    give_factors(kit);
    give_passkeys(kit);
    give_a_link(kit);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(accounts_and_sessions_are_whole_or_not_at_all, open_filled,
                                        kit_close),
        cmocka_unit_test_setup_teardown(other_ways_in_are_whole_or_not_at_all, open_with_other_ways,
                                        kit_close),
    };
    return cmocka_run_group_tests_name("usecase faulty accounts", tests, NULL, NULL);
}
