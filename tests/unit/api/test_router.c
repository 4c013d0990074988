// SPDX-License-Identifier: Apache-2.0
//
// From method and path to a route, and the checks of query parameters by the route's own table.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/resource.h"

typedef struct {
    hf_arena arena;
    hf_request request;
    hf_reply reply;
    hf_call call;
    bool path_known;
    const hf_route *route;
} asked;

static asked ask(hf_http_method method, const char *path, const char *query)
{
    static asked it; // one at a time; the arena of the one before is emptied
    hf_arena_done(&it.arena);
    it = (asked){0};
    it.request = (hf_request){.arena = &it.arena, .method = method, .path = hf_str_of(path)};
    hf_error err = {0};
    assert_true(hf_query_parse(hf_str_of(query), &it.arena, &it.request.query, &err));
    it.call = (hf_call){.request = &it.request, .reply = &it.reply, .arena = &it.arena};
    it.route = hf_router_find(&it.call, &it.path_known);
    it.call.route = it.route;
    return it;
}

static void finds_a_record_of_any_noun(void **state)
{
    (void)state;
    asked it = ask(HF_HTTP_GET, "/api/v1/layer-members/K1", "");
    if (it.route == NULL) // the noun's plural is the table's business
        it = ask(HF_HTTP_GET, "/api/v1/layers/K1", "");
    assert_non_null(it.route);
    assert_string_equal(it.route->id, "get");
    assert_non_null(it.call.noun);
    assert_int_equal(it.call.params[0].len, 2);
}

static void keeps_an_escaped_slash_inside_a_key(void **state)
{
    (void)state;
    asked it = ask(HF_HTTP_GET, "/api/v1/dependencies/C%2Fin%2FS%2Fphysical/history", "");
    assert_non_null(it.route);
    assert_string_equal(it.route->id, "history");
    assert_int_equal(it.call.params[0].len, strlen("C/in/S/physical"));
    assert_memory_equal(it.call.params[0].ptr, "C/in/S/physical", it.call.params[0].len);
}

static void fixed_paths_win_over_nouns(void **state)
{
    (void)state;
    asked it = ask(HF_HTTP_GET, "/api/v1/jobs", "");
    assert_string_equal(it.route->id, "listJobs");
    it = ask(HF_HTTP_GET, "/api/v1/assets/A/graph", "");
    assert_string_equal(it.route->id, "graph");
}

static void tells_a_wrong_method_from_a_wrong_path(void **state)
{
    (void)state;
    asked it = ask(HF_HTTP_DELETE, "/api/v1/assets", "");
    assert_null(it.route);
    assert_true(it.path_known);
    hf_str allowed = hf_router_allowed(&it.call);
    assert_int_equal(allowed.len, strlen("GET, HEAD, POST, PATCH"));
    assert_memory_equal(allowed.ptr, "GET, HEAD, POST, PATCH", allowed.len);
    const char *nowhere[] = {"/api/v1/unicorns",   "/api/v1/events/3",     "/api/v1/assets/",
                             "/api/v1/assets/a/b", "/api/v2/assets",       "api/v1/assets",
                             "/api/v1/assets/%zz", "/1/2/3/4/5/6/7/8/9/10"};
    for (size_t i = 0; i < HF_COUNT(nowhere); i++) {
        it = ask(HF_HTTP_GET, nowhere[i], "");
        assert_null(it.route);
        assert_false(it.path_known);
    }
}

static bool checks(const char *path, const char *query)
{
    asked it = ask(HF_HTTP_GET, path, query);
    hf_error err = {0};
    assert_non_null(it.route);
    return hf_router_check(&it.call, &err);
}

static void checks_parameters_at_their_bounds(void **state)
{
    (void)state;
    assert_true(checks("/api/v1/assets", ""));
    assert_true(checks("/api/v1/assets", "limit=1"));
    assert_true(checks("/api/v1/assets", "limit=1000"));
    assert_false(checks("/api/v1/assets", "limit=0"));
    assert_false(checks("/api/v1/assets", "limit=1001"));
    assert_false(checks("/api/v1/assets", "limit=ten"));
    assert_false(checks("/api/v1/assets", "limit="));
    assert_false(checks("/api/v1/assets", "offset=-1"));
    assert_true(checks("/api/v1/assets", "count=0"));
    assert_false(checks("/api/v1/assets", "count=maybe"));
    assert_true(checks("/api/v1/assets/A/graph", "direction=up&hops=6"));
    assert_false(checks("/api/v1/assets/A/graph", "direction=sideways"));
    assert_false(checks("/api/v1/assets/A/graph", "hops=7"));
    assert_false(checks("/api/v1/search", ""));
    assert_true(checks("/api/v1/search", "q=dam"));
}

// What is open is a short list that somebody has to change on purpose.
static void nothing_is_open_but_what_must_be(void **state)
{
    (void)state;
    static const char *const open_paths[] = {"/api/v1/session",
                                             "/api/v1/session/passkey/begin",
                                             "/api/v1/session/passkey",
                                             "/api/v1/session/provider/begin",
                                             "/api/v1/session/provider",
                                             "/api/v1/setup",
                                             "/api/v1/openapi.json",
                                             "/healthz",
                                             "/readyz",
                                             "/metrics"};
    for (size_t i = 0; hf_resources[i] != NULL; i++)
        for (size_t j = 0; j < hf_resources[i]->route_count; j++) {
            const hf_route *route = &hf_resources[i]->routes[j];
            bool is_listed = false;
            for (size_t k = 0; k < HF_COUNT(open_paths); k++)
                is_listed |= strcmp(route->path, open_paths[k]) == 0;
            assert_int_equal((route->flags & HF_ROUTE_OPEN) != 0, is_listed);
            assert_true((route->flags & HF_ROUTE_NO_CSRF) == 0 || is_listed);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_a_record_of_any_noun),
        cmocka_unit_test(keeps_an_escaped_slash_inside_a_key),
        cmocka_unit_test(fixed_paths_win_over_nouns),
        cmocka_unit_test(tells_a_wrong_method_from_a_wrong_path),
        cmocka_unit_test(checks_parameters_at_their_bounds),
        cmocka_unit_test(nothing_is_open_but_what_must_be),
    };
    int failed = cmocka_run_group_tests_name("api/router", tests, NULL, NULL);
    (void)ask(HF_HTTP_GET, "/", "");
    return failed;
}
