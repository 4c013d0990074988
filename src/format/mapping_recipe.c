// SPDX-License-Identifier: Apache-2.0
//
// Rows through a recipe: each record of it whose conditions hold gives a patch. All patches of a row go
// together: one that is refused holds back the others, unless it says "on_problem": "skip".
#include <string.h>

#include "base/limits.h"
#include "format/mapping.h"
#include "format/write.h"

static bool is_in(const hf_strs *list, hf_str name)
{
    for (size_t i = 0; i < list->count; i++)
        if (hf_str_equal_ascii_case(list->items[i], name))
            return true;
    return false;
}

// Does an expression of the record read this column on its own account?
static bool reads_slot(const hf_recipe_value *value, size_t slot)
{
    for (size_t i = 0; i < value->parts.count; i++)
        if (value->parts.items[i].kind == HF_PART_SLOT && value->parts.items[i].index == slot)
            return true;
    for (size_t i = 0; i < value->options.count; i++)
        if (reads_slot(value->options.items[i], slot))
            return true;
    return false;
}

static bool is_used(const hf_mapping *m, const hf_recipe_record *record, size_t column)
{
    for (size_t slot = 0; slot < m->recipe->slots.count; slot++) {
        if (m->run.slot_columns[slot] != (int32_t)column)
            continue;
        for (size_t i = 0; i < record->fields.count; i++)
            if (reads_slot(record->fields.items[i].value, slot))
                return true;
    }
    return is_in(&record->except, m->table.names[column]);
}

static bool has_field(const hf_recipe_record *record, const hf_field *field)
{
    for (size_t i = 0; i < record->fields.count; i++)
        if (record->fields.items[i].field == field)
            return true;
    return false;
}

static void bind_same_names(hf_mapping *m, size_t index)
{
    const hf_recipe_record *record = &m->recipe->records.items[index];
    hf_bound_field *bound = HF_NEW_N(&m->table_arena, hf_bound_field, m->table.count);
    size_t count = 0;
    for (size_t i = 0; i < m->table.count; i++) {
        hf_bound_field one = {.column = i};
        one.field = hf_noun_field(record->noun, hf_str_trim(m->table.names[i]), &one.index);
        bool is_taken = one.field != NULL && hf_field_is_public(one.field) &&
                        (one.field->flags & HF_FIELD_READ_ONLY) == 0 &&
                        !has_field(record, one.field) && !is_in(&record->except, m->table.names[i]);
        if (is_taken)
            bound[count++] = one;
    }
    m->same_names[index] = bound;
    m->same_name_count[index] = count;
}

static bool takes_column(const hf_mapping *m, size_t index, size_t column)
{
    for (size_t i = 0; i < m->same_name_count[index]; i++)
        if (m->same_names[index][i].column == column)
            return true;
    return false;
}

static void bind_others(hf_mapping *m, size_t index)
{
    const hf_recipe_record *record = &m->recipe->records.items[index];
    hf_bound_attribute *others = HF_NEW_N(&m->table_arena, hf_bound_attribute, m->table.count);
    size_t count = 0;
    for (size_t i = 0; i < m->table.count; i++) {
        hf_str name = hf_str_trim(m->table.names[i]);
        if (name.len > 0 && !is_used(m, record, i) && !takes_column(m, index, i))
            others[count++] = hf_mapping_attribute(m, name, i);
    }
    hf_mapping_sort_attributes(others, count);
    m->others[index] = others;
    m->other_count[index] = count;
}

static void bind_listed(hf_mapping *m, size_t index)
{
    const hf_recipe_record *record = &m->recipe->records.items[index];
    size_t count = record->attributes.count;
    hf_bound_attribute *listed = HF_NEW_N(&m->table_arena, hf_bound_attribute, count);
    for (size_t i = 0; i < count; i++) // `column` is the place in the recipe's list here
        listed[i] = hf_mapping_attribute(m, record->attributes.items[i].name, i);
    hf_mapping_sort_attributes(listed, count);
    m->others[index] = listed;
    m->other_count[index] = count;
}

bool hf_mapping_recipe_table(hf_mapping *m, hf_error *err)
{
    size_t count = m->recipe->records.count;
    if (m->others == NULL) {
        m->others = HF_NEW_N(m->arena, hf_bound_attribute *, count);
        m->other_count = HF_NEW_N(m->arena, size_t, count);
        m->same_names = HF_NEW_N(m->arena, hf_bound_field *, count);
        m->same_name_count = HF_NEW_N(m->arena, size_t, count);
    }
    m->decimal_comma |= m->recipe->read.decimal_comma;
    if (!hf_recipe_run_table(&m->run, &m->table, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        m->same_name_count[i] = 0;
        if (m->recipe->records.items[i].takes_same_names)
            bind_same_names(m, i);
        if (m->recipe->records.items[i].attribute_mode == HF_ATTRIBUTES_OTHERS)
            bind_others(m, i);
        else if (m->recipe->records.items[i].attribute_mode == HF_ATTRIBUTES_LISTED)
            bind_listed(m, i);
    }
    return true;
}

static bool set_attributes(hf_mapping *m, size_t index, uint64_t line, hf_patch *patch,
                           hf_severity severity)
{
    const hf_recipe_record *record = &m->recipe->records.items[index];
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(HF_ATTRIBUTES_BYTES_MAX);
    hf_head *head = patch->record;
    for (size_t i = 0; i < m->other_count[index]; i++) {
        const hf_bound_attribute *bound = &m->others[index][i];
        hf_str text =
            record->attribute_mode == HF_ATTRIBUTES_OTHERS
                ? hf_recipe_cell(&m->run, bound->column)
                : hf_recipe_evaluate(&m->run, record->attributes.items[bound->column].value);
        if (text.ptr == NULL || text.len == 0)
            continue;
        hf_buf_add_byte(&out, out.len == 0 ? '{' : ',');
        hf_buf_add_str(&out, bound->quoted);
        hf_json_quote(&out, text);
    }
    if (out.len == 0)
        return true;
    hf_buf_add_byte(&out, '}');
    if (out.overflow) {
        hf_problems_add(m->request->problems, severity, m->file, line, HF_STR_EMPTY,
                        "record.attributes_too_large",
                        "the attributes hold more than %u bytes; let the recipe take fewer",
                        HF_ATTRIBUTES_BYTES_MAX);
        return false;
    }
    head->attributes = hf_buf_copy(&m->scratch, &out);
    patch->has_attributes = true;
    return true;
}

// What the user calls the source of a field: its column when it has just one, else the field.
static hf_str column_of(const hf_mapping *m, const hf_recipe_field *field)
{
    const hf_recipe_value *value = field->value;
    if (value->parts.count != 1 || value->parts.items[0].kind != HF_PART_SLOT)
        return field->name;
    int32_t column = m->run.slot_columns[value->parts.items[0].index];
    return column >= 0 ? m->table.names[column] : field->name;
}

static bool set_fields(hf_mapping *m, size_t index, uint64_t line, hf_patch *patch,
                       hf_severity severity)
{
    const hf_recipe_record *record = &m->recipe->records.items[index];
    bool is_good = true;
    for (size_t i = 0; i < m->same_name_count[index]; i++) {
        const hf_bound_field *bound = &m->same_names[index][i];
        hf_str text = hf_recipe_cell(&m->run, bound->column);
        if (m->run.row->cells[bound->column].ptr == NULL ||
            hf_field_is_unsaid(bound->field, text.len == 0))
            continue;
        patch->present |= 1ull << bound->index;
        is_good &= hf_mapping_set(m, bound->field, patch->record, text, line,
                                  m->table.names[bound->column], severity);
    }
    for (size_t i = 0; i < record->fields.count; i++) {
        const hf_recipe_field *field = &record->fields.items[i];
        hf_str text = hf_recipe_evaluate(&m->run, field->value);
        if (text.ptr == NULL)
            text = HF_STR("");
        if (hf_field_is_unsaid(field->field, text.len == 0))
            continue;
        patch->present |= 1ull << field->field_index;
        is_good &= hf_mapping_set(m, field->field, patch->record, text, line, column_of(m, field),
                                  severity);
    }
    return is_good;
}

// The first expectation that the row does not meet becomes a problem.
static bool meets(hf_mapping *m, const hf_recipe_record *record, uint64_t line,
                  hf_severity severity)
{
    for (size_t i = 0; i < record->expect.count; i++) {
        hf_recipe_test *test = &record->expect.items[i];
        hf_recipe_tests one = {.items = test, .count = 1};
        if (hf_recipe_passes(&m->run, &one))
            continue;
        hf_recipe_field asked = {.name = HF_STR_EMPTY, .value = test->value};
        hf_str value = HF_STR_EMPTY, column = HF_STR_EMPTY;
        if (test->value != NULL) {
            column = column_of(m, &asked);
            value = hf_recipe_evaluate(&m->run, test->value);
        }
        hf_problems_add(m->request->problems, severity, m->file, line, column, "recipe.unexpected",
                        "'%.*s' is not what the recipe '%.*s' can use here for a %s; mend the row "
                        "or leave it out",
                        HF_STR_ARG(value), HF_STR_ARG(m->recipe->name), record->noun->name);
        return false;
    }
    return true;
}

typedef enum { MADE, LEFT_OUT, REFUSED } made;

static made make_patch(hf_mapping *m, size_t index, const hf_row *row, hf_patch *patch)
{
    const hf_recipe_record *record = &m->recipe->records.items[index];
    hf_severity severity = record->skips_on_problem ? HF_WARNING : HF_REFUSED;
    made bad = record->skips_on_problem ? LEFT_OUT : REFUSED;
    const hf_target *target = hf_mapping_target(m, record->noun);
    if (record->layers.count > 0 && !is_in(&record->layers, m->table.layer))
        return LEFT_OUT;
    if (!hf_recipe_passes(&m->run, &record->when))
        return LEFT_OUT;
    if (!meets(m, record, row->line, severity))
        return bad;
    *patch = (hf_patch){.noun = record->noun};
    patch->record = hf_arena_take(&m->scratch, record->noun->struct_bytes);
    memcpy(patch->record, target->blank, record->noun->struct_bytes);
    if (!set_fields(m, index, row->line, patch, severity) ||
        !set_attributes(m, index, row->line, patch, severity))
        return bad;
    switch (hf_mapping_finish_key(m, target, patch, row->line, record->repeat, severity)) {
    case HF_KEY_NEW:
        return MADE;
    case HF_KEY_REPEATED:
        return LEFT_OUT;
    case HF_KEY_REFUSED:
        break;
    }
    return bad;
}

bool hf_mapping_recipe_row(hf_mapping *m, const hf_row *row, hf_error *err)
{
    size_t count = m->recipe->records.count, made_count = 0;
    hf_patch *patches = HF_NEW_N(&m->scratch, hf_patch, count);
    const hf_noun *refused = NULL; // what the first part of the row would have been that cannot be
    m->run.row = row;
    for (size_t i = 0; i < count; i++) {
        made how = make_patch(m, i, row, &patches[made_count]);
        made_count += how == MADE;
        if (how == REFUSED && refused == NULL)
            refused = m->recipe->records.items[i].noun;
    }
    if (refused != NULL)
        hf_mapping_refuse(m, refused);
    else if (made_count == 0)
        m->result->skipped_count++;
    for (size_t i = 0; refused == NULL && i < made_count; i++)
        if (!hf_mapping_deliver(m, &patches[i], row->line, err))
            return false;
    return true;
}
