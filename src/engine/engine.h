// SPDX-License-Identifier: Apache-2.0
//
// The one public header of the engine: numbers in, numbers out. A register becomes a plan
// (hf_plan_build); questions are put to the plan: what falls (hf_cascade_run), what each asset
// would take down alone (hf_rank_run), why one asset fell (hf_explain), what is lost on average and
// at worst (hf_simulate_run). The engine knows no noun,
// text, file or clock. All state is in the values passed; a plan is read-only and may serve many
// threads at once. Terms and rules: docs/guide/engine-model.md.
#ifndef HF_ENGINE_ENGINE_H
#define HF_ENGINE_ENGINE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/pool.h"

#define HF_ENGINE_MODEL "cascade/1" // name and version of the rules; every result names it
#define HF_NO_INDEX     UINT32_MAX

// ---- Input ----

// Assets stand in the order of their keys (runs of digits as numbers); the engine breaks every tie
// by index, so the same register gives the same answer whatever order its rows came in.
// How long own damage lasts, in simulations. FIXED: exactly repair_h. The others are drawn, step by
// step, with the mean repair_h: EXPONENTIAL; LOGNORMAL with the same spread as the exponential (the
// coefficient of variation is 1); WEIBULL with shape 2. Cascade and rank take FIXED for all.
typedef enum {
    HF_REPAIR_FIXED,
    HF_REPAIR_EXPONENTIAL,
    HF_REPAIR_LOGNORMAL,
    HF_REPAIR_WEIBULL
} hf_repair_law;

typedef struct {
    uint64_t id;          // stable: first 8 bytes of SHA-256 of the key, big-endian; simulations
    int64_t people;       // weight, ≥ 0: who loses the service when this asset is down
    uint32_t sector;      // < sector_count
    uint32_t kind;        // < kind_count
    double repair_h;      // own damage ends this long after it began; NaN = never
    double black_start_h; // ≥ 0: runs so long without supply once its own damage ends; 0 = cannot
    uint8_t levels;       // 2 (up, down) to 8; 0 means 2
    bool is_virtual;      // a gate or site: passes failures on, is never listed or counted
    hf_repair_law repair_law;
} hf_engine_asset;

typedef enum { HF_RECHARGE_INSTANT, HF_RECHARGE_GRADUAL } hf_recharge;

// A requirement group: satisfied while its supplying members' capacities add up to `need`. Groups
// of one consumer stand in byte order of their input; the first one wins where the contract says
// so.
typedef struct {
    uint32_t consumer;
    int64_t need;          // thousandths, ≥ 1; "all" = sum of the capacities, "any" = 1
    double buffer_h;       // ≥ 0: how long the consumer holds out once the group is lost
    uint32_t first_member; // in `members`
    uint32_t member_count; // 0 = never satisfied
    hf_recharge recharge;
    uint8_t pushes_below; // lost: the consumer falls below this level; 0 and 1 = it goes down
} hf_engine_group;

typedef struct {
    uint64_t id; // stable, as an asset's, of the dependency's key
    uint32_t supplier;
    int64_t capacity; // thousandths, ≥ 1
    // Chance that a trial feels its loss; 0 = never felt; > 0 is certain in cascade and rank.
    double strength;
    uint8_t required_level; // supplies at this level or above; 0, or more than it has = highest
} hf_engine_member;

// Network layers: members joined by links, fed by the sources that are up, in byte order of names.
typedef struct {
    uint32_t first_member; // in `layer_members`; layers follow one another without a gap
    uint32_t member_count;
    uint32_t first_link; // in `links`; likewise
    uint32_t link_count;
} hf_engine_layer;

typedef struct {
    uint32_t asset; // once per layer
    bool is_source;
    double buffer_h; // how long it holds out once it is cut off; without meaning for a source
} hf_engine_layer_member;

typedef struct {
    uint64_t id;       // stable, as an asset's, of the dependency's key
    uint32_t from, to; // assets, both members of the layer
    bool is_two_way;
    // Chance that it works in a trial, both ways at once; 0 means 1. It always works in cascade and
    // rank.
    double strength;
} hf_engine_link;

typedef struct {
    const hf_engine_asset *assets;
    uint32_t asset_count;
    const hf_engine_group *groups; // consumers in any order
    uint32_t group_count;
    const hf_engine_member *members;
    uint32_t member_count;
    const hf_engine_layer *layers;
    uint32_t layer_count;
    const hf_engine_layer_member *layer_members;
    uint32_t layer_member_count;
    const hf_engine_link *links;
    uint32_t link_count;
    uint32_t sector_count;
    uint32_t kind_count;
} hf_engine_input;

// ---- Plan ----

typedef struct hf_plan hf_plan;

typedef struct {
    uint32_t asset_count, group_count, member_count, layer_count, sector_count, kind_count;
    uint32_t component_count;      // strongly connected components; a layer lies in one
    uint32_t largest_component;    // assets in the largest one
    const uint32_t *down_at_start; // down before anything happens, ascending; gates left out
    uint32_t down_at_start_count;
} hf_plan_facts;

// Checks the input, orders it (suppliers first), computes what is down before anything happens.
//
// input   unchanged and not kept; may be freed after the call
// plan    out: lives in `arena`; no question changes it, so threads can share it
// Errors  HF_ERR_INPUT "engine.input" an index, capacity, need, buffer, level or link outside its
//         range; "engine.weights_too_large" all people together do not fit in 62 bits
// Cost    O(assets + members + links) time; about 60 bytes an asset, 50 a group, 20 a member
bool hf_plan_build(const hf_engine_input *input, hf_arena *arena, hf_plan **plan,
                   hf_error *err) HF_CHECKED;
hf_plan_facts hf_plan_facts_of(const hf_plan *plan);

typedef struct {
    const uint32_t *assets; // ascending
    uint32_t asset_count;
} hf_loop;

// Finds sets of assets that would keep each other up after everything outside them is lost: rings
// of "any" groups. Right for agreements, wrong for physical supply ("declare a network layer?").
//
// loops   out: by their first asset; lives in `arena`
// Cost    O(assets + members)
void hf_plan_find_loops(const hf_plan *plan, hf_arena *arena, const hf_loop **loops,
                        uint32_t *loop_count);

// Working memory of one thread for one plan, used again and again: a question costs what it
// touches.
typedef struct hf_engine_state hf_engine_state;

// arena   holds the state, and grows with the largest question asked; no other thread may use it
// Cost    O(groups) time once; 9 bytes an asset and 8 a group, 48 and 24 more once time is asked
// for
hf_engine_state *hf_engine_state_new(const hf_plan *plan, hf_arena *arena);

// ---- One what-if ----

typedef enum { HF_RESTART_FREE, HF_RESTART_SEQUENTIAL } hf_restart;

typedef struct {
    const uint32_t *fail; // assets damaged at hour 0; repeated ones and ones down at start are idle
    uint32_t fail_count;
    double hours;  // 0 = static question: no repair, every buffer runs out, people counted once
    double step_h; // grid; 0 means 1; without meaning for the static question
    hf_restart restart;
} hf_question;

// Person-hours before rounding: steps of full length, and the last step, which is cut at `hours`.
typedef struct {
    int64_t person_steps; // people × steps down, all steps but the last
    int64_t person_last;  // people down in the last step
} hf_person_time;

typedef struct {
    int64_t people;      // of the assets that fell, each counted once
    hf_person_time time; // zero without a grid
    double people_hours; // 0 for a question without hours
} hf_loss;

typedef enum { HF_CAUSE_DAMAGE, HF_CAUSE_DEPENDENCY, HF_CAUSE_NETWORK } hf_cause;

typedef struct {
    uint32_t asset;
    uint8_t level;    // fell below this level; 1 = it is down, as all that are counted are
    hf_cause cause;   // damage before dependency before network when several hold at that hour
    uint32_t group;   // dependency: the first group of the input that let it fall at this hour
    uint32_t layer;   // network: the first such layer; both are HF_NO_INDEX otherwise
    double at_h;      // when it fell first
    double until_h;   // when it came back for good; INFINITY = not before the end
    double lost_at_h; // when that group was lost, or when it was cut off; at_h for damage
    // In `lost`: members of the group that were down when it was lost, ascending, each once; a gate
    // is replaced by what it had lost itself. None for damage and network.
    uint32_t first_lost, lost_count;
    uint32_t first_outage, outage_count; // in `outages`, in time order; one in a static answer
    // For hf_explain, a reason that does not lead in a circle: the order of falls inside one hour,
    // the plan's own number of the reason (HF_NO_INDEX: damage), and when that was lost.
    uint32_t round;
    uint32_t why;
    double why_lost_at_h;
} hf_fall;

typedef struct {
    double from_h, to_h; // to_h INFINITY = lasts beyond the end
    // As hf_fall has them of the first outage, for hf_explain; not set by hf_outage_run.
    uint32_t round;
    uint32_t why;
    double why_lost_at_h;
} hf_outage;

// An asset with more than two levels that lost only a part: below `level` since at_h, but not down.
typedef struct {
    uint32_t asset;
    uint8_t level;
    double at_h;
} hf_reduction;

typedef struct {
    const hf_fall *falls; // by at_h, then asset
    uint32_t fall_count;
    uint32_t hidden_count; // behind them, for hf_explain: gates, and losses of a part
    const uint32_t *lost;
    const hf_outage *outages;
    const hf_reduction *reductions; // by at_h, then asset, then level
    uint32_t reduction_count;
    hf_loss loss;             // losses of a part included: linear in the level, in whole people
    const hf_loss *by_sector; // sector_count
    double hours, step_h;     // as used; both 0 in a static answer
    double last_step_h;       // length of the last step
    uint32_t step_count;
    // Of a trial (hf_trial_run), for hf_explain, in the plan's own numbers: losses that it does not feel, and network
    // links that do not work. NULL = all are felt, all work.
    const uint8_t *unfelt, *broken_links;
} hf_cascade;

// What falls, when and why, if the named assets are damaged at hour 0.
//
// state   of this plan; left as it was found
// result  out: lives in `arena`
// Errors  HF_ERR_INPUT "engine.hours", "engine.step", "engine.steps_too_many",
//         "engine.asset_unknown", "engine.loss_too_large" (people × steps beyond 62 bits)
// Cost    static: the dependencies of what falls; grid: that times the number of repair times
// Same    equal bits for equal input and question
// Source  the least solution of the rule in docs/guide/engine-model.md. The oracle in the tests is
//         that rule without plan, order or worklist; thousands of random registers must agree
bool hf_cascade_run(const hf_plan *plan, const hf_question *question, hf_engine_state *state,
                    hf_arena *arena, hf_cascade *result, hf_error *err) HF_CHECKED;

// person_steps · step_h + person_last · last_step_h, evaluated once, in this order.
double hf_person_hours(hf_person_time time, double step_h, double last_step_h);

// ---- Why ----

typedef struct {
    uint32_t asset;
    uint8_t level; // it fell below this one; 1 = it is down
    hf_cause cause;
    uint32_t group; // HF_NO_INDEX unless dependency
    uint32_t layer; // HF_NO_INDEX unless network
    double at_h;
    double lost_at_h;
    // Dependency: members of the group that were down. Network: the fallen members that cut it off.
    // Ascending; gates replaced by what they had lost.
    const uint32_t *lost;
    uint32_t lost_count;
    // Network, in a trial: links to what it is cut off from that do not work, two assets each, the outer one first.
    const uint32_t *broken;
    uint32_t broken_count;
} hf_step;

// The chain from `asset` back to an initial damage: each step was brought about by the asset of the
// next one, which tipped the balance. Never a circle, even where assets take each other down in the
// same hour. Of an asset that fell more than once the first step tells the first fall, and each later one the outage
// that the step before it rests on.
//
// result  of hf_cascade_run or hf_trial_run on this plan
// steps   out: `asset` itself first, a damaged one last (in a trial also one that only broken links cut off);
//         *step_count 0 when `asset` did not fall
// Cost    O(what fell) plus the groups and networks that the chain passes
void hf_explain(const hf_plan *plan, const hf_cascade *result, uint32_t asset, hf_arena *arena,
                const hf_step **steps, uint32_t *step_count);

// ---- N-1 ----

typedef struct {
    uint32_t kind;
    uint32_t count;
} hf_kind_count;

typedef struct {
    uint32_t asset;
    uint32_t failed_count; // itself included
    uint32_t sector_count; // sectors that lose an asset, its own included
    int64_t people;
    hf_person_time time;
    double people_hours;          // 0 for the static question
    const hf_kind_count *by_kind; // kinds that are there, ascending
    uint32_t by_kind_count;
} hf_rank_row;

typedef enum { HF_RANK_PEOPLE, HF_RANK_FAILED, HF_RANK_PEOPLE_HOURS } hf_rank_by;

// Long work, seen and stopped from outside.
typedef struct {
    HF_ATOMIC(bool) stop;
    HF_ATOMIC(uint64_t) done; // assets answered, or trials run, so far
} hf_watch;

typedef struct {
    const uint32_t *among; // the assets to rank, ascending; NULL = all
    uint32_t among_count;
    double hours, step_h; // as in hf_question
    hf_restart restart;
    hf_rank_by by;
    bool sector_0_is_none;    // assets whose sector is 0 have none
    const uint32_t *class_of; // by asset, each < class_count: whose worst loss is told; NULL = none
    uint32_t class_count;
} hf_rank_question;

// The single loss that takes most people of a class of assets: of those that give one service, say.
typedef struct {
    int64_t people; // of the class alone, counted as those of a row; 0: no loss touches it
    uint32_t
        asset; // whose loss it is; of equal ones the first in a ranking by people; HF_NO_INDEX: none
} hf_class_loss;

typedef struct {
    const hf_rank_row *rows; // by the measure, people, failed_count (descending), then asset
    uint32_t row_count;      // gates and assets that are down at start are left out
    double mean_failed;      // over all rows
    double mean_people;
    double last_step_h;
    const hf_class_loss *by_class; // class_count, over all rows; NULL when not asked for
} hf_ranking;

// The consequence of losing each asset alone.
//
// pool    its threads share the work; NULL = the caller's thread only
// watch   may be NULL
// result  out: lives in `arena`
// Errors  as hf_cascade_run; HF_ERR_STOPPED "engine.stopped"; HF_ERR_USAGE "engine.no_hours" when
//         people_hours is asked for without hours
// Cost    the sum of the single cascades, divided by the threads; one state per thread. With classes
//         about a third more, and per thread 44 bytes of each class and up to 2 KiB of each that 64
//         cascades lose together
// Same    equal bits for any number of threads
bool hf_rank_run(const hf_plan *plan, const hf_rank_question *question, hf_pool *pool,
                 hf_watch *watch, hf_arena *arena, hf_ranking *result, hf_error *err) HF_CHECKED;

// ---- More questions, each in a header of its own ----

#include "engine/chains.h"
#include "engine/iim.h"
#include "engine/outage.h"
#include "engine/pairs.h"
#include "engine/portfolio.h"
#include "engine/score.h"
#include "engine/simulate.h"

#endif
