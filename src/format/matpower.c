// SPDX-License-Identifier: Apache-2.0
//
// MATPOWER case files: the matrices bus, gen and branch as tables of those names, with the column names of the
// case format. Only numbers are read; the rest of the program text is left alone.
#include "base/limits.h"
#include "base/vec.h"
#include "format/input.h"

static const char *const bus_columns[] = {"index", "name", "bus_i", "type", "Pd", "Qd",
                                          "Gs",    "Bs",   "area",  "Vm",   "Va", "baseKV",
                                          "zone",  "Vmax", "Vmin",  NULL};
static const char *const gen_columns[] = {"index", "name", "bus", "Pg",    "Qg",
                                          "Qmax",  "Qmin", "Vg",  "mBase", "status",
                                          "Pmax",  "Pmin", NULL};
static const char *const branch_columns[] = {"index", "name",  "fbus",   "tbus",  "r",
                                             "x",     "b",     "rateA",  "rateB", "rateC",
                                             "ratio", "angle", "status", NULL};
enum { MADE_COLUMNS = 2 }; // index and name come from us

typedef struct {
    const char *name; // of the matrix
    const char *const *columns;
    size_t count;
} matrix;

static const matrix matrices[] = {
    {"bus", bus_columns, HF_COUNT(bus_columns) - 1},
    {"gen", gen_columns, HF_COUNT(gen_columns) - 1},
    {"branch", branch_columns, HF_COUNT(branch_columns) - 1},
};

typedef HF_VEC(hf_str) texts;
typedef struct {
    hf_arena *arena;
    const char *file;
    hf_row_sink *sink;
    texts bus_names;
    size_t matrix_count; // seen
} reader;

typedef struct {
    hf_str rest;
    uint64_t line;
} lines;

static bool fail(const reader *r, uint64_t line, const char *code, const char *what, hf_error *err)
{
    hf_fail(err, HF_ERR_INPUT, code, "%s", what);
    return hf_fail_at(err, r->file, line, NULL);
}

// The next line without its comment. A '%' inside a quoted text begins no comment.
static bool next_line(lines *in, hf_str *out)
{
    bool is_quoted = false;
    if (!hf_str_split(&in->rest, '\n', out))
        return false;
    in->line++;
    for (size_t i = 0; i < out->len; i++) {
        is_quoted ^= out->ptr[i] == '\'';
        if (out->ptr[i] == '%' && !is_quoted) {
            *out = hf_str_slice(*out, 0, i);
            break;
        }
    }
    *out = hf_str_trim(*out);
    return true;
}

// "mpc.bus = [ …" → "bus", and what stands behind the bracket. Old files have no "mpc.".
static hf_str opened_matrix(hf_str line, char bracket, hf_str *rest)
{
    size_t equals = hf_str_find_byte(line, '=', 0);
    hf_str name = hf_str_trim(hf_str_slice(line, 0, equals));
    hf_str value = hf_str_trim(hf_str_slice(line, equals + 1, line.len));
    size_t dot = hf_str_find_byte(name, '.', 0);
    if (equals == line.len || value.len == 0 || value.ptr[0] != bracket)
        return HF_STR_EMPTY;
    *rest = hf_str_slice(value, 1, value.len);
    return dot < name.len ? hf_str_slice(name, dot + 1, name.len) : name;
}

static bool is_gap(char byte)
{
    return byte == ' ' || byte == '\t' || byte == ',' || byte == '\r';
}

// One row of numbers into cells[MADE_COLUMNS …]. Columns beyond the known ones are results of solved cases.
static bool cut_row(reader *r, hf_str text, const matrix *m, hf_str *cells, uint64_t line,
                    hf_error *err)
{
    size_t count = MADE_COLUMNS;
    for (size_t i = 0; i < text.len;) {
        while (i < text.len && is_gap(text.ptr[i]))
            i++;
        size_t from = i;
        while (i < text.len && !is_gap(text.ptr[i]))
            i++;
        hf_str word = hf_str_slice(text, from, i);
        double number = 0;
        if (word.len == 0)
            break;
        if (!hf_parse_double(word, &number) && !hf_str_equal_ascii_case(word, HF_STR("inf")) &&
            !hf_str_equal_ascii_case(word, HF_STR("-inf"))) {
            hf_fail(err, HF_ERR_INPUT, "matpower.no_number",
                    "'%.*s' in matrix %s is no number; write values, not formulas",
                    HF_STR_ARG(hf_str_slice(word, 0, 60)), m->name);
            return hf_fail_at(err, r->file, line, NULL);
        }
        if (count < m->count)
            cells[count] = word;
        count++;
    }
    if (count < m->count) {
        hf_fail(err, HF_ERR_INPUT, "matpower.short_row",
                "%zu numbers where matrix %s has %zu; complete the row or remove it",
                count - MADE_COLUMNS, m->name, m->count - MADE_COLUMNS);
        return hf_fail_at(err, r->file, line, NULL);
    }
    return true;
}

static bool announce(reader *r, const matrix *m, hf_error *err)
{
    hf_str *names = HF_NEW_N(r->arena, hf_str, m->count);
    for (size_t i = 0; i < m->count; i++)
        names[i] = hf_str_of(m->columns[i]);
    hf_table table = {
        .layer = hf_str_of(m->name), .names = names, .count = m->count, .has_header = true};
    r->matrix_count++;
    return r->sink->table(r->sink->context, &table, err);
}

static bool emit(reader *r, hf_str text, const matrix *m, size_t index, uint64_t line,
                 hf_error *err)
{
    hf_str cells[16] = {0};
    HF_ASSERT(m->count <= HF_COUNT(cells));
    if (!cut_row(r, text, m, cells, line, err))
        return false;
    hf_arena scratch = {0};
    cells[0] = hf_str_format(&scratch, "%zu", index);
    cells[1] = m == &matrices[0] && index <= r->bus_names.count ? r->bus_names.items[index - 1]
                                                                : HF_STR("");
    hf_row row = {.line = line, .cells = cells};
    bool ok = r->sink->row(r->sink->context, &row, err);
    hf_arena_done(&scratch);
    return ok;
}

// The rows up to the closing bracket; `text` is what stands behind the opening one.
static bool read_matrix(reader *r, lines *in, hf_str text, const matrix *m, hf_error *err)
{
    size_t index = 0;
    uint64_t opened = in->line;
    if (!announce(r, m, err))
        return false;
    for (;;) {
        size_t close = hf_str_find_byte(text, ']', 0);
        hf_str rest = hf_str_slice(text, 0, close), part;
        while (hf_str_split(&rest, ';', &part)) {
            if (hf_str_trim(part).len == 0)
                continue;
            if (!emit(r, part, m, ++index, in->line, err))
                return false;
        }
        if (close < text.len)
            return true;
        if (!next_line(in, &text))
            return fail(r, opened, "matpower.open_matrix",
                        "this matrix is never closed; close it with ];", err);
    }
}

// mpc.bus_name = { 'text'; … };
static void read_names(reader *r, lines *in, hf_str text)
{
    do {
        for (size_t i = 0; i < text.len; i++) {
            if (text.ptr[i] == '}')
                return;
            if (text.ptr[i] != '\'')
                continue;
            size_t end = hf_str_find_byte(text, '\'', i + 1);
            HF_VEC_ADD(r->arena, &r->bus_names, hf_str_trim(hf_str_slice(text, i + 1, end)));
            i = end;
        }
    } while (next_line(in, &text));
}

// Names stand behind the matrix that they belong to, so they are read first.
static void find_names(reader *r, hf_str bytes)
{
    lines in = {.rest = bytes};
    hf_str line, rest;
    while (next_line(&in, &line))
        if (hf_str_equal_z(opened_matrix(line, '{', &rest), "bus_name"))
            read_names(r, &in, rest);
}

static bool read_matpower(hf_input *input, const hf_read_options *options, hf_row_sink *sink,
                          hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_str bytes, line, rest;
    (void)options;
    reader r = {.arena = &arena, .sink = sink};
    r.file = hf_str_z(&arena, hf_input_name(input));
    if (!hf_input_rest(input, HF_NETWORK_FILE_BYTES_MAX, &bytes, err) ||
        !hf_input_check_text(input, bytes, 1, err))
        return hf_fail_at(err, r.file, 0, NULL);
    find_names(&r, bytes);
    lines in = {.rest = bytes};
    while (next_line(&in, &line)) {
        hf_str name = opened_matrix(line, '[', &rest);
        for (size_t i = 0; i < HF_COUNT(matrices); i++)
            if (hf_str_equal_z(name, matrices[i].name) &&
                !read_matrix(&r, &in, rest, &matrices[i], err))
                return false;
    }
    if (r.matrix_count == 0)
        return fail(
            &r, 0, "matpower.no_matrix",
            "there is no matrix bus, gen or branch; save the case in MATPOWER's format, version 2",
            err);
    return true;
}

static int looks_like(hf_str name, hf_str head)
{
    bool is_case = hf_str_find(head, HF_STR("mpc")) < head.len ||
                   hf_str_find(head, HF_STR("baseMVA")) < head.len;
    return is_case && hf_str_find(head, HF_STR("function")) < head.len
               ? (hf_name_ends(name, ".m") ? 95 : 85)
               : 0;
}

const hf_format hf_format_matpower = {
    .name = "matpower",
    .title = "MATPOWER case",
    .media_type = "text/x-matlab",
    .extension = "m",
    .looks_like = looks_like,
    .read = read_matpower,
};
