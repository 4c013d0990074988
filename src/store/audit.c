// SPDX-License-Identifier: Apache-2.0
//
// What proves the log: the signing key, the hashes in a row, and the checkpoints that were signed.
#include <string.h>

#include "store/internal.h"
#include "store/store_system.h"

bool hf_audit_key_make(hf_conn *conn, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    hf_sign_key key;
    hf_sign_secret secret;
    int64_t count = 0;
    if (!hf_conn_number(conn, "SELECT count(*) FROM audit_key", &count, err))
        return false;
    if (count > 0)
        return true;
    if (!hf_stmt_once(conn, "INSERT INTO audit_key(public, secret) VALUES (?1, ?2)", &stmt, err))
        return false;
    hf_sign_make(&key, &secret);
    hf_stmt_blob(stmt, 1, key.bytes, sizeof(key.bytes));
    hf_stmt_blob(stmt, 2, secret.bytes, sizeof(secret.bytes));
    bool is_done = hf_stmt_run(stmt, err);
    hf_wipe(&secret, sizeof(secret));
    return is_done;
}

bool hf_audit_key(hf_read *read, hf_sign_key *key, hf_sign_secret *secret, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    if (!hf_stmt_take(read->conn, "SELECT public, secret FROM audit_key", &stmt, err) ||
        !hf_stmt_step(stmt, &has_row, err))
        return false;
    hf_str public_half = has_row ? hf_stmt_get_str(stmt, 0) : HF_STR_EMPTY;
    if (public_half.len != sizeof(key->bytes))
        return hf_fail(err, HF_ERR_INPUT, "audit.no_key",
                       "the store has no key to sign with; someone took it out");
    memcpy(key->bytes, public_half.ptr, sizeof(key->bytes));
    if (secret == NULL)
        return true;
    public_half = (hf_str){(const char *)key->bytes, sizeof(key->bytes)};
    hf_str hidden = hf_str_copy(&scratch, hf_stmt_get_str(stmt, 1));
    hf_stmt_reset(stmt); // before the connection is asked something else
    bool is_open = hf_seal_signer(read, public_half, hidden, secret, err);
    if (hidden.len > 0)
        hf_wipe((void *)(uintptr_t)hidden.ptr, hidden.len);
    return is_open;
}

bool hf_audit_key_change(hf_tx *tx, const hf_sign_key *key, const hf_sign_secret *secret,
                         hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    hf_str hidden;
    if (!hf_seal_hidden(tx, key, secret, &scratch, &hidden, err) ||
        !hf_conn_run(tx->read.conn, "DELETE FROM audit_key", err) ||
        !hf_stmt_take(tx->read.conn, "INSERT INTO audit_key(public, secret) VALUES (?1, ?2)", &stmt,
                      err))
        return false;
    hf_stmt_blob(stmt, 1, key->bytes, sizeof(key->bytes));
    hf_stmt_blob(stmt, 2, hidden.ptr, hidden.len);
    return hf_stmt_run(stmt, err);
}

bool hf_audit_hashes(hf_read *read, int64_t first, int64_t last, void *context,
                     void (*each)(void *context, const hf_sha256 *hash), hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = true;
    if (!hf_stmt_take(read->conn,
                      "SELECT sequence, hash FROM event WHERE row BETWEEN ?1 AND ?2 ORDER BY row",
                      &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, first);
    hf_stmt_i64(stmt, 2, last);
    for (int64_t sequence = first; sequence <= last; sequence++) {
        hf_sha256 hash;
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        if (!has_row || hf_stmt_get_i64(stmt, 0) != sequence ||
            !hf_hex_parse(hf_stmt_get_str(stmt, 1), hash.bytes, sizeof(hash.bytes)))
            return hf_fail(err, HF_ERR_INPUT, "audit.gap",
                           "event %lld is missing or has no hash; someone changed the log from "
                           "outside",
                           (long long)sequence);
        each(context, &hash);
    }
    return true;
}

bool hf_audit_keep(hf_tx *tx, int64_t size, hf_str line, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    if (!hf_stmt_take(tx->read.conn,
                      "INSERT INTO audit_checkpoint(size, line) VALUES (?1, ?2) "
                      "ON CONFLICT (size) DO NOTHING",
                      &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, size);
    hf_stmt_text(stmt, 2, line);
    return hf_stmt_run(stmt, err);
}

typedef HF_VEC(hf_str) line_list;

bool hf_audit_kept(hf_read *read, hf_arena *arena, hf_str **lines, size_t *count, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    line_list list = {0};
    bool has_row = true;
    if (!hf_stmt_take(read->conn, "SELECT line FROM audit_checkpoint ORDER BY size", &stmt, err))
        return false;
    while (hf_stmt_step(stmt, &has_row, err)) {
        if (!has_row) {
            *lines = list.items;
            *count = list.count;
            return true;
        }
        hf_str line = hf_str_copy(arena, hf_stmt_get_str(stmt, 0));
        HF_VEC_ADD(arena, &list, line);
    }
    return false;
}
