// SPDX-License-Identifier: Apache-2.0
//
// The table of `programme`.
#include "model/programme.h"

#include <stddef.h>

const char *const hf_programme_level_words[] = {"national", "airport", "operator", "cargo",
                                                "training", "quality", NULL};
static const char *const status_words[] = {"draft", "submitted", "approved", "withdrawn", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_programme, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "level",
     .type = HF_WORD,
     .offset = offsetof(hf_programme, level),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .words = hf_programme_level_words},
    {.name = "organisation",
     .type = HF_LINK,
     .offset = offsetof(hf_programme, organisation),
     .flags = HF_FIELD_FILTER,
     .refers = "organisation"},
    {.name = "site",
     .type = HF_LINK,
     .offset = offsetof(hf_programme, site),
     .flags = HF_FIELD_FILTER,
     .refers = "asset"},
    {.name = "status",
     .type = HF_WORD,
     .offset = offsetof(hf_programme, status),
     .flags = HF_FIELD_FILTER,
     .words = status_words,
     .fallback = "draft"},
    {.name = "approved_at",
     .type = HF_TIME,
     .offset = offsetof(hf_programme, approved_at),
     .flags = HF_FIELD_FILTER},
    {.name = "review_months",
     .type = HF_INTEGER,
     .offset = offsetof(hf_programme, review_months),
     .min = 1,
     .max = 240,
     .fallback = "12"},
    {.name = "reviewed_at",
     .type = HF_TIME,
     .offset = offsetof(hf_programme, reviewed_at),
     .flags = HF_FIELD_FILTER},
    {.name = "provisions",
     .type = HF_LIST,
     .offset = offsetof(hf_programme, provisions),
     .max_bytes = 1000},
    {.name = "remarks",
     .type = HF_TEXT,
     .offset = offsetof(hf_programme, remarks),
     .flags = HF_FIELD_SEARCH},
};

const hf_noun hf_noun_programme = {
    .name = "programme",
    .plural = "programmes",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_programme),
    .fields = fields,
    .field_count = HF_COUNT(fields),
};
