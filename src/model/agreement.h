// SPDX-License-Identifier: Apache-2.0
//
// What is agreed with whom, in which sectors and phases, until when, and whether it was ever exercised.
#ifndef HF_MODEL_AGREEMENT_H
#define HF_MODEL_AGREEMENT_H

#include "model/phase.h"

typedef enum {
    HF_AGREEMENT_TREATY,
    HF_AGREEMENT_MEMORANDUM,
    HF_AGREEMENT_PUBLIC_PRIVATE,
    HF_AGREEMENT_NETWORK,
    HF_AGREEMENT_MUTUAL_AID,
    HF_AGREEMENT_DOMESTIC
} hf_agreement_kind;

typedef enum {
    HF_AGREEMENT_IS_NEGOTIATED,
    HF_AGREEMENT_IS_IN_FORCE,
    HF_AGREEMENT_IS_SUSPENDED,
    HF_AGREEMENT_IS_ENDED
} hf_agreement_status;

typedef struct {
    hf_head head;
    hf_str title;
    hf_str about;
    int32_t kind; // hf_agreement_kind
    hf_str partners;
    hf_str sectors;
    hf_str phases;
    int32_t status; // hf_agreement_status
    int64_t starts_at;
    int64_t ends_at;
    int64_t exercised_at;
    hf_str provisions;
    hf_str contact;
    hf_str url;
} hf_agreement;

extern const hf_noun hf_noun_agreement;

#endif
