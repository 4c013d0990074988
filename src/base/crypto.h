// SPDX-License-Identifier: Apache-2.0
//
// Hashes, random bytes, passwords, ids. The one door to libsodium and OpenSSL.
#ifndef HF_BASE_CRYPTO_H
#define HF_BASE_CRYPTO_H

#include "base/buf.h"
#include "base/error.h"

typedef struct {
    uint8_t bytes[32];
} hf_sha256;

// Must be called once before anything else here; safe to call twice. Errors: HF_ERR_INTERNAL.
bool hf_crypto_init(hf_error *err) HF_CHECKED;

hf_sha256 hf_sha256_of(hf_str bytes);
// Streaming form.
typedef struct hf_sha256_stream hf_sha256_stream;
hf_sha256_stream *hf_sha256_open(hf_arena *arena);
void hf_sha256_add(hf_sha256_stream *stream, const void *bytes, size_t count);
hf_sha256 hf_sha256_close(hf_sha256_stream *stream);

void hf_random_bytes(void *bytes, size_t count);
void hf_hex(const uint8_t *bytes, size_t count, char *text); // 2·count lower-case digits and a NUL
hf_str hf_base64url(hf_arena *arena, hf_str bytes);          // no padding
bool hf_equal_constant_time(hf_str a, hf_str b);
// UUID version 7 (RFC 9562): the time in ms since 1970, then random. text has room for 37 bytes.
void hf_uuid7(int64_t now_ms, char text[37]);

// Argon2id. hash has room for 128 bytes.
bool hf_password_hash(hf_str password, char hash[128], hf_error *err) HF_CHECKED;
bool hf_password_matches(const char *hash, hf_str password);

#endif
