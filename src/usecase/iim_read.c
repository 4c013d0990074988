// SPDX-License-Identifier: Apache-2.0
//
// hf_iim_read_table: a table of sectors out of a CSV file. Rows and columns name the same sectors, in any
// order; the rows give the order of the result.
#include <string.h>

#include "base/map.h"
#include "format/format.h"
#include "usecase/iim.h"

typedef struct {
    hf_str name;
    uint64_t line;
    hf_str *cells;
} sector_row;

typedef struct {
    hf_arena *arena;
    hf_str file;
    hf_str *names; // of the columns
    size_t column_count;
    HF_VEC(sector_row) rows;
} sector_table;

static bool fail_at(const sector_table *t, const sector_row *row, hf_str column, const char *code,
                    const char *what, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_fail(err, HF_ERR_INPUT, code, "%s", what);
    return hf_fail_at(err, hf_str_z(&scratch, t->file), row == NULL ? 1 : row->line,
                      hf_str_z(&scratch, column));
}

static bool take_columns(void *context, const hf_table *table, hf_error *err)
{
    sector_table *t = context;
    (void)err;
    t->names = HF_NEW_N(t->arena, hf_str, table->count);
    t->column_count = table->count;
    for (size_t i = 0; i < table->count; i++)
        t->names[i] = hf_str_copy(t->arena, hf_str_trim(table->names[i]));
    return true;
}

static bool take_row(void *context, const hf_row *row, hf_error *err)
{
    sector_table *t = context;
    sector_row mine = {.line = row->line, .cells = HF_NEW_N(t->arena, hf_str, t->column_count)};
    if (t->rows.count == HF_IIM_SECTORS_MAX)
        return hf_fail(err, HF_ERR_TOO_LARGE, "iim.sectors", "more than %u sectors",
                       (unsigned)HF_IIM_SECTORS_MAX);
    for (size_t i = 0; i < t->column_count; i++)
        mine.cells[i] = row->cells[i].ptr == NULL
                            ? HF_STR_EMPTY
                            : hf_str_copy(t->arena, hf_str_trim(row->cells[i]));
    HF_VEC_ADD(t->arena, &t->rows, mine);
    return true;
}

// Index of a column, SIZE_MAX when it is not there.
static size_t column_of(const sector_table *t, hf_str name)
{
    for (size_t i = 0; i < t->column_count; i++)
        if (hf_str_equal_ascii_case(t->names[i], name))
            return i;
    return SIZE_MAX;
}

static bool read_cell(const sector_table *t, const sector_row *row, size_t column, double *out,
                      hf_error *err)
{
    *out = 0;
    if (row->cells[column].len == 0 || hf_parse_double(row->cells[column], out))
        return true;
    return fail_at(t, row, t->names[column], "iim.number",
                   "this is no number; write 0.25, or nothing for 0", err);
}

// A column with one number a sector; NULL when it is not there.
static bool read_vector(const sector_table *t, const char *name, double **out, hf_error *err)
{
    size_t column = column_of(t, hf_str_of(name));
    *out = NULL;
    if (column == SIZE_MAX)
        return true;
    *out = HF_NEW_N(t->arena, double, t->rows.count);
    for (size_t i = 0; i < t->rows.count; i++)
        if (!read_cell(t, &t->rows.items[i], column, &(*out)[i], err))
            return false;
    return true;
}

static bool read_names(sector_table *t, hf_iim_request *out, hf_error *err)
{
    size_t column = column_of(t, HF_STR("sector"));
    if (column == SIZE_MAX)
        return fail_at(t, NULL, HF_STR("sector"), "iim.column",
                       "there is no column 'sector'; the first line must name it, then one column "
                       "for each sector",
                       err);
    out->sectors = HF_NEW_N(t->arena, hf_str, t->rows.count);
    out->sector_count = (uint32_t)t->rows.count;
    hf_map seen = hf_map_of(t->arena, t->rows.count);
    for (size_t i = 0; i < t->rows.count; i++) {
        sector_row *row = &t->rows.items[i];
        row->name = out->sectors[i] = row->cells[column];
        if (row->name.len == 0 || !hf_map_add(&seen, row->name, (uint32_t)i, NULL))
            return fail_at(t, row, HF_STR("sector"), "iim.sector_twice",
                           "the sector is empty or stands in two rows; name each once", err);
    }
    return true;
}

static bool read_matrix(const sector_table *t, hf_iim_request *out, hf_error *err)
{
    size_t n = out->sector_count;
    out->matrix = HF_NEW_N(t->arena, double, n *n);
    for (size_t j = 0; j < n; j++) {
        size_t column = column_of(t, out->sectors[j]);
        if (column == SIZE_MAX)
            return fail_at(t, &t->rows.items[j], HF_STR("sector"), "iim.sector_missing",
                           "this sector has a row but no column of its name; add the column", err);
        for (size_t i = 0; i < n; i++)
            if (!read_cell(t, &t->rows.items[i], column, &out->matrix[i * n + j], err))
                return false;
    }
    return true;
}

bool hf_iim_read_table(const char *path, hf_arena *arena, hf_iim_request *out, hf_error *err)
{
    HF_CLEANUP(hf_input_close) hf_input *input = NULL;
    hf_input_options options = {.path = path};
    if (!hf_input_open(&options, &input, err))
        return false;
    hf_problems problems = hf_problems_of(arena);
    sector_table t = {.arena = arena, .file = hf_input_name(input)};
    hf_row_sink sink = {
        .context = &t, .table = take_columns, .row = take_row, .problems = &problems};
    if (!hf_format_find(HF_STR("csv"))->read(input, &(hf_read_options){0}, &sink, err))
        return false;
    if (problems.error_count > 0) {
        const hf_problem *first = &problems.list.items[0];
        sector_row at = {.line = first->line};
        return fail_at(&t, &at, first->column, first->code, hf_str_z(arena, first->message), err);
    }
    *out = (hf_iim_request){0};
    return read_names(&t, out, err) && read_matrix(&t, out, err) &&
           read_vector(&t, "output", &out->output, err) &&
           read_vector(&t, "shock", &out->shock, err) && read_vector(&t, "rate", &out->rate, err) &&
           read_vector(&t, "start", &out->start, err);
}
