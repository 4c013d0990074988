// SPDX-License-Identifier: Apache-2.0
//
// Records, lists, search hits, history, events and the noun tables as JSON: written here once, for
// every door.
#include "base/limits.h"
#include "usecase/record.h"

static const hf_head *head_of(const void *record)
{
    return record;
}

static void name_str(hf_json_writer *out, const char *name, hf_str text)
{
    hf_json_name(out, name);
    if (text.len == 0)
        hf_json_add_null(out);
    else
        hf_json_add_str(out, text);
}

void hf_write_record(const hf_session *session, const hf_noun *noun, const void *record,
                     hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_noun_write_json(noun, record, out);
    hf_json_name(out, "can");
    hf_json_begin_array(out);
    if (hf_may(&session->actor, HF_CAN_EDIT, noun, record)) {
        hf_json_add_z(out, "edit");
        hf_json_add_z(out, "remove");
    }
    if (hf_may(&session->actor, HF_CAN_EXPORT, noun, record))
        hf_json_add_z(out, "export");
    hf_json_end_array(out);
    hf_json_end_object(out);
}

void hf_begin_page(hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "items");
    hf_json_begin_array(out);
}

static void write_count(uint64_t value, bool is_exact, hf_json_writer *out)
{
    hf_json_name(out, "count");
    hf_json_begin_object(out);
    hf_json_name(out, "value");
    hf_json_add_u64(out, value);
    hf_json_name(out, "exact");
    hf_json_add_bool(out, is_exact);
    hf_json_end_object(out);
}

void hf_end_page(const hf_page *page, bool is_counted, hf_json_writer *out)
{
    hf_json_end_array(out);
    name_str(out, "next", page->next);
    if (is_counted) {
        write_count(page->total, page->is_total_exact, out);
    } else {
        hf_json_name(out, "count");
        hf_json_add_null(out);
    }
    hf_json_end_object(out);
}

void hf_write_page(const hf_session *session, const hf_query *query, const hf_page *page,
                   hf_json_writer *out)
{
    hf_begin_page(out);
    for (size_t i = 0; i < page->count; i++)
        hf_write_record(session, query->noun, page->records[i], out);
    hf_end_page(page, query->want_count, out);
}

void hf_write_hits(const hf_hit *hits, size_t count, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "items");
    hf_json_begin_array(out);
    for (size_t i = 0; i < count; i++) {
        hf_json_begin_object(out);
        hf_json_name(out, "noun");
        hf_json_add_z(out, hits[i].noun->name);
        name_str(out, "key", hits[i].key);
        name_str(out, "name", hits[i].name);
        name_str(out, "kind", hits[i].kind);
        name_str(out, "sector", hits[i].sector);
        name_str(out, "region", hits[i].region);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    write_count(count, count < HF_SEARCH_RANKED_MAX, out);
    hf_json_end_object(out);
}

// --- history

static void write_value(const hf_field *field, const void *record, hf_json_writer *out)
{
    if (record == NULL)
        hf_json_add_null(out);
    else
        hf_field_write_json(field, record, out);
}

static void write_field_changes(const hf_noun *noun, const hf_version *version, hf_json_writer *out)
{
    for (size_t i = 0; i < noun->field_count; i++) {
        const hf_field *field = &noun->fields[i];
        if ((field->flags & HF_FIELD_SECRET) != 0)
            continue;
        bool was = version->before != NULL && !hf_field_is_empty(field, version->before);
        bool is = version->after != NULL && !hf_field_is_empty(field, version->after);
        if ((!was && !is) || (was && is && hf_field_equal(field, version->before, version->after)))
            continue;
        hf_json_begin_object(out);
        hf_json_name(out, "field");
        hf_json_add_z(out, field->name);
        hf_json_name(out, "before");
        write_value(field, version->before, out);
        hf_json_name(out, "after");
        write_value(field, version->after, out);
        hf_json_end_object(out);
    }
}

static void write_attributes_change(const hf_version *version, hf_json_writer *out)
{
    hf_str before = version->before != NULL ? head_of(version->before)->attributes : HF_STR_EMPTY;
    hf_str after = version->after != NULL ? head_of(version->after)->attributes : HF_STR_EMPTY;
    if (hf_str_equal(before, after))
        return;
    hf_json_begin_object(out);
    hf_json_name(out, "field");
    hf_json_add_z(out, "attributes");
    hf_json_name(out, "before");
    hf_json_add_raw(out, before.len > 0 ? before : HF_STR("{}"));
    hf_json_name(out, "after");
    hf_json_add_raw(out, after.len > 0 ? after : HF_STR("{}"));
    hf_json_end_object(out);
}

void hf_write_changes(const hf_noun *noun, const hf_version *version, hf_json_writer *out)
{
    hf_json_begin_array(out);
    write_field_changes(noun, version, out);
    write_attributes_change(version, out);
    hf_json_end_array(out);
}

void hf_write_history(const hf_noun *noun, const hf_version *versions, size_t count,
                      hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "items");
    hf_json_begin_array(out);
    for (size_t i = 0; i < count; i++) {
        hf_json_begin_object(out);
        hf_json_name(out, "version");
        hf_json_add_i64(out, versions[i].version);
        hf_noun_write_time(out, "at", versions[i].at_ms);
        name_str(out, "actor", versions[i].actor);
        hf_json_name(out, "action");
        hf_json_add_z(out, hf_history_action_words[versions[i].action]);
        hf_json_name(out, "event");
        hf_json_add_i64(out, versions[i].event);
        name_str(out, "source", versions[i].source);
        hf_json_name(out, "changes");
        hf_write_changes(noun, &versions[i], out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_end_object(out);
}

static void write_edit_sample(const hf_noun *noun, const hf_version *change, hf_json_writer *out)
{
    const hf_field *name = hf_noun_field(noun, HF_STR("name"), NULL);
    hf_json_begin_object(out);
    name_str(out, "key", head_of(change->before)->key);
    hf_json_name(out, "name");
    if (name != NULL)
        hf_field_write_json(name, change->before, out);
    else
        hf_json_add_null(out);
    hf_json_name(out, "changes");
    hf_write_changes(noun, change, out);
    hf_json_end_object(out);
}

static void write_edit_problem(const hf_edit_problem *problem, hf_json_writer *out)
{
    hf_json_begin_object(out);
    name_str(out, "key", problem->key);
    hf_json_name(out, "code");
    hf_json_add_z(out, problem->fault.code);
    name_str(out, "column", hf_str_of(problem->fault.column));
    hf_json_name(out, "message");
    hf_json_add_z(out, problem->fault.message);
    hf_json_end_object(out);
}

void hf_write_edit(const hf_noun *noun, const hf_edit_result *result, hf_json_writer *out)
{
    const struct {
        const char *name;
        uint64_t value;
    } counts[] = {{"matched", result->matched},
                  {"changed", result->changed},
                  {"unchanged", result->unchanged},
                  {"refused", result->refused}};
    hf_json_begin_object(out);
    for (size_t i = 0; i < HF_COUNT(counts); i++) {
        hf_json_name(out, counts[i].name);
        hf_json_add_u64(out, counts[i].value);
    }
    hf_json_name(out, "changes");
    hf_json_begin_array(out);
    for (size_t i = 0; i < result->sample_count; i++)
        write_edit_sample(noun, &result->samples[i], out);
    hf_json_end_array(out);
    hf_json_name(out, "problems");
    hf_json_begin_array(out);
    for (size_t i = 0; i < result->problem_count; i++)
        write_edit_problem(&result->problems[i], out);
    hf_json_end_array(out);
    hf_json_name(out, "stored");
    hf_json_add_bool(out, result->is_stored);
    hf_json_name(out, "event");
    if (result->event > 0)
        hf_json_add_i64(out, result->event);
    else
        hf_json_add_null(out);
    hf_json_end_object(out);
}

void hf_write_event(const hf_event *event, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "seq");
    hf_json_add_i64(out, event->sequence);
    hf_noun_write_time(out, "at", event->at);
    name_str(out, "actor", event->actor);
    name_str(out, "action", event->action);
    name_str(out, "noun", event->noun_name);
    name_str(out, "key", event->record_key);
    name_str(out, "source", event->head.source);
    hf_json_name(out, "detail");
    if (event->detail.len > 0)
        hf_json_add_raw(out, event->detail);
    else
        hf_json_add_null(out);
    hf_json_end_object(out);
}

// --- the noun tables

static const char *type_word(const hf_field *field)
{
    if ((field->flags & HF_FIELD_LON) != 0)
        return "lon";
    if ((field->flags & HF_FIELD_LAT) != 0)
        return "lat";
    if (field->words == hf_marking_words)
        return "marking";
    switch (field->type) {
    case HF_TEXT:
        return "text";
    case HF_KEY:
        return "key";
    case HF_REF:
    case HF_LINK:
        return "ref";
    case HF_WORD:
        return "enum";
    case HF_INTEGER:
        return "integer";
    case HF_NUMBER:
        return "number";
    case HF_BOOL:
        return "bool";
    case HF_TIME:
        return "time";
    case HF_LIST:
        return "list";
    case HF_JSON:
        return "json";
    }
    return "text";
}

static size_t max_bytes_of(const hf_field *field)
{
    if (field->max_bytes > 0)
        return field->max_bytes;
    bool is_key = field->type == HF_KEY || field->type == HF_REF || field->type == HF_LINK;
    return is_key ? HF_KEY_BYTES_MAX : HF_TEXT_BYTES_MAX;
}

static void write_bounds(const hf_field *field, hf_json_writer *out)
{
    bool is_number = field->type == HF_INTEGER || field->type == HF_NUMBER;
    bool is_bounded = is_number && field->min < field->max;
    bool is_text = field->type == HF_TEXT || field->type == HF_KEY || field->type == HF_REF ||
                   field->type == HF_LINK || field->type == HF_LIST || field->type == HF_JSON;
    hf_json_name(out, "unit");
    hf_json_add_z(out, field->unit);
    hf_json_name(out, "min");
    hf_json_add_double(out, is_bounded ? field->min : NAN);
    hf_json_name(out, "max");
    hf_json_add_double(out, is_bounded ? field->max : NAN);
    hf_json_name(out, "max_bytes");
    if (is_text)
        hf_json_add_u64(out, max_bytes_of(field));
    else
        hf_json_add_null(out);
}

static void write_words(const hf_field *field, hf_json_writer *out)
{
    hf_json_name(out, "words");
    if (field->words == NULL) {
        hf_json_add_null(out);
        return;
    }
    hf_json_begin_array(out);
    for (size_t i = 0; field->words[i] != NULL; i++)
        hf_json_add_z(out, field->words[i]);
    hf_json_end_array(out);
}

static void write_field(const hf_field *field, hf_json_writer *out)
{
    bool can_filter = (field->flags & HF_FIELD_FILTER) != 0;
    hf_json_begin_object(out);
    hf_json_name(out, "name");
    hf_json_add_z(out, field->name);
    hf_json_name(out, "type");
    hf_json_add_z(out, type_word(field));
    write_bounds(field, out);
    hf_json_name(out, "required");
    hf_json_add_bool(out, (field->flags & HF_FIELD_REQUIRED) != 0);
    write_words(field, out);
    hf_json_name(out, "refers");
    hf_json_add_z(out, field->refers);
    hf_json_name(out, "default");
    hf_json_add_z(out, field->fallback);
    hf_json_name(out, "filter");
    hf_json_add_bool(out, can_filter);
    hf_json_name(out, "sort");
    hf_json_add_bool(out, can_filter || field->type == HF_KEY);
    hf_json_name(out, "read_only");
    hf_json_add_bool(out, (field->flags & HF_FIELD_READ_ONLY) != 0);
    hf_json_end_object(out);
}

void hf_write_schema(hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "nouns");
    hf_json_begin_array(out);
    for (size_t i = 0; hf_nouns[i] != NULL; i++) {
        const hf_noun *noun = hf_nouns[i];
        hf_json_begin_object(out);
        hf_json_name(out, "name");
        hf_json_add_z(out, noun->name);
        hf_json_name(out, "plural");
        hf_json_add_z(out, noun->plural);
        hf_json_name(out, "fields");
        hf_json_begin_array(out);
        for (size_t j = 0; j < noun->field_count; j++) {
            if ((noun->fields[j].flags & HF_FIELD_SECRET) == 0)
                write_field(&noun->fields[j], out);
        }
        hf_json_end_array(out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_end_object(out);
}
