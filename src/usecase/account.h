// SPDX-License-Identifier: Apache-2.0
//
// Who is there: set-up by a one-time link, signing in, sessions of browsers, tokens of programs, accounts.
// Secrets are random, given out once, and kept as SHA-256 only; passwords as Argon2id.
#ifndef HF_USECASE_ACCOUNT_H
#define HF_USECASE_ACCOUNT_H

#include "usecase/password.h"
#include "usecase/record.h"

#define HF_SESSION_HOURS 12
#define HF_SETUP_DAYS    7

// What a State sets once for its whole instance, kept in the store; given when it is set up.
typedef enum { HF_INSTANCE_NAME, HF_INSTANCE_LANGUAGE, HF_INSTANCE_SETTING_COUNT } hf_instance_key;
typedef struct {
    const char *name;   // in the store
    const char *values; // "text", or the words to choose from
    const char *help;
} hf_instance_setting;
extern const hf_instance_setting hf_instance_settings[HF_INSTANCE_SETTING_COUNT];

// The right to set up, as a new one-time token, in a transaction of the caller's. Errors: of the store.
bool hf_setup_token_add(hf_tx *tx, int64_t now_ms, hf_arena *arena, hf_str *token,
                        hf_error *err) HF_CHECKED;
// Is there no administrator yet?
bool hf_setup_is_needed(hf_read *read, bool *out, hf_error *err) HF_CHECKED;
// The same as a use case of its own, for `serve`: *token empty when set-up is done.
bool hf_offer_setup(const hf_session *session, hf_arena *arena, hf_str *token,
                    hf_error *err) HF_CHECKED;

// A browser's session. `token` is given out once, in the cookie.
typedef struct {
    hf_actor actor;
    hf_str token;
    hf_str csrf;
    hf_str language;
    int64_t expires_ms;
} hf_signed_in;

typedef struct {
    hf_str token;
    hf_str name, password;
    hf_str organisation; // name of the instance
    hf_str language;
} hf_setup_request;
// Makes the first administrator. Errors: HF_ERR_PERMISSION "setup.token" unknown or expired;
// HF_ERR_CONFLICT "setup.done"; HF_ERR_INPUT "account.password_short", "field.*".
bool hf_set_up(const hf_session *session, const hf_setup_request *request, hf_arena *arena,
               hf_signed_in *out, hf_error *err) HF_CHECKED;

// Errors: HF_ERR_SIGN_IN "account.wrong" (name or password, it is not said which).
bool hf_sign_in(const hf_session *session, hf_str name, hf_str password, hf_arena *arena,
                hf_signed_in *out, hf_error *err) HF_CHECKED;
bool hf_sign_out(const hf_session *session, hf_str token, hf_error *err) HF_CHECKED;

// Who holds this secret? out->actor.is_signed_in false: nobody. The csrf is of a session only.
// kind    HF_CREDENTIAL_SESSION or HF_CREDENTIAL_TOKEN
bool hf_find_actor(hf_store *store, hf_credential_kind kind, hf_str secret, int64_t now_ms,
                   hf_arena *arena, hf_signed_in *out, hf_error *err) HF_CHECKED;

// A new account with the patch's fields; an empty password: it cannot sign in, only use tokens.
bool hf_add_user(const hf_session *session, const hf_patch *patch, hf_str password, hf_arena *arena,
                 hf_user **out, hf_error *err) HF_CHECKED;
typedef struct {
    hf_str user_key;
    hf_str current; // of one's own; the command line and the right to users need none
    hf_str password;
} hf_password_request;
// One's own with the old one known, another's by the right to users. Ends its sessions.
// Errors: HF_ERR_PERMISSION "account.wrong_current"; HF_ERR_NOT_FOUND "record.unknown"; HF_ERR_INPUT
// "account.password_same" and those of hf_password_check; HF_ERR_STALE the account changed meanwhile.
bool hf_set_password(const hf_session *session, const hf_password_request *request, hf_arena *arena,
                     hf_error *err) HF_CHECKED;

// A program's token for an account: one's own, or another's by the right to users. Shown once.
// days    until it expires; 0 = never
bool hf_add_token(const hf_session *session, hf_str user_key, hf_str label, int64_t days,
                  hf_arena *arena, hf_str *token, hf_error *err) HF_CHECKED;
bool hf_list_tokens(const hf_session *session, hf_str user_key, hf_arena *arena,
                    hf_credential **list, size_t *count, hf_error *err) HF_CHECKED;
// Ends a token by the first 16 hex digits of its hash, as hf_write_tokens shows them.
bool hf_remove_token(const hf_session *session, hf_str user_key, hf_str short_id,
                     hf_error *err) HF_CHECKED;
// What goes with an account when its record is removed, in that transaction: sessions, tokens, views.
// Who gets the name later, by a new account or an undo, starts without them.
bool hf_end_account(hf_tx *tx, hf_str user_key, hf_error *err) HF_CHECKED;
void hf_write_tokens(const hf_credential *list, size_t count, hf_json_writer *out);

// What everybody may know of the installation.
typedef struct {
    hf_str name;
    hf_str language;
    bool is_setup_needed;
    bool has_demo;
    int64_t data_version;
} hf_instance;
bool hf_read_instance(hf_store *store, hf_arena *arena, hf_instance *out, hf_error *err) HF_CHECKED;

#endif
