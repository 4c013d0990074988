// SPDX-License-Identifier: Apache-2.0
//
// The table of `answer` and the rules between its fields.
#include "model/answer.h"

#include <stddef.h>

#include "model/evidence.h"
#include "model/scores.h"

const char *const hf_rating_words[] = {"0", "1", "2", "3", "4", "NA", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    HF_ASSESSMENT_PART_FIELDS,
    {.name = "question",
     .type = HF_LINK,
     .offset = offsetof(hf_answer, question),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .refers = "question"},
    {.name = "rating",
     .type = HF_WORD,
     .offset = offsetof(hf_answer, rating),
     .flags = HF_FIELD_FILTER,
     .words = hf_rating_words},
    {.name = "comment",
     .type = HF_TEXT,
     .offset = offsetof(hf_answer, comment),
     .flags = HF_FIELD_SEARCH},
    {.name = "evidence",
     .type = HF_TEXT,
     .offset = offsetof(hf_answer, evidence),
     .flags = HF_FIELD_SEARCH},
    {.name = "evidence_link",
     .type = HF_TEXT,
     .offset = offsetof(hf_answer, evidence_link),
     .max_bytes = 1000},
    {.name = "evidence_record",
     .type = HF_TEXT,
     .offset = offsetof(hf_answer, evidence_record),
     .max_bytes = 400},
    {.name = "evidence_accepted",
     .type = HF_BOOL,
     .offset = offsetof(hf_answer, evidence_accepted)},
    {.name = "evidence_expires_at",
     .type = HF_TIME,
     .offset = offsetof(hf_answer, evidence_expires_at)},
    {.name = "answered_by",
     .type = HF_TEXT,
     .offset = offsetof(hf_answer, answered_by),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 200},
    {.name = "answered_at",
     .type = HF_TIME,
     .offset = offsetof(hf_answer, answered_at),
     .flags = HF_FIELD_FILTER},
    {.name = "reused_from",
     .type = HF_LINK,
     .offset = offsetof(hf_answer, reused_from),
     .refers = "answer"},
    {.name = "rater_count",
     .type = HF_INTEGER,
     .offset = offsetof(hf_answer, rater_count),
     .min = 0,
     .max = 1000},
    {.name = "rated_median",
     .type = HF_NUMBER,
     .offset = offsetof(hf_answer, rated_median),
     .min = 0,
     .max = 4},
    {.name = "rated_spread",
     .type = HF_NUMBER,
     .offset = offsetof(hf_answer, rated_spread),
     .min = 0,
     .max = 4},
    {.name = "discussion",
     .type = HF_TEXT,
     .offset = offsetof(hf_answer, discussion),
     .flags = HF_FIELD_SEARCH},
};

hf_str hf_answer_key(const void *record, hf_arena *arena)
{
    const hf_answer *answer = record;
    return hf_str_format(arena, "%.*s/%.*s", HF_STR_ARG(answer->part.assessment),
                         HF_STR_ARG(answer->question));
}

static void complete(void *record, hf_arena *arena)
{
    hf_answer *answer = record;
    if (answer->part.head.key.len == 0 && answer->part.assessment.len > 0 &&
        answer->question.len > 0)
        answer->part.head.key = hf_answer_key(record, arena);
}

static bool has_any(const hf_answer *answer)
{
    return answer->evidence.len > 0 || answer->evidence_link.len > 0 ||
           answer->evidence_record.len > 0;
}

static bool fail(hf_error *err, const char *column, const char *code, const char *message)
{
    hf_fail(err, HF_ERR_INPUT, code, "%s", message);
    return hf_fail_at(err, NULL, 0, column);
}

static bool check(const void *record, hf_error *err)
{
    const hf_answer *answer = record;
    if (answer->evidence_accepted && !has_any(answer))
        return fail(err, "evidence_accepted", "answer.evidence_missing",
                    "there is no evidence that could be accepted; give it first");
    if (answer->evidence_link.len > 0 && !hf_is_web_address(answer->evidence_link))
        return fail(err, "evidence_link", "answer.evidence_link",
                    "an address begins with https:// or http://");
    if (answer->evidence_record.len > 0 && !hf_is_record_name(answer->evidence_record))
        return fail(err, "evidence_record", "answer.evidence_record",
                    "write kind and key of the record, such as asset/P1");
    return true;
}

const hf_noun hf_noun_answer = {
    .name = "answer",
    .plural = "answers",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_answer),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .complete = complete,
    .check = check,
};

int8_t hf_answer_score(const hf_answer *answer)
{
    if (answer == NULL || answer->rating == HF_WORD_NONE)
        return HF_SCORE_OPEN;
    return answer->rating == HF_RATED_NA ? HF_SCORE_NA : (int8_t)answer->rating;
}

bool hf_answer_has_evidence(const hf_answer *answer, int64_t now_ms)
{
    return answer->evidence_accepted && has_any(answer) &&
           (answer->evidence_expires_at == HF_INTEGER_NONE || answer->evidence_expires_at > now_ms);
}
