// SPDX-License-Identifier: Apache-2.0
//
// Changes to a record: from a JSON object, and laid over what is there. Attributes (what the noun's
// table does not know) merge by name.
#include <string.h>

#include "base/limits.h"
#include "model/noun.h"

// Members that describe a record but are never set through it.
static bool is_about_the_record(hf_str name)
{
    static const char *const names[] = {"id", "version", "created_at", "updated_at", "can"};
    for (size_t i = 0; i < HF_COUNT(names); i++)
        if (hf_str_equal_z(name, names[i]))
            return true;
    return false;
}

static void add_attribute(hf_json_writer *attributes, hf_str name, const hf_json *value)
{
    hf_json_name_str(attributes, name);
    attributes->after_name = false;
    hf_json_canonical(value, attributes->out);
}

static bool set_member(const hf_noun *noun, const hf_json *member, hf_arena *arena, hf_patch *out,
                       hf_json_writer *attributes, hf_error *err)
{
    size_t index = 0;
    const hf_field *field = hf_noun_field(noun, member->name, &index);
    if (field != NULL && hf_str_equal_z(member->name, field->name)) {
        if ((field->flags & (HF_FIELD_READ_ONLY | HF_FIELD_SECRET)) != 0) {
            hf_fail(err, HF_ERR_INPUT, "field.read_only", "%s is set by the program; leave it out",
                    field->name);
            return hf_fail_at(err, NULL, 0, field->name);
        }
        if (hf_field_is_unsaid(field, member->type == HF_JSON_NULL))
            return true;
        out->present |= 1ull << index;
        return hf_field_set_json(field, out->record, member, arena, err);
    }
    if (is_about_the_record(member->name))
        return true;
    if (!hf_str_equal_z(member->name, "attributes")) {
        add_attribute(attributes, member->name, member);
        return true;
    }
    if (member->type != HF_JSON_OBJECT && member->type != HF_JSON_NULL) {
        hf_fail(err, HF_ERR_INPUT, "field.wrong_type",
                "attributes is of another type; write an object");
        return hf_fail_at(err, NULL, 0, "attributes");
    }
    for (const hf_json *item = member->child; item != NULL; item = item->next)
        add_attribute(attributes, item->name, item);
    return true;
}

// The member's name as a JSON pointer.
static bool point_at_member(hf_error *err)
{
    char pointer[80];
    size_t length = strnlen(err->column, sizeof(err->column));
    pointer[0] = '/';
    memcpy(pointer + 1, err->column, length);
    pointer[length + 1] = '\0';
    return hf_fail_at(err, pointer, 0, NULL);
}

void hf_patch_faults(const hf_noun *noun, const hf_json *object, hf_arena *arena, hf_error **list,
                     size_t *count)
{
    HF_CLEANUP(hf_buf_done) hf_buf bytes = hf_buf_of(HF_ATTRIBUTES_BYTES_MAX);
    hf_json_writer attributes = {.out = &bytes};
    hf_patch unused = {.noun = noun, .record = hf_noun_new(noun, arena)};
    *list = HF_NEW_N(arena, hf_error, object->child_count);
    *count = 0;
    hf_json_begin_object(&attributes);
    for (const hf_json *member = object->child; member != NULL; member = member->next) {
        hf_error *fault = &(*list)[*count];
        if (!set_member(noun, member, arena, &unused, &attributes, fault)) {
            (void)point_at_member(fault);
            (*count)++;
        }
    }
}

bool hf_patch_from_json(const hf_noun *noun, const hf_json *object, hf_arena *arena, hf_patch *out,
                        hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf bytes = hf_buf_of(HF_ATTRIBUTES_BYTES_MAX);
    hf_json_writer attributes = {.out = &bytes};
    hf_patch patch = {.noun = noun, .record = hf_noun_new(noun, arena)};
    if (object->type != HF_JSON_OBJECT)
        return hf_fail(err, HF_ERR_INPUT, "json.not_an_object",
                       "this is no %s; write a JSON object", noun->name);
    hf_json_begin_object(&attributes);
    for (const hf_json *member = object->child; member != NULL; member = member->next)
        if (!set_member(noun, member, arena, &patch, &attributes, err))
            return point_at_member(err);
    hf_json_end_object(&attributes);
    if (bytes.overflow)
        return hf_fail(err, HF_ERR_INPUT, "field.too_long",
                       "the members that no field takes are longer than %u bytes; leave some out",
                       HF_ATTRIBUTES_BYTES_MAX);
    patch.has_attributes = bytes.len > 2;
    if (patch.has_attributes)
        ((hf_head *)patch.record)->attributes = hf_buf_copy(arena, &bytes);
    *out = patch;
    return true;
}

static bool merge_attributes(hf_head *head, hf_str change, hf_arena *arena, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_buf_done) hf_buf bytes = hf_buf_of(HF_ATTRIBUTES_BYTES_MAX);
    hf_json *before = NULL;
    hf_json *after = NULL;
    hf_json merged = {.type = HF_JSON_OBJECT};
    hf_json **last = &merged.child;
    if (!hf_json_parse(head->attributes.len > 0 ? head->attributes : HF_STR("{}"), &scratch,
                       &before, err) ||
        !hf_json_parse(change, &scratch, &after, err))
        return false;
    for (const hf_json *from = before; from != NULL; from = from == before ? after : NULL)
        for (hf_json *item = from->child; item != NULL;) {
            hf_json *next = item->next;
            bool is_replaced = false;
            if (from == before)
                for (const hf_json *other = after->child; other != NULL; other = other->next)
                    is_replaced |= hf_str_equal(other->name, item->name);
            if (!is_replaced && item->type != HF_JSON_NULL) {
                item->next = NULL;
                *last = item;
                last = &item->next;
                merged.child_count++;
            }
            item = next;
        }
    if (merged.child_count == 0) {
        head->attributes = HF_STR_EMPTY;
        return true;
    }
    hf_json_canonical(&merged, &bytes);
    if (bytes.overflow)
        return hf_fail(
            err, HF_ERR_INPUT, "field.too_long",
            "the columns that no field takes are longer than %u bytes together; leave some "
            "out",
            HF_ATTRIBUTES_BYTES_MAX);
    head->attributes = hf_buf_copy(arena, &bytes);
    return true;
}

static size_t field_bytes(const hf_field *field)
{
    switch (field->type) {
    case HF_TEXT:
    case HF_KEY:
    case HF_REF:
    case HF_LINK:
    case HF_LIST:
    case HF_JSON:
        return sizeof(hf_str);
    case HF_WORD:
        return sizeof(int32_t);
    case HF_INTEGER:
    case HF_TIME:
        return sizeof(int64_t);
    case HF_NUMBER:
        return sizeof(double);
    case HF_BOOL:
        return sizeof(bool);
    }
    return 0;
}

bool hf_patch_apply(const hf_patch *patch, void *record, hf_arena *arena, hf_error *err)
{
    const hf_noun *noun = patch->noun;
    if (patch->has_attributes &&
        !merge_attributes(record, ((const hf_head *)patch->record)->attributes, arena, err))
        return false;
    for (size_t i = 0; i < noun->field_count; i++)
        if ((patch->present >> i & 1) != 0)
            memcpy(hf_field_at(&noun->fields[i], record),
                   hf_field_of(&noun->fields[i], patch->record), field_bytes(&noun->fields[i]));
    return true;
}
