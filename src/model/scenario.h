// SPDX-License-Identifier: Apache-2.0
//
// What may happen, for simulations: threat classes, what each damages with which chance and when, and which
// protective measures are on. The JSON of its lists is told in scenario_lists.h.
#ifndef HF_MODEL_SCENARIO_H
#define HF_MODEL_SCENARIO_H

#include "model/noun.h"

typedef enum { HF_SCENARIO_FREE, HF_SCENARIO_SEQUENTIAL } hf_scenario_restart;

typedef struct {
    hf_head head;
    hf_str title;
    hf_str about;
    double hours;         // empty = the static question: no repair, people counted once
    double step_h;        // empty = 1
    int32_t restart;      // hf_scenario_restart
    bool own_damage;      // every asset's damage_p counts too
    hf_str classes;       // JSON: threat classes with their probabilities; empty = one
    hf_str hazards;       // JSON: what is damaged, with which chance, when
    hf_str measures;      // keys of those that are on
    double rate_per_year; // how often it happens: turns probabilities into return periods
    hf_str
        tolerance; // JSON: [[loss, probability per year] …], the line that a curve should stay below
    int64_t trials;
    int64_t seed;
} hf_scenario;

extern const hf_noun hf_noun_scenario;

#endif
