// SPDX-License-Identifier: Apache-2.0
//
// How far a job is: between jobs.c (which runs it) and jobs_json.c (which tells of it). Nobody else includes it.
#ifndef HF_USECASE_JOBS_FIGURES_H
#define HF_USECASE_JOBS_FIGURES_H

#include "usecase/jobs.h"

typedef struct {
    hf_job_state state;
    double done, total;
    hf_str unit;
    int64_t started_ms;
    uint64_t preview_count;
} hf_job_figures;

// From the worker that runs the job, or else from its row. jobs may be NULL: nothing runs here.
hf_job_figures hf_job_figures_of(hf_jobs *jobs, const hf_job *job);

#endif
