// SPDX-License-Identifier: Apache-2.0
//
// The table of `recommendation`.
#include "model/recommendation.h"

#include <stddef.h>

static const char *const priority_words[] = {"high", "medium", "low", NULL};
static const char *const status_words[] = {"proposed", "accepted", "in_progress", "done",
                                           "verified", "declined", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "assessment",
     .type = HF_LINK,
     .offset = offsetof(hf_recommendation, part.assessment),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .refers = "assessment"},
    {.name = "sector",
     .type = HF_TEXT,
     .offset = offsetof(hf_recommendation, part.sector),
     .flags = HF_FIELD_FILTER | HF_FIELD_READ_ONLY,
     .max_bytes = 40},
    {.name = "organisation",
     .type = HF_LINK,
     .offset = offsetof(hf_recommendation, part.organisation),
     .flags = HF_FIELD_FILTER | HF_FIELD_READ_ONLY,
     .refers = "organisation"},
    {.name = "provision",
     .type = HF_LINK,
     .offset = offsetof(hf_recommendation, provision),
     .flags = HF_FIELD_FILTER,
     .refers = "provision"},
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_recommendation, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "about",
     .type = HF_TEXT,
     .offset = offsetof(hf_recommendation, about),
     .flags = HF_FIELD_SEARCH},
    {.name = "owner",
     .type = HF_LINK,
     .offset = offsetof(hf_recommendation, owner),
     .flags = HF_FIELD_FILTER,
     .refers = "organisation"},
    {.name = "priority",
     .type = HF_WORD,
     .offset = offsetof(hf_recommendation, priority),
     .flags = HF_FIELD_FILTER,
     .words = priority_words,
     .fallback = "medium"},
    {.name = "due",
     .type = HF_TIME,
     .offset = offsetof(hf_recommendation, due),
     .flags = HF_FIELD_FILTER},
    {.name = "status",
     .type = HF_WORD,
     .offset = offsetof(hf_recommendation, status),
     .flags = HF_FIELD_FILTER,
     .words = status_words,
     .fallback = "proposed"},
    {.name = "state_answer", .type = HF_TEXT, .offset = offsetof(hf_recommendation, state_answer)},
};

const hf_noun hf_noun_recommendation = {
    .name = "recommendation",
    .plural = "recommendations",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_recommendation),
    .fields = fields,
    .field_count = HF_COUNT(fields),
};

bool hf_recommendation_is_open(const hf_recommendation *recommendation)
{
    return recommendation->status < HF_ADVICE_DONE;
}

bool hf_recommendation_is_overdue(const hf_recommendation *recommendation, int64_t now_ms)
{
    return hf_recommendation_is_open(recommendation) && recommendation->due != HF_INTEGER_NONE &&
           recommendation->due < now_ms;
}
