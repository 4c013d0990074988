// SPDX-License-Identifier: Apache-2.0
//
// What accounts have beyond their record: passwords, sessions, tokens of programs. The record itself is one like all others.
#include "api/resource.h"

typedef struct {
    hf_password_request request;
    hf_signed_in made;
} password_try;

static bool try_password(hf_call *call, void *context, hf_error *err)
{
    password_try *it = context;
    return hf_set_password(&call->session, &it->request, call->arena, &it->made, err);
}

static bool post_password(hf_call *call, hf_error *err)
{
    static const char *const members[] = {"current", "password", "must_change", NULL};
    hf_json *body = NULL;
    hf_visit visit = hf_call_visit(call);
    password_try it = {.request = {.user_key = call->params[0],
                                   .must_change = true,
                                   .visit = call->who.csrf.len > 0 ? &visit : NULL}};
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !hf_json_want_text(body, "current", &it.request.current, err) ||
        !hf_json_want_text(body, "password", &it.request.password, err) ||
        !hf_json_want_bool(body, "must_change", &it.request.must_change, err) ||
        !hf_guard(call, call->session.actor.name, try_password, &it, err))
        return false;
    if (it.made.token.len > 0)
        hf_answer_session(call, &it.made);
    hf_answer_empty(call);
    return true;
}

typedef struct {
    hf_credential *list;
    size_t count;
} credentials;

static bool read_list(hf_call *call, hf_credential_kind kind, credentials *out, hf_error *err)
{
    return hf_list_credentials(&call->session, kind, call->params[0], call->arena, &out->list,
                               &out->count, err);
}

static bool get_sessions(hf_call *call, hf_error *err)
{
    credentials found = {0};
    if (!read_list(call, HF_CREDENTIAL_SESSION, &found, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_write_credentials(found.list, found.count, call->who.token, &w);
    hf_json_end_object(&w);
    return true;
}

typedef struct {
    hf_str password;
    uint64_t count;
} end_try;

static bool try_end_sessions(hf_call *call, void *context, hf_error *err)
{
    end_try *it = context;
    return hf_end_sessions(&call->session, call->params[0], call->params[1], it->password,
                           &it->count, err);
}

static bool post_end(hf_call *call, hf_error *err)
{
    end_try it = {0};
    if (!hf_call_text(call, "password", &it.password, err) ||
        !hf_guard(call, call->session.actor.name, try_end_sessions, &it, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_json_name(&w, "ended");
    hf_json_add_u64(&w, it.count);
    hf_json_end_object(&w);
    return true;
}

static void write_limits(const hf_token_limits *limits, hf_json_writer *w)
{
    hf_json_name(w, "roles");
    hf_json_begin_array(w);
    for (size_t i = 0; hf_role_words[i] != NULL; i++)
        if ((limits->roles >> i & 1) != 0)
            hf_json_add_z(w, hf_role_words[i]);
    hf_json_end_array(w);
    hf_json_name(w, "clearances");
    hf_json_begin_array(w);
    for (int32_t i = 0; i <= limits->clearance; i++)
        hf_json_add_z(w, hf_marking_words[i]);
    hf_json_end_array(w);
}

static bool get_tokens(hf_call *call, hf_error *err)
{
    credentials found = {0};
    hf_token_limits limits = {0};
    if (!read_list(call, HF_CREDENTIAL_TOKEN, &found, err) ||
        !hf_find_token_limits(&call->session, call->params[0], call->arena, &limits, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_write_credentials(found.list, found.count, HF_STR_EMPTY, &w);
    write_limits(&limits, &w);
    hf_json_end_object(&w);
    return true;
}

// A word of a field of accounts; absent: none.
static bool want_word(hf_call *call, const hf_json *body, const char *name, int32_t *out,
                      hf_error *err)
{
    const hf_field *field = hf_noun_field(&hf_noun_user, hf_str_of(name), NULL);
    hf_user *probe = hf_noun_new(&hf_noun_user, call->arena);
    hf_str text = HF_STR_EMPTY;
    *out = HF_WORD_NONE;
    if (!hf_json_want_text(body, name, &text, err))
        return false;
    if (text.len == 0)
        return true;
    if (!hf_field_set_text(field, probe, text, false, call->arena, err))
        return false;
    *out = *(const int32_t *)hf_field_at(field, probe);
    return true;
}

static bool post_token(hf_call *call, hf_error *err)
{
    static const char *const members[] = {"label", "days", "role", "clearance", NULL};
    hf_json *body = NULL;
    hf_token_request wanted = {.user_key = call->params[0]};
    hf_str token = HF_STR_EMPTY;
    double days = 0;
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !hf_json_want_text(body, "label", &wanted.label, err) ||
        !hf_json_want_number(body, "days", 0, 3650, &days, err) ||
        !want_word(call, body, "role", &wanted.role, err) ||
        !want_word(call, body, "clearance", &wanted.clearance, err))
        return false;
    wanted.days = (int64_t)days;
    if (!hf_add_token(&call->session, &wanted, call->arena, &token, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_json_name(&w, "token");
    hf_json_add_str(&w, token);
    hf_json_end_object(&w);
    return true;
}

static bool delete_token(hf_call *call, hf_error *err)
{
    if (!hf_end_token(&call->session, call->params[0], call->params[1], err))
        return false;
    hf_answer_empty(call);
    return true;
}

static bool get_notices(hf_call *call, hf_error *err)
{
    hf_notices found;
    if (!hf_read_notices(&call->session, call->params[0], call->arena, &found, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_write_notices(&found, &w);
    return true;
}

static const hf_route routes[] = {
    {.method = HF_HTTP_POST,
     .path = "/api/v1/users/{key}/password",
     .id = "setPassword",
     .about = "Set a password: one's own with the current one, another's as administrator",
     .flags = HF_ROUTE_OWN,
     .takes = "PasswordWish",
     .status = 204,
     .problems = "400 404 412 413 415 429",
     .answer = post_password},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/users/{key}/sessions",
     .id = "listSessions",
     .about =
         "Where an account is signed in now: since when, from which address, with what browser",
     .flags = HF_ROUTE_OWN,
     .gives = "Sessions",
     .status = 200,
     .problems = "404",
     .answer = get_sessions},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/users/{key}/sessions/end",
     .id = "endSessions",
     .about = "End all sessions of an account but this one: of one's own with the password, which "
              "an account without one need not give within ten minutes after signing in",
     .flags = HF_ROUTE_OWN,
     .takes = "CurrentPassword",
     .gives = "EndedSessions",
     .status = 200,
     .problems = "400 404 413 415 429",
     .answer = post_end},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/users/{key}/sessions/{id}/end",
     .id = "endSession",
     .about = "End one session, likewise",
     .flags = HF_ROUTE_OWN,
     .takes = "CurrentPassword",
     .gives = "EndedSessions",
     .status = 200,
     .problems = "400 404 413 415 429",
     .answer = post_end},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/users/{key}/notices",
     .id = "listNotices",
     .about = "What happened to one's own account since one signed in before, and which tokens of "
              "it end soon",
     .gives = "Notices",
     .status = 200,
     .problems = "404",
     .answer = get_notices},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/users/{key}/tokens",
     .id = "listTokens",
     .about =
         "The tokens of an account, without their secrets, and what a new one can be limited to",
     .gives = "Tokens",
     .status = 200,
     .problems = "404",
     .answer = get_tokens},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/users/{key}/tokens",
     .id = "addToken",
     .about = "Make a token for programs; it is shown this once",
     .takes = "TokenWish",
     .gives = "NewToken",
     .status = 201,
     .problems = "400 404 413 415",
     .answer = post_token},
    {.method = HF_HTTP_DELETE,
     .path = "/api/v1/users/{key}/tokens/{id}",
     .id = "removeToken",
     .about = "End a token",
     .status = 204,
     .problems = "404",
     .answer = delete_token},
};

static const char schemas[] =
    "\"PasswordWish\":{\"type\":\"object\",\"required\":[\"password\"],\"properties\":{"
    "\"current\":{\"type\":\"string\"},\"password\":{\"type\":\"string\",\"minLength\":12},"
    "\"must_change\":{\"type\":\"boolean\",\"default\":true,\"description\":\"of another's: it is "
    "for "
    "the first sign-in only\"}},"
    "\"additionalProperties\":false},"
    "\"TokenWish\":{\"type\":\"object\",\"properties\":{\"label\":{\"type\":\"string\","
    "\"maxLength\":200},\"days\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":3650},"
    "\"role\":{\"type\":\"string\",\"description\":\"limits it to this role, within the scopes of "
    "the "
    "account\"},\"clearance\":{\"type\":\"string\"}},"
    "\"additionalProperties\":false},"
    "\"NewToken\":{\"type\":\"object\",\"required\":[\"token\"],\"properties\":{\"token\":{"
    "\"type\":\"string\"}}},"
    "\"EndedSessions\":{\"type\":\"object\",\"required\":[\"ended\"],\"properties\":{\"ended\":{"
    "\"type\":\"integer\"}}},"
    "\"Sessions\":{\"type\":\"object\",\"required\":[\"items\"],\"properties\":{\"items\":{"
    "\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"}"
    ","
    "\"is_current\":{\"type\":\"boolean\"},\"from\":{\"type\":\"string\",\"description\":"
    "\"address\"},"
    "\"agent\":{\"type\":\"string\"},\"created_at\":{\"type\":[\"string\",\"null\"]},"
    "\"expires_at\":{\"type\":[\"string\",\"null\"]},"
    "\"last_seen_at\":{\"type\":[\"string\",\"null\"]}}}}}},"
    "\"Notices\":{\"type\":\"object\",\"required\":[\"since\",\"items\",\"more\",\"refused\","
    "\"ending\"],\"properties\":{\"since\":{\"type\":[\"string\",\"null\"],\"description\":\"when "
    "the "
    "account was signed in before; null: never\"},\"more\":{\"type\":\"boolean\",\"description\":"
    "\"there is more of it, in the "
    "log\"},\"refused\":{\"type\":\"integer\",\"description\":\"tries to "
    "sign in with a wrong password\"},\"items\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"required\":[\"sequence\",\"at\",\"action\",\"by\",\"own\"],\"properties\":{\"sequence\":{"
    "\"type\":"
    "\"integer\"},\"at\":{\"type\":\"string\"},\"action\":{\"type\":\"string\"},\"by\":{\"type\":"
    "\"string\"},\"from\":{\"type\":\"string\",\"description\":\"address\"},\"why\":{\"type\":"
    "\"string\","
    "\"description\":\"of a refusal: its "
    "code\"},\"own\":{\"type\":\"boolean\",\"description\":\"done by "
    "the account itself since this session "
    "began\"}}}},\"ending\":{\"type\":\"array\",\"description\":"
    "\"tokens that end within 14 days\",\"items\":{\"type\":\"object\",\"properties\":{\"label\":{"
    "\"type\":\"string\"},\"expires_at\":{\"type\":\"string\"}}}}}},"
    "\"Tokens\":{\"type\":\"object\",\"required\":[\"items\",\"roles\",\"clearances\"],"
    "\"properties\":{"
    "\"roles\":{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"description\":\"to which a "
    "new "
    "one can be limited\"},"
    "\"clearances\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},\"items\":{"
    "\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"}"
    ","
    "\"role\":{\"type\":\"string\"},\"clearance\":{\"type\":\"string\"},"
    "\"label\":{\"type\":\"string\"},\"created_at\":{\"type\":[\"string\",\"null\"]},"
    "\"expires_at\":{\"type\":[\"string\",\"null\"]},"
    "\"last_seen_at\":{\"type\":[\"string\",\"null\"]}}}}}}";

const hf_resource hf_resource_users = {"users", routes, HF_COUNT(routes), schemas, NULL};
