// SPDX-License-Identifier: Apache-2.0
//
// The table of `recipe` and the rules between its fields.
#include "model/recipe.h"

#include <stddef.h>

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_recipe, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH,
     .max_bytes = 200},
    {.name = "body",
     .type = HF_JSON,
     .offset = offsetof(hf_recipe, body),
     .flags = HF_FIELD_REQUIRED,
     .max_bytes = 256u << 10},
    {.name = "is_shipped",
     .type = HF_BOOL,
     .offset = offsetof(hf_recipe, is_shipped),
     .flags = HF_FIELD_READ_ONLY},
};

const hf_noun hf_noun_recipe = {
    .name = "recipe",
    .plural = "recipes",
    .group = HF_GROUP_PROFILE,
    .struct_bytes = sizeof(hf_recipe),
    .fields = fields,
    .field_count = HF_COUNT(fields),
};
