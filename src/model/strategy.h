// SPDX-License-Identifier: Apache-2.0
//
// A strategy to reduce the risk to infrastructure: who leads it, what it rests on, for how long, when it is looked at again.
// Objectives and actions are records of their own. What it lacks: model/completeness.h.
#ifndef HF_MODEL_STRATEGY_H
#define HF_MODEL_STRATEGY_H

#include "model/noun.h"

typedef enum { HF_STRATEGY_DRAFT, HF_STRATEGY_IN_FORCE, HF_STRATEGY_ENDED } hf_strategy_status;

typedef struct {
    hf_head head;
    hf_str title;
    hf_str owner;   // organisation
    int32_t status; // hf_strategy_status
    int64_t adopted_at;
    int64_t starts_at;
    int64_t ends_at;
    hf_str sectors;
    hf_str scope;
    hf_str risk_basis;
    hf_str awareness;
    hf_str interoperability;
    hf_str partnership;
    hf_str cross_border;
    hf_str soft_targets;
    hf_str rights;
    double budget;
    int64_t review_months;
    int64_t reviewed_at;
    int64_t exercised_at;
    hf_str url;
} hf_strategy;

extern const hf_noun hf_noun_strategy;

#endif
