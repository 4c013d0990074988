// SPDX-License-Identifier: Apache-2.0
//
// The table of `mandate` and the rules between its fields.
#include "model/mandate.h"

#include <stddef.h>

static const char *const part_words[] = {"leads", "supports", "informed", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "organisation",
     .type = HF_LINK,
     .offset = offsetof(hf_mandate, organisation),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .refers = "organisation"},
    {.name = "phase",
     .type = HF_WORD,
     .offset = offsetof(hf_mandate, phase),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .words = hf_phase_words},
    {.name = "part",
     .type = HF_WORD,
     .offset = offsetof(hf_mandate, part),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .words = part_words},
    {.name = "sector",
     .type = HF_TEXT,
     .offset = offsetof(hf_mandate, sector),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 40},
    {.name = "basis",
     .type = HF_TEXT,
     .offset = offsetof(hf_mandate, basis),
     .flags = HF_FIELD_SEARCH,
     .max_bytes = 400},
    {.name = "remarks",
     .type = HF_TEXT,
     .offset = offsetof(hf_mandate, remarks),
     .flags = HF_FIELD_SEARCH},
};

// An organisation has one part in a phase and a sector, unless somebody says a key of their own.
static void complete(void *record, hf_arena *arena)
{
    hf_mandate *mandate = record;
    mandate->sector = hf_code_with_case(mandate->sector, true, arena); // as assets keep it
    if (mandate->head.key.len == 0 && mandate->organisation.len > 0 &&
        mandate->phase != HF_WORD_NONE)
        mandate->head.key =
            hf_str_format(arena, "%.*s/%s%s%.*s", HF_STR_ARG(mandate->organisation),
                          hf_phase_words[mandate->phase], mandate->sector.len > 0 ? "/" : "",
                          HF_STR_ARG(mandate->sector));
}

const hf_noun hf_noun_mandate = {
    .name = "mandate",
    .plural = "mandates",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_mandate),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .complete = complete,
};
