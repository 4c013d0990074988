// SPDX-License-Identifier: Apache-2.0
//
// SHA-256 by OpenSSL (it uses the processor's own instructions), the rest by libsodium.
//
// The plain SHA256_* functions are deprecated in favour of contexts on the heap; they stay here because a
// stream then lives in the arena like everything else, and because millions of short rows are hashed.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/crypto.h"

#include <openssl/sha.h>
#include <sodium.h>
#include <string.h>

struct hf_sha256_stream {
    SHA256_CTX context;
};

bool hf_crypto_init(hf_error *err)
{
    if (sodium_init() < 0)
        return hf_fail(err, HF_ERR_INTERNAL, "crypto.unavailable",
                       "the system gives no secure random numbers");
    return true;
}

hf_sha256 hf_sha256_of(hf_str bytes)
{
    hf_sha256_stream stream;
    HF_ASSERT(SHA256_Init(&stream.context) == 1);
    hf_sha256_add(&stream, bytes.ptr, bytes.len);
    return hf_sha256_close(&stream);
}

hf_sha256_stream *hf_sha256_open(hf_arena *arena)
{
    hf_sha256_stream *stream = HF_NEW(arena, hf_sha256_stream);
    HF_ASSERT(SHA256_Init(&stream->context) == 1);
    return stream;
}

void hf_sha256_add(hf_sha256_stream *stream, const void *bytes, size_t count)
{
    if (count > 0)
        HF_ASSERT(SHA256_Update(&stream->context, bytes, count) == 1);
}

hf_sha256 hf_sha256_close(hf_sha256_stream *stream)
{
    hf_sha256 digest;
    HF_ASSERT(SHA256_Final(digest.bytes, &stream->context) == 1);
    return digest;
}

hf_sha1 hf_sha1_of(hf_str bytes)
{
    hf_sha1 digest;
    const char *text = bytes.ptr != NULL ? bytes.ptr : "";
    HF_ASSERT(SHA1((const unsigned char *)text, bytes.len, digest.bytes) != NULL);
    return digest;
}

hf_sha256 hf_hmac_sha256(hf_str key, hf_str message)
{
    _Static_assert(crypto_auth_hmacsha256_BYTES == sizeof(hf_sha256), "room of the code");
    crypto_auth_hmacsha256_state state;
    hf_sha256 code;
    const unsigned char *bytes = (const unsigned char *)(message.ptr != NULL ? message.ptr : "");
    HF_ASSERT(crypto_auth_hmacsha256_init(&state, (const unsigned char *)key.ptr, key.len) == 0);
    HF_ASSERT(crypto_auth_hmacsha256_update(&state, bytes, message.len) == 0);
    HF_ASSERT(crypto_auth_hmacsha256_final(&state, code.bytes) == 0);
    hf_wipe(&state, sizeof(state));
    return code;
}

void hf_random_bytes(void *bytes, size_t count)
{
    randombytes_buf(bytes, count);
}

void hf_hex(const uint8_t *bytes, size_t count, char *text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        *text++ = digits[bytes[i] >> 4];
        *text++ = digits[bytes[i] & 15];
    }
    *text = 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool hf_hex_parse(hf_str text, uint8_t *bytes, size_t count)
{
    if (text.len != 2 * count)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (hex_digit(text.ptr[i]) < 0)
            return false;
    for (size_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)(hex_digit(text.ptr[2 * i]) << 4 | hex_digit(text.ptr[2 * i + 1]));
    return true;
}

hf_str hf_base64url(hf_arena *arena, hf_str bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *text = hf_arena_take(arena, bytes.len / 3 * 4 + 5);
    size_t len = 0;
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t left = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t group = 0;
        for (size_t j = 0; j < 3; j++)
            group = group << 8 | (j < left ? (unsigned char)bytes.ptr[i + j] : 0);
        for (size_t j = 0; j <= left; j++)
            text[len++] = digits[group >> (18 - 6 * j) & 63];
    }
    return (hf_str){text, len};
}

bool hf_base64url_parse(hf_str text, hf_arena *arena, hf_str *out)
{
    char *bytes = hf_arena_take(arena, text.len / 4 * 3 + 3);
    size_t count = 0;
    if (sodium_base642bin((unsigned char *)bytes, text.len / 4 * 3 + 3, text.ptr, text.len, NULL,
                          &count, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return false;
    *out = (hf_str){bytes, count};
    return true;
}

bool hf_equal_constant_time(hf_str a, hf_str b)
{
    return a.len == b.len && (a.len == 0 || sodium_memcmp(a.ptr, b.ptr, a.len) == 0);
}

// The first 16 bytes with their version and variant, as text.
static void write_uuid(uint8_t *bytes, uint8_t version, char text[37])
{
    char digits[33];
    char *to = text;
    bytes[6] = (uint8_t)(version | (bytes[6] & 0x0F));
    bytes[8] = (uint8_t)(0x80 | (bytes[8] & 0x3F));
    hf_hex(bytes, 16, digits);
    for (size_t i = 0; i < 32; i++) {
        if (i == 8 || i == 12 || i == 16 || i == 20)
            *to++ = '-';
        *to++ = digits[i];
    }
    *to = 0;
}

void hf_uuid7(int64_t now_ms, char text[37])
{
    uint8_t bytes[16];
    hf_random_bytes(bytes, sizeof bytes);
    for (int i = 0; i < 6; i++)
        bytes[i] = (uint8_t)((uint64_t)now_ms >> (40 - 8 * i));
    write_uuid(bytes, 0x70, text);
}

void hf_uuid5(hf_str space, hf_str name, char text[37])
{
    HF_CLEANUP(hf_buf_done) hf_buf bytes = hf_buf_of(16 + name.len);
    char digits[33];
    uint8_t id[16] = {0};
    size_t count = 0;
    for (size_t i = 0; i < space.len && count < 32; i++)
        if (space.ptr[i] != '-')
            digits[count++] = space.ptr[i];
    if (!hf_hex_parse((hf_str){digits, count}, id, sizeof id))
        memset(id, 0, sizeof id);
    hf_buf_add(&bytes, id, sizeof id);
    hf_buf_add_str(&bytes, name);
    hf_sha1 hash = hf_sha1_of(hf_buf_str(&bytes));
    write_uuid(hash.bytes, 0x50, text);
}

void hf_sign_make(hf_sign_key *key, hf_sign_secret *secret)
{
    _Static_assert(crypto_sign_PUBLICKEYBYTES == sizeof(*key), "room of the key");
    _Static_assert(crypto_sign_SECRETKEYBYTES == sizeof(*secret), "room of the secret");
    HF_ASSERT(crypto_sign_keypair(key->bytes, secret->bytes) == 0);
}

hf_signature hf_sign(hf_str message, const hf_sign_secret *secret)
{
    _Static_assert(crypto_sign_BYTES == sizeof(hf_signature), "room of the signature");
    hf_signature signature;
    HF_ASSERT(crypto_sign_detached(signature.bytes, NULL, (const unsigned char *)message.ptr,
                                   message.len, secret->bytes) == 0);
    return signature;
}

bool hf_sign_is_good(hf_str message, const hf_sign_key *key, const hf_signature *signature)
{
    return crypto_sign_verify_detached(signature->bytes, (const unsigned char *)message.ptr,
                                       message.len, key->bytes) == 0;
}

// --- boxes and streams -------------------------------------------------------------------------------------

void hf_box_make(hf_box_key *key, hf_box_secret *secret)
{
    _Static_assert(crypto_box_PUBLICKEYBYTES == sizeof(*key), "room of the key");
    _Static_assert(crypto_box_SECRETKEYBYTES == sizeof(*secret), "room of the secret");
    HF_ASSERT(crypto_box_keypair(key->bytes, secret->bytes) == 0);
}

bool hf_box_shut(const hf_cipher_key *content, const hf_box_key *key, uint8_t box[HF_BOX_BYTES])
{
    _Static_assert(crypto_box_SEALBYTES + sizeof(*content) == HF_BOX_BYTES, "room of the box");
    return crypto_box_seal(box, content->bytes, sizeof(content->bytes), key->bytes) == 0;
}

bool hf_box_open(const uint8_t box[HF_BOX_BYTES], const hf_box_secret *secret,
                 hf_cipher_key *content)
{
    hf_box_key key;
    return crypto_scalarmult_base(key.bytes, secret->bytes) == 0 &&
           crypto_box_seal_open(content->bytes, box, HF_BOX_BYTES, key.bytes, secret->bytes) == 0;
}

static const char public_word[] = "hfpub-";
static const char secret_word[] = "hfkey-";
static const char seal_word[] = "hfsec-";
enum { WORD_CHARS = 6, HALF_BYTES = 32, CHECK_BYTES = 4 };

// Over the word too, so that one half is not taken for the other.
static void half_check(const char *word, const uint8_t half[HALF_BYTES], uint8_t check[CHECK_BYTES])
{
    uint8_t bytes[WORD_CHARS + HALF_BYTES];
    memcpy(bytes, word, WORD_CHARS);
    memcpy(bytes + WORD_CHARS, half, HALF_BYTES);
    hf_sha256 hash = hf_sha256_of((hf_str){(const char *)bytes, sizeof(bytes)});
    memcpy(check, hash.bytes, CHECK_BYTES);
    hf_wipe(bytes, sizeof(bytes));
}

static void half_text(const char *word, const uint8_t half[HALF_BYTES], char *text)
{
    uint8_t check[CHECK_BYTES];
    half_check(word, half, check);
    memcpy(text, word, WORD_CHARS);
    hf_hex(half, HALF_BYTES, text + WORD_CHARS);
    text[WORD_CHARS + 2 * HALF_BYTES] = '-';
    hf_hex(check, CHECK_BYTES, text + WORD_CHARS + 2 * HALF_BYTES + 1);
}

static bool half_parse(const char *word, hf_str text, uint8_t half[HALF_BYTES])
{
    size_t at_check = WORD_CHARS + 2 * HALF_BYTES + 1;
    uint8_t check[CHECK_BYTES], wanted[CHECK_BYTES];
    if (text.len != at_check + 2 * CHECK_BYTES || memcmp(text.ptr, word, WORD_CHARS) != 0 ||
        text.ptr[at_check - 1] != '-' ||
        !hf_hex_parse(hf_str_slice(text, at_check, text.len), check, CHECK_BYTES))
        return false;
    bool is_whole = hf_hex_parse(hf_str_slice(text, WORD_CHARS, at_check - 1), half, HALF_BYTES);
    if (is_whole) {
        half_check(word, half, wanted);
        is_whole = memcmp(check, wanted, CHECK_BYTES) == 0;
    }
    if (!is_whole)
        hf_wipe(half, HALF_BYTES); // of a secret with a slip, most is right
    return is_whole;
}

void hf_box_key_text(const hf_box_key *key, char text[HF_BOX_TEXT_BYTES])
{
    half_text(public_word, key->bytes, text);
}

void hf_box_secret_text(const hf_box_secret *secret, char text[HF_BOX_TEXT_BYTES])
{
    half_text(secret_word, secret->bytes, text);
}

bool hf_box_key_parse(hf_str text, hf_box_key *key)
{
    return half_parse(public_word, text, key->bytes);
}

bool hf_box_secret_parse(hf_str text, hf_box_secret *secret)
{
    return half_parse(secret_word, text, secret->bytes);
}

struct hf_cipher {
    crypto_secretstream_xchacha20poly1305_state state;
};

hf_cipher *hf_cipher_write(hf_arena *arena, const hf_cipher_key *key,
                           uint8_t head[HF_CIPHER_HEAD_BYTES])
{
    _Static_assert(crypto_secretstream_xchacha20poly1305_KEYBYTES == sizeof(*key), "room of it");
    _Static_assert(crypto_secretstream_xchacha20poly1305_HEADERBYTES == HF_CIPHER_HEAD_BYTES,
                   "room of the head");
    hf_cipher *stream = HF_NEW(arena, hf_cipher);
    HF_ASSERT(crypto_secretstream_xchacha20poly1305_init_push(&stream->state, head, key->bytes) ==
              0);
    return stream;
}

hf_cipher *hf_cipher_read(hf_arena *arena, const hf_cipher_key *key,
                          const uint8_t head[HF_CIPHER_HEAD_BYTES])
{
    hf_cipher *stream = HF_NEW(arena, hf_cipher);
    HF_ASSERT(crypto_secretstream_xchacha20poly1305_init_pull(&stream->state, head, key->bytes) ==
              0);
    return stream;
}

void hf_cipher_shut(hf_cipher *stream, hf_str piece, hf_str beside, bool is_last, uint8_t *out)
{
    _Static_assert(crypto_secretstream_xchacha20poly1305_ABYTES == HF_CIPHER_MORE_BYTES,
                   "room of a piece");
    unsigned char tag = is_last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
    HF_ASSERT(crypto_secretstream_xchacha20poly1305_push(
                  &stream->state, out, NULL, (const unsigned char *)piece.ptr, piece.len,
                  (const unsigned char *)beside.ptr, beside.len, tag) == 0);
}

bool hf_cipher_open(hf_cipher *stream, hf_str shut, hf_str beside, uint8_t *out, bool *is_last)
{
    unsigned char tag = 0;
    if (shut.len < HF_CIPHER_MORE_BYTES ||
        crypto_secretstream_xchacha20poly1305_pull(
            &stream->state, out, NULL, &tag, (const unsigned char *)shut.ptr, shut.len,
            (const unsigned char *)beside.ptr, beside.len) != 0)
        return false;
    *is_last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    return true;
}

void hf_cipher_done(hf_cipher **stream)
{
    if (*stream != NULL)
        hf_wipe(*stream, sizeof(**stream));
    *stream = NULL;
}

// --- seals -------------------------------------------------------------------------------------------------

// XChaCha20-Poly1305 (IETF) under a key that follows from the file's: version, nonce, secret and its code.
enum { SEAL_VERSION = 1, NONCE_BYTES = 24 };
_Static_assert(1 + NONCE_BYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES == HF_SEAL_MORE_BYTES,
               "room of a seal");
_Static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == NONCE_BYTES, "room of the nonce");

static hf_sha256 seal_follows(const hf_seal_key *key, const char *purpose)
{
    return hf_hmac_sha256((hf_str){(const char *)key->bytes, sizeof(key->bytes)},
                          hf_str_of(purpose));
}

void hf_seal_shut(const hf_seal_key *key, hf_str secret, hf_str beside, uint8_t *out)
{
    hf_sha256 used = seal_follows(key, "holdfast seal 1");
    out[0] = SEAL_VERSION;
    hf_random_bytes(out + 1, NONCE_BYTES);
    HF_ASSERT(crypto_aead_xchacha20poly1305_ietf_encrypt(
                  out + 1 + NONCE_BYTES, NULL, (const unsigned char *)secret.ptr, secret.len,
                  (const unsigned char *)beside.ptr, beside.len, NULL, out + 1, used.bytes) == 0);
    hf_wipe(&used, sizeof(used));
}

bool hf_seal_open(const hf_seal_key *key, hf_str shut, hf_str beside, uint8_t *out)
{
    const unsigned char *bytes = (const unsigned char *)shut.ptr;
    if (shut.len < HF_SEAL_MORE_BYTES || bytes[0] != SEAL_VERSION)
        return false;
    hf_sha256 used = seal_follows(key, "holdfast seal 1");
    bool is_open = crypto_aead_xchacha20poly1305_ietf_decrypt(
                       out, NULL, NULL, bytes + 1 + NONCE_BYTES, shut.len - 1 - NONCE_BYTES,
                       (const unsigned char *)beside.ptr, beside.len, bytes + 1, used.bytes) == 0;
    hf_wipe(&used, sizeof(used));
    return is_open;
}

void hf_seal_key_name(const hf_seal_key *key, char text[HF_SEAL_NAME_BYTES])
{
    hf_sha256 name = seal_follows(key, "holdfast seal name");
    hf_hex(name.bytes, HF_SEAL_NAME_BYTES / 2, text);
}

void hf_seal_key_text(const hf_seal_key *key, char text[HF_BOX_TEXT_BYTES])
{
    half_text(seal_word, key->bytes, text);
}

bool hf_seal_key_parse(hf_str text, hf_seal_key *key)
{
    return half_parse(seal_word, text, key->bytes);
}

void hf_wipe(void *bytes, size_t count)
{
    sodium_memzero(bytes, count);
}

bool hf_password_hash(hf_str password, char hash[128], hf_error *err)
{
    _Static_assert(crypto_pwhash_STRBYTES <= 128, "room of the hash");
    const char *text = password.ptr != NULL ? password.ptr : "";
    memset(hash, 0, 128);
    // 64 MiB and a few passes: about a tenth of a second, OWASP's floor with room to spare.
    if (crypto_pwhash_str_alg(hash, text, password.len, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                              crypto_pwhash_MEMLIMIT_INTERACTIVE,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return hf_fail(err, HF_ERR_INTERNAL, "crypto.password_hash",
                       "no memory to hash a password");
    return true;
}

bool hf_password_matches(const char *hash, hf_str password)
{
    const char *text = password.ptr != NULL ? password.ptr : "";
    return crypto_pwhash_str_verify(hash, text, password.len) == 0;
}
