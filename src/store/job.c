// SPDX-License-Identifier: Apache-2.0
//
// Jobs: rows that workers take. Each call but hf_job_add is one short transaction. Where several programs share a
// database, each holds what it works on, and takes over what another has left behind.
#include "store/internal.h"
#include "store/store_system.h"

enum { SQL_BYTES_MAX = 1000 };

bool hf_job_add(hf_tx *tx, hf_job *job, hf_arena *arena, hf_error *err)
{
    char id[37];
    hf_put_outcome outcome = HF_PUT_ADDED;
    hf_uuid7(tx->now_ms, id);
    job->head.key = hf_str_copy(arena, (hf_str){id, 36});
    job->head.row = 0;
    job->state = HF_JOB_QUEUED;
    return hf_store_put(tx, &hf_noun_job, job, HF_VERSION_ANY, &outcome, err);
}

// One changing statement to its end; `row` is the first that it returned, 0 for none.
static bool run(hf_stmt *stmt, int64_t *row, hf_error *err)
{
    bool has_row = false;
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    *row = has_row ? hf_stmt_get_i64(stmt, 0) : 0;
    return !has_row || hf_stmt_run(stmt, err);
}

// Of this program, or no longer. Nothing where there is one program.
static bool hold(hf_tx *tx, bool is_held, int64_t row, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    const hf_dialect *words = tx->read.store->driver->words;
    if (words->job_hold == NULL)
        return true;
    if (!hf_stmt_take(tx->read.conn, is_held ? words->job_hold : words->job_release, &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, row);
    return hf_stmt_run(stmt, err);
}

static bool take_changing(hf_tx *tx, const char *head, const char *condition, const char *tail,
                          hf_stmt **out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(SQL_BYTES_MAX);
    hf_buf_add_z(&text, head);
    hf_buf_add_z(&text, condition);
    hf_buf_add_z(&text, tail);
    hf_buf_add_byte(&text, '\0');
    HF_ASSERT(!text.overflow);
    return hf_stmt_once(tx->read.conn, text.ptr, out, err);
}

// Of a program that went before it could heed the wish.
static bool end_left(hf_tx *tx, int64_t now_ms, bool *has_ended, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    const char *end = tx->read.store->driver->words->job_end_left;
    int64_t row = 0;
    if (end == NULL)
        return true;
    if (!hf_stmt_take(tx->read.conn, end, &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, now_ms);
    if (!run(stmt, &row, err))
        return false;
    *has_ended = row != 0;
    return true;
}

static bool take_next(hf_tx *tx, int64_t now_ms, int64_t *row, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    if (!take_changing(
            tx,
            "UPDATE job SET state = 1, started_at = ?1, _updated = ?1, _version = _version + 1 "
            "WHERE row = (SELECT row FROM job WHERE ",
            tx->read.store->driver->words->job_is_free, " ORDER BY row LIMIT 1) RETURNING row",
            &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, now_ms);
    return run(stmt, row, err);
}

// What holds a job outlives a transaction that was rolled back: nobody else could ever hold it.
static void let_go(hf_store *store, int64_t now_ms, int64_t row)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_error ignored = {0};
    if (hf_tx_begin(store, now_ms, &tx, &ignored))
        (void)hold(tx, false, row, &ignored);
}

bool hf_job_take(hf_store *store, int64_t now_ms, hf_arena *arena, hf_job **out, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    bool has_ended = false;
    int64_t row = 0;
    void *job = NULL;
    *out = NULL;
    if (!hf_tx_begin(store, now_ms, &tx, err) || !end_left(tx, now_ms, &has_ended, err) ||
        !take_next(tx, now_ms, &row, err))
        return false;
    if (row == 0)
        return !has_ended || hf_tx_commit(&tx, err);
    if (!hold(tx, true, row, err))
        return false;
    if (!hf_store_get_row(&tx->read, &hf_noun_job, row, arena, &job, err) ||
        !hf_tx_commit(&tx, err)) {
        hf_tx_end(&tx);
        let_go(store, now_ms, row);
        return false;
    }
    *out = job;
    return true;
}

// Told before, by a commit whose end was not known?
static bool has_ended_so(hf_read *read, int64_t ended_ms, hf_str key, hf_job_state state,
                         hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    void *record = NULL;
    if (!hf_store_get(read, &hf_noun_job, key, &arena, &record, err))
        return false;
    const hf_job *job = record;
    return job != NULL && job->state == (int32_t)state && job->ended_at == ended_ms;
}

bool hf_job_finish(hf_store *store, int64_t now_ms, hf_str key, hf_job_state state, hf_str result,
                   hf_str error, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    int64_t row = 0;
    HF_ASSERT(state == HF_JOB_DONE || state == HF_JOB_FAILED || state == HF_JOB_CANCELLED);
    if (!hf_tx_begin(store, now_ms, &tx, err) ||
        !take_changing(
            tx,
            "UPDATE job SET state = ?2, result = ?3, error = ?4, ended_at = ?5, _updated = ?5, "
            "_version = _version + 1 WHERE \"key\" = ?1 AND state = 1 AND ",
            store->driver->words->job_is_ours, " RETURNING row", &stmt, err))
        return false;
    hf_stmt_text(stmt, 1, key);
    hf_stmt_i64(stmt, 2, (int64_t)state);
    hf_stmt_str(stmt, 3, result);
    hf_stmt_str(stmt, 4, error);
    hf_stmt_i64(stmt, 5, now_ms);
    if (!run(stmt, &row, err))
        return false;
    hf_stmt_give(&stmt);
    if (row == 0)
        return has_ended_so(&tx->read, now_ms, key, state, err) ||
               hf_fail(err, HF_ERR_NOT_FOUND, "record.gone", "no job '%.*s' is running",
                       HF_STR_ARG(key));
    return hold(tx, false, row, err) && hf_tx_commit(&tx, err);
}

bool hf_job_cancel(hf_store *store, int64_t now_ms, hf_str key, bool waits, bool *found,
                   bool *is_over, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    int64_t state = 0;
    if (!(waits ? hf_tx_begin : hf_tx_begin_now)(store, now_ms, &tx, err) ||
        !hf_stmt_take(
            tx->read.conn,
            "UPDATE job SET cancel_wanted = 1, ended_at = CASE state WHEN 0 THEN CAST(?2 AS "
            "BIGINT) END, "
            "state = CASE state WHEN 0 THEN 4 ELSE state END, _updated = ?2, "
            "_version = _version + 1 WHERE \"key\" = ?1 AND state IN (0, 1) RETURNING state",
            &stmt, err))
        return false;
    hf_stmt_text(stmt, 1, key);
    hf_stmt_i64(stmt, 2, now_ms);
    if (!run(stmt, &state, err))
        return false;
    hf_stmt_give(&stmt);
    if (!hf_tx_commit(&tx, err))
        return false;
    *found = state != 0;
    *is_over = state == (int64_t)HF_JOB_CANCELLED;
    return true;
}

// Whoever takes a job writes down when.
static bool look(hf_read *read, hf_str key, int64_t started_ms, hf_job_standing *out,
                 bool *is_cancel_wanted, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    void *record = NULL;
    if (!hf_store_get(read, &hf_noun_job, key, &arena, &record, err))
        return false;
    const hf_job *job = record;
    bool is_running = job != NULL && job->state == HF_JOB_RUNNING;
    *is_cancel_wanted = is_running && job->cancel_wanted;
    *out = is_running && job->started_at == started_ms          ? HF_JOB_IS_OURS
           : is_running || (job && job->state == HF_JOB_QUEUED) ? HF_JOB_IS_ELSEWHERE
                                                                : HF_JOB_IS_OVER;
    return true;
}

bool hf_job_look(hf_store *store, hf_str key, int64_t started_ms, hf_job_standing *out,
                 bool *is_cancel_wanted, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    return hf_read_begin(store, &read, err) &&
           look(read, key, started_ms, out, is_cancel_wanted, err);
}

// The row of the job if nobody holds it, else 0: a lock that is held twice would have to be let go of twice.
static bool find_left(hf_tx *tx, hf_str key, int64_t *row, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    if (!take_changing(tx, "SELECT row FROM job WHERE \"key\" = ?1 AND state = 1 AND ",
                       tx->read.store->driver->words->job_is_left, "", &stmt, err))
        return false;
    hf_stmt_text(stmt, 1, key);
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    *row = has_row ? hf_stmt_get_i64(stmt, 0) : 0;
    return true;
}

bool hf_job_hold_again(hf_store *store, int64_t now_ms, hf_str key, int64_t started_ms,
                       hf_job_standing *out, bool *is_cancel_wanted, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    int64_t row = 0;
    // The lock of writing keeps others from taking it between the look and the hold.
    if (!hf_tx_begin(store, now_ms, &tx, err) ||
        !look(&tx->read, key, started_ms, out, is_cancel_wanted, err))
        return false;
    return *out != HF_JOB_IS_OURS || *is_cancel_wanted ||
           (find_left(tx, key, &row, err) && (row == 0 || hold(tx, true, row, err)));
}

bool hf_job_requeue(hf_store *store, int64_t now_ms, uint64_t *count, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = true;
    uint64_t requeued = 0;
    if (!hf_tx_begin(store, now_ms, &tx, err) ||
        !take_changing(tx,
                       "UPDATE job SET state = CASE cancel_wanted WHEN 1 THEN 4 ELSE 0 END, "
                       "ended_at = CASE cancel_wanted WHEN 1 THEN CAST(?1 AS BIGINT) END, "
                       "started_at = NULL, done = 0, _updated = ?1, _version = _version + 1 WHERE "
                       "state = 1 AND ",
                       store->driver->words->job_is_left, " RETURNING state", &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, now_ms);
    while (has_row) {
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        requeued += has_row && hf_stmt_get_i64(stmt, 0) == HF_JOB_QUEUED;
    }
    hf_stmt_give(&stmt);
    if (!hf_tx_commit(&tx, err))
        return false;
    *count = requeued;
    return true;
}
