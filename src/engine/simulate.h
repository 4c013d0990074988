// SPDX-License-Identifier: Apache-2.0
//
// Monte Carlo over one plan: many trials, in each of which assets are damaged and links are felt by
// chance. Part of engine.h, which includes it. Probabilities stand in the question and not in the
// plan, so that scenarios and measures are compared on one plan with the same chances: every random
// bit is a pure function of seed, purpose, stable id and trial (docs/reference/randomness.md).
//
// What is down before anything happens (hf_plan_facts) is found with every link felt and every
// network link working, as for a cascade; it is down in all trials and counted in none.
#ifndef HF_ENGINE_SIMULATE_H
#define HF_ENGINE_SIMULATE_H

#include "engine/engine.h"

// ---- The question ----

typedef enum { HF_GENERATOR_ARS, HF_GENERATOR_PHILOX } hf_generator; // ars4x32-5, philox4x32-10
typedef enum { HF_KERNEL_AUTO, HF_KERNEL_SPARSE, HF_KERNEL_DENSE } hf_kernel;

#define HF_BLOCK_TRIALS    512u // a canonical block: trials 512 b to 512 b + 511
#define HF_CLASS_COUNT_MAX 64u
#define HF_EXACT_TRIALS    10000000u // with more trials than this losses are kept in bins

// A chance that an asset is damaged. Hazards stand sorted by (asset, at_h, threat_class, level);
// what is absent has chance 0. Levels of one (asset, at_h, class) share one uniform U: the asset is
// damaged below the lowest level with U < p, so p must not fall from one level to the next.
// A shock that meets a damaged asset keeps the lower level, and its repair begins anew.
typedef struct {
    uint32_t asset;
    uint8_t threat_class; // 0 when there are no classes
    uint8_t level;        // damaged below this level: 1 = down; at most levels - 1
    double at_h;          // 0 = at the start; later = a shock at that hour (needs hours)
    double p;             // 0 to 1
} hf_hazard;

// Hands out blocks to all threads (and, behind it, to all ranks). Must be safe to call from many
// threads at once; each block at most once.
typedef struct {
    bool (*next)(void *context, uint64_t *block); // false: there is none left
    void *context;
} hf_block_source;

typedef struct {
    const hf_hazard *hazards;
    size_t hazard_count;

    // Threat classes: either drawn for each trial with these probabilities (their sum is 1 within
    // 1e-9), or read from an event list: trial s uses entry s mod event_count. Both NULL: one class.
    const double *class_p;
    const uint8_t *class_of_event;
    uint64_t event_count;
    uint32_t class_count; // 0 and 1 = one class; at most HF_CLASS_COUNT_MAX

    uint64_t trial_count;
    uint64_t seed;
    hf_generator generator;
    uint8_t strength_digits; // 32 (0 means 32), or 8: strengths are rounded to 1/256
    // Damage is drawn so that a smaller chance damages a subset of the trials, for comparing measures.
    // Without it rare chances are drawn faster, and two of them share no trials.
    bool is_nested;
    double hours, step_h; // as in hf_question; hours 0 = static, people counted once
    hf_restart restart;
    hf_kernel kernel;
    uint32_t lanes; // of the dense kernel: 0 = best; 64, 256 or 512. Changes no bit of any result

    // Which blocks: those from first_block on, at most block_limit (0 = to the end), or those that
    // the source hands out. Blocks that the tally holds already are passed by.
    uint64_t first_block, block_limit;
    const hf_block_source *blocks;
    // Stop early: the 95 % half-width of the mean, relative to the mean. Looked at when the first
    // 8, 16, 32 … blocks are done, so that it does not depend on threads. 0 = never.
    double target_half_width;

    const uint32_t *series_of; // by asset, < series_count: row of the time series; NULL = sectors
    uint32_t series_count;     // without meaning when series_of is NULL
    bool wants_assets;         // counts by asset
    bool wants_criticality;    // loss by damaged asset as well; brings wants_assets with it
    bool wants_series;         // weight down by step and row
    bool
        is_compared; // with another simulation on the same trials: hf_simulate_memory counts its tally
} hf_simulation;

// ---- What was counted ----

typedef struct {
    uint64_t low, high;
} hf_wide; // sum modulo 2^128

// In how many trials, and how long. `down` is level 1: below it. An asset that is down at start has
// only own_damage, loss and loss_square.
typedef struct {
    uint64_t down_ever;    // down at some time
    uint64_t own_damage;   // damaged itself, at any level, at any time
    uint64_t down_not_own; // down at some time and never damaged itself
    uint64_t down_steps;   // steps down but for the last one; 0 in a static run
    uint64_t down_last;    // trials in which it was down in the last step; 0 in a static run
    hf_wide loss;          // of the trials in which it was damaged itself; needs wants_criticality
    hf_wide loss_square;   // of the same
} hf_asset_tally;

// Integer sums over finished blocks. They do not depend on the order of blocks, so tallies of
// threads, ranks and checkpoints are merged in any order and come out equal bit for bit.
typedef struct {
    // Shape: the same for all parts of one run
    uint64_t trial_count;
    uint64_t run; // digest of the question (not of the plan): parts of different runs do not merge
    uint32_t asset_count;              // 0 unless wanted
    uint32_t series_count, step_count; // 0 unless wanted; a static run has one step
    // Sums
    uint64_t block_count; // finished
    uint64_t done_trials;
    uint64_t *is_done; // bit b mod 64 of word b / 64: block b is in the sums
    hf_wide loss, loss_square;
    uint64_t *losses; // by trial; NULL when trial_count > HF_EXACT_TRIALS
    uint64_t *bins;   // else by hf_loss_bin
    hf_asset_tally *assets;
    hf_wide *series; // [step * series_count + row]: weight down, summed over trials
} hf_tally;

// Fixed logarithmic bins: exact below 2^11, then 1024 in each power of two.
#define HF_LOSS_BIN_COUNT (55u * 1024u)
uint32_t hf_loss_bin(uint64_t loss);
uint64_t hf_loss_bin_start(uint32_t bin); // the smallest loss in it

// An empty tally for the question, checked. It can be filled by hf_simulate_run, hf_tally_read and
// hf_tally_merge.
//
// tally   out: its arrays live in `arena`
// Errors  as hf_simulate_run
bool hf_tally_init(const hf_plan *plan, const hf_simulation *simulation, hf_arena *arena,
                   hf_tally *tally, hf_error *err) HF_CHECKED;

// Runs trials and adds them to the tally.
//
// pool    its threads share the work; NULL = the caller's thread only
// watch   may be NULL; `done` counts trials
// tally   of hf_tally_init with the same question; when stopped it holds the blocks finished so
//         far, and the same call goes on from there
// Errors  HF_ERR_INPUT "engine.hazard" index, level, hour or probability outside its range, out of
//         order, or named twice; "engine.classes" probabilities that do not add up to 1, a class
//         that is not there; "engine.trials"; "engine.loss_too_large"; those of hf_cascade_run;
//         HF_ERR_USAGE "engine.shock_without_hours", "engine.kernel"; HF_ERR_STOPPED
//         "engine.stopped"
// Cost    sparse kernel: what falls, and a tenth of a nanosecond for each hazard and trial
// Same    equal bits for any number of threads, any kernel and any width of lanes
// Source  the rule of docs/guide/engine-model.md; the oracle in the tests is that rule trial by
//         trial, with neither plan nor lanes
bool hf_simulate_run(const hf_plan *plan, const hf_simulation *simulation, hf_pool *pool,
                     hf_watch *watch, hf_tally *tally, hf_error *err) HF_CHECKED;

// The memory that a run will take beside the plan: the tally, the question made ready, and for each
// thread a kernel and sums of its own. To be asked before hf_tally_init: out of memory ends the
// program. hf_tally_write takes hf_tally_bytes more, hf_tally_summary 8 bytes a trial (at most
// HF_EXACT_TRIALS of them) and 96 an asset, both once the threads are done.
//
// threads  1 or more
// bytes    out: within a tenth of what is taken. With few failures the memory of a thread grows with
//          the largest cascade; then it is that of the first block
// Errors   as hf_simulate_run
// Cost     O(plan + hazards), and with few failures one block; far less memory than the run
bool hf_simulate_memory(const hf_plan *plan, const hf_simulation *simulation, uint32_t threads,
                        uint64_t *bytes, hf_error *err) HF_CHECKED;

// Has a run come to its end: all trials are in, or target_half_width is met where it is looked at?
// For callers that run it piece by piece (block_limit) and keep what they have in between.
bool hf_simulate_is_done(const hf_simulation *simulation, const hf_tally *tally);

// Adds the sums of `from` to `into`.
//
// Errors  HF_ERR_INPUT "engine.tally" different runs, or a block that is in both
bool hf_tally_merge(hf_tally *into, const hf_tally *from, hf_error *err) HF_CHECKED;

// Fixed little-endian bytes, the same for the same sums on every machine.
size_t hf_tally_bytes(const hf_tally *tally);
void hf_tally_write(const hf_tally *tally, uint8_t *bytes); // room for hf_tally_bytes
// tally   empty, of hf_tally_init with the same question
// Errors  HF_ERR_INPUT "engine.tally" other bytes than hf_tally_write makes for this question
bool hf_tally_read(hf_tally *tally, const uint8_t *bytes, size_t count, hf_error *err) HF_CHECKED;

// The relative half-width that the stop rule looks at: 1.96 · stderr / mean; INFINITY while the
// mean is 0.
double hf_tally_half_width(const hf_tally *tally);

// ---- What it means ----

typedef struct {
    double p;         // share of trials at or below
    double loss;      // the ceil(p · N)-th smallest
    double low, high; // 95 %, by binomial order statistics
} hf_quantile;

typedef struct {
    double loss;
    double p;         // share of trials with at least this loss
    double low, high; // Wilson 95 %
} hf_exceedance;

// With fewer on either side no interval is told: 1.96 is the value of the normal distribution, and Student's at 10 trials
// is 2.26, so the interval would be too narrow by a seventh; at 30 (2.05) by a twentieth.
#define HF_CRITICALITY_TRIALS 30u

typedef struct {
    double p_down, low, high; // Wilson 95 %
    double p_damaged;
    double p_down_not_own;
    double mean_down_h;         // over all trials; 0 in a static run
    double loss_if_damaged;     // E[L | damaged]; NaN when never (or always, below) damaged
    double loss_if_not_damaged; // E[L | not damaged]
    double criticality;         // the difference
    double criticality_low,
        criticality_high; // 95 %; NaN with fewer trials than that on either side
} hf_asset_summary;

#define HF_WORST_TRIALS 10u
typedef struct {
    uint64_t trial;
    double loss;
} hf_worst_trial;

typedef struct {
    uint64_t trials;
    const char *generator;
    double mean, standard_error, low, high; // person-hours, or people in a static run; 95 %
    double p_any_loss;
    hf_quantile quantiles[6];        // 0.05, 0.25, 0.5, 0.75, 0.95, 0.99
    const hf_exceedance *exceedance; // ascending in loss, smallest to largest, at most 200
    uint32_t exceedance_count;
    const hf_asset_summary *assets; // by asset; NULL unless wanted
    const double *series;           // [step * series_count + row]: mean weight down
    uint32_t step_count, series_count;
    double hours, step_h, last_step_h; // as used; 0 in a static run
    const hf_worst_trial
        *worst;           // by loss, descending, then trial; those that lose nothing are left out
    uint32_t worst_count; // at most HF_WORST_TRIALS; 0 beyond HF_EXACT_TRIALS, where none is kept
} hf_summary;

// Floating point begins here, once, in fixed order.
//
// summary out: lives in `arena`
// Errors  HF_ERR_INPUT "engine.no_trials" nothing finished yet; those of hf_simulate_run
// Cost    O(trials · log trials), or the bins
// Source  Wilson 1927, "Probable inference, the law of succession, and statistical inference";
//         order statistics: David and Nagaraja 2003, section 7.1
bool hf_tally_summary(const hf_plan *plan, const hf_simulation *simulation, const hf_tally *tally,
                      hf_arena *arena, hf_summary *summary, hf_error *err) HF_CHECKED;

// 95 % interval of a share that was seen in n trials (Wilson). It also holds for the mean of values from 0 to 1, whose
// variance is at most p(1 - p).
//
// p    0 to 1
// n    above 0
// low, high  out: 0 to 1
// Source     Wilson 1927; Bhatia and Davis 2000, "A better bound on the variance"
void hf_share_bounds(double p, double n, double *low, double *high);

typedef struct {
    double value, low, high; // person-hours, or people in a static run; mean of a trial, 95 %
} hf_saving;

// Mean loss of a trial, as hf_tally_summary has it, without the rest of a summary.
//
// Errors  as hf_tally_summary
bool hf_tally_mean(const hf_plan *plan, const hf_simulation *simulation, const hf_tally *tally,
                   double *mean, hf_error *err) HF_CHECKED;

// What `other` loses less than `base`, by the differences trial by trial: two runs of the same trials on which all
// draws stay the same, such as one without the hazards of an asset.
//
// simulation  of `base`
// Errors      HF_ERR_INPUT "engine.tally" other trials, none at all, or more than HF_EXACT_TRIALS
// Cost        O(trials)
// Source      central limit theorem for the mean difference of pairs
bool hf_tally_saving(const hf_plan *plan, const hf_simulation *simulation, const hf_tally *base,
                     const hf_tally *other, hf_saving *saving, hf_error *err) HF_CHECKED;

// ---- One trial ----

typedef struct {
    uint32_t asset;
    uint8_t level;     // damaged below it; 1 = down
    double at_h, to_h; // when, and when that is repaired: INFINITY = not before the end; with all
                       // that hits it again meanwhile, at its lowest level
} hf_trial_damage;

typedef struct {
    uint8_t threat_class;
    const hf_trial_damage
        *damage; // own damage, by asset, then hour; idle where the asset is down at start
    uint32_t damage_count;
    uint32_t broken_link_count; // network links that do not work
    hf_cascade cascade;         // what falls of it, with reasons for hf_explain
    double loss; // the one that hf_tally has of this trial, in people or person-hours
} hf_trial_story;

// One trial of a simulation by itself: what chance damages in it, and what falls, when and why. Every draw is a
// function of seed and trial, so it is the trial that was counted, whatever else was run. A static run says when things
// fall, too: as hf_cascade_run does, in continuous hours.
//
// trial   below trial_count
// out     lives in `arena`
// Errors  HF_ERR_INPUT "engine.trial" there is no such trial; those of hf_simulate_run
// Cost    the draws of one block, and what falls; a state
bool hf_trial_run(const hf_plan *plan, const hf_simulation *simulation, uint64_t trial,
                  hf_arena *arena, hf_trial_story *out, hf_error *err) HF_CHECKED;

// What hf_trial_run takes at most, its story included: where everything falls, and once. To be asked before, because out
// of memory ends the program.
//
// Errors  those of hf_simulate_run
// Cost    the question made ready
bool hf_trial_memory(const hf_plan *plan, const hf_simulation *simulation, uint64_t *bytes,
                     hf_error *err) HF_CHECKED;

const char *hf_generator_name(hf_generator generator); // static text

// ---- Sets of measures on the same trials ----

#include "engine/measures.h"

#endif
