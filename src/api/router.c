// SPDX-License-Identifier: Apache-2.0
//
// From method and path to a route. Paths are split at '/' before they are decoded, so that a key may hold an
// escaped slash. Fixed words win over `{plural}`, and that over `{key}`, by the order of the resources.
#include <string.h>

#include "api/resource.h"

#define SEGMENT_COUNT_MAX 8u

typedef struct {
    hf_str raw[SEGMENT_COUNT_MAX];
    size_t count;
} segments;

static bool split(hf_str path, segments *out)
{
    out->count = 0;
    if (path.len == 0 || path.ptr[0] != '/')
        return false;
    size_t from = 1;
    while (from <= path.len) {
        size_t to = hf_str_find_byte(path, '/', from);
        if (out->count == SEGMENT_COUNT_MAX)
            return false;
        out->raw[out->count++] = hf_str_slice(path, from, to);
        from = to + 1;
    }
    return true;
}

static bool is_slot(hf_str segment)
{
    return segment.len > 2 && segment.ptr[0] == '{';
}

static const hf_noun *noun_of_plural(hf_str plural)
{
    for (size_t i = 0; hf_nouns[i] != NULL; i++)
        if (hf_str_equal_z(plural, hf_nouns[i]->plural))
            return hf_nouns[i];
    return NULL;
}

// Events are the log, and jobs have routes of their own.
bool hf_router_has_routes(const hf_noun *noun)
{
    // Those are written by what the program does, and have resources of their own.
    static const char *const others[] = {"event", "job", "release", "receipt"};
    for (size_t i = 0; noun != NULL && i < HF_COUNT(others); i++)
        if (strcmp(noun->name, others[i]) == 0)
            return false;
    return noun != NULL;
}

static bool fits(const char *pattern, const segments *path, hf_call *call)
{
    hf_str rest = hf_str_of(pattern + 1);
    hf_str part;
    size_t index = 0;
    size_t param = 0;
    const hf_noun *noun = NULL;
    hf_str found[HF_PATH_PARAMS_MAX] = {0};
    while (hf_str_split(&rest, '/', &part)) {
        if (index == path->count)
            return false;
        hf_str raw = path->raw[index++];
        if (hf_str_equal_z(part, "{plural}")) {
            noun = noun_of_plural(raw);
            if (!hf_router_has_routes(noun))
                return false;
        } else if (is_slot(part)) {
            if (raw.len == 0 || param == HF_PATH_PARAMS_MAX ||
                !hf_url_decode(raw, false, call->arena, &found[param++]))
                return false;
        } else if (!hf_str_equal(part, raw)) {
            return false;
        }
    }
    if (index != path->count)
        return false;
    call->noun = noun;
    memcpy(call->params, found, sizeof found);
    return true;
}

const hf_route *hf_router_find(hf_call *call, bool *path_known)
{
    segments path;
    *path_known = false;
    if (!split(call->request->path, &path))
        return NULL;
    for (size_t i = 0; hf_resources[i] != NULL; i++)
        for (size_t j = 0; j < hf_resources[i]->route_count; j++) {
            const hf_route *route = &hf_resources[i]->routes[j];
            bool is_method = route->method == call->request->method;
            if ((is_method || !*path_known) && fits(route->path, &path, call)) {
                *path_known = true;
                if (is_method)
                    return route;
            }
        }
    return NULL;
}

hf_str hf_router_allowed(hf_call *call)
{
    segments path;
    bool has[HF_HTTP_OTHER] = {false};
    hf_str list = HF_STR_EMPTY;
    if (!split(call->request->path, &path))
        return list;
    for (size_t i = 0; hf_resources[i] != NULL; i++)
        for (size_t j = 0; j < hf_resources[i]->route_count; j++) {
            const hf_route *route = &hf_resources[i]->routes[j];
            if (fits(route->path, &path, call))
                has[route->method] = true;
        }
    for (hf_http_method m = HF_HTTP_GET; m < HF_HTTP_OTHER; m++)
        if (has[m])
            list =
                hf_str_format(call->arena, "%.*s%s%s", HF_STR_ARG(list), list.len > 0 ? ", " : "",
                              m == HF_HTTP_GET ? "GET, HEAD" : hf_http_method_name(m));
    return list;
}

static bool bad_value(const hf_param *param, const char *wanted, hf_error *err)
{
    return hf_fail(err, HF_ERR_USAGE, "query.value", "the parameter '%s' must be %s", param->name,
                   wanted);
}

static bool check_number(const hf_param *param, hf_str value, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    int64_t whole = 0;
    double number = 0;
    bool is_good = param->type == HF_PARAM_INTEGER ? hf_parse_i64(value, &whole)
                                                   : hf_parse_double(value, &number);
    if (param->type == HF_PARAM_INTEGER)
        number = (double)whole;
    if (is_good && param->min < param->max)
        is_good = number >= param->min && number <= param->max;
    if (is_good)
        return true;
    const char *kind = param->type == HF_PARAM_INTEGER ? "a whole number" : "a number";
    hf_str wanted = param->min < param->max ? hf_str_format(&scratch, "%s from %.15g to %.15g",
                                                            kind, param->min, param->max)
                                            : hf_str_of(kind);
    return bad_value(param, hf_str_z(&scratch, wanted), err);
}

static bool check_word(const hf_param *param, hf_str value, hf_error *err)
{
    for (size_t i = 0; param->words[i] != NULL; i++)
        if (hf_str_equal_z(value, param->words[i]))
            return true;
    return bad_value(param, "one of its words (see openapi.json)", err);
}

static bool check_param(const hf_param *param, hf_str value, hf_error *err)
{
    switch (param->type) {
    case HF_PARAM_TEXT:
        return true;
    case HF_PARAM_INTEGER:
    case HF_PARAM_NUMBER:
        return check_number(param, value, err);
    case HF_PARAM_BOOL:
        return hf_str_equal_z(value, "0") || hf_str_equal_z(value, "1") ||
               hf_str_equal_z(value, "true") || hf_str_equal_z(value, "false") ||
               bad_value(param, "0, 1, true or false", err);
    case HF_PARAM_WORD:
        return check_word(param, value, err);
    }
    return false;
}

bool hf_router_check(const hf_call *call, hf_error *err)
{
    for (const hf_param *param = call->route->params; param != NULL && param->name != NULL;
         param++) {
        bool is_given = hf_request_has_query(call->request, param->name);
        hf_str value = hf_request_query(call->request, param->name);
        if (param->is_required && value.len == 0)
            return hf_fail(err, HF_ERR_USAGE, "query.required", "the parameter '%s' is missing",
                           param->name);
        if (is_given && !check_param(param, value, err))
            return false;
    }
    return true;
}
