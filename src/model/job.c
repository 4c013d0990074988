// SPDX-License-Identifier: Apache-2.0
//
// The table of `job` and the rules between its fields.
#include "model/job.h"

#include <stddef.h>

static const char *const state_words[] = {"queued", "running", "done", "failed", "cancelled", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "kind",
     .type = HF_TEXT,
     .offset = offsetof(hf_job, kind),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 40},
    {.name = "state",
     .type = HF_WORD,
     .offset = offsetof(hf_job, state),
     .flags = HF_FIELD_FILTER,
     .words = state_words,
     .fallback = "queued"},
    {.name = "owner",
     .type = HF_TEXT,
     .offset = offsetof(hf_job, owner),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 200},
    {.name = "request",
     .type = HF_JSON,
     .offset = offsetof(hf_job, request),
     .max_bytes = 1u << 20},
    {.name = "result", .type = HF_JSON, .offset = offsetof(hf_job, result), .max_bytes = 64u << 20},
    {.name = "error", .type = HF_JSON, .offset = offsetof(hf_job, error), .max_bytes = 8000},
    {.name = "done",
     .type = HF_INTEGER,
     .offset = offsetof(hf_job, done),
     .min = 0,
     .max = 1e15,
     .fallback = "0"},
    {.name = "total",
     .type = HF_INTEGER,
     .offset = offsetof(hf_job, total),
     .min = 0,
     .max = 1e15,
     .fallback = "0"},
    {.name = "unit", .type = HF_TEXT, .offset = offsetof(hf_job, unit), .max_bytes = 40},
    {.name = "cancel_wanted", .type = HF_BOOL, .offset = offsetof(hf_job, cancel_wanted)},
    {.name = "started_at", .type = HF_TIME, .offset = offsetof(hf_job, started_at)},
    {.name = "ended_at", .type = HF_TIME, .offset = offsetof(hf_job, ended_at)},
};

const hf_noun hf_noun_job = {
    .name = "job",
    .plural = "jobs",
    .group = HF_GROUP_PLATFORM,
    .struct_bytes = sizeof(hf_job),
    .fields = fields,
    .field_count = HF_COUNT(fields),
};
