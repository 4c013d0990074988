// SPDX-License-Identifier: Apache-2.0
//
// The schema and its steps, numbered, forward only. The platform's tables are written out here; those of the
// nouns follow from their tables (sql_gen.c) and are completed whenever these have grown.
#include <string.h>

#include "store/internal.h"

enum { FILLED_BYTES_MAX = 1 << 16 };

static const char *const platform_tables =
    "CREATE TABLE IF NOT EXISTS state(name $t PRIMARY KEY, value $a)$w;"
    "CREATE TABLE IF NOT EXISTS setting(name $t PRIMARY KEY, value $t NOT NULL)$w;"
    "CREATE TABLE IF NOT EXISTS history(seq $k, noun $t NOT NULL, record $i NOT NULL,"
    " version $i NOT NULL, event $i NOT NULL, action $i NOT NULL, key $t NOT NULL,"
    " hash $b, image $t);"
    "CREATE INDEX IF NOT EXISTS history_record ON history(noun, record);"
    "CREATE TABLE IF NOT EXISTS credential(secret $b PRIMARY KEY, kind $i NOT NULL, "
    "user_key $t NOT NULL,"
    " label $t NOT NULL, created $i NOT NULL, expires $i, last_seen $i)$w;"
    "CREATE INDEX IF NOT EXISTS credential_user ON credential(user_key, kind);"
    "CREATE TABLE IF NOT EXISTS blob(hash $t PRIMARY KEY, bytes $b NOT NULL);";

// Undo of an event, and finding a removed record by its key.
static const char *const history_indexes =
    "CREATE INDEX IF NOT EXISTS history_event ON history(event);"
    "CREATE INDEX IF NOT EXISTS history_removed ON history(noun, key) WHERE action = 2;";

// The key that signs the log, and what it has signed. The secret leaves this table only to sign: it is in no dump,
// export, answer or message, and sealed where the store's secrets are (seal.c).
static const char *const audit_tables =
    "CREATE TABLE IF NOT EXISTS audit_key(public $b PRIMARY KEY, secret $b NOT NULL)$w;"
    "CREATE TABLE IF NOT EXISTS audit_checkpoint(size $i PRIMARY KEY, line $t NOT NULL);";

static bool run_filled(hf_conn *conn, const char *template, const char *noun, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(FILLED_BYTES_MAX);
    hf_sql_fill(conn->driver->words, template, &(hf_sql_blanks){.noun = noun}, &text);
    hf_buf_add_byte(&text, '\0');
    return hf_conn_run(conn, text.ptr, err);
}

static bool set_version(hf_conn *conn, int version, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(FILLED_BYTES_MAX);
    hf_buf_add_format(&text, "%s%d", conn->driver->words->set_schema, version);
    hf_buf_add_byte(&text, '\0');
    return hf_conn_run(conn, text.ptr, err);
}

static bool run_if_any(hf_conn *conn, const char *text, hf_error *err)
{
    return text == NULL || hf_conn_run(conn, text, err);
}

static bool has_column(hf_conn *conn, const char *table, const char *name, bool *out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(FILLED_BYTES_MAX);
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    const hf_dialect *words = conn->driver->words;
    bool has_row = true;
    hf_sql_fill(words, words->columns, &(hf_sql_blanks){.noun = table}, &text);
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

// What a credential needs beside its secret: from where a session was opened, the state of a second factor.
static bool add_credential_detail(hf_conn *conn, hf_error *err)
{
    bool is_there = false;
    return has_column(conn, "credential", "detail", &is_there, err) &&
           (is_there ||
            run_filled(conn, "ALTER TABLE credential ADD COLUMN detail $t NOT NULL DEFAULT ''", "",
                       err));
}

static bool signature_of(const hf_store *store, char hex[65])
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of((size_t)1 << 22);
    if (store->driver->words->functions != NULL)
        hf_buf_add_z(&text, store->driver->words->functions);
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

// What was there before a choice was is of the choice that a new record has until somebody says otherwise; an image in the
// history, which lacks the field, is read so, too.
static bool fill_column(hf_conn *conn, const hf_noun_sql *sql, const hf_field *field, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1000);
    const void *fresh = hf_noun_new(sql->noun, &scratch);
    hf_sql_fill_column(sql, field, *(const int32_t *)hf_field_of(field, fresh), &text);
    hf_buf_add_byte(&text, '\0');
    return hf_conn_run(conn, text.ptr, err);
}

static bool add_missing_columns(hf_conn *conn, const hf_noun_sql *sql, bool *is_filled,
                                hf_error *err)
{
    *is_filled = false;
    for (size_t i = 0; i < sql->noun->field_count; i++) {
        HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1000);
        const hf_field *field = &sql->noun->fields[i];
        bool is_there = false;
        if (!has_column(conn, sql->noun->name, field->name, &is_there, err))
            return false;
        if (is_there)
            continue;
        hf_sql_add_column(sql, field, &text);
        hf_buf_add_byte(&text, '\0');
        if (!hf_conn_run(conn, text.ptr, err))
            return false;
        if (field->type != HF_WORD || field->fallback == NULL)
            continue;
        if (!fill_column(conn, sql, field, err))
            return false;
        *is_filled = true;
    }
    return true;
}

static bool first_row_above(hf_conn *conn, const char *text, int64_t *row, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    if (!hf_stmt_once(conn, text, &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, *row);
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    *row = has_row ? hf_stmt_get_i64(stmt, 0) : 0;
    return true;
}

static bool read_hash(hf_conn *conn, const hf_noun_sql *sql, int64_t row, hf_arena *arena,
                      hf_buf *canonical, hf_sha256 *out, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    void *record = hf_arena_take(arena, sql->noun->struct_bytes);
    if (!hf_stmt_take(conn, sql->by_row, &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, row);
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    HF_ASSERT(has_row);
    hf_record_read(sql, stmt, arena, record, NULL);
    *out = hf_record_hash(sql, record, canonical);
    return true;
}

// The hash of a row covers what was filled in: two stores with the same records have the same digest.
static bool hash_again(hf_conn *conn, const hf_noun_sql *sql, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena record = {0};
    HF_CLEANUP(hf_buf_done) hf_buf canonical = {0}, next = hf_buf_of(1000), put = hf_buf_of(1000);
    int64_t row = 0;
    hf_sql_row_above(sql, &next);
    hf_buf_add_byte(&next, '\0');
    hf_sql_set_hash(sql, &put);
    hf_buf_add_byte(&put, '\0');
    while (first_row_above(conn, next.ptr, &row, err)) {
        HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
        hf_sha256 hash;
        if (row == 0)
            return hf_conn_run(conn, "DELETE FROM state WHERE name = 'digest'", err);
        hf_arena_reset(&record);
        if (!read_hash(conn, sql, row, &record, &canonical, &hash, err) ||
            !hf_stmt_once(conn, put.ptr, &stmt, err))
            return false;
        hf_stmt_i64(stmt, 1, row);
        hf_stmt_blob(stmt, 2, hash.bytes, sizeof(hash.bytes));
        if (!hf_stmt_run(stmt, err))
            return false;
    }
    return false;
}

// A field that newly goes into the search index asks for all of it again.
static bool update_noun(hf_conn *conn, const hf_noun_sql *sql, hf_error *err)
{
    bool is_filled = false;
    if (!hf_conn_run(conn, sql->create_table, err) ||
        !add_missing_columns(conn, sql, &is_filled, err) ||
        !hf_conn_run(conn, sql->create_key, err) ||
        (is_filled && sql->has_history && !hash_again(conn, sql, err)))
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
    if (!run_if_any(conn, conn->driver->words->functions, err) ||
        !hf_conn_run(conn, "DROP INDEX IF EXISTS \"attachment_marking\"", err))
        return false;
    for (size_t i = 0; i < store->noun_count; i++)
        if (!update_noun(conn, &store->sql[i], err))
            return false;
    if (!hf_stmt_once(conn,
                      "INSERT INTO state(name, value) VALUES ('nouns', ?1) ON CONFLICT (name) DO "
                      "UPDATE SET value = excluded.value",
                      &stmt, err))
        return false;
    hf_stmt_text(stmt, 1, hf_str_of(signature));
    return hf_stmt_run(stmt, err);
}

static bool get_version(hf_conn *conn, int64_t *version, hf_error *err)
{
    return hf_conn_number(conn, conn->driver->words->get_schema, version, err);
}

static bool update_all(hf_store *store, hf_conn *conn, int version, hf_error *err)
{
    const hf_dialect *words = conn->driver->words;
    int64_t have = 0;
    if (!get_version(conn, &have, err))
        return false;
    if (have < 1 &&
        (!run_if_any(conn, words->prelude, err) || !run_if_any(conn, words->functions, err) ||
         !run_filled(conn, platform_tables, "", err) || !set_version(conn, 1, err)))
        return false;
    if (have < 2 && version >= 2 &&
        (!hf_conn_run(conn, history_indexes, err) || !set_version(conn, 2, err)))
        return false;
    if (have < 3 && version >= 3 &&
        (!run_filled(conn, audit_tables, "", err) || !hf_audit_key_make(conn, err) ||
         !set_version(conn, 3, err)))
        return false;
    if (have < 4 && version >= 4 &&
        (!add_credential_detail(conn, err) || !set_version(conn, 4, err)))
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
    if (!get_version(conn, &have, err))
        return false;
    return have < version || has_signature(conn, signature, out, err);
}

// Somebody may have been faster while we waited for the lock. A store that is only being made is not kept.
static bool update_locked(hf_store *store, hf_conn *conn, int version, hf_error *err)
{
    bool is_new = false;
    int64_t have = 0;
    if (!is_up_to_date(store, conn, version, &is_new, err) || !get_version(conn, &have, err))
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
    if (!conn->driver->begin(conn->db, HF_DB_WRITES, err))
        return false;
    if (update_locked(store, conn, version, err) && conn->driver->commit(conn->db, err))
        return true;
    conn->driver->rollback(conn->db);
    hf_older_drop(store);
    return false;
}
