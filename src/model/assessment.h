// SPDX-License-Identifier: Apache-2.0
//
// An assessment of how a State, a sector or an organisation protects itself, in the stages of a round; and what its
// parts (answers, recommendations, needs, projects) share.
#ifndef HF_MODEL_ASSESSMENT_H
#define HF_MODEL_ASSESSMENT_H

#include "model/noun.h"

typedef enum { HF_SUBJECT_STATE, HF_SUBJECT_SECTOR, HF_SUBJECT_ORGANISATION } hf_subject;

typedef enum {
    HF_STAGE_DESK_REVIEW,
    HF_STAGE_STATE_ANSWERS,
    HF_STAGE_VISIT,
    HF_STAGE_PRELIMINARY,
    HF_STAGE_STATE_REMARKS,
    HF_STAGE_ADOPTED,
    HF_STAGE_FOLLOW_UP,
    HF_STAGE_NEXT_ROUND,
    HF_STAGE_COUNT
} hf_stage;
extern const char *const hf_stage_words[]; // "desk_review" … "next_round", NULL-ended

typedef struct {
    hf_head head;
    hf_str title;
    hf_str about;
    int32_t subject;     // hf_subject
    hf_str sector;       // of HF_SUBJECT_SECTOR
    hf_str organisation; // of HF_SUBJECT_ORGANISATION
    int64_t starts_at, ends_at;
    hf_str lead;          // who leads the team, by name
    int32_t stage;        // hf_stage
    int64_t stage_since;  // set by the program
    int64_t cycle_months; // from one round to the next
    int64_t
        review_months;  // after so many an answer is looked at again; HF_INTEGER_NONE: cycle_months
    hf_str instruments; // keys; empty: all that are in use
    hf_str
        theme_weights; // JSON {"aviation": 5}: how much risk the national assessment sees there, 1 to 5
    hf_str previous;   // the round before
    hf_str assessors;  // accounts that rate; empty: whoever may assess
    bool ratings_open; // the assessors' ratings are seen by all who may read the assessment
} hf_assessment;

extern const hf_noun hf_noun_assessment;

// What belongs to an assessment begins with this, and is as secret as the assessment.
typedef struct {
    hf_head head;
    hf_str assessment;
    hf_str sector, organisation; // copied from the assessment: where it belongs
    hf_str section; // of what belongs to a question: assessment, stroke, theme; else empty
} hf_assessment_part;

// The fields of such parts that belong to a question. Include stddef.h.
#define HF_ASSESSMENT_PART_FIELDS                                                                  \
    {.name = "assessment",                                                                         \
     .type = HF_LINK,                                                                              \
     .offset = offsetof(hf_assessment_part, assessment),                                           \
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,                                                 \
     .refers = "assessment"},                                                                      \
        {.name = "sector",                                                                         \
         .type = HF_TEXT,                                                                          \
         .offset = offsetof(hf_assessment_part, sector),                                           \
         .flags = HF_FIELD_FILTER | HF_FIELD_READ_ONLY,                                            \
         .max_bytes = 40},                                                                         \
        {.name = "organisation",                                                                   \
         .type = HF_LINK,                                                                          \
         .offset = offsetof(hf_assessment_part, organisation),                                     \
         .flags = HF_FIELD_FILTER | HF_FIELD_READ_ONLY,                                            \
         .refers = "organisation"},                                                                \
    {                                                                                              \
        .name = "section", .type = HF_TEXT, .offset = offsetof(hf_assessment_part, section),       \
        .flags = HF_FIELD_FILTER | HF_FIELD_READ_ONLY, .max_bytes = 400                            \
    }

// The nouns of such parts, NULL-ended.
extern const hf_noun *const hf_assessment_parts[];
bool hf_is_assessment_part(const hf_noun *noun);
// Of them, those that belong to a question and so to a section: their struct has the question behind the part.
bool hf_is_question_part(const hf_noun *noun);
hf_str hf_question_of_part(const hf_noun *noun, const void *record);
// Is it written by who may assess?
bool hf_is_assessed(const hf_noun *noun);

// Does this account rate in it: is it among those that it names, if it names any?
bool hf_is_assessor(const hf_assessment *assessment, hf_str account);

#define HF_THEME_WEIGHT_MAX     5.0
#define HF_THEME_WEIGHT_DEFAULT 3.0
// The weight of a theme. is_set: whether the assessment says it.
double hf_theme_weight(const hf_assessment *assessment, hf_str theme, bool *is_set);

// When a stage that began then must be over; HF_INTEGER_NONE: it has no clock. The State's remarks: 30 days. The
// follow-up: 6 months, the next round: cycle_months, both by the calendar, on the last day of a shorter month.
int64_t hf_stage_due(hf_stage stage, int64_t since_ms, int64_t cycle_months);
// When a round is over: its last day belongs to it. HF_INTEGER_NONE: it has no end.
int64_t hf_assessment_over_at(const hf_assessment *assessment);
// Whether a stage may follow another one: the next, or any before.
bool hf_stage_may_follow(hf_stage from, hf_stage to);

#endif
