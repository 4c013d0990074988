// SPDX-License-Identifier: Apache-2.0
//
// What a strategy wants to reach, and by what that is seen.
#ifndef HF_MODEL_OBJECTIVE_H
#define HF_MODEL_OBJECTIVE_H

#include "model/noun.h"

typedef struct {
    hf_head head;
    hf_str strategy; // strategy
    hf_str title;
    hf_str about;
    hf_str indicator;
    hf_str target;
    int64_t position;
} hf_strategy_objective;

extern const hf_noun hf_noun_objective;

#endif
