// SPDX-License-Identifier: Apache-2.0
//
// What an assessment advises to do about a gap, by whom and until when, and what became of it. Its history is that of
// the record.
#ifndef HF_MODEL_RECOMMENDATION_H
#define HF_MODEL_RECOMMENDATION_H

#include "model/assessment.h"

typedef enum {
    HF_ADVICE_PROPOSED,
    HF_ADVICE_ACCEPTED,
    HF_ADVICE_IN_PROGRESS,
    HF_ADVICE_DONE,
    HF_ADVICE_VERIFIED,
    HF_ADVICE_DECLINED
} hf_advice_status;

typedef struct {
    hf_assessment_part part;
    hf_str provision; // whose gap it is to close
    hf_str title;
    hf_str about;
    hf_str owner; // organisation that is to do it
    int32_t priority;
    int64_t due;
    int32_t status; // hf_advice_status
    hf_str state_answer;
} hf_recommendation;

extern const hf_noun hf_noun_recommendation;

// Is there still something to do? Neither done nor declined.
bool hf_recommendation_is_open(const hf_recommendation *recommendation);
bool hf_recommendation_is_overdue(const hf_recommendation *recommendation, int64_t now_ms);

#endif
