// SPDX-License-Identifier: Apache-2.0
//
// The table of `event` and the rules between its fields.
#include "model/event.h"

#include <stddef.h>

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "sequence",
     .type = HF_INTEGER,
     .offset = offsetof(hf_event, sequence),
     .min = 1,
     .max = 9e15},
    {.name = "at", .type = HF_TIME, .offset = offsetof(hf_event, at)},
    {.name = "actor",
     .type = HF_TEXT,
     .offset = offsetof(hf_event, actor),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 200},
    {.name = "action",
     .type = HF_TEXT,
     .offset = offsetof(hf_event, action),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 80},
    {.name = "noun",
     .type = HF_TEXT,
     .offset = offsetof(hf_event, noun_name),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 40},
    {.name = "record",
     .type = HF_TEXT,
     .offset = offsetof(hf_event, record_key),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 200},
    {.name = "detail",
     .type = HF_JSON,
     .offset = offsetof(hf_event, detail),
     .max_bytes = 64u << 10},
    {.name = "hash", .type = HF_TEXT, .offset = offsetof(hf_event, hash), .max_bytes = 64},
};

const hf_noun hf_noun_event = {
    .name = "event",
    .plural = "events",
    .group = HF_GROUP_PLATFORM,
    .struct_bytes = sizeof(hf_event),
    .fields = fields,
    .field_count = HF_COUNT(fields),
};
