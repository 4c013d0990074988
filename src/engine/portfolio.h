// SPDX-License-Identifier: Apache-2.0
//
// Which measures to take for a budget. Knows nothing of what a measure does: whoever asks computes
// the loss of a set. Part of the engine's public header.
#ifndef HF_ENGINE_PORTFOLIO_H
#define HF_ENGINE_PORTFOLIO_H

#include "base/arena.h"
#include "base/error.h"

#define HF_PORTFOLIO_MEASURES_MAX 64u
#define HF_PORTFOLIO_EXACT_MAX    25u // up to so many the search can be exact

// A set: bit m = measure m is taken.
typedef uint64_t hf_measure_set;

typedef struct {
    uint32_t measure_count;    // at most HF_PORTFOLIO_MEASURES_MAX
    const int64_t *cost;       // ≥ 0, whole units
    const uint64_t *excludes;  // sets; taken as mutual; NULL = none
    hf_measure_set locked_in;  // must be taken
    hf_measure_set locked_out; // must not
    int64_t budget;
    uint64_t evaluation_limit; // 0 = 1,000,000; the search ends there with the best set found
    // NULL, or set by `loss` when it has worked enough: as if the limit were met. Looked at once the
    // single measures are known.
    const bool *is_spent;
    // The loss with this set, a whole number ≥ 0 of the asker's own unit. Unless may_rise says so, it must
    // not rise when a measure is added: the exact search relies on it. Each set is asked for once.
    bool (*loss)(void *context, hf_measure_set set, uint64_t *loss, hf_error *err);
    void *context;
    // The loss may rise with a measure more: only a look at every set is exact, and is taken when there are
    // no more of them than every_set_max. Else the search is as ever, and not exact.
    bool may_rise;
    uint64_t every_set_max; // at most the limit counts
    // Disjoint sets of measures that are known not to bear on each other: what a set of measures saves
    // is the sum of what its share in each part saves. A measure that is in none is a part of its own.
    // NULL = nothing is known. With parts the search can be exact beyond HF_PORTFOLIO_EXACT_MAX.
    const hf_measure_set *parts;
    uint32_t part_count;
} hf_portfolio_question;

typedef struct {
    hf_measure_set set;
    int64_t cost;
    uint64_t loss;
} hf_portfolio_point;

typedef struct {
    hf_portfolio_point best;
    hf_portfolio_point none; // with what is locked in only
    uint64_t
        loss_bound; // with all measures that are not locked out, free of cost: nothing is below unless the
                    // loss may rise
    bool is_exact;                   // no better set exists within the budget
    uint64_t evaluations;            // sets computed
    uint64_t greedy_loss;            // of the quick search alone, to show what the exact one gained
    bool is_additive;                // gains of the single measures add up to that of the best set
    const hf_portfolio_point *front; // by cost: the best found for each cost, none dominated
    uint32_t front_count;
    const uint64_t *single_gain; // by measure: what it gains alone beside what is locked in
} hf_portfolio;

// The best set within the budget, and what other budgets would buy.
//
// First greedy by gain for cost with lazy evaluation, the best single measure, and swaps; then, with
// few measures, branch and bound: a branch is left when even all its undecided measures together,
// free of cost, do not beat the best set. With many measures in independent parts: every choice in each
// part, and dynamic programming over the parts; whether the sum is what the whole set loses is checked.
// Gains may complement each other (redundancy), so no share of the optimum is promised for a set that is
// not exact.
//
// result   out: lives in `arena`
// Errors   HF_ERR_INPUT "portfolio.measures", "portfolio.cost", "portfolio.budget" what is locked in
//          costs more than the budget, "portfolio.locked" locked in and out, or in and excluded by
//          another locked in; what `loss` returns
// Cost     greedy: about measures² / 2 evaluations; exact: 2^measures at worst, always so with may_rise; by parts: the sum of
//          2^measures of each part
// Source   lazy greedy: Minoux 1978; greedy with the best single: Khuller, Moss and Naor 1999; branch
//          and bound: Land and Doig 1960; dynamic programming: Nemhauser and Ullmann 1969
bool hf_portfolio_find(const hf_portfolio_question *question, hf_arena *arena, hf_portfolio *result,
                       hf_error *err) HF_CHECKED;

#endif
