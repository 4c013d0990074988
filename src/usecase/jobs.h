// SPDX-License-Identifier: Apache-2.0
//
// Long work: a row in the store that a worker thread takes, with its progress in memory, a wish to cancel, and a
// second life after a restart. What a job does is a kind: one constant per file, one line in the list of jobs.c.
#ifndef HF_USECASE_JOBS_H
#define HF_USECASE_JOBS_H

#include "usecase/exchange.h"
#include "usecase/question.h"

typedef struct {
    const char *name; // "import"
    hf_verb needs;    // asked when the job is submitted, and again when it runs
    // Does the work as session->actor, the job's owner.
    // request   JSON object as submitted
    // result    out: one JSON object
    bool (*run)(const hf_session *session, const hf_json *request, const hf_progress *progress,
                hf_arena *arena, hf_buf *result, hf_error *err);
    // Called once when the job has ended in whatever way, also before it began or when it was not taken (not when it waits
    // for a restart). May be NULL.
    void (*ended)(const hf_json *request);
} hf_job_kind;

extern const hf_job_kind hf_job_kind_import;
extern const hf_job_kind hf_job_kind_inference;
extern const hf_job_kind hf_job_kind_rank;
extern const hf_job_kind hf_job_kind_demo;
extern const hf_job_kind hf_job_kind_portfolio;
extern const hf_job_kind hf_job_kind_simulation;
extern const hf_job_kind hf_job_kind_rerun;
extern const hf_job_kind hf_job_kind_general;   // release.c
extern const hf_job_kind *const hf_job_kinds[]; // NULL-ended
const hf_job_kind *hf_job_kind_find(hf_str name);

// For a kind whose work is watched, not told (the engine's ranking): from now on the job's progress is what the
// watch says, and a wish to stop goes to it. progress is the one that `run` was given; watch NULL ends it.
void hf_job_watch(const hf_progress *progress, hf_watch *watch, uint64_t total, const char *unit);

// What a running job knows so far, for its owner while it runs. json is copied. protection: of all that it tells of.
void hf_job_preview(const hf_progress *progress, hf_str json, const hf_head *protection);

// A file that is the job's own until it has ended, also across restarts: where it may keep how far it is. It need not
// be there. NULL = jobs have no folder. Zero-ended, in the arena.
const char *hf_job_file(const hf_progress *progress, hf_arena *arena);

#define HF_JOBS_WAITING_MAX 20u // of one account

typedef struct hf_jobs hf_jobs;

// Puts interrupted jobs back into the queue and starts the workers. `common` gives store, pool and plans.
// folder  for their files, which is there; empty = none
bool hf_jobs_open(const hf_session *common, uint32_t worker_count, hf_str folder, hf_jobs **out,
                  hf_error *err) HF_CHECKED;
// Asks running jobs to stop; they stay in the queue for the next start. For HF_CLEANUP.
void hf_jobs_close(hf_jobs **jobs);
// Grows with every change of any job: progress, start, end. Cheap, for polling.
uint64_t hf_jobs_change_count(hf_jobs *jobs);

// There is a new row in the queue.
void hf_jobs_ring(hf_jobs *jobs);
// request is a JSON object. Errors: HF_ERR_SIGN_IN, HF_ERR_PERMISSION, HF_ERR_BUSY "job.too_many".
bool hf_submit_job(const hf_session *session, hf_jobs *jobs, const hf_job_kind *kind,
                   hf_str request, hf_arena *arena, hf_str *key, hf_error *err) HF_CHECKED;
// One's own jobs, or anybody's by the right to users; of others', and for a limited token, without what came of them. Errors: HF_ERR_NOT_FOUND "record.unknown".
bool hf_read_job(const hf_session *session, hf_str key, hf_arena *arena, hf_job **out,
                 hf_error *err) HF_CHECKED;
bool hf_list_jobs(const hf_session *session, hf_query *query, hf_arena *arena, hf_page *out,
                  hf_error *err) HF_CHECKED;
// What the job knows so far, in the arena. Errors: HF_ERR_NOT_FOUND "job.no_preview": nothing yet, it has ended, or
// the actor is not its owner or may not see all that it tells of.
bool hf_read_preview(const hf_session *session, hf_jobs *jobs, hf_str key, hf_arena *arena,
                     hf_str *out, hf_error *err) HF_CHECKED;
// Of how many records the result tells the values: an import's dry run does so of those that it would change.
// *protection: marking and compartments of all these together, in the arena
// false: it was made by a program that did not keep what that takes; then nobody is told more than counts
bool hf_job_told(const hf_job *job, hf_head *protection, hf_arena *arena, uint64_t *told);
// Takes out what it tells of single records: a list of jobs and a stream of events tell counts only. In the arena.
void hf_job_keep_counts(hf_job *job, hf_arena *arena);
// Takes out what came of it: that is of all that its account may, and is for nobody who may less.
void hf_job_shorten(hf_job *job);
// Errors: HF_ERR_CONFLICT "job.ended"; HF_ERR_PERMISSION "account.token_limited".
bool hf_cancel_job(const hf_session *session, hf_jobs *jobs, hf_str key, hf_error *err) HF_CHECKED;
// The job's JSON with its progress, rate and remaining time. jobs may be NULL (nothing runs here).
void hf_write_job(hf_jobs *jobs, const hf_job *job, int64_t now_ms, hf_json_writer *out);
// Keys of the jobs that run in this program, newest state in memory.
size_t hf_jobs_running(hf_jobs *jobs, hf_arena *arena, hf_str **keys);

#endif
