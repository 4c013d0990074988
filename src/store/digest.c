// SPDX-License-Identifier: Apache-2.0
//
// The snapshot digest: SHA-256 over the row hashes of the register, ordered by (noun, key). Hashes are read in
// row order, then walked in key order, so that a large register is read twice straight through and never
// at random. Kept per data version, in memory and in the store.
#include <stdlib.h>
#include <string.h>

#include "store/internal.h"

static int by_name(const void *a, const void *b)
{
    const hf_noun_sql *const *left = a;
    const hf_noun_sql *const *right = b;
    return strcmp((*left)->noun->name, (*right)->noun->name);
}

static bool read_hashes(hf_read *read, const hf_noun_sql *sql, hf_sha256 *hashes, int64_t row_max,
                        hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = true;
    if (!hf_stmt_take(read->conn, sql->hashes, &stmt, err))
        return false;
    while (hf_stmt_step(stmt, &has_row, err)) {
        if (!has_row)
            return true;
        int64_t row = hf_stmt_get_i64(stmt, 0);
        hf_str hash = hf_stmt_get_str(stmt, 1);
        if (row < 1 || row > row_max || hash.len != sizeof(hashes[0].bytes))
            return hf_fail(err, HF_ERR_INPUT, "store.damaged",
                           "the store is damaged (row %lld of %s); restore a backup",
                           (long long)row, sql->noun->name);
        memcpy(hashes[row].bytes, hash.ptr, hash.len);
    }
    return false;
}

// rows: those that count; NULL = all
static bool add_noun(hf_read *read, const hf_noun_sql *sql, const hf_row_set *rows,
                     hf_sha256_stream *stream, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    int64_t row_max = read->state.row_max[sql->index];
    bool has_row = true;
    hf_sha256 *hashes = HF_NEW_N(&arena, hf_sha256, (size_t)row_max + 1);
    if (!read_hashes(read, sql, hashes, row_max, err) ||
        !hf_stmt_take(read->conn, sql->key_order, &stmt, err))
        return false;
    hf_sha256 gathered[256]; // a call for each would cost as much as the hashing
    size_t count = 0;
    while (hf_stmt_step(stmt, &has_row, err)) {
        int64_t row = has_row ? hf_stmt_get_i64(stmt, 0) : 0;
        if (has_row && (rows == NULL || hf_row_set_has(rows, row)))
            gathered[count++] = hashes[row];
        if (count == HF_COUNT(gathered) || !has_row) {
            hf_sha256_add(stream, gathered[0].bytes, count * sizeof(gathered[0]));
            count = 0;
        }
        if (!has_row)
            return true;
    }
    return false;
}

static bool add_known(hf_read *read, const hf_noun_sql *sql, const hf_sight *sight,
                      hf_sha256_stream *stream, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_row_set rows;
    if (sight == NULL)
        return add_noun(read, sql, NULL, stream, err);
    return hf_store_known_rows(read, sql->noun, sight, &scratch, &rows, err) &&
           add_noun(read, sql, &rows, stream, err);
}

bool hf_digest_compute(hf_read *read, char hex[65], hf_error *err)
{
    return hf_read_digest_known(read, NULL, hex, err);
}

bool hf_read_digest_known(hf_read *read, const hf_sight *sight, char hex[65], hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_noun_sql *order[HF_NOUN_COUNT_MAX];
    size_t count = 0;
    for (size_t i = 0; i < read->store->noun_count; i++)
        if (read->store->sql[i].is_digested)
            order[count++] = &read->store->sql[i];
    qsort(order, count, sizeof(order[0]), by_name);
    hf_sha256_stream *stream = hf_sha256_open(&arena);
    bool is_done = true;
    for (size_t i = 0; i < count && is_done; i++)
        is_done = add_known(read, order[i], sight, stream, err);
    hf_sha256 digest = hf_sha256_close(stream);
    if (is_done)
        hf_hex(digest.bytes, sizeof(digest.bytes), hex);
    return is_done;
}

static bool recall(hf_read *read, char hex[65], bool *found, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    hf_store *store = read->store;
    bool has_row = false;
    (void)pthread_mutex_lock(&store->pool_lock);
    *found = store->digest_version == read->state.data_version;
    if (*found)
        memcpy(hex, store->digest, sizeof(store->digest));
    (void)pthread_mutex_unlock(&store->pool_lock);
    if (*found)
        return true;
    if (!hf_stmt_take(read->conn, "SELECT value FROM state WHERE name = 'digest'", &stmt, err) ||
        !hf_stmt_step(stmt, &has_row, err))
        return false;
    // "version:hex"
    hf_str kept = has_row ? hf_stmt_get_str(stmt, 0) : HF_STR_EMPTY;
    hf_str number = HF_STR_EMPTY;
    int64_t version = 0;
    if (hf_str_split(&kept, ':', &number) && hf_parse_i64(number, &version) && kept.len == 64 &&
        version == read->state.data_version) {
        memcpy(hex, kept.ptr, 64);
        hex[64] = '\0';
        *found = true;
    }
    return true;
}

bool hf_digest_keep(hf_conn *conn, int64_t version, const char *hex, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    if (!hf_stmt_take(conn,
                      "INSERT INTO state(name, value) VALUES ('digest', ?1) ON CONFLICT (name) "
                      "DO UPDATE SET value = excluded.value",
                      &stmt, err))
        return false;
    hf_stmt_text(stmt, 1, hf_str_format(&arena, "%lld:%s", (long long)version, hex));
    return hf_stmt_run(stmt, err);
}

// A register of this size is worth a write, so that the next command need not read it all again. Nobody waits:
// when another writes, it is left out.
static void keep_if_idle(hf_store *store, int64_t version, const char *hex)
{
    hf_error ignored = {0};
    hf_state state;
    hf_conn *conn = store->writer;
    if (pthread_mutex_trylock(&store->writer_lock) != 0)
        return;
    if (conn->driver->begin(conn->db, HF_DB_WRITES_NOW, &ignored) &&
        hf_state_load(conn, store, &state, &ignored) && state.data_version == version &&
        hf_digest_keep(conn, version, hex, &ignored))
        (void)conn->driver->commit(conn->db, &ignored);
    conn->driver->rollback(conn->db); // also of one that did not get its lock
    (void)pthread_mutex_unlock(&store->writer_lock);
}

bool hf_read_digest(hf_read *read, char hex[65], hf_error *err)
{
    enum { WORTH_KEEPING = 50000 };
    hf_store *store = read->store;
    bool is_known = false;
    int64_t records = 0;
    if (read->tx != NULL && read->tx->is_data_changed) // its version is not given yet
        return hf_digest_compute(read, hex, err);
    if (!recall(read, hex, &is_known, err))
        return false;
    if (!is_known && !hf_digest_compute(read, hex, err))
        return false;
    (void)pthread_mutex_lock(&store->pool_lock);
    store->digest_version = read->state.data_version;
    memcpy(store->digest, hex, sizeof(store->digest));
    (void)pthread_mutex_unlock(&store->pool_lock);
    for (size_t i = 0; i < store->noun_count; i++)
        records += read->state.live[i];
    if (!is_known && read->tx == NULL && records >= WORTH_KEEPING)
        keep_if_idle(store, read->state.data_version, hex);
    return true;
}
