// SPDX-License-Identifier: Apache-2.0
//
// A need for technical assistance that an assessment found: what is wanted to close which gap, how soon, in which
// language. As secret as its assessment.
#ifndef HF_MODEL_NEED_H
#define HF_MODEL_NEED_H

#include "model/assessment.h"

// Kinds of assistance, of needs and of offers.
extern const char
    *const hf_assistance_words[]; // "legislation" … "information_exchange", NULL-ended

typedef enum {
    HF_NEED_IDENTIFIED,
    HF_NEED_AGREED,
    HF_NEED_REQUESTED,
    HF_NEED_OFFERED,
    HF_NEED_UNDER_WAY,
    HF_NEED_MET,
    HF_NEED_WITHDRAWN
} hf_need_status;

typedef enum { HF_URGENCY_URGENT, HF_URGENCY_HIGH, HF_URGENCY_MEDIUM, HF_URGENCY_LOW } hf_urgency;

typedef struct {
    hf_assessment_part part;
    hf_str title;
    hf_str about;
    hf_str provisions;     // keys: whose gaps it is to close
    hf_str recommendation; // that it helps to carry out
    int32_t kind;          // index into hf_assistance_words
    hf_str theme;          // code, as the catalogue has it
    hf_str sectors;        // codes that it is about; the part's own sector is the assessment's
    hf_str region;
    hf_str languages; // in which help would be understood
    int32_t urgency;  // hf_urgency
    int32_t status;   // hf_need_status
    hf_str owner;     // organisation that wants it
    int64_t wanted_by;
    hf_str remarks;
} hf_assistance_need;

extern const hf_noun hf_noun_need;

// What a gap of this rank value (model/scores.h) proposes: half of what a gap can be worth is high, a fifth medium. That
// something is urgent only a person says.
hf_urgency hf_urgency_of_gap(double value);
hf_str hf_urgency_word(hf_urgency urgency);
// Is help still to be looked for?
bool hf_assistance_need_is_open(const hf_assistance_need *need);

#endif
