// SPDX-License-Identifier: Apache-2.0
#include "bench_register.h"

#include <math.h>

uint64_t bench_next(generator *g)
{
    uint64_t z = (g->state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

double bench_uniform(generator *g)
{
    return (double)(bench_next(g) >> 11) * 0x1p-53;
}

// A stable id from a number, as the register has hashes of keys.
static uint64_t bench_id(uint64_t number)
{
    generator g = {number};
    return bench_next(&g);
}

uint32_t bench_below(generator *g, uint32_t count)
{
    return (uint32_t)(((bench_next(g) >> 32) * count) >> 32);
}

enum { TIERS = 4 };

typedef struct {
    uint32_t first[TIERS + 1]; // assets of a tier, before shuffling, by position
    const uint32_t *row;       // shuffled place of each
} layout;

static layout lay_out(generator *g, uint32_t n, hf_arena *arena)
{
    layout l = {{0, n / 1000 + 1, n / 1000 + n / 100 + 2, n / 1000 + n / 100 + n / 10 + 3, n},
                NULL};
    uint32_t *row = HF_NEW_N(arena, uint32_t, n);
    for (uint32_t i = 0; i < n; i++)
        row[i] = i;
    for (uint32_t i = n; i > 1; i--) {
        uint32_t k = bench_below(g, i), swap = row[i - 1];
        row[i - 1] = row[k];
        row[k] = swap;
    }
    l.row = row;
    return l;
}

// A supplier near x: the tier above with 72 %, the same with 25 %, the one below with 3 %.
static uint32_t draw_supplier(generator *g, const layout *l, uint32_t tier, double x)
{
    double u = bench_uniform(g);
    if (u < 0.72 && tier > 0)
        tier--;
    else if (u >= 0.97 && tier + 1 < TIERS)
        tier++;
    double at = x + 0.004 * (bench_uniform(g) + bench_uniform(g) + bench_uniform(g) - 1.5) / 1.5;
    at -= floor(at);
    uint32_t count = l->first[tier + 1] - l->first[tier];
    uint32_t index = (uint32_t)(at * count);
    return l->first[tier] + (index < count ? index : count - 1);
}

static double draw_buffer(generator *g)
{
    double u = bench_uniform(g);
    return u < 0.5 ? 0 : u < 0.8 ? 4 : u < 0.95 ? 8 : 24;
}

static void draw_group(generator *g, const layout *l, uint32_t asset, uint32_t tier, double x,
                       bench_features features, hf_engine_input *in, hf_engine_group *group,
                       hf_engine_member *members)
{
    uint32_t suppliers = 1 + bench_below(g, 3);
    double buffer_h = draw_buffer(g);
    *group = (hf_engine_group){.consumer = l->row[asset],
                               .buffer_h = features.has_buffers ? buffer_h : 0,
                               .first_member = in->member_count};
    for (uint32_t i = 0; i < suppliers; i++) {
        uint32_t supplier = draw_supplier(g, l, tier, x);
        if (supplier == asset)
            continue;
        double strength = 0.3 * bench_uniform(g) + 1e-9;
        uint64_t id = bench_id(in->member_count);
        members[in->member_count++] =
            (hf_engine_member){.id = id,
                               .supplier = l->row[supplier],
                               .capacity = 1000,
                               .strength = features.has_chance ? strength : 1};
        group->member_count++;
    }
    double u = bench_uniform(g);
    uint32_t k = u < 0.5 ? 1 : u < 0.8 ? group->member_count / 2 + 1 : group->member_count;
    group->need = 1000 * (int64_t)(features.needs_all ? group->member_count : k);
}

void bench_register(uint32_t n, uint64_t seed, bench_features features, hf_engine_input *in,
                    hf_arena *arena)
{
    generator g = {seed};
    layout l = lay_out(&g, n, arena);
    hf_engine_asset *assets = HF_NEW_N(arena, hf_engine_asset, n);
    hf_engine_group *groups = HF_NEW_N(arena, hf_engine_group, 3 * (size_t)n);
    hf_engine_member *members = HF_NEW_N(arena, hf_engine_member, 9 * (size_t)n);
    *in = (hf_engine_input){.assets = assets,
                            .asset_count = n,
                            .groups = groups,
                            .members = members,
                            .sector_count = 8,
                            .kind_count = 24};
    for (uint32_t tier = 0; tier < TIERS; tier++) {
        for (uint32_t i = l.first[tier]; i < l.first[tier + 1]; i++) {
            double x =
                (i - l.first[tier] + bench_uniform(&g)) / (l.first[tier + 1] - l.first[tier]);
            assets[l.row[i]] = (hf_engine_asset){.id = bench_id(i),
                                                 .people = 1 + bench_below(&g, 255),
                                                 .sector = bench_below(&g, 8),
                                                 .kind = bench_below(&g, 24),
                                                 .repair_h = 4 + bench_below(&g, 40)};
            if (features.has_repair) {
                assets[l.row[i]].repair_law = HF_REPAIR_EXPONENTIAL;
                assets[l.row[i]].repair_h = 16.161609; // -1 / ln(0.94)
            }
            uint32_t count = 1 + bench_below(&g, 3);
            if (tier == 0 && bench_below(&g, 3) != 0)
                count = 0;
            for (uint32_t k = 0; k < count; k++) {
                hf_engine_group *group = &groups[in->group_count];
                draw_group(&g, &l, i, tier, x, features, in, group, members);
                in->group_count += group->member_count > 0;
            }
        }
    }
}

hf_hazard *bench_hazards(uint32_t asset_count, uint64_t seed, hf_arena *arena)
{
    generator g = {seed ^ 0x5EED};
    hf_hazard *hazards = HF_NEW_N(arena, hf_hazard, asset_count);
    for (uint32_t a = 0; a < asset_count; a++)
        hazards[a] = (hf_hazard){.asset = a, .level = 1, .p = 0.02 * bench_uniform(&g) + 1e-9};
    return hazards;
}
