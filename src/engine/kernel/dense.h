// SPDX-License-Identifier: Apache-2.0
//
// Inside the engine: the dense kernel, which runs all trials of a block at once, one bit each. A
// question is prepared once (hf_lane_question), each thread has a worker with its lines, and
// hf_dense_block runs one canonical block. The code stands in dense_run.c, compiled for several
// widths and sets of instructions; all of them count the same bits as the sparse kernel.
#ifndef HF_ENGINE_KERNEL_DENSE_H
#define HF_ENGINE_KERNEL_DENSE_H

#include "engine/block.h"
#include "engine/kernel/lanes.h"

// The chance that a node is damaged at one moment, in one threat class.
typedef struct {
    uint64_t p; // scaled by 2^32
    uint32_t threat_class;
} hf_lane_chance;

// One moment at which a node may be damaged. Chances of other classes than the listed are 0.
typedef struct {
    uint32_t step;
    uint32_t when;                 // in shock_random
    const hf_rare *rare;           // for sampler B; NULL = sampler A
    uint32_t first_own, own_count; // chances of this node; one when there are no classes
    uint32_t first_any, any_count; // of the asset at any level: a hit there begins the repair anew
} hf_lane_shock;

// A node that can be damaged.
typedef struct {
    uint64_t id; // of the asset
    uint32_t node;
    uint32_t first_shock, shock_count; // by step
    uint32_t repair;                   // in the repairs of `prepared`
    uint32_t window_steps;             // black start
    uint32_t first_plane, plane_count; // of what is left of the start window
} hf_lane_hit;

// An asset with several levels: where its own damage at any level and its being down are found.
typedef struct {
    uint32_t node; // of level 1
    uint32_t hit;  // of the highest level
} hf_lane_top;

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

typedef struct hf_lane_code hf_lane_code;

// A question in the form in which the kernel reads it; read-only, for all threads.
typedef struct {
    const hf_lanes *lanes;
    const hf_prepared *prepared;
    uint32_t step_count; // 0 = static
    bool is_sequential;
    bool has_eighths;       // strengths of eight digits
    bool has_windows;       // somebody who can be damaged has black start
    const uint32_t *row_of; // by node: row of the time series; NULL = not wanted

    hf_lane_hit *hits; // by node
    uint32_t hit_count;
    uint32_t *first_hit; // by range; one more at the end
    hf_lane_shock *shocks;
    uint32_t shock_count;
    hf_lane_chance *chances;
    const hf_rare **link_rare;       // by link; NULL = sampler A
    const hf_rare **layer_link_rare; // by link that may fail; likewise
    uint64_t *layer_link_p;
    hf_lane_top *tops; // assets of more than two levels that can be damaged
    uint32_t top_count;

    uint32_t *record_gate, *wide_gate, *slot_gate; // 0 = always open, else gate + 1
    hf_lane_gate *gates;                           // by range of the consumer
    uint32_t gate_count;
    uint32_t *first_gate; // by range; one more at the end
    uint32_t plane_count; // of all gates and start windows

    uint32_t *first_kept;   // by range: line of its live masks in `kept`; the first line is certain
    uint32_t kept_count;    // lines
    uint32_t scratch_count; // lines
} hf_lane_question;

// Planes of a lane's loss, and room behind them for the counts of one range added to the highest.
enum { HF_LOSS_PLANES = 64, HF_SUM_LINES = HF_LOSS_PLANES + 7 };
#define HF_NEAR_BYTES ((size_t)1 << 20) // lines that fit into the second cache need not be fetched

// Losses of the trials in which something was damaged, and their squares.
typedef struct {
    hf_wide sum, square;
} hf_lane_own_loss;

// Memory of one thread. Pointers to void are lines as wide as the kernel; NULL = not wanted.
typedef struct {
    const hf_lane_question *question;
    const hf_lane_code *code;
    void *down;                    // nodes + 1: the last is never down
    void *own;                     // hits: damaged at some time
    void *damaged;                 // hits, with time
    void *cohort;                  // shocks, with time: damaged then and not repaired yet
    void *ever;                    // nodes, with time: down at some time
    void *held;                    // nodes, sequential
    void *gates, *planes, *window; // gates + 1, planes, hits
    void *kept, *links;            // live masks; the first line of both is certain
    void *fed, *cut, *layer_links; // slots, slots, links that may fail
    void *class_of;                // threat classes
    void *sums, *last_sums;        // losses in bit planes; of the last step
    uint8_t *is_due;               // by range: has to be solved again
    uint8_t *is_counting;          // by range: a counter may move
    // Counted so far, by node; own_* by hit
    uint64_t *down_count, *last_count, *ever_count, *own_count;
    uint64_t *top_count; // by top: down at some time and never damaged itself
    hf_lane_own_loss *own_loss;
    hf_wide *series; // of the tally at hand
    // Of the block at hand
    uint64_t live[HF_LINE_WORDS];
    hf_class_lanes *classes;
    uint64_t losses[HF_BLOCK_TRIALS];
    // For the bench: the ranges in the order in which they were swept, as far as there is room.
    uint32_t *sweeps;
    size_t sweep_count, sweep_room;
} hf_lane_worker;

// One compilation of dense_run.c.
struct hf_lane_code {
    const char *isa;
    uint32_t lanes;
    void (*run)(hf_lane_worker *worker, uint64_t block);
    // For the bench, of a block of one part: the replay roof (the addresses of its sweeps, loads and
    // ORs only), and the sweeps themselves once more.
    void (*replay)(hf_lane_worker *worker);
    void (*sweep_again)(hf_lane_worker *worker);
};

// Cost    O(nodes + members + hazards) time; `question` and `lanes` live in `arena`
hf_lane_question *hf_dense_prepare(const hf_lanes *lanes, const hf_prepared *prepared,
                                   hf_arena *arena);
// Bytes of one worker.
size_t hf_dense_bytes(const hf_lane_question *question, uint32_t lanes);
hf_lane_worker *hf_dense_open(const hf_lane_question *question, const hf_lane_code *code,
                              hf_arena *arena);
// Runs a block: losses and series go to the tally, what is counted by asset stays in the worker
// until hf_dense_flush.
void hf_dense_block(hf_lane_worker *worker, uint64_t block, hf_tally *tally);
void hf_dense_flush(hf_lane_worker *worker, hf_tally *tally);

// The kernel of so many lanes with the best instructions that the processor has; `isa` NULL = best.
// NULL when there is none of that name.
const hf_lane_code *hf_lane_code_of(uint32_t lanes, const char *isa);

#endif
