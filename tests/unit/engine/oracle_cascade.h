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

// What chance decided in one trial of a simulation.
typedef struct {
    const bool *is_felt;   // by member of the input
    const bool *works;     // by link of the input
    const uint8_t *damage; // [step * assets + asset]: damaged below this level; 0 = not damaged
} hf_oracle_draws;

enum { HF_ORACLE_LEVELS = 8 };
typedef struct {
    const bool *below;  // [(step * assets + asset) * HF_ORACLE_LEVELS + level]; static: one step
    const bool *pinned; // [asset * HF_ORACLE_LEVELS + level]: before anything happens
    int64_t step_count;
} hf_oracle_states;

// One trial; of the question only the time and the restart rule.
void hf_oracle_trial(const hf_engine_input *input, const hf_question *question,
                     const hf_oracle_draws *draws, hf_arena *arena, hf_oracle_states *out);

void hf_oracle_run(const hf_engine_input *input, const hf_question *question, hf_arena *arena,
                   hf_oracle *out);

#endif
