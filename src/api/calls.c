// SPDX-License-Identifier: Apache-2.0
//
// What the server calls for each request: find the route, find out who asks, answer or say what is wrong. The one
// place where sign-in, the CSRF header, parameters and problem documents are dealt with.
#include <string.h>

#include "api/resource.h"
#include "base/clock.h"
#include "base/deflate.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/log.h"

#define SLOW_MS 1000

static bool is_api_path(hf_str path)
{
    return hf_str_starts(path, "/api/") || hf_str_equal_z(path, "/api");
}

// Paths that never answer with the shell (architecture.md, section 7).
static bool is_program_path(hf_str path)
{
    static const char *const roots[] = {"/api",     "/tiles",  "/taxii2", "/alerts",
                                        "/healthz", "/readyz", "/metrics"};
    for (size_t i = 0; i < HF_COUNT(roots); i++) {
        size_t length = strlen(roots[i]);
        if (hf_str_starts(path, roots[i]) && (path.len == length || path.ptr[length] == '/'))
            return true;
    }
    return false;
}

static hf_lang language_of(const hf_call *call)
{
    hf_lang lang = HF_LANG_EN;
    hf_str header = hf_request_header(call->request, "Accept-Language");
    hf_str first = hf_str_slice(header, 0, hf_str_find_byte(header, ',', 0));
    first = hf_str_trim(hf_str_slice(first, 0, hf_str_find_byte(first, ';', 0)));
    hf_str asked = hf_request_query(call->request, "lang");
    if (hf_lang_parse(asked, &lang) || hf_lang_parse(call->who.language, &lang) ||
        hf_lang_parse(first, &lang))
        return lang;
    return HF_LANG_EN;
}

// A browser shows a certificate with each request, also with those that another site makes it send.
static bool is_led_here(const hf_request *request)
{
    hf_str site = hf_request_header(request, "Sec-Fetch-Site");
    bool is_own = hf_str_equal_z(site, "same-origin");
    return !is_own && ((site.len > 0 && !hf_str_equal_z(site, "none")) ||
                       hf_request_header(request, "Origin").len > 0);
}

// Without a token and a session, who showed a certificate is the account that it is registered at.
static bool find_by_certificate(hf_call *call, hf_error *err)
{
    const hf_request *request = call->request;
    size_t count = 1 + request->certificate_names.count;
    if (request->certificate.len == 0 || is_led_here(request))
        return true;
    if (request->certificate_fault != NULL) {
        call->who.refused = request->certificate_fault;
        return true;
    }
    hf_str *marks = HF_NEW_N(call->arena, hf_str, count);
    marks[0] = request->certificate;
    for (size_t i = 1; i < count; i++)
        marks[i] = request->certificate_names.items[i - 1];
    if (!hf_certificate_find(call->api->store, marks, count, call->session.now_ms, call->arena,
                             &call->who, err))
        return false;
    if (!call->who.actor.is_signed_in)
        call->who.refused = "certificate.unknown";
    return true;
}

static bool find_who(hf_call *call, hf_error *err)
{
    hf_str header = hf_request_header(call->request, "Authorization");
    hf_str cookie = hf_request_cookie(call->request, hf_session_cookie(call->api));
    hf_str secret = cookie;
    hf_credential_kind kind = HF_CREDENTIAL_SESSION;
    if (header.len > 7 && hf_str_equal_ascii_case(hf_str_slice(header, 0, 7), HF_STR("Bearer "))) {
        kind = HF_CREDENTIAL_TOKEN;
        secret = hf_str_trim(hf_str_slice(header, 7, header.len));
    }
    if (secret.len > 0 && !hf_find_actor(call->api->store, kind, secret, call->session.now_ms,
                                         call->arena, &call->who, err))
        return false;
    if (secret.len == 0 && !find_by_certificate(call, err))
        return false;
    if (kind == HF_CREDENTIAL_SESSION)
        call->who.token = cookie;
    call->session.actor = call->who.actor;
    call->session.is_limited = call->who.is_limited;
    if (call->who.actor.is_signed_in)
        call->session.token = call->who.token;
    call->session.lang = language_of(call);
    return true;
}

// A write of a browser's session must carry the header that no other site can send.
static bool check_csrf(const hf_call *call, hf_error *err)
{
    bool is_write = call->request->method != HF_HTTP_GET;
    bool is_browser = call->who.csrf.len > 0;
    if (!is_write || !is_browser || (call->route->flags & HF_ROUTE_NO_CSRF) != 0)
        return true;
    return hf_equal_constant_time(hf_request_header(call->request, "X-CSRF-Token"),
                                  call->who.csrf) ||
           hf_fail(err, HF_ERR_PERMISSION, "access.csrf",
                   "the header X-CSRF-Token is missing or wrong; read it from GET /api/v1/session");
}

static bool sign_in_first(hf_error *err)
{
    return hf_fail(err, HF_ERR_SIGN_IN, "access.sign_in", "nobody is signed in; sign in first");
}

static bool no_route(hf_call *call, bool path_known, hf_error *err)
{
    if (path_known) {
        hf_answer_header(call, "Allow", hf_router_allowed(call));
        return hf_fail(err, HF_ERR_METHOD, "http.method", "this path does not take that method");
    }
    return hf_fail(err, HF_ERR_NOT_FOUND, "http.no_such_path", "there is nothing at this path");
}

// Sign-in is asked before anything else is said of what is there.
static bool find_route(hf_call *call, hf_error *err)
{
    bool path_known = false;
    call->route = hf_router_find(call, &path_known);
    bool is_open = call->route != NULL ? (call->route->flags & HF_ROUTE_OPEN) != 0
                   : path_known        ? false
                                       : !is_api_path(call->request->path);
    if (!is_open && !call->who.actor.is_signed_in) {
        return sign_in_first(err);
    }
    return call->route != NULL || no_route(call, path_known, err);
}

// Who must choose a password or a second factor first may do that for the own account, and nothing else.
static bool check_held(const hf_call *call, hf_error *err)
{
    unsigned flags = call->route->flags;
    bool is_own = hf_str_equal(call->params[0], call->who.actor.name);
    if (call->who.held == HF_HELD_NOT || (flags & HF_ROUTE_OPEN) != 0 ||
        ((flags & HF_ROUTE_OWN) != 0 && is_own))
        return true;
    return call->who.held == HF_HELD_PASSWORD
               ? hf_fail(err, HF_ERR_PERMISSION, "account.change_first",
                         "somebody else chose this password; choose one of your own first")
               : hf_fail(err, HF_ERR_PERMISSION, "account.factor_first",
                         "this role needs a second factor; set one up first");
}

// A secret that is none any more, or never was. Of floods only a few are noted.
static void note_bad_secret(hf_call *call)
{
    hf_attempt attempt = {.peer = call->request->peer};
    bool is_open = call->route != NULL && (call->route->flags & HF_ROUTE_OPEN) != 0;
    if (is_open || call->who.refused == NULL || call->who.actor.is_signed_in)
        return;
    if (hf_attempts_failed(call->api->refusals, &attempt, call->session.now_ms))
        hf_note_refusal(&call->session, "token.refused", call->who.refused, call->who.refused_name,
                        call->request->peer);
}

// Bodies come as they are: one that says that it is packed would be taken for broken JSON. Files may be packed.
static bool check_coding(const hf_call *call, hf_error *err)
{
    hf_str coding = hf_str_trim(hf_request_header(call->request, "Content-Encoding"));
    if (coding.len == 0 || hf_str_equal_ascii_case(coding, HF_STR("identity")) ||
        (call->route->flags & HF_ROUTE_UPLOAD) != 0)
        return true;
    return hf_fail(err, HF_ERR_MEDIA_TYPE, "http.media_type",
                   "this takes no body with Content-Encoding '%.*s'; send it as it is",
                   HF_STR_ARG(coding));
}

// Who is signed in may ask so much in a minute and send so much in a day. What is asked at the door waits by other rules
// (attempts.c); who must leave may always do so.
static bool check_share(hf_call *call, uint64_t bytes, hf_error *err)
{
    bool is_open = (call->route->flags & HF_ROUTE_OPEN) != 0;
    return is_open || !call->who.actor.is_signed_in ||
           hf_reading_may_ask(call->api->readings, call->who.actor.name, bytes,
                              call->session.now_ms, &call->retry_s, err);
}

// What is hidden from the asker answers like what is not there, and is counted and told in the log like it: nobody
// learns from an alarm which of both it was.
static bool names_unknown(const hf_call *call, const hf_error *err)
{
    static const char ending[] = ".unknown"; // of every code that says so, whatever it is of
    size_t length = err->code != NULL ? strlen(err->code) : 0;
    return call->reply->status == 404 && length >= sizeof ending &&
           strcmp(err->code + length - (sizeof ending - 1), ending) == 0;
}

// Counts only: no key, word or address.
static void count_reading(const hf_call *call, const hf_error *err)
{
    bool is_unknown = names_unknown(call, err);
    const struct {
        hf_reading_kind kind;
        uint64_t count;
    } counts[] = {{HF_READING_RECORDS, call->told_records},
                  {HF_READING_SEARCHES, call->is_search},
                  {HF_READING_EXPORTS, call->is_taken_out},
                  {HF_READING_PLACES, call->told_places},
                  {HF_READING_REFUSED,
                   call->reply->status == 403 || call->reply->status == 429 || is_unknown}};
    for (size_t i = 0; call->who.actor.is_signed_in && i < HF_COUNT(counts); i++)
        if (counts[i].count > 0)
            hf_reading_add(call->api->readings, call->who.actor.name, counts[i].kind,
                           counts[i].count, call->session.now_ms);
}

static bool answer_route(hf_call *call, hf_error *err)
{
    if (!find_who(call, err))
        return false;
    if (!is_program_path(call->request->path))
        return hf_web_answer(call, err);
    if (!find_route(call, err)) {
        note_bad_secret(call);
        return false;
    }
    if (!check_share(call, 0, err) || !check_held(call, err) || !check_csrf(call, err) ||
        !check_coding(call, err) || !hf_router_check(call, err))
        return false;
    call->reply->status = call->route->status;
    return call->route->answer(call, err);
}

static void set_problem(hf_call *call, const hf_error *err)
{
    hf_reply *reply = call->reply;
    HF_ASSERT(reply->stream == NULL); // a stream is opened last, when nothing can fail any more
    reply->status = hf_http_status_of(err);
    reply->media_type = "application/problem+json";
    reply->body = reply->file_path = HF_STR_EMPTY;
    reply->policy = NULL;
    hf_buf_done(&reply->buffer);
    reply->buffer = hf_buf_of(65536);
    if (call->fault_count > 0)
        hf_problem_write_all(err, call->faults, call->fault_count, &reply->buffer);
    else
        hf_problem_write(err, &reply->buffer);
    if (err->kind == HF_ERR_BUSY || reply->status == 429)
        hf_answer_header(call, "Retry-After",
                         hf_str_format(call->arena, "%u", call->retry_s > 0 ? call->retry_s : 5));
}

// Long JSON travels packed. Not the answers of open routes: the session's holds a secret (its CSRF token), whose
// length-after-packing must tell nothing; nor those with an ETag, which is of one form only.
static void pack_answer(hf_call *call)
{
    enum { PACK_FROM_BYTES = 1400, PACK_LEVEL = 4 }; // one network packet; about 100 MB/s
    hf_reply *reply = call->reply;
    hf_error unused = {0};
    if (call->route == NULL || (call->route->flags & HF_ROUTE_OPEN) != 0 ||
        call->request->method != HF_HTTP_GET || reply->body.len > 0 || reply->stream != NULL ||
        reply->file_path.len > 0 || reply->buffer.overflow || reply->buffer.len < PACK_FROM_BYTES ||
        reply->media_type == NULL || strcmp(reply->media_type, "application/json") != 0 ||
        hf_encoding_quality(hf_request_header(call->request, "Accept-Encoding"), "gzip") == 0)
        return;
    for (size_t i = 0; i < reply->headers.count; i++)
        if (hf_str_equal_ascii_case(reply->headers.items[i].name, HF_STR("ETag")))
            return;
    hf_buf packed = hf_buf_of(reply->buffer.len);
    if (!hf_deflate(HF_DEFLATE_GZIP, hf_buf_str(&reply->buffer), PACK_LEVEL, &packed, &unused)) {
        hf_buf_done(&packed); // it would not have become shorter
        return;
    }
    hf_buf_done(&reply->buffer);
    reply->buffer = packed;
    hf_answer_header(call, "Content-Encoding", HF_STR("gzip"));
    hf_answer_header(call, "Vary", HF_STR("Accept-Encoding"));
}

// A browser that is led to an answer of the API by its address shall show nothing that somebody wrote into it, and name a
// file after nothing that stands in the address.
static void name_answer(hf_call *call)
{
    const hf_reply *reply = call->reply;
    bool is_json =
        reply->media_type != NULL && (strcmp(reply->media_type, "application/json") == 0 ||
                                      strcmp(reply->media_type, "application/problem+json") == 0);
    for (size_t i = 0; i < reply->headers.count; i++)
        if (hf_str_equal_ascii_case(reply->headers.items[i].name, HF_STR("Content-Disposition")))
            return;
    if (is_json && is_api_path(call->request->path))
        hf_answer_header(call, "Content-Disposition", HF_STR("attachment; filename=\"api.json\""));
}

// The route's pattern, never the path itself: keys and search words are content.
static void log_answer(const hf_call *call, uint64_t took_ns, const hf_error *err)
{
    int64_t ms = (int64_t)(took_ns / 1000000u);
    const char *path = call->route != NULL ? call->route->path : "-";
    bool is_slow =
        ms >= SLOW_MS && !(call->route != NULL && (call->route->flags & HF_ROUTE_QUICK) != 0);
    // Who is signed in and tries what the account may not is named, also when it only reads.
    bool is_refused =
        (call->reply->status == 403 || names_unknown(call, err)) && call->who.actor.is_signed_in;
    hf_log_level level = call->reply->status >= 500 ? HF_LOG_ERROR
                         : is_slow || is_refused || call->request->method != HF_HTTP_GET
                             ? HF_LOG_INFO
                             : HF_LOG_DEBUG;
    hf_str name = is_refused ? call->who.actor.name : HF_STR_EMPTY;
    hf_log(level, "http.answer", "%s %s %d in %lld ms%s%s%s%.*s",
           hf_http_method_name(call->request->method), path, call->reply->status, (long long)ms,
           err->code != NULL ? " " : "", err->code != NULL ? err->code : "",
           is_refused ? " by " : "", HF_STR_ARG(name));
}

static void answer(void *context, uint32_t worker, const hf_request *request, hf_reply *reply)
{
    (void)worker;
    hf_api *api = context;
    hf_error err = {0};
    uint64_t began_ns = hf_clock_monotonic_ns();
    hf_call call = {
        .api = api,
        .request = request,
        .reply = reply,
        .arena = request->arena,
        .marking = -1,
        .session = {.store = api->store,
                    .pool = api->pool,
                    .plans = api->plans,
                    .now_ms = hf_clock_now_ms()},
    };
    bool is_done = answer_route(&call, &err);
    if (!is_done) {
        if (!call.who.actor.is_signed_in && hf_str_starts(hf_str_of(err.code), "seal."))
            err.kind = HF_ERR_INTERNAL; // who knocks learns nothing of the key and its place
        hf_fault_keep_inside(&err);
        set_problem(&call, &err);
    } else if (call.marking >= 0 && call.marking < HF_TLP_COUNT) {
        hf_answer_header(&call, "X-Marking", hf_str_of(hf_marking_words[call.marking]));
    }
    count_reading(&call, &err);
    name_answer(&call);
    pack_answer(&call);
    log_answer(&call, hf_clock_monotonic_ns() - began_ns, &err);
}

static uint64_t bytes_of(const hf_request *request)
{
    uint64_t bytes = 0;
    return hf_parse_u64(hf_request_header(request, "Content-Length"), &bytes) ? bytes : 0;
}

// A file that says it is too long is not read; one that does not say is looked at when it is there.
static bool check_length(const hf_request *request, hf_error *err)
{
    enum { FORM_BYTES = 65536 }; // around it
    return bytes_of(request) <= HF_ATTACHMENT_BYTES_MAX + FORM_BYTES ||
           hf_fail(err, HF_ERR_TOO_LARGE, "attachment.too_large",
                   "a file has at most %u MiB; split it, or save its pictures smaller",
                   HF_ATTACHMENT_BYTES_MAX >> 20);
}

// A request before its answer: no more than its route is known.
static hf_call call_before(hf_api *api, const hf_request *request, hf_reply *unused)
{
    bool path_known = false;
    hf_call call = {.api = api,
                    .request = request,
                    .reply = unused,
                    .arena = request->arena,
                    .session = {.store = api->store, .now_ms = hf_clock_now_ms()}};
    call.route = hf_router_find(&call, &path_known);
    return call;
}

static bool is_costly(void *context, const hf_request *request)
{
    hf_reply unused = {0};
    const hf_call call = call_before(context, request, &unused);
    return call.route != NULL && (call.route->flags & HF_ROUTE_COSTLY) != 0;
}

// Uploads are taken in only from somebody who is signed in; the use case asks for the right itself.
static hf_body_plan plan(void *context, const hf_request *request, hf_error *err)
{
    hf_reply unused = {0};
    hf_call call = call_before(context, request, &unused);
    if (call.route == NULL || (call.route->flags & HF_ROUTE_UPLOAD) == 0)
        return HF_BODY_MEMORY;
    bool is_file = (call.route->flags & HF_ROUTE_FILE) != 0;
    if (!find_who(&call, err) || (!call.who.actor.is_signed_in && !sign_in_first(err)) ||
        !check_held(&call, err) || !check_csrf(&call, err) ||
        !hf_can(&call.session.actor, is_file ? HF_CAN_EDIT : HF_CAN_IMPORT,
                is_file ? call.noun : NULL, NULL, err) ||
        (is_file && !check_length(request, err)) || !check_share(&call, bytes_of(request), err))
        return HF_BODY_REFUSED;
    return HF_BODY_UPLOAD;
}

static hf_session program_itself(const hf_api *api, int64_t now_ms)
{
    return (hf_session){
        .store = api->store,
        .actor = {.name = HF_STR("server"), .role = HF_ROLE_ADMINISTRATOR, .is_local = true},
        .now_ms = now_ms};
}

void hf_settle_readings(hf_api *api, int64_t now_ms)
{
    hf_error fault = {0};
    const hf_session session = program_itself(api, now_ms);
    api->settled_ms = now_ms;
    if (!hf_readings_settle(&session, api->readings, &fault) && fault.kind != HF_ERR_BUSY)
        hf_log(HF_LOG_ERROR, "readings.not_kept", "%s: %s", fault.code, fault.message);
}

enum { SETTLE_MS = 5000, TIDY_MS = 600000 };

// Where somebody else is writing it is tried again soon.
static void tidy(hf_api *api, int64_t now_ms)
{
    hf_error fault = {0};
    const hf_session session = program_itself(api, now_ms);
    bool is_done = hf_keep_tidy(&session, api->own_dir, &fault);
    bool is_put_off = !is_done && fault.kind == HF_ERR_BUSY;
    api->tidied_ms = is_put_off ? now_ms - TIDY_MS + SETTLE_MS : now_ms;
    if (!is_done && !is_put_off)
        hf_log(HF_LOG_ERROR, "keep.not_tidied", "%s: %s", fault.code, fault.message);
}

static void tick(void *context)
{
    hf_api *api = context;
    int64_t now_ms = hf_clock_now_ms();
    hf_events_tick(api);
    if (now_ms - api->settled_ms >= SETTLE_MS || now_ms < api->settled_ms)
        hf_settle_readings(api, now_ms);
    if (now_ms - api->tidied_ms >= TIDY_MS || now_ms < api->tidied_ms)
        tidy(api, now_ms);
}

hf_server_calls hf_api_calls(hf_api *api)
{
    return (hf_server_calls){.context = api,
                             .plan = plan,
                             .is_costly = is_costly,
                             .answer = answer,
                             .problem = hf_problem_write,
                             .tick = tick};
}
