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

// SHA-1 and HMAC with it: for what others have fixed to it (lists of stolen passwords, one-time codes), never for more.
typedef struct {
    uint8_t bytes[20];
} hf_sha1;
hf_sha1 hf_sha1_of(hf_str bytes);

// HMAC with SHA-256 (RFC 2104).
hf_sha256 hf_hmac_sha256(hf_str key, hf_str message);

void hf_random_bytes(void *bytes, size_t count);
void hf_hex(const uint8_t *bytes, size_t count, char *text); // 2·count lower-case digits and a NUL
// Lower- or upper-case digits to bytes: true if text is exactly 2·count hex digits, else nothing is written.
bool hf_hex_parse(hf_str text, uint8_t *bytes, size_t count);
hf_str hf_base64url(hf_arena *arena, hf_str bytes); // no padding
// Back to bytes. False: another sign, padding, or a text that hf_base64url would not have written.
bool hf_base64url_parse(hf_str text, hf_arena *arena, hf_str *out) HF_CHECKED;
bool hf_equal_constant_time(hf_str a, hf_str b);
// UUID version 7 (RFC 9562): the time in ms since 1970, then random. text has room for 37 bytes.
void hf_uuid7(int64_t now_ms, char text[37]);
// UUID version 5 (RFC 9562): always the same for a name within a space. space: a UUID as text; what is none counts as
// the nil UUID.
void hf_uuid5(hf_str space, hf_str name, char text[37]);

// Ed25519 (RFC 8032), whole messages.
typedef struct {
    uint8_t bytes[32];
} hf_sign_key; // the public half
typedef struct {
    uint8_t bytes[64];
} hf_sign_secret; // wipe it after use: hf_wipe
typedef struct {
    uint8_t bytes[64];
} hf_signature;
void hf_sign_make(hf_sign_key *key, hf_sign_secret *secret);
hf_signature hf_sign(hf_str message, const hf_sign_secret *secret);
bool hf_sign_is_good(hf_str message, const hf_sign_key *key, const hf_signature *signature);

// X25519 key pairs: what is shut in a box for the public half is opened with the secret half alone, and a box does not
// tell for whom it is (libsodium's sealed boxes: X25519, XSalsa20 and Poly1305).
typedef struct {
    uint8_t bytes[32];
} hf_box_key; // the public half
typedef struct {
    uint8_t bytes[32];
} hf_box_secret; // wipe it after use
typedef struct {
    uint8_t bytes[32];
} hf_cipher_key; // wipe it after use
#define HF_BOX_BYTES 80u
void hf_box_make(hf_box_key *key, hf_box_secret *secret);
// false: this public half is a point for which nothing can be kept secret.
bool hf_box_shut(const hf_cipher_key *content, const hf_box_key *key, uint8_t box[HF_BOX_BYTES]);
// false: not for this secret, or altered.
bool hf_box_open(const uint8_t box[HF_BOX_BYTES], const hf_box_secret *secret,
                 hf_cipher_key *content);
// As text: which half it is, 64 hex digits, and 8 that find a slip of the pen.
#define HF_BOX_TEXT_BYTES 80u
void hf_box_key_text(const hf_box_key *key, char text[HF_BOX_TEXT_BYTES]);
void hf_box_secret_text(const hf_box_secret *secret, char text[HF_BOX_TEXT_BYTES]);
bool hf_box_key_parse(hf_str text, hf_box_key *key);
bool hf_box_secret_parse(hf_str text, hf_box_secret *secret);

// A stream of pieces, each encrypted and bound to its place (libsodium's secretstream: XChaCha20-Poly1305): none can be
// altered, left out, repeated or moved, and the last one is known as such.
#define HF_CIPHER_HEAD_BYTES 24u
#define HF_CIPHER_MORE_BYTES 17u // that a piece grows by
typedef struct hf_cipher hf_cipher;
// The stream lives in the arena; hf_cipher_done wipes it. key: a new one for each stream that is written.
hf_cipher *hf_cipher_write(hf_arena *arena, const hf_cipher_key *key,
                           uint8_t head[HF_CIPHER_HEAD_BYTES]);
hf_cipher *hf_cipher_read(hf_arena *arena, const hf_cipher_key *key,
                          const uint8_t head[HF_CIPHER_HEAD_BYTES]);
// beside  what is not in the piece but must be the same when it is read; may be empty
// out     room for HF_CIPHER_MORE_BYTES more than the piece
void hf_cipher_shut(hf_cipher *stream, hf_str piece, hf_str beside, bool is_last, uint8_t *out);
// out  room for HF_CIPHER_MORE_BYTES fewer. false: altered, or not the next piece of this stream
bool hf_cipher_open(hf_cipher *stream, hf_str shut, hf_str beside, uint8_t *out, bool *is_last);
void hf_cipher_done(hf_cipher **stream); // for HF_CLEANUP

// A short secret at rest, sealed by a key that lies elsewhere and bound to whose secret it is (libsodium's
// XChaCha20-Poly1305 with a random nonce). The first byte tells the way of sealing, so that another one may follow.
typedef struct {
    uint8_t bytes[32];
} hf_seal_key;                 // wipe it after use
#define HF_SEAL_MORE_BYTES 41u // that a secret grows by
// beside  whose it is; must be the same when it is opened
// out     room for HF_SEAL_MORE_BYTES more than the secret
void hf_seal_shut(const hf_seal_key *key, hf_str secret, hf_str beside, uint8_t *out);
// out  room for HF_SEAL_MORE_BYTES fewer. false: another key, another's secret, or altered
bool hf_seal_open(const hf_seal_key *key, hf_str shut, hf_str beside, uint8_t *out);
// What a key may be called in front of everybody: one way from the key.
#define HF_SEAL_NAME_BYTES 17u
void hf_seal_key_name(const hf_seal_key *key, char text[HF_SEAL_NAME_BYTES]);
// As text, like the halves of a box: HF_BOX_TEXT_BYTES.
void hf_seal_key_text(const hf_seal_key *key, char text[HF_BOX_TEXT_BYTES]);
bool hf_seal_key_parse(hf_str text, hf_seal_key *key);

// Overwrites memory so that the compiler cannot leave it out.
void hf_wipe(void *bytes, size_t count);

// Argon2id. hash has room for 128 bytes.
bool hf_password_hash(hf_str password, char hash[128], hf_error *err) HF_CHECKED;
bool hf_password_matches(const char *hash, hf_str password);

#endif
