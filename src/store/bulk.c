// SPDX-License-Identifier: Apache-2.0
//
// Many patches in one transaction. Small imports use the indexes; large ones keep a map from key to row in
// memory, and when most of a table is new its indexes are taken away and built once at the end, sorted.
#include <string.h>

#include "model/asset.h"
#include "model/dependency.h"
#include "store/internal.h"
#include "store/store_bulk.h"

enum {
    FRESH_COUNT = 5000, // added records of a noun from which on its indexes are built at the end
    MAP_COUNT = 20000,  // look-ups of a noun from which on a map in memory pays
    MAP_SHARE = 6       // … if they are more than this share of the table
};

typedef enum { UNTOUCHED, MARK_UNCHANGED, MARK_CHANGED, MARK_ADDED } mark;

typedef struct {
    const hf_noun_sql *sql;
    int64_t live_before;
    uint64_t lookup_count;
    bool has_map;
    bool is_fresh; // indexes are built at the end
    // Assets are named by others, so their keys are kept; of other nouns 64 bits of hash, checked against the
    // record on a hit, with the few that collide in `others`.
    hf_map rows;
    hf_map others;
    hf_arena map_arena;
    uint8_t *marks; // by row
    size_t mark_capacity;
    hf_bulk_counts counts;
} noun_bulk;

struct hf_bulk {
    hf_tx *tx;
    bool is_dry_run;
    hf_buf canonical;
    noun_bulk nouns[HF_NOUN_COUNT_MAX];
    noun_bulk *assets;
    hf_feed *feed; // NULL until a noun is fresh
    int64_t last_row;
    const hf_dependency *last_added; // NULL: the last put added none
    int64_t last_links[HF_LINKS_MAX];
    hf_arena arena;
};

bool hf_bulk_open(hf_tx *tx, bool is_dry_run, hf_bulk **out, hf_error *err)
{
    hf_arena arena = {0};
    hf_bulk *bulk = HF_NEW(&arena, hf_bulk);
    const hf_store *store = tx->read.store;
    (void)err;
    HF_ASSERT(!tx->has_bulk);
    bulk->tx = tx;
    bulk->is_dry_run = is_dry_run;
    for (size_t i = 0; i < store->noun_count; i++) {
        bulk->nouns[i].sql = &store->sql[i];
        bulk->nouns[i].live_before = tx->read.state.live[i];
        if (store->sql[i].noun == &hf_noun_asset)
            bulk->assets = &bulk->nouns[i];
    }
    bulk->arena = arena;
    tx->has_bulk = true;
    *out = bulk;
    return true;
}

static void forget_map(noun_bulk *nouns)
{
    hf_arena_done(&nouns->map_arena);
    nouns->rows = (hf_map){0};
    nouns->others = (hf_map){0};
}

void hf_bulk_close(hf_bulk **bulk)
{
    hf_bulk *closed = *bulk;
    *bulk = NULL;
    if (closed == NULL)
        return;
    hf_feed_close(&closed->feed);
    for (size_t i = 0; i < HF_NOUN_COUNT_MAX; i++)
        forget_map(&closed->nouns[i]);
    hf_buf_done(&closed->canonical);
    closed->tx->has_bulk = false;
    hf_arena arena = closed->arena;
    hf_arena_done(&arena);
}

hf_bulk_counts hf_bulk_counts_of(const hf_bulk *bulk, const hf_noun *noun)
{
    hf_bulk_counts sum = {0};
    for (size_t i = 0; i < HF_NOUN_COUNT_MAX; i++) {
        const noun_bulk *item = &bulk->nouns[i];
        if (item->sql == NULL || (noun != NULL && item->sql->noun != noun))
            continue;
        sum.added += item->counts.added;
        sum.changed += item->counts.changed;
        sum.unchanged += item->counts.unchanged;
        sum.refused += item->counts.refused;
    }
    return sum;
}

int64_t hf_bulk_last_row(const hf_bulk *bulk)
{
    return bulk->last_row;
}

bool hf_bulk_last_dependency(const hf_bulk *bulk, hf_plan_dependency *out)
{
    const hf_dependency *added = bulk->last_added;
    if (added == NULL)
        return false;
    *out = (hf_plan_dependency){.row = added->head.row,
                                .supplier = bulk->last_links[0],
                                .consumer = bulk->last_links[1],
                                .input = added->input,
                                .need = added->need,
                                .capacity = added->capacity,
                                .buffer_h = added->buffer_h,
                                .strength = added->strength,
                                .required_level = added->required_level,
                                .recharge = added->recharge,
                                .type = added->type,
                                .state = added->state,
                                .protection = {added->head.marking, added->head.compartments}};
    return true;
}

// --- from key to row -------------------------------------------------------------------------------------

static bool keeps_keys(const hf_bulk *bulk, const noun_bulk *nouns)
{
    return nouns == bulk->assets;
}

static void remember(hf_bulk *bulk, noun_bulk *nouns, hf_str key, int64_t row)
{
    uint32_t value = (uint32_t)row;
    HF_ASSERT(row > 0 && row <= UINT32_MAX);
    if (keeps_keys(bulk, nouns))
        hf_map_set(&nouns->rows, hf_str_copy(&nouns->map_arena, key), value);
    else if (!hf_map_add_u64(&nouns->rows, hf_str_hash(key), value, NULL))
        hf_map_set(&nouns->others, hf_str_copy(&nouns->map_arena, key), value);
}

static bool load_map(hf_bulk *bulk, noun_bulk *nouns, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = true;
    int64_t live = bulk->tx->read.state.live[nouns->sql->index];
    if (!hf_stmt_take(bulk->tx->read.conn, nouns->sql->keys, &stmt, err))
        return false;
    nouns->rows = hf_map_of(&nouns->map_arena, (size_t)live);
    nouns->others.arena = &nouns->map_arena;
    nouns->has_map = true;
    while (hf_stmt_step(stmt, &has_row, err)) {
        if (!has_row)
            return true;
        remember(bulk, nouns, hf_stmt_get_str(stmt, 1), hf_stmt_get_i64(stmt, 0));
    }
    return false;
}

static bool consider_map(hf_bulk *bulk, noun_bulk *nouns, hf_error *err)
{
    nouns->lookup_count++;
    int64_t live = bulk->tx->read.state.live[nouns->sql->index];
    if (nouns->has_map || nouns->lookup_count < MAP_COUNT ||
        nouns->lookup_count < (uint64_t)live / MAP_SHARE)
        return true;
    return load_map(bulk, nouns, err);
}

// An index that holds none of the first thousands of rows stays: to keep it costs a comparison a row, to build it
// at the end a walk through the whole table that finds little.
static bool drop_index(hf_conn *conn, const hf_noun_sql *sql, size_t index, hf_error *err)
{
    int64_t is_used = 1;
    if (sql->any_indexed[index] != NULL &&
        !hf_conn_number(conn, sql->any_indexed[index], &is_used, err))
        return false;
    return is_used == 0 || hf_conn_run(conn, sql->drop_indexes[index], err);
}

static bool drop_indexes(hf_conn *conn, const hf_noun_sql *sql, hf_error *err)
{
    if (!hf_conn_run(conn, sql->drop_key, err))
        return false;
    for (size_t i = 0; i < sql->index_count; i++)
        if (!drop_index(conn, sql, i, err))
            return false;
    return true;
}

// Most of the table will be new: from now on rows only, all else at the end.
static bool consider_fresh(hf_bulk *bulk, noun_bulk *nouns, hf_error *err)
{
    const hf_noun_sql *sql = nouns->sql;
    hf_conn *conn = bulk->tx->read.conn;
    if (nouns->is_fresh || nouns->counts.added < FRESH_COUNT ||
        nouns->counts.added < (uint64_t)nouns->live_before)
        return true;
    if (!nouns->has_map && !load_map(bulk, nouns, err))
        return false;
    if (sql->words->drops_indexes && !drop_indexes(conn, sql, err))
        return false;
    nouns->is_fresh = true;
    if (bulk->feed == NULL)
        bulk->feed = hf_feed_open(conn);
    return true;
}

static bool asset_row(hf_bulk *bulk, hf_str key, int64_t *row, hf_error *err)
{
    uint32_t value = 0;
    if (!consider_map(bulk, bulk->assets, err))
        return false;
    if (!bulk->assets->has_map)
        return hf_record_row_of_key(&bulk->tx->read, bulk->assets->sql, key, row, err);
    *row = hf_map_get(&bulk->assets->rows, key, &value) ? (int64_t)value : 0;
    return true;
}

// The record with this key as it is now; *out NULL when there is none.
static bool find(hf_bulk *bulk, noun_bulk *nouns, hf_str key, hf_arena *scratch, void **out,
                 hf_extra *extra, hf_error *err)
{
    hf_read *read = &bulk->tx->read;
    uint32_t value = 0;
    int64_t row = 0;
    *out = NULL;
    if (!consider_map(bulk, nouns, err))
        return false;
    if (!nouns->has_map) {
        if (!hf_record_row_of_key(read, nouns->sql, key, &row, err))
            return false;
        return row == 0 || hf_record_get(read, nouns->sql, row, scratch, out, extra, err);
    }
    if (keeps_keys(bulk, nouns)) {
        if (!hf_map_get(&nouns->rows, key, &value))
            return true;
        return hf_record_get(read, nouns->sql, value, scratch, out, extra, err);
    }
    if (!hf_map_get_u64(&nouns->rows, hf_str_hash(key), &value))
        return true;
    if (!hf_record_get(read, nouns->sql, value, scratch, out, extra, err))
        return false;
    if (*out != NULL && hf_str_equal(((const hf_head *)*out)->key, key))
        return true;
    *out = NULL;
    return !hf_map_get(&nouns->others, key, &value) ||
           hf_record_get(read, nouns->sql, value, scratch, out, extra, err);
}

// --- counting --------------------------------------------------------------------------------------------

static uint8_t *mark_of(hf_bulk *bulk, noun_bulk *nouns, int64_t row)
{
    if ((size_t)row >= nouns->mark_capacity) {
        size_t capacity =
            nouns->mark_capacity * 2 > (size_t)row ? nouns->mark_capacity * 2 : (size_t)row + 1024;
        nouns->marks = hf_arena_grow(&bulk->arena, nouns->marks, nouns->mark_capacity, capacity);
        nouns->mark_capacity = capacity;
    }
    return &nouns->marks[row];
}

static uint64_t *counter(noun_bulk *nouns, uint8_t is)
{
    static uint64_t none;
    switch ((mark)is) {
    case MARK_UNCHANGED:
        return &nouns->counts.unchanged;
    case MARK_CHANGED:
        return &nouns->counts.changed;
    case MARK_ADDED:
        return &nouns->counts.added;
    case UNTOUCHED:
        break;
    }
    return &none;
}

static void count(hf_bulk *bulk, noun_bulk *nouns, int64_t row, mark now)
{
    uint8_t *at = mark_of(bulk, nouns, row);
    bulk->last_row = row;
    if (*at != UNTOUCHED)
        (*counter(nouns, *at))--;
    *at = (uint8_t)now;
    (*counter(nouns, *at))++;
}

// --- one patch -------------------------------------------------------------------------------------------

static bool refuse(noun_bulk *nouns, hf_bulk_outcome *outcome)
{
    nouns->counts.refused++;
    *outcome = HF_BULK_REFUSED;
    return true;
}

// *is_known false: *fault says which asset is not there.
static bool find_links(hf_bulk *bulk, const hf_noun_sql *sql, const void *record, hf_extra *extra,
                       bool *is_known, hf_error *fault, hf_error *err)
{
    *is_known = true;
    for (size_t i = 0; i < sql->link_count; i++) {
        const hf_field *field = &sql->noun->fields[sql->links[i]];
        hf_str key = *(const hf_str *)hf_field_of(field, record);
        if (!asset_row(bulk, key, &extra->links[i], err))
            return false;
        if (extra->links[i] != 0)
            continue;
        *is_known = false;
        hf_fail(fault, HF_ERR_INPUT, "reference.unknown",
                "there is no asset '%.*s'; import the assets first or mend the key",
                HF_STR_ARG(key));
        (void)hf_fail_at(fault, NULL, 0, field->name);
        return true;
    }
    return true;
}

// A JSON null among the attributes removes one: in a new record there is nothing to remove.
static bool lay_over(const hf_patch *patch, void *record, hf_arena *scratch, hf_error *fault)
{
    if (!patch->has_attributes)
        ((hf_head *)record)->attributes = HF_STR_EMPTY;
    hf_str attributes = ((const hf_head *)patch->record)->attributes;
    if (!patch->has_attributes || hf_str_find(attributes, HF_STR(":null")) == attributes.len)
        return true;
    ((hf_head *)record)->attributes = HF_STR_EMPTY;
    return hf_patch_apply(patch, record, scratch, fault);
}

static bool add(hf_bulk *bulk, noun_bulk *nouns, const hf_patch *patch, hf_arena *scratch,
                hf_bulk_outcome *outcome, hf_error *fault, hf_error *err)
{
    const hf_noun_sql *sql = nouns->sql;
    // One that was removed before comes back as what it was: that is looked up, and noted in the history.
    bool may_feed = nouns->is_fresh && bulk->tx->removed_known[sql->index] != 2;
    hf_change_options options = {.skip_indexes = nouns->is_fresh,
                                 .feed = may_feed ? bulk->feed : NULL};
    hf_extra extra = {0};
    bool is_known = false;
    void *record = hf_arena_take(scratch, sql->noun->struct_bytes);
    memcpy(record, patch->record, sql->noun->struct_bytes);
    hf_head *head = record;
    if (!lay_over(patch, record, scratch, fault) ||
        !hf_noun_check(sql->noun, record, scratch, fault))
        return refuse(nouns, outcome);
    if (!find_links(bulk, sql, record, &extra, &is_known, fault, err))
        return false;
    if (!is_known)
        return refuse(nouns, outcome);
    if (sql->has_history)
        extra.hash = hf_record_hash(sql, record, &bulk->canonical);
    if (!hf_change_add(bulk->tx, sql, record, &extra, false, &options, err))
        return false;
    if (nouns->has_map)
        remember(bulk, nouns, head->key, head->row);
    if (sql->noun == &hf_noun_dependency) {
        bulk->last_added = record;
        memcpy(bulk->last_links, extra.links, sizeof(bulk->last_links));
    }
    count(bulk, nouns, head->row, MARK_ADDED);
    *outcome = HF_BULK_ADDED;
    return consider_fresh(bulk, nouns, err);
}

static bool change(hf_bulk *bulk, noun_bulk *nouns, const hf_patch *patch, const void *old,
                   const hf_extra *old_extra, hf_arena *scratch, hf_bulk_outcome *outcome,
                   hf_error *fault, hf_error *err)
{
    const hf_noun_sql *sql = nouns->sql;
    int64_t row = ((const hf_head *)old)->row;
    uint8_t before = *mark_of(bulk, nouns, row);
    hf_change_options options = {.skip_indexes = nouns->is_fresh,
                                 .is_touched = before >= MARK_CHANGED};
    hf_extra extra = {0};
    hf_put_outcome done = HF_PUT_UNCHANGED;
    bool is_known = false;
    void *record = hf_arena_take(scratch, sql->noun->struct_bytes);
    memcpy(record, old, sql->noun->struct_bytes);
    if (!hf_patch_apply(patch, record, scratch, fault) ||
        !hf_noun_check(sql->noun, record, scratch, fault))
        return refuse(nouns, outcome);
    if (hf_record_compare(sql->noun, old, record, false) != HF_DIFFERENT) {
        count(bulk, nouns, row, before == UNTOUCHED ? MARK_UNCHANGED : (mark)before);
        *outcome = HF_BULK_UNCHANGED;
        return true;
    }
    if (!find_links(bulk, sql, record, &extra, &is_known, fault, err))
        return false;
    if (!is_known)
        return refuse(nouns, outcome);
    if (sql->has_history)
        extra.hash = hf_record_hash(sql, record, &bulk->canonical);
    if (!hf_change_update(bulk->tx, sql, old, old_extra, record, &extra, false, &options, &done,
                          err))
        return false;
    bool is_back = done == HF_PUT_UNCHANGED;
    count(bulk, nouns, row,
          before == MARK_ADDED ? MARK_ADDED
          : is_back            ? MARK_UNCHANGED
                               : MARK_CHANGED);
    *outcome = is_back ? HF_BULK_UNCHANGED : HF_BULK_CHANGED;
    return true;
}

bool hf_bulk_put(hf_bulk *bulk, const hf_patch *patch, hf_arena *scratch, hf_bulk_outcome *outcome,
                 hf_error *fault, hf_error *err)
{
    const hf_noun_sql *sql = hf_noun_sql_of(bulk->tx->read.store, patch->noun);
    noun_bulk *nouns = &bulk->nouns[sql->index];
    hf_head *head = patch->record;
    hf_extra old_extra;
    void *old = NULL;
    hf_error_clear(fault);
    bulk->last_added = NULL;
    if (head->key.len == 0 && sql->noun->complete != NULL)
        sql->noun->complete(patch->record, scratch);
    if (head->key.len == 0) {
        if (hf_noun_check(sql->noun, patch->record, scratch, fault))
            (void)hf_fail(fault, HF_ERR_INPUT, "field.required", "key is empty; fill it in");
        return refuse(nouns, outcome);
    }
    if (!find(bulk, nouns, head->key, scratch, &old, &old_extra, err))
        return false;
    return old == NULL ? add(bulk, nouns, patch, scratch, outcome, fault, err)
                       : change(bulk, nouns, patch, old, &old_extra, scratch, outcome, fault, err);
}

// --- the end ---------------------------------------------------------------------------------------------

static bool build_indexes(hf_conn *conn, const hf_noun_sql *sql, hf_error *err)
{
    conn->driver->sort_rows(conn->db, true);
    bool is_done = hf_conn_run(conn, sql->create_key, err);
    for (size_t i = 0; i < sql->index_count && is_done; i++)
        is_done = hf_conn_run(conn, sql->create_indexes[i], err);
    conn->driver->sort_rows(conn->db, false);
    return is_done;
}

static bool build(hf_bulk *bulk, const hf_noun_sql *sql, hf_error *err)
{
    hf_conn *conn = bulk->tx->read.conn;
    if (sql->words->drops_indexes && !build_indexes(conn, sql, err))
        return false;
    if (sql->has_search && !hf_search_rebuild(conn, sql, err))
        return false;
    if (sql->has_place && !hf_place_rebuild(conn, sql, err))
        return false;
    return sql->loaded == NULL || hf_conn_run(conn, sql->loaded, err);
}

bool hf_bulk_finish(hf_bulk *bulk, hf_error *err)
{
    bool is_large = false;
    if (bulk->feed != NULL && !hf_feed_drain(bulk->feed, err)) {
        bulk->tx->is_failed = true;
        return false;
    }
    hf_feed_close(&bulk->feed);
    for (size_t i = 0; i < HF_NOUN_COUNT_MAX; i++)
        forget_map(&bulk->nouns[i]);
    for (size_t i = 0; i < HF_NOUN_COUNT_MAX && !bulk->is_dry_run; i++) {
        if (!bulk->nouns[i].is_fresh)
            continue;
        if (!build(bulk, bulk->nouns[i].sql, err)) {
            bulk->tx->is_failed = true;
            return false;
        }
        is_large |= bulk->nouns[i].sql->is_digested;
    }
    // The rows are still warm: whoever asks for the digest next need not read them all again.
    if (is_large && !hf_digest_compute(&bulk->tx->read, bulk->tx->digest, err))
        return false;
    bulk->tx->has_digest = is_large;
    return true;
}
