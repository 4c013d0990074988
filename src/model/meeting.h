// SPDX-License-Identifier: Apache-2.0
//
// One meeting of the visit of an assessment: who is met, when and where, and which questions are put.
#ifndef HF_MODEL_MEETING_H
#define HF_MODEL_MEETING_H

#include "model/assessment.h"

typedef struct {
    hf_assessment_part part;
    hf_str title;  // who is met: an office, a site
    hf_str people; // by name
    hf_str place;
    int64_t starts_at, ends_at;
    hf_str led_by;
    hf_str questions; // keys
    hf_str notes;
    int32_t state; // planned, held, cancelled
} hf_meeting;

extern const hf_noun hf_noun_meeting;

#endif
