// SPDX-License-Identifier: Apache-2.0
//
// Signatures of others, by OpenSSL. What it takes on its heap is given back before a function returns.
#include "base/public_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

#include "base/macro.h"

#define NUMBER_BYTES        32u
#define RSA_BYTES_MIN       256u  // 2048 bits: shorter ones can be broken
#define RSA_BYTES_MAX       1024u // longer ones only cost time
#define RSA_EXPONENT_MAX    8u
#define RSA_SIGNATURE_MAX   RSA_BYTES_MAX
#define ECDSA_DER_BYTES_MAX 72u

static void close_key(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static void close_context(EVP_PKEY_CTX **context)
{
    EVP_PKEY_CTX_free(*context);
}

static void close_digest(EVP_MD_CTX **digest)
{
    EVP_MD_CTX_free(*digest);
}

static void close_params(OSSL_PARAM **params)
{
    OSSL_PARAM_free(*params);
}

static void close_build(OSSL_PARAM_BLD **build)
{
    OSSL_PARAM_BLD_free(*build);
}

static void close_number(BIGNUM **number)
{
    BN_free(*number);
}

static const unsigned char *bytes_of(hf_str text)
{
    return (const unsigned char *)(text.ptr != NULL ? text.ptr : "");
}

static EVP_PKEY *key_from(const char *type, OSSL_PARAM *params)
{
    HF_CLEANUP(close_context) EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY *key = NULL;
    if (context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        return NULL;
    return key;
}

// OpenSSL refuses a point that is not on the curve.
static EVP_PKEY *open_ec(const hf_public_key *key)
{
    HF_CLEANUP(close_build) OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    HF_CLEANUP(close_params) OSSL_PARAM *params = NULL;
    unsigned char point[1 + 2 * NUMBER_BYTES] = {POINT_CONVERSION_UNCOMPRESSED};
    if (key->x.len != NUMBER_BYTES || key->y.len != NUMBER_BYTES)
        return NULL;
    memcpy(point + 1, key->x.ptr, NUMBER_BYTES);
    memcpy(point + 1 + NUMBER_BYTES, key->y.ptr, NUMBER_BYTES);
    if (build == NULL ||
        OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) != 1)
        return NULL;
    params = OSSL_PARAM_BLD_to_param(build);
    return params != NULL ? key_from("EC", params) : NULL;
}

static EVP_PKEY *open_rsa(const hf_public_key *key)
{
    HF_CLEANUP(close_number) BIGNUM *modulus = NULL;
    HF_CLEANUP(close_number) BIGNUM *exponent = NULL;
    HF_CLEANUP(close_build) OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    HF_CLEANUP(close_params) OSSL_PARAM *params = NULL;
    if (key->x.len < RSA_BYTES_MIN || key->x.len > RSA_BYTES_MAX || key->x.ptr[0] == 0 ||
        key->y.len == 0 || key->y.len > RSA_EXPONENT_MAX)
        return NULL;
    modulus = BN_bin2bn(bytes_of(key->x), (int)key->x.len, NULL);
    exponent = BN_bin2bn(bytes_of(key->y), (int)key->y.len, NULL);
    if (build == NULL || modulus == NULL || exponent == NULL || BN_is_odd(modulus) != 1 ||
        BN_is_odd(exponent) != 1 || BN_is_one(exponent) == 1 ||
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, modulus) != 1 ||
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, exponent) != 1)
        return NULL;
    params = OSSL_PARAM_BLD_to_param(build);
    return params != NULL ? key_from("RSA", params) : NULL;
}

static EVP_PKEY *open_key(const hf_public_key *key)
{
    switch (key->algorithm) {
    case HF_SIGNS_ES256:
        return open_ec(key);
    case HF_SIGNS_EDDSA:
        return key->x.len == NUMBER_BYTES
                   ? EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, bytes_of(key->x),
                                                 key->x.len)
                   : NULL;
    case HF_SIGNS_RS256:
        return open_rsa(key);
    }
    return NULL;
}

// One number of a pair as an ASN.1 INTEGER: no leading zeros, but one where the top bit would read as a sign.
static size_t write_integer(const unsigned char *number, unsigned char *out)
{
    size_t skip = 0;
    size_t len = 0;
    while (skip + 1 < NUMBER_BYTES && number[skip] == 0)
        skip++;
    bool is_padded = (number[skip] & 0x80) != 0;
    out[len++] = 0x02;
    out[len++] = (unsigned char)(NUMBER_BYTES - skip + is_padded);
    if (is_padded)
        out[len++] = 0;
    memcpy(out + len, number + skip, NUMBER_BYTES - skip);
    return len + NUMBER_BYTES - skip;
}

static hf_str der_of_pair(hf_str pair, unsigned char out[ECDSA_DER_BYTES_MAX])
{
    if (pair.len != 2 * (size_t)NUMBER_BYTES)
        return HF_STR_EMPTY;
    size_t len = write_integer(bytes_of(pair), out + 2);
    len += write_integer(bytes_of(pair) + NUMBER_BYTES, out + 2 + len);
    out[0] = 0x30;
    out[1] = (unsigned char)len;
    return (hf_str){(const char *)out, len + 2};
}

bool hf_public_key_is_good(const hf_public_key *key)
{
    HF_CLEANUP(close_key) EVP_PKEY *opened = open_key(key);
    return opened != NULL;
}

bool hf_public_key_fits(const hf_public_key *key, hf_ecdsa_form form, hf_str message,
                        hf_str signature)
{
    HF_CLEANUP(close_key) EVP_PKEY *opened = open_key(key);
    HF_CLEANUP(close_digest) EVP_MD_CTX *digest = EVP_MD_CTX_new();
    unsigned char der[ECDSA_DER_BYTES_MAX];
    bool is_edwards = key->algorithm == HF_SIGNS_EDDSA;
    if (key->algorithm == HF_SIGNS_ES256 && form == HF_ECDSA_PAIR)
        signature = der_of_pair(signature, der);
    if (opened == NULL || digest == NULL || signature.len == 0 ||
        signature.len > RSA_SIGNATURE_MAX ||
        EVP_DigestVerifyInit(digest, NULL, is_edwards ? NULL : EVP_sha256(), NULL, opened) != 1)
        return false;
    return EVP_DigestVerify(digest, bytes_of(signature), signature.len, bytes_of(message),
                            message.len) == 1;
}
