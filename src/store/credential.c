// SPDX-License-Identifier: Apache-2.0
//
// Sessions, tokens and the one-time set-up link, as hashes of their secrets; settings by name; bytes by their
// content hash.
#include <string.h>

#include "store/internal.h"
#include "store/store_system.h"

static const char *const credential_columns = "SELECT secret, kind, user_key, label, created, "
                                              "expires, last_seen, detail FROM credential WHERE "
                                              "secret = ?1 AND "
                                              "kind = ?2";

// --- credentials -----------------------------------------------------------------------------------------

bool hf_credential_add(hf_tx *tx, const hf_credential *credential, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_str detail;
    if (!hf_seal_detail(tx, credential, &scratch, &detail, err) ||
        !hf_stmt_take(tx->read.conn,
                      "INSERT INTO credential(secret, kind, user_key, label, created, expires, "
                      "last_seen, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                      &stmt, err))
        return false;
    hf_stmt_blob(stmt, 1, credential->secret.bytes, sizeof(credential->secret.bytes));
    hf_stmt_i64(stmt, 2, (int64_t)credential->kind);
    hf_stmt_text(stmt, 3, credential->user_key);
    hf_stmt_text(stmt, 4, credential->label);
    hf_stmt_i64(stmt, 5, credential->created_ms);
    hf_stmt_i64(stmt, 6, credential->expires_ms);
    hf_stmt_i64(stmt, 7, credential->last_seen_ms);
    hf_stmt_text(stmt, 8, detail);
    return hf_stmt_run(stmt, err);
}

static void read_credential(hf_stmt *stmt, hf_arena *arena, hf_credential *out)
{
    hf_str secret = hf_stmt_get_str(stmt, 0);
    *out = (hf_credential){.kind = (hf_credential_kind)hf_stmt_get_i64(stmt, 1),
                           .user_key = hf_str_copy(arena, hf_stmt_get_str(stmt, 2)),
                           .label = hf_str_copy(arena, hf_stmt_get_str(stmt, 3)),
                           .created_ms = hf_stmt_get_i64(stmt, 4),
                           .expires_ms = hf_stmt_get_i64(stmt, 5),
                           .last_seen_ms = hf_stmt_get_i64(stmt, 6),
                           .detail = hf_str_copy(arena, hf_stmt_get_str(stmt, 7))};
    if (secret.len == sizeof(out->secret.bytes))
        memcpy(out->secret.bytes, secret.ptr, secret.len);
}

bool hf_credential_find(hf_read *read, hf_credential_kind kind, const hf_sha256 *secret,
                        int64_t now_ms, hf_arena *arena, hf_credential **out, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    *out = NULL;
    if (!hf_stmt_take(read->conn, credential_columns, &stmt, err))
        return false;
    hf_stmt_blob(stmt, 1, secret->bytes, sizeof(secret->bytes));
    hf_stmt_i64(stmt, 2, (int64_t)kind);
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    if (!has_row)
        return true;
    hf_credential *found = HF_NEW(arena, hf_credential);
    read_credential(stmt, arena, found);
    if (found->expires_ms == HF_INTEGER_NONE || found->expires_ms > now_ms)
        *out = found;
    return true;
}

bool hf_credential_remove(hf_tx *tx, const hf_sha256 *secret, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    if (!hf_stmt_take(tx->read.conn, "DELETE FROM credential WHERE secret = ?1", &stmt, err))
        return false;
    hf_stmt_blob(stmt, 1, secret->bytes, sizeof(secret->bytes));
    return hf_stmt_run(stmt, err);
}

bool hf_credential_remove_all(hf_tx *tx, hf_credential_kind kind, hf_str user_key, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    if (user_key.len == 0) {
        if (!hf_stmt_take(tx->read.conn, "DELETE FROM credential WHERE expires <= ?1 AND kind = ?2",
                          &stmt, err))
            return false;
        hf_stmt_i64(stmt, 1, tx->now_ms);
        hf_stmt_i64(stmt, 2, (int64_t)kind);
        return hf_stmt_run(stmt, err);
    }
    if (!hf_stmt_take(tx->read.conn, "DELETE FROM credential WHERE user_key = ?1 AND kind = ?2",
                      &stmt, err))
        return false;
    hf_stmt_text(stmt, 1, user_key);
    hf_stmt_i64(stmt, 2, (int64_t)kind);
    return hf_stmt_run(stmt, err);
}

typedef HF_VEC(hf_credential) credential_list;

bool hf_credential_list(hf_read *read, hf_credential_kind kind, hf_str user_key, hf_arena *arena,
                        hf_credential **list, size_t *count, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    credential_list found = {0};
    bool has_row = true;
    if (!hf_stmt_take(
            read->conn,
            "SELECT secret, kind, user_key, label, created, expires, last_seen, detail FROM "
            "credential WHERE "
            "user_key = ?1 AND kind = ?2 ORDER BY created, secret",
            &stmt, err))
        return false;
    hf_stmt_text(stmt, 1, user_key);
    hf_stmt_i64(stmt, 2, (int64_t)kind);
    while (has_row) {
        hf_credential credential;
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        if (!has_row)
            break;
        read_credential(stmt, arena, &credential);
        HF_VEC_ADD(arena, &found, credential);
    }
    *list = found.items;
    *count = found.count;
    return true;
}

bool hf_credential_touch(hf_store *store, const hf_sha256 *secret, int64_t now_ms, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_stmt_give) hf_stmt *seen = NULL;
    HF_CLEANUP(hf_stmt_give) hf_stmt *user = NULL;
    if (!hf_tx_begin(store, now_ms, &tx, err) ||
        !hf_stmt_take(tx->read.conn, "UPDATE credential SET last_seen = ?2 WHERE secret = ?1",
                      &seen, err) ||
        !hf_stmt_take(tx->read.conn,
                      "UPDATE \"user\" SET last_seen_at = ?2 WHERE \"key\" = (SELECT user_key FROM "
                      "credential "
                      "WHERE secret = ?1)",
                      &user, err))
        return false;
    hf_stmt_blob(seen, 1, secret->bytes, sizeof(secret->bytes));
    hf_stmt_i64(seen, 2, now_ms);
    hf_stmt_blob(user, 1, secret->bytes, sizeof(secret->bytes));
    hf_stmt_i64(user, 2, now_ms);
    if (!hf_stmt_run(seen, err) || !hf_stmt_run(user, err))
        return false;
    return hf_tx_commit(&tx, err);
}

// --- settings --------------------------------------------------------------------------------------------

bool hf_setting_get(hf_read *read, const char *name, hf_arena *arena, hf_str *out, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    if (!hf_stmt_take(read->conn, "SELECT value FROM setting WHERE name = ?1", &stmt, err))
        return false;
    hf_stmt_text(stmt, 1, hf_str_of(name));
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    *out = HF_STR_EMPTY;
    if (has_row)
        out->ptr = hf_str_z(arena, hf_stmt_get_str(stmt, 0)); // an empty value is not "not set"
    out->len = has_row ? hf_stmt_get_str(stmt, 0).len : 0;
    return true;
}

bool hf_setting_set(hf_tx *tx, const char *name, hf_str value, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool is_removal = value.ptr == NULL;
    if (!hf_stmt_take(tx->read.conn,
                      is_removal ? "DELETE FROM setting WHERE name = ?1"
                                 : "INSERT INTO setting(name, value) VALUES (?1, ?2) ON CONFLICT "
                                   "(name) DO UPDATE SET value = excluded.value",
                      &stmt, err))
        return false;
    hf_stmt_text(stmt, 1, hf_str_of(name));
    if (!is_removal)
        hf_stmt_text(stmt, 2, value);
    return hf_stmt_run(stmt, err);
}

// --- blobs -----------------------------------------------------------------------------------------------

bool hf_blob_put(hf_tx *tx, hf_str bytes, char hex[65], hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    hf_sha256 hash = hf_sha256_of(bytes);
    hf_hex(hash.bytes, sizeof(hash.bytes), hex);
    if (!hf_stmt_take(tx->read.conn,
                      "INSERT INTO blob(hash, bytes) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING",
                      &stmt, err))
        return false;
    hf_stmt_text(stmt, 1, hf_str_of(hex));
    hf_stmt_blob(stmt, 2, bytes.ptr, bytes.len);
    return hf_stmt_run(stmt, err);
}

bool hf_blob_get(hf_read *read, hf_str hex, hf_arena *arena, hf_str *out, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    if (!hf_stmt_take(read->conn, "SELECT bytes FROM blob WHERE hash = ?1", &stmt, err))
        return false;
    hf_stmt_text(stmt, 1, hex);
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    *out = HF_STR_EMPTY;
    if (!has_row)
        return true;
    hf_str bytes = hf_stmt_get_str(stmt, 0);
    *out = (hf_str){hf_str_z(arena, bytes), bytes.len}; // an empty blob is not "none"
    return true;
}
