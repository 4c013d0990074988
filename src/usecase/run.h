// SPDX-License-Identifier: Apache-2.0
//
// Runs: simulations that were kept with their question and result, so that they can be read, repeated and
// compared. A run bears the marking and the compartments of all that went in: who may not see it all sees no run.
#ifndef HF_USECASE_RUN_H
#define HF_USECASE_RUN_H

#include "usecase/simulate.h"

// Keeps an answer: record, document and event in one transaction.
// Errors  HF_ERR_PERMISSION; the store's
bool hf_keep_run(const hf_session *session, const hf_simulate_request *request,
                 const hf_simulate_answer *answer, hf_arena *arena, hf_run **out,
                 hf_error *err) HF_CHECKED;
// Keeps what may be told in general of an answer over all of the register (general.h), for the session's actor, who may
// not see all that went in: marked no higher than the actor's clearance, in no compartment but the actor's.
// Errors  as hf_keep_run; those of hf_general_write
bool hf_keep_general(const hf_session *session, const hf_simulate_answer *answer,
                     int64_t min_assets, hf_arena *arena, hf_run **out, hf_error *err) HF_CHECKED;
// Why such a run is neither repeated nor compared: HF_ERR_INPUT "run.general". Returns false.
bool hf_fail_general(const hf_run *run, hf_error *err);
// What a job says of a run: where to read it, and nothing that a marking protects, since jobs bear none.
void hf_write_kept(const hf_run *run, hf_json_writer *out);
// A run and, unless document is NULL, the bytes of its result.
// Errors  HF_ERR_NOT_FOUND "record.unknown", "run.no_result"
bool hf_read_run(const hf_session *session, hf_str key, hf_arena *arena, hf_run **out,
                 hf_str *document, hf_error *err) HF_CHECKED;

// The question of a run, for who may ask it again.
// Errors  HF_ERR_PERMISSION; those of hf_read_run and hf_simulate_from_kept; HF_ERR_INPUT "run.kind" it is no simulation;
//         as hf_fail_general; HF_ERR_PERMISSION "run.others_sight"
bool hf_run_question(const hf_session *session, hf_str key, hf_arena *arena, hf_run **out,
                     hf_simulate_request *request, hf_error *err) HF_CHECKED;

// A run asked again on the register as it is now.
typedef struct {
    const hf_run *run;
    bool is_equal;     // the same bytes
    bool has_moved_on; // another snapshot: the bytes cannot be the same
    char sha256[65];   // empty: what the question names is no longer in the register
    char snapshot[65];
} hf_rerun_answer;
// watch may be NULL. Leaves the event "run.repeated".
// Errors  those of hf_read_run and hf_simulate; HF_ERR_INPUT "run.kind" it is no simulation
bool hf_rerun(const hf_session *session, hf_str key, hf_watch *watch, hf_arena *arena,
              hf_rerun_answer *out, hf_error *err) HF_CHECKED;
// Digests only, no loss: what jobs keep bears no marking.
void hf_write_rerun(const hf_rerun_answer *answer, hf_json_writer *out);

typedef struct {
    hf_str name;
    double a, b; // NaN = not there
} hf_compared;
typedef struct {
    hf_str name;
    const double *a, *b; // step_count each
} hf_compared_series;
typedef struct {
    hf_compared_series *list;
    size_t count;
} hf_compared_courses;
typedef struct {
    const hf_run *a, *b;
    bool is_same_question;
    hf_compared loss[12]; // mean, stderr, p05 …, in the order of the document
    size_t loss_count;
    double mean_stderr;  // of the difference of means, as if the runs were independent
    hf_compared *assets; // p_down, by the size of the difference, descending, then key
    size_t asset_count;
    const hf_json *curve_a, *curve_b; // exceedance
    hf_compared_courses sectors;      // none when the grids differ
    hf_compared_courses regions;      // nor when one run is older than they are
    uint32_t step_count;
    double step_h;
} hf_comparison;
// Errors  those of hf_read_run; HF_ERR_INPUT "run.units" one counts people, the other person-hours
bool hf_compare_runs(const hf_session *session, hf_str a, hf_str b, hf_arena *arena,
                     hf_comparison *out, hf_error *err) HF_CHECKED;
void hf_write_comparison(const hf_comparison *comparison, hf_json_writer *out);

#endif
