// SPDX-License-Identifier: Apache-2.0
//
// Which network layer a link belongs to: the one that its input names, or the only one that both ends are
// members of. One rule for questions, imports and single changes; private to usecase/.
#ifndef HF_USECASE_LINKS_H
#define HF_USECASE_LINKS_H

#include "base/map.h"
#include "base/vec.h"
#include "store/store_bulk.h"

// Who is a member of which layer. Layers are numbered as they come; assets are any numbers, such as rows.
typedef struct {
    uint32_t layer;
    uint32_t next; // the asset's seat before this one + 1; 0 = none
} hf_layer_seat;
typedef struct {
    hf_arena *arena;
    hf_map numbers;          // of layers
    HF_VEC(hf_str) layers;   // names by number
    hf_map assets;           // asset → index in newest
    HF_VEC(uint32_t) newest; // the asset's newest seat
    HF_VEC(hf_layer_seat) seats;
} hf_membership;

hf_membership hf_membership_of(hf_arena *arena);
// Returns the layer's number. The same membership twice is one.
uint32_t hf_membership_add(hf_membership *all, hf_str layer, uint64_t asset);

typedef enum { HF_LINK_FITS, HF_LINK_OUTSIDE, HF_LINK_UNCLEAR } hf_link_verdict;
// *layer is set when the link fits.
hf_link_verdict hf_link_judge(const hf_membership *all, uint64_t supplier, uint64_t consumer,
                              hf_str input, uint32_t *layer);
// Fills err with the verdict in words: HF_ERR_INPUT "layer.not_a_member", "layer.unclear". False always.
// Empty keys: the ends are not named.
bool hf_link_fail(hf_link_verdict verdict, hf_str supplier, hf_str consumer, hf_error *err);

// Adds all memberships of the register, assets by their rows.
bool hf_membership_read(hf_read *read, hf_membership *all, hf_error *err) HF_CHECKED;
// False for what joins no layer: dependencies of other types, and proposals that do not count.
bool hf_link_counts(const hf_plan_dependency *dependency);
// Checks all links of one asset as they stand in this transaction. An asset that is not there has none.
// Errors: as hf_link_fail
bool hf_links_check_asset(hf_read *read, hf_str asset_key, hf_error *err) HF_CHECKED;
// Checks all links of the register. Cost: one scan of layers and dependencies, when there are any links.
bool hf_links_check_all(hf_read *read, hf_error *err) HF_CHECKED;

#endif
