// SPDX-License-Identifier: Apache-2.0
//
// An inference rule: which dependencies to propose from places, regions and sites.
#ifndef HF_MODEL_RULE_H
#define HF_MODEL_RULE_H

#include "model/noun.h"

typedef enum {
    HF_RULE_NEAREST,
    HF_RULE_SERVICE_AREA,
    HF_RULE_INSIDE_REGION,
    HF_RULE_SAME_SITE
} hf_rule_method;

typedef struct {
    hf_head head;
    hf_str title;
    int32_t method;       // hf_rule_method
    hf_str consumer_kind; // kinds of the assets that need
    hf_str supplier_kind; // kinds of the assets that supply
    int64_t k;            // how many suppliers
    double max_km;
    hf_str input; // of the proposed dependencies
    hf_str need;
    double buffer_h;
    double strength;
    int32_t type; // as of a dependency
    bool by_site; // distance to a supplier is that of the nearest asset of its site
    bool is_active;
} hf_rule;

extern const hf_noun hf_noun_rule;

#endif
