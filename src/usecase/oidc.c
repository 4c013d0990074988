// SPDX-License-Identifier: Apache-2.0
//
// From a question to the provider to a session here. What the provider says is checked in this order: is it an answer to
// this browser's question, is it signed by the provider, is it for us, for this question, now, and whose account is it.
#include "usecase/oidc.h"

#include "base/jose.h"
#include "base/limits.h"
#include "usecase/ticket.h"
#include "wire/wire_fetch.h"

#define SUBJECT_BYTES_MAX 255u // Core, section 2
#define SKEW_S            60   // clocks differ
#define AGE_MAX_S         600  // a token was made for this very sign-in

static const char sign_in_purpose[] = "oidc";

// --- what follows from the ticket -------------------------------------------------------------------------

static hf_str derive(const char *what, hf_str ticket, hf_arena *arena)
{
    hf_sha256 hash = hf_hmac_sha256(ticket, hf_str_of(what));
    return hf_base64url(arena, (hf_str){(const char *)hash.bytes, sizeof hash.bytes});
}

static hf_str link_purpose(const hf_user *user, hf_arena *arena)
{
    return hf_str_format(arena, "oidc-link %s", user->head.id);
}

// The page that people come back to reads from the first letter what the answer is for.
static hf_str state_of(bool is_link, hf_str ticket, hf_arena *arena)
{
    return hf_str_format(arena, "%s%.*s", is_link ? "l" : "s",
                         HF_STR_ARG(derive("state", ticket, arena)));
}

static hf_str question(const hf_provider *provider, hf_str place, bool is_link, hf_str ticket,
                       hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf form = hf_buf_of(16384);
    hf_str verifier = derive("verifier", ticket, arena);
    hf_sha256 hash = hf_sha256_of(verifier);
    hf_form_add(&form, "response_type", HF_STR("code"));
    hf_form_add(&form, "client_id", provider->client_id);
    hf_form_add(&form, "redirect_uri", hf_provider_return(provider, arena));
    hf_form_add(&form, "scope", provider->scopes);
    hf_form_add(&form, "state", state_of(is_link, ticket, arena));
    hf_form_add(&form, "nonce", derive("nonce", ticket, arena));
    hf_form_add(&form, "code_challenge",
                hf_base64url(arena, (hf_str){(const char *)hash.bytes, sizeof hash.bytes}));
    hf_form_add(&form, "code_challenge_method", HF_STR("S256"));
    HF_ASSERT(!form.overflow);
    return hf_str_format(arena, "%.*s?%.*s", HF_STR_ARG(place), HF_STR_ARG(hf_buf_str(&form)));
}

static bool read_provider(hf_read *read, hf_arena *arena, hf_provider *out, hf_error *err)
{
    if (!hf_provider_read(read, arena, out, err))
        return false;
    return out->issuer.len > 0 ||
           hf_fail(err, HF_ERR_CONFLICT, "oidc.off", "no provider of identities is set here");
}

// user: whose account shall be linked; NULL: to sign in.
static bool begin(const hf_session *session, hf_provider_cache *cache, hf_read *read,
                  const hf_user *user, hf_arena *arena, hf_oidc_start *out, hf_error *err)
{
    hf_provider provider = {0};
    hf_provider_places places = {0};
    hf_str ticket = HF_STR_EMPTY;
    hf_str purpose = user != NULL ? link_purpose(user, arena) : hf_str_of(sign_in_purpose);
    int64_t end_ms = session->now_ms + INT64_C(60000) * HF_OIDC_MINUTES;
    if (!read_provider(read, arena, &provider, err) ||
        !hf_provider_find(cache, &provider, session->now_ms, arena, &places, err) ||
        !hf_ticket_make(read, purpose, end_ms, arena, &ticket, err))
        return false;
    *out = (hf_oidc_start){
        .address = question(&provider, places.authorization, user != NULL, ticket, arena),
        .ticket = ticket};
    return true;
}

bool hf_oidc_begin(const hf_session *session, hf_provider_cache *cache, hf_arena *arena,
                   hf_oidc_start *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    return hf_read_begin(session->store, &read, err) &&
           begin(session, cache, read, NULL, arena, out, err);
}

bool hf_oidc_begin_link(const hf_session *session, hf_provider_cache *cache, hf_str user_key,
                        hf_str password, hf_arena *arena, hf_oidc_start *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_user *user = NULL;
    return hf_read_begin(session->store, &read, err) &&
           hf_find_own(session, read, user_key, arena, &user, err) &&
           hf_check_current(session, user, password, arena, err) &&
           begin(session, cache, read, user, arena, out, err);
}

// --- what the provider says --------------------------------------------------------------------------------

static bool wrong(hf_error *err, const char *code, const char *what)
{
    return hf_fail(err, HF_ERR_INPUT, code, "the provider's answer is not taken: %s", what);
}

static bool is_for(const hf_json *claims, hf_str client)
{
    const hf_json *audience = hf_json_get(claims, "aud");
    const hf_json *party = hf_json_get(claims, "azp");
    size_t count = 0;
    bool is_ours = false;
    if (audience == NULL)
        return false;
    if (audience->type == HF_JSON_TEXT)
        is_ours = hf_str_equal(audience->text, client);
    for (const hf_json *each = audience->type == HF_JSON_ARRAY ? audience->child : NULL;
         each != NULL; each = each->next, count++)
        is_ours = is_ours || (each->type == HF_JSON_TEXT && hf_str_equal(each->text, client));
    if (party != NULL || count > 1) // for several: who asked for it is named
        is_ours = is_ours && party != NULL && party->type == HF_JSON_TEXT &&
                  hf_str_equal(party->text, client);
    return is_ours;
}

static bool seconds_of(const hf_json *claims, const char *name, double *out)
{
    const hf_json *value = hf_json_get(claims, name);
    if (value == NULL || (value->type != HF_JSON_INT && value->type != HF_JSON_DOUBLE))
        return false;
    *out = value->number;
    return true;
}

static bool is_now(const hf_json *claims, int64_t now_ms)
{
    double now_s = (double)now_ms / 1000;
    double ends_s = 0, made_s = 0, begins_s = now_s;
    if (!seconds_of(claims, "exp", &ends_s) || !seconds_of(claims, "iat", &made_s))
        return false;
    if (hf_json_get(claims, "nbf") != NULL && !seconds_of(claims, "nbf", &begins_s))
        return false;
    return now_s < ends_s + SKEW_S && made_s <= now_s + SKEW_S && begins_s <= now_s + SKEW_S &&
           now_s - made_s <= AGE_MAX_S + SKEW_S;
}

bool hf_oidc_check_claims(const hf_json *claims, const hf_provider *provider, hf_str nonce,
                          int64_t now_ms, hf_error *err)
{
    hf_str subject = hf_json_text(claims, "sub");
    if (!hf_str_equal(hf_json_text(claims, "iss"), provider->issuer))
        return wrong(err, "oidc.issuer", "it is another provider's");
    if (!is_for(claims, provider->client_id))
        return wrong(err, "oidc.audience", "it was made for another application");
    if (!is_now(claims, now_ms))
        return wrong(err, "oidc.expired",
                     "it has run out or is from another time; mind the clocks");
    if (nonce.len == 0 || !hf_equal_constant_time(hf_json_text(claims, "nonce"), nonce))
        return wrong(err, "oidc.nonce", "it answers another question");
    return (subject.len > 0 && subject.len <= SUBJECT_BYTES_MAX) ||
           wrong(err, "oidc.token", "it does not say who it is");
}

static bool check_state(hf_read *read, hf_str purpose, bool is_link, const hf_oidc_return *back,
                        int64_t now_ms, hf_arena *arena, hf_error *err)
{
    bool is_ours = false;
    if (!hf_ticket_is_good(read, purpose, back->ticket, now_ms, &is_ours, err))
        return false;
    return (is_ours &&
            hf_equal_constant_time(back->state, state_of(is_link, back->ticket, arena))) ||
           wrong(err, "oidc.state",
                 "this browser did not ask for it, or too long ago; sign in again");
}

// With keys that were kept, and once more with new ones: providers change them.
static bool open_token(hf_provider_cache *cache, hf_str place, hf_str token, int64_t now_ms,
                       hf_arena *arena, hf_json **claims, hf_error *err)
{
    hf_json *keys = NULL;
    if (!hf_provider_keys(cache, place, false, now_ms, arena, &keys, err))
        return false;
    if (hf_jose_open(token, keys, arena, claims, err))
        return true;
    bool is_for_new_keys = hf_str_equal_z(HF_STR("oidc.key"), err->code) ||
                           hf_str_equal_z(HF_STR("oidc.signature"), err->code);
    return is_for_new_keys && hf_provider_keys(cache, place, true, now_ms, arena, &keys, err) &&
           hf_jose_open(token, keys, arena, claims, err);
}

// No transaction is open while the provider is asked.
static bool ask(const hf_session *session, hf_provider_cache *cache, const hf_provider *provider,
                const hf_oidc_return *back, hf_arena *arena, hf_json **claims, hf_error *err)
{
    hf_provider_places places = {0};
    hf_str token = HF_STR_EMPTY;
    if (back->fault.len > 0)
        return wrong(err, "oidc.denied", "it says no");
    // RFC 9207: an answer of another provider, led here to be taken for this one's.
    if (back->issuer.len > 0 && !hf_str_equal(back->issuer, provider->issuer))
        return wrong(err, "oidc.issuer", "it is another provider's");
    return hf_provider_find(cache, provider, session->now_ms, arena, &places, err) &&
           hf_provider_exchange(cache, provider, places.token, back->code,
                                derive("verifier", back->ticket, arena), arena, &token, err) &&
           open_token(cache, places.keys, token, session->now_ms, arena, claims, err) &&
           hf_oidc_check_claims(*claims, provider, derive("nonce", back->ticket, arena),
                                session->now_ms, err);
}

static bool use_ticket(hf_tx *tx, hf_str purpose, hf_str ticket, int64_t now_ms, hf_error *err)
{
    bool is_good = false;
    return hf_ticket_use(tx, purpose, ticket, now_ms, &is_good, err) &&
           (is_good || wrong(err, "oidc.state", "it was taken before; sign in again"));
}

// --- whose account it is -----------------------------------------------------------------------------------

static hf_sha256 row_of(hf_str issuer, hf_str subject)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    return hf_sha256_of(
        hf_str_format(&scratch, "oidc %.*s\n%.*s", HF_STR_ARG(issuer), HF_STR_ARG(subject)));
}

static hf_str told_issuer(hf_str issuer, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(4096);
    hf_json_writer w = {.out = &text};
    hf_json_begin_object(&w);
    hf_json_put_str(&w, "provider", issuer);
    hf_json_end_object(&w);
    return hf_buf_copy(arena, &text);
}

static bool add_link(hf_tx *tx, const hf_provider *provider, hf_str subject, hf_str user_key,
                     int64_t now_ms, hf_arena *arena, hf_error *err)
{
    const hf_credential row = {.kind = HF_CREDENTIAL_LINK,
                               .secret = row_of(provider->issuer, subject),
                               .user_key = user_key,
                               .label = subject,
                               .created_ms = now_ms,
                               .expires_ms = HF_INTEGER_NONE,
                               .last_seen_ms = HF_INTEGER_NONE,
                               .detail = told_issuer(provider->issuer, arena)};
    return hf_credential_add(tx, &row, err);
}

static bool find_link(hf_read *read, hf_str issuer, hf_str subject, hf_arena *arena,
                      hf_credential **out, hf_error *err)
{
    hf_sha256 row = row_of(issuer, subject);
    return hf_credential_find(read, HF_CREDENTIAL_LINK, &row, INT64_MIN, arena, out, err);
}

static bool no_account(hf_error *err)
{
    return hf_fail(err, HF_ERR_SIGN_IN, "oidc.no_account",
                   "no account here belongs to this person at the provider, or it is switched off; "
                   "ask an administrator, or link your account in its settings");
}

// A name is only a name: whoever has it here already is somebody else until he links his account himself.
static bool make_account(hf_tx *tx, const hf_session *session, const hf_provider *provider,
                         const hf_json *claims, hf_arena *arena, hf_user **out, hf_error *err)
{
    hf_str subject = hf_json_text(claims, "sub");
    hf_str name = hf_str_trim(hf_json_text(claims, "preferred_username"));
    hf_user *there = NULL;
    hf_put_outcome outcome;
    hf_user *user = hf_noun_new(&hf_noun_user, arena);
    user->head.key = hf_str_copy(arena, name.len > 0 ? name : subject);
    user->head.source = HF_STR("oidc");
    user->display_name = hf_str_copy(arena, hf_json_text(claims, "name"));
    if (user->display_name.len > HF_KEY_BYTES_MAX)
        user->display_name = HF_STR_EMPTY;
    if (!hf_find_user(hf_tx_read(tx), user->head.key, arena, &there, err))
        return false;
    if (there != NULL)
        return hf_fail(err, HF_ERR_SIGN_IN, "oidc.name_taken",
                       "an account '%.*s' is here already and not linked to the provider; its "
                       "owner links it in the settings",
                       HF_STR_ARG(user->head.key));
    if (!hf_noun_check(&hf_noun_user, user, arena, err) ||
        !hf_store_put(tx, &hf_noun_user, user, HF_VERSION_ANY, &outcome, err))
        return false;
    if (!add_link(tx, provider, subject, user->head.key, session->now_ms, arena, err) ||
        !hf_note(tx, session, "user.added", &hf_noun_user, user->head.key, HF_STR("oidc"),
                 told_issuer(provider->issuer, arena), err))
        return false;
    *out = user;
    return true;
}

static bool find_account(hf_tx *tx, const hf_session *session, const hf_provider *provider,
                         const hf_json *claims, hf_arena *arena, hf_user **out, hf_error *err)
{
    hf_credential *link = NULL;
    hf_user *user = NULL;
    if (!find_link(hf_tx_read(tx), provider->issuer, hf_json_text(claims, "sub"), arena, &link,
                   err))
        return false;
    if (link == NULL && provider->makes_accounts)
        return make_account(tx, session, provider, claims, arena, out, err);
    if (link == NULL)
        return no_account(err);
    if (!hf_find_user(hf_tx_read(tx), link->user_key, arena, &user, err))
        return false;
    if (user == NULL || user->is_disabled)
        return no_account(err);
    link->last_seen_ms = session->now_ms;
    *out = user;
    return hf_credential_remove(tx, &link->secret, err) && hf_credential_add(tx, link, err);
}

// --- the two acts ------------------------------------------------------------------------------------------

static bool sign_in(const hf_session *session, hf_provider_cache *cache, const hf_oidc_return *back,
                    hf_arena *arena, hf_signed_in *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_str purpose = hf_str_of(sign_in_purpose);
    hf_session own = *session;
    hf_provider provider = {0};
    hf_json *claims = NULL;
    hf_user *user = NULL;
    hf_signed_in made = {0};
    own.actor = (hf_actor){.name = HF_STR("provider")};
    own.token = HF_STR_EMPTY;
    if (!hf_read_begin(session->store, &read, err) || !read_provider(read, arena, &provider, err) ||
        !check_state(read, purpose, false, back, session->now_ms, arena, err))
        return false;
    hf_read_end(&read);
    if (!ask(session, cache, &provider, back, arena, &claims, err) ||
        !hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !use_ticket(tx, purpose, back->ticket, session->now_ms, err) ||
        !find_account(tx, &own, &provider, claims, arena, &user, err) ||
        !hf_group_grants(tx, &own, &provider, claims, user->head.key, err) ||
        !hf_actor_of(hf_tx_read(tx), user, session->now_ms, arena, &own.actor, err) ||
        !hf_open_session(tx, user, &back->visit, session->now_ms, arena, &made, err) ||
        !hf_note_session(tx, &own, &made, &back->visit, "provider", provider.issuer, err) ||
        !hf_tx_commit(&tx, err))
        return false;
    *out = made;
    return true;
}

bool hf_oidc_sign_in(const hf_session *session, hf_provider_cache *cache,
                     const hf_oidc_return *back, hf_arena *arena, hf_signed_in *out, hf_error *err)
{
    if (sign_in(session, cache, back, arena, out, err))
        return true;
    if (err->kind == HF_ERR_INPUT) // at the door, whatever is wrong with it lets nobody in
        err->kind = HF_ERR_SIGN_IN;
    return false;
}

bool hf_oidc_link(const hf_session *session, hf_provider_cache *cache, hf_str user_key,
                  const hf_oidc_return *back, hf_arena *arena, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_provider provider = {0};
    hf_json *claims = NULL;
    hf_user *user = NULL;
    hf_credential *there = NULL;
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_find_own(session, read, user_key, arena, &user, err) ||
        !read_provider(read, arena, &provider, err) ||
        !check_state(read, link_purpose(user, arena), true, back, session->now_ms, arena, err))
        return false;
    hf_read_end(&read);
    if (!ask(session, cache, &provider, back, arena, &claims, err) ||
        !hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !use_ticket(tx, link_purpose(user, arena), back->ticket, session->now_ms, err) ||
        !find_link(hf_tx_read(tx), provider.issuer, hf_json_text(claims, "sub"), arena, &there,
                   err))
        return false;
    if (there != NULL)
        return hf_fail(err, HF_ERR_CONFLICT, "oidc.linked",
                       "this person at the provider belongs to an account already");
    return add_link(tx, &provider, hf_json_text(claims, "sub"), user->head.key, session->now_ms,
                    arena, err) &&
           hf_note(tx, session, "user.linked", &hf_noun_user, user->head.key, HF_STR_EMPTY,
                   told_issuer(provider.issuer, arena), err) &&
           hf_tx_commit(&tx, err);
}

bool hf_oidc_unlink(const hf_session *session, hf_str user_key, hf_str short_id,
                    const hf_proof *proof, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_user *user = NULL;
    hf_credential *found = NULL;
    hf_json *was = NULL;
    uint64_t ended = 0;
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_find_managed(session, read, user_key, &scratch, &user, err) ||
        !hf_check_proof(session, user, proof, &scratch, err))
        return false;
    return hf_tx_begin(session->store, session->now_ms, &tx, err) &&
           hf_find_credential(hf_tx_read(tx), HF_CREDENTIAL_LINK, user->head.key, short_id,
                              &scratch, &found, err) &&
           hf_credential_remove(tx, &found->secret, err) &&
           hf_end_other_sessions(tx, session, user->head.key, &ended, err) &&
           hf_json_parse(found->detail, &scratch, &was, err) &&
           hf_note(tx, session, "user.unlinked", &hf_noun_user, user->head.key, HF_STR_EMPTY,
                   hf_tell_proof(session, user, proof, "provider", hf_json_text(was, "provider"),
                                 &scratch),
                   err) &&
           hf_tx_commit(&tx, err);
}
