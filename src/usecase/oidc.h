// SPDX-License-Identifier: Apache-2.0
//
// Signing in by the provider of identities (OpenID Connect: authorization code with PKCE). An account belongs to somebody
// there by issuer and subject, never by a name or an address of mail; it is linked by its owner, or made at the first
// sign-in where the settings say so. Groups there become grants here by the rules in the settings.
#ifndef HF_USECASE_OIDC_H
#define HF_USECASE_OIDC_H

#include "usecase/account.h"
#include "usecase/provider.h"

#define HF_OIDC_MINUTES 10 // at the provider

// What the browser gets: an address to go to, and a secret to keep meanwhile. State, nonce and verifier follow from the
// secret, so that an answer counts only in the browser that asked.
typedef struct {
    hf_str address;
    hf_str ticket;
} hf_oidc_start;
// Errors  HF_ERR_CONFLICT "oidc.off"; HF_ERR_UNREACHABLE "oidc.unreachable"
bool hf_oidc_begin(const hf_session *session, hf_provider_cache *cache, hf_arena *arena,
                   hf_oidc_start *out, hf_error *err) HF_CHECKED;
// The same to link one's own account, with its present password.
bool hf_oidc_begin_link(const hf_session *session, hf_provider_cache *cache, hf_str user_key,
                        hf_str password, hf_arena *arena, hf_oidc_start *out,
                        hf_error *err) HF_CHECKED;

// What the browser came back with.
typedef struct {
    hf_str ticket;
    hf_str state, code;
    hf_str issuer; // empty: the provider does not say (RFC 9207)
    hf_str fault;  // empty: none
    hf_visit visit;
} hf_oidc_return;
// Errors  HF_ERR_SIGN_IN "oidc.state" not asked for by this browser, too old or used; "oidc.denied" the provider says no;
//         "oidc.issuer", "oidc.code", "oidc.token", "oidc.key", "oidc.signature", "oidc.audience", "oidc.nonce",
//         "oidc.expired"; "oidc.no_account" nobody here is linked to it, or is switched off; "oidc.name_taken" an account
//         would have to be made and its name is another's
bool hf_oidc_sign_in(const hf_session *session, hf_provider_cache *cache,
                     const hf_oidc_return *back, hf_arena *arena, hf_signed_in *out,
                     hf_error *err) HF_CHECKED;
// Errors  the same as HF_ERR_INPUT; HF_ERR_CONFLICT "oidc.linked" it is another account's
bool hf_oidc_link(const hf_session *session, hf_provider_cache *cache, hf_str user_key,
                  const hf_oidc_return *back, hf_arena *arena, hf_error *err) HF_CHECKED;
// One's own with the present password, another's by the right to accounts. All sessions end but the one that asks.
// Lists: hf_list_credentials, HF_CREDENTIAL_LINK.
bool hf_oidc_unlink(const hf_session *session, hf_str user_key, hf_str short_id,
                    const hf_proof *proof, hf_error *err) HF_CHECKED;

// Do the claims hold for this client, this question, now? (OpenID Connect Core, section 3.1.3.7)
// Errors  HF_ERR_INPUT "oidc.issuer", "oidc.audience", "oidc.expired", "oidc.nonce", "oidc.token"
bool hf_oidc_check_claims(const hf_json *claims, const hf_provider *provider, hf_str nonce,
                          int64_t now_ms, hf_error *err) HF_CHECKED;

// --- groups (oidc_groups.c) ------------------------------------------------------------------------------

// Lines "GROUP = ROLE" or "GROUP = ROLE sector|region|organisation CODE". Errors: HF_ERR_INPUT "oidc.groups" with the line
bool hf_group_rules_check(hf_str rules, hf_error *err) HF_CHECKED;
// Gives the account what the rules say for its groups and takes back what an earlier sign-in gave and they no longer do;
// what people gave stays. Each change is an event.
bool hf_group_grants(hf_tx *tx, const hf_session *session, const hf_provider *provider,
                     const hf_json *claims, hf_str user_key, hf_error *err) HF_CHECKED;

#endif
