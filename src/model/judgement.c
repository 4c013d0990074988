// SPDX-License-Identifier: Apache-2.0
//
// The table of `judgement`.
#include "model/judgement.h"

#include <stddef.h>

#include "model/alpha.h"

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    HF_ASSESSMENT_PART_FIELDS,
    {.name = "question",
     .type = HF_LINK,
     .offset = offsetof(hf_judgement, question),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .refers = "question"},
    {.name = "assessor",
     .type = HF_LINK,
     .offset = offsetof(hf_judgement, assessor),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .refers = "user"},
    {.name = "rating",
     .type = HF_WORD,
     .offset = offsetof(hf_judgement, rating),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .words = hf_rating_words},
    {.name = "first_rating",
     .type = HF_WORD,
     .offset = offsetof(hf_judgement, first_rating),
     .words = hf_rating_words},
    {.name = "comment", .type = HF_TEXT, .offset = offsetof(hf_judgement, comment)},
    {.name = "rated_at", .type = HF_TIME, .offset = offsetof(hf_judgement, rated_at)},
    {.name = "seen_by",
     .type = HF_TEXT,
     .offset = offsetof(hf_judgement, seen_by),
     .flags = HF_FIELD_FILTER | HF_FIELD_READ_ONLY,
     .max_bytes = 200},
};

hf_str hf_judgement_key(const void *record, hf_arena *arena)
{
    const hf_judgement *j = record;
    return hf_str_format(arena, "%.*s/%.*s/%.*s", HF_STR_ARG(j->part.assessment),
                         HF_STR_ARG(j->question), HF_STR_ARG(j->assessor));
}

static void complete(void *record, hf_arena *arena)
{
    hf_judgement *j = record;
    if (j->part.head.key.len == 0 && j->part.assessment.len > 0 && j->question.len > 0 &&
        j->assessor.len > 0)
        j->part.head.key = hf_judgement_key(record, arena);
}

const hf_noun hf_noun_judgement = {
    .name = "judgement",
    .plural = "judgements",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_judgement),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .complete = complete,
};

bool hf_judgement_is_open(const hf_judgement *judgement)
{
    return hf_str_equal_z(judgement->seen_by, HF_SEEN_BY_ALL);
}

int8_t hf_judgement_value(const hf_judgement *judgement, bool is_ordered)
{
    if (judgement->rating == HF_WORD_NONE || (is_ordered && judgement->rating == HF_RATED_NA))
        return HF_AGREEMENT_MISSING;
    return (int8_t)judgement->rating;
}
