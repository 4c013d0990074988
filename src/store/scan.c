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

enum { SCAN_FIELDS_MAX = 64, SCAN_SQL_BYTES_MAX = 1 << 16 };

struct hf_scan {
    const hf_noun_sql *sql;
    hf_stmt *stmt;
    void *record;
    const hf_field *fields[SCAN_FIELDS_MAX]; // those that are read; none = all
    size_t field_count;
    bool has_chances; // the columns that only simulations need follow
    hf_arena arena;   // of the present record
    hf_arena owner;   // holds this
};

static bool open_scan(hf_read *read, const hf_noun_sql *sql, const char *text, hf_scan **out,
                      hf_error *err)
{
    hf_stmt *stmt = NULL;
    HF_ASSERT(text != NULL);
    if (!hf_stmt_take(read->conn, text, &stmt, err))
        return false;
    hf_arena owner = {0};
    hf_scan *scan = HF_NEW(&owner, hf_scan);
    scan->sql = sql;
    scan->stmt = stmt;
    scan->record = hf_arena_take(&owner, sql->noun->struct_bytes);
    scan->owner = owner;
    *out = scan;
    return true;
}

bool hf_scan_open(hf_read *read, const hf_noun *noun, bool by_key, hf_scan **out, hf_error *err)
{
    const hf_noun_sql *sql = hf_noun_sql_of(read->store, noun);
    return open_scan(read, sql, by_key ? sql->scan_keys : sql->scan_rows, out, err);
}

bool hf_scan_open_plan(hf_read *read, const hf_noun *noun, int64_t first_row, int64_t last_row,
                       hf_scan **out, hf_error *err)
{
    const hf_noun_sql *sql = hf_noun_sql_of(read->store, noun);
    if (!open_scan(read, sql, sql->plan, out, err))
        return false;
    hf_stmt_i64((*out)->stmt, 1, first_row);
    hf_stmt_i64((*out)->stmt, 2, last_row);
    return true;
}

bool hf_scan_open_chances(hf_read *read, const hf_noun *noun, int64_t first_row, int64_t last_row,
                          hf_scan **out, hf_error *err)
{
    const hf_noun_sql *sql = hf_noun_sql_of(read->store, noun);
    if (!open_scan(read, sql, sql->chances, out, err))
        return false;
    hf_stmt_i64((*out)->stmt, 1, first_row);
    hf_stmt_i64((*out)->stmt, 2, last_row);
    (*out)->has_chances = true;
    return true;
}

bool hf_scan_open_fields(hf_read *read, const hf_noun *noun, const char *const *names, size_t count,
                         hf_scan **out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(SCAN_SQL_BYTES_MAX);
    hf_stmt *stmt = NULL;
    const hf_field *fields[SCAN_FIELDS_MAX];
    HF_ASSERT(count <= SCAN_FIELDS_MAX);
    for (size_t i = 0; i < count; i++) {
        fields[i] = hf_noun_field(noun, hf_str_of(names[i]), NULL);
        HF_ASSERT(fields[i] != NULL && fields[i]->type != HF_REF);
    }
    hf_sql_fields(noun, fields, count, &text);
    hf_buf_add_byte(&text, '\0');
    HF_ASSERT(!text.overflow);
    if (!hf_stmt_once(read->conn, text.ptr, &stmt, err))
        return false;
    hf_arena owner = {0};
    hf_scan *scan = HF_NEW(&owner, hf_scan);
    scan->sql = hf_noun_sql_of(read->store, noun);
    scan->stmt = stmt;
    scan->record = hf_noun_new(noun, &owner);
    scan->field_count = count;
    memcpy(scan->fields, fields, count * sizeof(fields[0]));
    scan->owner = owner;
    *out = scan;
    return true;
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
    if (scan->field_count > 0) {
        ((hf_head *)scan->record)->row = hf_stmt_get_i64(scan->stmt, 0);
        for (size_t i = 0; i < scan->field_count; i++)
            hf_record_read_field(scan->fields[i], scan->stmt, (int)i + 1, NULL, scan->record);
    } else {
        hf_arena_reset(&scan->arena);
        hf_record_read(scan->sql, scan->stmt, &scan->arena, scan->record, NULL);
    }
    *record = scan->record;
    return true;
}

static hf_plan_protection protection_at(hf_stmt *stmt, int column)
{
    int64_t marking = hf_stmt_get_i64(stmt, column);
    return (hf_plan_protection){
        .marking = marking < 0 || marking >= HF_TLP_COUNT ? HF_TLP_RED : (int32_t)marking,
        .compartments = hf_stmt_get_str(stmt, column + 1)};
}

bool hf_scan_next_asset(hf_scan *scan, hf_plan_asset *out, bool *more, hf_error *err)
{
    hf_stmt *stmt = scan->stmt;
    if (!hf_stmt_step(stmt, more, err))
        return false;
    if (!*more)
        return true;
    int64_t people = hf_stmt_get_i64(stmt, 4);
    double black_start = hf_stmt_get_double(stmt, 8);
    int64_t levels = hf_stmt_get_i64(stmt, 9);
    *out = (hf_plan_asset){.row = hf_stmt_get_i64(stmt, 0),
                           .key = hf_stmt_get_str(stmt, 1),
                           .kind = hf_stmt_get_str(stmt, 2),
                           .sector = hf_stmt_get_str(stmt, 3),
                           .people_served = people == HF_INTEGER_NONE ? 0 : people,
                           .lon = hf_stmt_get_double(stmt, 5),
                           .lat = hf_stmt_get_double(stmt, 6),
                           .repair_h = hf_stmt_get_double(stmt, 7),
                           .black_start_h = isnan(black_start) ? 0 : black_start,
                           .levels = levels == HF_INTEGER_NONE ? 2 : (int32_t)levels,
                           .protection = protection_at(stmt, 10),
                           .service = hf_stmt_get_str(stmt, 12)};
    if (scan->has_chances) {
        double damage_p = hf_stmt_get_double(stmt, 13);
        int64_t law = hf_stmt_get_i64(stmt, 14);
        out->damage_p = isnan(damage_p) ? 0 : damage_p;
        out->repair_law = law < 0 ? HF_ASSET_REPAIR_FIXED : (int32_t)law;
        out->region = hf_stmt_get_str(stmt, 15);
    }
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
                                .state = (int32_t)hf_stmt_get_i64(stmt, 11),
                                .protection = protection_at(stmt, 12)};
    if (scan->has_chances)
        out->key = hf_stmt_get_str(stmt, 14);
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
                           .buffer_h = isnan(buffer) ? 0 : buffer,
                           .protection = protection_at(stmt, 5)};
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
                   "required_level, recharge, type, state, marking, compartments "
                   "FROM dependency WHERE supplier = ?1 "
                   "ORDER BY row LIMIT ?2"
                 : "SELECT row, supplier, consumer, input, need, capacity, buffer_h, strength, "
                   "required_level, recharge, type, state, marking, compartments "
                   "FROM dependency WHERE consumer = ?1 "
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
        item.protection.compartments = hf_str_copy(arena, item.protection.compartments);
        HF_VEC_ADD(arena, &found, item);
    }
    *list = found.items;
    *count = found.count;
    return true;
}

bool hf_store_consumers(hf_read *read, int64_t *rows, size_t count, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    if (!hf_stmt_take(read->conn, "SELECT consumer FROM dependency WHERE row = ?1", &stmt, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        hf_stmt_i64(stmt, 1, rows[i]);
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        rows[i] = has_row ? hf_stmt_get_i64(stmt, 0) : 0;
        hf_stmt_reset(stmt);
    }
    return true;
}
