// SPDX-License-Identifier: Apache-2.0
//
// After each group the choices so far that no other beats, by cost. See knapsack.h.
#include "engine/knapsack.h"

#include <stdlib.h>

static int by_cost(const void *left, const void *right)
{
    const hf_knapsack_option *a = left, *b = right;
    if (a->cost != b->cost)
        return a->cost < b->cost ? -1 : 1;
    if (a->loss != b->loss)
        return a->loss < b->loss ? -1 : 1;
    return a->set < b->set ? -1 : a->set > b->set;
}

// In place: what costs no less and loses no less than another goes. Of equals the smallest set stays;
// later groups add the same bits to each, so it stays the smallest.
static uint32_t keep_unbeaten(hf_knapsack_option *states, uint32_t count)
{
    uint32_t kept = 0;
    qsort(states, count, sizeof(states[0]), by_cost);
    for (uint32_t i = 0; i < count; i++)
        if (kept == 0 || states[i].loss < states[kept - 1].loss)
            states[kept++] = states[i];
    return kept;
}

// Every state with every option of the group that still fits.
static uint32_t extend(const hf_knapsack_option *states, uint32_t count,
                       const hf_knapsack_group *group, int64_t budget, hf_knapsack_option *out)
{
    uint32_t made = 0;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < group->option_count; k++) {
            const hf_knapsack_option *option = &group->options[k];
            if (option->cost <= budget - states[i].cost)
                out[made++] = (hf_knapsack_option){.cost = states[i].cost + option->cost,
                                                   .loss = states[i].loss + option->loss,
                                                   .set = states[i].set | option->set};
        }
    return made;
}

bool hf_knapsack_best(const hf_knapsack_group *groups, uint32_t group_count, int64_t budget,
                      hf_knapsack_option *best)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_knapsack_option *states = HF_NEW(&arena, hf_knapsack_option); // nothing, for nothing
    uint32_t count = budget >= 0 ? 1 : 0;
    for (uint32_t g = 0; g < group_count; g++) {
        if ((uint64_t)count * groups[g].option_count > HF_KNAPSACK_STATES_MAX)
            return false;
        hf_arena before = arena;
        arena = (hf_arena){0};
        hf_knapsack_option *next =
            HF_NEW_N(&arena, hf_knapsack_option, (size_t)count * groups[g].option_count);
        count = extend(states, count, &groups[g], budget, next);
        count = count > 0 ? keep_unbeaten(next, count) : 0;
        states = next;
        hf_arena_done(&before);
    }
    if (count == 0)
        return false;
    *best = states[count - 1]; // by cost, and each loses less than the one before
    return true;
}
