// SPDX-License-Identifier: Apache-2.0
//
// One record at a time through the door: put and remove with their conditions, and removal of all records
// whose keys begin alike (the demonstration nation).
#include <string.h>

#include "store/internal.h"

static bool check_version(const hf_noun *noun, const hf_head *now, int64_t expected, hf_error *err)
{
    if (expected == HF_VERSION_ANY || expected == now->version)
        return true;
    return hf_fail(err, HF_ERR_STALE, "record.stale",
                   "%s '%.*s' has version %lld by now, not %lld; look at it again", noun->name,
                   HF_STR_ARG(now->key), (long long)now->version, (long long)expected);
}

static bool load(hf_tx *tx, const hf_noun_sql *sql, int64_t row, void **record, hf_extra *extra,
                 hf_error *err)
{
    hf_arena_reset(&tx->scratch);
    if (!hf_record_get(&tx->read, sql, row, &tx->scratch, record, extra, err))
        return false;
    return *record != NULL || hf_fail(err, HF_ERR_NOT_FOUND, "record.gone",
                                      "this %s is no longer there", sql->noun->name);
}

static bool add(hf_tx *tx, const hf_noun_sql *sql, void *record, hf_extra *extra, hf_error *err)
{
    hf_head *head = record;
    int64_t row = 0;
    if (!hf_record_row_of_key(&tx->read, sql, head->key, &row, err))
        return false;
    if (row != 0) {
        hf_fail(err, HF_ERR_CONFLICT, "record.exists",
                "there is a %s '%.*s' already; choose another key", sql->noun->name,
                HF_STR_ARG(head->key));
        return hf_fail_at(err, NULL, 0, "key");
    }
    return hf_change_add(tx, sql, record, extra, false, NULL, err);
}

// Read-only fields alone: written in place, no version, no history, no event.
static bool write_quietly(hf_tx *tx, const hf_noun_sql *sql, void *record, const hf_extra *extra,
                          hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    if (!hf_stmt_take(tx->read.conn, sql->update, &stmt, err))
        return false;
    hf_record_bind(sql, stmt, record, extra);
    return hf_stmt_run(stmt, err);
}

static bool change(hf_tx *tx, const hf_noun_sql *sql, void *record, hf_extra *extra,
                   int64_t expected_version, hf_put_outcome *outcome, hf_error *err)
{
    hf_head *head = record;
    void *old = NULL;
    hf_extra old_extra;
    if (!load(tx, sql, head->row, &old, &old_extra, err))
        return false;
    const hf_head *before = old;
    if (!check_version(sql->noun, before, expected_version, err))
        return false;
    if (!hf_str_equal(before->key, head->key)) {
        hf_fail(err, HF_ERR_INPUT, "record.key_fixed",
                "the key of a %s cannot be changed; add a new one", sql->noun->name);
        return hf_fail_at(err, NULL, 0, "key");
    }
    hf_difference difference = hf_record_compare(sql->noun, old, record, true);
    if (difference == HF_DIFFERENT)
        return hf_change_update(tx, sql, old, &old_extra, record, extra, false, NULL, outcome, err);
    head->version = before->version;
    head->created_ms = before->created_ms;
    head->updated_ms = before->updated_ms;
    head->added_event = before->added_event;
    *outcome = HF_PUT_UNCHANGED;
    return difference == HF_SAME || write_quietly(tx, sql, record, &old_extra, err);
}

bool hf_store_put(hf_tx *tx, const hf_noun *noun, void *record, int64_t expected_version,
                  hf_put_outcome *outcome, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf canonical = {0};
    const hf_noun_sql *sql = hf_noun_sql_of(tx->read.store, noun);
    hf_head *head = record;
    hf_extra extra = {.salt = tx->salt};
    hf_put_outcome done = HF_PUT_ADDED;
    HF_ASSERT(!tx->has_bulk && head->key.len > 0);
    if (!hf_record_links(&tx->read, sql, record, &extra, err))
        return false;
    if (sql->has_history)
        extra.hash = hf_record_hash(sql, record, &canonical);
    bool is_done = head->row == 0 ? add(tx, sql, record, &extra, err)
                                  : change(tx, sql, record, &extra, expected_version, &done, err);
    if (!is_done)
        return false;
    if (head->id[0] == '\0')
        hf_record_id(head->created_ms, extra.salt, head->row, head->id);
    *outcome = done;
    return true;
}

// --- removing --------------------------------------------------------------------------------------------

static bool remove_row(hf_tx *tx, const hf_noun_sql *sql, int64_t row, hf_error *err)
{
    void *old = NULL;
    hf_extra extra;
    return load(tx, sql, row, &old, &extra, err) && hf_change_remove(tx, sql, old, &extra, err);
}

typedef HF_VEC(int64_t) row_list;

static bool read_rows(hf_stmt *stmt, hf_arena *arena, row_list *rows, hf_error *err)
{
    bool has_row = true;
    while (hf_stmt_step(stmt, &has_row, err)) {
        if (!has_row)
            return true;
        HF_VEC_ADD(arena, rows, hf_stmt_get_i64(stmt, 0));
    }
    return false;
}

static bool rows_of_asset(hf_read *read, const char *text, int64_t asset, hf_arena *arena,
                          row_list *rows, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    if (!hf_stmt_take(read->conn, text, &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, asset);
    return read_rows(stmt, arena, rows, err);
}

static const char *const link_nouns[] = {"dependency", "layer", "preparation"};
#define ROWS_OF_DEPENDENCIES                                                                       \
    "SELECT row FROM dependency WHERE supplier = ?1 UNION "                                        \
    "SELECT row FROM dependency WHERE consumer = ?1"
static const char *const link_texts[] = {ROWS_OF_DEPENDENCIES,
                                         "SELECT row FROM layer WHERE asset = ?1",
                                         "SELECT row FROM preparation WHERE asset = ?1"};

bool hf_store_naming(hf_read *read, int64_t asset, hf_arena *arena, hf_record_ref **list,
                     size_t *count, hf_error *err)
{
    HF_VEC(hf_record_ref) found = {0};
    for (size_t i = 0; i < HF_COUNT(link_nouns); i++) {
        const hf_noun *noun = hf_noun_find(hf_str_of(link_nouns[i]));
        row_list rows = {0};
        if (!rows_of_asset(read, link_texts[i], asset, arena, &rows, err))
            return false;
        for (size_t k = 0; k < rows.count; k++) {
            hf_record_ref ref = {noun, rows.items[k]};
            HF_VEC_ADD(arena, &found, ref);
        }
    }
    *list = found.items;
    *count = found.count;
    return true;
}

static bool remove_links(hf_tx *tx, const hf_head *asset, bool with_links, uint64_t *removed,
                         hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_record_ref *list = NULL;
    size_t count = 0;
    if (!hf_store_naming(&tx->read, asset->row, &arena, &list, &count, err))
        return false;
    if (count > 0 && !with_links)
        return hf_fail(err, HF_ERR_CONFLICT, "record.in_use",
                       "%zu dependencies, layer rows and preparations name the asset '%.*s'; "
                       "remove them first, or "
                       "together with it",
                       count, HF_STR_ARG(asset->key));
    for (size_t i = 0; i < count; i++)
        if (!remove_row(tx, hf_noun_sql_of(tx->read.store, list[i].noun), list[i].row, err))
            return false;
    *removed += count;
    return true;
}

bool hf_store_remove(hf_tx *tx, const hf_noun *noun, int64_t row, int64_t expected_version,
                     bool with_links, uint64_t *removed_count, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_noun_sql *sql = hf_noun_sql_of(tx->read.store, noun);
    void *old = NULL;
    hf_extra extra;
    uint64_t removed = 1;
    HF_ASSERT(!tx->has_bulk);
    if (!hf_record_get(&tx->read, sql, row, &arena, &old, &extra, err))
        return false;
    if (old == NULL)
        return hf_fail(err, HF_ERR_NOT_FOUND, "record.gone", "this %s is no longer there",
                       noun->name);
    if (!check_version(noun, old, expected_version, err))
        return false;
    if (strcmp(noun->name, "asset") == 0 && !remove_links(tx, old, with_links, &removed, err))
        return false;
    if (!hf_change_remove(tx, sql, old, &extra, err))
        return false;
    *removed_count = removed;
    return true;
}

// The smallest text above all that begin with prefix; empty when there is none (all bytes 0xff).
static hf_str end_of_prefix(hf_arena *arena, hf_str prefix)
{
    hf_str end = hf_str_copy(arena, prefix);
    while (end.len > 0 && (unsigned char)end.ptr[end.len - 1] == 0xff)
        end.len--;
    if (end.len == 0)
        return HF_STR_EMPTY;
    char *bytes = hf_arena_take(arena, end.len);
    memcpy(bytes, end.ptr, end.len);
    bytes[end.len - 1] = (char)((unsigned char)bytes[end.len - 1] + 1);
    return (hf_str){bytes, end.len};
}

bool hf_store_remove_prefix(hf_tx *tx, hf_str prefix, uint64_t *removed_count, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_store *store = tx->read.store;
    uint64_t removed = 0;
    HF_ASSERT(prefix.len > 0);
    for (size_t i = store->noun_count; i-- > 0;) { // references stand after what they name
        const hf_noun_sql *sql = &store->sql[i];
        HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
        row_list rows = {0};
        if (!sql->is_data)
            continue;
        if (!hf_stmt_take(tx->read.conn, sql->of_prefix, &stmt, err))
            return false;
        hf_stmt_text(stmt, 1, prefix);
        hf_stmt_str(stmt, 2, end_of_prefix(&arena, prefix));
        if (!read_rows(stmt, &arena, &rows, err))
            return false;
        for (size_t k = 0; k < rows.count; k++) {
            uint64_t count = 0;
            if (!hf_store_remove(tx, sql->noun, rows.items[k], HF_VERSION_ANY, true, &count, err))
                return false;
            removed += count;
        }
    }
    *removed_count = removed;
    return true;
}
