// SPDX-License-Identifier: Apache-2.0
//
// The table of `attachment` and the rules between its fields.
#include "model/attachment.h"

#include <stddef.h>

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "noun",
     .type = HF_TEXT,
     .offset = offsetof(hf_attachment, noun_name),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 40},
    {.name = "record",
     .type = HF_TEXT,
     .offset = offsetof(hf_attachment, record_key),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 200},
    {.name = "file_name",
     .type = HF_TEXT,
     .offset = offsetof(hf_attachment, file_name),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH,
     .max_bytes = 255},
    {.name = "media_type",
     .type = HF_TEXT,
     .offset = offsetof(hf_attachment, media_type),
     .max_bytes = 100},
    {.name = "bytes",
     .type = HF_INTEGER,
     .offset = offsetof(hf_attachment, bytes),
     .min = 0,
     .max = 1e12,
     .unit = "B"},
    {.name = "sha256",
     .type = HF_TEXT,
     .offset = offsetof(hf_attachment, sha256),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 64},
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_attachment, title),
     .flags = HF_FIELD_SEARCH,
     .max_bytes = 400},
};

const hf_noun hf_noun_attachment = {
    .name = "attachment",
    .plural = "attachments",
    .group = HF_GROUP_PLATFORM,
    .struct_bytes = sizeof(hf_attachment),
    .fields = fields,
    .field_count = HF_COUNT(fields),
};
