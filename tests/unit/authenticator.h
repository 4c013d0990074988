// SPDX-License-Identifier: Apache-2.0
//
// An authenticator for tests: makes passkeys and answers with them as the recommendation says, with OpenSSL. Each part of
// an answer can be bent before it is signed.
#ifndef HF_TEST_AUTHENTICATOR_H
#define HF_TEST_AUTHENTICATOR_H

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <string.h>

#include "base/crypto.h"
#include "base/webauthn.h"

enum { PRESENT = 1, VERIFIED = 4, BACKED_UP = 16, WITH_KEY = 64 };

typedef struct {
    hf_arena *arena;
    EVP_PKEY *key;
    hf_sign_algorithm algorithm;
    uint8_t id[16];
    uint32_t counter;
    unsigned flags;     // PRESENT | VERIFIED unless bent
    const char *origin; // "https://holdfast.example"
    const char *rp_id;  // "holdfast.example"
    const char *type;   // NULL: the right one
    const char *more;   // members behind the others of the client data: ",\"crossOrigin\":true"
    const char *form;   // of the attestation
} authenticator;

static inline authenticator authenticator_make(hf_arena *arena, hf_sign_algorithm algorithm)
{
    authenticator made = {.arena = arena,
                          .algorithm = algorithm,
                          .flags = PRESENT | VERIFIED,
                          .origin = "https://holdfast.example",
                          .rp_id = "holdfast.example",
                          .more = ",\"crossOrigin\":false",
                          .form = "none"};
    made.key = algorithm == HF_SIGNS_ES256   ? EVP_EC_gen("P-256")
               : algorithm == HF_SIGNS_EDDSA ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
                                             : EVP_RSA_gen(2048);
    HF_ASSERT(made.key != NULL);
    hf_random_bytes(made.id, sizeof made.id);
    return made;
}

static inline void authenticator_done(authenticator *it)
{
    EVP_PKEY_free(it->key);
}

static inline void put_bytes(hf_buf *out, hf_str bytes)
{
    if (bytes.len < 24) {
        hf_buf_add_byte(out, (char)(0x40 | bytes.len));
    } else if (bytes.len < 256) {
        hf_buf_add(out, "\x58", 1);
        hf_buf_add_byte(out, (char)bytes.len);
    } else {
        hf_buf_add(out, "\x59", 1);
        hf_buf_add_byte(out, (char)(bytes.len >> 8));
        hf_buf_add_byte(out, (char)bytes.len);
    }
    hf_buf_add_str(out, bytes);
}

// A number of the key as bytes of this length; 0: as many as it has.
static inline hf_str number_of(const authenticator *it, const char *name, size_t bytes)
{
    BIGNUM *number = NULL;
    HF_ASSERT(EVP_PKEY_get_bn_param(it->key, name, &number) == 1);
    size_t len = bytes > 0 ? bytes : (size_t)BN_num_bytes(number);
    char *out = hf_arena_take(it->arena, len);
    HF_ASSERT(BN_bn2binpad(number, (unsigned char *)out, (int)len) == (int)len);
    BN_free(number);
    return (hf_str){out, len};
}

static inline hf_public_key authenticator_key(const authenticator *it)
{
    if (it->algorithm == HF_SIGNS_ES256)
        return (hf_public_key){it->algorithm, number_of(it, OSSL_PKEY_PARAM_EC_PUB_X, 32),
                               number_of(it, OSSL_PKEY_PARAM_EC_PUB_Y, 32)};
    if (it->algorithm == HF_SIGNS_RS256)
        return (hf_public_key){it->algorithm, number_of(it, OSSL_PKEY_PARAM_RSA_N, 0),
                               number_of(it, OSSL_PKEY_PARAM_RSA_E, 0)};
    size_t len = 32;
    char *raw = hf_arena_take(it->arena, len);
    HF_ASSERT(EVP_PKEY_get_raw_public_key(it->key, (unsigned char *)raw, &len) == 1);
    return (hf_public_key){it->algorithm, {raw, len}, HF_STR_EMPTY};
}

static inline void put_cose(const authenticator *it, hf_buf *out)
{
    hf_public_key key = authenticator_key(it);
    if (it->algorithm == HF_SIGNS_ES256) {
        hf_buf_add(out, "\xA5\x01\x02\x03\x26\x20\x01\x21", 8);
        put_bytes(out, key.x);
        hf_buf_add(out, "\x22", 1);
        put_bytes(out, key.y);
    } else if (it->algorithm == HF_SIGNS_EDDSA) {
        hf_buf_add(out, "\xA4\x01\x01\x03\x27\x20\x06\x21", 8);
        put_bytes(out, key.x);
    } else {
        hf_buf_add(out, "\xA4\x01\x03\x03\x39\x01\x00\x20", 8);
        put_bytes(out, key.x);
        hf_buf_add(out, "\x21", 1);
        put_bytes(out, key.y);
    }
}

static inline hf_str authenticator_data_of(const authenticator *it, bool with_key)
{
    hf_buf out = hf_buf_of(65536);
    hf_sha256 rp = hf_sha256_of(hf_str_of(it->rp_id));
    hf_buf_add(&out, rp.bytes, sizeof rp.bytes);
    hf_buf_add_byte(&out, (char)(it->flags | (with_key ? WITH_KEY : 0)));
    for (int shift = 24; shift >= 0; shift -= 8)
        hf_buf_add_byte(&out, (char)(it->counter >> shift));
    if (with_key) {
        hf_buf_add(&out, "0123456789ABCDEF\0\x10", 18); // the make, and the length of the id
        hf_buf_add(&out, it->id, sizeof it->id);
        put_cose(it, &out);
    }
    hf_str bytes = hf_buf_copy(it->arena, &out);
    hf_buf_done(&out);
    return bytes;
}

static inline hf_str client_data_of(const authenticator *it, const char *type, hf_str challenge)
{
    return hf_str_format(it->arena, "{\"type\":\"%s\",\"challenge\":\"%.*s\",\"origin\":\"%s\"%s}",
                         it->type != NULL ? it->type : type, HF_STR_ARG(challenge), it->origin,
                         it->more);
}

static inline hf_str attestation_of(const authenticator *it)
{
    hf_buf out = hf_buf_of(65536);
    hf_buf_add(&out,
               "\xA3\x63"
               "fmt",
               5);
    hf_buf_add_byte(&out, (char)(0x60 | strlen(it->form)));
    hf_buf_add_z(&out, it->form);
    hf_buf_add(&out,
               "\x67"
               "attStmt\xA0\x68"
               "authData",
               18);
    put_bytes(&out, authenticator_data_of(it, true));
    hf_str bytes = hf_buf_copy(it->arena, &out);
    hf_buf_done(&out);
    return bytes;
}

static inline hf_str signature_of(const authenticator *it, hf_str message)
{
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    char *out = hf_arena_take(it->arena, 1024);
    size_t len = 1024;
    HF_ASSERT(EVP_DigestSignInit(digest, NULL,
                                 it->algorithm == HF_SIGNS_EDDSA ? NULL : EVP_sha256(), NULL,
                                 it->key) == 1);
    HF_ASSERT(EVP_DigestSign(digest, (unsigned char *)out, &len, (const unsigned char *)message.ptr,
                             message.len) == 1);
    EVP_MD_CTX_free(digest);
    return (hf_str){out, len};
}

static inline hf_webauthn_proof authenticator_use(authenticator *it, hf_str challenge)
{
    hf_buf message = hf_buf_of(65536);
    hf_webauthn_proof proof = {.client_data = client_data_of(it, "webauthn.get", challenge),
                               .authenticator_data = authenticator_data_of(it, false)};
    hf_sha256 client = hf_sha256_of(proof.client_data);
    hf_buf_add_str(&message, proof.authenticator_data);
    hf_buf_add(&message, client.bytes, sizeof client.bytes);
    proof.signature = signature_of(it, hf_buf_str(&message));
    hf_buf_done(&message);
    return proof;
}

#endif
