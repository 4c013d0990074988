// SPDX-License-Identifier: Apache-2.0
//
// A worker and its job: as its owner with the rights of today, with progress for those who watch, until it is done, failed,
// cancelled, or another program's.
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "usecase/account.h"
#include "usecase/jobs_inside.h"

#define RESULT_BYTES_MAX (64u << 20)

// With the lock held.
static bool is_wanted(const hf_job_worker *worker)
{
    return !worker->cancel_wanted && worker->standing == HF_JOB_IS_OURS &&
           !worker->jobs->is_closing;
}

static bool tell(void *context, uint64_t done, uint64_t total, const char *unit)
{
    hf_job_worker *worker = context;
    hf_jobs *jobs = worker->jobs;
    (void)pthread_mutex_lock(&jobs->lock);
    worker->done = done;
    worker->total = total;
    worker->unit = unit;
    bool go_on = is_wanted(worker);
    (void)pthread_mutex_unlock(&jobs->lock);
    hf_jobs_changed(jobs);
    return go_on;
}

void hf_job_watch(const hf_progress *progress, hf_watch *watch, uint64_t total, const char *unit)
{
    hf_job_worker *worker = progress->context;
    (void)pthread_mutex_lock(&worker->jobs->lock);
    worker->watch = watch;
    worker->total = total;
    worker->unit = unit;
    if (watch != NULL && !is_wanted(worker))
        atomic_store(&watch->stop, true);
    (void)pthread_mutex_unlock(&worker->jobs->lock);
    hf_jobs_changed(worker->jobs);
}

void hf_job_preview(const hf_progress *progress, hf_str json, const hf_head *protection)
{
    hf_job_worker *worker = progress->context;
    (void)pthread_mutex_lock(&worker->jobs->lock);
    hf_buf_clear(&worker->preview);
    hf_buf_clear(&worker->preview_compartments);
    hf_buf_add_str(&worker->preview, json);
    hf_buf_add_str(&worker->preview_compartments, protection->compartments);
    worker->preview_marking = protection->marking;
    worker->preview_count++;
    (void)pthread_mutex_unlock(&worker->jobs->lock);
    hf_jobs_changed(worker->jobs);
}

static char *file_of(const hf_jobs *jobs, hf_str key, hf_arena *arena)
{
    if (jobs->folder.len == 0)
        return NULL;
    return hf_str_z(
        arena, hf_str_format(arena, "%.*s/job-%.*s", HF_STR_ARG(jobs->folder), HF_STR_ARG(key)));
}

const char *hf_job_file(const hf_progress *progress, hf_arena *arena)
{
    const hf_job_worker *worker = progress->context; // the key is the worker's own while it runs
    return file_of(worker->jobs, hf_str_of(worker->key), arena);
}

void hf_job_remove_file(const hf_jobs *jobs, hf_str key)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const char *path = file_of(jobs, key, &scratch);
    if (path != NULL)
        (void)unlink(path);
}

void hf_job_ask_to_stop(hf_job_worker *worker)
{
    if (worker->watch != NULL)
        atomic_store(&worker->watch->stop, true);
}

// The owner with the rights of today, not of the day when the job was queued.
static bool owner_of(hf_jobs *jobs, const hf_job *job, hf_arena *arena, hf_session *out,
                     hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    void *record = NULL;
    *out = jobs->common;
    out->now_ms = hf_clock_now_ms();
    if (!hf_read_begin(jobs->common.store, &read, err) ||
        !hf_store_get(read, &hf_noun_user, job->owner, arena, &record, err))
        return false;
    const hf_user *user = record;
    if (user == NULL || user->is_disabled)
        return hf_fail(err, HF_ERR_PERMISSION, "job.owner_gone",
                       "the account that asked for this is gone or switched off");
    if (!hf_actor_of(read, user, out->now_ms, arena, &out->actor, err))
        return false;
    if (!hf_lang_parse(user->language, &out->lang))
        out->lang = HF_LANG_EN;
    return true;
}

static bool is_passing(const hf_error *err)
{
    return err->kind == HF_ERR_BUSY || err->kind == HF_ERR_UNREACHABLE;
}

// True after a second when it is worth trying again, with err cleared.
static bool wait_for_store(const hf_job_worker *worker, hf_error *err)
{
    if (!is_passing(err) || worker->jobs->is_closing)
        return false;
    *err = (hf_error){0};
    (void)nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
    return true;
}

void hf_job_heed(hf_job_worker *worker, hf_str key, hf_job_standing standing, bool is_cancel_wanted)
{
    (void)pthread_mutex_lock(&worker->jobs->lock);
    if (hf_str_equal_z(key, worker->key)) { // else it has another by now
        worker->cancel_wanted = worker->cancel_wanted || is_cancel_wanted;
        if (worker->standing == HF_JOB_IS_OURS || standing == HF_JOB_IS_OVER)
            worker->standing = standing;
        if (!is_wanted(worker))
            hf_job_ask_to_stop(worker);
    }
    (void)pthread_mutex_unlock(&worker->jobs->lock);
}

// With the connection went what holds the job: another program may have done it since.
static bool hold_again(hf_job_worker *worker, hf_error *err)
{
    hf_str key = hf_str_of(worker->key); // the worker's own while it runs
    hf_job_standing standing = HF_JOB_IS_OURS;
    bool is_cancel_wanted = false;
    (void)pthread_mutex_lock(&worker->jobs->taking);
    bool is_known = hf_job_hold_again(worker->jobs->common.store, hf_clock_now_ms(), key,
                                      worker->taken_ms, &standing, &is_cancel_wanted, err);
    if (is_known)
        hf_job_heed(worker, key, standing, is_cancel_wanted);
    (void)pthread_mutex_unlock(&worker->jobs->taking);
    return is_known;
}

static bool check_wanted(hf_job_worker *worker, hf_error *err)
{
    (void)pthread_mutex_lock(&worker->jobs->lock);
    bool goes_on = is_wanted(worker);
    (void)pthread_mutex_unlock(&worker->jobs->lock);
    return goes_on ||
           hf_fail(err, HF_ERR_STOPPED, "job.stopped", "stopped before its result was kept");
}

// As it, for work that somebody may cancel, or that may become another program's, meanwhile.
static bool wait_while_wanted(void *context, hf_error *err)
{
    hf_job_worker *worker = context;
    bool was_lost = err->kind == HF_ERR_UNREACHABLE;
    while (is_passing(err)) {
        if (!check_wanted(worker, err) || !wait_for_store(worker, err))
            return false;
        if (!was_lost || hold_again(worker, err))
            return check_wanted(worker, err);
    }
    return false;
}

static bool do_work(hf_job_worker *worker, const hf_job *job, const hf_job_kind *kind,
                    const hf_json *request, hf_arena *arena, hf_buf *result, hf_error *err)
{
    const hf_progress progress = {.context = worker, .tell = tell};
    hf_session session;
    if (!owner_of(worker->jobs, job, arena, &session, err))
        return false;
    session.wait_for_store = wait_while_wanted;
    session.wait_context = worker;
    if (hf_str_equal_z(hf_json_text(request, "sight"), hf_ask_words[HF_ASK_VISIBLE]))
        session.ask = HF_ASK_VISIBLE;
    return hf_can(&session.actor, kind->needs, NULL, NULL, err) &&
           kind->run(&session, request, &progress, arena, result, err);
}

// A database that was lost on the way has stored nothing of the work (a commit whose end is unknown has its own code), so
// it is begun again when the database is back.
static bool work_until_done(hf_job_worker *worker, const hf_job *job, const hf_job_kind *kind,
                            const hf_json *request, hf_arena *arena, hf_buf *result, hf_error *err)
{
    while (!do_work(worker, job, kind, request, arena, result, err)) {
        if (strcmp(err->code, "store.unreachable") != 0 || !wait_while_wanted(worker, err))
            return false;
        hf_buf_clear(result);
    }
    return true;
}

static void write_error(const hf_error *fault, hf_buf *out)
{
    hf_json_writer w = {.out = out};
    hf_json_begin_object(&w);
    hf_json_name(&w, "title");
    hf_json_add_z(&w, hf_error_title(fault->kind));
    hf_json_name(&w, "code");
    hf_json_add_z(&w, fault->code);
    hf_json_name(&w, "detail");
    hf_json_add_z(&w, fault->message);
    if (fault->source[0] != '\0') {
        hf_json_name(&w, "file");
        hf_json_add_z(&w, fault->source);
    }
    if (fault->line > 0) {
        hf_json_name(&w, "line");
        hf_json_add_u64(&w, fault->line);
    }
    hf_json_end_object(&w);
}

static bool is_interrupted(hf_job_worker *worker, bool done, const hf_error *fault)
{
    hf_jobs *jobs = worker->jobs;
    (void)pthread_mutex_lock(&jobs->lock);
    bool is_closing = jobs->is_closing && !worker->cancel_wanted;
    (void)pthread_mutex_unlock(&jobs->lock);
    return !done && is_closing && fault->kind == HF_ERR_STOPPED;
}

static hf_job_standing standing_of(hf_job_worker *worker)
{
    (void)pthread_mutex_lock(&worker->jobs->lock);
    hf_job_standing standing = worker->standing;
    (void)pthread_mutex_unlock(&worker->jobs->lock);
    return standing;
}

// False: the job is not ours any more, or the row still says "running" and the next start finds it. What was worked out
// is not thrown away because another program writes, or the database is away for a while.
static bool finish(hf_job_worker *worker, const hf_job *job, bool done, hf_error *fault,
                   const hf_buf *result)
{
    HF_CLEANUP(hf_buf_done) hf_buf error = hf_buf_of(7000);
    int64_t ended_ms = hf_clock_now_ms(); // of each try: by it one is known that was stored unheard
    hf_job_state state = done                            ? HF_JOB_DONE
                         : fault->kind == HF_ERR_STOPPED ? HF_JOB_CANCELLED
                                                         : HF_JOB_FAILED;
    hf_error unwritten = {0};
    if (!done) {
        hf_fault_keep_inside(fault);
        write_error(fault, &error);
    }
    while (!hf_job_finish(worker->jobs->common.store, ended_ms, job->head.key, state,
                          done ? hf_buf_str(result) : HF_STR_EMPTY, hf_buf_str(&error),
                          &unwritten)) {
        if (!wait_for_store(worker, &unwritten)) {
            hf_log(HF_LOG_ERROR, "job.unfinished", "the end of a job cannot be stored: %s",
                   unwritten.message);
            return false;
        }
    }
    return true;
}

void hf_job_tell_end(const hf_job_kind *kind, hf_str request)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json *parsed = NULL;
    hf_error unreadable = {0};
    if (kind != NULL && kind->ended != NULL &&
        hf_json_parse(request, &scratch, &parsed, &unreadable))
        kind->ended(parsed);
}

void hf_job_run(hf_job_worker *worker, const hf_job *job, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf result = hf_buf_of(RESULT_BYTES_MAX);
    hf_error fault = {0};
    hf_json *request = NULL;
    const hf_job_kind *kind = hf_job_kind_find(job->kind);
    bool done = false;
    if (kind == NULL)
        hf_fail(&fault, HF_ERR_INTERNAL, "job.kind", "this program knows no job of kind '%.*s'",
                HF_STR_ARG(job->kind));
    else
        done = hf_json_parse(job->request, arena, &request, &fault) &&
               work_until_done(worker, job, kind, request, arena, &result, &fault);
    if (done && result.overflow)
        done = hf_fail(&fault, HF_ERR_TOO_LARGE, "job.result_too_large",
                       "the result is larger than %u bytes; ask for less", RESULT_BYTES_MAX);
    if (is_interrupted(worker, done, &fault))
        return; // the row says "running": the next start finds it
    hf_job_standing standing = standing_of(worker);
    if (standing != HF_JOB_IS_OURS)
        hf_log(HF_LOG_INFO, "job.taken", "a job was done or ended by another program meanwhile");
    if (standing == HF_JOB_IS_ELSEWHERE ||
        (standing == HF_JOB_IS_OURS && !finish(worker, job, done, &fault, &result)))
        return; // whoever does it again needs its file
    hf_job_remove_file(worker->jobs, job->head.key);
    hf_job_tell_end(kind, job->request);
}
