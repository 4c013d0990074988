// SPDX-License-Identifier: Apache-2.0
//
// REG(N, seed), the made-up register of the benches: four tiers with local dependencies, k-of-n
// groups, one strong component of about a third.
#ifndef HF_BENCH_REGISTER_H
#define HF_BENCH_REGISTER_H

#include "engine/engine.h"

typedef struct {
    uint64_t state;
} generator;

uint64_t bench_next(generator *g); // splitmix64 (Steele, Lea, Flood 2014)
double bench_uniform(generator *g);
uint32_t bench_below(generator *g, uint32_t count);

typedef struct {
    bool needs_all;   // every group needs all its members
    bool has_chance;  // strengths below one
    bool has_buffers; // 0, 4, 8 or 24 hours
    bool has_repair;  // 6 % of the damage is repaired in each hour; else fixed, 4 to 43 hours
} bench_features;

// The same draws whatever the features, so all registers of a seed have the same dependencies.
void bench_register(uint32_t asset_count, uint64_t seed, bench_features features,
                    hf_engine_input *in, hf_arena *arena);

// A hazard of each asset: damaged with a chance uniform from 0 to 2 %. In `arena`.
hf_hazard *bench_hazards(uint32_t asset_count, uint64_t seed, hf_arena *arena);

#endif
