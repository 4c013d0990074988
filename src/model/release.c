// SPDX-License-Identifier: Apache-2.0
//
// The table of `release` and the rules between its fields.
#include "model/release.h"

#include <stddef.h>

static const char *const state_words[] = {"waiting", "approved", "declined", "used", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "kind",
     .type = HF_TEXT,
     .offset = offsetof(hf_release, kind),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 40},
    {.name = "state",
     .type = HF_WORD,
     .offset = offsetof(hf_release, state),
     .flags = HF_FIELD_FILTER,
     .words = state_words,
     .fallback = "waiting"},
    {.name = "owner",
     .type = HF_TEXT,
     .offset = offsetof(hf_release, owner),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 200},
    {.name = "title", .type = HF_TEXT, .offset = offsetof(hf_release, title), .max_bytes = 200},
    {.name = "reason", .type = HF_TEXT, .offset = offsetof(hf_release, reason), .max_bytes = 2000},
    {.name = "question",
     .type = HF_JSON,
     .offset = offsetof(hf_release, question),
     .max_bytes = 4u << 20},
    {.name = "expires_at", .type = HF_TIME, .offset = offsetof(hf_release, expires_at)},
    {.name = "decided_by",
     .type = HF_TEXT,
     .offset = offsetof(hf_release, decided_by),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 200},
    {.name = "decided_at", .type = HF_TIME, .offset = offsetof(hf_release, decided_at)},
    {.name = "note", .type = HF_TEXT, .offset = offsetof(hf_release, note), .max_bytes = 2000},
    {.name = "min_assets",
     .type = HF_INTEGER,
     .offset = offsetof(hf_release, min_assets),
     .min = 5,
     .max = 1e6},
    {.name = "job", .type = HF_TEXT, .offset = offsetof(hf_release, job), .max_bytes = 40},
    {.name = "digest", .type = HF_TEXT, .offset = offsetof(hf_release, digest), .max_bytes = 64},
    {.name = "records",
     .type = HF_INTEGER,
     .offset = offsetof(hf_release, records),
     .min = 0,
     .max = 9e15},
    {.name = "used_at", .type = HF_TIME, .offset = offsetof(hf_release, used_at)},
};

const hf_noun hf_noun_release = {
    .name = "release",
    .plural = "releases",
    .group = HF_GROUP_PLATFORM,
    .struct_bytes = sizeof(hf_release),
    .fields = fields,
    .field_count = HF_COUNT(fields),
};
