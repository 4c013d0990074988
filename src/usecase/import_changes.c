// SPDX-License-Identifier: Apache-2.0
//
// What a dry run says of single records: the first that would be changed, field by field, and the first that would be
// added. While rows are read only their numbers are kept; both states are read once all of them stand, so that a record
// that several rows touch is told by what comes of it.
#include "usecase/import.h"

static bool is_noted(const hf_import_rows *rows, const hf_noun *noun, int64_t row)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows->items[i].touched.row == row && rows->items[i].noun == noun)
            return true;
    return false;
}

// What an earlier row of the same import added is no record that it changes, and takes no room from those that are.
static bool was_there(hf_import_state *state, const hf_noun *noun, int64_t row, bool *out,
                      hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *before = NULL;
    if (state->before != NULL &&
        !hf_store_get_row(state->before, noun, row, &scratch, &before, err))
        return false;
    *out = before != NULL;
    return true;
}

bool hf_import_note_change(hf_import_state *state, const hf_noun *noun, hf_bulk_outcome outcome,
                           uint64_t line, hf_error *err)
{
    hf_import_rows *rows = outcome == HF_BULK_ADDED ? &state->added : &state->changed;
    if (!state->request->is_dry_run || outcome == HF_BULK_UNCHANGED ||
        rows->count == HF_IMPORT_CHANGES_MAX)
        return true;
    hf_import_row one = {noun, {hf_bulk_last_row(state->bulk), line, state->file}};
    bool is_worth = true;
    if (is_noted(rows, noun, one.touched.row))
        return true;
    if (outcome == HF_BULK_CHANGED && !was_there(state, noun, one.touched.row, &is_worth, err))
        return false;
    if (is_worth)
        HF_VEC_ADD(&state->work, rows, one);
    return true;
}

static hf_str name_of(const hf_noun *noun, const void *record)
{
    const hf_field *field = hf_noun_field(noun, HF_STR("name"), NULL);
    bool has_text = field != NULL && field->type == HF_TEXT;
    return has_text ? *(const hf_str *)hf_field_of(field, record) : HF_STR_EMPTY;
}

// A result is read again where it is told, with six levels around these values: what would then nest too deep is left out.
static bool is_too_deep(hf_str fields)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_error unused = {0};
    hf_str whole = hf_str_format(&scratch, "[[[[[[%.*s]]]]]]", HF_STR_ARG(fields));
    return !hf_json_check(whole, &unused);
}

static void add_change(hf_import_state *state, const hf_import_row *one, const hf_version *version,
                       const hf_buf *fields)
{
    const void *record = version->before != NULL ? version->before : version->after;
    const hf_head *head = record;
    const hf_head *after = version->after;
    hf_head both = {.marking = HF_TLP_CLEAR};
    hf_protect(&both, head, state->arena);
    hf_protect(&both, after, state->arena);
    bool is_left_out = fields->overflow || is_too_deep(hf_buf_str(fields));
    hf_import_change change = {
        .noun = one->noun,
        .key = hf_str_copy(state->arena, head->key),
        .name = hf_str_copy(state->arena, name_of(one->noun, record)),
        .marking = both.marking,
        .compartments = hf_str_copy(state->arena, both.compartments),
        .is_added = version->before == NULL,
        .file = hf_import_file_name(state, one->touched.file),
        .line = one->touched.line,
        .fields = is_left_out ? HF_STR("[]") : hf_buf_copy(state->arena, fields),
        .is_too_long = is_left_out,
    };
    HF_VEC_ADD(state->arena, &state->result->changes, change);
}

// What the actor may not know of is not told. Neither is a record that other rows of this import added, nor one that is
// in the end as it was.
static bool tell_changed(hf_import_state *state, const hf_import_row *one, hf_arena *scratch,
                         hf_buf *fields, hf_error *err)
{
    void *before = NULL, *after = NULL;
    hf_json_writer out = {.out = fields};
    hf_buf_clear(fields);
    if (!hf_store_get_row(hf_tx_read(state->tx), one->noun, one->touched.row, scratch, &after, err))
        return false;
    HF_ASSERT(after != NULL);
    if (!hf_get_known(&state->session->actor, state->before, one->noun,
                      ((const hf_head *)after)->key, scratch, &before, err))
        return false;
    if (before == NULL)
        return true;
    hf_version version = {.before = before, .after = after};
    hf_write_changes(one->noun, &version, &out);
    if (fields->overflow || !hf_str_equal_z(hf_buf_str(fields), "[]"))
        add_change(state, one, &version, fields);
    return true;
}

static bool tell_added(hf_import_state *state, const hf_import_row *one, hf_arena *scratch,
                       hf_buf *fields, hf_error *err)
{
    void *after = NULL;
    hf_buf_clear(fields);
    hf_buf_add_z(fields, "[]"); // its values stand in the file
    if (!hf_store_get_row(hf_tx_read(state->tx), one->noun, one->touched.row, scratch, &after, err))
        return false;
    HF_ASSERT(after != NULL);
    add_change(state, one, &(hf_version){.after = after}, fields);
    return true;
}

bool hf_import_tell_changes(hf_import_state *state, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_buf_done) hf_buf fields = hf_buf_of(HF_IMPORT_CHANGE_BYTES_MAX);
    for (size_t i = 0; i < state->changed.count; i++) {
        if (!tell_changed(state, &state->changed.items[i], &scratch, &fields, err))
            return false;
        hf_arena_reset(&scratch);
    }
    for (size_t i = 0;
         i < state->added.count && state->result->changes.count < HF_IMPORT_CHANGES_MAX; i++) {
        if (!tell_added(state, &state->added.items[i], &scratch, &fields, err))
            return false;
        hf_arena_reset(&scratch);
    }
    return true;
}

static void write_change(const hf_import_change *change, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_put_str(out, "noun", hf_str_of(change->noun->name));
    hf_json_put_str(out, "key", change->key);
    hf_json_name(out, "name");
    if (change->name.len > 0)
        hf_json_add_str(out, change->name);
    else
        hf_json_add_null(out);
    hf_json_put_str(out, "marking", hf_str_of(hf_marking_words[change->marking]));
    hf_json_put_str(out, "compartments", change->compartments);
    hf_json_put_str(
        out, "action",
        hf_str_of(
            hf_history_action_words[change->is_added ? HF_HISTORY_ADDED : HF_HISTORY_CHANGED]));
    hf_json_put_str(out, "file", change->file);
    hf_json_put_u64(out, "line", change->line);
    hf_json_put_bool(out, "too_long", change->is_too_long);
    hf_json_name(out, "changes");
    hf_json_add_raw(out, change->fields);
    hf_json_end_object(out);
}

void hf_import_write_changes(const hf_import_result *result, hf_json_writer *out)
{
    hf_json_put_u64(out, "change_count", result->total.changed + result->total.added);
    hf_json_name(out, "changes");
    hf_json_begin_array(out);
    for (size_t i = 0; i < result->changes.count; i++)
        write_change(&result->changes.items[i], out);
    hf_json_end_array(out);
}
