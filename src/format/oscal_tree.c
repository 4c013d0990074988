// SPDX-License-Identifier: Apache-2.0
//
// OSCAL documents as trees: which model and version a file is, and changes to a tree that was read.
#include "base/limits.h"
#include "format/oscal.h"

static const char *const kinds[] = {"catalog",
                                    "profile",
                                    "component-definition",
                                    "system-security-plan",
                                    "assessment-plan",
                                    "assessment-results",
                                    "plan-of-action-and-milestones",
                                    "mapping-collection",
                                    NULL};

hf_str hf_oscal_kind_of(hf_str head)
{
    for (size_t i = 0; kinds[i] != NULL; i++) {
        char quoted[40];
        hf_buf room = {.ptr = quoted, .capacity = sizeof quoted, .max_bytes = sizeof quoted};
        hf_buf_add_format(&room, "\"%s\"", kinds[i]);
        size_t at = hf_str_find(head, hf_buf_str(&room));
        hf_str rest = hf_str_trim(hf_str_slice(head, at + room.len, head.len));
        if (!hf_str_starts(rest, ":"))
            continue;
        rest = hf_str_trim(hf_str_slice(rest, 1, rest.len));
        bool is_first = hf_str_equal_z(hf_str_trim(hf_str_slice(head, 0, at)), "{");
        if (hf_str_starts(rest, "{") &&
            (is_first || hf_str_find(rest, HF_STR("\"uuid\"")) < rest.len))
            return hf_str_of(kinds[i]);
    }
    return HF_STR_EMPTY;
}

static bool check_version(const hf_json *root, hf_error *err)
{
    const hf_json *metadata = hf_json_get(root, "metadata");
    hf_str version = hf_json_text(metadata, "oscal-version");
    if (hf_str_equal_z(version, "1.0") || hf_str_starts(version, "1.0.") ||
        hf_str_starts(version, "1.1.") || hf_str_starts(version, "1.2."))
        return true;
    hf_fail(err, HF_ERR_INPUT, "oscal.version",
            "/metadata/oscal-version: OSCAL '%.*s' is not known; versions 1.0 to 1.2 are read, "
            "convert the document",
            HF_STR_ARG(version));
    return hf_fail_at(err, NULL, metadata != NULL ? metadata->line : root->line, NULL);
}

bool hf_oscal_parse(hf_str text, hf_str name, hf_arena *arena, hf_oscal_document *out,
                    hf_error *err)
{
    hf_json *whole = NULL;
    *out = (hf_oscal_document){.name = name};
    if (hf_str_starts(text, "\xef\xbb\xbf"))
        text = hf_str_slice(text, 3, text.len);
    if (!hf_json_parse(text, arena, &whole, err))
        return hf_fail_at(err, hf_str_z(arena, name), 0, NULL);
    for (hf_json *member = whole->type == HF_JSON_OBJECT ? whole->child : NULL; member != NULL;
         member = member->next)
        for (size_t i = 0; kinds[i] != NULL; i++)
            if (hf_str_equal_z(member->name, kinds[i]) && member->type == HF_JSON_OBJECT) {
                out->root = member;
                out->kind = member->name;
            }
    if (out->root == NULL)
        hf_fail(err, HF_ERR_INPUT, "oscal.not_oscal",
                "this is no OSCAL document: it has no member 'catalog' or 'profile'; choose the "
                "JSON form of the catalogue");
    else if (!hf_str_equal_z(out->kind, "catalog") && !hf_str_equal_z(out->kind, "profile"))
        hf_fail(err, HF_ERR_INPUT, "oscal.kind",
                "an OSCAL document of the kind '%.*s' is not taken in; choose a catalog or a "
                "profile",
                HF_STR_ARG(out->kind));
    else if (check_version(out->root, err))
        return true;
    return hf_fail_at(err, hf_str_z(arena, name), whole->line, NULL);
}

hf_json *hf_oscal_get(hf_json *object, const char *name)
{
    if (object == NULL || object->type != HF_JSON_OBJECT)
        return NULL;
    for (hf_json *member = object->child; member != NULL; member = member->next)
        if (hf_str_equal_z(member->name, name))
            return member;
    return NULL;
}

hf_json *hf_oscal_new(hf_json_type type, const char *name, hf_arena *arena)
{
    hf_json *value = HF_NEW(arena, hf_json);
    value->type = type;
    value->name = hf_str_of(name);
    return value;
}

hf_json *hf_oscal_text(const char *name, hf_str text, hf_arena *arena)
{
    hf_json *value = hf_oscal_new(HF_JSON_TEXT, name, arena);
    value->text = text;
    return value;
}

void hf_oscal_append(hf_json *list, hf_json *item)
{
    hf_json **last = &list->child;
    while (*last != NULL)
        last = &(*last)->next;
    item->next = NULL;
    *last = item;
    list->child_count++;
}

void hf_oscal_set(hf_json *object, const char *name, hf_json *value)
{
    value->name = hf_str_of(name);
    for (hf_json **at = &object->child; *at != NULL; at = &(*at)->next)
        if (hf_str_equal((*at)->name, value->name)) {
            value->next = (*at)->next;
            *at = value;
            return;
        }
    hf_oscal_append(object, value);
}

void hf_oscal_drop(hf_json *object, const char *name)
{
    for (hf_json **at = &object->child; *at != NULL; at = &(*at)->next)
        if (hf_str_equal_z((*at)->name, name)) {
            *at = (*at)->next;
            object->child_count--;
            return;
        }
}

hf_json *hf_oscal_copy(const hf_json *value, hf_arena *arena)
{
    hf_json *copy = HF_NEW(arena, hf_json);
    hf_json **last = &copy->child;
    *copy = *value;
    copy->next = copy->child = NULL;
    for (const hf_json *item = value->child; item != NULL; item = item->next) {
        hf_json *twin = HF_NEW(arena, hf_json);
        *twin = *item;
        twin->next = NULL;
        *last = twin;
        last = &twin->next;
    }
    return copy;
}

hf_json *hf_oscal_list(hf_json *object, const char *name, hf_arena *arena)
{
    hf_json *list = hf_oscal_get(object, name);
    if (list != NULL)
        return list;
    list = hf_oscal_new(HF_JSON_ARRAY, name, arena);
    hf_oscal_append(object, list);
    return list;
}

hf_str hf_oscal_prop(const hf_json *node, const char *name, const char *ns)
{
    const hf_json *props = hf_json_get(node, "props");
    for (const hf_json *prop = props != NULL ? props->child : NULL; prop != NULL;
         prop = prop->next) {
        hf_str space = hf_json_text(prop, "ns");
        if (hf_str_equal_z(hf_json_text(prop, "name"), name) &&
            (ns != NULL ? hf_str_equal_z(space, ns) : space.len == 0))
            return hf_json_text(prop, "value");
    }
    return HF_STR_EMPTY;
}
