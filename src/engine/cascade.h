// SPDX-License-Identifier: Apache-2.0
//
// Inside the engine: what cascade, rank and explain share.
#ifndef HF_ENGINE_CASCADE_H
#define HF_ENGINE_CASCADE_H

#include "engine/kernel.h"

// The time grid of a question; all zero for the static one.
typedef struct {
    double hours, step_h, last_step_h;
    int64_t step_count;
} hf_clock;

// Errors  "engine.hours", "engine.step", "engine.steps_too_many", "engine.loss_too_large"
bool hf_clock_of(const hf_plan *plan, double hours, double step_h, hf_clock *clock,
                 hf_error *err) HF_CHECKED;

// Steps that own damage of so many hours fills: at least 1; beyond the end for NaN (never).
int64_t hf_repair_steps(double repair_h, const hf_clock *clock);

// The question of whole assets that fail at hour 0.
void hf_kernel_run(hf_engine_state *state, const uint32_t *fail, uint32_t fail_count,
                   const hf_clock *clock, hf_restart restart, bool wants_reasons);
void hf_kernel_undo(hf_engine_state *state, const hf_clock *clock);

// Turns what a kernel left in `timed` into a result, whose hours and steps are filled in already.
// Moments are steps of the clock's grid, or ticks when it has none.
void hf_write_drafts(const hf_plan *plan, hf_timed *timed, const hf_clock *clock, hf_arena *arena,
                     hf_cascade *result);
// Errors  "engine.asset_unknown"
bool hf_check_assets(const hf_plan *plan, const uint32_t *assets, uint32_t count,
                     hf_error *err) HF_CHECKED;

// The assets to rank: those asked for, without gates and without what is down before anything
// happens. In `arena`, in plan order. Errors  "engine.asset_unknown"
bool hf_rank_sources(const hf_plan *plan, const uint32_t *among, uint32_t among_count,
                     hf_arena *arena, uint32_t **sources, uint32_t *source_count,
                     hf_error *err) HF_CHECKED;

// Puts rows in the order of hf_ranking. Cost: O(count) time, and scratch memory for as many rows.
void hf_rank_order(hf_rank_row *rows, uint32_t count, hf_rank_by by);
// order  out: count rows by their values, which are 0 or more, descending; equal ones as they stand. Same cost.
void hf_order_descending(const double *values, uint32_t count, uint32_t *order);

// weight × the steps in which the node of the draft was down.
hf_person_time hf_draft_time(const hf_timed *timed, const hf_fall_draft *draft, int64_t weight,
                             const hf_clock *clock);

// Sorts and drops repetitions. Returns how many are left.
uint32_t hf_sort_unique(uint32_t *items, uint32_t count);

static inline bool hf_asset_is_listed(const hf_plan *plan, uint32_t asset)
{
    return (plan->flags[plan->level_node[plan->first_level_node[asset]]] & HF_NODE_LISTED) != 0;
}

#endif
