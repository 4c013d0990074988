// SPDX-License-Identifier: Apache-2.0
//
// Nouns as a whole: finding one, a fresh record, checking a record, its JSON. What concerns a
// single field is in field.c, changes to a record in patch.c.
#include "model/noun.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"

const char *const hf_marking_words[] = {"TLP:CLEAR",        "TLP:GREEN", "TLP:AMBER",
                                        "TLP:AMBER+STRICT", "TLP:RED",   NULL};

bool hf_marking_parse(hf_str text, hf_marking *out)
{
    hf_str label = hf_str_trim(text);
    if (label.len > 4 && hf_str_equal_ascii_case(hf_str_slice(label, 0, 4), HF_STR("TLP:")))
        label = hf_str_slice(label, 4, label.len);
    if (hf_str_equal_ascii_case(label, HF_STR("white"))) { // TLP 1.0, replaced by CLEAR in TLP 2.0
        *out = HF_TLP_CLEAR;
        return true;
    }
    for (size_t i = 0; hf_marking_words[i] != NULL; i++)
        if (hf_str_equal_ascii_case(label, hf_str_of(hf_marking_words[i] + 4))) {
            *out = (hf_marking)i;
            return true;
        }
    return false;
}

const hf_noun *hf_noun_find(hf_str name_or_plural)
{
    for (size_t i = 0; hf_nouns[i] != NULL; i++)
        if (hf_str_equal_ascii_case(name_or_plural, hf_str_of(hf_nouns[i]->name)) ||
            hf_str_equal_ascii_case(name_or_plural, hf_str_of(hf_nouns[i]->plural)))
            return hf_nouns[i];
    return NULL;
}

const hf_field *hf_noun_field(const hf_noun *noun, hf_str name, size_t *index)
{
    for (size_t i = 0; i < noun->field_count; i++)
        if (hf_str_equal_ascii_case(name, hf_str_of(noun->fields[i].name))) {
            if (index != NULL)
                *index = i;
            return &noun->fields[i];
        }
    return NULL;
}

void hf_noun_init(const hf_noun *noun, void *record)
{
    hf_error err = {0};
    memset(record, 0, noun->struct_bytes);
    for (size_t i = 0; i < noun->field_count; i++)
        HF_ASSERT(hf_field_set_text(&noun->fields[i], record, HF_STR_EMPTY, false, NULL, &err));
}

void *hf_noun_new(const hf_noun *noun, hf_arena *arena)
{
    void *record = hf_arena_take(arena, noun->struct_bytes);
    hf_noun_init(noun, record);
    return record;
}

void *hf_noun_copy(const hf_noun *noun, const void *record, hf_arena *arena)
{
    void *copy = hf_arena_take(arena, noun->struct_bytes);
    memcpy(copy, record, noun->struct_bytes);
    hf_head *head = copy;
    head->attributes = hf_str_copy(arena, head->attributes);
    for (size_t i = 0; i < noun->field_count; i++) {
        switch (noun->fields[i].type) {
        case HF_TEXT:
        case HF_KEY:
        case HF_REF:
        case HF_LINK:
        case HF_LIST:
        case HF_JSON: {
            hf_str *text = hf_field_at(&noun->fields[i], copy);
            *text = hf_str_copy(arena, *text);
            break;
        }
        case HF_WORD:
        case HF_INTEGER:
        case HF_NUMBER:
        case HF_BOOL:
        case HF_TIME:
            break;
        }
    }
    return copy;
}

bool hf_noun_check(const hf_noun *noun, void *record, hf_arena *arena, hf_error *err)
{
    if (noun->complete != NULL)
        noun->complete(record, arena);
    for (size_t i = 0; i < noun->field_count; i++) {
        const hf_field *field = &noun->fields[i];
        if ((field->flags & HF_FIELD_REQUIRED) == 0 || !hf_field_is_empty(field, record))
            continue;
        hf_fail(err, HF_ERR_INPUT, "field.required", "%s is empty; every %s needs one", field->name,
                noun->name);
        return hf_fail_at(err, NULL, 0, field->name);
    }
    return noun->check == NULL || noun->check(record, err);
}

static void write_list(hf_str words, hf_json_writer *out)
{
    hf_str rest = words;
    hf_str word = HF_STR_EMPTY;
    hf_json_begin_array(out);
    while (hf_str_split(&rest, ' ', &word))
        if (word.len > 0)
            hf_json_add_str(out, word);
    hf_json_end_array(out);
}

void hf_field_write_json(const hf_field *field, const void *record, hf_json_writer *out)
{
    const void *at = hf_field_of(field, record);
    if (field->type == HF_LIST) {
        write_list(*(const hf_str *)at, out);
        return;
    }
    if (field->type == HF_BOOL) {
        hf_json_add_bool(out, *(const bool *)at);
        return;
    }
    if (hf_field_is_empty(field, record)) {
        hf_json_add_null(out);
        return;
    }
    switch (field->type) {
    case HF_TEXT:
    case HF_KEY:
    case HF_REF:
    case HF_LINK:
        hf_json_add_str(out, *(const hf_str *)at);
        break;
    case HF_WORD:
        hf_json_add_z(out, field->words[*(const int32_t *)at]);
        break;
    case HF_INTEGER:
        hf_json_add_i64(out, *(const int64_t *)at);
        break;
    case HF_NUMBER:
        hf_json_add_double(out, *(const double *)at);
        break;
    case HF_TIME: {
        char text[32];
        hf_time_format(*(const int64_t *)at, text);
        hf_json_add_z(out, text);
        break;
    }
    case HF_JSON:
        hf_json_add_raw(out, *(const hf_str *)at);
        break;
    case HF_BOOL:
    case HF_LIST:
        break; // above
    }
}

void hf_noun_write_time(hf_json_writer *out, const char *name, int64_t ms)
{
    char text[32];
    hf_json_name(out, name);
    if (ms == HF_INTEGER_NONE) {
        hf_json_add_null(out);
        return;
    }
    hf_time_format(ms, text);
    hf_json_add_z(out, text);
}

void hf_noun_write_json(const hf_noun *noun, const void *record, hf_json_writer *out)
{
    const hf_head *head = record;
    hf_json_name(out, "id");
    hf_json_add_z(out, head->id);
    hf_json_name(out, "version");
    hf_json_add_i64(out, head->version);
    hf_noun_write_time(out, "created_at", head->created_ms);
    hf_noun_write_time(out, "updated_at", head->updated_ms);
    for (size_t i = 0; i < noun->field_count; i++) {
        if ((noun->fields[i].flags & HF_FIELD_SECRET) != 0)
            continue;
        hf_json_name(out, noun->fields[i].name);
        hf_field_write_json(&noun->fields[i], record, out);
    }
    hf_json_name(out, "attributes");
    hf_json_add_raw(out, head->attributes.len > 0 ? head->attributes : HF_STR("{}"));
}

static int by_name(const void *a, const void *b)
{
    const struct hf_canonical_member *left = a, *right = b;
    return strcmp(left->field->name, right->field->name); // all of them are ASCII
}

hf_canonical hf_canonical_of(const hf_noun *noun, hf_arena *arena)
{
    struct hf_canonical_member *members =
        HF_NEW_N(arena, struct hf_canonical_member, noun->field_count);
    hf_canonical form = {.noun = noun, .members = members};
    for (size_t i = 0; i < noun->field_count; i++) {
        const hf_field *field = &noun->fields[i];
        if ((field->flags & (HF_FIELD_NO_DIGEST | HF_FIELD_SECRET | HF_FIELD_READ_ONLY)) == 0)
            members[form.count++] =
                (struct hf_canonical_member){field, hf_str_format(arena, "\"%s\":", field->name)};
    }
    if (form.count > 0)
        qsort(members, form.count, sizeof(members[0]), by_name);
    while (form.attributes_at < form.count &&
           strcmp(members[form.attributes_at].field->name, "attributes") < 0)
        form.attributes_at++;
    return form;
}

void hf_noun_write_canonical(const hf_canonical *form, const void *record, hf_buf *out)
{
    hf_str attributes = ((const hf_head *)record)->attributes;
    hf_json_writer json = {.out = out};
    hf_json_begin_object(&json);
    for (size_t i = 0; i <= form->count; i++) {
        if (i == form->attributes_at && attributes.len > 0) {
            hf_json_name(&json, "attributes");
            hf_json_add_raw(&json, attributes);
        }
        if (i == form->count || hf_field_is_empty(form->members[i].field, record))
            continue;
        hf_json_name_raw(&json, form->members[i].name);
        hf_field_write_json(form->members[i].field, record, &json);
    }
    hf_json_end_object(&json);
}

hf_str hf_code_with_case(hf_str text, bool upper, hf_arena *arena)
{
    char from = upper ? 'a' : 'A';
    bool differs = false;
    for (size_t i = 0; i < text.len; i++)
        differs |= text.ptr[i] >= from && text.ptr[i] <= from + 25;
    if (!differs)
        return text;
    char *copy = hf_arena_take(arena, text.len);
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        copy[i] = byte >= from && byte <= from + 25 ? (char)(byte ^ 0x20) : byte;
    }
    return (hf_str){copy, text.len};
}
