// SPDX-License-Identifier: Apache-2.0
//
// The provider of identities that the instance is set to (OpenID Connect), and what it says of itself: asked for over the
// network, kept for a while, and never from another host than the issuer's own.
#ifndef HF_USECASE_PROVIDER_H
#define HF_USECASE_PROVIDER_H

#include "usecase/record.h"

// As it is set. issuer empty: there is none (or something that it needs is not set).
typedef struct {
    hf_str issuer;
    hf_str client_id, client_secret;
    hf_str label;  // on the button
    hf_str scopes; // separated by spaces
    hf_str groups_claim;
    hf_str groups; // lines, see hf_group_rules
    hf_str origin; // identity.origin
    bool makes_accounts;
} hf_provider;
bool hf_provider_read(hf_read *read, hf_arena *arena, hf_provider *out, hf_error *err) HF_CHECKED;
// An address that may be an issuer: https with a name, or http on this machine itself; no query, no fragment, no slash at
// the end.
bool hf_is_issuer(hf_str address);
// Where the provider sends people back to.
hf_str hf_provider_return(const hf_provider *provider, hf_arena *arena);

// What was fetched, of the process. Threads may share it.
typedef struct hf_provider_cache hf_provider_cache;
hf_provider_cache *hf_provider_cache_open(void);
void hf_provider_cache_close(hf_provider_cache **cache);

typedef struct {
    hf_str authorization, token, keys; // addresses
} hf_provider_places;
// One caller at a time asks the provider; who comes meanwhile gets what is kept, or the error at once.
// Errors  HF_ERR_UNREACHABLE "oidc.unreachable": no answer, now or a moment ago, or none that can be used: of another
//         issuer, with places on other hosts
bool hf_provider_find(hf_provider_cache *cache, const hf_provider *provider, int64_t now_ms,
                      hf_arena *arena, hf_provider_places *out, hf_error *err) HF_CHECKED;
// Its keys, a JWK set. is_stale: those that are kept did not do, so they are fetched anew.
bool hf_provider_keys(hf_provider_cache *cache, hf_str place, bool is_stale, int64_t now_ms,
                      hf_arena *arena, hf_json **out, hf_error *err) HF_CHECKED;
// A code for a token. Few at a time wait for a provider, so that a silent one cannot hold up everybody else.
// Errors: "oidc.unreachable"; HF_ERR_INPUT "oidc.code" the provider does not take it
bool hf_provider_exchange(hf_provider_cache *cache, const hf_provider *provider, hf_str place,
                          hf_str code, hf_str verifier, hf_arena *arena, hf_str *id_token,
                          hf_error *err) HF_CHECKED;

#endif
