// SPDX-License-Identifier: Apache-2.0
//
// The best choice of one option from each of several groups within a budget, by dynamic programming.
// Losses add up over the groups.
#ifndef HF_ENGINE_KNAPSACK_H
#define HF_ENGINE_KNAPSACK_H

#include "base/arena.h"
#include "base/macro.h"

#define HF_KNAPSACK_STATES_MAX 1000000u // that are kept at once, 48 bytes each

typedef struct {
    int64_t cost; // ≥ 0
    HF_U128 loss;
    uint64_t set; // bits of its own group only
} hf_knapsack_option;

typedef struct {
    const hf_knapsack_option *options;
    uint32_t option_count; // ≥ 1
} hf_knapsack_group;

// The choice with the smallest loss, then the smallest cost, then the smallest set.
//
// best     out: sums over the chosen options, and the union of their sets
// Returns  false when no choice fits the budget, or when more than HF_KNAPSACK_STATES_MAX choices
//          beat each other in cost and loss; costs are not rounded, so it is exact or nothing
// Cost     O(groups · states · options · log)
// Source   Nemhauser and Ullmann 1969
bool hf_knapsack_best(const hf_knapsack_group *groups, uint32_t group_count, int64_t budget,
                      hf_knapsack_option *best);

#endif
