// SPDX-License-Identifier: Apache-2.0
//
// The OpenAPI 3.1 document, written from the tables that also route, check and answer: what it says is what the
// program does. A path with `{plural}` is written once for each noun.
#include <string.h>

#include "api/openapi.h"
#include "base/limits.h"

void hf_openapi_text(hf_json_writer *w, const char *name, const char *text)
{
    hf_json_name(w, name);
    hf_json_add_z(w, text);
}

// "asset" → "Asset"; "layer-member" → "LayerMember".
static hf_str schema_name(const hf_noun *noun, hf_arena *arena)
{
    char *text = hf_arena_take(arena, strlen(noun->name) + 1);
    size_t count = 0;
    bool is_first = true;
    for (const char *byte = noun->name; *byte != '\0'; byte++) {
        bool is_letter = *byte >= 'a' && *byte <= 'z';
        if (is_letter)
            text[count++] = is_first ? (char)(*byte - 32) : *byte;
        is_first = !is_letter;
    }
    return (hf_str){text, count};
}

void hf_openapi_schema(const char *pattern, const hf_noun *noun, hf_json_writer *w, hf_arena *arena)
{
    bool is_noun = strncmp(pattern, "{noun}", 6) == 0;
    hf_str name = is_noun ? schema_name(noun, arena) : HF_STR_EMPTY;
    hf_json_begin_object(w);
    hf_json_name(w, "$ref");
    hf_json_add_str(w, hf_str_format(arena, "#/components/schemas/%.*s%s", HF_STR_ARG(name),
                                     is_noun ? pattern + 6 : pattern));
    hf_json_end_object(w);
}

// --- nouns ---------------------------------------------------------------------------------------------

static bool can_be_null(const hf_field *field)
{
    return (field->flags & HF_FIELD_REQUIRED) == 0;
}

static void write_types(const hf_field *field, const char *type, hf_json_writer *w)
{
    bool can_be_number = (field->flags & HF_FIELD_AMOUNT) != 0;
    hf_json_name(w, "type");
    if (!can_be_null(field) && !can_be_number) {
        hf_json_add_z(w, type);
        return;
    }
    hf_json_begin_array(w);
    hf_json_add_z(w, type);
    if (can_be_number)
        hf_json_add_z(w, "number");
    if (can_be_null(field))
        hf_json_add_z(w, "null");
    hf_json_end_array(w);
}

static void write_words(const hf_field *field, bool is_null_too, hf_json_writer *w)
{
    hf_json_name(w, "enum");
    hf_json_begin_array(w);
    for (size_t i = 0; field->words[i] != NULL; i++)
        hf_json_add_z(w, field->words[i]);
    if (is_null_too)
        hf_json_add_null(w);
    hf_json_end_array(w);
}

static void write_number(const hf_field *field, hf_json_writer *w)
{
    if (field->min < field->max) {
        hf_json_name(w, "minimum");
        hf_json_add_double(w, field->min);
        hf_json_name(w, "maximum");
        hf_json_add_double(w, field->max);
    }
    if (field->unit != NULL)
        hf_openapi_text(w, "x-unit", field->unit);
}

// A list comes in as its words in one text, too, as in a table; it goes out as a list.
static void write_field(const hf_field *field, bool is_patch, hf_json_writer *w)
{
    hf_json_begin_object(w);
    switch (field->type) {
    case HF_KEY:
    case HF_TEXT:
    case HF_REF:
    case HF_LINK:
        write_types(field, "string", w);
        hf_json_name(w, "maxLength"); // of bytes; letters are never more
        hf_json_add_u64(w, hf_field_max_bytes(field));
        if (field->refers != NULL)
            hf_openapi_text(w, "x-refers", field->refers);
        break;
    case HF_WORD:
        write_words(field, can_be_null(field), w);
        break;
    case HF_INTEGER:
        write_types(field, "integer", w);
        write_number(field, w);
        break;
    case HF_NUMBER:
        write_types(field, "number", w);
        write_number(field, w);
        break;
    case HF_BOOL:
        write_types(field, "boolean", w);
        break;
    case HF_TIME:
        write_types(field, "string", w);
        hf_openapi_text(w, "format", "date-time");
        break;
    case HF_LIST:
        hf_json_name(w, "type");
        hf_json_add_raw(w, is_patch ? HF_STR("[\"array\",\"string\",\"null\"]")
                                    : HF_STR("[\"array\",\"null\"]"));
        hf_json_name(w, "items");
        hf_json_begin_object(w);
        hf_openapi_text(w, "type", "string");
        if (field->words != NULL)
            write_words(field, false, w);
        hf_json_end_object(w);
        break;
    case HF_JSON:
        break; // anything
    }
    if ((field->flags & HF_FIELD_READ_ONLY) != 0) {
        hf_json_name(w, "readOnly");
        hf_json_add_bool(w, true);
    }
    hf_json_end_object(w);
}

static void write_noun_schema(const hf_noun *noun, bool is_patch, hf_json_writer *w,
                              hf_arena *arena)
{
    hf_json_name_str(w, hf_str_format(arena, "%.*s%s", HF_STR_ARG(schema_name(noun, arena)),
                                      is_patch ? "Patch" : ""));
    hf_json_begin_object(w);
    hf_openapi_text(w, "type", "object");
    hf_json_name(w, "properties");
    hf_json_begin_object(w);
    for (size_t i = 0; i < noun->field_count; i++) {
        const hf_field *field = &noun->fields[i];
        bool is_hidden = (field->flags & HF_FIELD_SECRET) != 0 ||
                         (is_patch && (field->flags & HF_FIELD_READ_ONLY) != 0);
        if (is_hidden)
            continue;
        hf_json_name(w, field->name);
        write_field(field, is_patch, w);
    }
    hf_json_name(w, "attributes");
    hf_json_add_raw(w, HF_STR("{\"type\":[\"object\",\"null\"]}"));
    if (is_patch && noun == &hf_noun_user) {
        hf_json_name(w, "password");
        hf_json_add_raw(w, HF_STR("{\"type\":\"string\",\"minLength\":12,\"writeOnly\":true}"));
    }
    if (!is_patch) {
        hf_json_name(w, "id");
        hf_json_add_raw(w, HF_STR("{\"type\":\"string\"}"));
        hf_json_name(w, "version");
        hf_json_add_raw(w, HF_STR("{\"type\":\"integer\"}"));
        hf_json_name(w, "can");
        hf_json_add_raw(w, HF_STR("{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"));
    }
    hf_json_end_object(w);
    if (!is_patch) {
        hf_json_name(w, "required");
        hf_json_add_raw(w, HF_STR("[\"key\",\"version\"]"));
    }
    hf_json_end_object(w);
}

static void write_page_schema(const hf_noun *noun, hf_json_writer *w, hf_arena *arena)
{
    hf_str name = schema_name(noun, arena);
    hf_json_name_str(w, hf_str_format(arena, "%.*sPage", HF_STR_ARG(name)));
    // With `fields` an item has only those, so items are open.
    hf_json_add_raw(w, HF_STR("{\"type\":\"object\",\"required\":[\"items\",\"next\",\"count\"],"
                              "\"properties\":{\"items\":{\"type\":\"array\",\"items\":{"
                              "\"type\":\"object\",\"required\":[\"key\"]}},"
                              "\"next\":{\"type\":[\"string\",\"null\"]},"
                              "\"count\":{\"$ref\":\"#/components/schemas/Count\"}}}"));
}

// --- operations ----------------------------------------------------------------------------------------

static void write_param_schema(const hf_param *param, hf_json_writer *w)
{
    static const char *const types[] = {"string", "integer", "number", "boolean", "string"};
    hf_json_name(w, "schema");
    hf_json_begin_object(w);
    if (param->type == HF_PARAM_BOOL)
        hf_json_name(w, "enum"), hf_json_add_raw(w, HF_STR("[\"0\",\"1\",\"true\",\"false\"]"));
    else
        hf_openapi_text(w, "type", types[param->type]);
    if (param->min < param->max) {
        hf_json_name(w, "minimum");
        hf_json_add_double(w, param->min);
        hf_json_name(w, "maximum");
        hf_json_add_double(w, param->max);
    }
    if (param->words != NULL) {
        hf_json_name(w, "enum");
        hf_json_begin_array(w);
        for (size_t i = 0; param->words[i] != NULL; i++)
            hf_json_add_z(w, param->words[i]);
        hf_json_end_array(w);
    }
    if (param->is_required) {
        hf_json_name(w, "minLength");
        hf_json_add_u64(w, 1);
    }
    hf_json_end_object(w);
}

static void write_param(const char *name, const char *place, bool is_required, const char *about,
                        hf_json_writer *w)
{
    hf_json_begin_object(w);
    hf_openapi_text(w, "name", name);
    hf_openapi_text(w, "in", place);
    hf_json_name(w, "required");
    hf_json_add_bool(w, is_required);
    if (about != NULL)
        hf_openapi_text(w, "description", about);
}

static void write_text_param(const char *name, const char *place, bool is_required,
                             const char *about, hf_json_writer *w)
{
    write_param(name, place, is_required, about, w);
    hf_json_name(w, "schema");
    hf_json_add_raw(w, HF_STR("{\"type\":\"string\"}"));
    hf_json_end_object(w);
}

static void write_path_params(const hf_route *route, hf_json_writer *w, hf_arena *arena)
{
    hf_str rest = hf_str_of(route->path + 1);
    hf_str part;
    while (hf_str_split(&rest, '/', &part)) {
        if (part.len < 3 || part.ptr[0] != '{' || hf_str_equal_z(part, "{plural}"))
            continue;
        hf_str name = hf_str_slice(part, 1, part.len - 1);
        write_text_param(hf_str_z(arena, name), "path", true, NULL, w);
    }
}

static void write_filter_params(const hf_noun *noun, hf_json_writer *w)
{
    for (size_t i = 0; i < noun->field_count; i++)
        if ((noun->fields[i].flags & HF_FIELD_FILTER) != 0 || noun->fields[i].type == HF_KEY)
            write_text_param(noun->fields[i].name, "query", false,
                             "only records with this value; empty = without one, * = with any", w);
}

static void write_params(const hf_route *route, const hf_noun *noun, hf_json_writer *w,
                         hf_arena *arena)
{
    hf_json_name(w, "parameters");
    hf_json_begin_array(w);
    write_path_params(route, w, arena);
    for (const hf_param *param = route->params; param != NULL && param->name != NULL; param++) {
        write_param(param->name, "query", param->is_required, param->about, w);
        write_param_schema(param, w);
        hf_json_end_object(w);
    }
    if ((route->flags & HF_ROUTE_LIST) != 0)
        write_filter_params(noun, w);
    if (route->method == HF_HTTP_PATCH || route->method == HF_HTTP_DELETE)
        if (strstr(route->path, "{plural}/{key}") != NULL)
            write_text_param("If-Match", "header", false,
                             "the ETag of the version seen; a PATCH without it is refused with 428",
                             w);
    if (hf_openapi_has_status(route, "304"))
        write_text_param("If-None-Match", "header", false, "an ETag: 304 when it is still so", w);
    hf_json_end_array(w);
}

static void write_body(const hf_route *route, const hf_noun *noun, hf_json_writer *w,
                       hf_arena *arena)
{
    if (route->takes == NULL && (route->flags & HF_ROUTE_UPLOAD) == 0)
        return;
    hf_json_name(w, "requestBody");
    hf_json_begin_object(w);
    hf_json_name(w, "required");
    hf_json_add_bool(w, true);
    hf_json_name(w, "content");
    hf_json_begin_object(w);
    if ((route->flags & HF_ROUTE_UPLOAD) != 0) {
        hf_json_name(w, "multipart/form-data");
        hf_json_add_raw(w, HF_STR("{\"schema\":{\"type\":\"object\",\"properties\":{\"file\":{"
                                  "\"type\":\"string\",\"format\":\"binary\"}}}}"));
        hf_json_name(w, "application/octet-stream");
        hf_json_add_raw(w, HF_STR("{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}"));
    } else {
        hf_json_name(w, route->method == HF_HTTP_PATCH ? "application/merge-patch+json"
                                                       : "application/json");
        hf_json_begin_object(w);
        hf_json_name(w, "schema");
        hf_openapi_schema(route->takes, noun, w, arena);
        hf_json_end_object(w);
    }
    if ((route->flags & HF_ROUTE_LINES) != 0) {
        hf_json_name(w, "application/x-ndjson");
        hf_json_add_raw(w, HF_STR("{\"schema\":{\"type\":\"string\"}}"));
    }
    hf_json_end_object(w);
    hf_json_end_object(w);
}

static void write_operation(const hf_route *route, const hf_noun *noun, hf_json_writer *w,
                            hf_arena *arena)
{
    static const char *const members[] = {"get", "post", "put", "patch", "delete"};
    hf_json_name(w, members[route->method]);
    hf_json_begin_object(w);
    hf_json_name(w, "operationId");
    hf_json_add_str(w, noun != NULL ? hf_str_format(arena, "%s%.*s", route->id,
                                                    HF_STR_ARG(schema_name(noun, arena)))
                                    : hf_str_of(route->id));
    hf_openapi_text(w, "summary", route->about);
    write_params(route, noun, w, arena);
    write_body(route, noun, w, arena);
    hf_openapi_answers(route, noun, w, arena);
    if ((route->flags & HF_ROUTE_OPEN) != 0) {
        hf_json_name(w, "security");
        hf_json_add_raw(w, HF_STR("[]"));
    }
    hf_json_end_object(w);
}

// --- paths ---------------------------------------------------------------------------------------------

static hf_str path_of(const hf_route *route, const hf_noun *noun, hf_arena *arena)
{
    const char *slot = strstr(route->path, "{plural}");
    if (slot == NULL)
        return hf_str_of(route->path);
    return hf_str_format(arena, "%.*s%s%s", (int)(slot - route->path), route->path, noun->plural,
                         slot + strlen("{plural}"));
}

static bool is_before(size_t i, size_t j, const char *path)
{
    for (size_t a = 0; a <= i; a++)
        for (size_t b = 0; b < (a == i ? j : hf_resources[a]->route_count); b++)
            if (strcmp(hf_resources[a]->routes[b].path, path) == 0)
                return true;
    return false;
}

// All operations of one path, wherever they stand.
static void write_path(const char *path, const hf_noun *noun, hf_json_writer *w, hf_arena *arena)
{
    bool is_begun = false;
    for (size_t i = 0; hf_resources[i] != NULL; i++)
        for (size_t j = 0; j < hf_resources[i]->route_count; j++) {
            const hf_route *route = &hf_resources[i]->routes[j];
            if (strcmp(route->path, path) != 0)
                continue;
            if (!is_begun) {
                hf_json_name_str(w, path_of(route, noun, arena));
                hf_json_begin_object(w);
                is_begun = true;
            }
            write_operation(route, noun, w, arena);
        }
    if (is_begun)
        hf_json_end_object(w);
}

static void write_paths(hf_json_writer *w, hf_arena *arena)
{
    hf_json_name(w, "paths");
    hf_json_begin_object(w);
    for (size_t i = 0; hf_resources[i] != NULL; i++)
        for (size_t j = 0; j < hf_resources[i]->route_count; j++) {
            const char *path = hf_resources[i]->routes[j].path;
            if (is_before(i, j, path))
                continue;
            if (strstr(path, "{plural}") == NULL) {
                write_path(path, NULL, w, arena);
                continue;
            }
            for (size_t n = 0; hf_nouns[n] != NULL; n++)
                if (hf_router_has_routes(hf_nouns[n]))
                    write_path(path, hf_nouns[n], w, arena);
        }
    hf_json_end_object(w);
}

static void write_schemas(hf_json_writer *w, hf_arena *arena)
{
    hf_json_name(w, "schemas");
    hf_json_begin_object(w);
    hf_json_name(w, "Problem");
    hf_json_add_raw(
        w, HF_STR("{\"type\":\"object\",\"required\":[\"type\",\"title\",\"status\",\"code\","
                  "\"detail\"],\"properties\":{\"type\":{\"type\":\"string\"},"
                  "\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
                  "\"code\":{\"type\":\"string\"},\"detail\":{\"type\":\"string\"},"
                  "\"pointer\":{\"type\":\"string\"},\"line\":{\"type\":\"integer\"},"
                  "\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
                  "\"required\":[\"code\",\"pointer\",\"message\"]}}}}"));
    for (size_t i = 0; hf_nouns[i] != NULL; i++) {
        if (!hf_router_has_routes(hf_nouns[i]))
            continue;
        write_noun_schema(hf_nouns[i], false, w, arena);
        write_noun_schema(hf_nouns[i], true, w, arena);
        write_page_schema(hf_nouns[i], w, arena);
    }
    for (size_t i = 0; hf_resources[i] != NULL; i++) {
        const hf_noun *noun = hf_resources[i]->noun;
        if (noun != NULL) {
            write_noun_schema(noun, false, w, arena);
            write_page_schema(noun, w, arena);
        }
        if (hf_resources[i]->schemas != NULL) {
            hf_buf_add_byte(w->out, ',');
            hf_buf_add_z(w->out, hf_resources[i]->schemas);
        }
    }
    hf_json_end_object(w);
}

void hf_openapi_write(hf_buf *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json_writer w = {.out = out};
    hf_json_begin_object(&w);
    hf_openapi_text(&w, "openapi", "3.1.0");
    hf_json_name(&w, "info");
    hf_json_begin_object(&w);
    hf_openapi_text(&w, "title", "Holdfast");
    hf_openapi_text(&w, "version",
                    "1"); // of the API; which program answers is told to who signs in
    hf_openapi_text(
        &w, "description",
        "Register, questions and results of Holdfast. Keys in paths are percent-encoded, the "
        "slash too (%2F).");
    hf_json_end_object(&w);
    hf_json_name(&w, "security");
    hf_json_add_raw(&w, HF_STR("[{\"token\":[]},{\"session\":[]}]"));
    write_paths(&w, &scratch);
    hf_json_name(&w, "components");
    hf_json_begin_object(&w);
    hf_json_name(&w, "securitySchemes");
    hf_json_add_raw(&w, HF_STR("{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"},"
                               "\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\","
                               "\"name\":\"hf_session\"}}"));
    hf_openapi_problems(&w);
    write_schemas(&w, &scratch);
    hf_json_end_object(&w);
    hf_json_end_object(&w);
}
