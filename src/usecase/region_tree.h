// SPDX-License-Identifier: Apache-2.0
//
// The regions of the register as a tree of numbers, for questions about many records at once: does one region lie in
// another, what lies around it, and which regions hold a point? Scenarios, inference, assistance and the general answer ask.
#ifndef HF_USECASE_REGION_TREE_H
#define HF_USECASE_REGION_TREE_H

#include "usecase/access.h"
#include "usecase/plan_scan.h"

typedef struct {
    hf_words keys;            // of regions and of what they name as parents
    HF_VEC(uint32_t) parents; // number of each one's parent, HF_NO_INDEX = none
    HF_VEC(bool) is_region;   // else it is a key only
} hf_region_tree;

// actor   whose regions count: one that is hidden is as if it were not there; NULL = all of them
// Memory  the tree lives in `arena`
// Cost    one pass over the regions
bool hf_region_tree_read(const hf_actor *actor, hf_read *read, hf_arena *arena, hf_region_tree *out,
                         hf_error *err) HF_CHECKED;
// The number of a key; one that is no region gets one, too, and lies in nothing but itself.
uint32_t hf_region_number(hf_region_tree *tree, hf_str key);
// Is it the same region, or does following its parents lead there? Parents in a circle hold each other.
bool hf_region_is_inside(const hf_region_tree *tree, uint32_t inner, uint32_t outer);

// The region and what it lies in, the outermost last, each once. Returns how many there are, at most HF_REGION_DEPTH_MAX.
#define HF_REGION_DEPTH_MAX 64u // of regions in regions; also what ends a circle
uint32_t hf_region_path(const hf_region_tree *tree, uint32_t number,
                        uint32_t path[HF_REGION_DEPTH_MAX]);

typedef struct {
    double lon, lat;
    HF_VEC(uint32_t) regions; // those whose boundary holds it, in the order of the store
} hf_region_spot;

// Fills the regions of each spot. A boundary that cannot be read holds nothing.
//
// Memory  the numbers live in `arena`; of boundaries one is held at a time
// Cost    a few ns for each spot and region, more inside the box of a boundary
bool hf_regions_at(const hf_actor *actor, hf_read *read, hf_region_tree *tree,
                   hf_region_spot *const *spots, size_t count, hf_arena *arena,
                   hf_error *err) HF_CHECKED;
// The one that lies deepest in the tree, among equals that of the smallest key; HF_NO_INDEX: there is none.
uint32_t hf_region_innermost(const hf_region_tree *tree, const hf_region_spot *spot);

#endif
