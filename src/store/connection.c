// SPDX-License-Identifier: Apache-2.0
//
// One connection and its statements: prepared once, kept, found again by the address of their SQL text, or by the
// text itself where it is made for the occasion.
// Binding and reading helpers turn the house's "empty" into NULL and back.
#include <math.h>

#include "store/internal.h"

enum { TEXTS_KEPT_MAX = 48 }; // prepared statements of lists, a few kB each

bool hf_conn_open(const hf_db_driver *driver, const hf_db_options *options, hf_conn **out,
                  hf_error *err)
{
    hf_db *db = NULL;
    if (!driver->open(options, &db, err))
        return false;
    hf_arena arena = {0};
    hf_conn *conn = HF_NEW(&arena, hf_conn);
    conn->driver = driver;
    conn->db = db;
    conn->arena = arena;
    conn->by_sql.arena = &conn->arena;
    *out = conn;
    return true;
}

void hf_conn_forget(hf_conn *conn)
{
    for (size_t i = 0; i < conn->kept.count; i++) {
        hf_stmt *stmt = conn->kept.items[i];
        HF_ASSERT(!stmt->is_used);
        if (stmt->raw != NULL)
            conn->driver->finish(stmt->raw);
        stmt->raw = NULL;
        hf_buf_done(&stmt->text);
    }
}

void hf_conn_close(hf_conn **conn)
{
    if (*conn == NULL)
        return;
    hf_conn_forget(*conn);
    (*conn)->driver->close((*conn)->db);
    hf_arena arena = (*conn)->arena;
    *conn = NULL;
    hf_arena_done(&arena);
}

// The connection is the caller's alone.
static bool is_quiet(hf_conn *conn, hf_error *err)
{
    return conn->feed == NULL || hf_feed_drain(conn->feed, err);
}

bool hf_conn_run(hf_conn *conn, const char *sql, hf_error *err)
{
    return is_quiet(conn, err) && conn->driver->run(conn->db, sql, err);
}

static hf_stmt *slot_of(hf_conn *conn, const char *sql)
{
    uint32_t index = 0;
    if (hf_map_add_u64(&conn->by_sql, (uint64_t)(uintptr_t)sql, (uint32_t)conn->kept.count,
                       &index)) {
        hf_stmt *stmt = HF_NEW(&conn->arena, hf_stmt);
        *stmt = (hf_stmt){.conn = conn, .sql = sql, .is_kept = true};
        HF_VEC_ADD(&conn->arena, &conn->kept, stmt);
    }
    return conn->kept.items[index];
}

bool hf_stmt_take(hf_conn *conn, const char *sql, hf_stmt **out, hf_error *err)
{
    if (!is_quiet(conn, err))
        return false;
    hf_stmt *stmt = slot_of(conn, sql);
    if (stmt->is_used) // two scans of the same kind at once
        return hf_stmt_once(conn, sql, out, err);
    if (stmt->raw == NULL && !conn->driver->prepare(conn->db, sql, &stmt->raw, err))
        return false;
    stmt->is_used = true;
    *out = stmt;
    return true;
}

// A slot of one that nobody uses now: the one with this text, else a free or new one, else the one that was not
// asked for the longest.
static hf_stmt *slot_of_text(hf_conn *conn, hf_str sql)
{
    hf_stmt *oldest = NULL;
    size_t count = 0;
    for (size_t i = 0; i < conn->kept.count; i++) {
        hf_stmt *stmt = conn->kept.items[i];
        if (stmt->is_kept)
            continue;
        count++;
        if (stmt->is_used)
            continue;
        if (stmt->raw != NULL && hf_str_equal(hf_buf_str(&stmt->text), sql))
            return stmt;
        if (oldest == NULL || stmt->used_at < oldest->used_at)
            oldest = stmt;
    }
    if (oldest != NULL && (oldest->raw == NULL || count >= TEXTS_KEPT_MAX))
        return oldest;
    hf_stmt *fresh = HF_NEW(&conn->arena, hf_stmt);
    *fresh = (hf_stmt){.conn = conn};
    HF_VEC_ADD(&conn->arena, &conn->kept, fresh);
    return fresh;
}

bool hf_stmt_once(hf_conn *conn, const char *sql, hf_stmt **out, hf_error *err)
{
    if (!is_quiet(conn, err))
        return false;
    hf_str text = hf_str_of(sql);
    hf_stmt *stmt = slot_of_text(conn, text);
    bool is_ready = stmt->raw != NULL && hf_str_equal(hf_buf_str(&stmt->text), text);
    if (!is_ready && stmt->raw != NULL) {
        conn->driver->finish(stmt->raw);
        stmt->raw = NULL;
    }
    if (!is_ready) {
        hf_buf_done(&stmt->text);
        stmt->text = hf_buf_of(text.len);
        hf_buf_add_str(&stmt->text, text);
        if (!conn->driver->prepare(conn->db, sql, &stmt->raw, err))
            return false;
    }
    stmt->is_used = true;
    stmt->used_at = ++conn->taken_count;
    *out = stmt;
    return true;
}

void hf_stmt_give(hf_stmt **stmt)
{
    hf_stmt *given = *stmt;
    *stmt = NULL;
    if (given == NULL)
        return;
    given->conn->driver->reset(given->raw);
    given->is_used = false;
}

static void bind(hf_stmt *stmt, int position, const hf_value *value)
{
    stmt->conn->driver->bind(stmt->raw, position, value);
}

void hf_stmt_null(hf_stmt *stmt, int position)
{
    bind(stmt, position, &(hf_value){.type = HF_VALUE_NULL});
}

void hf_stmt_i64(hf_stmt *stmt, int position, int64_t value)
{
    hf_value bound = {.type = value == HF_INTEGER_NONE ? HF_VALUE_NULL : HF_VALUE_INTEGER,
                      .integer = value};
    bind(stmt, position, &bound);
}

void hf_stmt_double(hf_stmt *stmt, int position, double value)
{
    hf_value bound = {.type = isnan(value) ? HF_VALUE_NULL : HF_VALUE_DOUBLE, .number = value};
    bind(stmt, position, &bound);
}

void hf_stmt_str(hf_stmt *stmt, int position, hf_str text)
{
    hf_value bound = {.type = text.len == 0 ? HF_VALUE_NULL : HF_VALUE_TEXT, .text = text};
    bind(stmt, position, &bound);
}

void hf_stmt_text(hf_stmt *stmt, int position, hf_str text)
{
    bind(stmt, position, &(hf_value){.type = HF_VALUE_TEXT, .text = text});
}

void hf_stmt_blob(hf_stmt *stmt, int position, const void *bytes, size_t count)
{
    bind(stmt, position, &(hf_value){.type = HF_VALUE_BLOB, .text = {bytes, count}});
}

bool hf_stmt_step(hf_stmt *stmt, bool *has_row, hf_error *err)
{
    return stmt->conn->driver->step(stmt->raw, has_row, err);
}

bool hf_stmt_run(hf_stmt *stmt, hf_error *err)
{
    bool has_row = true;
    bool is_done = true;
    while (has_row && is_done)
        is_done = hf_stmt_step(stmt, &has_row, err);
    stmt->conn->driver->reset(stmt->raw);
    return is_done;
}

void hf_stmt_reset(hf_stmt *stmt)
{
    stmt->conn->driver->reset(stmt->raw);
}

bool hf_stmt_is_null(hf_stmt *stmt, int column)
{
    hf_value value = {0};
    stmt->conn->driver->column(stmt->raw, column, &value);
    return value.type == HF_VALUE_NULL;
}

int64_t hf_stmt_get_i64(hf_stmt *stmt, int column)
{
    hf_value value = {0};
    stmt->conn->driver->column(stmt->raw, column, &value);
    if (value.type == HF_VALUE_DOUBLE)
        return (int64_t)value.number;
    return value.type == HF_VALUE_INTEGER ? value.integer : HF_INTEGER_NONE;
}

double hf_stmt_get_double(hf_stmt *stmt, int column)
{
    hf_value value = {0};
    stmt->conn->driver->column(stmt->raw, column, &value);
    if (value.type == HF_VALUE_INTEGER)
        return (double)value.integer;
    return value.type == HF_VALUE_DOUBLE ? value.number : (double)NAN;
}

hf_str hf_stmt_get_str(hf_stmt *stmt, int column)
{
    hf_value value = {0};
    stmt->conn->driver->column(stmt->raw, column, &value);
    return value.type == HF_VALUE_TEXT || value.type == HF_VALUE_BLOB ? value.text : HF_STR_EMPTY;
}

bool hf_conn_number(hf_conn *conn, const char *sql, int64_t *out, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    if (!hf_stmt_once(conn, sql, &stmt, err) || !hf_stmt_step(stmt, &has_row, err))
        return false;
    *out = has_row ? hf_stmt_get_i64(stmt, 0) : 0;
    return true;
}
