// SPDX-License-Identifier: Apache-2.0
//
// The schema and its steps, numbered, forward only. The platform's tables are written out here; those of the
// nouns follow from their tables (sql_gen.c) and are completed whenever these have grown.
#include <string.h>

#include "store/internal.h"

static const char *const platform_tables =
    "CREATE TABLE IF NOT EXISTS state(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS history(seq INTEGER PRIMARY KEY, noun TEXT NOT NULL, record "
    "INTEGER NOT NULL,"
    " version INTEGER NOT NULL, event INTEGER NOT NULL, action INTEGER NOT NULL, key TEXT NOT NULL,"
    " hash BLOB, image TEXT);"
    "CREATE INDEX IF NOT EXISTS history_record ON history(noun, record);"
    "CREATE TABLE IF NOT EXISTS credential(secret BLOB PRIMARY KEY, kind INTEGER NOT NULL, "
    "user_key TEXT NOT NULL,"
    " label TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER, last_seen INTEGER) WITHOUT "
    "ROWID;"
    "CREATE INDEX IF NOT EXISTS credential_user ON credential(user_key, kind);"
    "CREATE TABLE IF NOT EXISTS blob(hash TEXT PRIMARY KEY, bytes BLOB NOT NULL);";

// Undo of an event, and finding a removed record by its key.
static const char *const history_indexes =
    "CREATE INDEX IF NOT EXISTS history_event ON history(event);"
    "CREATE INDEX IF NOT EXISTS history_removed ON history(noun, key) WHERE action = 2;";

// The key that signs the log, and what it has signed. The secret leaves this table only to sign: it is in no dump,
// export, answer or message.
static const char *const audit_tables =
    "CREATE TABLE IF NOT EXISTS audit_key(public BLOB PRIMARY KEY, secret BLOB NOT NULL) WITHOUT "
    "ROWID;"
    "CREATE TABLE IF NOT EXISTS audit_checkpoint(size INTEGER PRIMARY KEY, line TEXT NOT NULL);";

// What a credential needs beside its secret: from where a session was opened, the state of a second factor.
static bool add_credential_detail(hf_conn *conn, hf_error *err)
{
    int64_t count = 0;
    return hf_conn_number(
               conn, "SELECT count(*) FROM pragma_table_info('credential') WHERE name = 'detail'",
               &count, err) &&
           (count > 0 ||
            hf_conn_run(conn, "ALTER TABLE credential ADD COLUMN detail TEXT NOT NULL DEFAULT ''",
                        err));
}

static bool signature_of(const hf_store *store, char hex[65])
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of((size_t)1 << 22);
    for (size_t i = 0; i < store->noun_count; i++) {
        const hf_noun_sql *sql = &store->sql[i];
        hf_buf_add_z(&text, sql->create_table);
        hf_buf_add_z(&text, sql->create_key);
        for (size_t k = 0; k < sql->index_count; k++)
            hf_buf_add_z(&text, sql->create_indexes[k]);
        if (sql->has_search)
            hf_buf_add_z(&text, sql->create_search);
        if (sql->has_place)
            hf_buf_add_z(&text, sql->create_place);
    }
    hf_sha256 hash = hf_sha256_of(hf_buf_str(&text));
    hf_hex(hash.bytes, sizeof(hash.bytes), hex);
    return !text.overflow;
}

static bool has_column(hf_conn *conn, const hf_noun_sql *sql, const char *name, bool *out,
                       hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1000);
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = true;
    hf_sql_columns(sql, &text);
    hf_buf_add_byte(&text, '\0');
    *out = false;
    if (!hf_stmt_once(conn, text.ptr, &stmt, err))
        return false;
    while (!*out) {
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        if (!has_row)
            return true;
        *out = hf_str_equal_z(hf_stmt_get_str(stmt, 0), name);
    }
    return true;
}

static bool add_missing_columns(hf_conn *conn, const hf_noun_sql *sql, hf_error *err)
{
    for (size_t i = 0; i < sql->noun->field_count; i++) {
        HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1000);
        bool is_there = false;
        if (!has_column(conn, sql, sql->noun->fields[i].name, &is_there, err))
            return false;
        if (is_there)
            continue;
        hf_sql_add_column(sql, &sql->noun->fields[i], &text);
        hf_buf_add_byte(&text, '\0');
        if (!hf_conn_run(conn, text.ptr, err))
            return false;
    }
    return true;
}

// A field that newly goes into the search index asks for all of it again.
static bool update_noun(hf_conn *conn, const hf_noun_sql *sql, hf_error *err)
{
    if (!hf_conn_run(conn, sql->create_table, err) || !add_missing_columns(conn, sql, err) ||
        !hf_conn_run(conn, sql->create_key, err))
        return false;
    for (size_t i = 0; i < sql->index_count; i++)
        if (!hf_conn_run(conn, sql->create_indexes[i], err))
            return false;
    if (sql->has_search &&
        (!hf_conn_run(conn, sql->create_search, err) || !hf_search_rebuild(conn, sql, err)))
        return false;
    return !sql->has_place ||
           (hf_conn_run(conn, sql->create_place, err) && hf_place_rebuild(conn, sql, err));
}

static bool has_signature(hf_conn *conn, const char *signature, bool *out, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    if (!hf_stmt_once(conn, "SELECT value FROM state WHERE name = 'nouns'", &stmt, err) ||
        !hf_stmt_step(stmt, &has_row, err))
        return false;
    *out = has_row && hf_str_equal_z(hf_stmt_get_str(stmt, 0), signature);
    return true;
}

static bool update_nouns(hf_store *store, hf_conn *conn, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    char signature[65] = "";
    bool is_new = false;
    HF_ASSERT(signature_of(store, signature));
    if (!has_signature(conn, signature, &is_new, err))
        return false;
    if (is_new)
        return true;
    // Attachments were the platform's own once; since they are data, their index leaves out the usual marking.
    if (!hf_conn_run(conn, "DROP INDEX IF EXISTS \"attachment_marking\"", err))
        return false;
    for (size_t i = 0; i < store->noun_count; i++)
        if (!update_noun(conn, &store->sql[i], err))
            return false;
    if (!hf_stmt_once(conn, "INSERT OR REPLACE INTO state(name, value) VALUES ('nouns', ?1)", &stmt,
                      err))
        return false;
    hf_stmt_text(stmt, 1, hf_str_of(signature));
    return hf_stmt_run(stmt, err);
}

static bool update_all(hf_store *store, hf_conn *conn, int version, hf_error *err)
{
    int64_t have = 0;
    if (!hf_conn_number(conn, "PRAGMA user_version", &have, err))
        return false;
    if (have < 1 && (!hf_conn_run(conn, "PRAGMA application_id = 1213156420", err) ||
                     !hf_conn_run(conn, platform_tables, err) ||
                     !hf_conn_run(conn, "PRAGMA user_version = 1", err)))
        return false;
    if (have < 2 && version >= 2 &&
        (!hf_conn_run(conn, history_indexes, err) ||
         !hf_conn_run(conn, "PRAGMA user_version = 2", err)))
        return false;
    if (have < 3 && version >= 3 &&
        (!hf_conn_run(conn, audit_tables, err) || !hf_audit_key_make(conn, err) ||
         !hf_conn_run(conn, "PRAGMA user_version = 3", err)))
        return false;
    if (have < 4 && version >= 4 &&
        (!add_credential_detail(conn, err) || !hf_conn_run(conn, "PRAGMA user_version = 4", err)))
        return false;
    return update_nouns(store, conn, err);
}

// Looked at without the write lock: who only reads must not wait for another program that writes.
static bool is_up_to_date(const hf_store *store, hf_conn *conn, int version, bool *out,
                          hf_error *err)
{
    char signature[65] = "";
    int64_t have = 0;
    *out = false;
    HF_ASSERT(signature_of(store, signature));
    if (!hf_conn_number(conn, "PRAGMA user_version", &have, err))
        return false;
    return have < version || has_signature(conn, signature, out, err);
}

// Somebody may have been faster while we waited for the lock. A store that is only being made is not kept.
static bool update_locked(hf_store *store, hf_conn *conn, int version, hf_error *err)
{
    bool is_new = false;
    int64_t have = 0;
    if (!is_up_to_date(store, conn, version, &is_new, err) ||
        !hf_conn_number(conn, "PRAGMA user_version", &have, err))
        return false;
    bool is_kept = !is_new && have > 0 && !store->is_copy;
    return is_new ||
           ((!is_kept || hf_older_keep(store, have, err)) && update_all(store, conn, version, err));
}

bool hf_schema_update(hf_store *store, hf_conn *conn, int version, hf_error *err)
{
    bool is_new = false;
    if (!is_up_to_date(store, conn, version, &is_new, err))
        return false;
    if (is_new)
        return true;
    if (!conn->driver->begin(conn->db, true, err))
        return false;
    if (update_locked(store, conn, version, err) && conn->driver->commit(conn->db, err))
        return true;
    conn->driver->rollback(conn->db);
    hf_older_drop(store);
    return false;
}
