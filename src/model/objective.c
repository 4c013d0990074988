// SPDX-License-Identifier: Apache-2.0
//
// The table of `objective`.
#include "model/objective.h"

#include <stddef.h>

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "strategy",
     .type = HF_LINK,
     .offset = offsetof(hf_strategy_objective, strategy),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .refers = "strategy"},
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_strategy_objective, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "about",
     .type = HF_TEXT,
     .offset = offsetof(hf_strategy_objective, about),
     .flags = HF_FIELD_SEARCH},
    {.name = "indicator",
     .type = HF_TEXT,
     .offset = offsetof(hf_strategy_objective, indicator),
     .flags = HF_FIELD_SEARCH,
     .max_bytes = 400},
    {.name = "target",
     .type = HF_TEXT,
     .offset = offsetof(hf_strategy_objective, target),
     .max_bytes = 200},
    {.name = "position",
     .type = HF_INTEGER,
     .offset = offsetof(hf_strategy_objective, position),
     .flags = HF_FIELD_FILTER,
     .min = 0,
     .max = 1e6},
};

const hf_noun hf_noun_objective = {
    .name = "objective",
    .plural = "objectives",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_strategy_objective),
    .fields = fields,
    .field_count = HF_COUNT(fields),
};
