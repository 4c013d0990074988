// SPDX-License-Identifier: Apache-2.0
//
// What may not go on in a store that came out of a backup as if nothing had been. Called by usecase/restore.c.
#include "store/internal.h"
#include "store/store_system.h"

static bool count_rows(hf_tx *tx, const char *sql, uint64_t *count, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = true;
    if (!hf_stmt_take(tx->read.conn, sql, &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, tx->now_ms);
    for (*count = 0; has_row; *count += has_row)
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
    return true;
}

bool hf_restored_settle(hf_tx *tx, hf_restored *out, hf_error *err)
{
    // The kinds are those of hf_credential_kind, the states those of hf_job_state.
    // The digest that was kept is what the backup says; from here on it is what the rows say.
    return hf_conn_run(tx->read.conn, "DELETE FROM state WHERE name = 'digest'", err) &&
           count_rows(tx, "DELETE FROM credential WHERE kind IN (0, 3) AND ?1 > 0 RETURNING 1",
                      &out->sessions, err) &&
           count_rows(tx,
                      "SELECT 1 FROM credential WHERE kind = 1 AND (expires IS NULL OR expires > "
                      "?1)",
                      &out->tokens, err) &&
           count_rows(tx,
                      "UPDATE job SET state = 4, ended_at = ?1, _updated = ?1, _version = _version "
                      "+ 1 WHERE kind = 'import' AND state IN (0, 1) RETURNING 1",
                      &out->imports, err);
}
