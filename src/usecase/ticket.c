// SPDX-License-Identifier: Apache-2.0
//
// Tickets: eight bytes of their end, sixteen at random, thirty-two of the seal; as base64url.
#include "usecase/ticket.h"

#include <string.h>

#define END_BYTES    8u
#define RANDOM_BYTES 16u
#define OPEN_BYTES   (END_BYTES + RANDOM_BYTES)
#define TICKET_BYTES (OPEN_BYTES + sizeof(hf_sha256))

static const char key_word[] = "holdfast tickets 1";

// One way from the key that signs the log: whoever learns this one learns nothing of that one.
static bool find_key(hf_read *read, hf_sha256 *out, hf_error *err)
{
    hf_sign_key unused;
    hf_sign_secret secret;
    if (!hf_audit_key(read, &unused, &secret, err))
        return false;
    *out = hf_hmac_sha256((hf_str){(const char *)secret.bytes, sizeof secret.bytes},
                          hf_str_of(key_word));
    hf_wipe(&secret, sizeof secret);
    return true;
}

static bool seal(hf_read *read, hf_str purpose, const uint8_t open[OPEN_BYTES], hf_sha256 *out,
                 hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf message = hf_buf_of(4096);
    hf_sha256 key;
    if (!find_key(read, &key, err))
        return false;
    hf_buf_add(&message, open, OPEN_BYTES); // of fixed length, so that nothing can move into it
    hf_buf_add_str(&message, purpose);
    HF_ASSERT(!message.overflow);
    *out =
        hf_hmac_sha256((hf_str){(const char *)key.bytes, sizeof key.bytes}, hf_buf_str(&message));
    hf_wipe(&key, sizeof key);
    return true;
}

bool hf_ticket_make(hf_read *read, hf_str purpose, int64_t expires_ms, hf_arena *arena, hf_str *out,
                    hf_error *err)
{
    uint8_t bytes[TICKET_BYTES];
    hf_sha256 code;
    for (unsigned i = 0; i < END_BYTES; i++)
        bytes[i] = (uint8_t)((uint64_t)expires_ms >> (56 - 8 * i));
    hf_random_bytes(bytes + END_BYTES, RANDOM_BYTES);
    if (!seal(read, purpose, bytes, &code, err))
        return false;
    memcpy(bytes + OPEN_BYTES, code.bytes, sizeof code.bytes);
    *out = hf_base64url(arena, (hf_str){(const char *)bytes, sizeof bytes});
    return true;
}

typedef struct {
    int64_t expires_ms;
    hf_sha256 row; // under which it is kept once it was used
} opened;

// *is_good false: not ours, for something else, or at its end.
static bool open_ticket(hf_read *read, hf_str purpose, hf_str ticket, int64_t now_ms,
                        hf_arena *arena, opened *out, bool *is_good, hf_error *err)
{
    hf_str bytes = HF_STR_EMPTY;
    hf_sha256 code;
    uint64_t expires_ms = 0;
    *is_good = false;
    if (ticket.len > 2 * TICKET_BYTES || !hf_base64url_parse(ticket, arena, &bytes) ||
        bytes.len != TICKET_BYTES)
        return true;
    if (!seal(read, purpose, (const uint8_t *)bytes.ptr, &code, err))
        return false;
    for (unsigned i = 0; i < END_BYTES; i++)
        expires_ms = expires_ms << 8 | (unsigned char)bytes.ptr[i];
    *is_good = hf_equal_constant_time(hf_str_slice(bytes, OPEN_BYTES, bytes.len),
                                      (hf_str){(const char *)code.bytes, sizeof code.bytes}) &&
               (int64_t)expires_ms > now_ms;
    *out = (opened){.expires_ms = (int64_t)expires_ms, .row = hf_sha256_of(bytes)};
    return true;
}

static bool check(hf_read *read, hf_str purpose, hf_str ticket, int64_t now_ms, opened *found,
                  bool *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_credential *used = NULL;
    bool is_good = false;
    if (!open_ticket(read, purpose, ticket, now_ms, &scratch, found, &is_good, err) ||
        (is_good &&
         !hf_credential_find(read, HF_CREDENTIAL_USED, &found->row, now_ms, &scratch, &used, err)))
        return false;
    *out = is_good && used == NULL;
    return true;
}

bool hf_ticket_is_good(hf_read *read, hf_str purpose, hf_str ticket, int64_t now_ms, bool *out,
                       hf_error *err)
{
    opened unused;
    return check(read, purpose, ticket, now_ms, &unused, out, err);
}

bool hf_ticket_use(hf_tx *tx, hf_str purpose, hf_str ticket, int64_t now_ms, bool *out,
                   hf_error *err)
{
    opened found;
    bool is_good = false;
    if (!check(hf_tx_read(tx), purpose, ticket, now_ms, &found, &is_good, err))
        return false;
    const hf_credential used = {.kind = HF_CREDENTIAL_USED,
                                .secret = found.row,
                                .user_key = HF_STR(""),
                                .label = HF_STR(""),
                                .created_ms = now_ms,
                                .expires_ms = found.expires_ms,
                                .last_seen_ms = HF_INTEGER_NONE};
    if (is_good && (!hf_credential_remove_all(tx, HF_CREDENTIAL_USED, HF_STR_EMPTY, err) ||
                    !hf_credential_add(tx, &used, err)))
        return false;
    *out = is_good;
    return true;
}
