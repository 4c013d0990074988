// SPDX-License-Identifier: Apache-2.0
//
// The API's description is valid JSON, names each schema that it points to, and holds every route.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/resource.h"

typedef struct {
    hf_arena arena;
    hf_buf text;
    hf_json *document;
} description;

static int open_description(void **state)
{
    description *it = test_calloc(1, sizeof *it);
    hf_error err = {0};
    it->text = hf_buf_of(8u << 20);
    hf_openapi_write(&it->text);
    assert_false(it->text.overflow);
    bool is_valid = hf_json_parse(hf_buf_str(&it->text), &it->arena, &it->document, &err);
    if (!is_valid)
        print_error("%s\n", err.message);
    assert_true(is_valid);
    *state = it;
    return 0;
}

static int close_description(void **state)
{
    description *it = *state;
    hf_buf_done(&it->text);
    hf_arena_done(&it->arena);
    test_free(it);
    return 0;
}

static void check_reference(hf_str text, const hf_json *components)
{
    static const char prefix[] = "#/components/";
    char name[100] = {0};
    assert_true(hf_str_starts(text, prefix));
    hf_str rest = hf_str_slice(text, strlen(prefix), text.len);
    assert_true(rest.len < sizeof name);
    memcpy(name, rest.ptr, rest.len);
    char *slash = strchr(name, '/');
    assert_non_null(slash);
    *slash = '\0';
    const hf_json *part = hf_json_get(components, name);
    assert_non_null(part);
    if (hf_json_get(part, slash + 1) == NULL)
        print_error("no %s %s\n", name, slash + 1);
    assert_non_null(hf_json_get(part, slash + 1));
}

static void check_references(const hf_json *at, const hf_json *components)
{
    for (const hf_json *child = at->child; child != NULL; child = child->next) {
        if (hf_str_equal_z(child->name, "$ref"))
            check_reference(child->text, components);
        check_references(child, components);
    }
}

static void every_reference_has_its_schema(void **state)
{
    const description *it = *state;
    const hf_json *components = hf_json_get(it->document, "components");
    assert_non_null(components);
    check_references(it->document, components);
}

static void every_route_is_described(void **state)
{
    const description *it = *state;
    static const char *const members[] = {"get", "post", "put", "patch", "delete"};
    const hf_json *paths = hf_json_get(it->document, "paths");
    for (size_t i = 0; hf_resources[i] != NULL; i++)
        for (size_t j = 0; j < hf_resources[i]->route_count; j++) {
            const hf_route *route = &hf_resources[i]->routes[j];
            hf_arena scratch = {0};
            const char *slot = strstr(route->path, "{plural}");
            hf_str path = slot == NULL
                              ? hf_str_of(route->path)
                              : hf_str_format(&scratch, "%.*sassets%s", (int)(slot - route->path),
                                              route->path, slot + strlen("{plural}"));
            const hf_json *found = hf_json_get(paths, hf_str_z(&scratch, path));
            assert_non_null(found);
            assert_non_null(hf_json_get(found, members[route->method]));
            hf_arena_done(&scratch);
        }
}

static void secrets_and_the_log_are_not_in_it(void **state)
{
    const description *it = *state;
    hf_str text = hf_buf_str(&it->text);
    assert_int_equal(hf_str_find(text, HF_STR("password_hash")), text.len);
    assert_null(hf_json_get(hf_json_get(it->document, "paths"), "/api/v1/events/{key}"));
}

int main(void)
{
#define READ(test) cmocka_unit_test_setup_teardown(test, open_description, close_description)
    const struct CMUnitTest tests[] = {
        READ(every_reference_has_its_schema),
        READ(every_route_is_described),
        READ(secrets_and_the_log_are_not_in_it),
    };
    return cmocka_run_group_tests_name("api/openapi", tests, NULL, NULL);
}
