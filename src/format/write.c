// SPDX-License-Identifier: Apache-2.0
//
// Shared by the writers, and the writing of CSV. Tables need two passes: the first learns which attributes
// exist, the second writes.
#include "format/write.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"
#include "format/csv.h"

bool hf_write_flush(const hf_write_request *request, hf_buf *buf, size_t threshold, hf_error *err)
{
    if (buf->overflow)
        return hf_fail(
            err, HF_ERR_TOO_LARGE, "write.record_too_large",
            "one record is too large for this format; shorten its texts or choose another one");
    if (buf->len < threshold || buf->len == 0)
        return true;
    bool ok = request->output.write(request->output.context, hf_buf_str(buf), err);
    hf_buf_clear(buf);
    return ok;
}

bool hf_field_is_public(const hf_field *field)
{
    return (field->flags & HF_FIELD_SECRET) == 0;
}

bool hf_write_attribute_tree(const void *record, hf_arena *scratch, hf_json **tree, hf_error *err)
{
    const hf_head *head = record;
    *tree = NULL;
    if (head->attributes.len == 0)
        return true;
    return hf_json_parse(head->attributes, scratch, tree, err);
}

hf_str hf_write_attribute(const hf_json *tree, hf_str name, hf_arena *scratch)
{
    for (const hf_json *m = tree != NULL ? tree->child : NULL; m != NULL; m = m->next) {
        if (!hf_str_equal(m->name, name))
            continue;
        if (m->type == HF_JSON_NULL)
            return HF_STR_EMPTY;
        if (m->type == HF_JSON_TEXT || m->type == HF_JSON_INT || m->type == HF_JSON_DOUBLE)
            return m->text;
        hf_buf buf = hf_buf_of(HF_ATTRIBUTES_BYTES_MAX * 2);
        hf_json_canonical(m, &buf);
        hf_str copy = hf_buf_copy(scratch, &buf);
        hf_buf_done(&buf);
        return copy;
    }
    return HF_STR_EMPTY;
}

void hf_write_members(hf_json_writer *w, const hf_noun *noun, const void *record)
{
    hf_arena scratch = {0};
    hf_json *tree = NULL;
    hf_error ignored = {0};
    for (size_t i = 0; i < noun->field_count; i++) {
        const hf_field *field = &noun->fields[i];
        if (!hf_field_is_public(field) || hf_field_is_empty(field, record))
            continue;
        hf_json_name(w, field->name);
        hf_field_write_json(field, record, w);
    }
    if (hf_write_attribute_tree(record, &scratch, &tree, &ignored))
        for (const hf_json *m = tree != NULL ? tree->child : NULL; m != NULL; m = m->next) {
            hf_buf buf = hf_buf_of(HF_ATTRIBUTES_BYTES_MAX * 2);
            if (hf_noun_field(noun, m->name, NULL) == NULL && !hf_str_equal_z(m->name, "noun")) {
                hf_json_name_str(w, m->name);
                hf_json_canonical(m, &buf);
                hf_json_add_raw(w, hf_buf_str(&buf));
            }
            hf_buf_done(&buf);
        }
    hf_arena_done(&scratch);
}

// --- the first pass --------------------------------------------------------------------------------------

typedef HF_VEC(hf_str) names;

typedef struct {
    const hf_noun *noun;
    hf_map seen;
    names attributes;
    uint64_t row_count;
} survey;

static int by_bytes(const void *a, const void *b)
{
    return hf_str_compare(*(const hf_str *)a, *(const hf_str *)b);
}

static bool survey_record(survey *s, const void *record, hf_arena *arena, hf_arena *scratch,
                          hf_error *err)
{
    hf_json *tree = NULL;
    s->row_count++;
    if (!hf_write_attribute_tree(record, scratch, &tree, err))
        return false;
    for (const hf_json *m = tree != NULL ? tree->child : NULL; m != NULL; m = m->next) {
        uint32_t at = 0;
        if (hf_map_get(&s->seen, m->name, &at) || hf_noun_field(s->noun, m->name, NULL) != NULL)
            continue;
        hf_str name = hf_str_copy(arena, m->name);
        hf_map_set(&s->seen, name, 1);
        HF_VEC_ADD(arena, &s->attributes, name);
    }
    return true;
}

bool hf_write_survey(const hf_write_request *request, hf_arena *arena, hf_write_columns **out,
                     size_t *count, hf_error *err)
{
    typedef HF_VEC(survey) surveys;
    surveys all = {0};
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    for (;;) {
        const hf_noun *noun = NULL;
        const void *record = NULL;
        hf_arena_reset(&scratch);
        if (!request->records.next(request->records.context, &noun, &record, err))
            return false;
        if (record == NULL)
            break;
        if (request->noun != NULL && noun != request->noun)
            continue;
        if (all.count == 0 || all.items[all.count - 1].noun != noun)
            HF_VEC_ADD(arena, &all, ((survey){.noun = noun, .seen = hf_map_of(arena, 16)}));
        if (!survey_record(&all.items[all.count - 1], record, arena, &scratch, err))
            return false;
    }
    if (all.count == 0 && request->noun != NULL)
        HF_VEC_ADD(arena, &all, ((survey){.noun = request->noun}));
    *out = HF_NEW_N(arena, hf_write_columns, all.count);
    *count = all.count;
    for (size_t i = 0; i < all.count; i++) {
        names *found = &all.items[i].attributes;
        if (found->count > 1)
            qsort(found->items, found->count, sizeof found->items[0], by_bytes);
        (*out)[i] = (hf_write_columns){.noun = all.items[i].noun,
                                       .attributes = found->items,
                                       .attribute_count = found->count,
                                       .row_count = all.items[i].row_count};
    }
    return request->records.rewind(request->records.context, err);
}

// --- CSV -------------------------------------------------------------------------------------------------

static void csv_header(hf_buf *out, const hf_write_columns *columns, hf_str mark)
{
    bool is_first = true;
    for (size_t i = 0; i < columns->noun->field_count; i++) {
        if (!hf_field_is_public(&columns->noun->fields[i]))
            continue;
        if (!is_first)
            hf_buf_add_byte(out, ',');
        is_first = false;
        hf_buf_add_z(out, columns->noun->fields[i].name);
    }
    for (size_t i = 0; i < columns->attribute_count; i++) {
        hf_buf_add_byte(out, ',');
        hf_csv_write_text(out, columns->attributes[i]);
    }
    if (mark.len > 0)
        hf_buf_add_z(out, "," HF_MADE_FOR_COLUMN);
    hf_buf_add_byte(out, '\n');
}

static bool csv_row(hf_buf *out, hf_buf *cell, const hf_write_columns *columns, hf_str mark,
                    const void *record, hf_arena *scratch, hf_error *err)
{
    bool is_first = true;
    hf_json *tree = NULL;
    for (size_t i = 0; i < columns->noun->field_count; i++) {
        const hf_field *field = &columns->noun->fields[i];
        if (!hf_field_is_public(field))
            continue;
        if (!is_first)
            hf_buf_add_byte(out, ',');
        is_first = false;
        hf_buf_clear(cell);
        hf_field_write_text(field, record, cell);
        hf_csv_write_text(out, hf_buf_str(cell));
    }
    if (columns->attribute_count > 0 && !hf_write_attribute_tree(record, scratch, &tree, err))
        return false;
    for (size_t i = 0; i < columns->attribute_count; i++) {
        hf_buf_add_byte(out, ',');
        hf_csv_write_text(out, hf_write_attribute(tree, columns->attributes[i], scratch));
    }
    if (mark.len > 0) {
        hf_buf_add_byte(out, ',');
        hf_csv_write_text(out, mark);
    }
    hf_buf_add_byte(out, '\n');
    return true;
}

bool hf_csv_write(const hf_write_request *request, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_buf_done) hf_buf buf = hf_buf_of(HF_JSON_BYTES_MAX);
    HF_CLEANUP(hf_buf_done) hf_buf cell = hf_buf_of(HF_JSON_BYTES_MAX);
    hf_write_columns *columns = NULL;
    size_t count = 0;
    if (!hf_write_survey(request, &arena, &columns, &count, err))
        return false;
    if (count > 1)
        return hf_fail(err, HF_ERR_USAGE, "write.one_noun",
                       "a CSV file holds records of one kind; say which one");
    if (count == 0)
        return true;
    csv_header(&buf, &columns[0], request->mark);
    for (;;) {
        const hf_noun *noun = NULL;
        const void *record = NULL;
        hf_arena_reset(&scratch);
        if (!request->records.next(request->records.context, &noun, &record, err))
            return false;
        if (record == NULL)
            return hf_write_flush(request, &buf, 0, err);
        if (noun == columns[0].noun &&
            !csv_row(&buf, &cell, &columns[0], request->mark, record, &scratch, err))
            return false;
        if (!hf_write_flush(request, &buf, 1 << 16, err))
            return false;
    }
}
