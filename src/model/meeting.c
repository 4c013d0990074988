// SPDX-License-Identifier: Apache-2.0
//
// The table of `meeting` and the rules between its fields.
#include "model/meeting.h"

#include <stddef.h>

static const char *const state_words[] = {"planned", "held", "cancelled", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "assessment",
     .type = HF_LINK,
     .offset = offsetof(hf_meeting, part.assessment),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .refers = "assessment"},
    {.name = "sector",
     .type = HF_TEXT,
     .offset = offsetof(hf_meeting, part.sector),
     .flags = HF_FIELD_FILTER | HF_FIELD_READ_ONLY,
     .max_bytes = 40},
    {.name = "organisation",
     .type = HF_LINK,
     .offset = offsetof(hf_meeting, part.organisation),
     .flags = HF_FIELD_FILTER | HF_FIELD_READ_ONLY,
     .refers = "organisation"},
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_meeting, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "people",
     .type = HF_TEXT,
     .offset = offsetof(hf_meeting, people),
     .flags = HF_FIELD_SEARCH,
     .max_bytes = 1000},
    {.name = "place", .type = HF_TEXT, .offset = offsetof(hf_meeting, place), .max_bytes = 400},
    {.name = "starts_at",
     .type = HF_TIME,
     .offset = offsetof(hf_meeting, starts_at),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED},
    {.name = "ends_at", .type = HF_TIME, .offset = offsetof(hf_meeting, ends_at)},
    {.name = "led_by", .type = HF_TEXT, .offset = offsetof(hf_meeting, led_by), .max_bytes = 200},
    {.name = "questions",
     .type = HF_LIST,
     .offset = offsetof(hf_meeting, questions),
     .max_bytes = 8000},
    {.name = "notes",
     .type = HF_TEXT,
     .offset = offsetof(hf_meeting, notes),
     .flags = HF_FIELD_SEARCH},
    {.name = "state",
     .type = HF_WORD,
     .offset = offsetof(hf_meeting, state),
     .flags = HF_FIELD_FILTER,
     .words = state_words,
     .fallback = "planned"},
};

static bool check(const void *record, hf_error *err)
{
    const hf_meeting *m = record;
    if (m->ends_at == HF_INTEGER_NONE || m->ends_at > m->starts_at)
        return true;
    hf_fail(err, HF_ERR_INPUT, "meeting.ends_first", "it would end before it starts");
    return hf_fail_at(err, NULL, 0, "ends_at");
}

const hf_noun hf_noun_meeting = {
    .name = "meeting",
    .plural = "meetings",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_meeting),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .check = check,
};
