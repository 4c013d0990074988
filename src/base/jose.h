// SPDX-License-Identifier: Apache-2.0
//
// Signed tokens of others: JWS in its compact form (RFC 7515) with keys of a JWK set (RFC 7517). Three algorithms, each
// only with a key of its own kind: never "none", never one that shares a secret.
#ifndef HF_BASE_JOSE_H
#define HF_BASE_JOSE_H

#include "base/json.h"
#include "base/public_key.h"

#define HF_JOSE_TOKEN_BYTES_MAX 65536u
#define HF_JOSE_KEYS_MAX        100u // of one set

// Checks the signature and gives the claims, an object. Whose they are and whether they hold now is the caller's matter.
// keys     a JWK set: {"keys": […]}
// Errors   HF_ERR_INPUT "oidc.token" this is no such token, or of an algorithm that is not taken; "oidc.key" no key of the
//          set is for it (a newer set may have one); "oidc.signature" none of those that may fits
bool hf_jose_open(hf_str token, const hf_json *keys, hf_arena *arena, hf_json **claims,
                  hf_error *err) HF_CHECKED;

#endif
