// SPDX-License-Identifier: Apache-2.0
//
// Small tools of all resources: the reply's JSON, the request's JSON with its types checked, problem documents.
#include <string.h>

#include "api/resource.h"
#include "base/limits.h"

#define ANSWER_BYTES_MAX (512u << 20) // a ranking of a million assets is about 150 MB
#define SMALL_BYTES      4096u        // secrets that are given out lie in no room that was outgrown

hf_json_writer hf_answer_json(hf_call *call)
{
    call->reply->media_type = "application/json";
    if (call->reply->buffer.max_bytes == 0) {
        call->reply->buffer = hf_buf_of(ANSWER_BYTES_MAX);
        (void)hf_buf_reserve(&call->reply->buffer, SMALL_BYTES);
    }
    return (hf_json_writer){.out = &call->reply->buffer};
}

void hf_answer_empty(hf_call *call)
{
    call->reply->status = 204;
    call->reply->media_type = NULL;
}

void hf_answer_header(hf_call *call, const char *name, hf_str value)
{
    hf_reply_header(call->request, call->reply, name, value);
}

void hf_answer_etag(hf_call *call, int64_t version)
{
    hf_answer_header(call, "ETag", hf_str_format(call->arena, "\"%lld\"", (long long)version));
}

void hf_answer_marking(hf_call *call, int32_t marking)
{
    if (marking > call->marking)
        call->marking = marking;
}

bool hf_call_tells(hf_call *call, uint64_t count, hf_error *err)
{
    if (!hf_may_list(&call->session, count, err) ||
        (count > HF_LIST_LIMIT_DEFAULT &&
         !hf_reading_may_go_on(call->api->readings, call->session.actor.name, call->session.now_ms,
                               err)))
        return false;
    call->told_records += count;
    return true;
}

bool hf_call_json(hf_call *call, hf_json **out, hf_error *err)
{
    hf_str type = hf_request_header(call->request, "Content-Type");
    type = hf_str_trim(hf_str_slice(type, 0, hf_str_find_byte(type, ';', 0)));
    bool is_json = hf_str_equal_ascii_case(type, HF_STR("application/json")) ||
                   hf_str_equal_ascii_case(type, HF_STR("application/merge-patch+json"));
    if (!is_json)
        return hf_fail(err, HF_ERR_MEDIA_TYPE, "http.media_type",
                       "this takes application/json, not '%.*s'", HF_STR_ARG(type));
    hf_json *document = NULL;
    if (!hf_json_parse(call->request->body, call->arena, &document, err))
        return false;
    if (document->type != HF_JSON_OBJECT)
        return hf_fail(err, HF_ERR_INPUT, "json.not_an_object", "the body must be a JSON object");
    *out = document;
    return true;
}

bool hf_call_text(hf_call *call, const char *name, hf_str *out, hf_error *err)
{
    const char *const members[] = {name, NULL};
    hf_json *body = NULL;
    return hf_call_json(call, &body, err) && hf_json_want_only(body, members, err) &&
           hf_json_want_text(body, name, out, err);
}

static const hf_json *member(const hf_json *object, const char *name)
{
    const hf_json *value = hf_json_get(object, name);
    return value != NULL && value->type != HF_JSON_NULL ? value : NULL;
}

static bool wrong_type(const char *name, const char *wanted, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_fail(err, HF_ERR_INPUT, "field.type", "'%s' must be %s", name, wanted);
    return hf_fail_at(err, hf_str_z(&scratch, hf_str_format(&scratch, "/%s", name)), 0, name);
}

bool hf_json_want_text(const hf_json *object, const char *name, hf_str *out, hf_error *err)
{
    const hf_json *value = member(object, name);
    if (value == NULL)
        return true;
    if (value->type != HF_JSON_TEXT || value->text.len > HF_TEXT_BYTES_MAX)
        return wrong_type(name, "a text of at most 4000 bytes", err);
    *out = value->text;
    return true;
}

bool hf_json_want_bool(const hf_json *object, const char *name, bool *out, hf_error *err)
{
    const hf_json *value = member(object, name);
    if (value == NULL)
        return true;
    if (value->type != HF_JSON_BOOL)
        return wrong_type(name, "true or false", err);
    *out = value->boolean;
    return true;
}

bool hf_json_want_number(const hf_json *object, const char *name, double min, double max,
                         double *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_json *value = member(object, name);
    if (value == NULL)
        return true;
    bool is_number = value->type == HF_JSON_INT || value->type == HF_JSON_DOUBLE;
    if (!is_number || !(value->number >= min && value->number <= max))
        return wrong_type(
            name, hf_str_z(&scratch, hf_str_format(&scratch, "a number from %g to %g", min, max)),
            err);
    *out = value->number;
    return true;
}

bool hf_json_want_texts(const hf_json *object, const char *name, size_t max_count, hf_arena *arena,
                        hf_str **out, size_t *count, hf_error *err)
{
    const hf_json *value = member(object, name);
    *count = 0;
    if (value == NULL)
        return true;
    if (value->type != HF_JSON_ARRAY || value->child_count > max_count)
        return wrong_type(name, "a list of texts", err);
    *out = HF_NEW_N(arena, hf_str, value->child_count + 1);
    for (const hf_json *item = value->child; item != NULL; item = item->next) {
        if (item->type != HF_JSON_TEXT)
            return wrong_type(name, "a list of texts", err);
        (*out)[(*count)++] = item->text;
    }
    return true;
}

bool hf_json_want_only(const hf_json *object, const char *const *names, hf_error *err)
{
    for (const hf_json *item = object->child; item != NULL; item = item->next) {
        bool is_known = false;
        for (size_t i = 0; names[i] != NULL && !is_known; i++)
            is_known = hf_str_equal_z(item->name, names[i]);
        if (!is_known) {
            hf_fail(err, HF_ERR_INPUT, "field.unknown", "there is no member '%.*s' here",
                    HF_STR_ARG(item->name));
            return hf_fail_at(err, "", 0, NULL);
        }
    }
    return true;
}

uint64_t hf_call_count(const hf_call *call, const char *name, uint64_t fallback)
{
    uint64_t value = 0;
    return hf_parse_u64(hf_request_query(call->request, name), &value) ? value : fallback;
}

double hf_call_number(const hf_call *call, const char *name, double fallback)
{
    double value = 0;
    return hf_parse_double(hf_request_query(call->request, name), &value) ? value : fallback;
}

bool hf_call_flag(const hf_call *call, const char *name)
{
    hf_str value = hf_request_query(call->request, name);
    return hf_str_equal_z(value, "1") || hf_str_equal_z(value, "true");
}

// A field's error names its column; a patch's error carries a pointer already.
static hf_str pointer_of(const hf_error *err, hf_arena *arena)
{
    if (err->source[0] == '/')
        return hf_str_of(err->source);
    if (err->column[0] != '\0')
        return hf_str_format(arena, "/%s", err->column);
    return HF_STR_EMPTY;
}

static void write_fault(const hf_error *fault, hf_arena *scratch, hf_json_writer *w)
{
    hf_str pointer = pointer_of(fault, scratch);
    if (pointer.len == 0)
        return;
    hf_json_begin_object(w);
    hf_json_name(w, "code");
    hf_json_add_z(w, fault->code);
    hf_json_name(w, "pointer");
    hf_json_add_str(w, pointer);
    hf_json_name(w, "message");
    hf_json_add_z(w, fault->message);
    hf_json_end_object(w);
}

void hf_problem_write(const hf_error *err, hf_buf *out)
{
    hf_problem_write_all(err, err, 1, out);
}

void hf_problem_write_all(const hf_error *err, const hf_error *faults, size_t fault_count,
                          hf_buf *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json_writer w = {.out = out};
    hf_str pointer = pointer_of(err, &scratch);
    hf_json_begin_object(&w);
    hf_json_name(&w, "type");
    hf_json_add_str(&w, hf_str_format(&scratch, "urn:holdfast:problem:%s", err->code));
    hf_json_name(&w, "title");
    hf_json_add_z(&w, hf_error_title(err->kind));
    hf_json_name(&w, "status");
    hf_json_add_i64(&w, hf_http_status_of(err));
    hf_json_name(&w, "code");
    hf_json_add_z(&w, err->code);
    hf_json_name(&w, "detail");
    hf_json_add_z(&w, err->message);
    if (pointer.len > 0) {
        hf_json_name(&w, "pointer");
        hf_json_add_str(&w, pointer);
    }
    if (err->line > 0) {
        hf_json_name(&w, "line");
        hf_json_add_u64(&w, err->line);
    }
    hf_json_name(&w, "errors");
    hf_json_begin_array(&w);
    for (size_t i = 0; i < fault_count; i++)
        write_fault(&faults[i], &scratch, &w);
    hf_json_end_array(&w);
    hf_json_end_object(&w);
}
