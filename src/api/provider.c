// SPDX-License-Identifier: Apache-2.0
//
// Signing in by the provider of identities, and the links of accounts to it. The browser keeps the secret of its question
// in a cookie while it is at the provider, and brings the answer by itself: the provider's redirect changes nothing here.
#include "api/resource.h"

#define TICKET_COOKIE "hf_provider"

static void keep_ticket(hf_call *call, hf_str ticket)
{
    hf_answer_header(call, "Set-Cookie",
                     hf_str_format(call->arena,
                                   TICKET_COOKIE "=%.*s; Path=/api/v1/; HttpOnly; Secure; "
                                                 "SameSite=Strict; Max-Age=%d",
                                   HF_STR_ARG(ticket), ticket.len > 0 ? HF_OIDC_MINUTES * 60 : 0));
}

static void answer_start(hf_call *call, const hf_oidc_start *start)
{
    keep_ticket(call, start->ticket);
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_json_put_str(&w, "address", start->address);
    hf_json_end_object(&w);
}

static bool post_begin(hf_call *call, hf_error *err)
{
    hf_oidc_start start = {0};
    if (!hf_oidc_begin(&call->session, call->api->providers, call->arena, &start, err))
        return false;
    answer_start(call, &start);
    return true;
}

// What the three tries have in common.
typedef struct {
    hf_oidc_return back;
    hf_str password;
    hf_oidc_start start;
    hf_signed_in made;
} provider_try;

static bool read_return(hf_call *call, hf_oidc_return *out, hf_error *err)
{
    static const char *const members[] = {"state", "code", "issuer", "error", NULL};
    hf_json *body = NULL;
    *out = (hf_oidc_return){.visit = hf_call_visit(call),
                            .ticket = hf_request_cookie(call->request, TICKET_COOKIE)};
    return hf_call_json(call, &body, err) && hf_json_want_only(body, members, err) &&
           hf_json_want_text(body, "state", &out->state, err) &&
           hf_json_want_text(body, "code", &out->code, err) &&
           hf_json_want_text(body, "issuer", &out->issuer, err) &&
           hf_json_want_text(body, "error", &out->fault, err);
}

static bool try_sign_in(hf_call *call, void *context, hf_error *err)
{
    provider_try *it = context;
    return hf_oidc_sign_in(&call->session, call->api->providers, &it->back, call->arena, &it->made,
                           err);
}

static bool post_sign_in(hf_call *call, hf_error *err)
{
    provider_try it = {0};
    if (!read_return(call, &it.back, err) || !hf_guard(call, HF_STR_EMPTY, try_sign_in, &it,
                                                       err)) // whose it is, only the provider knows
        return false;
    keep_ticket(call, HF_STR_EMPTY);
    hf_answer_session(call, &it.made);
    return hf_write_session(call, HF_STR_EMPTY, err);
}

static bool get_links(hf_call *call, hf_error *err)
{
    hf_credential *list = NULL;
    size_t count = 0;
    if (!hf_list_credentials(&call->session, HF_CREDENTIAL_LINK, call->params[0], call->arena,
                             &list, &count, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_write_credentials(list, count, HF_STR_EMPTY, &w);
    hf_json_end_object(&w);
    return true;
}

static bool try_begin_link(hf_call *call, void *context, hf_error *err)
{
    provider_try *it = context;
    return hf_oidc_begin_link(&call->session, call->api->providers, call->params[0], it->password,
                              call->arena, &it->start, err);
}

static bool post_begin_link(hf_call *call, hf_error *err)
{
    provider_try it = {0};
    if (!hf_call_text(call, "password", &it.password, err) ||
        !hf_guard(call, call->session.actor.name, try_begin_link, &it, err))
        return false;
    answer_start(call, &it.start);
    return true;
}

static bool try_link(hf_call *call, void *context, hf_error *err)
{
    provider_try *it = context;
    return hf_oidc_link(&call->session, call->api->providers, call->params[0], &it->back,
                        call->arena, err);
}

static bool post_link(hf_call *call, hf_error *err)
{
    provider_try it = {0};
    if (!read_return(call, &it.back, err) ||
        !hf_guard(call, call->session.actor.name, try_link, &it, err))
        return false;
    keep_ticket(call, HF_STR_EMPTY);
    hf_answer_empty(call);
    return true;
}

static bool post_unlink(hf_call *call, hf_error *err)
{
    return hf_call_end_way_in(call, hf_oidc_unlink, err);
}

static const hf_route routes[] = {
    {.method = HF_HTTP_POST,
     .path = "/api/v1/session/provider/begin",
     .id = "beginProviderSignIn",
     .about = "Begin to sign in by the provider of identities: an address there, and the cookie "
              "hf_provider",
     .flags = HF_ROUTE_OPEN | HF_ROUTE_NO_CSRF | HF_ROUTE_NO_BODY | HF_ROUTE_QUICK,
     .gives = "ProviderStart",
     .status = 200,
     .problems = "409",
     .answer = post_begin},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/session/provider",
     .id = "signInByProvider",
     .about = "Sign in with what the provider sent the browser back with",
     .flags = HF_ROUTE_OPEN | HF_ROUTE_NO_CSRF | HF_ROUTE_QUICK,
     .takes = "ProviderReturn",
     .gives = "Session",
     .status = 200,
     .problems = "400 401 409 413 415 429",
     .answer = post_sign_in},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/users/{key}/links",
     .id = "listLinks",
     .about = "To whom at a provider an account is linked",
     .gives = "Links",
     .status = 200,
     .problems = "404",
     .answer = get_links},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/users/{key}/links/begin",
     .id = "beginLink",
     .about = "Begin to link one's own account, with the present password",
     .takes = "CurrentPassword",
     .gives = "ProviderStart",
     .status = 200,
     .problems = "400 404 409 413 415 429",
     .answer = post_begin_link},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/users/{key}/links",
     .id = "addLink",
     .about = "Link one's own account with what the provider sent the browser back with",
     .takes = "ProviderReturn",
     .status = 204,
     .problems = "400 404 409 413 415 429",
     .answer = post_link},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/users/{key}/links/{id}/remove",
     .id = "removeLink",
     .about = "End a link: one's own with the password, another's as administrator",
     .takes = "WayInEnd",
     .status = 204,
     .problems = "400 404 413 415 429",
     .answer = post_unlink},
};

static const char schemas[] =
    "\"ProviderStart\":{\"type\":\"object\",\"required\":[\"address\"],\"properties\":{"
    "\"address\":{\"type\":\"string\",\"description\":\"where the browser goes now\"}}},"
    "\"ProviderReturn\":{\"type\":\"object\",\"required\":[\"state\"],\"properties\":{"
    "\"state\":{\"type\":\"string\"},\"code\":{\"type\":\"string\"},"
    "\"issuer\":{\"type\":\"string\",\"description\":\"iss of the answer, if it has one\"},"
    "\"error\":{\"type\":\"string\",\"description\":\"of the answer, if it is one\"}},"
    "\"additionalProperties\":false},"
    "\"Links\":{\"type\":\"object\",\"required\":[\"items\"],\"properties\":{\"items\":{"
    "\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"}"
    ","
    "\"subject\":{\"type\":\"string\"},\"provider\":{\"type\":\"string\"},"
    "\"created_at\":{\"type\":[\"string\",\"null\"]},\"expires_at\":{\"type\":[\"string\","
    "\"null\"]},\"last_seen_at\":{\"type\":[\"string\",\"null\"]}}}}}}";

const hf_resource hf_resource_provider = {"provider", routes, HF_COUNT(routes), schemas, NULL};
