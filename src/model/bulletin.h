// SPDX-License-Identifier: Apache-2.0
//
// What people in organisations are to know and to confirm that they have read. Whoever is cleared for it may read it.
#ifndef HF_MODEL_BULLETIN_H
#define HF_MODEL_BULLETIN_H

#include "model/phase.h"

typedef enum { HF_BULLETIN_DRAFT, HF_BULLETIN_ISSUED, HF_BULLETIN_WITHDRAWN } hf_bulletin_status;

typedef struct {
    hf_head head;
    hf_str title;
    hf_str body;
    hf_str issuer; // organisation
    hf_str audience;
    hf_str sectors;
    hf_str phases;
    int64_t issued_at;
    int64_t read_by;
    int32_t status; // hf_bulletin_status
} hf_bulletin;

extern const hf_noun hf_noun_bulletin;

#endif
