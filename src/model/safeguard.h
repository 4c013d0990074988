// SPDX-License-Identifier: Apache-2.0
//
// A measure that reaches into rights, and the review that it must stand: legal basis, aim, necessity, proportionality,
// oversight, remedy, and when it is looked at again.
#ifndef HF_MODEL_SAFEGUARD_H
#define HF_MODEL_SAFEGUARD_H

#include "model/noun.h"

typedef enum {
    HF_SAFEGUARD_PLANNED,
    HF_SAFEGUARD_IN_USE,
    HF_SAFEGUARD_SUSPENDED,
    HF_SAFEGUARD_ENDED
} hf_safeguard_status;

typedef enum { HF_OUTCOME_UPHELD, HF_OUTCOME_CHANGED, HF_OUTCOME_TO_END } hf_safeguard_outcome;

typedef struct {
    hf_head head;
    hf_str title;
    int32_t kind;
    hf_str organisation; // organisation
    hf_str sector;
    int32_t status; // hf_safeguard_status
    hf_str legal_basis;
    hf_str aim;
    hf_str necessity;
    hf_str proportionality;
    hf_str oversight;
    hf_str remedy;
    int64_t data_months;
    int64_t review_months;
    int64_t reviewed_at;
    hf_str reviewed_by;
    int32_t outcome; // hf_safeguard_outcome
    hf_str remarks;
} hf_safeguard;

extern const hf_noun hf_noun_safeguard;

#endif
