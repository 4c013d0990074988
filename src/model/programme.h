// SPDX-License-Identifier: Apache-2.0
//
// A security programme of civil aviation: of the nation, an airport or an operator; who approved it, when it is looked at again.
#ifndef HF_MODEL_PROGRAMME_H
#define HF_MODEL_PROGRAMME_H

#include "model/noun.h"

#define HF_PROGRAMME_LEVEL_COUNT 6u
extern const char
    *const hf_programme_level_words[]; // "national" "airport" "operator" …, NULL-ended

typedef enum {
    HF_PROGRAMME_DRAFT,
    HF_PROGRAMME_SUBMITTED,
    HF_PROGRAMME_APPROVED,
    HF_PROGRAMME_WITHDRAWN
} hf_programme_status;

typedef struct {
    hf_head head;
    hf_str title;
    int32_t level;
    hf_str organisation; // organisation
    hf_str site;         // asset
    int32_t status;      // hf_programme_status
    int64_t approved_at;
    int64_t review_months;
    int64_t reviewed_at;
    hf_str provisions;
    hf_str remarks;
} hf_programme;

extern const hf_noun hf_noun_programme;

#endif
