// SPDX-License-Identifier: Apache-2.0
//
// Streams out of the store: whole records for exports, and the few columns of assets, dependencies and layer
// rows that the engine's plan is built from; and the snapshot digest, which is a stream over row hashes.
#include <string.h>

#include "model/asset.h"
#include "model/dependency.h"
#include "model/layer.h"
#include "store/internal.h"
#include "store/store_bulk.h"

struct hf_scan {
    const hf_noun_sql *sql;
    hf_stmt *stmt;
    void *record;
    hf_arena arena; // of the present record
    hf_arena owner; // holds this
};

static bool open_scan(hf_read *read, const hf_noun *noun, bool is_plan, bool by_key, hf_scan **out,
                      hf_error *err)
{
    const hf_noun_sql *sql = hf_noun_sql_of(read->store, noun);
    hf_stmt *stmt = NULL;
    const char *text = is_plan ? sql->plan : by_key ? sql->scan_keys : sql->scan_rows;
    HF_ASSERT(text != NULL);
    if (!hf_stmt_take(read->conn, text, &stmt, err))
        return false;
    hf_arena owner = {0};
    hf_scan *scan = HF_NEW(&owner, hf_scan);
    scan->sql = sql;
    scan->stmt = stmt;
    scan->record = hf_arena_take(&owner, noun->struct_bytes);
    scan->owner = owner;
    *out = scan;
    return true;
}

bool hf_scan_open(hf_read *read, const hf_noun *noun, bool by_key, hf_scan **out, hf_error *err)
{
    return open_scan(read, noun, false, by_key, out, err);
}

bool hf_scan_open_plan(hf_read *read, const hf_noun *noun, hf_scan **out, hf_error *err)
{
    return open_scan(read, noun, true, false, out, err);
}

void hf_scan_close(hf_scan **scan)
{
    hf_scan *closed = *scan;
    *scan = NULL;
    if (closed == NULL)
        return;
    hf_stmt_give(&closed->stmt);
    hf_arena_done(&closed->arena);
    hf_arena owner = closed->owner;
    hf_arena_done(&owner);
}

bool hf_scan_next(hf_scan *scan, const void **record, hf_error *err)
{
    bool has_row = false;
    if (!hf_stmt_step(scan->stmt, &has_row, err))
        return false;
    *record = NULL;
    if (!has_row)
        return true;
    hf_arena_reset(&scan->arena);
    hf_record_read(scan->sql, scan->stmt, &scan->arena, scan->record, NULL);
    *record = scan->record;
    return true;
}

bool hf_scan_next_asset(hf_scan *scan, hf_plan_asset *out, bool *more, hf_error *err)
{
    hf_stmt *stmt = scan->stmt;
    if (!hf_stmt_step(stmt, more, err))
        return false;
    if (!*more)
        return true;
    int64_t people = hf_stmt_get_i64(stmt, 5);
    double damage = hf_stmt_get_double(stmt, 8);
    double black_start = hf_stmt_get_double(stmt, 10);
    int64_t levels = hf_stmt_get_i64(stmt, 12);
    *out = (hf_plan_asset){.row = hf_stmt_get_i64(stmt, 0),
                           .key = hf_stmt_get_str(stmt, 1),
                           .kind = hf_stmt_get_str(stmt, 2),
                           .sector = hf_stmt_get_str(stmt, 3),
                           .site = hf_stmt_get_str(stmt, 4),
                           .people_served = people == HF_INTEGER_NONE ? 0 : people,
                           .lon = hf_stmt_get_double(stmt, 6),
                           .lat = hf_stmt_get_double(stmt, 7),
                           .damage_p = isnan(damage) ? 0 : damage,
                           .repair_h = hf_stmt_get_double(stmt, 9),
                           .black_start_h = isnan(black_start) ? 0 : black_start,
                           .repair_law = (int32_t)hf_stmt_get_i64(stmt, 11),
                           .levels = levels == HF_INTEGER_NONE ? 2 : (int32_t)levels,
                           .service = hf_stmt_get_str(stmt, 13)};
    return true;
}

bool hf_scan_next_dependency(hf_scan *scan, hf_plan_dependency *out, bool *more, hf_error *err)
{
    hf_stmt *stmt = scan->stmt;
    if (!hf_stmt_step(stmt, more, err))
        return false;
    if (!*more)
        return true;
    *out = (hf_plan_dependency){.row = hf_stmt_get_i64(stmt, 0),
                                .supplier = hf_stmt_get_i64(stmt, 1),
                                .consumer = hf_stmt_get_i64(stmt, 2),
                                .input = hf_stmt_get_str(stmt, 3),
                                .need = hf_stmt_get_str(stmt, 4),
                                .capacity = hf_stmt_get_double(stmt, 5),
                                .buffer_h = hf_stmt_get_double(stmt, 6),
                                .strength = hf_stmt_get_double(stmt, 7),
                                .required_level = hf_stmt_get_i64(stmt, 8),
                                .recharge = (int32_t)hf_stmt_get_i64(stmt, 9),
                                .type = (int32_t)hf_stmt_get_i64(stmt, 10),
                                .state = (int32_t)hf_stmt_get_i64(stmt, 11)};
    return true;
}

bool hf_scan_next_layer(hf_scan *scan, hf_plan_layer *out, bool *more, hf_error *err)
{
    hf_stmt *stmt = scan->stmt;
    if (!hf_stmt_step(stmt, more, err))
        return false;
    if (!*more)
        return true;
    double buffer = hf_stmt_get_double(stmt, 4);
    *out = (hf_plan_layer){.row = hf_stmt_get_i64(stmt, 0),
                           .asset = hf_stmt_get_i64(stmt, 1),
                           .layer = hf_stmt_get_str(stmt, 2),
                           .role = (int32_t)hf_stmt_get_i64(stmt, 3),
                           .buffer_h = isnan(buffer) ? 0 : buffer};
    return true;
}

int64_t hf_read_row_max(const hf_read *read, const hf_noun *noun)
{
    return read->state.row_max[hf_noun_sql_of(read->store, noun)->index];
}

typedef HF_VEC(hf_plan_dependency) dependency_list;

bool hf_store_neighbours(hf_read *read, int64_t asset_row, bool down, size_t limit, hf_arena *arena,
                         hf_plan_dependency **list, size_t *count, hf_error *err)
{
    hf_scan *scan = HF_NEW(arena, hf_scan);
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    dependency_list found = {0};
    bool more = true;
    if (!hf_stmt_take(
            read->conn,
            down ? "SELECT row, supplier, consumer, input, need, capacity, buffer_h, strength, "
                   "required_level, recharge, type, state FROM dependency WHERE supplier = ?1 "
                   "ORDER BY row LIMIT ?2"
                 : "SELECT row, supplier, consumer, input, need, capacity, buffer_h, strength, "
                   "required_level, recharge, type, state FROM dependency WHERE consumer = ?1 "
                   "ORDER BY row LIMIT ?2",
            &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, asset_row);
    hf_stmt_i64(stmt, 2, (int64_t)limit);
    scan->stmt = stmt;
    while (more) {
        hf_plan_dependency item;
        if (!hf_scan_next_dependency(scan, &item, &more, err))
            return false;
        if (!more)
            break;
        item.input = hf_str_copy(arena, item.input);
        item.need = hf_str_copy(arena, item.need);
        HF_VEC_ADD(arena, &found, item);
    }
    *list = found.items;
    *count = found.count;
    return true;
}
