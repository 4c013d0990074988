// SPDX-License-Identifier: Apache-2.0
//
// Rows whose columns bear the names of a noun's fields: the register's own files. Columns that no field takes
// become attributes. An empty cell clears, an absent column leaves alone.
#include <string.h>

#include "base/limits.h"
#include "format/input.h"
#include "format/mapping.h"
#include "format/write.h"

static bool is_word(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

const hf_noun *hf_noun_by_file(hf_str stem)
{
    size_t end = 0;
    while (end < stem.len && is_word(stem.ptr[end]))
        end++;
    const hf_noun *noun = hf_noun_find(hf_str_slice(stem, 0, end));
    if (noun == NULL) // "layer-members"
        noun = hf_noun_find(stem);
    bool is_named = noun != NULL && noun->group != HF_GROUP_PLATFORM &&
                    (end == stem.len ||
                     hf_str_equal_ascii_case(hf_str_slice(stem, 0, end), hf_str_of(noun->plural)));
    return is_named ? noun : NULL;
}

static bool has_column(const hf_table *table, const char *name, size_t *index)
{
    for (size_t i = 0; i < table->count; i++)
        if (hf_str_equal_ascii_case(hf_str_trim(table->names[i]), hf_str_of(name))) {
            if (index != NULL)
                *index = i;
            return true;
        }
    return false;
}

static const hf_noun *noun_by_columns(const hf_table *table)
{
    static const char *const asset_columns[] = {"kind", "sector", "lon", "lat", "people_served"};
    if (has_column(table, "supplier", NULL) && has_column(table, "consumer", NULL))
        return hf_noun_find(HF_STR("dependency"));
    if (has_column(table, "layer", NULL) && has_column(table, "asset", NULL))
        return hf_noun_find(HF_STR("layer"));
    for (size_t i = 0; has_column(table, "key", NULL) && i < HF_COUNT(asset_columns); i++)
        if (has_column(table, asset_columns[i], NULL))
            return hf_noun_find(HF_STR("asset"));
    return NULL;
}

// Which noun the rows of this table are. noun NULL and true: the column `noun` says it row by row.
static bool decide_noun(hf_mapping *m, hf_error *err)
{
    hf_str layer = m->table.layer;
    m->noun = m->request->noun;
    if (m->noun == NULL && layer.len > 0)
        m->noun = hf_noun_by_file(layer);
    m->noun_column = SIZE_MAX;
    if (m->noun == NULL && has_column(&m->table, "noun", &m->noun_column) &&
        has_column(&m->table, "key", NULL))
        return true;
    m->noun_column = SIZE_MAX;
    if (m->noun == NULL)
        m->noun = hf_noun_by_file(hf_file_stem(m->file));
    if (m->noun == NULL)
        m->noun = noun_by_columns(&m->table);
    if (m->noun != NULL)
        return true;
    hf_fail(err, HF_ERR_INPUT, "noun.unknown",
            "cannot tell what the rows of %s%.*s%s are; say it with --as NOUN or --recipe NAME",
            layer.len > 0 ? "layer '" : "this file", HF_STR_ARG(layer), layer.len > 0 ? "'" : "");
    return hf_fail_at(err, m->z_file, 1, NULL);
}

static bool require_columns(hf_mapping *m, const hf_target *target, hf_error *err)
{
    const hf_noun *noun = target->noun;
    const char *missing = NULL;
    if (has_column(&m->table, "key", NULL))
        return true;
    if (!target->makes_key)
        missing = "key";
    for (size_t i = 1; missing == NULL && i < noun->field_count; i++)
        if ((noun->fields[i].flags & HF_FIELD_REQUIRED) != 0 &&
            !has_column(&m->table, noun->fields[i].name, NULL))
            missing = noun->fields[i].name;
    if (missing == NULL)
        return true;
    hf_fail(err, HF_ERR_INPUT, "csv.column_missing",
            "the column '%s' is missing, which %s need; add it or use a recipe", missing,
            noun->plural);
    return hf_fail_at(err, m->z_file, 1, missing);
}

static void bind(hf_mapping *m, hf_plain_plan *plan)
{
    const hf_noun *noun = plan->target->noun;
    plan->fields = HF_NEW_N(&m->table_arena, hf_bound_field, m->table.count);
    plan->attributes = HF_NEW_N(&m->table_arena, hf_bound_attribute, m->table.count);
    plan->field_count = plan->attribute_count = 0;
    plan->has_place_columns = false;
    for (size_t i = 0; i < m->table.count; i++) {
        size_t index = 0;
        hf_str name = hf_str_trim(m->table.names[i]);
        const hf_field *field = hf_noun_field(noun, name, &index);
        if (name.len == 0 || i == m->noun_column || hf_str_equal_z(name, HF_MADE_FOR_COLUMN))
            continue;
        if (field == NULL) {
            plan->attributes[plan->attribute_count++] = hf_mapping_attribute(m, name, i);
            continue;
        }
        if (!hf_field_is_public(field) || (field->flags & HF_FIELD_READ_ONLY) != 0)
            continue;
        plan->fields[plan->field_count++] =
            (hf_bound_field){.field = field, .index = index, .column = i};
        plan->has_place_columns |= (field->flags & (HF_FIELD_LON | HF_FIELD_LAT)) != 0;
    }
    hf_mapping_sort_attributes(plan->attributes, plan->attribute_count);
}

static hf_plain_plan *plan_of(hf_mapping *m, const hf_noun *noun)
{
    const hf_target *target = hf_mapping_target(m, noun);
    size_t at = (size_t)(target - m->targets);
    if (!m->has_plan[at]) {
        m->plans[at].target = target;
        bind(m, &m->plans[at]);
        m->has_plan[at] = true;
    }
    return &m->plans[at];
}

bool hf_mapping_plain_table(hf_mapping *m, hf_error *err)
{
    if (m->plans == NULL) {
        m->plans = HF_NEW_N(m->arena, hf_plain_plan, m->noun_count);
        m->has_plan = HF_NEW_N(m->arena, bool, m->noun_count);
    }
    memset(m->has_plan, 0, m->noun_count * sizeof m->has_plan[0]);
    if (!decide_noun(m, err))
        return false;
    if (m->noun == NULL)
        return true;
    const hf_target *target = hf_mapping_target(m, m->noun);
    // Columns of JSON turn up as they come; there a missing key is a fault of its row.
    bool is_settled = strcmp(m->result->format->name, "csv") == 0;
    return !is_settled || require_columns(m, target, err);
}

static bool set_attributes(hf_mapping *m, const hf_plain_plan *plan, const hf_row *row,
                           hf_patch *patch)
{
    hf_buf *out = &m->attributes;
    hf_head *head = patch->record;
    size_t count = 0;
    for (size_t i = 0; i < plan->attribute_count; i++) {
        hf_str cell = row->cells[plan->attributes[i].column];
        if (cell.ptr == NULL)
            continue;
        hf_buf_add_byte(out, count++ == 0 ? '{' : ',');
        hf_buf_add_str(out, plan->attributes[i].quoted);
        if (cell.len == 0)
            hf_buf_add_z(out, "null");
        else
            hf_json_quote(out, cell);
    }
    if (count == 0)
        return true;
    hf_buf_add_byte(out, '}');
    if (out->overflow || out->len > HF_ATTRIBUTES_BYTES_MAX) {
        hf_problems_add(m->request->problems, HF_REFUSED, m->file, row->line, HF_STR_EMPTY,
                        "record.attributes_too_large",
                        "the columns that no field takes hold more than %u bytes; leave some out",
                        HF_ATTRIBUTES_BYTES_MAX);
        return false;
    }
    head->attributes = hf_buf_str(out);
    patch->has_attributes = true;
    return true;
}

static bool set_boundary(hf_mapping *m, const hf_target *target, const hf_row *row, hf_patch *patch)
{
    bool is_area = hf_str_find(row->geometry, HF_STR("olygon\"")) < row->geometry.len;
    if (target->boundary == NULL || !is_area || (patch->present >> target->boundary_index & 1) != 0)
        return true;
    patch->present |= 1ull << target->boundary_index;
    return hf_mapping_set(m, target->boundary, patch->record, row->geometry, row->line,
                          HF_STR("geometry"), HF_REFUSED);
}

static const hf_noun *noun_of_row(hf_mapping *m, const hf_row *row)
{
    if (m->noun != NULL)
        return m->noun;
    hf_str name = hf_str_trim(row->cells[m->noun_column]);
    const hf_noun *noun = hf_noun_find(name);
    if (noun != NULL && noun->group != HF_GROUP_PLATFORM)
        return noun;
    hf_problems_add(m->request->problems, HF_REFUSED, m->file, row->line, HF_STR("noun"),
                    "noun.unknown",
                    "there is no noun '%.*s'; write asset, dependency, layer or another noun",
                    HF_STR_ARG(name));
    return NULL;
}

bool hf_mapping_plain_row(hf_mapping *m, const hf_row *row, hf_error *err)
{
    const hf_noun *noun = noun_of_row(m, row);
    if (noun == NULL) {
        hf_mapping_refuse(m, NULL);
        return true;
    }
    const hf_plain_plan *plan = plan_of(m, noun);
    const hf_target *target = plan->target;
    hf_patch patch = {.noun = noun, .record = hf_arena_take(&m->scratch, noun->struct_bytes)};
    bool is_good = true;
    memcpy(patch.record, target->blank, noun->struct_bytes);
    for (size_t i = 0; i < plan->field_count; i++) {
        const hf_bound_field *bound = &plan->fields[i];
        hf_str cell = row->cells[bound->column];
        if (cell.ptr == NULL || hf_field_is_unsaid(bound->field, cell.len == 0))
            continue;
        patch.present |= 1ull << bound->index;
        is_good &= hf_mapping_set(m, bound->field, patch.record, cell, row->line,
                                  m->table.names[bound->column], HF_REFUSED);
    }
    if (row->has_place && target->lon != NULL && !plan->has_place_columns)
        is_good &= hf_mapping_set_place(m, target, &patch, row, HF_REFUSED);
    if (row->geometry.len > 0)
        is_good &= set_boundary(m, target, row, &patch);
    is_good &= set_attributes(m, plan, row, &patch);
    if (is_good)
        is_good = hf_mapping_finish_key(m, target, &patch, row->line, HF_REPEAT_REFUSE,
                                        HF_REFUSED) == HF_KEY_NEW;
    if (is_good)
        return hf_mapping_deliver(m, &patch, row->line, err);
    hf_mapping_refuse(m, noun);
    return true;
}
