// SPDX-License-Identifier: Apache-2.0
//
// All that one store holds into another, empty one, perhaps of another database: every row of every table as it is, so
// that numbers, versions, hashes and signatures stay what they are. Called by usecase/migrate.c.
#include <string.h>

#include "store/internal.h"
#include "store/store_system.h"

enum { SQL_BYTES_MAX = 1 << 16, TOLD_EVERY = 1000 };

typedef struct {
    const char *read, *write;
    int column_count;
} table;

// Beside the nouns and the state, which is written from its numbers.
static const table tables[] = {
    {"SELECT name, value FROM setting ORDER BY name",
     "INSERT INTO setting(name, value) VALUES (?1, ?2)", 2},
    {"SELECT seq, noun, record, version, event, action, key, hash, image FROM history ORDER BY seq",
     "INSERT INTO history(seq, noun, record, version, event, action, key, hash, image) VALUES (?1, "
     "?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
     9},
    {"SELECT secret, kind, user_key, label, created, expires, last_seen, detail FROM credential",
     "INSERT INTO credential(secret, kind, user_key, label, created, expires, last_seen, detail) "
     "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
     8},
    {"SELECT hash, bytes FROM blob", "INSERT INTO blob(hash, bytes) VALUES (?1, ?2)", 2},
    {"SELECT public, secret FROM audit_key",
     "INSERT INTO audit_key(public, secret) VALUES (?1, ?2)", 2},
    {"SELECT size, line FROM audit_checkpoint",
     "INSERT INTO audit_checkpoint(size, line) VALUES (?1, ?2)", 2},
};

typedef struct {
    hf_read *from;
    hf_tx *to;
    const hf_watcher *watcher;
    uint64_t done, total; // records
} moving;

static bool tell(moving *m, hf_error *err)
{
    m->done++;
    return m->done % TOLD_EVERY != 0 || m->watcher->tell == NULL ||
           m->watcher->tell(m->watcher->context, m->done, m->total) ||
           hf_fail(err, HF_ERR_STOPPED, "migrate.stopped", "stopped; nothing was moved");
}

static bool move_rows(moving *m, const char *read, const char *write, int column_count,
                      hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *source = NULL;
    HF_CLEANUP(hf_stmt_give) hf_stmt *target = NULL;
    bool has_row = true;
    if (!hf_stmt_once(m->from->conn, read, &source, err) ||
        !hf_stmt_once(m->to->read.conn, write, &target, err))
        return false;
    for (;;) {
        if (!hf_stmt_step(source, &has_row, err))
            return false;
        if (!has_row)
            return true;
        for (int i = 0; i < column_count; i++) {
            hf_value value = {0};
            source->conn->driver->column(source->raw, i, &value);
            target->conn->driver->bind(target->raw, i + 1, &value);
        }
        if (!hf_stmt_run(target, err) || !tell(m, err))
            return false;
    }
}

static bool move_noun(moving *m, const hf_noun_sql *from, const hf_noun_sql *to, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf read = hf_buf_of(SQL_BYTES_MAX);
    hf_conn *conn = m->to->read.conn;
    hf_sql_raw(from, &read);
    hf_buf_add_byte(&read, '\0');
    if (!move_rows(m, read.ptr, to->insert, from->link_column, err))
        return false;
    if (to->has_search && !hf_search_rebuild(conn, to, err))
        return false;
    if (to->has_place && !hf_place_rebuild(conn, to, err))
        return false;
    return to->loaded == NULL || hf_conn_run(conn, to->loaded, err);
}

static bool holds_nothing(const hf_tx *to)
{
    const hf_state *state = &to->read.state;
    for (size_t i = 0; i < to->read.store->noun_count; i++)
        if (state->live[i] > 0)
            return false;
    return state->event_last == 0;
}

static bool move_all(moving *m, hf_error *err)
{
    // A new store has made itself a key to sign with: from here on it is that of the old one.
    if (!hf_conn_run(m->to->read.conn, "DELETE FROM audit_key", err))
        return false;
    for (size_t i = 0; i < HF_COUNT(tables); i++)
        if (!move_rows(m, tables[i].read, tables[i].write, tables[i].column_count, err))
            return false;
    for (size_t i = 0; i < m->from->store->noun_count; i++)
        if (!move_noun(m, &m->from->store->sql[i], &m->to->read.store->sql[i], err))
            return false;
    return true;
}

bool hf_store_take_over(hf_tx *to, hf_read *from, const hf_watcher *watcher, hf_error *err)
{
    moving m = {.from = from, .to = to, .watcher = watcher};
    if (!holds_nothing(to))
        return hf_fail(err, HF_ERR_CONFLICT, "migrate.not_empty",
                       "'%s' holds records or a log already; name an empty store",
                       to->read.store->url);
    for (size_t i = 0; i < from->store->noun_count; i++)
        m.total += (uint64_t)from->state.live[i];
    if (!move_all(&m, err)) {
        to->is_failed = true;
        return false;
    }
    to->read.state = from->state;
    return true;
}
