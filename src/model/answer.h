// SPDX-License-Identifier: Apache-2.0
//
// The answer to one question in one assessment. Its key: assessment, stroke, question.
#ifndef HF_MODEL_ANSWER_H
#define HF_MODEL_ANSWER_H

#include "model/assessment.h"

typedef enum {
    HF_RATED_0, // not in place
    HF_RATED_1, // planned
    HF_RATED_2, // partly
    HF_RATED_3, // largely
    HF_RATED_4, // in place, evidenced and tested
    HF_RATED_NA // does not apply
} hf_rating;

typedef struct {
    hf_assessment_part part;
    hf_str question;
    int32_t rating; // hf_rating; HF_WORD_NONE: not answered yet
    hf_str comment;
    hf_str evidence;        // in words
    hf_str evidence_link;   // where it lies: an address
    hf_str evidence_record; // "noun/key" of a record that shows it
    bool evidence_accepted;
    int64_t evidence_expires_at; // counts until then
    hf_str answered_by;
    int64_t answered_at;
    hf_str reused_from; // the answer that it was taken over from
    // Where several assessors rated, and their ratings were opened: how far they were from one another when this answer
    // was saved; empty else.
    int64_t rater_count;
    double rated_median, rated_spread; // P75 − P25
    hf_str discussion;                 // what was said about it
} hf_answer;

extern const hf_noun hf_noun_answer;

// The key that it has. record: hf_answer
hf_str hf_answer_key(const void *record, hf_arena *arena);
extern const char *const hf_rating_words[]; // "0" … "4", "NA", NULL-ended

// The rating as scores.h counts it; NULL and not answered yet: HF_SCORE_OPEN.
int8_t hf_answer_score(const hf_answer *answer);
// Does the answer carry evidence that was accepted and counts at this time?
bool hf_answer_has_evidence(const hf_answer *answer, int64_t now_ms);

#endif
