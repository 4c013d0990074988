// SPDX-License-Identifier: Apache-2.0
//
// The state of a record before a change, kept as JSON in the history: readable in ten years and by a newer
// table of fields. Secrets are not in it.
#include "base/limits.h"
#include "store/internal.h"

static void add_number(hf_json_writer *json, const char *name, int64_t value)
{
    hf_json_name(json, name);
    hf_json_add_i64(json, value);
}

void hf_image_write(const hf_noun *noun, const void *record, int64_t salt, hf_buf *out)
{
    const hf_head *head = record;
    hf_json_writer json = {.out = out};
    hf_json_begin_object(&json);
    for (size_t i = 0; i < noun->field_count; i++) {
        const hf_field *field = &noun->fields[i];
        bool is_default = field->fallback == NULL && hf_field_is_empty(field, record);
        if (is_default || (field->flags & HF_FIELD_SECRET) != 0)
            continue;
        hf_json_name(&json, field->name);
        hf_field_write_json(field, record, &json);
    }
    if (head->attributes.len > 0) {
        hf_json_name(&json, "_attributes");
        hf_json_add_raw(&json, head->attributes);
    }
    add_number(&json, "_version", head->version);
    add_number(&json, "_created", head->created_ms);
    add_number(&json, "_updated", head->updated_ms);
    add_number(&json, "_event", head->added_event);
    add_number(&json, "_salt", salt);
    hf_json_end_object(&json);
}

static int64_t number_of(const hf_json *object, const char *name)
{
    const hf_json *value = hf_json_get(object, name);
    return value != NULL && value->type == HF_JSON_INT ? value->integer : 0;
}

bool hf_image_read(const hf_noun *noun, hf_str json, hf_arena *arena, void *record, int64_t *salt,
                   hf_error *err)
{
    hf_json *object = NULL;
    hf_head *head = record;
    if (!hf_json_parse(json, arena, &object, err))
        return false;
    hf_noun_init(noun, record);
    for (const hf_json *member = object->child; member != NULL; member = member->next) {
        const hf_field *field = hf_noun_field(noun, member->name, NULL);
        if (field != NULL && !hf_field_set_json(field, record, member, arena, err))
            return false;
    }
    const hf_json *attributes = hf_json_get(object, "_attributes");
    if (attributes != NULL) {
        HF_CLEANUP(hf_buf_done) hf_buf bytes = hf_buf_of(HF_ATTRIBUTES_BYTES_MAX * 2);
        hf_json_canonical(attributes, &bytes);
        head->attributes = hf_buf_copy(arena, &bytes);
    }
    head->version = number_of(object, "_version");
    head->created_ms = number_of(object, "_created");
    head->updated_ms = number_of(object, "_updated");
    head->added_event = number_of(object, "_event");
    *salt = number_of(object, "_salt");
    return true;
}
