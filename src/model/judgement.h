// SPDX-License-Identifier: Apache-2.0
//
// What one assessor rates one question, apart from the others: seen by nobody else until the ratings of the assessment
// are opened. Its key: assessment, question and assessor, with strokes between.
#ifndef HF_MODEL_JUDGEMENT_H
#define HF_MODEL_JUDGEMENT_H

#include "model/answer.h"

typedef struct {
    hf_assessment_part part;
    hf_str question;
    hf_str assessor;      // the account
    int32_t rating;       // hf_rating
    int32_t first_rating; // as it was first given, before anything of the others was seen
    hf_str comment;
    int64_t rated_at;
    hf_str seen_by; // the assessor, or HF_SEEN_BY_ALL; set by the program
} hf_judgement;

#define HF_SEEN_BY_ALL "*"

extern const hf_noun hf_noun_judgement;

// The key that it has. record: hf_judgement
hf_str hf_judgement_key(const void *record, hf_arena *arena);

bool hf_judgement_is_open(const hf_judgement *judgement);
// The rating as a value of agreement.h: 0 to 4; what does not apply is a value of its own where values have no order,
// and missing where they have one.
int8_t hf_judgement_value(const hf_judgement *judgement, bool is_ordered);

#endif
