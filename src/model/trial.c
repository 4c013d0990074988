// SPDX-License-Identifier: Apache-2.0
//
// The table of `trial` and the rules between its fields.
#include "model/trial.h"

#include <stddef.h>

static const char *const kind_words[] = {"persons",  "cabin", "hold", "cargo",
                                         "vehicles", "trace", NULL};
static const char *const status_words[] = {"planned", "running", "finished", "stopped", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_trial, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "kind",
     .type = HF_WORD,
     .offset = offsetof(hf_trial, kind),
     .flags = HF_FIELD_FILTER,
     .words = kind_words},
    {.name = "organisation",
     .type = HF_LINK,
     .offset = offsetof(hf_trial, organisation),
     .flags = HF_FIELD_FILTER,
     .refers = "organisation"},
    {.name = "site",
     .type = HF_LINK,
     .offset = offsetof(hf_trial, site),
     .flags = HF_FIELD_FILTER,
     .refers = "asset"},
    {.name = "starts_at",
     .type = HF_TIME,
     .offset = offsetof(hf_trial, starts_at),
     .flags = HF_FIELD_FILTER},
    {.name = "ends_at",
     .type = HF_TIME,
     .offset = offsetof(hf_trial, ends_at),
     .flags = HF_FIELD_FILTER},
    {.name = "status",
     .type = HF_WORD,
     .offset = offsetof(hf_trial, status),
     .flags = HF_FIELD_FILTER,
     .words = status_words,
     .fallback = "planned"},
    {.name = "findings",
     .type = HF_TEXT,
     .offset = offsetof(hf_trial, findings),
     .flags = HF_FIELD_SEARCH},
    {.name = "sheet",
     .type = HF_TEXT,
     .offset = offsetof(hf_trial, sheet),
     .flags = HF_FIELD_SEARCH},
    {.name = "contact", .type = HF_TEXT, .offset = offsetof(hf_trial, contact), .max_bytes = 400},
};

static bool check(const void *record, hf_error *err)
{
    const hf_trial *trial = record;
    if (trial->starts_at == HF_INTEGER_NONE || trial->ends_at == HF_INTEGER_NONE ||
        trial->ends_at >= trial->starts_at)
        return true;
    hf_fail(err, HF_ERR_INPUT, "aviation.ends_first", "it would end before it begins");
    return hf_fail_at(err, NULL, 0, "ends_at");
}

const hf_noun hf_noun_trial = {
    .name = "trial",
    .plural = "trials",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_trial),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .check = check,
};
