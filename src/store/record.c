// SPDX-License-Identifier: Apache-2.0
//
// Records between the noun's struct and a row: binding, reading, the row hash, the id, look-ups by key, id
// and row. Knows no history and changes nothing: that is change.c.
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "store/internal.h"

enum { CANONICAL_BYTES_MAX = 80 << 20 }; // a job's result may have 64 MiB

// --- id --------------------------------------------------------------------------------------------------
// UUIDv7 whose last 40 bits are the row: a record is found by id without an index over ids. The other 34
// random bits are those of the transaction that added it.

void hf_record_id(int64_t created_ms, int64_t salt, int64_t row, char text[37])
{
    uint64_t ms = (uint64_t)created_ms & 0xffffffffffffull;
    uint64_t high = (uint64_t)salt >> 22 & 0xfff;
    uint64_t low = (uint64_t)salt & 0x3fffff;
    uint64_t tail = 2ull << 62 | low << 40 | ((uint64_t)row & 0xffffffffffull);
    (void)snprintf(text, 37, "%08x-%04x-7%03x-%04x-%012llx", (unsigned)(ms >> 16),
                   (unsigned)(ms & 0xffff), (unsigned)high, (unsigned)(tail >> 48),
                   (unsigned long long)(tail & 0xffffffffffffull));
}

// The row that an id names; 0 when the text is no id.
static int64_t row_of_id(hf_str id)
{
    int64_t row = 0;
    if (id.len != 36 || id.ptr[8] != '-' || id.ptr[13] != '-' || id.ptr[14] != '7' ||
        id.ptr[18] != '-' || id.ptr[23] != '-')
        return 0;
    for (size_t i = 26; i < 36; i++) {
        char digit = (char)(id.ptr[i] | 0x20);
        bool is_letter = digit >= 'a' && digit <= 'f';
        if (!is_letter && (id.ptr[i] < '0' || id.ptr[i] > '9'))
            return 0;
        row = row * 16 + (is_letter ? digit - 'a' + 10 : id.ptr[i] - '0');
    }
    return row;
}

// --- binding and reading ---------------------------------------------------------------------------------

static void bind_field(hf_stmt *stmt, int position, const hf_field *field, const void *record)
{
    const void *at = hf_field_of(field, record);
    switch (field->type) {
    case HF_KEY:
        hf_stmt_text(stmt, position, *(const hf_str *)at);
        break;
    case HF_TEXT:
    case HF_LINK:
    case HF_LIST:
    case HF_JSON:
        hf_stmt_str(stmt, position, *(const hf_str *)at);
        break;
    case HF_WORD: {
        int32_t word = *(const int32_t *)at;
        hf_stmt_i64(stmt, position, word == HF_WORD_NONE ? HF_INTEGER_NONE : word);
        break;
    }
    case HF_INTEGER:
    case HF_TIME:
        hf_stmt_i64(stmt, position, *(const int64_t *)at);
        break;
    case HF_NUMBER:
        hf_stmt_double(stmt, position, *(const double *)at);
        break;
    case HF_BOOL:
        hf_stmt_i64(stmt, position, *(const bool *)at ? 1 : 0);
        break;
    case HF_REF:
        break; // bound as a row
    }
}

void hf_record_bind(const hf_noun_sql *sql, hf_stmt *stmt, const void *record,
                    const hf_extra *extra)
{
    const hf_head *head = record;
    int at = sql->head_column + 1;
    size_t link = 0;
    hf_stmt_i64(stmt, 1, head->row);
    for (size_t i = 0; i < sql->noun->field_count; i++) {
        const hf_field *field = &sql->noun->fields[i];
        if (field->type == HF_REF)
            hf_stmt_i64(stmt, (int)i + 2, extra->links[link++]);
        else
            bind_field(stmt, (int)i + 2, field, record);
    }
    hf_stmt_i64(stmt, at, head->version);
    hf_stmt_i64(stmt, at + 1, head->created_ms);
    hf_stmt_i64(stmt, at + 2, head->updated_ms);
    hf_stmt_i64(stmt, at + 3, head->added_event);
    hf_stmt_i64(stmt, at + 4, extra->salt);
    if (sql->is_data)
        hf_stmt_blob(stmt, at + 5, extra->hash.bytes, sizeof(extra->hash.bytes));
    else
        hf_stmt_null(stmt, at + 5);
    hf_stmt_str(stmt, at + 6, head->attributes);
}

static hf_str text_of(hf_stmt *stmt, int column, hf_arena *arena)
{
    hf_str text = hf_stmt_get_str(stmt, column);
    return arena != NULL && text.len > 0 ? hf_str_copy(arena, text) : text;
}

void hf_record_read_field(const hf_field *field, hf_stmt *stmt, int column, hf_arena *arena,
                          void *record)
{
    void *at = hf_field_at(field, record);
    int64_t integer = 0;
    switch (field->type) {
    case HF_TEXT:
    case HF_KEY:
    case HF_REF:
    case HF_LINK:
    case HF_LIST:
    case HF_JSON:
        *(hf_str *)at = text_of(stmt, column, arena);
        break;
    case HF_WORD:
        integer = hf_stmt_get_i64(stmt, column);
        *(int32_t *)at = integer == HF_INTEGER_NONE ? HF_WORD_NONE : (int32_t)integer;
        break;
    case HF_INTEGER:
    case HF_TIME:
        *(int64_t *)at = hf_stmt_get_i64(stmt, column);
        break;
    case HF_NUMBER:
        *(double *)at = hf_stmt_get_double(stmt, column);
        break;
    case HF_BOOL:
        *(bool *)at = hf_stmt_get_i64(stmt, column) > 0;
        break;
    }
}

void hf_record_read(const hf_noun_sql *sql, hf_stmt *stmt, hf_arena *arena, void *record,
                    hf_extra *extra)
{
    hf_head *head = record;
    int at = sql->head_column;
    memset(record, 0, sql->noun->struct_bytes);
    for (size_t i = 0; i < sql->noun->field_count; i++)
        hf_record_read_field(&sql->noun->fields[i], stmt, (int)i + 1, arena, record);
    head->row = hf_stmt_get_i64(stmt, 0);
    head->version = hf_stmt_get_i64(stmt, at);
    head->created_ms = hf_stmt_get_i64(stmt, at + 1);
    head->updated_ms = hf_stmt_get_i64(stmt, at + 2);
    head->added_event = hf_stmt_get_i64(stmt, at + 3);
    head->attributes = text_of(stmt, at + 6, arena);
    int64_t salt = hf_stmt_get_i64(stmt, at + 4);
    if (arena != NULL)
        hf_record_id(head->created_ms, salt, head->row, head->id);
    if (extra == NULL)
        return;
    hf_str hash = hf_stmt_get_str(stmt, at + 5);
    *extra = (hf_extra){.salt = salt};
    if (hash.len == sizeof(extra->hash.bytes))
        memcpy(extra->hash.bytes, hash.ptr, hash.len);
    for (size_t i = 0; i < sql->link_count; i++)
        extra->links[i] = hf_stmt_get_i64(stmt, sql->link_column + (int)i);
}

// --- finding ---------------------------------------------------------------------------------------------

bool hf_record_get(hf_read *read, const hf_noun_sql *sql, int64_t row, hf_arena *arena, void **out,
                   hf_extra *extra, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    if (!hf_stmt_take(read->conn, sql->by_row, &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, row);
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    *out = NULL;
    if (!has_row)
        return true;
    *out = hf_arena_take(arena, sql->noun->struct_bytes);
    hf_record_read(sql, stmt, arena, *out, extra);
    return true;
}

bool hf_record_row_of_key(hf_read *read, const hf_noun_sql *sql, hf_str key, int64_t *row,
                          hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    if (!hf_stmt_take(read->conn, sql->row_of_key, &stmt, err))
        return false;
    hf_stmt_text(stmt, 1, key);
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    *row = has_row ? hf_stmt_get_i64(stmt, 0) : 0;
    return true;
}

bool hf_store_get_row(hf_read *read, const hf_noun *noun, int64_t row, hf_arena *arena, void **out,
                      hf_error *err)
{
    return hf_record_get(read, hf_noun_sql_of(read->store, noun), row, arena, out, NULL, err);
}

bool hf_store_get(hf_read *read, const hf_noun *noun, hf_str key_or_id, hf_arena *arena, void **out,
                  hf_error *err)
{
    const hf_noun_sql *sql = hf_noun_sql_of(read->store, noun);
    int64_t row = 0;
    void *found = NULL;
    if (!hf_record_row_of_key(read, sql, key_or_id, &row, err))
        return false;
    bool is_by_id = row == 0;
    if (is_by_id)
        row = row_of_id(key_or_id);
    if (row > 0 && !hf_record_get(read, sql, row, arena, &found, NULL, err))
        return false;
    if (found != NULL && is_by_id &&
        !hf_str_equal_ascii_case(hf_str_of(((hf_head *)found)->id), key_or_id))
        found = NULL;
    *out = found;
    return true;
}

bool hf_record_links(hf_read *read, const hf_noun_sql *sql, const void *record, hf_extra *extra,
                     hf_error *err)
{
    for (size_t i = 0; i < sql->link_count; i++) {
        const hf_field *field = &sql->noun->fields[sql->links[i]];
        hf_str key = *(const hf_str *)hf_field_of(field, record);
        const hf_noun_sql *target =
            hf_noun_sql_of(read->store, hf_noun_find(hf_str_of(field->refers)));
        if (!hf_record_row_of_key(read, target, key, &extra->links[i], err))
            return false;
        if (extra->links[i] != 0)
            continue;
        hf_fail(err, HF_ERR_INPUT, "reference.unknown", "there is no %s '%.*s'; add it first",
                field->refers, HF_STR_ARG(key));
        return hf_fail_at(err, NULL, 0, field->name);
    }
    return true;
}

// --- comparing -------------------------------------------------------------------------------------------

hf_sha256 hf_record_hash(const hf_noun_sql *sql, const void *record, hf_buf *scratch)
{
    if (scratch->max_bytes == 0)
        *scratch = hf_buf_of(CANONICAL_BYTES_MAX);
    hf_buf_clear(scratch);
    hf_noun_write_canonical(&sql->canonical, record, scratch);
    HF_ASSERT(!scratch->overflow);
    return hf_sha256_of(hf_buf_str(scratch));
}

hf_difference hf_record_compare(const hf_noun *noun, const void *a, const void *b, bool with_source)
{
    hf_difference result = HF_SAME;
    if (!hf_str_equal(((const hf_head *)a)->attributes, ((const hf_head *)b)->attributes))
        return HF_DIFFERENT;
    for (size_t i = 0; i < noun->field_count; i++) {
        const hf_field *field = &noun->fields[i];
        if ((field->flags & HF_FIELD_NO_DIGEST) != 0 && !with_source)
            continue;
        if (hf_field_equal(field, a, b))
            continue;
        if ((field->flags & HF_FIELD_READ_ONLY) == 0)
            return HF_DIFFERENT;
        result = HF_SAME_BUT_UNCOUNTED;
    }
    return result;
}
