// SPDX-License-Identifier: Apache-2.0
//
// Sets of rows inside SQL: a blob of bits is asked for one row (hf_has_bit), or gone through in the order of its rows
// (hf_bits, a table without storage). The blob is bound by address and never copied.
#include "store/sqlite_rows.h"

#include <stdint.h>
#include <string.h>

#include "base/macro.h"

// hf_has_bit(blob, row)
static void has_bit(sqlite3_context *context, int count, sqlite3_value **values)
{
    const uint8_t *bits = sqlite3_value_blob(values[0]);
    sqlite3_int64 bytes = sqlite3_value_bytes(values[0]);
    sqlite3_int64 row = sqlite3_value_int64(values[1]);
    (void)count;
    bool is_in = row > 0 && row / 8 < bytes && (bits[row / 8] >> (row % 8) & 1) != 0;
    sqlite3_result_int(context, is_in ? 1 : 0);
}

// --- hf_bits ---------------------------------------------------------------------------------------------

enum { COLUMN_ROW, COLUMN_BITS };
enum { PLAN_ABOVE = 1, PLAN_BELOW = 2, PLAN_DESCENDING = 4 };

typedef struct {
    sqlite3_vtab_cursor base;
    const uint8_t *bits; // of the statement's value
    sqlite3_int64 bytes;
    sqlite3_int64 row, last; // -1: at the end; last: where it ends, inclusive
    int step;
} bits_cursor;

static int connect_bits(sqlite3 *handle, void *context, int count, const char *const *words,
                        sqlite3_vtab **out, char **message)
{
    (void)context;
    (void)count;
    (void)words;
    (void)message;
    int result = sqlite3_declare_vtab(handle, "CREATE TABLE bits(row INTEGER, bits HIDDEN)");
    if (result != SQLITE_OK)
        return result;
    *out = sqlite3_malloc64(sizeof(**out));
    if (*out == NULL)
        return SQLITE_NOMEM;
    memset(*out, 0, sizeof(**out));
    return SQLITE_OK;
}

static int disconnect_bits(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

static int plan_of_bound(unsigned char op)
{
    return op == SQLITE_INDEX_CONSTRAINT_GT   ? PLAN_ABOVE
           : op == SQLITE_INDEX_CONSTRAINT_LT ? PLAN_BELOW
                                              : 0;
}

// The set is a must; one bound on either side is taken, and the order of the rows.
static int best_bits(sqlite3_vtab *table, sqlite3_index_info *info)
{
    int set = -1, above = -1, below = -1, next = 1;
    (void)table;
    for (int i = 0; i < info->nConstraint; i++) {
        if (info->aConstraint[i].usable == 0)
            continue;
        bool is_row = info->aConstraint[i].iColumn <= COLUMN_ROW;
        int bound = plan_of_bound(info->aConstraint[i].op);
        if (!is_row && info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_EQ)
            set = i;
        else if (is_row && bound == PLAN_ABOVE)
            above = i;
        else if (is_row && bound == PLAN_BELOW)
            below = i;
    }
    if (set < 0)
        return SQLITE_CONSTRAINT;
    info->aConstraintUsage[set].argvIndex = next++;
    info->aConstraintUsage[set].omit = 1;
    if (above >= 0) {
        info->aConstraintUsage[above].argvIndex = next++;
        info->idxNum |= PLAN_ABOVE;
    }
    if (below >= 0) {
        info->aConstraintUsage[below].argvIndex = next++;
        info->idxNum |= PLAN_BELOW;
    }
    if (info->nOrderBy == 1 && info->aOrderBy[0].iColumn <= COLUMN_ROW) {
        info->orderByConsumed = 1;
        info->idxNum |= info->aOrderBy[0].desc != 0 ? PLAN_DESCENDING : 0;
    }
    info->estimatedCost = 1000;
    info->estimatedRows = 1000;
    return SQLITE_OK;
}

static int open_bits(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    (void)table;
    bits_cursor *cursor = sqlite3_malloc64(sizeof(*cursor));
    if (cursor == NULL)
        return SQLITE_NOMEM;
    memset(cursor, 0, sizeof(*cursor));
    *out = &cursor->base;
    return SQLITE_OK;
}

static int close_bits(sqlite3_vtab_cursor *base)
{
    sqlite3_free(base);
    return SQLITE_OK;
}

// From cursor->row on, itself too, to the next bit that is set. Empty bytes are passed at once.
static void find_bit(bits_cursor *cursor)
{
    sqlite3_int64 row = cursor->row;
    while (cursor->step > 0 ? row <= cursor->last : row >= cursor->last) {
        uint8_t byte = cursor->bits[row / 8];
        if ((byte >> (row % 8) & 1) != 0) {
            cursor->row = row;
            return;
        }
        if (byte == 0)
            row = cursor->step > 0 ? (row / 8 + 1) * 8 : row / 8 * 8 - 1;
        else
            row += cursor->step;
    }
    cursor->row = -1;
}

static int filter_bits(sqlite3_vtab_cursor *base, int plan, const char *name, int count,
                       sqlite3_value **values)
{
    bits_cursor *cursor = (bits_cursor *)base;
    int next = 1;
    (void)name;
    (void)count;
    cursor->bits = sqlite3_value_blob(values[0]);
    cursor->bytes = sqlite3_value_bytes(values[0]);
    sqlite3_int64 low = 0, high = cursor->bytes * 8 - 1;
    if ((plan & PLAN_ABOVE) != 0) {
        sqlite3_int64 above = sqlite3_value_int64(values[next++]);
        low = above >= high ? high + 1 : above >= 0 ? above + 1 : 0;
    }
    if ((plan & PLAN_BELOW) != 0) {
        sqlite3_int64 below = sqlite3_value_int64(values[next++]);
        high = below <= 0 ? -1 : below <= high ? below - 1 : high;
    }
    cursor->step = (plan & PLAN_DESCENDING) != 0 ? -1 : 1;
    cursor->row = cursor->step > 0 ? low : high;
    cursor->last = cursor->step > 0 ? high : low;
    if (cursor->bits == NULL || low > high)
        cursor->row = -1;
    else
        find_bit(cursor);
    return SQLITE_OK;
}

static int next_bit(sqlite3_vtab_cursor *base)
{
    bits_cursor *cursor = (bits_cursor *)base;
    cursor->row += cursor->step;
    find_bit(cursor);
    return SQLITE_OK;
}

static int is_at_end(sqlite3_vtab_cursor *base)
{
    return ((const bits_cursor *)base)->row < 0;
}

static int column_bits(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    if (column == COLUMN_ROW)
        sqlite3_result_int64(context, ((const bits_cursor *)base)->row);
    return SQLITE_OK;
}

static int rowid_bits(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
    *out = ((const bits_cursor *)base)->row;
    return SQLITE_OK;
}

static const sqlite3_module bits_module = {.xConnect = connect_bits,
                                           .xBestIndex = best_bits,
                                           .xDisconnect = disconnect_bits,
                                           .xOpen = open_bits,
                                           .xClose = close_bits,
                                           .xFilter = filter_bits,
                                           .xNext = next_bit,
                                           .xEof = is_at_end,
                                           .xColumn = column_bits,
                                           .xRowid = rowid_bits};

void hf_sqlite_add_rows(sqlite3 *handle)
{
    HF_ASSERT(sqlite3_create_function(handle, "hf_has_bit", 2,
                                      SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL,
                                      has_bit, NULL, NULL) == SQLITE_OK);
    HF_ASSERT(sqlite3_create_module(handle, "hf_bits", &bits_module, NULL) == SQLITE_OK);
}
