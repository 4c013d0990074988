// SPDX-License-Identifier: Apache-2.0
//
// The table of `safeguard` and the rules between its fields.
#include "model/safeguard.h"

#include <stddef.h>

static const char *const kind_words[] = {
    "surveillance", "interception", "screening", "biometrics", "passengers",
    "watch_list",   "vetting",      "retention", "movement",   NULL};
static const char *const status_words[] = {"planned", "in_use", "suspended", "ended", NULL};
static const char *const outcome_words[] = {"upheld", "changed", "to_end", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_safeguard, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "kind",
     .type = HF_WORD,
     .offset = offsetof(hf_safeguard, kind),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .words = kind_words},
    {.name = "organisation",
     .type = HF_LINK,
     .offset = offsetof(hf_safeguard, organisation),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .refers = "organisation"},
    {.name = "sector",
     .type = HF_TEXT,
     .offset = offsetof(hf_safeguard, sector),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 40},
    {.name = "status",
     .type = HF_WORD,
     .offset = offsetof(hf_safeguard, status),
     .flags = HF_FIELD_FILTER,
     .words = status_words,
     .fallback = "planned"},
    {.name = "legal_basis",
     .type = HF_TEXT,
     .offset = offsetof(hf_safeguard, legal_basis),
     .flags = HF_FIELD_SEARCH},
    {.name = "aim",
     .type = HF_TEXT,
     .offset = offsetof(hf_safeguard, aim),
     .flags = HF_FIELD_SEARCH},
    {.name = "necessity",
     .type = HF_TEXT,
     .offset = offsetof(hf_safeguard, necessity),
     .flags = HF_FIELD_SEARCH},
    {.name = "proportionality",
     .type = HF_TEXT,
     .offset = offsetof(hf_safeguard, proportionality),
     .flags = HF_FIELD_SEARCH},
    {.name = "oversight",
     .type = HF_TEXT,
     .offset = offsetof(hf_safeguard, oversight),
     .flags = HF_FIELD_SEARCH},
    {.name = "remedy",
     .type = HF_TEXT,
     .offset = offsetof(hf_safeguard, remedy),
     .flags = HF_FIELD_SEARCH},
    {.name = "data_months",
     .type = HF_INTEGER,
     .offset = offsetof(hf_safeguard, data_months),
     .min = 0,
     .max = 1200},
    {.name = "review_months",
     .type = HF_INTEGER,
     .offset = offsetof(hf_safeguard, review_months),
     .min = 1,
     .max = 240,
     .fallback = "12"},
    {.name = "reviewed_at",
     .type = HF_TIME,
     .offset = offsetof(hf_safeguard, reviewed_at),
     .flags = HF_FIELD_FILTER},
    {.name = "reviewed_by",
     .type = HF_TEXT,
     .offset = offsetof(hf_safeguard, reviewed_by),
     .max_bytes = 200},
    {.name = "outcome",
     .type = HF_WORD,
     .offset = offsetof(hf_safeguard, outcome),
     .flags = HF_FIELD_FILTER,
     .words = outcome_words},
    {.name = "remarks",
     .type = HF_TEXT,
     .offset = offsetof(hf_safeguard, remarks),
     .flags = HF_FIELD_SEARCH},
};

static void complete(void *record, hf_arena *arena)
{
    hf_safeguard *safeguard = record;
    safeguard->sector = hf_code_with_case(safeguard->sector, true, arena); // as assets keep it
}

const hf_noun hf_noun_safeguard = {
    .name = "safeguard",
    .plural = "safeguards",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_safeguard),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .complete = complete,
};
