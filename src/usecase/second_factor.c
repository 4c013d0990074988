// SPDX-License-Identifier: Apache-2.0
//
// One-time codes and recovery codes. The shared secret of an account must be readable, since codes are computed from it: it
// lies in the store's credential table, which is in no dump, export, answer or log line, and is sealed there (store/seal.c).
#include "usecase/second_factor.h"

#include <string.h>

#include "usecase/passkeys.h"

#define STEPS_AROUND   1 // clocks may differ by half a minute
#define PENDING_MS     INT64_C(600000)
#define RECOVERY_BYTES 15u // 120 bits, six groups of four: nobody finds one from its hash
#define CODE_BYTES_MAX 64u
#define BLOCK_BYTES    64u // of SHA-1

// --- the codes -----------------------------------------------------------------------------------

// RFC 2104, for a key of at most a block and a message of eight bytes.
static hf_sha1 hmac_sha1(hf_str key, const uint8_t message[8])
{
    uint8_t inner[BLOCK_BYTES + 8];
    uint8_t outer[BLOCK_BYTES + sizeof(hf_sha1)];
    HF_ASSERT(key.len <= BLOCK_BYTES);
    memset(inner, 0x36, BLOCK_BYTES);
    memset(outer, 0x5c, BLOCK_BYTES);
    for (size_t i = 0; i < key.len; i++) {
        inner[i] ^= (uint8_t)key.ptr[i];
        outer[i] ^= (uint8_t)key.ptr[i];
    }
    memcpy(inner + BLOCK_BYTES, message, 8);
    hf_sha1 digest = hf_sha1_of((hf_str){(const char *)inner, sizeof inner});
    memcpy(outer + BLOCK_BYTES, digest.bytes, sizeof digest.bytes);
    digest = hf_sha1_of((hf_str){(const char *)outer, sizeof outer});
    hf_wipe(inner, sizeof inner);
    hf_wipe(outer, sizeof outer);
    return digest;
}

void hf_hotp(hf_str secret, uint64_t counter, unsigned digits, char text[9])
{
    uint8_t message[8];
    HF_ASSERT(digits >= 6 && digits <= 8);
    for (int i = 0; i < 8; i++)
        message[i] = (uint8_t)(counter >> (56 - 8 * i));
    hf_sha1 digest = hmac_sha1(secret, message);
    size_t at = digest.bytes[sizeof digest.bytes - 1] & 15;
    uint32_t value = (uint32_t)(digest.bytes[at] & 0x7F) << 24 |
                     (uint32_t)digest.bytes[at + 1] << 16 | (uint32_t)digest.bytes[at + 2] << 8 |
                     digest.bytes[at + 3];
    text[digits] = '\0';
    for (unsigned i = digits; i > 0; i--, value /= 10)
        text[i - 1] = (char)('0' + value % 10);
}

hf_str hf_base32(hf_arena *arena, hf_str bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    char *text = hf_arena_take(arena, bytes.len * 8 / 5 + 2);
    size_t len = 0;
    uint32_t held = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        held = held << 8 | (unsigned char)bytes.ptr[i];
        for (bits += 8; bits >= 5; bits -= 5)
            text[len++] = digits[held >> (bits - 5) & 31];
    }
    if (bits > 0)
        text[len++] = digits[held << (5 - bits) & 31];
    return (hf_str){text, len};
}

// What is typed in groups, without what joins them, in capitals. Empty: too long for any code.
static hf_str plain_code(hf_str typed, char text[CODE_BYTES_MAX])
{
    size_t len = 0;
    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.ptr[i];
        if (c == ' ' || c == '-')
            continue;
        if (len == CODE_BYTES_MAX)
            return HF_STR_EMPTY;
        text[len++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    return (hf_str){text, len};
}

// --- as they are stored --------------------------------------------------------------------------

// One row an account; the key of the table is a hash, here of the account's name.
static hf_sha256 row_of(hf_str user_key)
{
    hf_sha256 hash;
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hash = hf_sha256_of(hf_str_format(&scratch, "totp %.*s", HF_STR_ARG(user_key)));
    return hash;
}

static hf_sha256 recovery_row(hf_str user_key, hf_str code)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    return hf_sha256_of(
        hf_str_format(&scratch, "recovery %.*s %.*s", HF_STR_ARG(code), HF_STR_ARG(user_key)));
}

static bool find_totp(hf_read *read, hf_str user_key, int64_t now_ms, hf_arena *arena,
                      hf_credential **out, hf_error *err)
{
    hf_sha256 row = row_of(user_key);
    return hf_credential_find(read, HF_CREDENTIAL_TOTP, &row, now_ms, arena, out, err);
}

static bool is_confirmed(const hf_credential *totp)
{
    return totp != NULL && totp->expires_ms == HF_INTEGER_NONE;
}

static bool replace_totp(hf_tx *tx, const hf_credential *totp, hf_error *err)
{
    return hf_credential_remove(tx, &totp->secret, err) && hf_credential_add(tx, totp, err);
}

// The step whose code this is, around now and after the last that was accepted; -1: none. The secret must have been
// revealed. *was_used: it is a code of now, but it has counted already.
static int64_t fitting_step(const hf_credential *totp, hf_str code, int64_t now_ms, bool *was_used)
{
    uint8_t secret[HF_TOTP_SECRET_BYTES];
    int64_t now = now_ms / (HF_TOTP_STEP_S * 1000);
    int64_t last = totp->last_seen_ms == HF_INTEGER_NONE ? -1 : totp->last_seen_ms;
    int64_t found = -1;
    if (!hf_hex_parse(totp->detail, secret, sizeof secret))
        return -1;
    for (int64_t step = now - STEPS_AROUND; step <= now + STEPS_AROUND; step++) {
        char text[9];
        hf_hotp((hf_str){(const char *)secret, sizeof secret}, (uint64_t)step, HF_TOTP_DIGITS,
                text);
        bool fits = hf_equal_constant_time(code, hf_str_of(text));
        found = fits && step > last ? step : found;
        *was_used = *was_used || (fits && step <= last);
        hf_wipe(text, sizeof text);
    }
    hf_wipe(secret, sizeof secret);
    return found;
}

// --- the setting ---------------------------------------------------------------------------------

static bool has_role_of(const hf_actor *actor, hf_str roles)
{
    if (actor->role != HF_WORD_NONE &&
        hf_str_has_word(roles, hf_str_of(hf_role_words[actor->role])))
        return true;
    for (size_t i = 0; i < actor->grant_count; i++)
        if (hf_str_has_word(roles, hf_str_of(hf_role_words[actor->grants[i].role])))
            return true;
    return false;
}

static bool is_required(hf_read *read, const hf_actor *actor, hf_arena *arena, bool *out,
                        hf_error *err)
{
    hf_str roles = HF_STR_EMPTY;
    if (!hf_setting_get(read, hf_instance_settings[HF_INSTANCE_SECOND_FACTOR].name, arena, &roles,
                        err))
        return false;
    *out = roles.len > 0 && has_role_of(actor, roles);
    return true;
}

bool hf_find_held(hf_read *read, const hf_user *user, const hf_actor *actor, hf_arena *arena,
                  hf_held *out, hf_error *err)
{
    hf_credential *totp = NULL;
    size_t passkeys = 0;
    bool is_asked = false;
    *out = HF_HELD_NOT;
    if (user->must_change_password) {
        *out = HF_HELD_PASSWORD;
        return true;
    }
    // Who has no password came in by a passkey, which is both factors, or by a provider or a card, whose matter they are.
    if (user->password_hash.len == 0)
        return true;
    if (!is_required(read, actor, arena, &is_asked, err))
        return false;
    if (!is_asked)
        return true;
    if (!find_totp(read, user->head.key, INT64_MIN, arena, &totp, err) ||
        !hf_passkey_count(read, user->head.key, arena, &passkeys, err))
        return false;
    if (!is_confirmed(totp) && passkeys == 0)
        *out = HF_HELD_SECOND_FACTOR;
    return true;
}

// --- at the door ---------------------------------------------------------------------------------

static bool use_recovery(hf_tx *tx, hf_str user_key, hf_str code, bool *used, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_credential *found = NULL;
    hf_sha256 row = recovery_row(user_key, code);
    if (!hf_credential_find(hf_tx_read(tx), HF_CREDENTIAL_RECOVERY, &row, INT64_MIN, &scratch,
                            &found, err))
        return false;
    *used = found != NULL;
    return found == NULL || hf_credential_remove(tx, &row, err);
}

// A passkey is no code that could be typed: it lets in by itself (passkeys.c), or a recovery code in its place.
static bool ask_more(bool has_codes, hf_error *err)
{
    return has_codes
               ? hf_fail(err, HF_ERR_SIGN_IN, "account.code_needed",
                         "give the code of your authenticator too")
               : hf_fail(err, HF_ERR_SIGN_IN, "account.passkey_needed",
                         "the password alone is not enough: sign in with a passkey, or give a "
                         "recovery code too");
}

// A code that comes twice may have been looked over somebody's shoulder: its owner is told (notices.c).
static bool refuse_code(bool was_used, hf_error *err)
{
    return was_used ? hf_fail(err, HF_ERR_SIGN_IN, "account.code_used",
                              "this code was used before; wait for the next one")
                    : hf_fail(err, HF_ERR_SIGN_IN, "account.code_wrong",
                              "this code is wrong or too old; wait for the next one");
}

bool hf_second_factor_use(hf_tx *tx, hf_str user_key, hf_str typed, int64_t now_ms,
                          const char **factor, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_credential *totp = NULL;
    char text[CODE_BYTES_MAX];
    hf_str code = plain_code(typed, text);
    size_t passkeys = 0;
    bool used = false, was_used = false;
    if (!find_totp(hf_tx_read(tx), user_key, now_ms, &scratch, &totp, err) ||
        !hf_passkey_count(hf_tx_read(tx), user_key, &scratch, &passkeys, err))
        return false;
    *factor = NULL;
    if (!is_confirmed(totp) && passkeys == 0)
        return true;
    if (code.len == 0)
        return ask_more(is_confirmed(totp), err);
    int64_t step = -1;
    if (is_confirmed(totp)) {
        if (!hf_credential_reveal(hf_tx_read(tx), totp, &scratch, &totp->detail, err))
            return false;
        step = fitting_step(totp, code, now_ms, &was_used);
    }
    if (step >= 0) {
        totp->last_seen_ms = step;
        *factor = "totp";
        return replace_totp(tx, totp, err);
    }
    if (!use_recovery(tx, user_key, code, &used, err))
        return false;
    *factor = used ? "recovery" : NULL;
    return used || refuse_code(was_used, err);
}

// --- on and off ----------------------------------------------------------------------------------

static bool refuse_second(hf_error *err)
{
    return hf_fail(err, HF_ERR_CONFLICT, "account.factor_on",
                   "the account has a second factor; take that off first");
}

bool hf_second_factor_get(const hf_session *session, hf_str user_key, hf_arena *arena,
                          hf_second_factor *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_user *user = NULL;
    hf_actor actor = {0};
    hf_credential *totp = NULL;
    hf_credential *codes = NULL;
    size_t count = 0;
    bool is_asked = false;
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_find_managed(session, read, user_key, arena, &user, err) ||
        !hf_actor_of(read, user, session->now_ms, arena, &actor, err) ||
        !is_required(read, &actor, arena, &is_asked, err) ||
        !find_totp(read, user->head.key, session->now_ms, arena, &totp, err) ||
        !hf_credential_list(read, HF_CREDENTIAL_RECOVERY, user->head.key, arena, &codes, &count,
                            err))
        return false;
    *out = (hf_second_factor){
        .is_on = is_confirmed(totp),
        .is_required = is_asked,
        .since_ms = is_confirmed(totp) ? totp->created_ms : HF_INTEGER_NONE,
        .recovery_left = (uint32_t)count,
    };
    return true;
}

// RFC 3986: what an address may hold as it is.
static void add_escaped(hf_buf *out, hf_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (is_plain)
            hf_buf_add_byte(out, (char)c);
        else
            hf_buf_add_format(out, "%%%02X", c);
    }
}

static hf_str otpauth(hf_str issuer, hf_str user_key, hf_str secret, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf uri = hf_buf_of(16384);
    hf_buf_add_z(&uri, "otpauth://totp/");
    add_escaped(&uri, issuer);
    hf_buf_add_z(&uri, ":");
    add_escaped(&uri, user_key);
    hf_buf_add_format(&uri, "?secret=%.*s&issuer=", HF_STR_ARG(secret));
    add_escaped(&uri, issuer);
    hf_buf_add_z(&uri, "&algorithm=SHA1&digits=6&period=30");
    return hf_buf_copy(arena, &uri);
}

static bool put_pending(hf_tx *tx, const hf_user *user, const uint8_t secret[HF_TOTP_SECRET_BYTES],
                        int64_t now_ms, hf_error *err)
{
    char hex[2 * HF_TOTP_SECRET_BYTES + 1];
    hf_hex(secret, HF_TOTP_SECRET_BYTES, hex);
    const hf_credential totp = {.kind = HF_CREDENTIAL_TOTP,
                                .secret = row_of(user->head.key),
                                .user_key = user->head.key,
                                .created_ms = now_ms,
                                .expires_ms = now_ms + PENDING_MS,
                                .last_seen_ms = HF_INTEGER_NONE,
                                .detail = hf_str_of(hex)};
    bool is_put = replace_totp(tx, &totp, err);
    hf_wipe(hex, sizeof hex);
    return is_put;
}

bool hf_second_factor_begin(const hf_session *session, hf_str user_key, hf_str password,
                            hf_arena *arena, hf_str *secret, hf_str *uri, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_user *user = NULL;
    hf_credential *there = NULL;
    hf_instance instance = {0};
    uint8_t bytes[HF_TOTP_SECRET_BYTES];
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_find_own(session, read, user_key, arena, &user, err) ||
        !hf_check_current(session, user, password, arena, err) ||
        !hf_read_instance(session->store, arena, &instance, err) ||
        !hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !find_totp(hf_tx_read(tx), user->head.key, session->now_ms, arena, &there, err))
        return false;
    if (is_confirmed(there))
        return refuse_second(err);
    hf_random_bytes(bytes, sizeof bytes);
    if (!put_pending(tx, user, bytes, session->now_ms, err) ||
        !hf_note(tx, session, "user.factor_begun", &hf_noun_user, user->head.key, HF_STR_EMPTY,
                 HF_STR_EMPTY, err) ||
        !hf_tx_commit(&tx, err))
        return false;
    *secret = hf_base32(arena, (hf_str){(const char *)bytes, sizeof bytes});
    *uri = otpauth(instance.name, user->head.key, *secret, arena);
    hf_wipe(bytes, sizeof bytes);
    return true;
}

// "ABCD-EFGH-IJKL-MNOP-QRST-UVWX"
static hf_str grouped(hf_str code, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(64);
    for (size_t i = 0; i < code.len; i += 4) {
        if (i > 0)
            hf_buf_add_byte(&text, '-');
        hf_buf_add_str(&text, hf_str_slice(code, i, i + 4));
    }
    return hf_buf_copy(arena, &text);
}

bool hf_recovery_make(hf_tx *tx, const hf_user *user, int64_t now_ms, hf_arena *arena,
                      hf_str codes[HF_RECOVERY_CODE_COUNT], hf_error *err)
{
    if (!hf_credential_remove_all(tx, HF_CREDENTIAL_RECOVERY, user->head.key, err))
        return false;
    for (size_t i = 0; i < HF_RECOVERY_CODE_COUNT; i++) {
        uint8_t bytes[RECOVERY_BYTES];
        hf_random_bytes(bytes, sizeof bytes);
        hf_str code = hf_base32(arena, (hf_str){(const char *)bytes, sizeof bytes});
        const hf_credential row = {.kind = HF_CREDENTIAL_RECOVERY,
                                   .secret = recovery_row(user->head.key, code),
                                   .user_key = user->head.key,
                                   .created_ms = now_ms,
                                   .expires_ms = HF_INTEGER_NONE,
                                   .last_seen_ms = HF_INTEGER_NONE};
        if (!hf_credential_add(tx, &row, err))
            return false;
        codes[i] = grouped(code, arena);
    }
    return true;
}

bool hf_second_factor_confirm(const hf_session *session, hf_str user_key, hf_str typed,
                              hf_arena *arena, hf_str codes[HF_RECOVERY_CODE_COUNT], hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_user *user = NULL;
    hf_credential *totp = NULL;
    char text[CODE_BYTES_MAX];
    hf_str code = plain_code(typed, text);
    if (!hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !hf_find_own(session, hf_tx_read(tx), user_key, arena, &user, err) ||
        !find_totp(hf_tx_read(tx), user->head.key, session->now_ms, arena, &totp, err))
        return false;
    if (is_confirmed(totp))
        return refuse_second(err);
    if (totp == NULL)
        return hf_fail(err, HF_ERR_CONFLICT, "account.factor_not_begun",
                       "no second factor was begun within the last ten minutes; begin again");
    if (!hf_credential_reveal(hf_tx_read(tx), totp, arena, &totp->detail, err))
        return false;
    bool unused = false;
    int64_t step = fitting_step(totp, code, session->now_ms, &unused);
    if (step < 0) {
        hf_fail(err, HF_ERR_INPUT, "account.code_wrong",
                "this code does not fit; look at the clock of your authenticator");
        return hf_fail_at(err, "/code", 0, "code");
    }
    totp->expires_ms = HF_INTEGER_NONE;
    totp->created_ms = session->now_ms;
    totp->last_seen_ms = step;
    return replace_totp(tx, totp, err) &&
           hf_recovery_make(tx, user, session->now_ms, arena, codes, err) &&
           hf_note(tx, session, "user.factor_on", &hf_noun_user, user->head.key, HF_STR_EMPTY,
                   HF_STR_EMPTY, err) &&
           hf_tx_commit(&tx, err);
}

bool hf_recovery_settle(hf_tx *tx, hf_str user_key, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_credential *totp = NULL;
    size_t passkeys = 0;
    if (!find_totp(hf_tx_read(tx), user_key, INT64_MIN, &scratch, &totp, err) ||
        !hf_passkey_count(hf_tx_read(tx), user_key, &scratch, &passkeys, err))
        return false;
    return is_confirmed(totp) || passkeys > 0 ||
           hf_credential_remove_all(tx, HF_CREDENTIAL_RECOVERY, user_key, err);
}

bool hf_second_factor_remove(const hf_session *session, hf_str user_key, const hf_proof *proof,
                             hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_user *user = NULL;
    uint64_t ended = 0;
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_find_managed(session, read, user_key, &scratch, &user, err) ||
        !hf_check_proof(session, user, proof, &scratch, err))
        return false;
    return hf_tx_begin(session->store, session->now_ms, &tx, err) &&
           hf_credential_remove_all(tx, HF_CREDENTIAL_TOTP, user->head.key, err) &&
           hf_recovery_settle(tx, user->head.key, err) &&
           hf_end_other_sessions(tx, session, user->head.key, &ended, err) &&
           hf_note(tx, session, "user.factor_off", &hf_noun_user, user->head.key, HF_STR_EMPTY,
                   hf_tell_proof(session, user, proof, NULL, HF_STR_EMPTY, &scratch), err) &&
           hf_tx_commit(&tx, err);
}
