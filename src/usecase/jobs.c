// SPDX-License-Identifier: Apache-2.0
//
// The runner of jobs: a few threads, each takes the oldest queued row, does it as its owner, and writes down
// how it ended. Progress stays in memory, because a long import holds the only write transaction.
#include "usecase/jobs.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "usecase/jobs_inside.h"

#define LOOK_SECONDS                                                                               \
    5 // between looks at the queue when nobody rings, and at what became of running jobs

const hf_job_kind *const hf_job_kinds[] = {
    &hf_job_kind_import,    &hf_job_kind_inference,  &hf_job_kind_rank,
    &hf_job_kind_demo,      &hf_job_kind_simulation, &hf_job_kind_rerun,
    &hf_job_kind_portfolio, &hf_job_kind_general,    NULL,
};

const hf_job_kind *hf_job_kind_find(hf_str name)
{
    for (size_t i = 0; hf_job_kinds[i] != NULL; i++)
        if (hf_str_equal_z(name, hf_job_kinds[i]->name))
            return hf_job_kinds[i];
    return NULL;
}

uint64_t hf_jobs_change_count(hf_jobs *jobs)
{
    uint64_t watched = 0;
    (void)pthread_mutex_lock(&jobs->lock);
    for (uint32_t i = 0; i < jobs->worker_count; i++)
        if (jobs->workers[i].watch != NULL)
            watched += atomic_load(&jobs->workers[i].watch->done);
    (void)pthread_mutex_unlock(&jobs->lock);
    return atomic_load(&jobs->change_count) + watched;
}

void hf_jobs_changed(hf_jobs *jobs)
{
    atomic_fetch_add(&jobs->change_count, 1);
}

hf_job_worker *hf_job_worker_of(hf_jobs *jobs, hf_str key)
{
    for (uint32_t i = 0; jobs != NULL && i < jobs->worker_count; i++)
        if (jobs->workers[i].key[0] != '\0' && hf_str_equal_z(key, jobs->workers[i].key))
            return &jobs->workers[i];
    return NULL;
}

// With the lock held. Empty key: the worker has none.
static void set_job(hf_job_worker *worker, hf_str key, int64_t taken_ms)
{
    size_t count = key.len < HF_JOB_KEY_BYTES ? key.len : 0;
    if (count > 0)
        memcpy(worker->key, key.ptr, count);
    worker->key[count] = '\0';
    worker->done = worker->total = 0;
    worker->unit = NULL;
    hf_buf_clear(&worker->preview);
    hf_buf_clear(&worker->preview_compartments);
    worker->preview_count = 0;
    worker->cancel_wanted = false;
    worker->standing = HF_JOB_IS_OURS;
    worker->taken_ms = taken_ms;
    worker->started_ms = hf_clock_now_ms();
}

typedef enum {
    GIVEN,  // to the worker
    KEPT,   // by another of our workers, which goes on with it
    LEAVING // another of our workers has given it up and is about to end
} giving;

// A connection that is lost lets go of its jobs, and they look free to all of us: also one that a worker of ours still
// does. That one goes on, if it has not heard yet that the job is not ours any more.
static giving give(hf_job_worker *worker, const hf_job *job)
{
    hf_jobs *jobs = worker->jobs;
    giving how = GIVEN;
    (void)pthread_mutex_lock(&jobs->lock);
    hf_job_worker *other = hf_job_worker_of(jobs, job->head.key);
    if (other == NULL)
        set_job(worker, job->head.key, job->started_at);
    else if (other->standing == HF_JOB_IS_OURS) {
        other->taken_ms = job->started_at;
        how = KEPT;
    } else
        how = LEAVING;
    (void)pthread_mutex_unlock(&jobs->lock);
    if (how == GIVEN)
        hf_jobs_changed(jobs);
    return how;
}

static void leave(hf_job_worker *worker)
{
    (void)pthread_mutex_lock(&worker->jobs->lock);
    set_job(worker, HF_STR_EMPTY, 0);
    (void)pthread_mutex_unlock(&worker->jobs->lock);
    hf_jobs_changed(worker->jobs);
}

// out NULL: there is none to do. Nobody looks at what became of a job between its taking and its giving.
static bool take(hf_job_worker *worker, hf_arena *arena, hf_job **out, giving *how, hf_error *err)
{
    hf_jobs *jobs = worker->jobs;
    (void)pthread_mutex_lock(&jobs->taking);
    bool is_done = hf_job_take(jobs->common.store, hf_clock_now_ms(), arena, out, err);
    if (is_done && *out != NULL)
        *how = give(worker, *out);
    (void)pthread_mutex_unlock(&jobs->taking);
    return is_done;
}

// True when another look may find more.
static bool take_one(hf_job_worker *worker)
{
    const struct timespec pause = {.tv_nsec = 20000000};
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error fault = {0};
    hf_job *job = NULL;
    giving how = GIVEN;
    if (!take(worker, &arena, &job, &how, &fault)) {
        if (fault.kind != HF_ERR_BUSY)
            hf_log(HF_LOG_ERROR, "job.not_taken", "the queue cannot be read: %s", fault.message);
        return false;
    }
    if (job == NULL)
        return false;
    for (; how == LEAVING && !worker->jobs->is_closing; how = give(worker, job))
        (void)nanosleep(&pause, NULL);
    if (how != GIVEN)
        return how == KEPT; // else the row says "running": the next start finds it
    hf_job_run(worker, job, &arena);
    leave(worker);
    return true;
}

static struct timespec next_look(void)
{
    struct timespec until = {0};
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += LOOK_SECONDS;
    return until;
}

// Waits for the bell, at most LOOK_SECONDS. False when the runner closes.
static bool wait_for_bell(hf_jobs *jobs, uint64_t *heard)
{
    struct timespec until = next_look();
    (void)pthread_mutex_lock(&jobs->lock);
    int woken = 0;
    while (!jobs->is_closing && jobs->ring_count == *heard && woken == 0)
        woken = pthread_cond_timedwait(&jobs->rung, &jobs->lock, &until);
    *heard = jobs->ring_count;
    bool go_on = !jobs->is_closing;
    (void)pthread_mutex_unlock(&jobs->lock);
    return go_on;
}

static void work(void *context)
{
    hf_job_worker *worker = context;
    uint64_t heard = 0;
    do {
        while (!worker->jobs->is_closing && take_one(worker))
            ;
    } while (wait_for_bell(worker->jobs, &heard));
}

static void look_at(hf_job_worker *worker)
{
    hf_jobs *jobs = worker->jobs;
    hf_job_standing standing = HF_JOB_IS_OURS;
    bool is_cancel_wanted = false;
    char key[HF_JOB_KEY_BYTES];
    hf_error unknown = {0}; // it is asked again in a moment
    (void)pthread_mutex_lock(&jobs->taking);
    (void)pthread_mutex_lock(&jobs->lock);
    memcpy(key, worker->key, sizeof key);
    int64_t taken_ms = worker->taken_ms;
    (void)pthread_mutex_unlock(&jobs->lock);
    if (key[0] != '\0' && hf_job_look(jobs->common.store, hf_str_of(key), taken_ms, &standing,
                                      &is_cancel_wanted, &unknown))
        hf_job_heed(worker, hf_str_of(key), standing, is_cancel_wanted);
    (void)pthread_mutex_unlock(&jobs->taking);
}

// Another program may want a job cancelled that runs here, or have taken it while the database was away.
static void look(void *context)
{
    hf_jobs *jobs = context;
    (void)pthread_mutex_lock(&jobs->lock);
    while (!jobs->is_closing) {
        struct timespec until = next_look();
        while (!jobs->is_closing &&
               pthread_cond_timedwait(&jobs->closing, &jobs->lock, &until) == 0)
            ;
        (void)pthread_mutex_unlock(&jobs->lock);
        for (uint32_t i = 0; i < jobs->worker_count && !jobs->is_closing; i++)
            look_at(&jobs->workers[i]);
        (void)pthread_mutex_lock(&jobs->lock);
    }
    (void)pthread_mutex_unlock(&jobs->lock);
}

bool hf_jobs_open(const hf_session *common, uint32_t worker_count, hf_str folder, hf_jobs **out,
                  hf_error *err)
{
    uint64_t requeued = 0;
    if (!hf_job_requeue(common->store, hf_clock_now_ms(), &requeued, err))
        return false;
    hf_arena own = {0};
    hf_jobs *jobs = HF_NEW(&own, hf_jobs);
    jobs->arena = own;
    jobs->common = *common;
    jobs->folder = hf_str_copy(&jobs->arena, folder);
    (void)pthread_mutex_init(&jobs->taking, NULL);
    (void)pthread_mutex_init(&jobs->lock, NULL);
    (void)pthread_cond_init(&jobs->rung, NULL);
    (void)pthread_cond_init(&jobs->closing, NULL);
    jobs->worker_count = worker_count < HF_JOB_WORKERS_MAX ? worker_count : HF_JOB_WORKERS_MAX;
    for (uint32_t i = 0; i < jobs->worker_count; i++) {
        jobs->workers[i].jobs = jobs;
        jobs->workers[i].preview = hf_buf_of(HF_JOB_PREVIEW_BYTES_MAX);
        jobs->workers[i].preview_compartments = hf_buf_of(HF_JOB_PREVIEW_BYTES_MAX);
        jobs->workers[i].thread = hf_thread_start(work, &jobs->workers[i]);
    }
    jobs->looker = hf_thread_start(look, jobs);
    if (requeued > 0)
        hf_log(HF_LOG_INFO, "job.requeued", "%llu interrupted jobs are queued again",
               (unsigned long long)requeued);
    *out = jobs;
    return true;
}

void hf_jobs_close(hf_jobs **slot)
{
    hf_jobs *jobs = *slot;
    if (jobs == NULL)
        return;
    (void)pthread_mutex_lock(&jobs->lock);
    jobs->is_closing = true;
    for (uint32_t i = 0; i < jobs->worker_count; i++)
        hf_job_ask_to_stop(&jobs->workers[i]);
    (void)pthread_cond_broadcast(&jobs->rung);
    (void)pthread_cond_signal(&jobs->closing);
    (void)pthread_mutex_unlock(&jobs->lock);
    hf_thread_join(&jobs->looker);
    for (uint32_t i = 0; i < jobs->worker_count; i++) {
        hf_thread_join(&jobs->workers[i].thread);
        hf_buf_done(&jobs->workers[i].preview);
        hf_buf_done(&jobs->workers[i].preview_compartments);
    }
    (void)pthread_mutex_destroy(&jobs->lock);
    (void)pthread_mutex_destroy(&jobs->taking);
    (void)pthread_cond_destroy(&jobs->rung);
    (void)pthread_cond_destroy(&jobs->closing);
    hf_arena own = jobs->arena;
    hf_arena_done(&own);
    *slot = NULL;
}

void hf_jobs_ring(hf_jobs *jobs)
{
    (void)pthread_mutex_lock(&jobs->lock);
    jobs->ring_count++;
    (void)pthread_cond_signal(&jobs->rung);
    (void)pthread_mutex_unlock(&jobs->lock);
    hf_jobs_changed(jobs);
}
