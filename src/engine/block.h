// SPDX-License-Identifier: Apache-2.0
//
// Inside the engine: a simulation made ready, which all threads read, and what a block kernel is. The
// two kernels (sparse.c, trial by trial; kernel/dense.c, 512 lanes at once) add the same numbers to
// the tally, bit for bit, so the choice between them is never visible.
//
// Rules that both follow beyond docs/guide/engine-model.md:
// - A node that is pinned (down at start) is down in all trials, its loss is always felt, and it is
//   never counted: the plan's slack and network forest have it worked in already.
// - A start window belongs to a node: it opens when the node's own damage ends. It does not stop the
//   ties between the levels of one asset.
// - An asset damaged below level q has own damage at its nodes of level q and above. While it is
//   damaged a further shock keeps the lower level and begins its repair anew; in the step of a shock
//   the repair is drawn first.
// - Trials beyond trial_count in the last block are in no sum.
#ifndef HF_ENGINE_BLOCK_H
#define HF_ENGINE_BLOCK_H

#include "base/limits.h"
#include "engine/cascade.h"
#include "engine/repair.h"
#include "engine/sample.h"

typedef struct {
    uint64_t p; // damaged below `level` when U < p / 2^32; above 0
    uint8_t threat_class;
    uint8_t level;
} hf_chance;

// One asset at one step.
typedef struct {
    uint32_t asset;
    uint32_t step;
    uint32_t when;         // in shock_random
    uint32_t first_chance; // by class, then level
    uint32_t chance_count;
    const hf_rare *rare; // NULL = sampler A
} hf_shock;

typedef struct {
    hf_repair_law law;
    double mean_h;
    int64_t fixed_steps; // of FIXED: at least 1; beyond the end = never
    uint64_t *chance;    // else by age, in units of 2^-32; the last one holds for all greater ages
    uint32_t chance_count;
} hf_repair;

typedef struct hf_prepared {
    const hf_plan *plan;
    const hf_simulation *simulation;
    hf_clock clock; // all zero = static
    // Loss of a trial = full_length · (weight × steps but the last) + last_length · weight down in
    // the last step, in units of loss_unit hours. Static: weight, in people.
    uint64_t full_length, last_length;
    double loss_unit;
    uint32_t class_count; // 1 = none
    uint64_t block_count;
    uint64_t digest;

    const hf_shock *shocks; // by asset, then step
    uint32_t shock_count;
    const hf_chance *chances;
    const hf_random *shock_random; // by `when`
    const uint32_t *repair_of;     // by asset, in repairs
    const hf_repair *repairs;
    const uint32_t *series_of; // by asset
    uint32_t series_count;

    hf_random class_random, link_random, layer_link_random;
    hf_alias alias;
    hf_rare_set rare;             // of damage and of strengths
    const struct hf_dense *dense; // of hf_dense_make_ready
} hf_prepared;

// Checks the question. `prepared` borrows it and the plan.
bool hf_prepare(const hf_plan *plan, const hf_simulation *simulation, hf_arena *arena,
                hf_prepared *prepared, hf_error *err) HF_CHECKED;

uint8_t hf_trial_class(const hf_prepared *prepared, uint64_t trial);
typedef struct {
    uint64_t present; // bit h: some trial is of class h
    uint64_t lanes[HF_CLASS_COUNT_MAX][HF_LINE_WORDS];
} hf_class_lanes;
// Empty when there is one class.
void hf_block_classes(const hf_prepared *prepared, uint64_t block, hf_class_lanes *classes);
// How many of the 512 lanes of a block are trials: the first ones.
uint32_t hf_block_trials(const hf_prepared *prepared, uint64_t block);
// Damage below each level that the shock has chances for, in a block: out[level] for level 1 to 7,
// nested (a trial that is damaged below level 1 is in out[2] too). Returns whether there is any.
//
// classes  of hf_block_classes; without meaning when there is one class
bool hf_shock_lines(const hf_prepared *prepared, const hf_shock *shock, uint64_t block,
                    const hf_class_lanes *classes, uint64_t out[HF_LEVEL_COUNT_MAX][HF_LINE_WORDS]);
// Is damage of this age repaired in `step`?
bool hf_is_repaired(const hf_prepared *prepared, uint32_t asset, uint64_t trial, int64_t step,
                    uint64_t age);
// The chance of a link in units of 2^-32 after strength_digits, from the plan's strength.
uint64_t hf_link_chance(const hf_prepared *prepared, uint32_t strength);
// NULL: sampler A.
const hf_rare *hf_link_rare(const hf_prepared *prepared, uint64_t chance);

// The block behind the last one that first_block and block_limit name.
uint64_t hf_last_block(const hf_simulation *simulation);
// Where the stop rule looks next once so many blocks were looked at: 8, 16, 32 …, or `end` when that
// comes first or there is no rule.
uint64_t hf_milestone_after(const hf_simulation *simulation, uint64_t blocks, uint64_t end);

// One way to run blocks. `open` makes the memory of one thread.
typedef struct {
    const char *name;
    void *(*open)(const hf_prepared *prepared, hf_arena *arena);
    // Adds the block to the tally of this thread; what is counted by asset may wait for `flush`.
    void (*run)(void *memory, uint64_t block, hf_tally *tally);
    void (*flush)(void *memory, hf_tally *tally); // NULL: nothing waits
    // Of the memory of one thread. NULL: it grows with what falls.
    uint64_t (*bytes)(const hf_prepared *prepared);
} hf_block_kernel;

extern const hf_block_kernel hf_sparse_kernel;
extern const hf_block_kernel hf_dense_kernel; // needs hf_dense_make_ready
// Makes what the threads of the dense kernel share: the lane plan and the question in its form.
//
// threads  that will run it: when their lines would fill more than half of the memory, fewer lanes
//          are run at once
// Errors   HF_ERR_USAGE "engine.kernel" a width other than 0, 64, 256 and 512
// Cost     O(nodes + members + hazards), in `arena`
bool hf_dense_make_ready(hf_prepared *prepared, uint32_t threads, hf_arena *arena,
                         hf_error *err) HF_CHECKED;
// Do more than `limit` nodes fall, over the trials of block 0 together? Decides which kernel is better.
//
// scratch  an empty part of the tally, spoilt
// Cost     what falls, until there are more
bool hf_sparse_is_busy(const hf_prepared *prepared, hf_tally *scratch, uint64_t limit);

// ---- One trial, for its explanation ----

typedef struct {
    uint32_t asset;
    uint8_t level;
    int64_t from, to; // steps; 0 and 1 in a static run
} hf_drawn_damage;
typedef HF_VEC(hf_drawn_damage) hf_drawn;

// What chance does in one trial, as the sparse kernel draws it: a state with own damage in state->timed->damage, losses
// that are felt or not, and network links that work or not. Both live in `arena`.
//
// drawn   out: the own damage by asset, then step; what is hit again before it is repaired is one, at its lowest level
// Cost    the draws of one block in time, those of one trial in memory
hf_engine_state *hf_sparse_draw(const hf_prepared *prepared, uint64_t trial, hf_arena *arena,
                                hf_drawn *drawn);

// ---- Sums ----

static inline void hf_wide_add(hf_wide *sum, uint64_t value)
{
    sum->low += value;
    sum->high += sum->low < value;
}

static inline void hf_wide_add_wide(hf_wide *sum, hf_wide value)
{
    sum->low += value.low;
    sum->high += value.high + (sum->low < value.low);
}

static inline void hf_wide_add_square(hf_wide *sum, uint64_t value)
{
    HF_U128 square = (HF_U128)value * value;
    hf_wide_add_wide(sum, (hf_wide){(uint64_t)square, (uint64_t)(square >> 64)});
}

static inline HF_U128 hf_wide_number(hf_wide sum)
{
    return (HF_U128)sum.high << 64 | sum.low;
}

// A tally without its arrays.
hf_tally hf_tally_shape(const hf_prepared *prepared);
// Bytes of the arrays: of hf_tally_part, and of hf_tally_init.
uint64_t hf_tally_sums_memory(const hf_tally *shape);
uint64_t hf_tally_memory(const hf_tally *shape);
// Adds the loss of one trial; once for each trial of a block.
void hf_tally_add_loss(hf_tally *tally, uint64_t trial, uint64_t loss);
// The tally of one thread: sums of its own, but the losses of `whole` (each trial has its place).
hf_tally hf_tally_part(const hf_tally *whole, hf_arena *arena);
// Adds a part to its whole.
void hf_tally_add_part(hf_tally *whole, const hf_tally *part);
// Of the losses so far, in the tally's unit.
typedef struct {
    double mean, standard_error;
} hf_moments;
#define HF_NORMAL_95 1.959963984540054
hf_moments hf_tally_moments(const hf_tally *tally);
bool hf_tally_has(const hf_tally *tally, uint64_t block);
void hf_tally_mark(hf_tally *tally, uint64_t block, uint32_t trials);

#endif
