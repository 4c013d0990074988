// SPDX-License-Identifier: Apache-2.0
//
// Inside the engine: the dense kernel, which runs all trials of a block at once, one bit each. A
// question is prepared once (hf_lane_question), each thread has a worker with its lines, and
// hf_dense_block runs one canonical block. The code stands in dense_run.c, compiled for several
// widths and sets of instructions; all of them count the same bits as the sparse kernel.
#ifndef HF_ENGINE_KERNEL_DENSE_H
#define HF_ENGINE_KERNEL_DENSE_H

#include "engine/kernel/lanes.h"
#include "engine/random.h"

// The chance of one threat class that a node is damaged at one moment.
typedef struct {
    uint32_t p; // scaled by 2^32; 0 = certain
    uint8_t threat_class;
    bool is_rare;       // drawn by the sparse sampler
    uint32_t thresholds; // rare: row of `marks`
} hf_lane_chance;

// One moment at which a node may be damaged. `own` is the chance of the node, `any` that of its asset
// at any level: a hit at a level above makes the repair begin anew.
typedef struct {
    uint32_t step;
    uint32_t first_own, own_count; // in `chances`
    uint32_t first_any, any_count;
} hf_lane_shock;

// A node that can be damaged.
typedef struct {
    uint64_t id; // of the asset
    uint32_t node;
    uint32_t first_shock, shock_count; // by step
    uint32_t repair;                   // in `repairs`
    uint32_t window_steps;             // black start
    uint32_t first_window_plane;       // bits of what is left of the start window
} hf_lane_hit;

// How long damage lasts: exactly `steps`, or by the hazard of each age.
typedef struct {
    uint32_t steps;         // 0 = by hazards
    const uint32_t *hazard; // by age in steps, scaled by 2^32; 0 = never, certain is UINT32_MAX
    uint32_t hazard_count;  // from then on the last one
} hf_lane_repair;

typedef enum { HF_GATE_RECORD, HF_GATE_WIDE, HF_GATE_SLOT } hf_gate_kind;

// A reason that may be lost without effect: its buffer is not used up, or its consumer is starting.
// The counter n stands in bit planes, moved up so that n = B is all ones.
typedef struct {
    uint32_t source; // record, wide group or slot of the lanes
    hf_gate_kind kind;
    uint32_t buffer_steps;
    uint32_t first_plane, plane_count; // 0 = no buffer
    uint32_t window_hit;               // hit + 1 whose start window closes the gate, 0 = none
    bool is_gradual;
} hf_lane_gate;

typedef struct {
    const hf_lanes *lanes;
    const hf_simulation *simulation;
    uint32_t step_count; // 0 = static
    bool is_sequential;
    bool wants_ever, wants_counts, wants_criticality, wants_series;

    hf_lane_hit *hits; // by node
    uint32_t hit_count;
    uint32_t *first_hit; // by range; one more at the end
    hf_lane_shock *shocks;
    uint32_t shock_count;
    hf_lane_chance *chances;
    uint32_t *class_row; // chances of one shock differ in class only
    uint64_t (*marks)[8];
    hf_lane_repair *repairs;
    hf_random *damage_random; // by step of a shock: damage_of_step
    uint32_t *damage_of_step;
    hf_random *repair_random; // by step
    hf_random link_random, layer_link_random;

    uint32_t *record_gate, *wide_gate, *slot_gate; // 0 = always open, else gate + 1
    hf_lane_gate *gates;                           // by range of the consumer
    uint32_t gate_count;
    uint32_t *first_gate; // by range; one more at the end
    uint32_t plane_count; // of all gates and start windows

    uint32_t *first_kept;   // by range: line of its live masks in `kept`
    uint32_t kept_count;    // lines
    uint32_t scratch_count; // lines
} hf_lane_question;

#endif
