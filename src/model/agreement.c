// SPDX-License-Identifier: Apache-2.0
//
// The table of `agreement` and the rules between its fields.
#include "model/agreement.h"

#include <stddef.h>

static const char *const kind_words[] = {
    "treaty", "memorandum", "public_private", "network", "mutual_aid", "domestic", NULL};
static const char *const status_words[] = {"negotiated", "in_force", "suspended", "ended", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_agreement, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "about",
     .type = HF_TEXT,
     .offset = offsetof(hf_agreement, about),
     .flags = HF_FIELD_SEARCH},
    {.name = "kind",
     .type = HF_WORD,
     .offset = offsetof(hf_agreement, kind),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .words = kind_words},
    {.name = "partners",
     .type = HF_LIST,
     .offset = offsetof(hf_agreement, partners),
     .max_bytes = 2000},
    {.name = "sectors",
     .type = HF_LIST,
     .offset = offsetof(hf_agreement, sectors),
     .max_bytes = 400},
    {.name = "phases",
     .type = HF_LIST,
     .offset = offsetof(hf_agreement, phases),
     .max_bytes = 100,
     .words = hf_phase_words},
    {.name = "status",
     .type = HF_WORD,
     .offset = offsetof(hf_agreement, status),
     .flags = HF_FIELD_FILTER,
     .words = status_words,
     .fallback = "in_force"},
    {.name = "starts_at",
     .type = HF_TIME,
     .offset = offsetof(hf_agreement, starts_at),
     .flags = HF_FIELD_FILTER},
    {.name = "ends_at",
     .type = HF_TIME,
     .offset = offsetof(hf_agreement, ends_at),
     .flags = HF_FIELD_FILTER},
    {.name = "exercised_at",
     .type = HF_TIME,
     .offset = offsetof(hf_agreement, exercised_at),
     .flags = HF_FIELD_FILTER},
    {.name = "provisions",
     .type = HF_LIST,
     .offset = offsetof(hf_agreement, provisions),
     .max_bytes = 1000},
    {.name = "contact",
     .type = HF_TEXT,
     .offset = offsetof(hf_agreement, contact),
     .max_bytes = 400},
    {.name = "url", .type = HF_TEXT, .offset = offsetof(hf_agreement, url), .max_bytes = 500},
};

static bool check(const void *record, hf_error *err)
{
    const hf_agreement *agreement = record;
    if (agreement->starts_at == HF_INTEGER_NONE || agreement->ends_at == HF_INTEGER_NONE ||
        agreement->ends_at >= agreement->starts_at)
        return true;
    hf_fail(err, HF_ERR_INPUT, "strategy.ends_first", "it would end before it starts");
    return hf_fail_at(err, NULL, 0, "ends_at");
}

const hf_noun hf_noun_agreement = {
    .name = "agreement",
    .plural = "agreements",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_agreement),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .check = check,
};
