// SPDX-License-Identifier: Apache-2.0
//
// Monte Carlo on the register: a question (scenario, trials, seed, grid) becomes a document, and the document a run
// that is kept (run.h). The document holds the question and the snapshot, and nothing that depends on threads,
// kernel, machine or time: equal questions on equal registers give equal bytes.
#ifndef HF_USECASE_SIMULATE_H
#define HF_USECASE_SIMULATE_H

#include "engine/engine_team.h"
#include "model/run.h"
#include "usecase/scenario.h"

#define HF_SIMULATE_KIND     "simulate"          // of the run and of the job
#define HF_RESULT_BYTES_MAX  (900u << 20)        // one document; a million assets have 250 MB
#define HF_SIMULATE_SEED_MAX 9007199254740991ull // JSON numbers are exact up to here
#define HF_SIMULATE_TRIALS   10000u              // unless said otherwise

// The shape of a document. A run keeps that of its time, and is repeated in it: 1 had no regions and no loops, 2 no
// worst trials and no intervals of criticality.
#define HF_SIMULATE_FORM 3u

typedef struct {
    hf_scenario scenario; // its hours, step_h, restart, trials and seed are those of the question
    hf_str measures; // contents of the scenario's (hf_measures_keep); empty = those of the records
    hf_generator generator;
    hf_ask ask;              // of all the register, or of what the asker may know of
    uint8_t strength_digits; // 32 or 8
    uint8_t form;            // 1 to HF_SIMULATE_FORM
    double half_width;       // stop rule: relative half-width of the mean; 0 = all trials
    uint32_t
        worth_count; // of so many assets: what is saved if they cannot be damaged; 0 = not asked
    bool has_both_restarts; // also what the other restart rule comes to, on the same trials
    // Beside the question:
    hf_str title;
    hf_str scenario_key; // record that the scenario was; empty = none
    const char *file;    // that the scenario was; faults name it; NULL = none
    hf_kernel kernel;
    hf_watch *watch;
    // Told about what is known so far, when 1 % of the trials are done and at each doubling; NULL = not wanted.
    // json is valid during the call.
    void (*preview)(const void *context, hf_str json, const hf_head *protection);
    const void *context;
    // The sums so far are kept in this file, and an interrupted run goes on from it (checkpoint.h). It is the
    // caller's to remove once the result is safe. NULL = none.
    const char *checkpoint;
    double checkpoint_s;   // between two writes, about
    bool is_own_file;      // nobody named it: what does not fit is passed over, not refused
    uint64_t memory_bytes; // that it may take beside the register; 0 = what is free
    const hf_team *team;   // who shares the run, of hf_simulate_join; NULL = this process alone
    hf_team_place place;
} hf_simulate_request;

// Nothing but own damage, the static question.
hf_simulate_request hf_simulate_plain(void);
// Puts the scenario in, with its trials and seed.
void hf_simulate_use(hf_simulate_request *request, const hf_scenario *scenario);
// Reads {"scenario": key or members, "trials", "seed", "hours", "step_h", "restart", "generator",
// "strength_digits", "half_width", "kernel", "title", "measures", "worth", "both_restarts", "sight", "form"}: what the API takes, what jobs and runs keep.
// Errors  HF_ERR_INPUT "simulate.member", "simulate.value" with source = JSON pointer; those of scenario.h and of
//         hf_measures_read_kept
bool hf_simulate_from_json(const hf_session *session, const hf_json *object, hf_arena *arena,
                           hf_simulate_request *out, hf_error *err) HF_CHECKED;
// The same of a question that a run keeps: it means what it meant when it was asked.
bool hf_simulate_from_kept(const hf_session *session, const hf_json *question, hf_arena *arena,
                           hf_simulate_request *out, hf_error *err) HF_CHECKED;
// Is the question sound in itself? Errors: HF_ERR_INPUT "simulate.value", "simulate.worth", "simulate.restarts"; those of
// hf_scenario_read_lists
bool hf_simulate_check(const hf_simulate_request *request, hf_arena *arena,
                       hf_scenario_lists *lists, hf_error *err) HF_CHECKED;
// The question as JSON, in a fixed order; hf_simulate_from_json reads it back the same.
void hf_simulate_write_question(const hf_simulate_request *request, hf_json_writer *out);

#define HF_WORTH_COUNT_MAX 100u

// Risk reduction worth: mean loss of all trials less that of the same trials in which the asset cannot be damaged.
typedef struct {
    uint32_t asset;
    hf_saving saving;
} hf_worth;

// The two restart rules side by side. Their difference is what it is worth that black start is organised.
typedef struct {
    double free_mean, sequential_mean; // person-hours
    hf_saving
        more; // what sequential loses more than free: mean of a trial, 95 % by the differences trial by trial
} hf_restarts;

typedef struct {
    hf_simulate_request asked;    // the request, with the contents of its measures
    const hf_register_plan *plan; // released by hf_simulate_done
    const hf_plan *engine;        // what was run: of `plan`, with the scenario's measures in place
    hf_simulation simulation;
    const uint32_t *series_sector, *series_region; // of each row of its series; NULL = sectors
    hf_tally tally;
    hf_summary summary;
    hf_buf document;    // JSON and a line end; empty in all ranks but the first
    hf_head protection; // marking and compartments of all that went in
    char subject[65];   // digest of what the engine was given for a register
    hf_worth *worths;   // by their value, descending
    uint32_t worth_count;
    hf_restarts restarts;   // has_both_restarts
    uint64_t trials_before; // of the checkpoint that it went on from
} hf_simulate_answer;

// Computes; keeps nothing. The answer must be ended by hf_simulate_done, also after a failure.
// Errors  HF_ERR_PERMISSION "question.restricted"; those of scenario.h and of hf_simulate_run; HF_ERR_TOO_LARGE
//         "simulate.too_large", "simulate.memory"; with a checkpoint those of checkpoint.h, and HF_ERR_STOPPED
//         "simulate.stopped" once it is written
bool hf_simulate(const hf_session *session, const hf_simulate_request *request, hf_arena *arena,
                 hf_simulate_answer *out, hf_error *err) HF_CHECKED;
// What the engine will be asked: plan, hazards, measures in place. The first half of hf_simulate, for other questions on
// the same trials; ended like it.
bool hf_simulate_ready(const hf_session *session, const hf_simulate_request *request,
                       hf_arena *arena, hf_simulate_answer *out, hf_error *err) HF_CHECKED;
void hf_simulate_done(const hf_session *session, hf_simulate_answer *answer);
// For other questions on the same trials: the question to the engine without its hazards; what a plan and a scenario
// tell of.
hf_simulation hf_simulate_question(const hf_simulate_request *request,
                                   const hf_scenario_lists *lists);
hf_head hf_simulate_protection(const hf_register_plan *plan, const hf_scenario *scenario,
                               hf_arena *arena);
// Assets by p_down, descending, then key; those that are down before anything happens are left out.
uint32_t *hf_simulate_order(const hf_simulate_answer *answer, hf_arena *arena, uint32_t *count);

// Joins the ranks when mpirun has started this program: request->team and place. Once for each process; what was
// joined is left at the end, in all ranks.
// Errors  HF_ERR_USAGE "team.no_mpi"
bool hf_simulate_join(hf_simulate_request *request, hf_error *err) HF_CHECKED;
// Has every rank come so far without an error? (hf_team.settle; hf_simulate asks by itself.)
bool hf_simulate_settle(const hf_simulate_request *request, bool is_well, hf_error *err) HF_CHECKED;
void hf_simulate_leave(const hf_simulate_request *request);

// simulate_engine.c, called by hf_simulate
//
// is_ready  this rank has come so far without an error; else *err is set, and the others are told
// Errors    those of hf_simulate
bool hf_simulate_engine(const hf_session *session, const hf_simulate_request *request,
                        bool is_ready, hf_arena *arena, hf_simulate_answer *out,
                        hf_error *err) HF_CHECKED;
// simulate_worth.c, called by the former, in all ranks; in the first one once the tally is whole. The candidates are
// those whose damage goes with the most loss, which no worth can exceed.
// Errors  those of hf_simulate_run
// Cost    one simulation for each
bool hf_simulate_worths(const hf_session *session, const hf_simulate_request *request,
                        hf_arena *arena, hf_simulate_answer *out, hf_error *err) HF_CHECKED;
// The other restart rule, likewise. Cost: one simulation
bool hf_simulate_restarts(const hf_session *session, const hf_simulate_request *request,
                          hf_simulate_answer *out, hf_error *err) HF_CHECKED;
// Hexadecimal digest of a register changed by measures: of the snapshot and of all numbers that a plan is built of.
void hf_simulate_subject(const char *snapshot, const hf_engine_input *input, char hex[65]);

#define HF_SERIES_NUMBERS_MAX (1u << 20) // rows × steps, of 16 bytes for each thread
// simulate_series.c, called by hf_simulate: one row for each sector in each region, so that the sums of both are exact.
// With more than HF_SERIES_NUMBERS_MAX of them the rows are the sectors, and nothing is told of regions.
void hf_simulate_by_region(hf_arena *arena, hf_simulate_answer *out);
// Mean people without service by sector, and by region, and step; a static question has one step, the end.
void hf_write_series(const hf_simulate_request *request, const hf_simulate_answer *answer,
                     hf_json_writer *out);

// simulate_json.c, called by hf_simulate
void hf_write_simulation(const hf_simulate_request *request, const hf_simulate_answer *answer,
                         hf_json_writer *out);
void hf_write_preview(const hf_simulate_answer *answer, hf_json_writer *out);

#endif
