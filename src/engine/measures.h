// SPDX-License-Identifier: Apache-2.0
//
// Protective measures as changes of numbers, and what each set of them would lose on the same trials.
// Part of the engine's public headers. A set is a hf_measure_set of engine/portfolio.h.
//
// Every change only helps: with more measures fewer assets are down in every single trial, because
// all draws stay the same (hf_simulation.is_nested) and the rules are monotone. What was down before
// anything happens keeps being counted in no trial, also when a measure puts it into service. Two
// kinds of change can shift an outage instead of shortening it (hf_effects_flaw).
#ifndef HF_ENGINE_MEASURES_H
#define HF_ENGINE_MEASURES_H

#include "engine/engine.h"
#include "engine/portfolio.h"

// What one line of a measure does. Begin with hf_change_none().
typedef struct {
    const uint32_t *assets; // each once: own damage, repair and start change
    uint32_t asset_count;
    double damage_factor;     // 0 to 1: the chance of own damage times this
    double damage_most;       // 0 to 1: and at most this
    double repair_factor;     // 0 to 1: repair_h times this; never stays never
    double repair_most;       // at most so many hours, also where it was never; INFINITY = as it is
    double black_start_least; // at least so many hours

    const uint32_t *groups; // requirement groups, each once
    uint32_t group_count;
    const uint32_t *layer_members; // places in hf_engine_input.layer_members, each once
    uint32_t layer_member_count;
    double buffer_least; // they hold out at least so many hours
    uint32_t supplier;   // joins each of `groups`, whose need stays; HF_NO_INDEX = nobody
    int64_t capacity;    // of the supplier, thousandths; its loss is felt for certain
} hf_change;

hf_change hf_change_none(void);

// One measure.
typedef struct {
    const hf_change *changes;
    uint32_t change_count;
} hf_effect;

// A register and what threatens it.
typedef struct {
    hf_engine_input input;
    const hf_hazard *hazards; // as in hf_simulation
    size_t hazard_count;
} hf_exposure;

// What is left with the measures of a set in place. Factors multiply, the tightest limit holds; the
// order of measures means nothing.
//
// out     out: arrays that differ live in `arena`, the others are those of `base`
// Cost    O(arrays that change)
void hf_effects_apply(const hf_exposure *base, const hf_effect *effects, uint32_t effect_count,
                      hf_measure_set set, hf_arena *arena, hf_exposure *out);

typedef enum {
    HF_FLAW_NONE,
    // With hours: an asset that can start without supply runs so after each repair; damage that does
    // not happen, or ends earlier, moves that window.
    HF_FLAW_BLACK_START,
    // With hours: lognormal repair goes slower in old damage, so one of several shocks less can
    // make it last longer.
    HF_FLAW_REPAIR_LAW
} hf_effects_flaw_kind;

// Whether more measures could raise the loss of a trial.
hf_effects_flaw_kind hf_effects_flaw(const hf_exposure *base, const hf_effect *effects,
                                     uint32_t effect_count, double hours);

// ---- Losses of sets ----

#define HF_BOOK_TRIALS_MAX 1000000u // 8 bytes for each of them and each part

typedef struct {
    const hf_exposure *base;
    const hf_simulation *simulation; // its hazards, wishes and stop rule are without meaning here
    const hf_effect *effects;
    uint32_t effect_count; // at most HF_PORTFOLIO_MEASURES_MAX
    double worst_share;    // 0 = the mean of all trials; 0.05 = of the worst twentieth
    uint64_t run_limit;    // simulations before hf_book_is_spent; 0 = no limit
    bool is_whole;         // no division into independent parts; for tests
    hf_pool *pool;         // may be NULL
    hf_watch *watch;       // may be NULL; `done` counts trials
} hf_book_question;

// Remembers the loss of every set that was asked for. Measures whose consequences share no asset are
// evaluated apart, each on the part of the register that matters to it: their gains add up trial by
// trial, exactly.
typedef struct hf_measure_book hf_measure_book;

// Simulates the register without measures.
//
// book    out: lives in `arena`, with all it will remember; close it with hf_book_close
// Errors  HF_ERR_INPUT "portfolio.trials" fewer than 2 or more than HF_BOOK_TRIALS_MAX;
//         "engine.loss_too_large"; those of hf_plan_build and hf_simulate_run
// Cost    one simulation
bool hf_book_open(const hf_book_question *question, hf_arena *arena, hf_measure_book **book,
                  hf_error *err) HF_CHECKED;
void hf_book_close(hf_measure_book **book);

// The loss of a set, summed over the trials that count, in the book's unit: as
// hf_portfolio_question.loss wants it; context is the book.
// Cost    one simulation of each part in which this choice of measures is new
bool hf_book_loss(void *context, hf_measure_set set, uint64_t *loss, hf_error *err) HF_CHECKED;
const bool *hf_book_is_spent(const hf_measure_book *book);

typedef struct {
    double value, low, high; // person-hours, or people in a static question; 95 %
} hf_estimate;

// The loss of a set by trial, and its estimate.
//
// Errors  as hf_book_loss
// Source  mean: central limit theorem. Worst share: its influence function, as in Manistre and
//         Hancock 2005, "Variance of the CTE estimator"
bool hf_book_trials(hf_measure_book *book, hf_measure_set set, uint64_t *losses,
                    hf_error *err) HF_CHECKED;
bool hf_book_estimate(hf_measure_book *book, hf_measure_set set, hf_estimate *loss,
                      hf_error *err) HF_CHECKED;
// What `set` saves against `from`, by the differences trial by trial.
bool hf_book_gain(hf_measure_book *book, hf_measure_set from, hf_measure_set set, hf_estimate *gain,
                  hf_error *err) HF_CHECKED;
// A sum of hf_book_loss as a mean over the trials that count, in hours or people.
double hf_book_mean(const hf_measure_book *book, uint64_t loss);
uint64_t hf_book_runs(const hf_measure_book *book); // simulations so far
uint32_t hf_book_part_count(const hf_measure_book *book);
hf_measure_set hf_book_part(const hf_measure_book *book, uint32_t part); // its measures

#endif
