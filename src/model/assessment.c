// SPDX-License-Identifier: Apache-2.0
//
// The table of `assessment`, the rules between its fields, and the clocks of its stages.
#include "model/assessment.h"

#include <stddef.h>

#include "base/clock.h"
#include "model/answer.h"
#include "model/evidence.h"
#include "model/judgement.h"
#include "model/meeting.h"
#include "model/national.h"
#include "model/project.h"
#include "model/recommendation.h"

const char *const hf_stage_words[] = {"desk_review", "state_answers", "visit",
                                      "preliminary", "state_remarks", "adopted",
                                      "follow_up",   "next_round",    NULL};
static const char *const subject_words[] = {"state", "sector", "organisation", NULL};

#define REMARKS_MS       (30 * HF_DAY_MS)
#define FOLLOW_UP_MONTHS 6

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_assessment, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "about",
     .type = HF_TEXT,
     .offset = offsetof(hf_assessment, about),
     .flags = HF_FIELD_SEARCH},
    {.name = "subject",
     .type = HF_WORD,
     .offset = offsetof(hf_assessment, subject),
     .flags = HF_FIELD_FILTER,
     .words = subject_words,
     .fallback = "state"},
    {.name = "sector",
     .type = HF_TEXT,
     .offset = offsetof(hf_assessment, sector),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 40},
    {.name = "organisation",
     .type = HF_LINK,
     .offset = offsetof(hf_assessment, organisation),
     .flags = HF_FIELD_FILTER,
     .refers = "organisation"},
    {.name = "starts_at",
     .type = HF_TIME,
     .offset = offsetof(hf_assessment, starts_at),
     .flags = HF_FIELD_FILTER},
    {.name = "ends_at", .type = HF_TIME, .offset = offsetof(hf_assessment, ends_at)},
    {.name = "lead",
     .type = HF_TEXT,
     .offset = offsetof(hf_assessment, lead),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 200},
    {.name = "stage",
     .type = HF_WORD,
     .offset = offsetof(hf_assessment, stage),
     .flags = HF_FIELD_FILTER,
     .words = hf_stage_words,
     .fallback = "desk_review"},
    {.name = "stage_since", .type = HF_TIME, .offset = offsetof(hf_assessment, stage_since)},
    {.name = "cycle_months",
     .type = HF_INTEGER,
     .offset = offsetof(hf_assessment, cycle_months),
     .min = 1,
     .max = 240,
     .fallback = "24"},
    {.name = "review_months",
     .type = HF_INTEGER,
     .offset = offsetof(hf_assessment, review_months),
     .min = 1,
     .max = 240},
    {.name = "instruments",
     .type = HF_LIST,
     .offset = offsetof(hf_assessment, instruments),
     .max_bytes = 4000},
    {.name = "theme_weights",
     .type = HF_JSON,
     .offset = offsetof(hf_assessment, theme_weights),
     .max_bytes = 4000},
    {.name = "previous",
     .type = HF_LINK,
     .offset = offsetof(hf_assessment, previous),
     .refers = "assessment"},
    {.name = "assessors",
     .type = HF_LIST,
     .offset = offsetof(hf_assessment, assessors),
     .max_bytes = 4000},
    {.name = "ratings_open", .type = HF_BOOL, .offset = offsetof(hf_assessment, ratings_open)},
};

static bool fail(hf_error *err, const char *column, const char *code, const char *message)
{
    hf_fail(err, HF_ERR_INPUT, code, "%s", message);
    return hf_fail_at(err, NULL, 0, column);
}

static void complete(void *record, hf_arena *arena)
{
    hf_assessment *assessment = record;
    assessment->sector = hf_code_with_case(assessment->sector, true, arena); // as assets keep it
}

static bool check_weights(const hf_assessment *assessment, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json *weights = NULL;
    if (assessment->theme_weights.len == 0)
        return true;
    if (!hf_json_parse(assessment->theme_weights, &scratch, &weights, err))
        return hf_fail_at(err, NULL, 0, "theme_weights");
    bool is_right = weights->type == HF_JSON_OBJECT;
    for (const hf_json *item = is_right ? weights->child : NULL; item != NULL; item = item->next)
        is_right &= (item->type == HF_JSON_INT || item->type == HF_JSON_DOUBLE) &&
                    item->number >= 1 && item->number <= HF_THEME_WEIGHT_MAX;
    return is_right || fail(err, "theme_weights", "assessment.theme_weights",
                            "the weights are an object of themes with numbers from 1 to 5, such as "
                            "{\"aviation\": 5}");
}

// Exactly what the subject needs is named: a leftover sector would read like a limit that does not hold.
static bool check(const void *record, hf_error *err)
{
    const hf_assessment *a = record;
    if ((a->subject == HF_SUBJECT_SECTOR) != (a->sector.len > 0))
        return fail(err, "sector", "assessment.subject",
                    "name a sector if the subject is one, and only then");
    if ((a->subject == HF_SUBJECT_ORGANISATION) != (a->organisation.len > 0))
        return fail(err, "organisation", "assessment.subject",
                    "name an organisation if the subject is one, and only then");
    if (a->starts_at != HF_INTEGER_NONE && a->ends_at != HF_INTEGER_NONE &&
        a->ends_at < a->starts_at)
        return fail(err, "ends_at", "assessment.ends_first", "it would end before it starts");
    if (hf_str_equal(a->previous, a->head.key) && a->previous.len > 0)
        return fail(err, "previous", "assessment.previous", "a round does not follow itself");
    return check_weights(a, err);
}

const hf_noun hf_noun_assessment = {
    .name = "assessment",
    .plural = "assessments",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_assessment),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .complete = complete,
    .check = check,
};

const hf_noun *const hf_assessment_parts[] = {
    &hf_noun_answer,    &hf_noun_recommendation, &hf_noun_need,    &hf_noun_project,
    &hf_noun_judgement, &hf_noun_evidence,       &hf_noun_meeting, NULL};

bool hf_is_assessment_part(const hf_noun *noun)
{
    for (size_t i = 0; hf_assessment_parts[i] != NULL; i++)
        if (noun == hf_assessment_parts[i])
            return true;
    return false;
}

bool hf_is_question_part(const hf_noun *noun)
{
    return noun == &hf_noun_answer || noun == &hf_noun_evidence || noun == &hf_noun_judgement;
}

hf_str hf_question_of_part(const hf_noun *noun, const void *record)
{
    if (noun == &hf_noun_judgement)
        return ((const hf_judgement *)record)->question;
    return noun == &hf_noun_answer ? ((const hf_answer *)record)->question
                                   : ((const hf_evidence *)record)->question;
}

bool hf_is_assessed(const hf_noun *noun)
{
    return noun == &hf_noun_assessment || noun == &hf_noun_offer || hf_is_national(noun) ||
           hf_is_assessment_part(noun);
}

bool hf_is_assessor(const hf_assessment *assessment, hf_str account)
{
    return assessment->assessors.len == 0 || hf_str_has_word(assessment->assessors, account);
}

double hf_theme_weight(const hf_assessment *assessment, hf_str theme, bool *is_set)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json *weights = NULL;
    hf_error unused = {0}; // what is stored was checked
    *is_set = false;
    if (assessment->theme_weights.len == 0 ||
        !hf_json_parse(assessment->theme_weights, &scratch, &weights, &unused))
        return HF_THEME_WEIGHT_DEFAULT;
    for (const hf_json *item = weights->child; item != NULL; item = item->next)
        if (hf_str_equal(item->name, theme)) {
            *is_set = true;
            return item->number;
        }
    return HF_THEME_WEIGHT_DEFAULT;
}

int64_t hf_stage_due(hf_stage stage, int64_t since_ms, int64_t cycle_months)
{
    if (since_ms == HF_INTEGER_NONE)
        return HF_INTEGER_NONE;
    switch (stage) {
    case HF_STAGE_STATE_REMARKS:
        return since_ms + REMARKS_MS;
    case HF_STAGE_FOLLOW_UP:
        return hf_time_add_months(since_ms, FOLLOW_UP_MONTHS);
    case HF_STAGE_NEXT_ROUND:
        return hf_time_add_months(since_ms, cycle_months);
    case HF_STAGE_DESK_REVIEW:
    case HF_STAGE_STATE_ANSWERS:
    case HF_STAGE_VISIT:
    case HF_STAGE_PRELIMINARY:
    case HF_STAGE_ADOPTED:
    case HF_STAGE_COUNT:
        break;
    }
    return HF_INTEGER_NONE;
}

bool hf_stage_may_follow(hf_stage from, hf_stage to)
{
    return to <= from || (int)to == (int)from + 1;
}

int64_t hf_assessment_over_at(const hf_assessment *assessment)
{
    int64_t end = assessment->ends_at;
    bool is_day = end != HF_INTEGER_NONE && end % HF_DAY_MS == 0; // said without an hour
    return is_day ? end + HF_DAY_MS : end;
}
