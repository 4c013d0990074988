// SPDX-License-Identifier: Apache-2.0
//
// Who leads, supports or is informed in which phase, in all sectors or one, and by which text.
#ifndef HF_MODEL_MANDATE_H
#define HF_MODEL_MANDATE_H

#include "model/phase.h"

typedef enum { HF_PART_LEADS, HF_PART_SUPPORTS, HF_PART_INFORMED } hf_mandate_part;

typedef struct {
    hf_head head;
    hf_str organisation; // organisation
    int32_t phase;       // hf_phase
    int32_t part;        // hf_mandate_part
    hf_str sector;
    hf_str basis;
    hf_str remarks;
} hf_mandate;

extern const hf_noun hf_noun_mandate;

#endif
