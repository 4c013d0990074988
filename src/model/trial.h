// SPDX-License-Identifier: Apache-2.0
//
// A trial of a technology. `sheet` is what may be told to others; the findings stay with who is cleared for the record.
#ifndef HF_MODEL_TRIAL_H
#define HF_MODEL_TRIAL_H

#include "model/noun.h"

typedef enum {
    HF_TRIAL_PLANNED,
    HF_TRIAL_RUNNING,
    HF_TRIAL_FINISHED,
    HF_TRIAL_STOPPED
} hf_trial_status;

typedef struct {
    hf_head head;
    hf_str title;
    int32_t kind;
    hf_str organisation; // organisation
    hf_str site;         // asset
    int64_t starts_at;
    int64_t ends_at;
    int32_t status; // hf_trial_status
    hf_str findings;
    hf_str sheet;
    hf_str contact;
} hf_trial;

extern const hf_noun hf_noun_trial;

#endif
