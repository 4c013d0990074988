// SPDX-License-Identifier: Apache-2.0
//
// One trial of a simulation, told by itself: what chance damaged in it, what fell, and why, in the words of a what-if.
// It is drawn again from seed and number, so it is the trial that was counted.
#ifndef HF_USECASE_SIMULATE_TRIAL_H
#define HF_USECASE_SIMULATE_TRIAL_H

#include "usecase/run.h"

typedef struct {
    hf_simulate_answer asked; // plan, question and protection; nothing of it was run
    const hf_run *run;        // NULL = asked without one
    uint64_t trial;
    hf_trial_story story;
    hf_str threat_class; // its name; empty = there are no classes
    hf_cascade_answer
        cascade; // what fell, for hf_explain_fall and hf_write_cascade; lives with `asked`
} hf_trial_answer;

// The answer must be ended by hf_trial_done, also after a failure.
// Errors  as hf_simulate_ready; HF_ERR_INPUT "engine.trial" there is no such trial
bool hf_ask_trial(const hf_session *session, const hf_simulate_request *request, uint64_t trial,
                  hf_arena *arena, hf_trial_answer *out, hf_error *err) HF_CHECKED;
// The same of a run that is kept.
// Errors  those of hf_run_question; HF_ERR_CONFLICT "run.moved_on" the register is another one since, so that its trials
//         would not be those that were counted
bool hf_ask_trial_of_run(const hf_session *session, hf_str key, uint64_t trial, hf_arena *arena,
                         hf_trial_answer *out, hf_error *err) HF_CHECKED;
void hf_trial_done(const hf_session *session, hf_trial_answer *answer);
// key, reasons  of hf_explain_fall; NULL = nothing was asked for
void hf_write_trial(const hf_trial_answer *answer, hf_str key, const hf_reasons *reasons,
                    hf_json_writer *out);

#endif
