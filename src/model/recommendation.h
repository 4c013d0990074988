// SPDX-License-Identifier: Apache-2.0
//
// What an assessment advises to do about a gap, by whom and until when, and what became of it. Its history is that of
// the record.
#ifndef HF_MODEL_RECOMMENDATION_H
#define HF_MODEL_RECOMMENDATION_H

#include "model/assessment.h"

typedef struct {
    hf_assessment_part part;
    hf_str provision; // whose gap it is to close
    hf_str title;
    hf_str about;
    hf_str owner; // organisation that is to do it
    int32_t priority;
    int64_t due;
    int32_t status;
    hf_str state_answer;
} hf_recommendation;

extern const hf_noun hf_noun_recommendation;

#endif
