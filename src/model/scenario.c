// SPDX-License-Identifier: Apache-2.0
//
// The table of `scenario` and the rules between its fields.
#include "model/scenario_lists.h"

#include <stddef.h>

static const char *const restart_words[] = {"free", "sequential", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_scenario, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH,
     .max_bytes = 200},
    {.name = "about",
     .type = HF_TEXT,
     .offset = offsetof(hf_scenario, about),
     .flags = HF_FIELD_SEARCH,
     .max_bytes = 4000},
    {.name = "hours",
     .type = HF_NUMBER,
     .offset = offsetof(hf_scenario, hours),
     .min = 0,
     .max = 87600,
     .unit = "h"},
    {.name = "step_h",
     .type = HF_NUMBER,
     .offset = offsetof(hf_scenario, step_h),
     .min = 0,
     .max = 87600,
     .unit = "h"},
    {.name = "restart",
     .type = HF_WORD,
     .offset = offsetof(hf_scenario, restart),
     .words = restart_words,
     .fallback = "free"},
    {.name = "own_damage",
     .type = HF_BOOL,
     .offset = offsetof(hf_scenario, own_damage),
     .fallback = "true"},
    {.name = "classes",
     .type = HF_JSON,
     .offset = offsetof(hf_scenario, classes),
     .max_bytes = 10000},
    {.name = "hazards",
     .type = HF_JSON,
     .offset = offsetof(hf_scenario, hazards),
     .max_bytes = 1u << 20},
    {.name = "measures",
     .type = HF_LIST,
     .offset = offsetof(hf_scenario, measures),
     .max_bytes = 4000},
    {.name = "rate_per_year",
     .type = HF_NUMBER,
     .offset = offsetof(hf_scenario, rate_per_year),
     .min = 0,
     .max = 1e6,
     .unit = "1/a"},
    {.name = "tolerance",
     .type = HF_JSON,
     .offset = offsetof(hf_scenario, tolerance),
     .max_bytes = 10000},
    {.name = "trials",
     .type = HF_INTEGER,
     .offset = offsetof(hf_scenario, trials),
     .min = 1,
     .max = 1e9,
     .fallback = "10000"},
    {.name = "seed",
     .type = HF_INTEGER,
     .offset = offsetof(hf_scenario, seed),
     .min = 0,
     .max = 9007199254740991.0,
     .fallback = "1"},
};

static bool check(const void *record, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_scenario_lists lists;
    if (hf_scenario_read_lists(record, &scratch, &lists, err))
        return true;
    // "/hazards/3/p" is a fault of the field "hazards".
    hf_str pointer = hf_str_of(err->source), field;
    pointer = hf_str_slice(pointer, pointer.len > 0 ? 1 : 0, pointer.len);
    (void)hf_str_split(&pointer, '/', &field);
    return hf_fail_at(err, NULL, 0, hf_str_z(&scratch, field));
}

const hf_noun hf_noun_scenario = {
    .name = "scenario",
    .plural = "scenarios",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_scenario),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .check = check,
};
