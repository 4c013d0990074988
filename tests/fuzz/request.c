// SPDX-License-Identifier: Apache-2.0
//
// Whole requests against a small store: paths, query strings, cursors, filters, tile names, records, merge patches,
// questions. The first line is "METHOD PATH?QUERY", the rest the body. Whatever comes, the answer is sound JSON or
// another whole document, and never our fault (500).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/resource.h"
#include "base/file.h"
#include "fuzz.h"

static hf_api api; // made once for all inputs
static char folder[] = "/tmp/hf-fuzz-XXXXXX";

// What is kept between requests dies with each input: one input alone must show what it does.
static void open_caches(void)
{
    api.plans = hf_plans_open();
    api.tiles = hf_tiles_open();
    api.places = hf_place_book_open();
    api.overviews = hf_overviews_open();
    api.attempts = hf_attempts_open();
    api.refusals = hf_attempts_open();
    api.readings = hf_readings_open();
    api.providers = hf_provider_cache_open();
}

static void close_caches(void)
{
    hf_provider_cache_close(&api.providers);
    hf_readings_close(&api.readings);
    hf_attempts_close(&api.refusals);
    hf_attempts_close(&api.attempts);
    hf_overviews_close(&api.overviews);
    hf_place_book_close(&api.places);
    hf_tiles_close(&api.tiles);
    hf_plans_close(&api.plans);
}

static void remove_store(void)
{
    hf_store_close(&api.store);
    static const char *const names[] = {"t.db", "t.db-wal", "t.db-shm"};
    hf_arena arena = {0};
    for (size_t i = 0; i < HF_COUNT(names); i++)
        (void)unlink(hf_path_join(&arena, folder, names[i]));
    (void)rmdir(folder);
    hf_arena_done(&arena);
}

static hf_session session_of(void)
{
    return (hf_session){.store = api.store,
                        .actor = {.name = HF_STR("fuzz"),
                                  .role = HF_ROLE_ADMINISTRATOR,
                                  .clearance = HF_TLP_RED,
                                  .is_signed_in = true},
                        .plans = api.plans,
                        .now_ms = 1700000000000};
}

static void add(hf_session *session, const char *noun, const char *json)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_json *tree = NULL;
    hf_patch patch = {0};
    void *record = NULL;
    hf_error err = {0};
    HF_ASSERT(hf_json_parse(hf_str_of(json), &arena, &tree, &err) &&
              hf_patch_from_json(hf_noun_find(hf_str_of(noun)), tree, &arena, &patch, &err) &&
              hf_add_record(session, &patch, &arena, &record, &err));
}

static void open_api(void)
{
    hf_error err = {0};
    HF_ASSERT(mkdtemp(folder) != NULL);
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_store_options options = {.url = hf_path_join(&arena, folder, "t.db"), .create = true};
    HF_ASSERT(hf_store_open(&options, &api.store, &err));
    (void)atexit(remove_store);
    hf_session session = session_of();
    add(&session, "asset",
        "{\"key\":\"A1\",\"name\":\"Dam\",\"kind\":\"dam\",\"lon\":9,\"lat\":45}");
    add(&session, "asset",
        "{\"key\":\"A2\",\"name\":\"\xe6\xb0\xb4\",\"people_served\":7,\"x\":1}");
    add(&session, "dependency", "{\"supplier\":\"A1\",\"consumer\":\"A2\",\"input\":\"water\"}");
    add(&session, "region", "{\"key\":\"R1\",\"name\":\"North\"}");
}

// Accounts cost a password hash each, jobs outlive the input, streams need a server, exports make files.
static bool is_left_out(const hf_call *call)
{
    static const char *const parts[] = {"/users",   "/session",   "/setup",  "/imports",
                                        "/demo",    "/jobs",      "/events", "/exports",
                                        "/reports", "/inferences"};
    for (size_t i = 0; i < HF_COUNT(parts); i++)
        if (strstr(call->route->path, parts[i]) != NULL)
            return true;
    return call->noun != NULL && strcmp(call->noun->name, "user") == 0;
}

static hf_http_method method_of(hf_str word)
{
    for (hf_http_method method = HF_HTTP_GET; method < HF_HTTP_OTHER; method++)
        if (hf_str_equal_z(word, hf_http_method_name(method)))
            return method;
    return HF_HTTP_OTHER;
}

static void check_answer(const hf_call *call)
{
    const hf_reply *reply = call->reply;
    hf_error err = {0};
    bool is_json = reply->media_type != NULL && strstr(reply->media_type, "json") != NULL;
    HF_ASSERT(reply->status >= 200 && reply->status < 500);
    if (is_json && reply->buffer.len > 0)
        HF_ASSERT(hf_json_check(hf_buf_str(&reply->buffer), &err));
}

static void ask(hf_request *request, hf_arena *arena)
{
    hf_reply reply = {.status = 200};
    hf_error err = {0};
    bool is_known = false;
    hf_call call = {.api = &api,
                    .request = request,
                    .reply = &reply,
                    .arena = arena,
                    .marking = -1,
                    .session = session_of()};
    call.route = hf_router_find(&call, &is_known);
    if (call.route == NULL || is_left_out(&call))
        return;
    reply.status = call.route->status;
    if (!hf_router_check(&call, &err) || !call.route->answer(&call, &err)) {
        hf_buf_done(&reply.buffer);
        reply.buffer = hf_buf_of(1u << 16);
        reply.status = hf_http_status_of(&err);
        reply.media_type = "application/problem+json";
        hf_problem_write(&err, &reply.buffer);
    }
    check_answer(&call);
    hf_buf_done(&reply.buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_str rest = {(const char *)data, size};
    hf_str line = HF_STR_EMPTY, method = HF_STR_EMPTY;
    hf_error err = {0};
    if (api.store == NULL)
        open_api();
    if (size == 0 || size > 1u << 20)
        return 0;
    (void)hf_str_split(&rest, '\n', &line);
    (void)hf_str_split(&line, ' ', &method);
    size_t mark = hf_str_find_byte(line, '?', 0);
    hf_request request = {.arena = &arena,
                          .method = method_of(method),
                          .path = hf_str_slice(line, 0, mark),
                          .body = rest};
    const char *type = request.method == HF_HTTP_PATCH              ? "application/merge-patch+json"
                       : hf_str_find_byte(rest, '\n', 0) < rest.len ? "application/x-ndjson"
                                                                    : "application/json";
    hf_http_pair headers[] = {{HF_STR("Content-Type"), hf_str_of(type)},
                              {HF_STR("If-Match"), HF_STR("*")}};
    request.headers.items = headers;
    request.headers.count = HF_COUNT(headers);
    open_caches();
    if (hf_query_parse(hf_str_slice(line, mark + 1, line.len), &arena, &request.query, &err))
        ask(&request, &arena);
    close_caches();
    return 0;
}
