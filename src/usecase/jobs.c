// SPDX-License-Identifier: Apache-2.0
//
// The runner of jobs: a few threads, each takes the oldest queued row, does it as its owner, and writes down
// how it ended. Progress stays in memory, because a long import holds the only write transaction.
#include "usecase/jobs.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "model/run.h"
#include "usecase/account.h"
#include "usecase/jobs_figures.h"

#define WORKER_COUNT_MAX  8u
#define KEY_BYTES         64u
#define RESULT_BYTES_MAX  (64u << 20)
#define PREVIEW_BYTES_MAX (1u << 20)
#define LOOK_SECONDS                                                                               \
    5 // between looks at the queue when nobody rings, and at what became of running jobs

const hf_job_kind *const hf_job_kinds[] = {
    &hf_job_kind_import,    &hf_job_kind_inference,  &hf_job_kind_rank,
    &hf_job_kind_demo,      &hf_job_kind_simulation, &hf_job_kind_rerun,
    &hf_job_kind_portfolio, &hf_job_kind_general,    NULL,
};

typedef struct {
    hf_jobs *jobs;
    hf_thread *thread;
    char key[KEY_BYTES]; // of the running job; empty = idle
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
} job_worker;

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
    job_worker workers[WORKER_COUNT_MAX];
    hf_thread *looker;
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

static void changed(hf_jobs *jobs)
{
    atomic_fetch_add(&jobs->change_count, 1);
}

// --- running ---------------------------------------------------------------------------------------

// With the lock held.
static bool is_wanted(const job_worker *worker)
{
    return !worker->cancel_wanted && worker->standing == HF_JOB_IS_OURS &&
           !worker->jobs->is_closing;
}

static bool tell(void *context, uint64_t done, uint64_t total, const char *unit)
{
    job_worker *worker = context;
    hf_jobs *jobs = worker->jobs;
    (void)pthread_mutex_lock(&jobs->lock);
    worker->done = done;
    worker->total = total;
    worker->unit = unit;
    bool go_on = is_wanted(worker);
    (void)pthread_mutex_unlock(&jobs->lock);
    changed(jobs);
    return go_on;
}

void hf_job_watch(const hf_progress *progress, hf_watch *watch, uint64_t total, const char *unit)
{
    job_worker *worker = progress->context;
    (void)pthread_mutex_lock(&worker->jobs->lock);
    worker->watch = watch;
    worker->total = total;
    worker->unit = unit;
    if (watch != NULL && !is_wanted(worker))
        atomic_store(&watch->stop, true);
    (void)pthread_mutex_unlock(&worker->jobs->lock);
    changed(worker->jobs);
}

void hf_job_preview(const hf_progress *progress, hf_str json, const hf_head *protection)
{
    job_worker *worker = progress->context;
    (void)pthread_mutex_lock(&worker->jobs->lock);
    hf_buf_clear(&worker->preview);
    hf_buf_clear(&worker->preview_compartments);
    hf_buf_add_str(&worker->preview, json);
    hf_buf_add_str(&worker->preview_compartments, protection->compartments);
    worker->preview_marking = protection->marking;
    worker->preview_count++;
    (void)pthread_mutex_unlock(&worker->jobs->lock);
    changed(worker->jobs);
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
    const job_worker *worker = progress->context; // the key is the worker's own while it runs
    return file_of(worker->jobs, hf_str_of(worker->key), arena);
}

static void remove_file(const hf_jobs *jobs, hf_str key)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const char *path = file_of(jobs, key, &scratch);
    if (path != NULL)
        (void)unlink(path);
}

// With the lock held.
static void ask_to_stop(job_worker *worker)
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
static bool wait_for_store(const job_worker *worker, hf_error *err)
{
    if (!is_passing(err) || worker->jobs->is_closing)
        return false;
    *err = (hf_error){0};
    (void)nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
    return true;
}

// What the store says of the worker's job. A wish to cancel it, and that it is not ours any more, stay.
static void heed(job_worker *worker, hf_str key, hf_job_standing standing, bool is_cancel_wanted)
{
    (void)pthread_mutex_lock(&worker->jobs->lock);
    if (hf_str_equal_z(key, worker->key)) { // else it has another by now
        worker->cancel_wanted = worker->cancel_wanted || is_cancel_wanted;
        if (worker->standing == HF_JOB_IS_OURS || standing == HF_JOB_IS_OVER)
            worker->standing = standing;
        if (!is_wanted(worker))
            ask_to_stop(worker);
    }
    (void)pthread_mutex_unlock(&worker->jobs->lock);
}

// With the connection went what holds the job: another program may have done it since.
static bool hold_again(job_worker *worker, hf_error *err)
{
    hf_str key = hf_str_of(worker->key); // the worker's own while it runs
    hf_job_standing standing = HF_JOB_IS_OURS;
    bool is_cancel_wanted = false;
    (void)pthread_mutex_lock(&worker->jobs->taking);
    bool is_known = hf_job_hold_again(worker->jobs->common.store, hf_clock_now_ms(), key,
                                      worker->taken_ms, &standing, &is_cancel_wanted, err);
    if (is_known)
        heed(worker, key, standing, is_cancel_wanted);
    (void)pthread_mutex_unlock(&worker->jobs->taking);
    return is_known;
}

static bool check_wanted(job_worker *worker, hf_error *err)
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
    job_worker *worker = context;
    bool was_lost = err->kind == HF_ERR_UNREACHABLE;
    while (is_passing(err)) {
        if (!check_wanted(worker, err) || !wait_for_store(worker, err))
            return false;
        if (!was_lost || hold_again(worker, err))
            return check_wanted(worker, err);
    }
    return false;
}

static bool do_work(job_worker *worker, const hf_job *job, const hf_job_kind *kind,
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
static bool work_until_done(job_worker *worker, const hf_job *job, const hf_job_kind *kind,
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

static bool is_interrupted(job_worker *worker, bool done, const hf_error *fault)
{
    hf_jobs *jobs = worker->jobs;
    (void)pthread_mutex_lock(&jobs->lock);
    bool is_closing = jobs->is_closing && !worker->cancel_wanted;
    (void)pthread_mutex_unlock(&jobs->lock);
    return !done && is_closing && fault->kind == HF_ERR_STOPPED;
}

static hf_job_standing standing_of(job_worker *worker)
{
    (void)pthread_mutex_lock(&worker->jobs->lock);
    hf_job_standing standing = worker->standing;
    (void)pthread_mutex_unlock(&worker->jobs->lock);
    return standing;
}

// False: the job is not ours any more, or the row still says "running" and the next start finds it. What was worked out
// is not thrown away because another program writes, or the database is away for a while.
static bool finish(job_worker *worker, const hf_job *job, bool done, hf_error *fault,
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

// To the kind, which may keep something for the job.
static void tell_end(const hf_job_kind *kind, hf_str request)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json *parsed = NULL;
    hf_error unreadable = {0};
    if (kind != NULL && kind->ended != NULL &&
        hf_json_parse(request, &scratch, &parsed, &unreadable))
        kind->ended(parsed);
}

static void run_job(job_worker *worker, const hf_job *job, hf_arena *arena)
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
    remove_file(worker->jobs, job->head.key);
    tell_end(kind, job->request);
}

static job_worker *worker_of(hf_jobs *jobs, hf_str key)
{
    for (uint32_t i = 0; jobs != NULL && i < jobs->worker_count; i++)
        if (jobs->workers[i].key[0] != '\0' && hf_str_equal_z(key, jobs->workers[i].key))
            return &jobs->workers[i];
    return NULL;
}

// With the lock held. Empty key: the worker has none.
static void set_job(job_worker *worker, hf_str key, int64_t taken_ms)
{
    size_t count = key.len < KEY_BYTES ? key.len : 0;
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
static giving give(job_worker *worker, const hf_job *job)
{
    hf_jobs *jobs = worker->jobs;
    giving how = GIVEN;
    (void)pthread_mutex_lock(&jobs->lock);
    job_worker *other = worker_of(jobs, job->head.key);
    if (other == NULL)
        set_job(worker, job->head.key, job->started_at);
    else if (other->standing == HF_JOB_IS_OURS) {
        other->taken_ms = job->started_at;
        how = KEPT;
    } else
        how = LEAVING;
    (void)pthread_mutex_unlock(&jobs->lock);
    if (how == GIVEN)
        changed(jobs);
    return how;
}

static void leave(job_worker *worker)
{
    (void)pthread_mutex_lock(&worker->jobs->lock);
    set_job(worker, HF_STR_EMPTY, 0);
    (void)pthread_mutex_unlock(&worker->jobs->lock);
    changed(worker->jobs);
}

// out NULL: there is none to do. Nobody looks at what became of a job between its taking and its giving.
static bool take(job_worker *worker, hf_arena *arena, hf_job **out, giving *how, hf_error *err)
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
static bool take_one(job_worker *worker)
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
    run_job(worker, job, &arena);
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
    job_worker *worker = context;
    uint64_t heard = 0;
    do {
        while (!worker->jobs->is_closing && take_one(worker))
            ;
    } while (wait_for_bell(worker->jobs, &heard));
}

static void look_at(job_worker *worker)
{
    hf_jobs *jobs = worker->jobs;
    hf_job_standing standing = HF_JOB_IS_OURS;
    bool is_cancel_wanted = false;
    char key[KEY_BYTES];
    hf_error unknown = {0}; // it is asked again in a moment
    (void)pthread_mutex_lock(&jobs->taking);
    (void)pthread_mutex_lock(&jobs->lock);
    memcpy(key, worker->key, sizeof key);
    int64_t taken_ms = worker->taken_ms;
    (void)pthread_mutex_unlock(&jobs->lock);
    if (key[0] != '\0' && hf_job_look(jobs->common.store, hf_str_of(key), taken_ms, &standing,
                                      &is_cancel_wanted, &unknown))
        heed(worker, hf_str_of(key), standing, is_cancel_wanted);
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
    jobs->worker_count = worker_count < WORKER_COUNT_MAX ? worker_count : WORKER_COUNT_MAX;
    for (uint32_t i = 0; i < jobs->worker_count; i++) {
        jobs->workers[i].jobs = jobs;
        jobs->workers[i].preview = hf_buf_of(PREVIEW_BYTES_MAX);
        jobs->workers[i].preview_compartments = hf_buf_of(PREVIEW_BYTES_MAX);
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
        ask_to_stop(&jobs->workers[i]);
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

// --- asking ----------------------------------------------------------------------------------------

void hf_jobs_ring(hf_jobs *jobs)
{
    (void)pthread_mutex_lock(&jobs->lock);
    jobs->ring_count++;
    (void)pthread_cond_signal(&jobs->rung);
    (void)pthread_mutex_unlock(&jobs->lock);
    changed(jobs);
}

// One account shall not fill the queue of all, nor the disk with files that wait in it.
static bool check_waiting(hf_read *read, hf_str owner, hf_error *err)
{
    uint64_t waiting = 0;
    const hf_filter filters[] = {
        {hf_noun_field(&hf_noun_job, HF_STR("owner"), NULL), HF_IS, owner},
        {hf_noun_field(&hf_noun_job, HF_STR("state"), NULL), HF_IS, HF_STR("queued")}};
    const hf_query query = {
        .noun = &hf_noun_job, .filters = filters, .filter_count = HF_COUNT(filters)};
    return hf_store_count(read, &query, &waiting, err) &&
           (waiting < HF_JOBS_WAITING_MAX ||
            hf_fail(err, HF_ERR_BUSY, "job.too_many",
                    "%u jobs of yours wait already; wait until some have ended, or cancel them",
                    HF_JOBS_WAITING_MAX));
}

static bool add_job(const hf_session *session, const hf_job_kind *kind, hf_str request,
                    hf_arena *arena, hf_str *key, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    // It would run as its account, with all that this one may.
    if (!hf_can(&session->actor, kind->needs, NULL, NULL, err) || !hf_is_whole(session, err))
        return false;
    hf_job *job = hf_noun_new(&hf_noun_job, arena);
    job->kind = hf_str_of(kind->name);
    job->owner = session->actor.name;
    job->request = request;
    if (!hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !check_waiting(hf_tx_read(tx), job->owner, err) || !hf_job_add(tx, job, arena, err) ||
        !hf_note(tx, session, "job.queued", &hf_noun_job, job->head.key, HF_STR_EMPTY, HF_STR_EMPTY,
                 err))
        return false;
    *key = job->head.key;
    return hf_tx_commit(&tx, err);
}

bool hf_submit_job(const hf_session *session, hf_jobs *jobs, const hf_job_kind *kind,
                   hf_str request, hf_arena *arena, hf_str *key, hf_error *err)
{
    if (!add_job(session, kind, request, arena, key, err)) {
        tell_end(kind, request); // what was kept for it would stay for ever
        return false;
    }
    hf_jobs_ring(jobs);
    return true;
}

void hf_job_shorten(hf_job *job)
{
    job->result = job->error = HF_STR_EMPTY;
}

static bool may_see(const hf_session *session, const hf_job *job)
{
    return hf_str_equal(job->owner, session->actor.name) ||
           hf_may(&session->actor, HF_CAN_USERS, NULL, NULL);
}

// What came of it bears no marking: it is of all that its owner may know of, and whoever administers accounts may know of
// less.
static void keep_to_owner(const hf_session *session, hf_job *job)
{
    bool is_owner = hf_str_equal(job->owner, session->actor.name);
    if (session->is_limited || (!is_owner && !session->actor.is_local))
        hf_job_shorten(job);
}

bool hf_read_job(const hf_session *session, hf_str key, hf_arena *arena, hf_job **out,
                 hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    void *record = NULL;
    if (!hf_can(&session->actor, HF_CAN_READ, NULL, NULL, err) ||
        !hf_read_begin(session->store, &read, err) ||
        !hf_store_get(read, &hf_noun_job, key, arena, &record, err))
        return false;
    if (record == NULL || !may_see(session, record))
        return hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown", "there is no job '%.*s'",
                       HF_STR_ARG(key));
    *out = record;
    keep_to_owner(session, *out);
    return true;
}

bool hf_list_jobs(const hf_session *session, hf_query *query, hf_arena *arena, hf_page *out,
                  hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    if (!hf_can(&session->actor, HF_CAN_READ, NULL, NULL, err))
        return false;
    if (!hf_may(&session->actor, HF_CAN_USERS, NULL, NULL)) {
        hf_filter *filters = HF_NEW_N(arena, hf_filter, query->filter_count + 1);
        if (query->filter_count > 0)
            memcpy(filters, query->filters, query->filter_count * sizeof *filters);
        filters[query->filter_count] = (hf_filter){
            hf_noun_field(&hf_noun_job, HF_STR("owner"), NULL), HF_IS, session->actor.name};
        query->filters = filters;
        query->filter_count++;
    }
    if (!hf_read_begin(session->store, &read, err) || !hf_store_list(read, query, arena, out, err))
        return false;
    for (size_t i = 0; i < out->count; i++)
        keep_to_owner(session, out->records[i]);
    return true;
}

bool hf_cancel_job(const hf_session *session, hf_jobs *jobs, hf_str key, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_job *job = NULL;
    if (!hf_is_whole(session, err) || !hf_read_job(session, key, &scratch, &job, err))
        return false;
    (void)pthread_mutex_lock(&jobs->lock);
    job_worker *worker = worker_of(jobs, job->head.key);
    if (worker != NULL) {
        worker->cancel_wanted = true;
        ask_to_stop(worker);
    }
    (void)pthread_mutex_unlock(&jobs->lock);
    changed(jobs);
    bool found = false, is_over = false;
    if (worker != NULL) {
        // It reads the wish at its next step. The row is for the case that the program ends before; it does not wait for
        // the writer's turn, which the job itself may have.
        hf_error unwritten = {0};
        (void)!hf_job_cancel(session->store, session->now_ms, job->head.key, false, &found,
                             &is_over, &unwritten);
        return true;
    }
    if (!hf_job_cancel(session->store, session->now_ms, job->head.key, true, &found, &is_over, err))
        return false;
    if (is_over) { // else a worker has just taken it, and its files with it
        remove_file(jobs, job->head.key);
        tell_end(hf_job_kind_find(job->kind), job->request);
    }
    return found || hf_fail(err, HF_ERR_CONFLICT, "job.ended", "the job has ended already");
}

bool hf_read_preview(const hf_session *session, hf_jobs *jobs, hf_str key, hf_arena *arena,
                     hf_str *out, hf_error *err)
{
    hf_job *job = NULL;
    *out = HF_STR_EMPTY;
    if (!hf_read_job(session, key, arena, &job, err))
        return false;
    bool is_owner = hf_str_equal(job->owner, session->actor.name);
    bool has_ended = job->ended_at != HF_INTEGER_NONE; // the worker may not have put it down yet
    (void)pthread_mutex_lock(&jobs->lock);
    const job_worker *worker = worker_of(jobs, job->head.key);
    if (worker != NULL && worker->preview.len > 0 && is_owner && !has_ended) {
        if (hf_may_read_marked(&session->actor, worker->preview_marking,
                               hf_buf_str(&worker->preview_compartments)))
            *out = hf_buf_copy(arena, &worker->preview);
    }
    (void)pthread_mutex_unlock(&jobs->lock);
    return out->len > 0 || hf_fail(err, HF_ERR_NOT_FOUND, "job.no_preview",
                                   "job '%.*s' has nothing to show yet", HF_STR_ARG(key));
}

size_t hf_jobs_running(hf_jobs *jobs, hf_arena *arena, hf_str **keys)
{
    size_t count = 0;
    *keys = HF_NEW_N(arena, hf_str, WORKER_COUNT_MAX);
    (void)pthread_mutex_lock(&jobs->lock);
    for (uint32_t i = 0; i < jobs->worker_count; i++)
        if (jobs->workers[i].key[0] != '\0')
            (*keys)[count++] = hf_str_copy(arena, hf_str_of(jobs->workers[i].key));
    (void)pthread_mutex_unlock(&jobs->lock);
    return count;
}

hf_job_figures hf_job_figures_of(hf_jobs *jobs, const hf_job *job)
{
    hf_job_figures now = {(hf_job_state)job->state, (double)job->done,
                          (double)job->total,       job->unit,
                          job->started_at,          0};
    if (jobs == NULL)
        return now;
    (void)pthread_mutex_lock(&jobs->lock);
    const job_worker *worker = worker_of(jobs, job->head.key);
    if (worker != NULL && job->ended_at == HF_INTEGER_NONE) {
        uint64_t done = worker->watch != NULL ? atomic_load(&worker->watch->done) : worker->done;
        now = (hf_job_figures){HF_JOB_RUNNING,          (double)done,       (double)worker->total,
                               hf_str_of(worker->unit), worker->started_ms, worker->preview_count};
    }
    (void)pthread_mutex_unlock(&jobs->lock);
    return now;
}
