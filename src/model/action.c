// SPDX-License-Identifier: Apache-2.0
//
// The table of `action` and the rules between its fields.
#include "model/action.h"

#include <stddef.h>

#include "model/occurrence.h"

static const char *const status_words[] = {"planned", "under_way", "done", "stopped", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "objective",
     .type = HF_LINK,
     .offset = offsetof(hf_action, objective),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .refers = "objective"},
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_action, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "about",
     .type = HF_TEXT,
     .offset = offsetof(hf_action, about),
     .flags = HF_FIELD_SEARCH},
    {.name = "owner",
     .type = HF_LINK,
     .offset = offsetof(hf_action, owner),
     .flags = HF_FIELD_FILTER,
     .refers = "organisation"},
    {.name = "phases",
     .type = HF_LIST,
     .offset = offsetof(hf_action, phases),
     .max_bytes = 100,
     .words = hf_phase_words},
    {.name = "means",
     .type = HF_LIST,
     .offset = offsetof(hf_action, means),
     .max_bytes = 200,
     .words = hf_means_words},
    {.name = "sectors", .type = HF_LIST, .offset = offsetof(hf_action, sectors), .max_bytes = 400},
    {.name = "cost",
     .type = HF_NUMBER,
     .offset = offsetof(hf_action, cost),
     .flags = HF_FIELD_FILTER,
     .min = 0,
     .max = 1e15},
    {.name = "funded",
     .type = HF_NUMBER,
     .offset = offsetof(hf_action, funded),
     .min = 0,
     .max = 1e15},
    {.name = "starts_at", .type = HF_TIME, .offset = offsetof(hf_action, starts_at)},
    {.name = "due", .type = HF_TIME, .offset = offsetof(hf_action, due), .flags = HF_FIELD_FILTER},
    {.name = "status",
     .type = HF_WORD,
     .offset = offsetof(hf_action, status),
     .flags = HF_FIELD_FILTER,
     .words = status_words,
     .fallback = "planned"},
    {.name = "provisions",
     .type = HF_LIST,
     .offset = offsetof(hf_action, provisions),
     .max_bytes = 1000},
    {.name = "practice",
     .type = HF_LINK,
     .offset = offsetof(hf_action, practice),
     .flags = HF_FIELD_FILTER,
     .refers = "practice"},
};

static bool check(const void *record, hf_error *err)
{
    const hf_action *action = record;
    if (action->starts_at == HF_INTEGER_NONE || action->due == HF_INTEGER_NONE ||
        action->due >= action->starts_at)
        return true;
    hf_fail(err, HF_ERR_INPUT, "strategy.ends_first", "it would end before it starts");
    return hf_fail_at(err, NULL, 0, "due");
}

const hf_noun hf_noun_action = {
    .name = "action",
    .plural = "actions",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_action),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .check = check,
};
