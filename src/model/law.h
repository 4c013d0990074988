// SPDX-License-Identifier: Apache-2.0
//
// Which conduct, in which form, is punishable by which law: one record for each conduct and form that a law covers. What is
// covered by none is a gap of the legal map (usecase/strategy.h).
#ifndef HF_MODEL_LAW_H
#define HF_MODEL_LAW_H

#include "model/noun.h"

extern const char *const hf_conduct_words[]; // NULL-ended

extern const char *const hf_offence_words[]; // NULL-ended

typedef enum { HF_LAW_IN_FORCE, HF_LAW_ADOPTED, HF_LAW_DRAFT, HF_LAW_REPEALED } hf_law_status;

typedef struct {
    hf_head head;
    int32_t conduct;
    int32_t form;
    hf_str act;
    hf_str penalty;
    hf_str jurisdictions;
    int32_t status; // hf_law_status
    int64_t starts_at;
    hf_str provisions;
    hf_str url;
    hf_str remarks;
} hf_law;

extern const hf_noun hf_noun_law;

#endif
