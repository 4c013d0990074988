// SPDX-License-Identifier: Apache-2.0
//
// Accounts: set-up, signing in, sessions, tokens. The one file that makes and compares secrets.
#include "usecase/account.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "base/webauthn.h"
#include "usecase/provider.h"
#include "usecase/second_factor.h"
#include "usecase/settings.h"

#define SECRET_BYTES    32u
#define HOUR_MS         INT64_C(3600000)
#define TOUCH_MS        INT64_C(300000) // a credential's last use is noted this often
#define JUST_NOW_MS     INT64_C(600000)
#define DEVICE_DAYS     180
#define DEVICES_MAX     20u // of one account; the oldest gives way
#define AGENT_BYTES_MAX 200u

const char *const hf_held_words[] = {NULL, "password", "second_factor"};

hf_str hf_make_secret(hf_arena *arena)
{
    uint8_t bytes[SECRET_BYTES];
    hf_random_bytes(bytes, sizeof bytes);
    return hf_base64url(arena, (hf_str){(const char *)bytes, sizeof bytes});
}

static bool check_password(hf_str password, const hf_user *user, hf_str organisation, hf_error *err)
{
    const hf_str known[] = {user->head.key, user->display_name, organisation};
    return hf_password_check(password, known, HF_COUNT(known), err);
}

// --- set-up ------------------------------------------------------------------------------------

bool hf_setup_token_add(hf_tx *tx, int64_t now_ms, hf_arena *arena, hf_str *token, hf_error *err)
{
    hf_str secret = hf_make_secret(arena);
    const hf_credential credential = {
        .kind = HF_CREDENTIAL_SETUP,
        .secret = hf_sha256_of(secret),
        .created_ms = now_ms,
        .expires_ms = now_ms + HF_SETUP_DAYS * 24 * HOUR_MS,
        .last_seen_ms = HF_INTEGER_NONE,
    };
    if (!hf_credential_add(tx, &credential, err))
        return false;
    *token = secret;
    return true;
}

bool hf_setup_is_needed(hf_read *read, bool *out, hf_error *err)
{
    const hf_filter filter = {hf_noun_field(&hf_noun_user, HF_STR("role"), NULL), HF_IS,
                              HF_STR("administrator")};
    const hf_query query = {.noun = &hf_noun_user, .filters = &filter, .filter_count = 1};
    uint64_t count = 0;
    if (!hf_store_count(read, &query, &count, err))
        return false;
    *out = count == 0;
    return true;
}

bool hf_offer_setup(const hf_session *session, hf_arena *arena, hf_str *token, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    bool is_needed = false;
    hf_str secret = HF_STR_EMPTY;
    if (!hf_can(&session->actor, HF_CAN_USERS, NULL, NULL, err) ||
        !hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !hf_setup_is_needed(hf_tx_read(tx), &is_needed, err))
        return false;
    if (is_needed && (!hf_setup_token_add(tx, session->now_ms, arena, &secret, err) ||
                      !hf_note(tx, session, "setup.offered", NULL, HF_STR_EMPTY, HF_STR_EMPTY,
                               HF_STR_EMPTY, err) ||
                      !hf_tx_commit(&tx, err)))
        return false;
    *token = secret;
    return true;
}

static bool hash_password(hf_user *user, hf_str password, hf_arena *arena, hf_error *err)
{
    char hash[128];
    if (!hf_password_hash(password, hash, err))
        return false;
    user->password_hash = hf_str_copy(arena, hf_str_of(hash));
    return true;
}

// expected  version of the record that was read; HF_VERSION_ANY: a new one
static bool put_user(hf_tx *tx, hf_user *user, int64_t expected, hf_arena *arena, hf_error *err)
{
    hf_put_outcome outcome;
    return hf_noun_check(&hf_noun_user, user, arena, err) &&
           hf_store_put(tx, &hf_noun_user, user, expected, &outcome, err);
}

static hf_str describe(const hf_visit *visit, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(4096);
    hf_json_writer w = {.out = &text};
    hf_str agent = hf_str_slice(visit->agent, 0, AGENT_BYTES_MAX);
    hf_json_begin_object(&w);
    hf_json_name(&w, "from");
    hf_json_add_str(&w, visit->peer);
    hf_json_name(&w, "agent");
    hf_json_add_str(&w, hf_utf8_valid(agent, NULL) ? agent : HF_STR(""));
    hf_json_end_object(&w);
    return hf_buf_copy(arena, &text);
}

// A browser that is known stays it; another one gets a secret of its own, and the oldest gives way.
static bool learn_device(hf_tx *tx, const hf_user *user, hf_str device, int64_t now_ms,
                         hf_arena *arena, hf_str *made, hf_error *err)
{
    hf_credential *list = NULL;
    size_t count = 0;
    hf_sha256 known = hf_sha256_of(device);
    if (!hf_credential_list(hf_tx_read(tx), HF_CREDENTIAL_DEVICE, user->head.key, arena, &list,
                            &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        bool is_same = memcmp(list[i].secret.bytes, known.bytes, sizeof known.bytes) == 0;
        if (is_same && list[i].expires_ms > now_ms)
            return true;
    }
    if (count >= DEVICES_MAX && !hf_credential_remove(tx, &list[0].secret, err))
        return false;
    *made = hf_make_secret(arena);
    const hf_credential credential = {
        .kind = HF_CREDENTIAL_DEVICE,
        .secret = hf_sha256_of(*made),
        .user_key = user->head.key,
        .created_ms = now_ms,
        .expires_ms = now_ms + DEVICE_DAYS * 24 * HOUR_MS,
        .last_seen_ms = now_ms,
    };
    return hf_credential_add(tx, &credential, err);
}

bool hf_open_session(hf_tx *tx, const hf_user *user, const hf_visit *visit, int64_t now_ms,
                     hf_arena *arena, hf_signed_in *out, hf_error *err)
{
    hf_signed_in made = {
        .token = hf_make_secret(arena),
        .csrf = hf_make_secret(arena),
        .language = user->language,
        .expires_ms = now_ms + HF_SESSION_HOURS * HOUR_MS,
    };
    const hf_credential credential = {
        .kind = HF_CREDENTIAL_SESSION,
        .secret = hf_sha256_of(made.token),
        .user_key = user->head.key,
        .label = made.csrf,
        .created_ms = now_ms,
        .expires_ms = made.expires_ms,
        .last_seen_ms = now_ms,
        .detail = describe(visit, arena),
    };
    if (!hf_actor_of(hf_tx_read(tx), user, now_ms, arena, &made.actor, err) ||
        !hf_find_held(hf_tx_read(tx), user, &made.actor, arena, &made.held, err) ||
        !hf_credential_remove_all(tx, HF_CREDENTIAL_SESSION, HF_STR_EMPTY, err) || // expired ones
        !learn_device(tx, user, visit->device, now_ms, arena, &made.device, err) ||
        !hf_credential_add(tx, &credential, err))
        return false;
    *out = made;
    return true;
}

// By what browser, by a name that cannot be used as its secret, and from where.
static void write_visit(const hf_signed_in *made, const hf_visit *visit, hf_json_writer *out)
{
    char id[HF_SHORT_ID_BYTES];
    hf_short_id(hf_sha256_of(made->device.len > 0 ? made->device : visit->device), id);
    hf_json_put_str(out, "device", hf_str_of(id));
    hf_json_put_str(out, "from", visit->peer);
}

bool hf_note_session(hf_tx *tx, const hf_session *own, const hf_signed_in *made,
                     const hf_visit *visit, const char *name, hf_str by, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(8192);
    hf_json_writer w = {.out = &text};
    hf_session now = *own;
    now.token = made->token;
    hf_json_begin_object(&w);
    if (made->device.len > 0) // it was given a secret to be known by
        hf_json_put_str(&w, "browser", HF_STR("new"));
    write_visit(made, visit, &w);
    if (name != NULL)
        hf_json_put_str(&w, name, by);
    hf_json_end_object(&w);
    return hf_note(tx, &now, "session.opened", &hf_noun_user, own->actor.name, HF_STR_EMPTY,
                   hf_buf_str(&text), err);
}

// Of what opens a session besides signing in.
static bool note_opening(hf_tx *tx, const hf_session *own, const hf_signed_in *made,
                         const hf_visit *visit, const char *action, hf_str user_key, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(8192);
    hf_json_writer w = {.out = &text};
    hf_session now = *own;
    if (made->token.len > 0) {
        now.token = made->token;
        hf_json_begin_object(&w);
        write_visit(made, visit, &w);
        hf_json_end_object(&w);
    }
    return hf_note(tx, &now, action, &hf_noun_user, user_key, HF_STR_EMPTY, hf_buf_str(&text), err);
}

static hf_user *first_administrator(const hf_setup_request *request, hf_arena *arena)
{
    hf_user *user = hf_noun_new(&hf_noun_user, arena);
    user->head.key = hf_str_copy(arena, request->name);
    user->role = HF_ROLE_ADMINISTRATOR;
    user->clearance = HF_TLP_RED;
    user->head.source = HF_STR("setup");
    if (request->language.len > 0)
        user->language = hf_str_copy(arena, request->language);
    return user;
}

static bool check_setup(hf_read *read, const hf_setup_request *request, int64_t now_ms,
                        hf_arena *arena, hf_error *err)
{
    bool is_needed = false;
    hf_credential *credential = NULL;
    hf_sha256 secret = hf_sha256_of(request->token);
    if (!hf_setup_is_needed(read, &is_needed, err))
        return false;
    if (!is_needed)
        return hf_fail(err, HF_ERR_CONFLICT, "setup.done",
                       "this installation is set up already; sign in instead");
    if (!hf_credential_find(read, HF_CREDENTIAL_SETUP, &secret, now_ms, arena, &credential, err))
        return false;
    return credential != NULL ||
           hf_fail(err, HF_ERR_PERMISSION, "setup.token",
                   "the set-up link is not known or has expired; restart the server for a new one");
}

static bool check_new_name(hf_str name, hf_error *err)
{
    if (hf_str_trim(name).len > 0)
        return true;
    hf_fail(err, HF_ERR_INPUT, "field.required", "the account needs a name to sign in with");
    return hf_fail_at(err, "/name", 0, "name");
}

static bool check_length(hf_str text, const char *pointer, const char *name, hf_error *err)
{
    if (text.len <= HF_KEY_BYTES_MAX)
        return true;
    hf_fail(err, HF_ERR_INPUT, "field.too_long", "%s is longer than %u bytes", name,
            HF_KEY_BYTES_MAX);
    return hf_fail_at(err, pointer, 0, name);
}

// Anybody may knock here: nothing is computed for whoever has no token, and nothing is computed of long texts.
static bool may_set_up(const hf_session *session, const hf_setup_request *request, hf_arena *arena,
                       hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    return hf_read_begin(session->store, &read, err) &&
           check_setup(read, request, session->now_ms, arena, err) &&
           check_new_name(request->name, err) &&
           check_length(request->name, "/name", "name", err) &&
           check_length(request->organisation, "/organisation", "organisation", err);
}

// Beside the roles of which one was demanded before.
static bool ask_factor_of_administrators(hf_tx *tx, hf_arena *arena, hf_error *err)
{
    const char *name = hf_instance_settings[HF_INSTANCE_SECOND_FACTOR].name;
    hf_str role = hf_str_of(hf_role_words[HF_ROLE_ADMINISTRATOR]), roles = HF_STR_EMPTY;
    if (!hf_setting_get(hf_tx_read(tx), name, arena, &roles, err))
        return false;
    if (hf_str_has_word(roles, role))
        return true;
    if (roles.len > 0)
        role = hf_str_format(arena, "%.*s %.*s", HF_STR_ARG(roles), HF_STR_ARG(role));
    return hf_setting_set(tx, name, role, err);
}

bool hf_set_up(const hf_session *session, const hf_setup_request *request, hf_arena *arena,
               hf_signed_in *out, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_session own = *session;
    hf_sha256 secret = hf_sha256_of(request->token);
    hf_lang lang = HF_LANG_EN;
    hf_signed_in made = {0};
    if (!may_set_up(session, request, arena, err))
        return false;
    if (request->language.len > 0 && !hf_lang_parse(request->language, &lang))
        return hf_fail(err, HF_ERR_INPUT, "account.language", "'%.*s' is none of ar es en fr ru zh",
                       HF_STR_ARG(request->language));
    hf_user *user = first_administrator(request, arena);
    if (!check_password(request->password, user, request->organisation, err) ||
        !hash_password(user, request->password, arena, err) ||
        !hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !check_setup(hf_tx_read(tx), request, session->now_ms, arena, err))
        return false;
    if (!hf_actor_of(hf_tx_read(tx), user, session->now_ms, arena, &own.actor, err) ||
        !put_user(tx, user, HF_VERSION_ANY, arena, err) ||
        !hf_credential_remove(tx, &secret, err) ||
        !hf_setting_set(tx, hf_instance_settings[HF_INSTANCE_NAME].name, request->organisation,
                        err) ||
        !hf_setting_set(tx, hf_instance_settings[HF_INSTANCE_LANGUAGE].name,
                        hf_str_of(hf_lang_code(lang)), err) ||
        (request->wants_factor && !ask_factor_of_administrators(tx, arena, err)) ||
        !hf_open_session(tx, user, &request->visit, session->now_ms, arena, &made, err) ||
        !note_opening(tx, &own, &made, &request->visit, "setup.done", user->head.key, err) ||
        !hf_tx_commit(&tx, err))
        return false;
    *out = made;
    return true;
}

// --- signing in ----------------------------------------------------------------------------------

bool hf_find_user(hf_read *read, hf_str key, hf_arena *arena, hf_user **out, hf_error *err)
{
    void *record = NULL;
    if (!hf_store_get(read, &hf_noun_user, key, arena, &record, err))
        return false;
    *out = record;
    return true;
}

// What the hash of a password costs now, as it begins (base/crypto.c).
#define COST_NOW "$argon2id$v=19$m=65536,t=2,p=1$"

// Takes as long for an unknown name as for a wrong password.
bool hf_password_fits(const hf_user *user, hf_str password, hf_arena *arena)
{
    static const char nobody[] = COST_NOW "c29tZXNhbHRzb21lc2FsdA$"
                                          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    bool is_known = user != NULL && user->password_hash.len > 0 && !user->is_disabled;
    const char *hash = is_known ? hf_str_z(arena, user->password_hash) : nobody;
    bool fits = password.len <= HF_PASSWORD_BYTES_MAX && hf_password_matches(hash, password);
    return is_known && fits;
}

static bool fail_wrong(hf_error *err)
{
    return hf_fail(err, HF_ERR_SIGN_IN, "account.wrong",
                   "the name or the password is wrong; mind capital letters");
}

// The account as it was when the password was compared, read anew in the transaction: what changed meanwhile, the password
// perhaps, must be tried again.
static bool find_same(hf_tx *tx, const hf_user *was, hf_str password, hf_arena *arena,
                      hf_user **out, hf_error *err)
{
    if (!hf_find_user(hf_tx_read(tx), was->head.key, arena, out, err))
        return false;
    return (*out != NULL && !(*out)->is_disabled && (*out)->head.version == was->head.version &&
            strcmp((*out)->head.id, was->head.id) == 0 &&
            // makes no version: it was set anew, or renewed by another who signed in at the same time
            (hf_str_equal((*out)->password_hash, was->password_hash) ||
             hf_password_fits(*out, password, arena))) ||
           fail_wrong(err);
}

// A hash of an older cost gives way to one of today's, now that the password is known. Empty: it is as it should be.
static bool hash_anew(const hf_user *user, hf_str password, hf_arena *arena, hf_str *out,
                      hf_error *err)
{
    hf_user fresh = *user;
    *out = HF_STR_EMPTY;
    if (hf_str_starts(user->password_hash, COST_NOW))
        return true;
    if (!hash_password(&fresh, password, arena, err))
        return false;
    *out = fresh.password_hash;
    return true;
}

static bool keep_hash(hf_tx *tx, hf_user *user, hf_str hash, hf_error *err)
{
    hf_put_outcome outcome;
    if (hash.len == 0)
        return true;
    user->password_hash = hash;
    return hf_store_put(tx, &hf_noun_user, user, HF_VERSION_ANY, &outcome, err);
}

bool hf_sign_in(const hf_session *session, const hf_sign_in_request *request, hf_arena *arena,
                hf_signed_in *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_session own = *session;
    hf_user *user = NULL;
    hf_signed_in made = {0};
    const char *factor = NULL;
    hf_str renewed = HF_STR_EMPTY;
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_find_user(read, request->name, arena, &user, err))
        return false;
    // Records are found by their id too, but guesses at an account are counted by its name.
    if (user != NULL && !hf_str_equal(user->head.key, request->name))
        user = NULL;
    // The slow hash is computed before the only writer's turn is taken.
    if (!hf_password_fits(user, request->password, arena))
        return fail_wrong(err);
    hf_read_end(&read);
    if (!hash_anew(user, request->password, arena, &renewed, err) ||
        !hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !find_same(tx, user, request->password, arena, &user, err) ||
        !keep_hash(tx, user, renewed, err) ||
        !hf_actor_of(hf_tx_read(tx), user, session->now_ms, arena, &own.actor, err) ||
        !hf_second_factor_use(tx, user->head.key, request->code, session->now_ms, &factor, err) ||
        !hf_open_session(tx, user, &request->visit, session->now_ms, arena, &made, err))
        return false;
    if (!hf_note_session(tx, &own, &made, &request->visit, factor != NULL ? "second_factor" : NULL,
                         hf_str_of(factor), err) ||
        !hf_tx_commit(&tx, err))
        return false;
    *out = made;
    return true;
}

bool hf_sign_out(const hf_session *session, hf_str token, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_sha256 secret = hf_sha256_of(token);
    return hf_tx_begin(session->store, session->now_ms, &tx, err) &&
           hf_credential_remove(tx, &secret, err) &&
           hf_note(tx, session, "session.closed", &hf_noun_user, session->actor.name, HF_STR_EMPTY,
                   HF_STR_EMPTY, err) &&
           hf_tx_commit(&tx, err);
}

bool hf_is_known_device(hf_store *store, hf_str name, hf_str device, int64_t now_ms, bool *out,
                        hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_credential *found = NULL;
    hf_sha256 hash = hf_sha256_of(device);
    *out = false;
    if (device.len == 0)
        return true;
    if (!hf_read_begin(store, &read, err) ||
        !hf_credential_find(read, HF_CREDENTIAL_DEVICE, &hash, now_ms, &scratch, &found, err))
        return false;
    *out = found != NULL && hf_str_equal(found->user_key, name);
    return true;
}

static bool note_refusal(const hf_session *session, const char *action, const char *why,
                         hf_str name, hf_str peer, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_session nobody = *session;
    hf_user *user = NULL;
    nobody.actor = (hf_actor){.name = HF_STR("nobody")};
    nobody.token = HF_STR_EMPTY;
    hf_str detail =
        hf_str_format(&scratch, "{\"from\":\"%.*s\",\"why\":\"%s\"}", HF_STR_ARG(peer), why);
    // A name that is none may be a password in the wrong box.
    return hf_tx_begin_now(session->store, session->now_ms, &tx, err) &&
           hf_find_user(hf_tx_read(tx), name, &scratch, &user, err) &&
           hf_note(tx, &nobody, action, user != NULL ? &hf_noun_user : NULL,
                   user != NULL ? name : HF_STR_EMPTY, HF_STR_EMPTY, detail, err) &&
           hf_tx_commit(&tx, err);
}

void hf_note_refusal(const hf_session *session, const char *action, const char *why, hf_str name,
                     hf_str peer)
{
    hf_error unused = {0};
    // The refusal stands, whether or not the store can take a line now. Nobody waits for that: who is at the door could
    // take all workers with it while an import is written.
    (void)!note_refusal(session, action, why, name, peer, &unused);
}

static bool touch(hf_store *store, const hf_credential *credential, int64_t now_ms)
{
    hf_error unused = {0};
    bool is_recent =
        credential->last_seen_ms != HF_INTEGER_NONE && now_ms - credential->last_seen_ms < TOUCH_MS;
    // Nothing depends on it: a store that is busy or full must not stop people from reading.
    return is_recent || hf_credential_touch(store, &credential->secret, now_ms, &unused);
}

// A secret that lets nobody in now: it has run out, was taken back, or never was one.
static bool tell_refusal(hf_read *read, hf_credential_kind kind, const hf_sha256 *hash,
                         hf_arena *arena, hf_signed_in *out, hf_error *err)
{
    hf_credential *expired = NULL;
    hf_credential *ended = NULL;
    if (!hf_credential_find(read, kind, hash, INT64_MIN, arena, &expired, err) ||
        !hf_credential_find(read, HF_CREDENTIAL_ENDED, hash, INT64_MIN, arena, &ended, err))
        return false;
    const hf_credential *was = expired != NULL ? expired : ended;
    out->refused = expired != NULL ? "token.expired"
                   : ended != NULL ? "token.ended"
                                   : "token.unknown";
    if (was != NULL)
        out->refused_name = was->user_key;
    return true;
}

bool hf_find_actor(hf_store *store, hf_credential_kind kind, hf_str secret, int64_t now_ms,
                   hf_arena *arena, hf_signed_in *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_credential *credential = NULL;
    hf_user *user = NULL;
    hf_sha256 hash = hf_sha256_of(secret);
    *out = (hf_signed_in){0};
    if (!hf_read_begin(store, &read, err) ||
        !hf_credential_find(read, kind, &hash, now_ms, arena, &credential, err))
        return false;
    if (credential == NULL)
        return tell_refusal(read, kind, &hash, arena, out, err);
    if (!hf_find_user(read, credential->user_key, arena, &user, err))
        return false;
    if (user == NULL || user->is_disabled) {
        out->refused = "token.ended";
        return true;
    }
    if (!hf_actor_of(read, user, now_ms, arena, &out->actor, err) ||
        (kind == HF_CREDENTIAL_TOKEN &&
         !hf_limit_by_token(credential, &out->actor, arena, &out->is_limited, err)))
        return false;
    out->language = user->language;
    out->expires_ms = credential->expires_ms;
    out->kind = kind;
    out->secret = secret;
    if (kind == HF_CREDENTIAL_SESSION) {
        out->csrf = credential->label;
        if (!hf_find_held(read, user, &out->actor, arena, &out->held, err))
            return false;
    }
    hf_read_end(&read);
    (void)touch(store, credential, now_ms);
    return true;
}

// --- accounts and tokens -------------------------------------------------------------------------

bool hf_add_user(const hf_session *session, const hf_patch *patch, hf_str password, hf_arena *arena,
                 hf_user **out, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    if (!hf_can(&session->actor, HF_CAN_USERS, &hf_noun_user, NULL, err))
        return false;
    hf_user *user = hf_noun_new(&hf_noun_user, arena);
    size_t must_change = 0;
    (void)hf_noun_field(&hf_noun_user, HF_STR("must_change_password"), &must_change);
    if (!hf_patch_apply(patch, user, arena, err) ||
        (password.len > 0 && (!check_password(password, user, HF_STR_EMPTY, err) ||
                              !hash_password(user, password, arena, err))) ||
        !hf_tx_begin(session->store, session->now_ms, &tx, err))
        return false;
    // Two know it now. The command line is often a script that makes an account for itself: there it must be said.
    if (password.len > 0 && !session->actor.is_local && (patch->present >> must_change & 1) == 0)
        user->must_change_password = true;
    if (!put_user(tx, user, HF_VERSION_ANY, arena, err) ||
        !hf_note(tx, session, "user.added", &hf_noun_user, user->head.key, HF_STR_EMPTY,
                 HF_STR_EMPTY, err) ||
        !hf_tx_commit(&tx, err))
        return false;
    *out = user;
    return true;
}

bool hf_is_whole(const hf_session *session, hf_error *err)
{
    return !session->is_limited ||
           hf_fail(err, HF_ERR_PERMISSION, "account.token_limited",
                   "a limited token cannot do this; use a session or a token without limits");
}

bool hf_find_managed(const hf_session *session, hf_read *read, hf_str key, hf_arena *arena,
                     hf_user **out, hf_error *err)
{
    bool is_own = session->actor.is_signed_in && hf_str_equal(key, session->actor.name);
    if (!hf_is_whole(session, err))
        return false;
    if (!is_own && !hf_can(&session->actor, HF_CAN_USERS, &hf_noun_user, NULL, err))
        return false;
    if (!hf_find_user(read, key, arena, out, err))
        return false;
    return *out != NULL || hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown",
                                   "there is no account '%.*s'", HF_STR_ARG(key));
}

static bool is_own(const hf_session *session, const hf_user *user)
{
    return !session->actor.is_local && hf_str_equal(user->head.key, session->actor.name);
}

bool hf_find_own(const hf_session *session, hf_read *read, hf_str user_key, hf_arena *arena,
                 hf_user **out, hf_error *err)
{
    hf_user *user = NULL;
    if (!hf_find_managed(session, read, user_key, arena, &user, err))
        return false;
    if (!is_own(session, user))
        return hf_fail(err, HF_ERR_PERMISSION, "access.denied",
                       "this is for the account itself alone");
    *out = user;
    return true;
}

bool hf_check_current(const hf_session *session, const hf_user *user, hf_str password,
                      hf_arena *arena, hf_error *err)
{
    if (!is_own(session, user) || hf_password_fits(user, password, arena))
        return true;
    hf_fail(err, HF_ERR_PERMISSION, "account.wrong_current", "the current password is wrong");
    return hf_fail_at(err, "/password", 0, "password");
}

bool hf_check_again(const hf_session *session, hf_read *read, const hf_user *user, hf_str password,
                    hf_arena *arena, hf_error *err)
{
    hf_credential *current = NULL;
    hf_sha256 hash = hf_sha256_of(session->token);
    if (!is_own(session, user) || user->password_hash.len > 0)
        return hf_check_current(session, user, password, arena, err);
    if (!hf_credential_find(read, HF_CREDENTIAL_SESSION, &hash, session->now_ms, arena, &current,
                            err))
        return false;
    return (current != NULL && session->now_ms - current->created_ms <= JUST_NOW_MS) ||
           hf_fail(err, HF_ERR_PERMISSION, "account.sign_in_again",
                   "sign out and in again, and do this within ten minutes");
}

bool hf_check_proof(const hf_session *session, const hf_user *user, const hf_proof *proof,
                    hf_arena *arena, hf_error *err)
{
    hf_str said = hf_str_trim(proof->identified);
    if (is_own(session, user))
        return hf_check_current(session, user, proof->password, arena, err);
    if (said.len > 0 && said.len <= HF_IDENTIFIED_BYTES_MAX && hf_utf8_valid(said, NULL))
        return true;
    hf_fail(err, HF_ERR_INPUT, "account.identified",
            "say in at most %u bytes how you made sure who asks for it: it is kept in the log",
            HF_IDENTIFIED_BYTES_MAX);
    return hf_fail_at(err, "/identified", 0, "identified");
}

hf_str hf_tell_proof(const hf_session *session, const hf_user *user, const hf_proof *proof,
                     const char *name, hf_str value, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(8192);
    hf_json_writer w = {.out = &text};
    if (name == NULL && is_own(session, user))
        return HF_STR_EMPTY;
    hf_json_begin_object(&w);
    if (name != NULL)
        hf_json_put_str(&w, name, value);
    if (!is_own(session, user))
        hf_json_put_str(&w, "identified", hf_str_trim(proof->identified));
    hf_json_end_object(&w);
    return hf_buf_copy(arena, &text);
}

// May this caller set it, and is it fit? The slow hashes are computed here, before the only writer's turn is taken.
static bool prepare_password(const hf_session *session, const hf_password_request *request,
                             hf_arena *arena, hf_user **out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_user *user = NULL;
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_find_managed(session, read, request->user_key, arena, &user, err))
        return false;
    bool for_itself = is_own(session, user);
    if (for_itself && !hf_password_fits(user, request->current, arena)) {
        hf_fail(err, HF_ERR_PERMISSION, "account.wrong_current", "the current password is wrong");
        return hf_fail_at(err, "/current", 0, "current");
    }
    if (for_itself && hf_equal_constant_time(request->current, request->password)) {
        hf_fail(err, HF_ERR_INPUT, "account.password_same", "this is the password as it was");
        return hf_fail_at(err, "/password", 0, "password");
    }
    if (!check_password(request->password, user, HF_STR_EMPTY, err) ||
        !hash_password(user, request->password, arena, err))
        return false;
    *out = user;
    return true;
}

bool hf_set_password(const hf_session *session, const hf_password_request *request, hf_arena *arena,
                     hf_signed_in *out, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_user *user = NULL;
    hf_signed_in made = {0};
    if (!prepare_password(session, request, arena, &user, err) ||
        !hf_tx_begin(session->store, session->now_ms, &tx, err))
        return false;
    bool for_itself = is_own(session, user);
    user->must_change_password = !for_itself && request->must_change;
    if (!put_user(tx, user, user->head.version, arena, err) ||
        !hf_credential_remove_all(tx, HF_CREDENTIAL_SESSION, user->head.key, err) ||
        !hf_credential_remove_all(tx, HF_CREDENTIAL_DEVICE, user->head.key, err) ||
        (for_itself && request->visit != NULL &&
         !hf_open_session(tx, user, request->visit, session->now_ms, arena, &made, err)) ||
        !note_opening(tx, session, &made, request->visit, "user.password_set", user->head.key,
                      err) ||
        !hf_tx_commit(&tx, err))
        return false;
    *out = made;
    return true;
}

// --- the installation ------------------------------------------------------------------------------

static bool has_demo_records(hf_read *read, bool *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_filter filter = {hf_noun_field(hf_noun_find(HF_STR("asset")), HF_STR("key"), NULL),
                              HF_BEGINS, HF_STR("DEMO-")};
    const hf_query query = {
        .noun = hf_noun_find(HF_STR("asset")), .filters = &filter, .filter_count = 1, .limit = 1};
    hf_page page = {0};
    if (!hf_store_list(read, &query, &scratch, &page, err))
        return false;
    *out = page.count > 0;
    return true;
}

bool hf_read_instance(hf_store *store, hf_arena *arena, hf_instance *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_instance found = {0};
    hf_str origin = HF_STR_EMPTY;
    hf_provider provider = {0};
    if (!hf_read_begin(store, &read, err) ||
        !hf_setting_get(read, hf_instance_settings[HF_INSTANCE_NAME].name, arena, &found.name,
                        err) ||
        !hf_setting_get(read, hf_instance_settings[HF_INSTANCE_LANGUAGE].name, arena,
                        &found.language, err) ||
        !hf_setting_get(read, hf_instance_settings[HF_INSTANCE_ORIGIN].name, arena, &origin, err) ||
        !hf_marking_of_new(read, &found.marking, err) ||
        !hf_provider_read(read, arena, &provider, err) ||
        !hf_setup_is_needed(read, &found.is_setup_needed, err) ||
        !has_demo_records(read, &found.has_demo, err))
        return false;
    found.data_version = hf_read_data_version(read);
    found.passkey_site = hf_webauthn_rp_id(origin);
    found.provider = provider.issuer.len > 0 ? provider.label : HF_STR_EMPTY;
    if (found.name.len == 0)
        found.name = hf_str_of(hf_instance_settings[HF_INSTANCE_NAME].fallback);
    if (found.language.len == 0)
        found.language = hf_str_of(hf_instance_settings[HF_INSTANCE_LANGUAGE].fallback);
    *out = found;
    return true;
}
