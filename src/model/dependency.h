// SPDX-License-Identifier: Apache-2.0
//
// One supplier of one input of one consumer, or a link of a network layer. Rows with the same
// consumer and input form one requirement group. Columns of dependencies.csv.
#ifndef HF_MODEL_DEPENDENCY_H
#define HF_MODEL_DEPENDENCY_H

#include "model/noun.h"

typedef enum { HF_DEPENDENCY_INSTANT, HF_DEPENDENCY_GRADUAL } hf_dependency_recharge;

typedef enum { HF_GROWTH_FAST, HF_GROWTH_LINEAR, HF_GROWTH_SLOW } hf_dependency_growth;

typedef enum {
    HF_DEPENDENCY_PHYSICAL,
    HF_DEPENDENCY_CYBER,
    HF_DEPENDENCY_GEOGRAPHIC,
    HF_DEPENDENCY_LOGICAL,
    HF_DEPENDENCY_LINK,
    HF_DEPENDENCY_LINK_ONEWAY
} hf_dependency_type;

typedef enum { HF_STATE_ACCEPTED, HF_STATE_PROPOSED, HF_STATE_REJECTED } hf_dependency_state;

typedef struct {
    hf_head head;
    hf_str supplier;
    hf_str consumer;
    hf_str input;    // compared exactly; empty = a group of its own; names the layer of a link
    hf_str need;     // "all", "any" or a number; empty = no opinion
    double capacity; // at most 3 decimals
    double buffer_h; // empty = no opinion
    double strength; // probability that the loss is felt
    int64_t required_level; // empty = full
    int32_t recharge;       // hf_dependency_recharge
    int64_t impact;
    int32_t growth; // hf_dependency_growth
    double full_h;
    int32_t type;  // hf_dependency_type
    int32_t state; // hf_dependency_state; only accepted ones count
    hf_str rule;   // inference rule that proposed it
    double distance_km;
    double confidence;
} hf_dependency;

typedef enum { HF_NEED_NO_OPINION, HF_NEED_ALL, HF_NEED_ANY, HF_NEED_AMOUNT } hf_need;
// What `need` says; *thousandths is the amount times 1000 for HF_NEED_AMOUNT. Errors:
// "dependency.need".
bool hf_dependency_need(const hf_dependency *dependency, hf_need *need, int64_t *thousandths,
                        hf_error *err) HF_CHECKED;
static inline bool hf_dependency_is_link(const hf_dependency *dependency)
{
    return dependency->type == HF_DEPENDENCY_LINK || dependency->type == HF_DEPENDENCY_LINK_ONEWAY;
}
extern const hf_noun hf_noun_dependency;

#endif
