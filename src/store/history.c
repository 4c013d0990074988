// SPDX-License-Identifier: Apache-2.0
//
// What a record was: its versions from the states kept at each change, and going back, for one record or for
// all that an event (an import) did.
#include <string.h>

#include "store/internal.h"

const char *const hf_history_action_words[] = {"added", "changed", "removed", "restored", NULL};

typedef struct {
    int64_t version, event;
    hf_history_action action;
    void *image; // NULL: there was no record before
} entry;
typedef HF_VEC(entry) entry_list;
typedef HF_VEC(int64_t) row_list;

// --- reading ---------------------------------------------------------------------------------------------

// The row that a key has or had; 0 when there never was one.
static bool row_of(hf_read *read, const hf_noun_sql *sql, hf_str key, bool *is_live, int64_t *row,
                   hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    if (!hf_record_row_of_key(read, sql, key, row, err))
        return false;
    *is_live = *row != 0;
    if (*is_live)
        return true;
    if (!hf_stmt_take(
            read->conn,
            "SELECT record FROM history WHERE noun = ?1 AND action = 2 AND key = ?2 LIMIT 1", &stmt,
            err))
        return false;
    hf_stmt_text(stmt, 1, hf_str_of(sql->noun->name));
    hf_stmt_text(stmt, 2, key);
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    *row = has_row ? hf_stmt_get_i64(stmt, 0) : 0;
    return true;
}

// Newest first.
static bool read_entries(hf_read *read, const hf_noun_sql *sql, int64_t row, hf_arena *arena,
                         entry_list *out, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = true;
    if (!hf_stmt_take(
            read->conn,
            "SELECT version, event, action, image FROM history WHERE noun = ?1 AND record = ?2 "
            "ORDER BY seq DESC",
            &stmt, err))
        return false;
    hf_stmt_text(stmt, 1, hf_str_of(sql->noun->name));
    hf_stmt_i64(stmt, 2, row);
    while (hf_stmt_step(stmt, &has_row, err)) {
        if (!has_row)
            return true;
        entry item = {.version = hf_stmt_get_i64(stmt, 0),
                      .event = hf_stmt_get_i64(stmt, 1),
                      .action = (hf_history_action)hf_stmt_get_i64(stmt, 2)};
        hf_str image = hf_stmt_get_str(stmt, 3);
        int64_t salt = 0;
        if (image.len > 0) {
            item.image = hf_arena_take(arena, sql->noun->struct_bytes);
            if (!hf_image_read(sql->noun, hf_str_copy(arena, image), arena, item.image, &salt, err))
                return false;
            ((hf_head *)item.image)->row = row;
        }
        HF_VEC_ADD(arena, out, item);
    }
    return false;
}

static bool add_event_facts(hf_read *read, hf_arena *arena, hf_version *version, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    if (!hf_stmt_take(read->conn, "SELECT \"at\", actor, source FROM event WHERE row = ?1", &stmt,
                      err))
        return false;
    hf_stmt_i64(stmt, 1, version->event);
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    if (!has_row)
        return true;
    version->at_ms = hf_stmt_get_i64(stmt, 0);
    version->actor = hf_str_copy(arena, hf_stmt_get_str(stmt, 1));
    version->source = hf_str_copy(arena, hf_stmt_get_str(stmt, 2));
    return true;
}

bool hf_store_history(hf_read *read, const hf_noun *noun, hf_str key, hf_arena *arena,
                      hf_version **versions, size_t *version_count, hf_error *err)
{
    const hf_noun_sql *sql = hf_noun_sql_of(read->store, noun);
    entry_list entries = {0};
    bool is_live = false;
    int64_t row = 0;
    void *now = NULL;
    *version_count = 0;
    *versions = NULL;
    if (!row_of(read, sql, key, &is_live, &row, err))
        return false;
    if (row == 0)
        return true;
    if (is_live && !hf_record_get(read, sql, row, arena, &now, NULL, err))
        return false;
    if (!read_entries(read, sql, row, arena, &entries, err))
        return false;
    hf_version *list = HF_NEW_N(arena, hf_version, entries.count + 1);
    const void *after = now;
    size_t count = 0;
    for (size_t i = 0; i < entries.count; i++) {
        const entry *item = &entries.items[i];
        list[count++] = (hf_version){.version = item->version,
                                     .action = item->action,
                                     .event = item->event,
                                     .before = item->image,
                                     .after = item->action == HF_HISTORY_REMOVED ? NULL : after};
        after = item->image;
    }
    // The first version has no entry: what is left at the end is what was added.
    if (after != NULL)
        list[count++] = (hf_version){.version = 1,
                                     .action = HF_HISTORY_ADDED,
                                     .event = ((const hf_head *)after)->added_event,
                                     .after = after};
    for (size_t i = 0; i < count; i++)
        if (!add_event_facts(read, arena, &list[i], err))
            return false;
    *versions = list;
    *version_count = count;
    return true;
}

// --- going back ------------------------------------------------------------------------------------------

static bool is_in_use(hf_read *read, int64_t asset, bool *out, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    if (!hf_stmt_take(
            read->conn,
            "SELECT 1 WHERE EXISTS (SELECT 1 FROM dependency WHERE supplier = ?1) OR EXISTS "
            "(SELECT 1 FROM dependency WHERE consumer = ?1) OR EXISTS "
            "(SELECT 1 FROM layer WHERE asset = ?1) OR EXISTS "
            "(SELECT 1 FROM preparation WHERE asset = ?1)",
            &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, asset);
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    *out = has_row;
    return true;
}

static bool remove_added(hf_tx *tx, const hf_noun_sql *sql, int64_t row, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    void *record = NULL;
    hf_extra extra;
    bool is_used = false;
    if (!hf_record_get(&tx->read, sql, row, &arena, &record, &extra, err))
        return false;
    if (record == NULL)
        return true;
    if (strcmp(sql->noun->name, "asset") == 0 && !is_in_use(&tx->read, row, &is_used, err))
        return false;
    if (is_used)
        return hf_fail(
            err, HF_ERR_CONFLICT, "record.in_use",
            "dependencies, layer rows or preparations name the asset '%.*s'; remove them first",
            HF_STR_ARG(((const hf_head *)record)->key));
    return hf_change_remove(tx, sql, record, &extra, err);
}

// Secrets are not in an image: those of the present record stay.
static void keep_secrets(const hf_noun *noun, const void *now, void *image)
{
    for (size_t i = 0; i < noun->field_count; i++)
        if ((noun->fields[i].flags & HF_FIELD_SECRET) != 0)
            *(hf_str *)hf_field_at(&noun->fields[i], image) =
                *(const hf_str *)hf_field_of(&noun->fields[i], now);
}

static bool put_back(hf_tx *tx, const hf_noun_sql *sql, int64_t row, const void *image,
                     hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf canonical = {0};
    void *now = NULL;
    hf_extra now_extra;
    hf_extra extra = {0};
    hf_put_outcome outcome = HF_PUT_CHANGED;
    void *record = hf_arena_take(&arena, sql->noun->struct_bytes);
    memcpy(record, image, sql->noun->struct_bytes);
    if (!hf_record_get(&tx->read, sql, row, &arena, &now, &now_extra, err))
        return false;
    if (!hf_record_links(&tx->read, sql, record, &extra, err)) {
        if (err->kind == HF_ERR_INPUT) {
            err->kind = HF_ERR_CONFLICT;
            err->code = "undo.reference_gone";
        }
        return false;
    }
    extra.hash = hf_record_hash(sql, record, &canonical);
    if (now == NULL) {
        ((hf_head *)record)->row = 0;
        return hf_change_add(tx, sql, record, &extra, true, NULL, err);
    }
    keep_secrets(sql->noun, now, record);
    return hf_change_update(tx, sql, now, &now_extra, record, &extra, true, NULL, &outcome, err);
}

bool hf_store_undo(hf_tx *tx, const hf_noun *noun, hf_str key, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_noun_sql *sql = hf_noun_sql_of(tx->read.store, noun);
    entry_list entries = {0};
    bool is_live = false;
    int64_t row = 0;
    HF_ASSERT(!tx->has_bulk);
    if (!row_of(&tx->read, sql, key, &is_live, &row, err))
        return false;
    if (row == 0 || !sql->has_history)
        return hf_fail(err, HF_ERR_NOT_FOUND, "record.gone", "there never was a %s '%.*s'",
                       noun->name, HF_STR_ARG(key));
    if (!read_entries(&tx->read, sql, row, &arena, &entries, err))
        return false;
    if (entries.count == 0 || entries.items[0].image == NULL)
        return remove_added(tx, sql, row, err);
    return put_back(tx, sql, row, entries.items[0].image, err);
}

// --- undoing an event ------------------------------------------------------------------------------------

typedef struct {
    hf_tx *tx; // NULL: only looking
    hf_read *read;
    int64_t event;
    hf_arena *arena;
    row_list added[HF_NOUN_COUNT_MAX];   // live, added by the event
    row_list touched[HF_NOUN_COUNT_MAX]; // with a state before it
    uint64_t count;
    hf_undo_counts done;
} undo_job;

static bool collect(undo_job *job, hf_stmt *stmt, row_list *rows, hf_error *err)
{
    bool has_row = true;
    while (hf_stmt_step(stmt, &has_row, err)) {
        if (!has_row)
            return true;
        HF_VEC_ADD(job->arena, rows, hf_stmt_get_i64(stmt, 0));
        job->count++;
    }
    return false;
}

static bool collect_touched(undo_job *job, const hf_noun_sql *sql, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    if (!hf_stmt_take(
            job->read->conn,
            "SELECT DISTINCT record FROM history WHERE event = ?1 AND noun = ?2 ORDER BY record",
            &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, job->event);
    hf_stmt_text(stmt, 2, hf_str_of(sql->noun->name));
    return collect(job, stmt, &job->touched[sql->index], err);
}

// Live records that the event added, without those that it put back after a removal: these have an entry.
static bool collect_added(undo_job *job, const hf_noun_sql *sql, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_map known = {.arena = &arena};
    const row_list *touched = &job->touched[sql->index];
    row_list *added = &job->added[sql->index];
    size_t kept = 0;
    uint32_t ignored = 0;
    if (!hf_stmt_take(job->read->conn, sql->of_event, &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, job->event);
    if (!collect(job, stmt, added, err))
        return false;
    for (size_t i = 0; i < touched->count; i++)
        (void)hf_map_add_u64(&known, (uint64_t)touched->items[i], 1, NULL);
    for (size_t i = 0; i < added->count; i++)
        if (!hf_map_get_u64(&known, (uint64_t)added->items[i], &ignored))
            added->items[kept++] = added->items[i];
    added->count = kept;
    return true;
}

static bool check_not_changed_since(undo_job *job, const hf_noun_sql *sql, const row_list *rows,
                                    hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    if (!hf_stmt_take(
            job->read->conn,
            "SELECT key, event FROM history WHERE noun = ?1 AND record = ?2 AND event > ?3 LIMIT 1",
            &stmt, err))
        return false;
    for (size_t i = 0; i < rows->count; i++) {
        bool has_row = false;
        hf_stmt_text(stmt, 1, hf_str_of(sql->noun->name));
        hf_stmt_i64(stmt, 2, rows->items[i]);
        hf_stmt_i64(stmt, 3, job->event);
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        if (has_row) {
            hf_str key = hf_stmt_get_str(stmt, 0);
            return hf_fail(err, HF_ERR_CONFLICT, "undo.changed_since",
                           "%s '%.*s' was changed again by event %lld; undo that first",
                           sql->noun->name, HF_STR_ARG(key), (long long)hf_stmt_get_i64(stmt, 1));
        }
        hf_stmt_reset(stmt);
    }
    return true;
}

static bool remove_all_added(undo_job *job, const hf_noun_sql *sql, hf_error *err)
{
    for (size_t i = 0; i < job->added[sql->index].count; i++)
        if (!remove_added(job->tx, sql, job->added[sql->index].items[i], err))
            return false;
    job->done.removed += job->added[sql->index].count;
    return true;
}

// The state that the event found: its first entry for the record.
static bool restore_one(undo_job *job, const hf_noun_sql *sql, int64_t row, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    entry_list entries = {0};
    const entry *first = NULL;
    if (!read_entries(job->read, sql, row, &arena, &entries, err))
        return false;
    for (size_t i = 0; i < entries.count; i++)
        if (entries.items[i].event == job->event)
            first = &entries.items[i];
    HF_ASSERT(first != NULL);
    if (first->image == NULL) {
        job->done.removed++;
        return remove_added(job->tx, sql, row, err);
    }
    job->done.restored++;
    return put_back(job->tx, sql, row, first->image, err);
}

static bool restore_all(undo_job *job, const hf_noun_sql *sql, hf_error *err)
{
    for (size_t i = 0; i < job->touched[sql->index].count; i++)
        if (!restore_one(job, sql, job->touched[sql->index].items[i], err))
            return false;
    return true;
}

// Links leave first and come back last, so that an asset is never gone while one names it.
static bool undo_all(undo_job *job, hf_error *err)
{
    const hf_store *store = job->tx->read.store;
    for (size_t i = 0; i < store->noun_count; i++)
        if (store->sql[i].is_link && !remove_all_added(job, &store->sql[i], err))
            return false;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < store->noun_count; i++)
            if (store->sql[i].is_link == (pass == 1) && !restore_all(job, &store->sql[i], err))
                return false;
    for (size_t i = store->noun_count; i-- > 0;)
        if (!store->sql[i].is_link && !remove_all_added(job, &store->sql[i], err))
            return false;
    return true;
}

static undo_job *open_job(hf_read *read, int64_t event, hf_arena *arena)
{
    undo_job *job = HF_NEW(arena, undo_job);
    job->read = read;
    job->event = event;
    job->arena = arena;
    return job;
}

bool hf_store_event_records(hf_read *read, int64_t event, hf_arena *arena, hf_record_ref **list,
                            size_t *count, hf_error *err)
{
    const hf_store *store = read->store;
    undo_job *job = open_job(read, event, arena);
    for (size_t i = 0; i < store->noun_count; i++)
        if (store->sql[i].has_history && (!collect_touched(job, &store->sql[i], err) ||
                                          !collect_added(job, &store->sql[i], err)))
            return false;
    *list = HF_NEW_N(arena, hf_record_ref, job->count);
    *count = 0;
    for (size_t i = 0; i < store->noun_count; i++) {
        const row_list *rows[] = {&job->added[i], &job->touched[i]};
        for (size_t j = 0; j < HF_COUNT(rows); j++)
            for (size_t k = 0; k < rows[j]->count; k++)
                (*list)[(*count)++] = (hf_record_ref){store->sql[i].noun, rows[j]->items[k]};
    }
    return true;
}

bool hf_store_states(hf_read *read, const hf_noun *noun, int64_t row, hf_arena *arena,
                     const void ***states, size_t *count, hf_error *err)
{
    const hf_noun_sql *sql = hf_noun_sql_of(read->store, noun);
    entry_list entries = {0};
    void *now = NULL;
    if (!hf_record_get(read, sql, row, arena, &now, NULL, err) ||
        !read_entries(read, sql, row, arena, &entries, err))
        return false;
    const void **all = HF_NEW_N(arena, const void *, entries.count + 1);
    *count = 0;
    if (now != NULL)
        all[(*count)++] = now;
    for (size_t i = 0; i < entries.count; i++)
        if (entries.items[i].image != NULL)
            all[(*count)++] = entries.items[i].image;
    *states = all;
    return true;
}

bool hf_store_undo_event(hf_tx *tx, int64_t event, hf_undo_counts *counts, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_store *store = tx->read.store;
    undo_job *job = open_job(&tx->read, event, &arena);
    HF_ASSERT(!tx->has_bulk);
    job->tx = tx;
    for (size_t i = 0; i < store->noun_count; i++) {
        const hf_noun_sql *sql = &store->sql[i];
        if (!sql->has_history)
            continue;
        if (!collect_touched(job, sql, err) || !collect_added(job, sql, err) ||
            !check_not_changed_since(job, sql, &job->touched[i], err) ||
            !check_not_changed_since(job, sql, &job->added[i], err))
            return false;
    }
    if (job->count == 0)
        return hf_fail(err, HF_ERR_NOT_FOUND, "event.none", "event %lld changed no record",
                       (long long)event);
    if (!undo_all(job, err))
        return false;
    *counts = job->done;
    return true;
}
