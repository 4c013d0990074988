// SPDX-License-Identifier: Apache-2.0
//
// Passkeys: an account has several, each with a name; one of them lets in without a name, a password or a code, and counts
// as the second factor. They are bound to the address in the setting identity.origin; without it there are none.
#ifndef HF_USECASE_PASSKEYS_H
#define HF_USECASE_PASSKEYS_H

#include "base/webauthn.h"
#include "usecase/second_factor.h"

#define HF_PASSKEYS_MAX       20u // of one account
#define HF_PASSKEY_MINUTES    5   // from the question to the answer
#define HF_PASSKEY_NAME_BYTES HF_KEY_BYTES_MAX

// How many an account has.
bool hf_passkey_count(hf_read *read, hf_str user_key, hf_arena *arena, size_t *count,
                      hf_error *err) HF_CHECKED;
// --- of one's own ------------------------------------------------------------------------------------
// Lists: hf_list_credentials with HF_CREDENTIAL_PASSKEY.

// What the browser needs to make one.
typedef struct {
    hf_str challenge; // base64url, good once and for HF_PASSKEY_MINUTES
    hf_str rp_id, rp_name;
    hf_str user_id; // base64url; the account's id, not its name
    hf_str user_name, display_name;
    const hf_str *known; // base64url: ids of those that the account has
    size_t known_count;
} hf_passkey_offer;
// password  the present one: an open session alone must not be enough to leave a way in behind
// Errors    HF_ERR_PERMISSION "account.wrong_current", "access.denied"; HF_ERR_CONFLICT "passkey.off", "passkey.too_many"
bool hf_passkey_begin(const hf_session *session, hf_str user_key, hf_str password, hf_arena *arena,
                      hf_passkey_offer *out, hf_error *err) HF_CHECKED;

typedef struct {
    hf_str user_key;
    hf_str name;
    hf_str challenge;
    hf_str client_data, attestation; // as bytes
} hf_new_passkey;
// codes   recovery codes, shown this once, when the account had none; *code_count 0 or all of them
// Errors  HF_ERR_INPUT "field.required", "field.too_long", those of hf_webauthn_register; HF_ERR_CONFLICT "passkey.off",
//         "passkey.known", "passkey.too_many"
bool hf_passkey_add(const hf_session *session, const hf_new_passkey *made, hf_arena *arena,
                    hf_str codes[HF_RECOVERY_CODE_COUNT], size_t *code_count,
                    hf_error *err) HF_CHECKED;
// One's own with the present password, another's by the right to accounts. All sessions end but the one that asks.
// Errors  HF_ERR_NOT_FOUND "record.unknown"; those of hf_check_proof
bool hf_passkey_remove(const hf_session *session, hf_str user_key, hf_str short_id,
                       const hf_proof *proof, hf_error *err) HF_CHECKED;

// --- at the door ---------------------------------------------------------------------------------------

// A question to be answered by any passkey of this address. Errors: HF_ERR_CONFLICT "passkey.off"
bool hf_passkey_ask(const hf_session *session, hf_arena *arena, hf_str *challenge, hf_str *rp_id,
                    hf_error *err) HF_CHECKED;
// Whose it is, so that guesses are counted by account. Empty: nobody's.
bool hf_passkey_owner(hf_store *store, hf_str id, hf_arena *arena, hf_str *out,
                      hf_error *err) HF_CHECKED;
typedef struct {
    hf_str challenge;
    hf_str id; // bytes
    hf_str user_handle;
    hf_webauthn_proof proof;
    hf_visit visit;
} hf_passkey_sign_in_request;
// Errors  HF_ERR_SIGN_IN "passkey.wrong" nobody's, of a disabled account, or not signed by it, "passkey.challenge" not
//         ours, too old or used, "passkey.cloned" its counter does not go on: there are two of it; those of
//         hf_webauthn_check as HF_ERR_SIGN_IN; HF_ERR_CONFLICT "passkey.off"
bool hf_passkey_sign_in(const hf_session *session, const hf_passkey_sign_in_request *request,
                        hf_arena *arena, hf_signed_in *out, hf_error *err) HF_CHECKED;

#endif
