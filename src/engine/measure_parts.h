// SPDX-License-Identifier: Apache-2.0
//
// Inside the engine: which measures can be evaluated apart, and the part of the register that matters
// to each lot of them.
#ifndef HF_ENGINE_MEASURE_PARTS_H
#define HF_ENGINE_MEASURE_PARTS_H

#include "engine/measures.h"

typedef struct {
    hf_measure_set measures;
    hf_exposure exposure;     // people only where these measures can change anything
    const hf_effect *effects; // by measure, in the part's own numbers; empty for the others
} hf_measure_part;

// A measure can change what it touches, and what that supplies, directly or not, in the register or
// by a supplier that some measure adds; all members of a network layer hang together. Measures of
// different parts can change no asset in common, so what a trial loses is the sum over the parts and
// the rest. A part holds these assets, and those whose state bears on them.
//
// parts   out: by first measure; live in `arena`
// Cost    O(register) for each part
void hf_measure_split(const hf_exposure *base, const hf_effect *effects, uint32_t effect_count,
                      hf_arena *arena, hf_measure_part **parts, uint32_t *part_count);

#endif
