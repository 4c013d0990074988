// SPDX-License-Identifier: Apache-2.0
//
// What somebody did and others can learn from: a good practice, a case study, an instrument or tool of an organisation, a
// training, a workshop with its follow-up. Whoever is cleared for it may know of it, wherever they work.
#ifndef HF_MODEL_PRACTICE_H
#define HF_MODEL_PRACTICE_H

#include "model/phase.h"

typedef enum {
    HF_PRACTICE_PROPOSED,
    HF_PRACTICE_CHECKED,
    HF_PRACTICE_SHARED,
    HF_PRACTICE_RETIRED
} hf_practice_status;

typedef struct {
    hf_head head;
    hf_str title;
    int32_t form;
    hf_str about;
    hf_str done;
    hf_str cost;
    hf_str result;
    hf_str conditions;
    hf_str phases;
    hf_str means; // of attack that it counters: hf_means_words
    hf_str sectors;
    hf_str provisions;
    hf_str organisation; // organisation
    hf_str languages;
    int64_t held_at;
    int64_t participants;
    hf_str follow_up;
    int64_t follow_up_due;
    int64_t followed_up_at;
    hf_str url;
    int32_t status; // hf_practice_status
} hf_practice;

extern const hf_noun hf_noun_practice;

#endif
