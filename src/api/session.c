// SPDX-License-Identifier: Apache-2.0
//
// Who am I: signing in and out, the first set-up, and what everybody may know of the installation.
#include <string.h>

#include "api/resource.h"

static void write_instance(const hf_instance *instance, bool is_signed_in,
                           const hf_known_counts *known, hf_json_writer *w)
{
    hf_json_name(w, "instance");
    hf_json_begin_object(w);
    hf_json_name(w, "name");
    hf_json_add_str(w, instance->name);
    hf_json_name(w, "language");
    hf_json_add_str(w, instance->language);
    hf_json_name(w, "setup_needed");
    hf_json_add_bool(w, instance->is_setup_needed);
    hf_json_name(w, "demo");
    hf_json_add_bool(w, instance->has_demo);
    hf_json_name(w, "provider");
    if (instance->provider.len > 0)
        hf_json_add_str(w, instance->provider);
    else
        hf_json_add_null(w);
    hf_json_name(w, "passkey_site");
    if (instance->passkey_site.len > 0)
        hf_json_add_str(w, instance->passkey_site);
    else
        hf_json_add_null(w);
    hf_json_name(w, "version"); // which faults it may have is nobody's business either
    if (is_signed_in)
        hf_json_add_z(w, HF_VERSION);
    else
        hf_json_add_null(w);
    hf_json_name(w, "marking");
    hf_json_add_z(w, hf_marking_words[instance->marking]);
    // How much is in the register is nobody's business who may not see it.
    hf_json_name(w, "data_version");
    hf_json_add_i64(w, is_signed_in ? instance->data_version : 0);
    hf_json_name(w, "asset_count");
    hf_json_add_u64(w, known->assets);
    hf_json_name(w, "dependency_count");
    hf_json_add_u64(w, known->dependencies);
    hf_json_end_object(w);
}

static void write_actor(const hf_actor *actor, hf_str language, hf_json_writer *w)
{
    const hf_field *role = hf_noun_field(&hf_noun_user, HF_STR("role"), NULL);
    hf_json_name(w, "actor");
    if (!actor->is_signed_in) {
        hf_json_add_null(w);
        return;
    }
    hf_json_begin_object(w);
    hf_json_name(w, "name");
    hf_json_add_str(w, actor->name);
    hf_json_name(w, "display_name");
    if (actor->display_name.len > 0)
        hf_json_add_str(w, actor->display_name);
    else
        hf_json_add_null(w);
    hf_json_name(w, "role");
    if (actor->role == HF_WORD_NONE)
        hf_json_add_null(w);
    else
        hf_json_add_z(w, role->words[actor->role]);
    hf_json_name(w, "language");
    hf_json_add_str(w, language);
    hf_json_end_object(w);
}

bool hf_write_session(hf_call *call, hf_str job, hf_error *err)
{
    hf_instance instance = {0};
    hf_known_counts known = {0};
    const hf_signed_in *who = &call->who;
    bool is_held = who->held != HF_HELD_NOT; // knows no more than somebody at the door
    if (!hf_read_instance(call->api->store, call->arena, &instance, err) ||
        (!is_held && !hf_overviews_counts(call, &known, err)))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    write_actor(&who->actor, who->language, &w);
    hf_json_name(&w, "csrf");
    if (who->csrf.len > 0)
        hf_json_add_str(&w, who->csrf);
    else
        hf_json_add_null(&w);
    hf_json_name(&w, "held");
    hf_json_add_z(&w, hf_held_words[who->held]);
    hf_json_name(&w, "can");
    hf_json_begin_array(&w);
    for (hf_verb verb = HF_CAN_READ; verb < HF_CAN_COUNT && !is_held; verb++)
        if (hf_may(&who->actor, verb, NULL, NULL))
            hf_json_add_z(&w, hf_verb_words[verb]);
    hf_json_end_array(&w);
    hf_json_name(&w, "adds");
    hf_json_begin_array(&w);
    for (size_t i = 0; hf_nouns[i] != NULL && !is_held; i++)
        if (hf_may_add(&who->actor, hf_nouns[i]))
            hf_json_add_z(&w, hf_nouns[i]->plural);
    hf_json_end_array(&w);
    write_instance(&instance, who->actor.is_signed_in && !is_held, &known, &w);
    if (job.len > 0) {
        hf_json_name(&w, "job");
        hf_json_add_str(&w, job);
    }
    hf_json_end_object(&w);
    return true;
}

const char *hf_session_cookie(const hf_api *api)
{
    return api->is_secure ? "__Host-hf_session" : "hf_session";
}

const char *hf_device_cookie(const hf_api *api)
{
    return api->is_secure ? "__Secure-hf_device" : "hf_device"; // it has a path
}

// Browsers take a Secure cookie over plain http from this machine only; so the attribute is always there.
static void give_cookie(hf_call *call, hf_str token, int64_t seconds)
{
    hf_answer_header(call, "Set-Cookie",
                     hf_str_format(call->arena,
                                   "%s=%.*s; Path=/; HttpOnly; Secure; SameSite=Strict; "
                                   "Max-Age=%lld",
                                   hf_session_cookie(call->api), HF_STR_ARG(token),
                                   (long long)seconds));
}

static bool get_session(hf_call *call, hf_error *err)
{
    return hf_write_session(call, HF_STR_EMPTY, err);
}

hf_visit hf_call_visit(const hf_call *call)
{
    return (hf_visit){.peer = call->request->peer,
                      .agent = hf_request_header(call->request, "User-Agent"),
                      .device = hf_request_cookie(call->request, hf_device_cookie(call->api))};
}

void hf_answer_session(hf_call *call, const hf_signed_in *made)
{
    enum { DEVICE_S = 180 * 24 * 3600 };
    call->who = *made;
    call->session.actor = made->actor;
    give_cookie(call, made->token, (made->expires_ms - call->session.now_ms) / 1000);
    if (made->device.len > 0)
        hf_answer_header(call, "Set-Cookie",
                         hf_str_format(call->arena,
                                       "%s=%.*s; Path=/api/v1/; HttpOnly; Secure; "
                                       "SameSite=Strict; Max-Age=%d",
                                       hf_device_cookie(call->api), HF_STR_ARG(made->device),
                                       DEVICE_S));
}

static bool is_wrong_secret(const hf_error *err)
{
    static const char *const codes[] = {"account.wrong", "account.code_wrong", "account.code_used",
                                        "account.wrong_current", "setup.token"};
    for (size_t i = 0; i < HF_COUNT(codes); i++)
        if (strcmp(err->code, codes[i]) == 0)
            return true;
    hf_str code = hf_str_of(err->code);
    return err->kind == HF_ERR_SIGN_IN &&
           (hf_str_starts(code, "passkey.") || hf_str_starts(code, "oidc."));
}

bool hf_guard(hf_call *call, hf_str name, hf_guarded try, void *context, hf_error *err)
{
    hf_attempts *attempts = call->api->attempts;
    int64_t now_ms = call->session.now_ms;
    bool is_known = false;
    hf_attempt attempt = {.name = name,
                          .device = hf_request_cookie(call->request, hf_device_cookie(call->api)),
                          .peer = call->request->peer};
    if (!hf_is_known_device(call->api->store, name, attempt.device, now_ms, &is_known, err))
        return false;
    if (!is_known)
        attempt.device = HF_STR_EMPTY;
    if (!hf_attempts_allow(attempts, &attempt, now_ms, &call->retry_s, err))
        return false;
    if (try(call, context, err)) {
        hf_attempts_succeeded(attempts, &attempt);
        return true;
    }
    if (!is_wrong_secret(err))
        hf_attempts_take_back(attempts, &attempt);
    else if (hf_attempts_is_told(attempts, &attempt))
        hf_note_refusal(&call->session, "session.refused", err->code, name, attempt.peer);
    return false;
}

typedef struct {
    hf_sign_in_request request;
    hf_signed_in made;
} sign_in_try;

static bool try_sign_in(hf_call *call, void *context, hf_error *err)
{
    sign_in_try *it = context;
    return hf_sign_in(&call->session, &it->request, call->arena, &it->made, err);
}

static bool post_session(hf_call *call, hf_error *err)
{
    static const char *const members[] = {"name", "password", "code", NULL};
    hf_json *body = NULL;
    sign_in_try it = {.request = {.visit = hf_call_visit(call)}};
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !hf_json_want_text(body, "name", &it.request.name, err) ||
        !hf_json_want_text(body, "password", &it.request.password, err) ||
        !hf_json_want_text(body, "code", &it.request.code, err) ||
        !hf_guard(call, it.request.name, try_sign_in, &it, err))
        return false;
    hf_answer_session(call, &it.made);
    return hf_write_session(call, HF_STR_EMPTY, err);
}

static bool delete_session(hf_call *call, hf_error *err)
{
    if (call->who.csrf.len > 0 && !hf_sign_out(&call->session, call->who.token, err))
        return false;
    give_cookie(call, HF_STR_EMPTY, 0);
    hf_answer_empty(call);
    return true;
}

static bool start_demo(hf_call *call, hf_str *job, hf_error *err)
{
    const hf_job_kind *kind = hf_job_kind_find(HF_STR("demo"));
    if (kind == NULL)
        return true; // a program built without it
    return hf_submit_job(&call->session, call->api->jobs, kind,
                         HF_STR("{\"size\":\"10k\",\"seed\":1}"), call->arena, job, err);
}

typedef struct {
    hf_setup_request request;
    hf_signed_in made;
} set_up_try;

static bool try_set_up(hf_call *call, void *context, hf_error *err)
{
    set_up_try *it = context;
    return hf_set_up(&call->session, &it->request, call->arena, &it->made, err);
}

static bool post_setup(hf_call *call, hf_error *err)
{
    static const char *const members[] = {"token",    "name", "password",      "organisation",
                                          "language", "demo", "second_factor", NULL};
    hf_json *body = NULL;
    set_up_try it = {.request = {.wants_factor = true, .visit = hf_call_visit(call)}};
    hf_setup_request *wanted = &it.request;
    hf_str job = HF_STR_EMPTY;
    bool with_demo = false;
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !hf_json_want_text(body, "token", &wanted->token, err) ||
        !hf_json_want_text(body, "name", &wanted->name, err) ||
        !hf_json_want_text(body, "password", &wanted->password, err) ||
        !hf_json_want_text(body, "organisation", &wanted->organisation, err) ||
        !hf_json_want_text(body, "language", &wanted->language, err) ||
        !hf_json_want_bool(body, "demo", &with_demo, err) ||
        !hf_json_want_bool(body, "second_factor", &wanted->wants_factor, err) ||
        !hf_guard(call, HF_STR_EMPTY, try_set_up, &it, err)) // there is no name to wait yet
        return false;
    hf_answer_session(call, &it.made);
    if (with_demo && !start_demo(call, &job, err))
        return false;
    return hf_write_session(call, job, err);
}

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/session",
     .id = "getSession",
     .about = "Who is signed in, what they may do, and what everybody may know of the installation",
     .flags = HF_ROUTE_OPEN,
     .gives = "Session",
     .status = 200,
     .answer = get_session},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/session",
     .id = "signIn",
     .about = "Sign in with name and password; gives the cookie hf_session",
     .flags = HF_ROUTE_OPEN | HF_ROUTE_NO_CSRF | HF_ROUTE_COSTLY,
     .takes = "SignIn",
     .gives = "Session",
     .status = 200,
     .problems = "400 401 413 415 429",
     .answer = post_session},
    {.method = HF_HTTP_DELETE,
     .path = "/api/v1/session",
     .id = "signOut",
     .about = "Sign out; the session ends at once",
     .flags = HF_ROUTE_OPEN,
     .status = 204,
     .answer = delete_session},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/setup",
     .id = "setUp",
     .about = "Make the first administrator, with the token of the one-time link",
     .flags = HF_ROUTE_OPEN | HF_ROUTE_NO_CSRF | HF_ROUTE_COSTLY,
     .takes = "Setup",
     .gives = "Session",
     .status = 201,
     .problems = "400 403 409 413 415 429",
     .answer = post_setup},
};

static const char schemas[] =
    "\"Session\":{\"type\":\"object\",\"required\":[\"actor\",\"csrf\",\"can\",\"adds\","
    "\"instance\"],"
    "\"properties\":{\"actor\":{\"type\":[\"object\",\"null\"],\"properties\":{"
    "\"name\":{\"type\":\"string\"},\"display_name\":{\"type\":[\"string\",\"null\"]},"
    "\"role\":{\"type\":[\"string\",\"null\"],\"description\":\"in the whole nation; null: "
    "grants alone\"},"
    "\"language\":{\"type\":\"string\"}}},\"csrf\":{\"type\":[\"string\",\"null\"]},"
    "\"held\":{\"enum\":[null,\"password\",\"second_factor\"],\"description\":\"what the account "
    "must do before anything else\"},"
    "\"can\":{\"type\":\"array\",\"items\":{\"enum\":[\"read\",\"edit\",\"import\",\"export\","
    "\"run\",\"configure\",\"users\",\"audit\",\"release\",\"assess\"]},\"description\":"
    "\"what the actor may do "
    "somewhere\"},\"adds\":{\"type\":\"array\",\"items\":{\"type\":\"string\"},"
    "\"description\":\"plurals of the nouns of which the actor may add records somewhere\"},"
    "\"instance\":{\"type\":\"object\","
    "\"properties\":{"
    "\"name\":{\"type\":\"string\"},\"language\":{\"type\":\"string\"},"
    "\"setup_needed\":{\"type\":\"boolean\"},\"demo\":{\"type\":\"boolean\"},"
    "\"provider\":{\"type\":[\"string\",\"null\"],\"description\":\"what people call the "
    "provider of identities\"},"
    "\"passkey_site\":{\"type\":[\"string\",\"null\"],\"description\":\"for which passkeys "
    "are made\"},"
    "\"version\":{\"type\":[\"string\",\"null\"],\"description\":\"null: nobody is signed "
    "in\"},\"marking\":{\"type\":\"string\"},"
    "\"data_version\":{\"type\":\"integer\"},\"asset_count\":{\"type\":\"integer\"},"
    "\"dependency_count\":{\"type\":\"integer\"}}},\"job\":{\"type\":\"string\"}}},"
    "\"SignIn\":{\"type\":\"object\",\"required\":[\"name\",\"password\"],\"properties\":{"
    "\"name\":{\"type\":\"string\"},\"password\":{\"type\":\"string\"},"
    "\"code\":{\"type\":\"string\",\"description\":\"of the second factor, or a recovery code\"}},"
    "\"additionalProperties\":false},"
    "\"Setup\":{\"type\":\"object\",\"required\":[\"token\",\"name\",\"password\"],\"properties\":{"
    "\"token\":{\"type\":\"string\"},\"name\":{\"type\":\"string\"},"
    "\"password\":{\"type\":\"string\",\"minLength\":12},\"organisation\":{\"type\":\"string\"},"
    "\"language\":{\"enum\":[\"ar\",\"zh\",\"en\",\"fr\",\"ru\",\"es\"]},"
    "\"demo\":{\"type\":\"boolean\"},\"second_factor\":{\"type\":\"boolean\",\"default\":true,"
    "\"description\":\"administrators need a second factor from now on; the new one sets it up "
    "before anything else\"}},\"additionalProperties\":false}";

const hf_resource hf_resource_session = {"session", routes, HF_COUNT(routes), schemas, NULL};
