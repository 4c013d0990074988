// SPDX-License-Identifier: Apache-2.0
//
// Asks the provider: its description (OpenID Connect Discovery 1.0), its keys, and a token for a code (RFC 6749 with PKCE,
// RFC 7636). Answers are kept, and so is for a few seconds that there was none: whoever knocks at our door must not be able
// to hold up all workers with a provider that is down.
#include "usecase/provider.h"

#include <pthread.h>

#include "base/webauthn.h"
#include "usecase/account.h"
#include "usecase/settings.h"
#include "wire/wire_fetch.h"

#define KEEP_MS  INT64_C(3600000)
#define PAUSE_MS INT64_C(10000) // after a failure

// --- as it is set --------------------------------------------------------------------------------------

static bool read_one(hf_read *read, hf_instance_key key, hf_arena *arena, hf_str *out,
                     hf_error *err)
{
    const hf_instance_setting *facts = &hf_instance_settings[key];
    if (!hf_setting_get(read, facts->name, arena, out, err))
        return false;
    if (out->len == 0)
        *out = hf_str_of(facts->fallback);
    return true;
}

bool hf_provider_read(hf_read *read, hf_arena *arena, hf_provider *out, hf_error *err)
{
    hf_provider found = {0};
    hf_str accounts = HF_STR_EMPTY;
    if (!read_one(read, HF_INSTANCE_OIDC_ISSUER, arena, &found.issuer, err) ||
        !read_one(read, HF_INSTANCE_OIDC_CLIENT, arena, &found.client_id, err) ||
        !hf_secret_setting_get(read, HF_INSTANCE_OIDC_SECRET, arena, &found.client_secret, err) ||
        !read_one(read, HF_INSTANCE_OIDC_LABEL, arena, &found.label, err) ||
        !read_one(read, HF_INSTANCE_OIDC_SCOPES, arena, &found.scopes, err) ||
        !read_one(read, HF_INSTANCE_OIDC_CLAIM, arena, &found.groups_claim, err) ||
        !read_one(read, HF_INSTANCE_OIDC_GROUPS, arena, &found.groups, err) ||
        !read_one(read, HF_INSTANCE_OIDC_ACCOUNTS, arena, &accounts, err) ||
        !read_one(read, HF_INSTANCE_ORIGIN, arena, &found.origin, err))
        return false;
    found.makes_accounts = hf_str_equal_z(accounts, "make");
    if (found.client_id.len == 0 || hf_webauthn_rp_id(found.origin).len == 0)
        found.issuer = HF_STR_EMPTY;
    *out = found;
    return true;
}

// "https://id.example.org:8443" of "https://id.example.org:8443/realms/state".
static hf_str origin_of(hf_str url)
{
    size_t host = hf_str_find(url, HF_STR("://")) + 3;
    return hf_str_slice(url, 0, hf_str_find_byte(url, '/', host));
}

static bool is_loopback_origin(hf_str origin)
{
    return hf_str_starts(origin, "http://127.0.0.1:") || hf_str_starts(origin, "http://localhost:");
}

bool hf_is_issuer(hf_str address)
{
    hf_str origin = origin_of(address);
    if (hf_str_ends(address, "/") ||
        (hf_webauthn_rp_id(origin).len == 0 && !hf_str_starts(origin, "http://127.0.0.1:")))
        return false;
    for (size_t i = 0; i < address.len; i++) {
        unsigned char c = (unsigned char)address.ptr[i];
        if (c <= ' ' || c >= 0x7F || c == '?' || c == '#' || c == '@' || c == '\\' || c == '"')
            return false;
    }
    return true;
}

hf_str hf_provider_return(const hf_provider *provider, hf_arena *arena)
{
    return hf_str_format(arena, "%.*s/sign-in/return", HF_STR_ARG(provider->origin));
}

// --- what is kept ---------------------------------------------------------------------------------------

typedef struct {
    hf_arena arena; // of the two texts
    hf_str url;
    hf_str text;
    int64_t fetched_ms;
    int64_t failed_ms; // 0 = the last time was good
} kept;

struct hf_provider_cache {
    hf_arena own; // holds this very struct
    pthread_mutex_t lock;
    kept description, keys;
};

hf_provider_cache *hf_provider_cache_open(void)
{
    hf_arena own = {0};
    hf_provider_cache *cache = HF_NEW(&own, hf_provider_cache);
    cache->own = own;
    (void)pthread_mutex_init(&cache->lock, NULL);
    return cache;
}

void hf_provider_cache_close(hf_provider_cache **cache)
{
    if (*cache == NULL)
        return;
    (void)pthread_mutex_destroy(&(*cache)->lock);
    hf_arena_done(&(*cache)->description.arena);
    hf_arena_done(&(*cache)->keys.arena);
    hf_arena own = (*cache)->own;
    hf_arena_done(&own);
    *cache = NULL;
}

static bool unreachable(hf_error *err, const char *why, hf_str where)
{
    return hf_fail(err, HF_ERR_UNREACHABLE, "oidc.unreachable",
                   "the provider of identities %s (%.*s)", why, HF_STR_ARG(where));
}

static bool fetch_text(hf_str url, hf_arena *arena, hf_str *out, hf_error *err)
{
    const hf_fetch fetch = {.url = url, .may_be_plain = is_loopback_origin(origin_of(url))};
    int status = 0;
    hf_error why = {0};
    if (!hf_fetch_run(&fetch, arena, &status, out, &why))
        return unreachable(err, "does not answer", hf_str_of(why.message));
    return status == 200 || unreachable(err, "answers with a fault", url);
}

// With the lock held: who comes meanwhile waits for the same answer.
static bool refresh(kept *it, hf_str url, int64_t now_ms, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_str text = HF_STR_EMPTY;
    bool is_same = hf_str_equal(it->url, url);
    if (is_same && it->failed_ms != 0 && now_ms - it->failed_ms < PAUSE_MS)
        return unreachable(err, "did not answer a moment ago", url);
    bool is_fetched = fetch_text(url, &scratch, &text, err);
    if (!is_same || is_fetched) {
        hf_arena_done(&it->arena);
        *it = (kept){0};
        it->url = hf_str_copy(&it->arena, url);
    }
    it->failed_ms = is_fetched ? 0 : now_ms;
    if (!is_fetched)
        return false;
    it->text = hf_str_copy(&it->arena, text);
    it->fetched_ms = now_ms;
    return true;
}

static bool get(hf_provider_cache *cache, kept *it, hf_str url, bool is_stale, int64_t now_ms,
                hf_arena *arena, hf_json **out, hf_error *err)
{
    hf_error fault = {0};
    hf_str text = HF_STR_EMPTY;
    (void)pthread_mutex_lock(&cache->lock);
    bool is_there = !is_stale && it->text.len > 0 && hf_str_equal(it->url, url) &&
                    now_ms - it->fetched_ms < KEEP_MS;
    bool is_done = is_there || refresh(it, url, now_ms, &fault);
    if (is_done)
        text = hf_str_copy(arena, it->text);
    (void)pthread_mutex_unlock(&cache->lock);
    if (!is_done) {
        *err = fault;
        return false;
    }
    return hf_json_parse(text, arena, out, &fault) ||
           unreachable(err, "answers with what is no JSON", url);
}

// --- what it says -----------------------------------------------------------------------------------------

static bool place_of(const hf_provider *provider, const hf_json *description, const char *name,
                     hf_str *out, hf_error *err)
{
    *out = hf_json_text(description, name);
    return (hf_is_issuer(*out) && hf_str_equal(origin_of(*out), origin_of(provider->issuer))) ||
           unreachable(err, "names a place on another host", *out);
}

bool hf_provider_find(hf_provider_cache *cache, const hf_provider *provider, int64_t now_ms,
                      hf_arena *arena, hf_provider_places *out, hf_error *err)
{
    hf_json *description = NULL;
    hf_str url =
        hf_str_format(arena, "%.*s/.well-known/openid-configuration", HF_STR_ARG(provider->issuer));
    if (!get(cache, &cache->description, url, false, now_ms, arena, &description, err))
        return false;
    // Discovery, section 4.3: else one provider could speak for another.
    if (!hf_str_equal(hf_json_text(description, "issuer"), provider->issuer))
        return unreachable(err, "calls itself by another name",
                           hf_json_text(description, "issuer"));
    return place_of(provider, description, "authorization_endpoint", &out->authorization, err) &&
           place_of(provider, description, "token_endpoint", &out->token, err) &&
           place_of(provider, description, "jwks_uri", &out->keys, err);
}

bool hf_provider_keys(hf_provider_cache *cache, hf_str place, bool is_stale, int64_t now_ms,
                      hf_arena *arena, hf_json **out, hf_error *err)
{
    return get(cache, &cache->keys, place, is_stale, now_ms, arena, out, err);
}

// RFC 6749, section 2.3.1: name and password are escaped before Basic wraps them.
static hf_str escaped(hf_str text, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(8192);
    hf_url_escape(&out, text);
    return hf_buf_copy(arena, &out);
}

bool hf_provider_exchange(const hf_provider *provider, hf_str place, hf_str code, hf_str verifier,
                          hf_arena *arena, hf_str *id_token, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf form = hf_buf_of(16384);
    hf_fetch fetch = {.url = place, .may_be_plain = is_loopback_origin(origin_of(place))};
    hf_str text = HF_STR_EMPTY;
    hf_json *answer = NULL;
    hf_error why = {0};
    int status = 0;
    hf_form_add(&form, "grant_type", HF_STR("authorization_code"));
    hf_form_add(&form, "code", code);
    hf_form_add(&form, "redirect_uri", hf_provider_return(provider, arena));
    hf_form_add(&form, "code_verifier", verifier);
    if (provider->client_secret.len > 0) {
        fetch.name = escaped(provider->client_id, arena);
        fetch.password = escaped(provider->client_secret, arena);
    } else {
        hf_form_add(&form, "client_id", provider->client_id);
    }
    if (form.overflow)
        return hf_fail(err, HF_ERR_INPUT, "oidc.code", "the code is longer than any provider's");
    fetch.form = hf_buf_str(&form);
    if (!hf_fetch_run(&fetch, arena, &status, &text, &why))
        return unreachable(err, "does not answer", hf_str_of(why.message));
    if (status != 200 || !hf_json_parse(text, arena, &answer, &why))
        return hf_fail(err, HF_ERR_INPUT, "oidc.code",
                       "the provider does not take the code (status %d); sign in again", status);
    *id_token = hf_json_text(answer, "id_token");
    return id_token->len > 0 ||
           hf_fail(err, HF_ERR_INPUT, "oidc.token", "the provider gave no ID token");
}
