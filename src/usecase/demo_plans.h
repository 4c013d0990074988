// SPDX-License-Identifier: Apache-2.0
//
// Scenarios, measures, assessments, technical assistance, knowledge and strategy of the demonstration nation. Only demo_*.c
// include it.
#ifndef HF_USECASE_DEMO_PLANS_H
#define HF_USECASE_DEMO_PLANS_H

#include "model/answer.h"
#include "usecase/demo.h"

// Records as the texts of their fields, ended by a NULL name.
#define HF_DEMO_VALUES_MAX 24u
typedef struct {
    const char *name, *text;
} hf_demo_value;
bool hf_demo_put_values(const hf_noun *noun, const hf_demo_value (*records)[HF_DEMO_VALUES_MAX],
                        size_t count, const hf_demo_sink *sink, hf_error *err) HF_CHECKED;

// Puts them all; they name regions and kinds that every size of the nation has.
bool hf_demo_put_plans(const hf_demo_sink *sink, hf_error *err) HF_CHECKED;
// Two finished rounds and a running one (demo_assessment.c); their questions are those of the shipped catalogue.
bool hf_demo_put_assessment(const hf_demo_sink *sink, hf_error *err) HF_CHECKED;

// What three assessors rated apart and the evidence shown to them (demo_raters.c): open in the finished round of 2025,
// blind in the running one.
typedef struct {
    const char *key;
    int64_t answers_at;
} hf_demo_round;
bool hf_demo_put_raters(const hf_demo_sink *sink, const hf_demo_round *round, bool is_running,
                        hf_error *err) HF_CHECKED;
// What an answer of the finished round keeps of their disagreement; others are left alone.
void hf_demo_settle_answer(hf_answer *answer);

// What the round found wanting, and who could help (demo_assistance.c).
bool hf_demo_put_assistance(const hf_demo_sink *sink, hf_error *err) HF_CHECKED;

// Bodies of the nation, its library and its bulletins (demo_knowledge.c); behind them its strategy, laws, roles,
// agreements and intrusive measures, with gaps on purpose (demo_strategy.c).
#define HF_DEMO_BODY HF_DEMO_PREFIX "ORG-GOV-"
bool hf_demo_put_knowledge(const hf_demo_sink *sink, hf_error *err) HF_CHECKED;
bool hf_demo_put_strategy(const hf_demo_sink *sink, hf_error *err) HF_CHECKED;
// Programmes, screening equipment, a trial and findings (demo_aviation.c).
bool hf_demo_put_aviation(const hf_demo_sink *sink, hf_error *err) HF_CHECKED;
// Occurrences with weapons and other means (demo_weapons.c).
bool hf_demo_put_weapons(const hf_demo_sink *sink, hf_error *err) HF_CHECKED;
// How some of its open places are prepared (demo_soft_targets.c).
bool hf_demo_put_soft_targets(const hf_demo_sink *sink, hf_error *err) HF_CHECKED;

#endif
