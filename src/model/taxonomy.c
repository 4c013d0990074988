// SPDX-License-Identifier: Apache-2.0
//
// The table of `taxonomy` and the rules between its fields.
#include "model/taxonomy.h"

#include <stddef.h>

static const char *const axis_words[] = {"sector", "subsector", "kind", "soft_target", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "axis",
     .type = HF_WORD,
     .offset = offsetof(hf_taxonomy, axis),
     .flags = HF_FIELD_FILTER,
     .words = axis_words,
     .fallback = "kind"},
    {.name = "parent",
     .type = HF_LINK,
     .offset = offsetof(hf_taxonomy, parent),
     .flags = HF_FIELD_FILTER,
     .refers = "taxonomy"},
    {.name = "name",
     .type = HF_TEXT,
     .offset = offsetof(hf_taxonomy, name),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH,
     .max_bytes = 200},
    {.name = "names", .type = HF_JSON, .offset = offsetof(hf_taxonomy, names), .max_bytes = 4000},
    {.name = "icon", .type = HF_TEXT, .offset = offsetof(hf_taxonomy, icon), .max_bytes = 40},
    {.name = "position",
     .type = HF_INTEGER,
     .offset = offsetof(hf_taxonomy, position),
     .min = 0,
     .max = 1e6},
    {.name = "is_active",
     .type = HF_BOOL,
     .offset = offsetof(hf_taxonomy, is_active),
     .fallback = "true"},
    {.name = "edition", .type = HF_TEXT, .offset = offsetof(hf_taxonomy, edition), .max_bytes = 40},
};

const hf_noun hf_noun_taxonomy = {
    .name = "taxonomy",
    .plural = "taxonomy",
    .group = HF_GROUP_PROFILE,
    .struct_bytes = sizeof(hf_taxonomy),
    .fields = fields,
    .field_count = HF_COUNT(fields),
};
