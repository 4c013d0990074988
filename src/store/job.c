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

bool hf_job_progress(hf_store *store, int64_t now_ms, hf_str key, int64_t done, int64_t total,
                     hf_str unit, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    int64_t row = 0;
    if (!hf_tx_begin(store, now_ms, &tx, err) ||
        !hf_stmt_take(
            tx->read.conn,
            "UPDATE job SET done = ?2, total = ?3, unit = ?4, _updated = ?5 WHERE \"key\" = ?1 AND "
            "state = 1 RETURNING row",
            &stmt, err))
        return false;
    hf_stmt_text(stmt, 1, key);
    hf_stmt_i64(stmt, 2, done);
    hf_stmt_i64(stmt, 3, total);
    hf_stmt_str(stmt, 4, unit);
    hf_stmt_i64(stmt, 5, now_ms);
    if (!run(stmt, &row, err))
        return false;
    hf_stmt_give(&stmt);
    return hf_tx_commit(&tx, err);
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
    if (row == 0)
        return hf_fail(err, HF_ERR_NOT_FOUND, "record.gone", "no job '%.*s' is running",
                       HF_STR_ARG(key));
    hf_stmt_give(&stmt);
    return hold(tx, false, row, err) && hf_tx_commit(&tx, err);
}

bool hf_job_cancel(hf_store *store, int64_t now_ms, hf_str key, bool *found, bool *is_over,
                   hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    int64_t state = 0;
    if (!hf_tx_begin(store, now_ms, &tx, err) ||
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

bool hf_job_is_cancel_wanted(hf_store *store, hf_str key, bool *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    void *job = NULL;
    if (!hf_read_begin(store, &read, err) ||
        !hf_store_get(read, &hf_noun_job, key, &arena, &job, err))
        return false;
    *out = job == NULL || ((const hf_job *)job)->cancel_wanted;
    return true;
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
