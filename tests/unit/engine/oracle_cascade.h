// SPDX-License-Identifier: Apache-2.0
//
// The slow reference: the rule of docs/guide/engine-model.md as it stands, on the input itself, with
// no plan, no order and no worklist. Every step or moment is solved by going round until nothing changes.
#ifndef HF_TEST_ORACLE_CASCADE_H
#define HF_TEST_ORACLE_CASCADE_H

#include "engine/engine.h"

typedef struct {
    bool is_pinned;  // down before anything happens
    bool has_fallen; // level 1 was lost in the question
    hf_cause cause;
    uint32_t group, layer;
    double at_h, until_h, lost_at_h;
    uint32_t *lost; // ascending
    uint32_t lost_count;
    uint32_t outage_count;
} hf_oracle_asset;

typedef struct {
    hf_oracle_asset *assets;
    hf_loss loss;
    hf_loss *by_sector;
    uint32_t reduction_count;
} hf_oracle;

void hf_oracle_run(const hf_engine_input *input, const hf_question *question, hf_arena *arena,
                   hf_oracle *out);

#endif
