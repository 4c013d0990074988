// SPDX-License-Identifier: Apache-2.0
//
// How long damage lasts in a simulation: one law for each kind of it, on the grid.
#include <math.h>
#include <stdlib.h>

#include "engine/block.h"
#include "engine/repair.h"
#include "engine/sample.h"

static int compare_repairs(const void *left, const void *right)
{
    const hf_repair *a = left, *b = right;
    if (a->law != b->law)
        return a->law < b->law ? -1 : 1;
    if (isnan(a->mean_h) || isnan(b->mean_h))
        return isnan(a->mean_h) - isnan(b->mean_h);
    return a->mean_h < b->mean_h ? -1 : a->mean_h > b->mean_h;
}

static hf_repair repair_of(const hf_prepared *p, uint32_t asset)
{
    hf_repair repair = {.law = (hf_repair_law)p->plan->repair_law[asset],
                        .mean_h = p->plan->repair_h[asset]};
    if (isnan(repair.mean_h) || !(repair.mean_h > 0))
        repair.law = HF_REPAIR_FIXED; // never, or in the next step
    return repair;
}

static void fill_repair(const hf_prepared *p, hf_repair *repair, hf_arena *arena)
{
    if (repair->law == HF_REPAIR_FIXED) {
        repair->fixed_steps = hf_repair_steps(repair->mean_h, &p->clock);
        return;
    }
    HF_VEC(uint64_t) list = {0};
    for (int64_t age = 0; age < p->clock.step_count; age++) {
        uint64_t chance = hf_chance_of(
            hf_repair_chance(repair->law, repair->mean_h, p->clock.step_h, (uint64_t)age));
        bool is_last = repair->law == HF_REPAIR_EXPONENTIAL || chance == HF_CERTAIN;
        HF_VEC_ADD(arena, &list, chance);
        if (is_last)
            break;
    }
    repair->chance = list.items;
    repair->chance_count = (uint32_t)list.count;
}

void hf_prepare_repairs(hf_prepared *p, hf_arena *arena)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    uint32_t asset_count = p->plan->facts.asset_count, count = 0;
    if (p->clock.step_count == 0)
        return;
    hf_repair *all = HF_NEW_N(&scratch, hf_repair, asset_count);
    for (uint32_t a = 0; a < asset_count; a++)
        all[a] = repair_of(p, a);
    qsort(all, asset_count, sizeof(all[0]), compare_repairs);
    for (uint32_t i = 0; i < asset_count; i++)
        if (i == 0 || compare_repairs(&all[i], &all[count - 1]) != 0)
            all[count++] = all[i];
    hf_repair *repairs = HF_NEW_N(arena, hf_repair, count);
    uint32_t *of = HF_NEW_N(arena, uint32_t, asset_count);
    for (uint32_t i = 0; i < count; i++) {
        repairs[i] = all[i];
        fill_repair(p, &repairs[i], arena);
    }
    for (uint32_t a = 0; a < asset_count; a++) {
        hf_repair key = repair_of(p, a);
        const hf_repair *found = bsearch(&key, all, count, sizeof(key), compare_repairs);
        of[a] = (uint32_t)(found - all);
    }
    p->repairs = repairs;
    p->repair_of = of;
}

bool hf_is_repaired(const hf_prepared *p, uint32_t asset, uint64_t trial, int64_t step,
                    uint64_t age)
{
    const hf_repair *repair = &p->repairs[p->repair_of[asset]];
    if (repair->law == HF_REPAIR_FIXED)
        return (int64_t)age + 1 >= repair->fixed_steps;
    uint64_t chance = repair->chance[age < repair->chance_count ? age : repair->chance_count - 1u];
    hf_random random = hf_random_of(p->simulation->generator, p->simulation->seed, HF_STREAM_REPAIR,
                                    (uint32_t)step);
    return hf_bit_dense(&random, p->plan->asset_id[asset], trial, chance);
}
