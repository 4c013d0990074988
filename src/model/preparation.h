// SPDX-License-Identifier: Apache-2.0
//
// What was done so that an open place is prepared: a risk assessment, a plan, an exercise, an exchange with the operator …
// One record for each time it was done. What must be mended is said in words for those who mend it; how a place could be
// attacked has no field.
#ifndef HF_MODEL_PREPARATION_H
#define HF_MODEL_PREPARATION_H

#include "model/noun.h"

#define HF_PREPARATION_KIND_COUNT 9u
extern const char
    *const hf_preparation_kind_words[]; // "risk_assessment" … "interoperability", NULL-ended
// Provisions of the catalogue that ask for this kind, separated by spaces.
extern const char *const hf_preparation_asked_by[HF_PREPARATION_KIND_COUNT];

typedef enum { HF_OUTCOME_SUFFICIENT, HF_OUTCOME_PARTLY, HF_OUTCOME_INSUFFICIENT } hf_outcome;

typedef struct {
    hf_head head;
    hf_str title;
    hf_str asset; // the open place
    int32_t kind; // hf_preparation_kind_words
    int64_t done_at;
    int64_t review_months; // until it is to be done again
    hf_str organisation;   // who did it
    hf_str participants;
    int32_t outcome; // hf_outcome; HF_WORD_NONE: nobody said
    hf_str lessons;  // what is to mend
    int64_t mend_by;
    int64_t mended_at;
    hf_str remarks;
} hf_preparation;

extern const hf_noun hf_noun_preparation;

// The last whole day in UTC through which what was done stands. HF_INTEGER_NONE: its day or its clock is not known.
int64_t hf_preparation_due(const hf_preparation *preparation);
// Is something still to mend?
bool hf_preparation_is_to_mend(const hf_preparation *preparation);

#endif
