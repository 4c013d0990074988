// SPDX-License-Identifier: Apache-2.0
//
// A second factor beside the password: one-time codes of an authenticator (RFC 6238: SHA-1, six digits, thirty seconds,
// what all authenticators have) and ten recovery codes, each good once. Which roles must have one is a setting.
#ifndef HF_USECASE_SECOND_FACTOR_H
#define HF_USECASE_SECOND_FACTOR_H

#include "usecase/account.h"

#define HF_TOTP_SECRET_BYTES   20u // RFC 4226, section 4: as long as the hash
#define HF_TOTP_STEP_S         30
#define HF_TOTP_DIGITS         6u
#define HF_RECOVERY_CODE_COUNT 10u

// The code of a counter (RFC 4226): `digits` decimal digits and a NUL into text.
// digits  6 to 8
void hf_hotp(hf_str secret, uint64_t counter, unsigned digits, char text[9]);
// RFC 4648, base 32 without padding.
hf_str hf_base32(hf_arena *arena, hf_str bytes);

// What is asked of an account before it may go on. actor: the account's, with its grants.
bool hf_find_held(hf_read *read, const hf_user *user, const hf_actor *actor, hf_arena *arena,
                  hf_held *out, hf_error *err) HF_CHECKED;

// Checks and uses up a code, in the transaction of the sign-in: what was accepted once, or is older, is not again.
// code   as typed; blanks and hyphens in it do not count
// factor out: NULL the account has none; "totp" or "recovery"
// Errors HF_ERR_SIGN_IN "account.code_needed", "account.code_wrong", "account.code_used"; "account.passkey_needed" the account has passkeys
//        and no authenticator, and no recovery code was given
bool hf_second_factor_use(hf_tx *tx, hf_str user_key, hf_str code, int64_t now_ms,
                          const char **factor, hf_error *err) HF_CHECKED;

typedef struct {
    bool is_on;
    bool is_required;
    int64_t since_ms; // HF_INTEGER_NONE while it is off
    uint32_t recovery_left;
} hf_second_factor;
// One's own, or another's by the right to users.
bool hf_second_factor_get(const hf_session *session, hf_str user_key, hf_arena *arena,
                          hf_second_factor *out, hf_error *err) HF_CHECKED;
// Begins: a new secret, which counts only when a code of it is shown within ten minutes. Only one's own.
// password  the current one: an open session alone must not be enough to take an account over
// secret    out, base 32, for people to type; uri: the same for authenticators (otpauth://totp/…)
// Errors    HF_ERR_PERMISSION "account.wrong_current", "access.denied"; HF_ERR_CONFLICT "account.factor_on"
bool hf_second_factor_begin(const hf_session *session, hf_str user_key, hf_str password,
                            hf_arena *arena, hf_str *secret, hf_str *uri, hf_error *err) HF_CHECKED;
// Confirms it by a code and gives the recovery codes, shown this once.
// Errors  HF_ERR_INPUT "account.code_wrong"; HF_ERR_CONFLICT "account.factor_not_begun", "account.factor_on"
bool hf_second_factor_confirm(const hf_session *session, hf_str user_key, hf_str code,
                              hf_arena *arena, hf_str codes[HF_RECOVERY_CODE_COUNT],
                              hf_error *err) HF_CHECKED;
// Takes it off: one's own with the current password, another's by the right to users. Its recovery codes go with it, and
// all sessions of the account but the one that asks: who has the lost authenticator may have opened them.
// Errors  those of hf_check_proof
bool hf_second_factor_remove(const hf_session *session, hf_str user_key, const hf_proof *proof,
                             hf_error *err) HF_CHECKED;

// New recovery codes in place of the old ones; and: they go when nothing is left that they stand in for.
bool hf_recovery_make(hf_tx *tx, const hf_user *user, int64_t now_ms, hf_arena *arena,
                      hf_str codes[HF_RECOVERY_CODE_COUNT], hf_error *err) HF_CHECKED;
bool hf_recovery_settle(hf_tx *tx, hf_str user_key, hf_error *err) HF_CHECKED;

#endif
