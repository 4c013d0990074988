// SPDX-License-Identifier: Apache-2.0
//
// Reads the tree of regions, walks it, and looks which boundaries hold a point.
#include "usecase/region_tree.h"

#include "base/area.h"
#include "model/region.h"
#include "usecase/each_known.h"

uint32_t hf_region_number(hf_region_tree *tree, hf_str key)
{
    uint32_t number = hf_words_add(&tree->keys, key);
    if (number == tree->parents.count) {
        HF_VEC_ADD(tree->keys.arena, &tree->parents, HF_NO_INDEX);
        HF_VEC_ADD(tree->keys.arena, &tree->is_region, false);
    }
    return number;
}

static void take_region(void *context, const void *record)
{
    hf_region_tree *tree = context;
    const hf_region *region = record;
    uint32_t number = hf_region_number(tree, region->head.key);
    tree->is_region.items[number] = true;
    if (region->parent.len > 0) {
        uint32_t parent = hf_region_number(tree, region->parent);
        tree->parents.items[number] = parent;
    }
}

bool hf_region_tree_read(const hf_actor *actor, hf_read *read, hf_arena *arena, hf_region_tree *out,
                         hf_error *err)
{
    static const char *const names[] = {"key", "parent", "marking", "compartments"};
    *out = (hf_region_tree){.keys = hf_words_of(arena)};
    return hf_each_known(actor, read, &hf_noun_region, names, HF_COUNT(names), take_region, out,
                         err);
}

uint32_t hf_region_path(const hf_region_tree *tree, uint32_t number,
                        uint32_t path[HF_REGION_DEPTH_MAX])
{
    uint32_t count = 0;
    for (; number != HF_NO_INDEX && count < HF_REGION_DEPTH_MAX;
         number = tree->parents.items[number]) {
        for (uint32_t i = 0; i < count; i++)
            if (path[i] == number)
                return count;
        path[count++] = number;
    }
    return count;
}

bool hf_region_is_inside(const hf_region_tree *tree, uint32_t inner, uint32_t outer)
{
    for (uint32_t depth = 0; depth < HF_REGION_DEPTH_MAX && inner != HF_NO_INDEX; depth++) {
        if (inner == outer)
            return true;
        inner = tree->parents.items[inner];
    }
    return false;
}

bool hf_regions_at(const hf_actor *actor, hf_read *read, hf_region_tree *tree,
                   hf_region_spot *const *spots, size_t count, hf_arena *arena, hf_error *err)
{
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0}; // one boundary
    const void *record = NULL;
    hf_known known = {0};
    if (count == 0)
        return true;
    if (!hf_know(actor, HF_CAN_READ, read, &hf_noun_region, arena, &known, err) ||
        !hf_scan_open(read, &hf_noun_region, true, &scan, err))
        return false;
    for (;;) {
        hf_area area;
        hf_error unreadable = {0};
        hf_arena_reset(&scratch);
        if (!hf_scan_next(scan, &record, err))
            return false;
        if (record == NULL)
            return true;
        const hf_region *region = record;
        if (region->boundary.len == 0 || !hf_is_known(&known, region) ||
            !hf_area_parse(region->boundary, &scratch, &area, &unreadable))
            continue;
        uint32_t number = hf_region_number(tree, region->head.key);
        for (size_t i = 0; i < count; i++)
            if (hf_area_has(&area, spots[i]->lon, spots[i]->lat))
                HF_VEC_ADD(arena, &spots[i]->regions, number);
    }
}

static uint32_t depth_of(const hf_region_tree *tree, uint32_t number)
{
    uint32_t path[HF_REGION_DEPTH_MAX];
    return hf_region_path(tree, number, path);
}

uint32_t hf_region_innermost(const hf_region_tree *tree, const hf_region_spot *spot)
{
    uint32_t best = HF_NO_INDEX, best_depth = 0;
    for (size_t i = 0; i < spot->regions.count; i++) {
        uint32_t number = spot->regions.items[i], depth = depth_of(tree, number);
        if (best == HF_NO_INDEX || depth > best_depth ||
            (depth == best_depth && hf_str_compare_natural(tree->keys.texts.items[number],
                                                           tree->keys.texts.items[best]) < 0)) {
            best = number;
            best_depth = depth;
        }
    }
    return best;
}
