// SPDX-License-Identifier: Apache-2.0
//
// One entry of the taxonomy: sector, sub-sector, kind of asset or type of soft target. Key = its
// code: "EN", "EN01", "power_plant", "ST05".
#ifndef HF_MODEL_TAXONOMY_H
#define HF_MODEL_TAXONOMY_H

#include "model/noun.h"

typedef enum {
    HF_AXIS_SECTOR,
    HF_AXIS_SUBSECTOR,
    HF_AXIS_KIND,
    HF_AXIS_SOFT_TARGET
} hf_taxonomy_axis;

typedef struct {
    hf_head head;
    int32_t axis;  // hf_taxonomy_axis
    hf_str parent; // sector of a sub-sector, sub-sector of a kind
    hf_str name;   // English
    hf_str names;  // {"ar": …} in the other languages
    hf_str icon;
    int64_t position; // order on screens
    bool is_active;
    hf_str edition; // version of the profile it came with
} hf_taxonomy;

extern const hf_noun hf_noun_taxonomy;

#endif
