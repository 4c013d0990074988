// SPDX-License-Identifier: Apache-2.0
//
// The table of `layer` and the rules between its fields.
#include "model/layer.h"

#include <stddef.h>

static const char *const role_words[] = {"node", "source", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "layer",
     .type = HF_TEXT,
     .offset = offsetof(hf_layer, layer),
     .flags = HF_FIELD_REQUIRED | HF_FIELD_FILTER | HF_FIELD_SEARCH,
     .max_bytes = 200},
    {.name = "asset",
     .type = HF_REF,
     .offset = offsetof(hf_layer, asset),
     .flags = HF_FIELD_REQUIRED | HF_FIELD_FILTER,
     .refers = "asset"},
    {.name = "role",
     .type = HF_WORD,
     .offset = offsetof(hf_layer, role),
     .flags = HF_FIELD_FILTER,
     .words = role_words,
     .fallback = "node"},
    {.name = "buffer_h",
     .type = HF_NUMBER,
     .offset = offsetof(hf_layer, buffer_h),
     .min = 0,
     .max = 1e6,
     .unit = "h",
     .fallback = "0"},
};

static void complete(void *record, hf_arena *arena)
{
    hf_layer *member = record;
    if (member->head.key.len == 0 && member->layer.len > 0 && member->asset.len > 0)
        member->head.key =
            hf_str_format(arena, "%.*s/%.*s", HF_STR_ARG(member->layer), HF_STR_ARG(member->asset));
}

const hf_noun hf_noun_layer = {
    .name = "layer",
    .plural = "layers",
    .group = HF_GROUP_REGISTER,
    .struct_bytes = sizeof(hf_layer),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .complete = complete,
};
