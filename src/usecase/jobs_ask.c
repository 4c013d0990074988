// SPDX-License-Identifier: Apache-2.0
//
// What is asked of jobs: one more, one's own, how far they are, what is known so far, and an end.
#include <string.h>

#include "usecase/account.h"
#include "usecase/jobs_inside.h"

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
        hf_job_tell_end(kind, request); // what was kept for it would stay for ever
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
    hf_job_worker *worker = hf_job_worker_of(jobs, job->head.key);
    if (worker != NULL) {
        worker->cancel_wanted = true;
        hf_job_ask_to_stop(worker);
    }
    (void)pthread_mutex_unlock(&jobs->lock);
    hf_jobs_changed(jobs);
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
        hf_job_remove_file(jobs, job->head.key);
        hf_job_tell_end(hf_job_kind_find(job->kind), job->request);
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
    const hf_job_worker *worker = hf_job_worker_of(jobs, job->head.key);
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
    *keys = HF_NEW_N(arena, hf_str, HF_JOB_WORKERS_MAX);
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
    const hf_job_worker *worker = hf_job_worker_of(jobs, job->head.key);
    if (worker != NULL && job->ended_at == HF_INTEGER_NONE) {
        uint64_t done = worker->watch != NULL ? atomic_load(&worker->watch->done) : worker->done;
        now = (hf_job_figures){HF_JOB_RUNNING,          (double)done,       (double)worker->total,
                               hf_str_of(worker->unit), worker->started_ms, worker->preview_count};
    }
    (void)pthread_mutex_unlock(&jobs->lock);
    return now;
}
