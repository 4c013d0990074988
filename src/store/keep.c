// SPDX-License-Identifier: Apache-2.0
//
// Old rows of the platform that go when their time is over: jobs with their results, and credentials.
#include "base/crypto.h"
#include "store/internal.h"
#include "store/store_keep.h"
#include "store/store_system.h"

static bool find_ended(hf_read *read, int64_t before_ms, int64_t rows[HF_FORGOTTEN_AT_ONCE],
                       size_t *count, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = true;
    char latest[37];
    *count = 0;
    // Keys are UUIDv7, and nothing ends before it is made: the index of states and keys leaves those that are too young
    // alone, whose ends stand behind results of many megabytes.
    hf_uuid7(before_ms, latest);
    if (!hf_stmt_take(
            read->conn,
            "SELECT row FROM job WHERE state IN (2, 3, 4) AND \"key\" < ?1 AND ended_at < ?2 "
            "LIMIT ?3",
            &stmt, err))
        return false;
    hf_stmt_str(stmt, 1, hf_str_of(latest));
    hf_stmt_i64(stmt, 2, before_ms);
    hf_stmt_i64(stmt, 3, HF_FORGOTTEN_AT_ONCE);
    while (hf_stmt_step(stmt, &has_row, err)) {
        if (!has_row)
            return true;
        rows[(*count)++] = hf_stmt_get_i64(stmt, 0);
    }
    return false;
}

bool hf_forget_jobs(hf_tx *tx, int64_t before_ms, uint64_t *count, hf_error *err)
{
    int64_t rows[HF_FORGOTTEN_AT_ONCE];
    size_t found = 0;
    if (!find_ended(&tx->read, before_ms, rows, &found, err))
        return false;
    for (size_t i = 0; i < found; i++) {
        uint64_t removed = 0;
        if (!hf_store_remove(tx, hf_noun_find(HF_STR("job")), rows[i], HF_VERSION_ANY, false,
                             &removed, err))
            return false;
    }
    *count = found;
    return true;
}

bool hf_forget_credentials(hf_tx *tx, int64_t now_ms, uint64_t *count, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = true;
    *count = 0;
    if (!hf_stmt_take(tx->read.conn,
                      "DELETE FROM credential WHERE expires <= ?1 AND kind IN (?2, ?3, ?4, ?5) "
                      "RETURNING kind",
                      &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, now_ms);
    hf_stmt_i64(stmt, 2, (int64_t)HF_CREDENTIAL_SESSION);
    hf_stmt_i64(stmt, 3, (int64_t)HF_CREDENTIAL_DEVICE);
    hf_stmt_i64(stmt, 4, (int64_t)HF_CREDENTIAL_ENDED);
    hf_stmt_i64(stmt, 5, (int64_t)HF_CREDENTIAL_USED);
    while (hf_stmt_step(stmt, &has_row, err)) {
        if (!has_row)
            return true;
        (*count)++;
    }
    return false;
}
