// SPDX-License-Identifier: Apache-2.0
//
// Passkeys as they are kept, made and used. What an authenticator says is checked in base/webauthn.c; here stands whose
// it is and in which order things happen.
#include "usecase/passkeys.h"

#include "base/limits.h"
#include "base/text.h"
#include "usecase/ticket.h"

static const char sign_in_purpose[] = "passkey";

static int64_t end_of(const hf_session *session)
{
    return session->now_ms + INT64_C(60000) * HF_PASSKEY_MINUTES;
}

// --- as they are stored --------------------------------------------------------------------------------

// What `detail` holds. The id and the key as bytes.
typedef struct {
    hf_str id, key;
    uint32_t counter;
    bool is_backed_up;
} stored;

static hf_str write_stored(const stored *it, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(4 * HF_WEBAUTHN_ATTESTATION_BYTES_MAX);
    hf_json_writer w = {.out = &text};
    hf_json_begin_object(&w);
    hf_json_put_str(&w, "id", hf_base64url(arena, it->id));
    hf_json_put_str(&w, "key", hf_base64url(arena, it->key));
    hf_json_put_u64(&w, "counter", it->counter);
    hf_json_put_bool(&w, "backed_up", it->is_backed_up);
    hf_json_end_object(&w);
    HF_ASSERT(!text.overflow);
    return hf_buf_copy(arena, &text);
}

static bool read_stored(const hf_credential *credential, hf_arena *arena, stored *out,
                        hf_error *err)
{
    hf_json *detail = NULL;
    if (!hf_json_parse(credential->detail, arena, &detail, err))
        return false;
    const hf_json *counter = hf_json_get(detail, "counter");
    const hf_json *backed_up = hf_json_get(detail, "backed_up");
    if (!hf_base64url_parse(hf_json_text(detail, "id"), arena, &out->id) ||
        !hf_base64url_parse(hf_json_text(detail, "key"), arena, &out->key) || counter == NULL ||
        counter->type != HF_JSON_INT)
        return hf_fail(err, HF_ERR_INTERNAL, "passkey.stored", "a stored passkey is damaged");
    out->counter = (uint32_t)counter->integer;
    out->is_backed_up = backed_up != NULL && backed_up->boolean;
    return true;
}

static bool find_passkey(hf_read *read, hf_str id, hf_arena *arena, hf_credential **out,
                         hf_error *err)
{
    hf_sha256 row = hf_sha256_of(id);
    return hf_credential_find(read, HF_CREDENTIAL_PASSKEY, &row, INT64_MIN, arena, out, err);
}

bool hf_passkey_count(hf_read *read, hf_str user_key, hf_arena *arena, size_t *count, hf_error *err)
{
    hf_credential *unused = NULL;
    return hf_credential_list(read, HF_CREDENTIAL_PASSKEY, user_key, arena, &unused, count, err);
}

// --- where they count ----------------------------------------------------------------------------------

static bool find_place(hf_read *read, hf_arena *arena, hf_webauthn_wanted *out, hf_error *err)
{
    if (!hf_setting_get(read, hf_instance_settings[HF_INSTANCE_ORIGIN].name, arena, &out->origin,
                        err))
        return false;
    out->rp_id = hf_webauthn_rp_id(out->origin);
    return out->rp_id.len > 0 ||
           hf_fail(err, HF_ERR_CONFLICT, "passkey.off",
                   "there are no passkeys here: nobody has set identity.origin, the address at "
                   "which people open this");
}

// --- of one's own ----------------------------------------------------------------------------------------

static hf_str new_purpose(const hf_user *user, hf_arena *arena)
{
    return hf_str_format(arena, "passkey-new %s", user->head.id);
}

static bool check_room(size_t count, hf_error *err)
{
    return count < HF_PASSKEYS_MAX ||
           hf_fail(err, HF_ERR_CONFLICT, "passkey.too_many",
                   "an account has at most %u passkeys; remove one first", HF_PASSKEYS_MAX);
}

bool hf_passkey_begin(const hf_session *session, hf_str user_key, hf_str password, hf_arena *arena,
                      hf_passkey_offer *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_user *user = NULL;
    hf_webauthn_wanted place = {0};
    hf_instance instance = {0};
    hf_credential *list = NULL;
    size_t count = 0;
    hf_str challenge = HF_STR_EMPTY;
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_find_own(session, read, user_key, arena, &user, err) ||
        !hf_check_current(session, user, password, arena, err) ||
        !find_place(read, arena, &place, err) ||
        !hf_credential_list(read, HF_CREDENTIAL_PASSKEY, user->head.key, arena, &list, &count,
                            err) ||
        !check_room(count, err) || !hf_read_instance(session->store, arena, &instance, err) ||
        !hf_ticket_make(read, new_purpose(user, arena), end_of(session), arena, &challenge, err))
        return false;
    hf_str *known = HF_NEW_N(arena, hf_str, count);
    for (size_t i = 0; i < count; i++) {
        stored each = {0};
        if (!read_stored(&list[i], arena, &each, err))
            return false;
        known[i] = hf_base64url(arena, each.id);
    }
    *out = (hf_passkey_offer){.challenge = challenge,
                              .rp_id = place.rp_id,
                              .rp_name = instance.name,
                              .user_id = hf_base64url(arena, hf_str_of(user->head.id)),
                              .user_name = user->head.key,
                              .display_name =
                                  user->display_name.len > 0 ? user->display_name : user->head.key,
                              .known = known,
                              .known_count = count};
    return true;
}

static bool check_name(hf_str name, hf_error *err)
{
    if (hf_str_trim(name).len == 0)
        hf_fail(err, HF_ERR_INPUT, "field.required", "the passkey needs a name to know it by");
    else if (name.len > HF_PASSKEY_NAME_BYTES)
        hf_fail(err, HF_ERR_INPUT, "field.too_long", "the name is longer than %u bytes",
                HF_PASSKEY_NAME_BYTES);
    else
        return true;
    return hf_fail_at(err, "/name", 0, "name");
}

static bool use_challenge(hf_tx *tx, hf_str purpose, hf_str challenge, int64_t now_ms,
                          hf_error *err)
{
    bool is_good = false;
    if (!hf_ticket_use(tx, purpose, challenge, now_ms, &is_good, err))
        return false;
    return is_good || hf_fail(err, HF_ERR_INPUT, "passkey.challenge",
                              "this question is not ours, too old, or was answered before; begin "
                              "again");
}

static bool put(hf_tx *tx, const hf_user *user, const hf_new_passkey *made,
                const hf_webauthn_key *key, int64_t now_ms, hf_arena *arena, hf_error *err)
{
    const stored it = {key->id, key->cose_key, key->counter, key->is_backed_up};
    const hf_credential row = {.kind = HF_CREDENTIAL_PASSKEY,
                               .secret = hf_sha256_of(key->id),
                               .user_key = user->head.key,
                               .label = hf_str_trim(made->name),
                               .created_ms = now_ms,
                               .expires_ms = HF_INTEGER_NONE,
                               .last_seen_ms = HF_INTEGER_NONE,
                               .detail = write_stored(&it, arena)};
    hf_credential *there = NULL;
    size_t count = 0;
    if (!find_passkey(hf_tx_read(tx), key->id, arena, &there, err))
        return false;
    if (there != NULL)
        return hf_fail(err, HF_ERR_CONFLICT, "passkey.known", "this passkey is registered already");
    return hf_passkey_count(hf_tx_read(tx), user->head.key, arena, &count, err) &&
           check_room(count, err) && hf_credential_add(tx, &row, err);
}

// Whoever has none gets some: without them a lost passkey would be the end of the account.
static bool add_recovery(hf_tx *tx, const hf_user *user, int64_t now_ms, hf_arena *arena,
                         hf_str codes[HF_RECOVERY_CODE_COUNT], size_t *count, hf_error *err)
{
    hf_credential *unused = NULL;
    size_t left = 0;
    if (!hf_credential_list(hf_tx_read(tx), HF_CREDENTIAL_RECOVERY, user->head.key, arena, &unused,
                            &left, err))
        return false;
    *count = left == 0 ? HF_RECOVERY_CODE_COUNT : 0;
    return left > 0 || hf_recovery_make(tx, user, now_ms, arena, codes, err);
}

static hf_str told_name(hf_str name, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(4096);
    hf_json_writer w = {.out = &text};
    hf_json_begin_object(&w);
    hf_json_put_str(&w, "passkey", hf_str_trim(name));
    hf_json_end_object(&w);
    return hf_buf_copy(arena, &text);
}

bool hf_passkey_add(const hf_session *session, const hf_new_passkey *made, hf_arena *arena,
                    hf_str codes[HF_RECOVERY_CODE_COUNT], size_t *code_count, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_user *user = NULL;
    hf_webauthn_wanted wanted = {.challenge = made->challenge};
    hf_webauthn_key key = {0};
    size_t count = 0;
    if (!check_name(made->name, err) || !hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !hf_find_own(session, hf_tx_read(tx), made->user_key, arena, &user, err) ||
        !find_place(hf_tx_read(tx), arena, &wanted, err) ||
        !use_challenge(tx, new_purpose(user, arena), made->challenge, session->now_ms, err) ||
        !hf_webauthn_register(&wanted, made->client_data, made->attestation, arena, &key, err) ||
        !put(tx, user, made, &key, session->now_ms, arena, err) ||
        !add_recovery(tx, user, session->now_ms, arena, codes, &count, err) ||
        !hf_note(tx, session, "user.passkey_added", &hf_noun_user, user->head.key, HF_STR_EMPTY,
                 told_name(made->name, arena), err) ||
        !hf_tx_commit(&tx, err))
        return false;
    *code_count = count;
    return true;
}

bool hf_passkey_remove(const hf_session *session, hf_str user_key, hf_str short_id,
                       const hf_proof *proof, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_user *user = NULL;
    hf_credential *found = NULL;
    uint64_t ended = 0;
    // The slow hash is computed before the only writer's turn is taken.
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_find_managed(session, read, user_key, &scratch, &user, err) ||
        !hf_check_proof(session, user, proof, &scratch, err))
        return false;
    return hf_tx_begin(session->store, session->now_ms, &tx, err) &&
           hf_find_credential(hf_tx_read(tx), HF_CREDENTIAL_PASSKEY, user->head.key, short_id,
                              &scratch, &found, err) &&
           hf_credential_remove(tx, &found->secret, err) &&
           hf_recovery_settle(tx, user->head.key, err) &&
           hf_end_other_sessions(tx, session, user->head.key, &ended, err) &&
           hf_note(
               tx, session, "user.passkey_removed", &hf_noun_user, user->head.key, HF_STR_EMPTY,
               hf_tell_proof(session, user, proof, "passkey", hf_str_trim(found->label), &scratch),
               err) &&
           hf_tx_commit(&tx, err);
}

// --- at the door -------------------------------------------------------------------------------------------

bool hf_passkey_ask(const hf_session *session, hf_arena *arena, hf_str *challenge, hf_str *rp_id,
                    hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_webauthn_wanted place = {0};
    if (!hf_read_begin(session->store, &read, err) || !find_place(read, arena, &place, err) ||
        !hf_ticket_make(read, hf_str_of(sign_in_purpose), end_of(session), arena, challenge, err))
        return false;
    *rp_id = place.rp_id;
    return true;
}

bool hf_passkey_owner(hf_store *store, hf_str id, hf_arena *arena, hf_str *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_credential *found = NULL;
    if (!hf_read_begin(store, &read, err) || !find_passkey(read, id, arena, &found, err))
        return false;
    *out = found != NULL ? found->user_key : HF_STR_EMPTY;
    return true;
}

static bool fail_wrong(hf_error *err)
{
    return hf_fail(err, HF_ERR_SIGN_IN, "passkey.wrong",
                   "this passkey is not registered here, or not for an account that may sign in");
}

// Whose passkey it is and that it answers, before the only writer's turn is taken.
static bool check_proof(hf_read *read, const hf_passkey_sign_in_request *request, int64_t now_ms,
                        hf_arena *arena, hf_credential **found, uint32_t *counter, hf_error *err)
{
    hf_webauthn_wanted wanted = {.challenge = request->challenge};
    hf_user *user = NULL;
    stored it = {0};
    bool is_ours = false;
    if (!find_place(read, arena, &wanted, err) ||
        !hf_ticket_is_good(read, hf_str_of(sign_in_purpose), request->challenge, now_ms, &is_ours,
                           err) ||
        !find_passkey(read, request->id, arena, found, err))
        return false;
    if (!is_ours)
        return hf_fail(err, HF_ERR_SIGN_IN, "passkey.challenge",
                       "this question is not ours, too old, or was answered before; begin again");
    if (*found == NULL)
        return fail_wrong(err);
    if (!hf_find_user(read, (*found)->user_key, arena, &user, err) ||
        !read_stored(*found, arena, &it, err))
        return false;
    if (user == NULL || user->is_disabled || !hf_str_equal_z(request->user_handle, user->head.id))
        return fail_wrong(err);
    return hf_webauthn_check(&wanted, &request->proof, it.key, arena, counter, err);
}

// The counter moves on in the store, or there are two that hold this passkey.
static bool count_on(hf_tx *tx, const hf_credential *was, uint32_t counter, int64_t now_ms,
                     hf_arena *arena, hf_error *err)
{
    hf_credential *row = NULL;
    stored it = {0};
    if (!hf_credential_find(hf_tx_read(tx), HF_CREDENTIAL_PASSKEY, &was->secret, now_ms, arena,
                            &row, err))
        return false;
    if (row == NULL || !hf_str_equal(row->user_key, was->user_key))
        return fail_wrong(err);
    if (!read_stored(row, arena, &it, err))
        return false;
    if (!hf_webauthn_counts_on(it.counter, counter))
        return hf_fail(err, HF_ERR_SIGN_IN, "passkey.cloned",
                       "the passkey has counted to %u after %u: somebody may have a copy of it; "
                       "remove it and make a new one",
                       counter, it.counter);
    it.counter = counter;
    row->last_seen_ms = now_ms;
    row->detail = write_stored(&it, arena);
    return hf_credential_remove(tx, &row->secret, err) && hf_credential_add(tx, row, err);
}

static bool sign_in(const hf_session *session, const hf_passkey_sign_in_request *request,
                    hf_arena *arena, hf_signed_in *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_session own = *session;
    hf_credential *found = NULL;
    hf_user *user = NULL;
    hf_signed_in made = {0};
    uint32_t counter = 0;
    if (!hf_read_begin(session->store, &read, err) ||
        !check_proof(read, request, session->now_ms, arena, &found, &counter, err))
        return false;
    hf_read_end(&read);
    if (!hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !use_challenge(tx, hf_str_of(sign_in_purpose), request->challenge, session->now_ms, err) ||
        !count_on(tx, found, counter, session->now_ms, arena, err) ||
        !hf_find_user(hf_tx_read(tx), found->user_key, arena, &user, err))
        return false;
    if (user == NULL || user->is_disabled)
        return fail_wrong(err);
    if (!hf_actor_of(hf_tx_read(tx), user, session->now_ms, arena, &own.actor, err) ||
        !hf_open_session(tx, user, &request->visit, session->now_ms, arena, &made, err) ||
        !hf_note_session(tx, &own, &made, &request->visit, "passkey", hf_str_trim(found->label),
                         err) ||
        !hf_tx_commit(&tx, err))
        return false;
    *out = made;
    return true;
}

bool hf_passkey_sign_in(const hf_session *session, const hf_passkey_sign_in_request *request,
                        hf_arena *arena, hf_signed_in *out, hf_error *err)
{
    if (sign_in(session, request, arena, out, err))
        return true;
    if (err->kind == HF_ERR_INPUT) // at the door, whatever is wrong with it lets nobody in
        err->kind = HF_ERR_SIGN_IN;
    return false;
}
