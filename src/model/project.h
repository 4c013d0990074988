// SPDX-License-Identifier: Apache-2.0
//
// A technical assistance project: one offer at work for one need, with the figure by which it will be judged before and
// after, and the round that measures again. It belongs to the assessment that found the need.
#ifndef HF_MODEL_PROJECT_H
#define HF_MODEL_PROJECT_H

#include "model/offer.h"

typedef enum {
    HF_PROJECT_PLANNED,
    HF_PROJECT_UNDER_WAY,
    HF_PROJECT_FINISHED,
    HF_PROJECT_STOPPED
} hf_project_status;

typedef struct {
    hf_assessment_part part;
    hf_str title;
    hf_str need, offer;
    int64_t starts_at, ends_at;
    hf_str partners;
    hf_str indicator, unit; // what is counted
    double value_before, target, value_after;
    hf_str measured_in; // the assessment whose answers measure again
    int32_t status;     // hf_project_status
    hf_str remarks;
} hf_project;

extern const hf_noun hf_noun_project;

// Does it take up some of its offer's capacity?
bool hf_project_is_open(const hf_project *project);
// Share of the way from the value before to the target that the value after has come; NaN where a value is missing or
// the target is where it began. Below 0: away from it; above 1: beyond.
double hf_project_progress(const hf_project *project);

#endif
