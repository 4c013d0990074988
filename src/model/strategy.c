// SPDX-License-Identifier: Apache-2.0
//
// The table of `strategy` and the rules between its fields.
#include "model/strategy.h"

#include <stddef.h>

static const char *const status_words[] = {"draft", "in_force", "ended", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_strategy, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "owner",
     .type = HF_LINK,
     .offset = offsetof(hf_strategy, owner),
     .flags = HF_FIELD_FILTER,
     .refers = "organisation"},
    {.name = "status",
     .type = HF_WORD,
     .offset = offsetof(hf_strategy, status),
     .flags = HF_FIELD_FILTER,
     .words = status_words,
     .fallback = "draft"},
    {.name = "adopted_at",
     .type = HF_TIME,
     .offset = offsetof(hf_strategy, adopted_at),
     .flags = HF_FIELD_FILTER},
    {.name = "starts_at", .type = HF_TIME, .offset = offsetof(hf_strategy, starts_at)},
    {.name = "ends_at", .type = HF_TIME, .offset = offsetof(hf_strategy, ends_at)},
    {.name = "sectors",
     .type = HF_LIST,
     .offset = offsetof(hf_strategy, sectors),
     .max_bytes = 400},
    {.name = "scope",
     .type = HF_TEXT,
     .offset = offsetof(hf_strategy, scope),
     .flags = HF_FIELD_SEARCH},
    {.name = "risk_basis",
     .type = HF_TEXT,
     .offset = offsetof(hf_strategy, risk_basis),
     .flags = HF_FIELD_SEARCH},
    {.name = "awareness",
     .type = HF_TEXT,
     .offset = offsetof(hf_strategy, awareness),
     .flags = HF_FIELD_SEARCH},
    {.name = "interoperability",
     .type = HF_TEXT,
     .offset = offsetof(hf_strategy, interoperability),
     .flags = HF_FIELD_SEARCH},
    {.name = "partnership",
     .type = HF_TEXT,
     .offset = offsetof(hf_strategy, partnership),
     .flags = HF_FIELD_SEARCH},
    {.name = "cross_border",
     .type = HF_TEXT,
     .offset = offsetof(hf_strategy, cross_border),
     .flags = HF_FIELD_SEARCH},
    {.name = "soft_targets",
     .type = HF_TEXT,
     .offset = offsetof(hf_strategy, soft_targets),
     .flags = HF_FIELD_SEARCH},
    {.name = "rights",
     .type = HF_TEXT,
     .offset = offsetof(hf_strategy, rights),
     .flags = HF_FIELD_SEARCH},
    {.name = "budget",
     .type = HF_NUMBER,
     .offset = offsetof(hf_strategy, budget),
     .min = 0,
     .max = 1e15},
    {.name = "review_months",
     .type = HF_INTEGER,
     .offset = offsetof(hf_strategy, review_months),
     .min = 1,
     .max = 240,
     .fallback = "24"},
    {.name = "reviewed_at",
     .type = HF_TIME,
     .offset = offsetof(hf_strategy, reviewed_at),
     .flags = HF_FIELD_FILTER},
    {.name = "exercised_at", .type = HF_TIME, .offset = offsetof(hf_strategy, exercised_at)},
    {.name = "url", .type = HF_TEXT, .offset = offsetof(hf_strategy, url), .max_bytes = 500},
};

static bool check(const void *record, hf_error *err)
{
    const hf_strategy *strategy = record;
    if (strategy->starts_at == HF_INTEGER_NONE || strategy->ends_at == HF_INTEGER_NONE ||
        strategy->ends_at >= strategy->starts_at)
        return true;
    hf_fail(err, HF_ERR_INPUT, "strategy.ends_first", "it would end before it starts");
    return hf_fail_at(err, NULL, 0, "ends_at");
}

const hf_noun hf_noun_strategy = {
    .name = "strategy",
    .plural = "strategies",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_strategy),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .check = check,
};
