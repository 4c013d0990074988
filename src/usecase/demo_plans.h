// SPDX-License-Identifier: Apache-2.0
//
// Scenarios, measures and an assessment of the demonstration nation. Only demo_*.c include it.
#ifndef HF_USECASE_DEMO_PLANS_H
#define HF_USECASE_DEMO_PLANS_H

#include "usecase/demo.h"

// Puts them all; they name regions and kinds that every size of the nation has.
bool hf_demo_put_plans(const hf_demo_sink *sink, hf_error *err) HF_CHECKED;
// Two finished rounds and a running one (demo_assessment.c); their questions are those of the shipped catalogue.
bool hf_demo_put_assessment(const hf_demo_sink *sink, hf_error *err) HF_CHECKED;

#endif
