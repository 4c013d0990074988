// SPDX-License-Identifier: Apache-2.0
//
// Asks the provider: its description (OpenID Connect Discovery 1.0), its keys, and a token for a code (RFC 6749 with PKCE,
// RFC 7636). Good answers are kept, and so is for a few seconds that there was none. Whoever knocks at our door must not be able
// to hold up all workers with a provider that is silent: one of them asks, the others are told at once.
#include "usecase/provider.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/webauthn.h"
#include "usecase/account.h"
#include "usecase/settings.h"
#include "wire/wire_fetch.h"

#define KEEP_MS       INT64_C(3600000)
#define PAUSE_MS      INT64_C(10000) // after a failure
#define EXCHANGES_MAX 3u // codes that are given at a time; each may wait for HF_FETCH_SECONDS

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
    bool is_asked;     // by somebody, at this moment
} kept;

struct hf_provider_cache {
    hf_arena own; // holds this very struct
    pthread_mutex_t lock;
    kept description, keys;
    unsigned exchange_count; // that are on at this moment
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

// May what it answered be used? Errors: "oidc.unreachable"
typedef bool (*usable)(const void *context, const hf_json *answer, hf_error *err);

typedef struct {
    hf_str url;
    bool is_stale; // what is kept did not do
    int64_t now_ms;
    usable is_usable;
    const void *context;
} wish;

typedef enum { HAVE_IT, ASK_FOR_IT, HAVE_NOTHING } finding;

// With the lock held.
static finding look(kept *it, const wish *wanted, hf_arena *arena, hf_str *text, hf_error *err)
{
    bool is_same = hf_str_equal(it->url, wanted->url);
    bool is_there = is_same && !wanted->is_stale && it->text.len > 0;
    int64_t since = wanted->now_ms - it->failed_ms; // less than 0: it failed since this began
    if (is_there && (it->is_asked || wanted->now_ms - it->fetched_ms < KEEP_MS)) {
        *text = hf_str_copy(arena, it->text);
        return HAVE_IT;
    }
    if (it->is_asked)
        (void)unreachable(err, "is being asked; try again", wanted->url);
    else if (is_same && it->failed_ms != 0 && since < PAUSE_MS && since > -PAUSE_MS)
        (void)unreachable(err, "did not answer a moment ago", wanted->url);
    else
        return ASK_FOR_IT;
    return HAVE_NOTHING;
}

// With the lock held. text empty: it failed, and what was kept stays for nobody but who comes while it is asked again.
static void keep(kept *it, hf_str url, hf_str text)
{
    int64_t now_ms = hf_clock_now_ms(); // not of the request: that began before the wait
    if (text.len > 0 || !hf_str_equal(it->url, url)) {
        hf_arena_done(&it->arena);
        *it = (kept){0};
        it->url = hf_str_copy(&it->arena, url);
        it->text = hf_str_copy(&it->arena, text);
        it->fetched_ms = now_ms;
    }
    it->failed_ms = text.len > 0 ? 0 : now_ms;
    it->is_asked = false;
}

static bool read_answer(hf_str text, const wish *wanted, hf_arena *arena, hf_json **out,
                        hf_error *err)
{
    hf_error unreadable = {0};
    if (!hf_json_parse(text, arena, out, &unreadable))
        return unreachable(err, "answers with what is no JSON", wanted->url);
    return wanted->is_usable(wanted->context, *out, err);
}

static bool get(hf_provider_cache *cache, kept *it, const wish *wanted, hf_arena *arena,
                hf_json **out, hf_error *err)
{
    hf_str text = HF_STR_EMPTY;
    (void)pthread_mutex_lock(&cache->lock);
    finding found = look(it, wanted, arena, &text, err);
    if (found == ASK_FOR_IT)
        it->is_asked = true;
    (void)pthread_mutex_unlock(&cache->lock);
    if (found != ASK_FOR_IT)
        return found == HAVE_IT && read_answer(text, wanted, arena, out, err);
    bool is_good =
        fetch_text(wanted->url, arena, &text, err) && read_answer(text, wanted, arena, out, err);
    (void)pthread_mutex_lock(&cache->lock);
    keep(it, wanted->url, is_good ? text : HF_STR_EMPTY);
    (void)pthread_mutex_unlock(&cache->lock);
    return is_good;
}

// --- what it says -----------------------------------------------------------------------------------------

static bool place_of(const hf_provider *provider, const hf_json *description, const char *name,
                     hf_str *out, hf_error *err)
{
    *out = hf_json_text(description, name);
    return (hf_is_issuer(*out) && hf_str_equal(origin_of(*out), origin_of(provider->issuer))) ||
           unreachable(err, "names a place on another host", *out);
}

static bool read_places(const hf_provider *provider, const hf_json *description,
                        hf_provider_places *out, hf_error *err)
{
    // Discovery, section 4.3: else one provider could speak for another.
    if (!hf_str_equal(hf_json_text(description, "issuer"), provider->issuer))
        return unreachable(err, "calls itself by another name",
                           hf_json_text(description, "issuer"));
    return place_of(provider, description, "authorization_endpoint", &out->authorization, err) &&
           place_of(provider, description, "token_endpoint", &out->token, err) &&
           place_of(provider, description, "jwks_uri", &out->keys, err);
}

static bool is_description(const void *context, const hf_json *answer, hf_error *err)
{
    hf_provider_places unused = {0};
    return read_places(context, answer, &unused, err);
}

bool hf_provider_find(hf_provider_cache *cache, const hf_provider *provider, int64_t now_ms,
                      hf_arena *arena, hf_provider_places *out, hf_error *err)
{
    hf_json *description = NULL;
    const wish wanted = {.url = hf_str_format(arena, "%.*s/.well-known/openid-configuration",
                                              HF_STR_ARG(provider->issuer)),
                         .now_ms = now_ms,
                         .is_usable = is_description,
                         .context = provider};
    return get(cache, &cache->description, &wanted, arena, &description, err) &&
           read_places(provider, description, out, err);
}

static bool is_key_set(const void *context, const hf_json *answer, hf_error *err)
{
    const hf_json *keys = hf_json_get(answer, "keys");
    return (keys != NULL && keys->type == HF_JSON_ARRAY) ||
           unreachable(err, "has no keys", *(const hf_str *)context);
}

bool hf_provider_keys(hf_provider_cache *cache, hf_str place, bool is_stale, int64_t now_ms,
                      hf_arena *arena, hf_json **out, hf_error *err)
{
    const wish wanted = {.url = place,
                         .is_stale = is_stale,
                         .now_ms = now_ms,
                         .is_usable = is_key_set,
                         .context = &place};
    return get(cache, &cache->keys, &wanted, arena, out, err);
}

// RFC 6749, section 2.3.1: name and password are escaped before Basic wraps them.
static hf_str escaped(hf_str text, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(8192);
    hf_url_escape(&out, text);
    return hf_buf_copy(arena, &out);
}

static bool begin_exchange(hf_provider_cache *cache, hf_str place, hf_error *err)
{
    (void)pthread_mutex_lock(&cache->lock);
    bool has_room = cache->exchange_count < EXCHANGES_MAX;
    cache->exchange_count += has_room ? 1 : 0;
    (void)pthread_mutex_unlock(&cache->lock);
    return has_room || unreachable(err, "is slow and is being asked for others; try again", place);
}

static void end_exchange(hf_provider_cache *cache)
{
    (void)pthread_mutex_lock(&cache->lock);
    cache->exchange_count--;
    (void)pthread_mutex_unlock(&cache->lock);
}

bool hf_provider_exchange(hf_provider_cache *cache, const hf_provider *provider, hf_str place,
                          hf_str code, hf_str verifier, hf_arena *arena, hf_str *id_token,
                          hf_error *err)
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
    if (!begin_exchange(cache, place, err))
        return false;
    bool is_answered = hf_fetch_run(&fetch, arena, &status, &text, &why);
    end_exchange(cache);
    if (!is_answered)
        return unreachable(err, "does not answer", hf_str_of(why.message));
    if (status != 200 || !hf_json_parse(text, arena, &answer, &why))
        return hf_fail(err, HF_ERR_INPUT, "oidc.code",
                       "the provider does not take the code (status %d); sign in again", status);
    *id_token = hf_json_text(answer, "id_token");
    return id_token->len > 0 ||
           hf_fail(err, HF_ERR_INPUT, "oidc.token", "the provider gave no ID token");
}
