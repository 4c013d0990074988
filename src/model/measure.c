// SPDX-License-Identifier: Apache-2.0
//
// The table of `measure` and the rules between its fields.
#include "model/measure_lines.h"

#include <stddef.h>

static const char *const state_words[] = {"proposed", "planned", "in_place", "dropped", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_measure, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH,
     .max_bytes = 200},
    {.name = "about",
     .type = HF_TEXT,
     .offset = offsetof(hf_measure, about),
     .flags = HF_FIELD_SEARCH,
     .max_bytes = 4000},
    {.name = "cost",
     .type = HF_NUMBER,
     .offset = offsetof(hf_measure, cost),
     .flags = HF_FIELD_FILTER,
     .min = 0,
     .max = 1e15},
    {.name = "state",
     .type = HF_WORD,
     .offset = offsetof(hf_measure, state),
     .flags = HF_FIELD_FILTER,
     .words = state_words,
     .fallback = "proposed"},
    {.name = "owner",
     .type = HF_LINK,
     .offset = offsetof(hf_measure, owner),
     .flags = HF_FIELD_FILTER,
     .refers = "organisation"},
    {.name = "due", .type = HF_TIME, .offset = offsetof(hf_measure, due)},
    {.name = "changes",
     .type = HF_JSON,
     .offset = offsetof(hf_measure, changes),
     .max_bytes = 100000},
    {.name = "excludes",
     .type = HF_LIST,
     .offset = offsetof(hf_measure, excludes),
     .max_bytes = 4000},
    {.name = "practice",
     .type = HF_LINK,
     .offset = offsetof(hf_measure, practice),
     .flags = HF_FIELD_FILTER,
     .refers = "practice"},
};

// Whether what is named exists is seen when the measure is weighed: a register comes in any order.
static bool check(const void *record, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_measure_line *lines = NULL;
    size_t count = 0;
    return hf_measure_read(record, &scratch, &lines, &count, err) ||
           hf_fail_at(err, NULL, 0, "changes");
}

const hf_noun hf_noun_measure = {
    .name = "measure",
    .plural = "measures",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_measure),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .check = check,
};
