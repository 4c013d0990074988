// SPDX-License-Identifier: Apache-2.0
//
// Members of JSON objects, strictly. See json_read.h.
#include "base/json_read.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool hf_json_wrong(const hf_json_place *at, const char *member, const char *code,
                   const char *format, ...)
{
    char text[400], pointer[sizeof(at->err->source)];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(text, sizeof(text), format, values);
    va_end(values);
    (void)snprintf(pointer, sizeof(pointer), "%s%s%s", at->pointer, member != NULL ? "/" : "",
                   member != NULL ? member : "");
    (void)hf_fail(at->err, HF_ERR_INPUT, code, "%s%s", at->prefix, text);
    return hf_fail_at(at->err, pointer, 0, NULL);
}

const hf_json *hf_json_member(const hf_json *object, const char *name)
{
    const hf_json *value = hf_json_get(object, name);
    return value != NULL && value->type != HF_JSON_NULL ? value : NULL;
}

bool hf_json_is_one_of(hf_str name, const char *const *names)
{
    while (*names != NULL && !hf_str_equal_z(name, *names))
        names++;
    return *names != NULL;
}

bool hf_json_read_only(const hf_json_place *at, const hf_json *object, const char *const *names)
{
    if (object->type != HF_JSON_OBJECT)
        return hf_json_wrong(at, NULL, at->codes->not_an_object, "must be an object in braces");
    for (const hf_json *member = object->child; member != NULL; member = member->next)
        if (!hf_json_is_one_of(member->name, names))
            return hf_json_wrong(at, NULL, at->codes->member, "has no member '%.*s'; %s",
                                 HF_STR_ARG(member->name), at->codes->guide);
    return true;
}

bool hf_json_read_number(const hf_json_place *at, const hf_json *object, const char *name,
                         double min, double max, bool *has, double *out)
{
    const hf_json *value = hf_json_member(object, name);
    if (has != NULL)
        *has = value != NULL;
    if (value == NULL)
        return has != NULL || hf_json_wrong(at, name, at->codes->number, "'%s' is missing", name);
    if (value->type != HF_JSON_INT && value->type != HF_JSON_DOUBLE)
        return hf_json_wrong(at, name, at->codes->type, "'%s' must be a number", name);
    if (!(value->number >= min && value->number <= max))
        return hf_json_wrong(at, name, at->codes->number,
                             "'%s' must lie between %g and %g, not %.*s", name, min, max,
                             HF_STR_ARG(value->text));
    *out = value->number;
    return true;
}

bool hf_json_read_whole(const hf_json_place *at, const hf_json *object, const char *name,
                        int64_t min, int64_t max, int64_t *out)
{
    const hf_json *value = hf_json_member(object, name);
    if (value == NULL)
        return true;
    if (value->type != HF_JSON_INT || value->integer < min || value->integer > max)
        return hf_json_wrong(
            at, name, value->type == HF_JSON_INT ? at->codes->number : at->codes->type,
            "'%s' must be a whole number from %" PRId64 " to %" PRId64, name, min, max);
    *out = value->integer;
    return true;
}

bool hf_json_read_flag(const hf_json_place *at, const hf_json *object, const char *name, bool *out)
{
    const hf_json *value = hf_json_member(object, name);
    if (value == NULL)
        return true;
    if (value->type != HF_JSON_BOOL)
        return hf_json_wrong(at, name, at->codes->type, "'%s' must be true or false", name);
    *out = value->boolean;
    return true;
}

bool hf_json_read_choice(const hf_json_place *at, const hf_json *object, const char *name,
                         const char *const *words, int32_t *out)
{
    const hf_json *value = hf_json_member(object, name);
    char list[200] = "";
    if (value == NULL)
        return true;
    for (int32_t i = 0; words[i] != NULL; i++) {
        if (value->type == HF_JSON_TEXT && hf_str_equal_z(value->text, words[i])) {
            *out = i;
            return true;
        }
        size_t used = strlen(list);
        (void)snprintf(list + used, sizeof(list) - used, "%s%s", i == 0 ? "" : ", ", words[i]);
    }
    return hf_json_wrong(at, name, at->codes->type, "'%s' must be one of: %s", name, list);
}

bool hf_json_read_text(const hf_json_place *at, const hf_json *object, const char *name,
                       hf_arena *arena, bool *has, hf_str *out)
{
    const hf_json *value = hf_json_member(object, name);
    *has = value != NULL;
    if (!*has)
        return true;
    if (value->type != HF_JSON_TEXT || value->text.len == 0)
        return hf_json_wrong(at, name, at->codes->type, "'%s' must be a text", name);
    *out = hf_str_copy(arena, value->text);
    return true;
}

bool hf_json_read_texts(const hf_json_place *at, const hf_json *object, const char *name,
                        bool must_be_list, hf_arena *arena, hf_texts *out)
{
    const hf_json *value = hf_json_member(object, name);
    if (value == NULL)
        return true;
    bool is_list = value->type == HF_JSON_ARRAY;
    if (!is_list && (must_be_list || value->type != HF_JSON_TEXT))
        return hf_json_wrong(at, name, at->codes->type,
                             must_be_list ? "'%s' must be a list of keys"
                                          : "'%s' must be a text or a list of texts",
                             name);
    size_t count = 0;
    hf_str *items = HF_NEW_N(arena, hf_str, is_list ? value->child_count : 1);
    for (const hf_json *item = is_list ? value->child : value; item != NULL;
         item = is_list ? item->next : NULL) {
        if (item->type != HF_JSON_TEXT || item->text.len == 0)
            return hf_json_wrong(at, name, at->codes->type, "'%s' holds something else than texts",
                                 name);
        items[count++] = hf_str_copy(arena, item->text);
    }
    if (count == 0 && at->codes->empty != NULL)
        return hf_json_wrong(at, name, at->codes->empty, "'%s' is empty", name);
    *out = (hf_texts){items, count};
    return true;
}

bool hf_json_read_list(const hf_json_place *at, hf_str json, size_t max, hf_arena *arena,
                       hf_json **out)
{
    *out = NULL;
    if (json.len == 0)
        return true;
    if (!hf_json_parse(json, arena, out, at->err))
        return hf_fail_at(at->err, at->pointer, 0, NULL);
    if ((*out)->type != HF_JSON_ARRAY)
        return hf_json_wrong(at, NULL, at->codes->not_a_list, "'%s' must be a list in brackets",
                             at->pointer + 1);
    return (*out)->child_count <= max ||
           hf_json_wrong(at, NULL, at->codes->too_long, "'%s' may have at most %zu entries",
                         at->pointer + 1, max);
}
