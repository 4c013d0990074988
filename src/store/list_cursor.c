// SPDX-License-Identifier: Apache-2.0
//
// Cursors of lists: "f" or "e" (full or empty part), the sort value and the tie as JSON; an offset for ranked lists.
#include <string.h>

#include "store/list_job.h"

enum { CURSOR_BYTES_MAX = 8192 };

static bool fail_cursor(hf_error *err)
{
    return hf_fail(err, HF_ERR_USAGE, "query.cursor",
                   "this cursor belongs to another list; begin without a cursor");
}

static void add_json_value(hf_json_writer *json, const hf_value *value)
{
    switch (value->type) {
    case HF_VALUE_NULL:
        hf_json_add_null(json);
        break;
    case HF_VALUE_INTEGER:
        hf_json_add_i64(json, value->integer);
        break;
    case HF_VALUE_DOUBLE:
        hf_json_add_double(json, value->number);
        break;
    case HF_VALUE_TEXT:
    case HF_VALUE_BLOB:
        hf_json_add_str(json, value->text);
        break;
    }
}

static hf_value from_json(const hf_json *value)
{
    switch (value->type) {
    case HF_JSON_INT:
        return (hf_value){.type = HF_VALUE_INTEGER, .integer = value->integer};
    case HF_JSON_DOUBLE:
        return (hf_value){.type = HF_VALUE_DOUBLE, .number = value->number};
    case HF_JSON_TEXT:
        return (hf_value){.type = HF_VALUE_TEXT, .text = value->text};
    case HF_JSON_NULL:
    case HF_JSON_BOOL:
    case HF_JSON_ARRAY:
    case HF_JSON_OBJECT:
        break;
    }
    return (hf_value){.type = HF_VALUE_NULL};
}

static hf_value tie_of(const hf_noun_sql *sql, const hf_head *head)
{
    return sql->is_link ? (hf_value){.type = HF_VALUE_INTEGER, .integer = head->row}
                        : (hf_value){.type = HF_VALUE_TEXT, .text = head->key};
}

hf_str hf_list_cursor_after(const hf_list_job *job, hf_sql_part part, const void *record)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(CURSOR_BYTES_MAX);
    hf_json_writer json = {.out = &text};
    const hf_field *sort = job->shape.sort;
    bool has_value = sort != NULL && part != HF_SQL_EMPTY_ONLY;
    hf_value value = has_value ? hf_list_value_of(sort, record) : (hf_value){.type = HF_VALUE_NULL};
    hf_value tie = tie_of(job->sql, record);
    hf_json_begin_array(&json);
    hf_json_add_i64(&json, (int64_t)part);
    hf_json_add_str(&json, hf_str_of(sort != NULL ? sort->name : ""));
    add_json_value(&json, &value);
    add_json_value(&json, &tie);
    hf_json_end_array(&json);
    return hf_base64url(job->arena, hf_buf_str(&text));
}

static bool un_base64url(hf_str text, hf_arena *arena, hf_str *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *bytes = hf_arena_take(arena, text.len + 1);
    size_t count = 0;
    uint32_t bits = 0;
    unsigned bit_count = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char *at = text.ptr[i] != '\0' ? strchr(digits, text.ptr[i]) : NULL;
        if (at == NULL)
            return false;
        bits = bits << 6 | (uint32_t)(at - digits);
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            bytes[count++] = (char)(bits >> bit_count & 0xff);
        }
    }
    *out = (hf_str){bytes, count};
    return true;
}

bool hf_list_read_cursor(hf_list_job *job, hf_error *err)
{
    hf_str text = HF_STR_EMPTY;
    hf_json *list = NULL;
    hf_error ignored = {0};
    if (job->query->cursor.len > CURSOR_BYTES_MAX ||
        !un_base64url(job->query->cursor, job->arena, &text) ||
        !hf_json_parse(text, job->arena, &list, &ignored) || list->type != HF_JSON_ARRAY)
        return fail_cursor(err);
    if (job->shape.is_ranked) {
        if (list->child_count != 1 || list->child->type != HF_JSON_INT || list->child->integer < 0)
            return fail_cursor(err);
        job->ranked_offset = (uint64_t)list->child->integer;
        return true;
    }
    const char *sort = job->shape.sort != NULL ? job->shape.sort->name : "";
    if (list->child_count != 4 || list->child->type != HF_JSON_INT || list->child->integer < 0 ||
        list->child->integer > HF_SQL_EMPTY_ONLY || !hf_str_equal_z(list->child->next->text, sort))
        return fail_cursor(err);
    job->part = (hf_sql_part)list->child->integer;
    job->sort_value = from_json(list->child->next->next);
    job->tie = from_json(list->child->next->next->next);
    job->shape.has_cursor = true;
    return true;
}

hf_str hf_list_ranked_cursor(const hf_list_job *job, uint64_t offset)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(64);
    hf_buf_add_format(&text, "[%llu]", (unsigned long long)offset);
    return hf_base64url(job->arena, hf_buf_str(&text));
}
