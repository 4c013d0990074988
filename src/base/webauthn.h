// SPDX-License-Identifier: Apache-2.0
//
// Passkeys: what a browser and its authenticator say when one is made and when one is used (W3C Web Authentication,
// level 2, sections 7.1 and 7.2). Attestation "none": we do not ask who made the authenticator. User verification is
// always required, so that a passkey is two factors by itself.
#ifndef HF_BASE_WEBAUTHN_H
#define HF_BASE_WEBAUTHN_H

#include "base/error.h"
#include "base/public_key.h"

#define HF_WEBAUTHN_CLIENT_BYTES_MAX      4096u  // clientDataJSON
#define HF_WEBAUTHN_ATTESTATION_BYTES_MAX 16384u // attestationObject
#define HF_WEBAUTHN_DATA_BYTES_MAX        4096u  // authenticatorData
#define HF_WEBAUTHN_ID_BYTES_MAX          1023u  // section 4: credential ids

// What the answer must be for. The caller has made sure that the challenge is one of its own and not used before.
typedef struct {
    hf_str challenge; // base64url, as it was given out
    hf_str origin;    // "https://holdfast.example.org", no slash at the end
    hf_str rp_id;     // "holdfast.example.org"
} hf_webauthn_wanted;

typedef struct {
    hf_str id;       // of the credential
    hf_str cose_key; // as the authenticator wrote it
    uint32_t counter;
    bool is_backed_up; // it travels between devices of its owner
} hf_webauthn_key;

// Errors of both: HF_ERR_INPUT "passkey.unreadable" these are not the bytes of an authenticator, "passkey.foreign" made
// for another purpose, site or inside of a foreign page, "passkey.challenge", "passkey.unverified" the person was not
// made sure of, "passkey.key" of a kind that is not taken, "passkey.wrong" the signature does not fit.

// A new passkey. Everything in the arena.
bool hf_webauthn_register(const hf_webauthn_wanted *wanted, hf_str client_data, hf_str attestation,
                          hf_arena *arena, hf_webauthn_key *out, hf_error *err) HF_CHECKED;

typedef struct {
    hf_str client_data;
    hf_str authenticator_data;
    hf_str signature;
} hf_webauthn_proof;
// A passkey in use. counter: out, what its authenticator has counted to; whether that can be is the caller's matter
// (hf_webauthn_counts_on).
bool hf_webauthn_check(const hf_webauthn_wanted *wanted, const hf_webauthn_proof *proof,
                       hf_str cose_key, hf_arena *arena, uint32_t *counter,
                       hf_error *err) HF_CHECKED;
// Section 7.2, step 21: can the same authenticator have counted from `before` to `now`? No: there are two of them.
bool hf_webauthn_counts_on(uint32_t before, uint32_t now);

// "https://holdfast.example.org:8443" → "holdfast.example.org". Empty: no origin for passkeys: neither https nor
// http://localhost, an address of numbers, a path behind it.
hf_str hf_webauthn_rp_id(hf_str origin);

#endif
