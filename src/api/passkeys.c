// SPDX-License-Identifier: Apache-2.0
//
// Passkeys: the lists of accounts, and signing in by one. Bytes travel as base64url, as browsers give them.
#include "api/resource.h"

static bool want_bytes(hf_call *call, const hf_json *body, const char *name, hf_str *out,
                       hf_error *err)
{
    hf_str text = HF_STR_EMPTY;
    if (!hf_json_want_text(body, name, &text, err))
        return false;
    if (hf_base64url_parse(text, call->arena, out))
        return true;
    hf_fail(err, HF_ERR_INPUT, "passkey.unreadable", "'%s' is not base64url", name);
    return hf_fail_at(err, hf_str_z(call->arena, hf_str_format(call->arena, "/%s", name)), 0, name);
}

// --- signing in ----------------------------------------------------------------------------------------

static bool post_challenge(hf_call *call, hf_error *err)
{
    hf_str challenge = HF_STR_EMPTY;
    hf_str rp_id = HF_STR_EMPTY;
    if (!hf_passkey_ask(&call->session, call->arena, &challenge, &rp_id, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_json_put_str(&w, "challenge", challenge);
    hf_json_put_str(&w, "rp_id", rp_id);
    hf_json_end_object(&w);
    return true;
}

typedef struct {
    hf_passkey_sign_in_request request;
    hf_signed_in made;
} sign_in_try;

static bool try_sign_in(hf_call *call, void *context, hf_error *err)
{
    sign_in_try *it = context;
    return hf_passkey_sign_in(&call->session, &it->request, call->arena, &it->made, err);
}

static bool post_sign_in(hf_call *call, hf_error *err)
{
    static const char *const members[] = {
        "challenge", "id", "client_data", "authenticator_data", "signature", "user_handle", NULL};
    hf_json *body = NULL;
    hf_str owner = HF_STR_EMPTY;
    sign_in_try it = {.request = {.visit = hf_call_visit(call)}};
    hf_passkey_sign_in_request *given = &it.request;
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !hf_json_want_text(body, "challenge", &given->challenge, err) ||
        !want_bytes(call, body, "id", &given->id, err) ||
        !want_bytes(call, body, "client_data", &given->proof.client_data, err) ||
        !want_bytes(call, body, "authenticator_data", &given->proof.authenticator_data, err) ||
        !want_bytes(call, body, "signature", &given->proof.signature, err) ||
        !want_bytes(call, body, "user_handle", &given->user_handle, err) ||
        !hf_passkey_owner(call->api->store, given->id, call->arena, &owner, err) ||
        !hf_guard(call, owner, try_sign_in, &it, err))
        return false;
    hf_answer_session(call, &it.made);
    return hf_write_session(call, HF_STR_EMPTY, err);
}

// --- of an account ---------------------------------------------------------------------------------------

static bool get_passkeys(hf_call *call, hf_error *err)
{
    hf_credential *list = NULL;
    size_t count = 0;
    if (!hf_list_credentials(&call->session, HF_CREDENTIAL_PASSKEY, call->params[0], call->arena,
                             &list, &count, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_write_credentials(list, count, HF_STR_EMPTY, &w);
    hf_json_end_object(&w);
    return true;
}

typedef struct {
    hf_str password;
    hf_passkey_offer offer;
} password_try;

static bool try_begin(hf_call *call, void *context, hf_error *err)
{
    password_try *it = context;
    return hf_passkey_begin(&call->session, call->params[0], it->password, call->arena, &it->offer,
                            err);
}

static bool post_begin(hf_call *call, hf_error *err)
{
    password_try it = {0};
    if (!hf_call_text(call, "password", &it.password, err) ||
        !hf_guard(call, call->session.actor.name, try_begin, &it, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_json_put_str(&w, "challenge", it.offer.challenge);
    hf_json_put_str(&w, "rp_id", it.offer.rp_id);
    hf_json_put_str(&w, "rp_name", it.offer.rp_name);
    hf_json_put_str(&w, "user_id", it.offer.user_id);
    hf_json_put_str(&w, "user_name", it.offer.user_name);
    hf_json_put_str(&w, "display_name", it.offer.display_name);
    hf_json_name(&w, "known");
    hf_json_begin_array(&w);
    for (size_t i = 0; i < it.offer.known_count; i++)
        hf_json_add_str(&w, it.offer.known[i]);
    hf_json_end_array(&w);
    hf_json_end_object(&w);
    return true;
}

static bool post_passkey(hf_call *call, hf_error *err)
{
    static const char *const members[] = {"name", "challenge", "client_data", "attestation", NULL};
    hf_json *body = NULL;
    hf_new_passkey made = {.user_key = call->params[0]};
    hf_str codes[HF_RECOVERY_CODE_COUNT];
    size_t count = 0;
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !hf_json_want_text(body, "name", &made.name, err) ||
        !hf_json_want_text(body, "challenge", &made.challenge, err) ||
        !want_bytes(call, body, "client_data", &made.client_data, err) ||
        !want_bytes(call, body, "attestation", &made.attestation, err) ||
        !hf_passkey_add(&call->session, &made, call->arena, codes, &count, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_write_codes(codes, count, &w);
    hf_json_end_object(&w);
    return true;
}

static bool post_remove(hf_call *call, hf_error *err)
{
    return hf_call_end_way_in(call, hf_passkey_remove, err);
}

static const hf_route routes[] = {
    {.method = HF_HTTP_POST,
     .path = "/api/v1/session/passkey/begin",
     .id = "beginPasskeySignIn",
     .about = "A question that a passkey of this address answers, once and within five minutes",
     .flags = HF_ROUTE_OPEN | HF_ROUTE_NO_CSRF | HF_ROUTE_NO_BODY,
     .gives = "PasskeyQuestion",
     .status = 200,
     .problems = "409",
     .answer = post_challenge},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/session/passkey",
     .id = "signInByPasskey",
     .about =
         "Sign in with a passkey, without name, password and code; gives the cookie hf_session",
     .flags = HF_ROUTE_OPEN | HF_ROUTE_NO_CSRF,
     .takes = "PasskeySignIn",
     .gives = "Session",
     .status = 200,
     .problems = "400 401 409 413 415 429",
     .answer = post_sign_in},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/users/{key}/passkeys",
     .id = "listPasskeys",
     .about = "The passkeys of an account by their names",
     .flags = HF_ROUTE_OWN,
     .gives = "Passkeys",
     .status = 200,
     .problems = "404",
     .answer = get_passkeys},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/users/{key}/passkeys/begin",
     .id = "beginPasskey",
     .about = "Begin a passkey of one's own: what the browser needs to make it",
     .flags = HF_ROUTE_OWN,
     .takes = "CurrentPassword",
     .gives = "PasskeyOffer",
     .status = 200,
     .problems = "400 404 409 413 415 429",
     .answer = post_begin},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/users/{key}/passkeys",
     .id = "addPasskey",
     .about = "Register the passkey that the browser made; gives recovery codes, this once, where "
              "there were none",
     .flags = HF_ROUTE_OWN,
     .takes = "NewPasskey",
     .gives = "RecoveryCodes",
     .status = 201,
     .problems = "400 404 409 413 415",
     .answer = post_passkey},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/users/{key}/passkeys/{id}/remove",
     .id = "removePasskey",
     .about = "Remove one: one's own with the password, another's as administrator",
     .takes = "WayInEnd",
     .status = 204,
     .problems = "400 404 413 415 429",
     .answer = post_remove},
};

static const char schemas[] =
    "\"PasskeyQuestion\":{\"type\":\"object\",\"required\":[\"challenge\",\"rp_id\"],"
    "\"properties\":{\"challenge\":{\"type\":\"string\",\"description\":\"base64url\"},"
    "\"rp_id\":{\"type\":\"string\"}}},"
    "\"PasskeySignIn\":{\"type\":\"object\",\"required\":[\"challenge\",\"id\",\"client_data\","
    "\"authenticator_data\",\"signature\",\"user_handle\"],\"properties\":{"
    "\"challenge\":{\"type\":\"string\"},\"id\":{\"type\":\"string\",\"description\":\"rawId; it "
    "and what follows in base64url\"},"
    "\"client_data\":{\"type\":\"string\",\"description\":\"clientDataJSON\"},"
    "\"authenticator_data\":{\"type\":\"string\"},\"signature\":{\"type\":\"string\"},"
    "\"user_handle\":{\"type\":\"string\"}},\"additionalProperties\":false},"
    "\"Passkeys\":{\"type\":\"object\",\"required\":[\"items\"],\"properties\":{"
    "\"items\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
    "\"id\":{\"type\":\"string\"},\"name\":{\"type\":\"string\"},"
    "\"created_at\":{\"type\":[\"string\",\"null\"]},\"expires_at\":{\"type\":[\"string\","
    "\"null\"]},\"last_seen_at\":{\"type\":[\"string\",\"null\"]}}}}}},"
    "\"PasskeyOffer\":{\"type\":\"object\",\"required\":[\"challenge\",\"rp_id\",\"user_id\"],"
    "\"properties\":{\"challenge\":{\"type\":\"string\"},\"rp_id\":{\"type\":\"string\"},"
    "\"rp_name\":{\"type\":\"string\"},\"user_id\":{\"type\":\"string\"},"
    "\"user_name\":{\"type\":\"string\"},\"display_name\":{\"type\":\"string\"},"
    "\"known\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}},"
    "\"NewPasskey\":{\"type\":\"object\",\"required\":[\"name\",\"challenge\",\"client_data\","
    "\"attestation\"],\"properties\":{\"name\":{\"type\":\"string\"},"
    "\"challenge\":{\"type\":\"string\"},\"client_data\":{\"type\":\"string\"},"
    "\"attestation\":{\"type\":\"string\",\"description\":\"attestationObject, form 'none'\"}},"
    "\"additionalProperties\":false}";

const hf_resource hf_resource_passkeys = {"passkeys", routes, HF_COUNT(routes), schemas, NULL};
