// SPDX-License-Identifier: Apache-2.0
//
// Filters of a list: words of the question to values that the statement binds. Called by list_plan.c.
#include <string.h>

#include "store/list_job.h"

bool hf_list_fail_field(hf_str name, hf_error *err)
{
    return hf_fail(err, HF_ERR_USAGE, "query.field", "cannot filter or sort by '%.*s'",
                   HF_STR_ARG(name));
}

hf_value hf_list_value_of(const hf_field *field, const void *record)
{
    const void *at = hf_field_of(field, record);
    switch (field->type) {
    case HF_TEXT:
    case HF_KEY:
    case HF_REF:
    case HF_LINK:
    case HF_LIST:
    case HF_JSON:
        return (hf_value){.type = HF_VALUE_TEXT, .text = *(const hf_str *)at};
    case HF_WORD:
        return (hf_value){.type = HF_VALUE_INTEGER, .integer = *(const int32_t *)at};
    case HF_INTEGER:
    case HF_TIME:
        return (hf_value){.type = HF_VALUE_INTEGER, .integer = *(const int64_t *)at};
    case HF_NUMBER:
        return (hf_value){.type = HF_VALUE_DOUBLE, .number = *(const double *)at};
    case HF_BOOL:
        return (hf_value){.type = HF_VALUE_INTEGER, .integer = *(const bool *)at ? 1 : 0};
    }
    return (hf_value){.type = HF_VALUE_NULL};
}

static bool parse_value(hf_list_job *job, const hf_field *field, hf_str text, hf_value *out,
                        hf_error *err)
{
    void *record = hf_noun_new(job->sql->noun, job->arena);
    if (!hf_field_set_text(field, record, text, false, job->arena, err)) {
        err->kind = HF_ERR_USAGE;
        err->code = "query.value";
        return false;
    }
    *out = hf_list_value_of(field, record);
    return true;
}

bool hf_list_is_declared(const hf_field *field)
{
    return field->type == HF_KEY || (field->flags & HF_FIELD_FILTER) != 0;
}

static hf_str end_of(hf_arena *arena, hf_str prefix)
{
    char *bytes = hf_arena_take(arena, prefix.len + 4);
    memcpy(bytes, prefix.ptr, prefix.len);
    memcpy(bytes + prefix.len, "\xf4\x8f\xbf\xbf", 4); // U+10FFFF: above every text that goes on
    return (hf_str){bytes, prefix.len + 4};
}

bool hf_list_add_value(hf_list_job *job, hf_value value, hf_error *err)
{
    if (job->value_count == VALUES_MAX)
        return hf_fail(err, HF_ERR_USAGE, "query.value", "more than %d filter values", VALUES_MAX);
    job->values[job->value_count++] = value;
    return true;
}

bool hf_list_add_words(hf_list_job *job, hf_sql_filter *filter, hf_str words, hf_error *err)
{
    hf_str word;
    while (hf_str_split(&words, ' ', &word)) {
        if (word.len == 0)
            continue;
        hf_value value = {.type = HF_VALUE_TEXT,
                          .text = hf_str_format(job->arena, " %.*s ", HF_STR_ARG(word))};
        if (!hf_list_add_value(job, value, err))
            return false;
        filter->value_count++;
    }
    return true;
}

// "EN,HE": one of these beginnings.
static bool add_beginnings(hf_list_job *job, hf_sql_filter *filter, hf_str words, hf_error *err)
{
    hf_str word;
    do {
        size_t comma = hf_str_find_byte(words, ',', 0);
        word = hf_str_slice(words, 0, comma);
        words = hf_str_slice(words, comma + 1, words.len);
        hf_value from = {.type = HF_VALUE_TEXT, .text = word};
        hf_value to = {.type = HF_VALUE_TEXT, .text = end_of(job->arena, word)};
        if (!hf_list_add_value(job, from, err) || !hf_list_add_value(job, to, err))
            return false;
        filter->value_count += 2;
    } while (words.len > 0);
    return true;
}

bool hf_list_add_filter(hf_list_job *job, size_t index, hf_error *err)
{
    const hf_filter *given = &job->query->filters[index];
    hf_sql_filter *filter = &job->filters[job->filter_count];
    hf_value value = {.type = HF_VALUE_NULL};
    bool is_within =
        given->how == HF_WITHIN && given->field != NULL && given->field->type == HF_LIST;
    if (given->field == NULL ||
        (!is_within && (given->how == HF_WITHIN || !hf_list_is_declared(given->field))))
        return hf_list_fail_field(hf_str_of(given->field != NULL ? given->field->name : "?"), err);
    for (size_t i = 0; given->how == HF_IS && i < index; i++)
        if (job->query->filters[i].field == given->field && job->query->filters[i].how == HF_IS)
            return true; // taken together with the first of its kind
    if (job->filter_count == FILTERS_MAX)
        return hf_fail(err, HF_ERR_USAGE, "query.value", "more than %d filters", FILTERS_MAX);
    *filter = (hf_sql_filter){.field = given->field, .how = (int)given->how};
    job->filter_count++;
    if (given->how == HF_IS_EMPTY || given->how == HF_NOT_EMPTY)
        return true;
    if (is_within)
        return hf_list_add_words(job, filter, given->value, err);
    if (given->how == HF_BEGINS)
        return add_beginnings(job, filter, given->value, err);
    int32_t left_out = hf_sql_left_out(job->sql, given->field);
    for (size_t i = index; i < job->query->filter_count; i++) {
        const hf_filter *other = &job->query->filters[i];
        if (i != index &&
            (given->how != HF_IS || other->field != given->field || other->how != HF_IS))
            continue;
        if (!parse_value(job, given->field, other->value, &value, err) ||
            !hf_list_add_value(job, value, err))
            return false;
        filter->is_default |= value.type == HF_VALUE_INTEGER && value.integer == left_out;
        filter->value_count++;
    }
    return true;
}
