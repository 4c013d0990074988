// SPDX-License-Identifier: Apache-2.0
//
// The table of `law`.
#include "model/law.h"

#include <stddef.h>

const char *const hf_conduct_words[] = {"infrastructure", "cyber",     "aviation",
                                        "maritime",       "hazardous", "crowds",
                                        "weapons",        "travel",    NULL};
const char *const hf_offence_words[] = {"commission", "attempt", "planning", "training",
                                        "financing",  "support", "threat",   NULL};
static const char *const jurisdictions_words[] = {"territory", "nationality", "victim", "vessel",
                                                  "presence",  "company",     NULL};
static const char *const status_words[] = {"in_force", "adopted", "draft", "repealed", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "conduct",
     .type = HF_WORD,
     .offset = offsetof(hf_law, conduct),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .words = hf_conduct_words},
    {.name = "form",
     .type = HF_WORD,
     .offset = offsetof(hf_law, form),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .words = hf_offence_words},
    {.name = "act",
     .type = HF_TEXT,
     .offset = offsetof(hf_law, act),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH | HF_FIELD_REQUIRED,
     .max_bytes = 400},
    {.name = "penalty",
     .type = HF_TEXT,
     .offset = offsetof(hf_law, penalty),
     .flags = HF_FIELD_SEARCH,
     .max_bytes = 400},
    {.name = "jurisdictions",
     .type = HF_LIST,
     .offset = offsetof(hf_law, jurisdictions),
     .max_bytes = 200,
     .words = jurisdictions_words},
    {.name = "status",
     .type = HF_WORD,
     .offset = offsetof(hf_law, status),
     .flags = HF_FIELD_FILTER,
     .words = status_words,
     .fallback = "in_force"},
    {.name = "starts_at",
     .type = HF_TIME,
     .offset = offsetof(hf_law, starts_at),
     .flags = HF_FIELD_FILTER},
    {.name = "provisions",
     .type = HF_LIST,
     .offset = offsetof(hf_law, provisions),
     .max_bytes = 1000},
    {.name = "url", .type = HF_TEXT, .offset = offsetof(hf_law, url), .max_bytes = 500},
    {.name = "remarks",
     .type = HF_TEXT,
     .offset = offsetof(hf_law, remarks),
     .flags = HF_FIELD_SEARCH},
};

const hf_noun hf_noun_law = {
    .name = "law",
    .plural = "laws",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_law),
    .fields = fields,
    .field_count = HF_COUNT(fields),
};
