// SPDX-License-Identifier: Apache-2.0
//
// Public keys of others (passkeys, providers of identities) and the three kinds of signature that are taken from them:
// ECDSA over P-256 with SHA-256 (ES256), Ed25519 (EdDSA), RSA PKCS #1 v1.5 with SHA-256 (RS256). Whoever reads a key from
// COSE or JWK fills in the numbers; here they are checked and used.
#ifndef HF_BASE_PUBLIC_KEY_H
#define HF_BASE_PUBLIC_KEY_H

#include "base/str.h"

typedef enum { HF_SIGNS_ES256, HF_SIGNS_EDDSA, HF_SIGNS_RS256 } hf_sign_algorithm;

// Big-endian numbers. ES256: x and y, 32 bytes each; EdDSA: x, 32 bytes; RS256: modulus x of 2048 to 8192 bits,
// exponent y of at most 8 bytes.
typedef struct {
    hf_sign_algorithm algorithm;
    hf_str x, y;
} hf_public_key;

// How an ECDSA signature is written: as ASN.1 DER (WebAuthn), or as two numbers of 32 bytes (JOSE).
typedef enum { HF_ECDSA_DER, HF_ECDSA_PAIR } hf_ecdsa_form;

// Is it a key at all: lengths right, the point on its curve?
bool hf_public_key_is_good(const hf_public_key *key);
// False for a signature that does not fit, and for a key that is none.
bool hf_public_key_fits(const hf_public_key *key, hf_ecdsa_form form, hf_str message,
                        hf_str signature);

#endif
