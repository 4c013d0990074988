// SPDX-License-Identifier: Apache-2.0
//
// What is to be done for an objective: by whom, by when, for which money, in which phases and sectors.
#ifndef HF_MODEL_ACTION_H
#define HF_MODEL_ACTION_H

#include "model/phase.h"

typedef enum {
    HF_ACTION_PLANNED,
    HF_ACTION_UNDER_WAY,
    HF_ACTION_DONE,
    HF_ACTION_STOPPED
} hf_action_status;

typedef struct {
    hf_head head;
    hf_str objective; // objective
    hf_str title;
    hf_str about;
    hf_str owner; // organisation
    hf_str phases;
    hf_str means; // of attack that it counters: hf_means_words
    hf_str sectors;
    double cost;
    double funded;
    int64_t starts_at;
    int64_t due;
    int32_t status; // hf_action_status
    hf_str provisions;
    hf_str practice; // practice
} hf_action;

extern const hf_noun hf_noun_action;

#endif
