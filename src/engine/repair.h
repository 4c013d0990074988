// SPDX-License-Identifier: Apache-2.0
//
// Inside the engine: when own damage ends. The chance of being repaired in the step at hand, given
// that it has not been repaired before, by the age of the damage. Computed from sums and products
// only (no exp, log or erf of the system, whose last digits differ), so it is the same everywhere.
#ifndef HF_ENGINE_REPAIR_H
#define HF_ENGINE_REPAIR_H

#include "engine/engine.h"

// Chance that damage which began in step t0 ends in step t0 + 1 + age, given that it lasts until then:
// r = (F((age + 1) step_h) - F(age step_h)) / (1 - F(age step_h)), exact on the grid.
//
// law     not HF_REPAIR_FIXED
// mean_h  > 0
// Source  docs/guide/engine-model.md. Lognormal: ln T is normal with sigma^2 = ln 2, which makes the
//         coefficient of variation 1, and mu = ln mean - sigma^2 / 2. Weibull: shape 2, scale
//         mean / Gamma(3/2) = 2 mean / sqrt(pi)
double hf_repair_chance(hf_repair_law law, double mean_h, double step_h, uint64_t age);

// Writes the laws of a simulation, each kind once, and which of them each asset has (prepare_repairs.c).
// The clock stands already; static: nothing.
struct hf_prepared;
void hf_prepare_repairs(struct hf_prepared *prepared, hf_arena *arena);

#endif
