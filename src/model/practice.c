// SPDX-License-Identifier: Apache-2.0
//
// The table of `practice` and the rules between its fields.
#include "model/practice.h"

#include <stddef.h>

#include "model/occurrence.h"

static const char *const form_words[] = {"practice", "case_study", "instrument", "tool",
                                         "training", "workshop",   NULL};
static const char *const status_words[] = {"proposed", "checked", "shared", "retired", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_practice, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "form",
     .type = HF_WORD,
     .offset = offsetof(hf_practice, form),
     .flags = HF_FIELD_FILTER,
     .words = form_words,
     .fallback = "practice"},
    {.name = "about",
     .type = HF_TEXT,
     .offset = offsetof(hf_practice, about),
     .flags = HF_FIELD_SEARCH},
    {.name = "done",
     .type = HF_TEXT,
     .offset = offsetof(hf_practice, done),
     .flags = HF_FIELD_SEARCH},
    {.name = "cost",
     .type = HF_TEXT,
     .offset = offsetof(hf_practice, cost),
     .flags = HF_FIELD_SEARCH,
     .max_bytes = 1000},
    {.name = "result",
     .type = HF_TEXT,
     .offset = offsetof(hf_practice, result),
     .flags = HF_FIELD_SEARCH},
    {.name = "conditions",
     .type = HF_TEXT,
     .offset = offsetof(hf_practice, conditions),
     .flags = HF_FIELD_SEARCH},
    {.name = "phases",
     .type = HF_LIST,
     .offset = offsetof(hf_practice, phases),
     .max_bytes = 100,
     .words = hf_phase_words},
    {.name = "means",
     .type = HF_LIST,
     .offset = offsetof(hf_practice, means),
     .max_bytes = 200,
     .words = hf_means_words},
    {.name = "sectors",
     .type = HF_LIST,
     .offset = offsetof(hf_practice, sectors),
     .max_bytes = 400},
    {.name = "provisions",
     .type = HF_LIST,
     .offset = offsetof(hf_practice, provisions),
     .max_bytes = 1000},
    {.name = "organisation",
     .type = HF_LINK,
     .offset = offsetof(hf_practice, organisation),
     .flags = HF_FIELD_FILTER,
     .refers = "organisation"},
    {.name = "languages",
     .type = HF_LIST,
     .offset = offsetof(hf_practice, languages),
     .max_bytes = 200},
    {.name = "held_at",
     .type = HF_TIME,
     .offset = offsetof(hf_practice, held_at),
     .flags = HF_FIELD_FILTER},
    {.name = "participants",
     .type = HF_INTEGER,
     .offset = offsetof(hf_practice, participants),
     .min = 0,
     .max = 1e6,
     .unit = "persons"},
    {.name = "follow_up",
     .type = HF_TEXT,
     .offset = offsetof(hf_practice, follow_up),
     .flags = HF_FIELD_SEARCH},
    {.name = "follow_up_due",
     .type = HF_TIME,
     .offset = offsetof(hf_practice, follow_up_due),
     .flags = HF_FIELD_FILTER},
    {.name = "followed_up_at", .type = HF_TIME, .offset = offsetof(hf_practice, followed_up_at)},
    {.name = "url", .type = HF_TEXT, .offset = offsetof(hf_practice, url), .max_bytes = 500},
    {.name = "status",
     .type = HF_WORD,
     .offset = offsetof(hf_practice, status),
     .flags = HF_FIELD_FILTER,
     .words = status_words,
     .fallback = "proposed"},
};

// What has happened before it began, or a follow-up of nothing, is a slip of the pen.
static bool check(const void *record, hf_error *err)
{
    const hf_practice *practice = record;
    if (practice->follow_up.len > 0 ||
        (practice->follow_up_due == HF_INTEGER_NONE && practice->followed_up_at == HF_INTEGER_NONE))
        return true;
    hf_fail(err, HF_ERR_INPUT, "practice.follow_up",
            "a day for the follow-up is given, but not what is to be followed up");
    return hf_fail_at(err, NULL, 0, "follow_up");
}

const hf_noun hf_noun_practice = {
    .name = "practice",
    .plural = "practices",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_practice),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .check = check,
};
