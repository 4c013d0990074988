// SPDX-License-Identifier: Apache-2.0
//
// How the parts of jobs work together: jobs.c has the workers and the queue, jobs_work.c does one job, jobs_ask.c answers
// who asks, jobs_json.c tells of it. Nobody else includes it.
#ifndef HF_USECASE_JOBS_INSIDE_H
#define HF_USECASE_JOBS_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/pool.h"
#include "usecase/jobs.h"

#define HF_JOB_WORKERS_MAX       8u
#define HF_JOB_KEY_BYTES         64u
#define HF_JOB_PREVIEW_BYTES_MAX (1u << 20)

typedef struct {
    hf_jobs *jobs;
    hf_thread *thread;
    char key[HF_JOB_KEY_BYTES]; // of the running job; empty = idle
    uint64_t done, total;
    const char *unit;
    int64_t started_ms;
    int64_t taken_ms; // as the row says
    bool cancel_wanted;
    hf_job_standing standing; // not ours: it stops, and its end is nothing of ours
    hf_watch *watch;          // of the engine; NULL = progress is told
    hf_buf preview;           // JSON; empty = none yet
    uint64_t preview_count;
    int32_t preview_marking;
    hf_buf preview_compartments;
} hf_job_worker;

struct hf_jobs {
    hf_arena arena;
    hf_session common;
    hf_str folder;          // of files that jobs keep; empty = none
    pthread_mutex_t taking; // a job from the store, or a look at what became of one; before `lock`
    pthread_mutex_t lock;
    pthread_cond_t rung, closing;
    atomic_bool is_closing;
    uint64_t ring_count;
    atomic_uint_fast64_t change_count;
    uint32_t worker_count;
    hf_job_worker workers[HF_JOB_WORKERS_MAX];
    hf_thread *looker;
};

// Some figure of some job is another now: for those who poll.
void hf_jobs_changed(hf_jobs *jobs);
// With the lock held: the worker that has this job, or NULL. jobs may be NULL.
hf_job_worker *hf_job_worker_of(hf_jobs *jobs, hf_str key);

// --- jobs_work.c

// Does the job that the worker was given, and writes down how it ended.
void hf_job_run(hf_job_worker *worker, const hf_job *job, hf_arena *arena);
// What the store says of the worker's job. A wish to cancel it, and that it is not ours any more, stay.
void hf_job_heed(hf_job_worker *worker, hf_str key, hf_job_standing standing,
                 bool is_cancel_wanted);
// With the lock held.
void hf_job_ask_to_stop(hf_job_worker *worker);
void hf_job_remove_file(const hf_jobs *jobs, hf_str key);
// To the kind, which may keep something for the job.
void hf_job_tell_end(const hf_job_kind *kind, hf_str request);

// --- jobs_ask.c

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
