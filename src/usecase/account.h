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
typedef enum {
    HF_INSTANCE_NAME,
    HF_INSTANCE_LANGUAGE,
    HF_INSTANCE_ORIGIN,
    HF_INSTANCE_SECOND_FACTOR,
    HF_INSTANCE_BULK_RECORDS, // more of them leave with a second person only; 0 = with none
    HF_INSTANCE_BULK_READS, // told by lists in a day; more only as a released file; 0 = any number
    HF_INSTANCE_LOWERING,   // who may lower a marking
    HF_INSTANCE_ALARM_RECORDS,   // of one account in an hour; 0 = no alarm
    HF_INSTANCE_ALARM_REFUSED,   // requests of one account in an hour; 0 = no alarm
    HF_INSTANCE_ALARM_HOURS,     // "6-20", UTC, when reading is usual; empty = always
    HF_INSTANCE_ALARM_PAUSE,     // does an alarm pause the account?
    HF_INSTANCE_LIMIT_REQUESTS,  // of one account in a minute; 0 = no limit
    HF_INSTANCE_LIMIT_MEGABYTES, // that one account sends in a day; 0 = no limit
    HF_INSTANCE_TOKEN_DAYS,      // that a token lives at most; 0 = for ever
    HF_INSTANCE_OIDC_ISSUER,
    HF_INSTANCE_OIDC_CLIENT,
    HF_INSTANCE_OIDC_SECRET,
    HF_INSTANCE_OIDC_LABEL,
    HF_INSTANCE_OIDC_SCOPES,
    HF_INSTANCE_OIDC_CLAIM,
    HF_INSTANCE_OIDC_GROUPS,
    HF_INSTANCE_OIDC_ACCOUNTS,
    HF_INSTANCE_KEEP_JOBS,  // days that a job stays once it has ended; 0 = for ever
    HF_INSTANCE_KEEP_ENDED, // days that a token which was taken back stays known
    HF_INSTANCE_MARKING,    // of a new record that is given none
    HF_INSTANCE_SETTING_COUNT
} hf_instance_key;
typedef enum {
    HF_SETTING_TEXT,
    HF_SETTING_WORD,
    HF_SETTING_WORDS,
    HF_SETTING_COUNT,
    HF_SETTING_HOURS,  // of a day, in UTC: "6-20"
    HF_SETTING_ORIGIN, // "https://holdfast.example.org"
    HF_SETTING_ISSUER, // of OpenID Connect
    HF_SETTING_SCOPES, // of OpenID Connect, separated by spaces
    HF_SETTING_RULES,  // lines: what groups give
    HF_SETTING_SECRET  // kept, and never given out
} hf_setting_kind;
typedef struct {
    const char *name; // in the store
    hf_setting_kind kind;
    const char *const *words; // to choose from, NULL-ended; of a text and a count NULL
    uint64_t max;             // of a count
    const char *fallback;     // holds while nothing is set
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

// Where a request comes from, for the list of one's sessions. Texts of the other side: never trusted to be true.
typedef struct {
    hf_str peer;   // address
    hf_str agent;  // what the browser calls itself; anything but UTF-8 is left out
    hf_str device; // secret that this browser was given when it signed in before; empty = none
} hf_visit;

// What an account must do before anything else.
typedef enum { HF_HELD_NOT, HF_HELD_PASSWORD, HF_HELD_SECOND_FACTOR } hf_held;
extern const char *const hf_held_words[]; // NULL "password" "second_factor"

// A browser's session. `token` is given out once, in the cookie; `device` too, and only when it is a new one.
typedef struct {
    hf_actor actor;
    hf_str token;
    hf_str device;
    hf_str csrf;
    hf_str language;
    int64_t expires_ms;
    bool is_limited; // by a token that is not for all that its account may
    hf_held held;    // of a session only: programs do not choose passwords
    // By what it was found, for who asks again later (hf_find_actor); empty for one that was just made.
    hf_credential_kind kind;
    hf_str secret;
    const char
        *refused; // why this secret lets nobody in: "token.unknown", "token.expired", "token.ended"
    hf_str refused_name; // whose it was
} hf_signed_in;

typedef struct {
    hf_str token;
    hf_str name, password;
    hf_str organisation; // name of the instance
    hf_str language;
    bool wants_factor; // administrators need a second factor from now on (identity.second_factor)
    hf_visit visit;
} hf_setup_request;
// Makes the first administrator. Errors: HF_ERR_PERMISSION "setup.token" unknown or expired;
// HF_ERR_CONFLICT "setup.done"; with a good token HF_ERR_INPUT "account.language", "field.*", those of hf_password_check.
bool hf_set_up(const hf_session *session, const hf_setup_request *request, hf_arena *arena,
               hf_signed_in *out, hf_error *err) HF_CHECKED;

typedef struct {
    hf_str name, password;
    hf_str code; // of the second factor, or a recovery code; empty = none given
    hf_visit visit;
} hf_sign_in_request;
// Errors: HF_ERR_SIGN_IN "account.wrong" (name or password, it is not said which), "account.code_needed" (both are
// right, and the account has a second factor), "account.code_wrong", "account.code_used",
// "account.passkey_needed" (as code_needed, where the second factor is a passkey).
bool hf_sign_in(const hf_session *session, const hf_sign_in_request *request, hf_arena *arena,
                hf_signed_in *out, hf_error *err) HF_CHECKED;
bool hf_sign_out(const hf_session *session, hf_str token, hf_error *err) HF_CHECKED;
// Has this browser signed this account in before, and may still say so? Changing the password ends that.
bool hf_is_known_device(hf_store *store, hf_str name, hf_str device, int64_t now_ms, bool *out,
                        hf_error *err) HF_CHECKED;
// Notes in the log that somebody was refused at the door; name the account only if it is one. Left out while another
// change is written.
// action  "session.refused" or "token.refused"
// why     code of the error
void hf_note_refusal(const hf_session *session, const char *action, const char *why, hf_str name,
                     hf_str peer);

// Who holds this secret? out->actor.is_signed_in false: nobody, for the reason `refused`. The csrf is of a session only.
// kind    HF_CREDENTIAL_SESSION, _TOKEN or _CERTIFICATE (secret: a mark of it, certificates.h)
bool hf_find_actor(hf_store *store, hf_credential_kind kind, hf_str secret, int64_t now_ms,
                   hf_arena *arena, hf_signed_in *out, hf_error *err) HF_CHECKED;

// A new account with the patch's fields; an empty password: it cannot sign in, only use tokens.
bool hf_add_user(const hf_session *session, const hf_patch *patch, hf_str password, hf_arena *arena,
                 hf_user **out, hf_error *err) HF_CHECKED;
typedef struct {
    hf_str user_key;
    hf_str current; // of one's own; the command line and the right to users need none
    hf_str password;
    bool must_change; // another's: it is for the first sign-in only
    const hf_visit
        *visit; // the browser that changes its own and stays in, by a new session; NULL = none
} hf_password_request;
// One's own with the old one known, another's by the right to users. Ends its sessions, and what its browsers know of it.
// out  the new session; out->token empty without one
// Errors: HF_ERR_PERMISSION "account.wrong_current"; HF_ERR_NOT_FOUND "record.unknown"; HF_ERR_INPUT
// "account.password_same" and those of hf_password_check; HF_ERR_STALE the account changed meanwhile.
// out  the new session; out->token empty without one
bool hf_set_password(const hf_session *session, const hf_password_request *request, hf_arena *arena,
                     hf_signed_in *out, hf_error *err) HF_CHECKED;

// A program's token for an account: one's own, or another's by the right to users. Shown once.
typedef struct {
    hf_str user_key;
    hf_str label;
    int64_t days; // until it expires; 0 = as long as any may here (identity.token_days)
    int32_t
        role; // hf_user_role that it is limited to, within the account's scopes; HF_WORD_NONE: no limit
    int32_t clearance; // hf_marking, only with a role; HF_WORD_NONE: the account's
} hf_token_request;
#define HF_TOKENS_MAX 50u // of one account
// Errors: HF_ERR_INPUT "account.token", "account.token_days"; HF_ERR_CONFLICT "account.too_many_tokens"; HF_ERR_PERMISSION "account.token_above" the account itself may not do that,
// "account.token_limited"
bool hf_add_token(const hf_session *session, const hf_token_request *request, hf_arena *arena,
                  hf_str *token, hf_error *err) HF_CHECKED;
// What a new token of an account can be limited to.
typedef struct {
    unsigned roles;    // bit by bit of hf_user_role
    int32_t clearance; // the highest
} hf_token_limits;
// Errors: those of hf_find_managed
bool hf_find_token_limits(const hf_session *session, hf_str user_key, hf_arena *arena,
                          hf_token_limits *out, hf_error *err) HF_CHECKED;
// Takes from the actor what the token is not for. limited out: is anything?
bool hf_limit_by_token(const hf_credential *token, hf_actor *actor, hf_arena *arena, bool *limited,
                       hf_error *err) HF_CHECKED;
// Refuses a session by a limited token: for what would hand out more than it has itself.
// Errors: HF_ERR_PERMISSION "account.token_limited"
bool hf_is_whole(const hf_session *session, hf_error *err) HF_CHECKED;

// Sessions or tokens of an account: one's own, or another's by the right to users.
// kind  HF_CREDENTIAL_SESSION, _TOKEN, _PASSKEY, _LINK or _CERTIFICATE
bool hf_list_credentials(const hf_session *session, hf_credential_kind kind, hf_str user_key,
                         hf_arena *arena, hf_credential **list, size_t *count,
                         hf_error *err) HF_CHECKED;
// One of an account by the first 16 hex digits of its hash. Errors: HF_ERR_NOT_FOUND "record.unknown"
bool hf_find_credential(hf_read *read, hf_credential_kind kind, hf_str user_key, hf_str short_id,
                        hf_arena *arena, hf_credential **out, hf_error *err) HF_CHECKED;
// The name of a credential where people see it, which opens nothing.
#define HF_SHORT_ID_BYTES 17u // with the end
void hf_short_id(hf_sha256 secret, char text[HF_SHORT_ID_BYTES]);
// Ends a token by the first 16 hex digits of its hash, as hf_write_credentials shows them.
bool hf_end_token(const hf_session *session, hf_str user_key, hf_str short_id,
                  hf_error *err) HF_CHECKED;
// Ends sessions of an account but the one that asks. Who found a browser open shall not lock its owner out: of one's own
// the password is asked again, or, of an account without one, that it has just signed in.
// short_id  of the one to end; empty = all
// Errors    those of hf_check_again; HF_ERR_NOT_FOUND "record.unknown"
bool hf_end_sessions(const hf_session *session, hf_str user_key, hf_str short_id, hf_str password,
                     uint64_t *count, hf_error *err) HF_CHECKED;
// Those that may have been opened with what is taken off now, in that transaction: all but the one that asks.
bool hf_end_other_sessions(hf_tx *tx, const hf_session *session, hf_str user_key, uint64_t *count,
                           hf_error *err) HF_CHECKED;
// Writes "items" into an object. current: the caller's own secret, whose item says so; empty = none.
void hf_write_credentials(const hf_credential *list, size_t count, hf_str current,
                          hf_json_writer *out);
// What goes with an account when its record is removed, in that transaction: sessions, tokens, views, and what it has
// waiting to be released or to be fetched. Its jobs and runs stay, under the name of an account that is gone.
// Who gets the name later, by a new account or an undo, starts without them.
bool hf_end_account(hf_tx *tx, hf_str user_key, int64_t now_ms, hf_error *err) HF_CHECKED;

// For the files of accounts: a random text of 256 bits; the account, if it is one's own or one has the right to accounts;
// does this password fit (as slow for an account that is not there: user NULL)?
// Errors: HF_ERR_NOT_FOUND "record.unknown"; those of hf_can
hf_str hf_make_secret(hf_arena *arena);
bool hf_find_managed(const hf_session *session, hf_read *read, hf_str key, hf_arena *arena,
                     hf_user **out, hf_error *err) HF_CHECKED;
bool hf_password_fits(const hf_user *user, hf_str password, hf_arena *arena);
// The account by its name; NULL: none.
bool hf_find_user(hf_read *read, hf_str key, hf_arena *arena, hf_user **out,
                  hf_error *err) HF_CHECKED;
// The account, if it is one's own: nobody else adds to the ways in, or is told what happened to it. Errors: HF_ERR_PERMISSION "access.denied", those of
// hf_find_managed
bool hf_find_own(const hf_session *session, hf_read *read, hf_str user_key, hf_arena *arena,
                 hf_user **out, hf_error *err) HF_CHECKED;
// Of one's own account the present password is asked again; of another's, which the right to accounts manages, nothing.
// Errors: HF_ERR_PERMISSION "account.wrong_current"
bool hf_check_current(const hf_session *session, const hf_user *user, hf_str password,
                      hf_arena *arena, hf_error *err) HF_CHECKED;
// As hf_check_current, where an account without a password (it comes in by a passkey, a provider or a card) must have
// signed in within the last ten minutes.
// Errors: HF_ERR_PERMISSION "account.wrong_current", "account.sign_in_again"
bool hf_check_again(const hf_session *session, hf_read *read, const hf_user *user, hf_str password,
                    hf_arena *arena, hf_error *err) HF_CHECKED;
// What taking a factor or another way in off an account asks for.
typedef struct {
    hf_str password;   // of one's own account
    hf_str identified; // of another's: how it was made sure who asks for it, for the log
} hf_proof;
#define HF_IDENTIFIED_BYTES_MAX 500u
// Errors: HF_ERR_PERMISSION "account.wrong_current"; HF_ERR_INPUT "account.identified" of another's it is not said, or
// too long
bool hf_check_proof(const hf_session *session, const hf_user *user, const hf_proof *proof,
                    hf_arena *arena, hf_error *err) HF_CHECKED;
// The detail of its event: a member of the caller's (name NULL: none), and how the person was identified. In the arena.
hf_str hf_tell_proof(const hf_session *session, const hf_user *user, const hf_proof *proof,
                     const char *name, hf_str value, hf_arena *arena);
// A session for whoever has just shown who it is, in the transaction that used up what was shown.
bool hf_open_session(hf_tx *tx, const hf_user *user, const hf_visit *visit, int64_t now_ms,
                     hf_arena *arena, hf_signed_in *out, hf_error *err) HF_CHECKED;

// Notes it: from where, whether the browser was not known, and by what (`name` "passkey" and so on; NULL: the password alone).
bool hf_note_session(hf_tx *tx, const hf_session *own, const hf_signed_in *made,
                     const hf_visit *visit, const char *name, hf_str by, hf_error *err) HF_CHECKED;

// What everybody may know of the installation.
typedef struct {
    hf_str name;
    hf_str language;
    bool is_setup_needed;
    bool has_demo;
    hf_str provider;     // what people call the provider of identities; empty: there is none
    hf_str passkey_site; // for which passkeys are made; empty: there are none
    int32_t marking;     // hf_marking of a new record that is given none
    int64_t data_version;
} hf_instance;
bool hf_read_instance(hf_store *store, hf_arena *arena, hf_instance *out, hf_error *err) HF_CHECKED;

#endif
