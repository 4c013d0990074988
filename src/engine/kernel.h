// SPDX-License-Identifier: Apache-2.0
//
// Inside the engine: the two kernels with time. Both leave the state spread out, with one draft per
// fallen node in state->timed; the caller reads it and then calls the kernel's _undo.
#ifndef HF_ENGINE_KERNEL_H
#define HF_ENGINE_KERNEL_H

#include "engine/spread.h"

// The static question in continuous hours: earliest failure first. Of the damage in state->timed->damage the nodes
// count, which fail at hour 0; it is forgotten by hf_static_undo.
void hf_static_run(hf_engine_state *state);
void hf_static_undo(hf_engine_state *state);

typedef struct {
    double step_h;
    int64_t step_count;
    hf_restart restart;
    bool wants_reasons; // via, why and lost of each fall
} hf_grid_options;

// Hours on the grid: the first step that starts at `hours` or later.
int64_t hf_grid_steps(double hours, double step_h, int64_t at_most);
// Runs the own damage of state->timed->damage, which is forgotten by hf_grid_undo.
void hf_grid_run(hf_engine_state *state, const hf_grid_options *options);
void hf_grid_undo(hf_engine_state *state);

#endif
