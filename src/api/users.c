// SPDX-License-Identifier: Apache-2.0
//
// What accounts have beyond their record: passwords and tokens of programs. The record itself is one like all others.
#include "api/resource.h"

static bool post_password(hf_call *call, hf_error *err)
{
    static const char *const members[] = {"current", "password", NULL};
    hf_json *body = NULL;
    hf_password_request wanted = {.user_key = call->params[0]};
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !hf_json_want_text(body, "current", &wanted.current, err) ||
        !hf_json_want_text(body, "password", &wanted.password, err) ||
        !hf_set_password(&call->session, &wanted, call->arena, err))
        return false;
    hf_answer_empty(call);
    return true;
}

static bool get_tokens(hf_call *call, hf_error *err)
{
    hf_credential *list = NULL;
    size_t count = 0;
    if (!hf_list_tokens(&call->session, call->params[0], call->arena, &list, &count, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_write_tokens(list, count, &w);
    return true;
}

static bool post_token(hf_call *call, hf_error *err)
{
    static const char *const members[] = {"label", "days", NULL};
    hf_json *body = NULL;
    hf_str label = HF_STR_EMPTY;
    hf_str token = HF_STR_EMPTY;
    double days = 0;
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !hf_json_want_text(body, "label", &label, err) ||
        !hf_json_want_number(body, "days", 0, 3650, &days, err) ||
        !hf_add_token(&call->session, call->params[0], label, (int64_t)days, call->arena, &token,
                      err))
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
    if (!hf_remove_token(&call->session, call->params[0], call->params[1], err))
        return false;
    hf_answer_empty(call);
    return true;
}

static const hf_route routes[] = {
    {.method = HF_HTTP_POST,
     .path = "/api/v1/users/{key}/password",
     .id = "setPassword",
     .about = "Set a password: one's own with the current one, another's as administrator",
     .takes = "PasswordWish",
     .status = 204,
     .problems = "400 404 413 415",
     .answer = post_password},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/users/{key}/tokens",
     .id = "listTokens",
     .about = "The tokens of an account, without their secrets",
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
    "\"current\":{\"type\":\"string\"},\"password\":{\"type\":\"string\",\"minLength\":12}},"
    "\"additionalProperties\":false},"
    "\"TokenWish\":{\"type\":\"object\",\"properties\":{\"label\":{\"type\":\"string\","
    "\"maxLength\":200},\"days\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":3650}},"
    "\"additionalProperties\":false},"
    "\"NewToken\":{\"type\":\"object\",\"required\":[\"token\"],\"properties\":{\"token\":{"
    "\"type\":\"string\"}}},"
    "\"Tokens\":{\"type\":\"object\",\"required\":[\"items\"],\"properties\":{\"items\":{"
    "\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"}"
    ","
    "\"label\":{\"type\":\"string\"},\"created_at\":{\"type\":[\"string\",\"null\"]},"
    "\"expires_at\":{\"type\":[\"string\",\"null\"]},"
    "\"last_seen_at\":{\"type\":[\"string\",\"null\"]}}}}}}";

const hf_resource hf_resource_users = {"users", routes, HF_COUNT(routes), schemas};
