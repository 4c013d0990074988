// SPDX-License-Identifier: Apache-2.0
//
// Delimited tables: comma, semicolon, tab or bar; quotes with doubled quotes inside; CRLF or LF; byte order
// mark; cells over several lines. Reads in one pass over a window; a record that the window cuts off is read
// again with a larger one. A fault of one row is a problem, a fault of the file ends the reading.
#include "format/csv.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/map.h"
#include "format/write.h"

enum { WINDOW_BYTES = 1 << 20 };

// What a record turned out to be.
typedef enum { RECORD_DONE, RECORD_CUT, RECORD_TEXT_AFTER_QUOTE, RECORD_BAD } record_end;

typedef struct {
    hf_input *input;
    hf_row_sink *sink;
    const char *file; // zero-ended name for errors
    char delimiter;
    char quote;
    uint64_t line;     // physical line of the record at the front of the window
    size_t checked;    // bytes of the window already known to be text
    hf_str *cells;     // HF_COLUMN_COUNT_MAX
    hf_arena *scratch; // unquoted copies of the record, emptied for each
    hf_table table;
    bool special[256]; // bytes that end a plain cell
} csv;

// One record while it is being cut.
typedef struct {
    const char *at, *end;
    bool at_end;
    size_t count;
    uint64_t lines;      // line ends inside
    uint64_t quote_line; // where an open quote began, counted from the record's line
    bool has_late_text, has_too_many;
} record;

static bool fail(csv *reader, uint64_t line, const char *code, const char *what, hf_error *err)
{
    hf_fail(err, HF_ERR_INPUT, code, "%s", what);
    return hf_fail_at(err, reader->file, line, NULL);
}

static bool add_cell(csv *reader, record *r, hf_str cell)
{
    r->has_too_many = r->count >= HF_COLUMN_COUNT_MAX;
    if (r->has_too_many)
        return false;
    reader->cells[r->count++] = cell;
    return true;
}

// Copies a quoted cell with its doubled quotes made single.
static hf_str undouble(hf_arena *arena, hf_str raw, char quote)
{
    char *copy = hf_arena_take(arena, raw.len);
    size_t len = 0;
    for (size_t i = 0; i < raw.len; i++) {
        copy[len++] = raw.ptr[i];
        if (raw.ptr[i] == quote)
            i++;
    }
    return (hf_str){copy, len};
}

// A quoted cell; r->at stands behind the opening quote. Afterwards it stands behind the closing one.
static record_end quoted_cell(csv *reader, record *r, hf_str *cell)
{
    const char *from = r->at;
    bool is_doubled = false;
    r->quote_line = r->lines;
    for (;;) {
        const char *stop = memchr(r->at, reader->quote, (size_t)(r->end - r->at));
        const char *until = stop != NULL ? stop : r->end;
        for (const char *p = r->at; p < until && (p = memchr(p, '\n', (size_t)(until - p))); p++)
            r->lines++;
        if (stop == NULL || (stop + 1 == r->end && !r->at_end)) {
            r->at = r->end;
            return (size_t)(r->end - from) > HF_CSV_FIELD_BYTES_MAX || r->at_end ? RECORD_BAD
                                                                                 : RECORD_CUT;
        }
        r->at = stop + 1;
        if (r->at < r->end && *r->at == reader->quote) {
            is_doubled = true;
            r->at++;
            continue;
        }
        *cell = (hf_str){from, (size_t)(stop - from)};
        if (cell->len > HF_CSV_FIELD_BYTES_MAX)
            return RECORD_BAD;
        if (is_doubled)
            *cell = undouble(reader->scratch, *cell, reader->quote);
        return RECORD_DONE;
    }
}

// Moves to the next delimiter, line end, or the window's end.
static const char *plain_end(const csv *reader, const char *at, const char *end)
{
    while (at < end && !reader->special[(unsigned char)*at])
        at++;
    return at;
}

static record_end next_cell(csv *reader, record *r, bool *is_last)
{
    hf_str cell;
    if (r->at < r->end && *r->at == reader->quote) {
        r->at++;
        record_end how = quoted_cell(reader, r, &cell);
        if (how != RECORD_DONE)
            return how;
        const char *after = plain_end(reader, r->at, r->end);
        if (hf_str_trim((hf_str){r->at, (size_t)(after - r->at)}).len > 0)
            r->has_late_text = true;
        r->at = after;
    } else {
        const char *from = r->at;
        r->at = plain_end(reader, r->at, r->end);
        cell = (hf_str){from, (size_t)(r->at - from)};
        if (r->at < r->end ? *r->at == '\n' : r->at_end)
            if (cell.len > 0 && cell.ptr[cell.len - 1] == '\r')
                cell.len--;
    }
    if (r->at == r->end && !r->at_end)
        return RECORD_CUT;
    if (cell.len > 1 && cell.ptr[0] == '\'' && hf_csv_is_formula(cell))
        cell = hf_str_slice(cell, 1, cell.len);
    if (!add_cell(reader, r, cell))
        return RECORD_BAD;
    *is_last = r->at == r->end || *r->at == '\n';
    if (r->at < r->end)
        r->at++;
    return RECORD_DONE;
}

static record_end cut_record(csv *reader, record *r)
{
    bool is_last = false;
    hf_arena_reset(reader->scratch);
    while (!is_last) {
        record_end how = next_cell(reader, r, &is_last);
        if (how != RECORD_DONE)
            return how;
    }
    r->lines += r->at > r->end - 1 && r->end[-1] != '\n' ? 0 : 1;
    return r->has_late_text ? RECORD_TEXT_AFTER_QUOTE : RECORD_DONE;
}

static bool bad_record(csv *reader, const record *r, hf_error *err)
{
    if (r->has_too_many)
        return fail(reader, reader->line, "csv.too_many_columns",
                    "more than 1000 columns; is the delimiter right?", err);
    return fail(reader, reader->line + r->quote_line, "csv.open_quote",
                "a quote is opened here and never closed; close it or double it", err);
}

static bool check_window(csv *reader, hf_str window, bool at_end, hf_error *err)
{
    bool is_nul = false;
    hf_str fresh = hf_str_slice(window, reader->checked, window.len);
    size_t good = hf_text_bad_byte(fresh, !at_end, &is_nul);
    if (good < fresh.len)
        return hf_input_check_text(reader->input, window, reader->line, err);
    // A sequence cut off by the window's end is looked at again with its rest.
    reader->checked = window.len > 3 && !at_end ? window.len - 3 : window.len;
    while (reader->checked > 0 && reader->checked < window.len &&
           ((unsigned char)window.ptr[reader->checked] & 0xc0) == 0x80)
        reader->checked--;
    return true;
}

// Cuts the next record. *found false at the end of the file.
static bool next_record(csv *reader, record *r, bool *found, hf_error *err)
{
    size_t want = 2;
    hf_str window;
    bool at_end = false;
    for (;;) {
        if (!hf_input_window(reader->input, want, HF_LINE_BYTES_MAX * 2, &window, &at_end, err))
            return hf_fail_at(err, NULL, reader->line, NULL);
        if (reader->checked < window.len && !check_window(reader, window, at_end, err))
            return false;
        *found = window.len > 0;
        if (!*found)
            return true;
        *r = (record){.at = window.ptr, .end = window.ptr + window.len, .at_end = at_end};
        record_end how = cut_record(reader, r);
        if (how == RECORD_BAD)
            return bad_record(reader, r, err);
        if (how != RECORD_CUT)
            break;
        if (window.len > HF_LINE_BYTES_MAX)
            return fail(reader, reader->line, "csv.line_too_long",
                        "a line of more than 4 MiB; this is no table, or its line ends are lost",
                        err);
        want = window.len < WINDOW_BYTES / 2 ? WINDOW_BYTES / 2 : window.len * 2;
        if (want > HF_LINE_BYTES_MAX * 2)
            want = HF_LINE_BYTES_MAX * 2;
    }
    return true;
}

static void drop_record(csv *reader, const record *r)
{
    hf_str window;
    bool at_end = false;
    hf_error ignored;
    if (!hf_input_window(reader->input, 0, 0, &window, &at_end, &ignored))
        return;
    size_t used = (size_t)(r->at - window.ptr);
    hf_input_take(reader->input, used);
    reader->checked -= used < reader->checked ? used : reader->checked;
    reader->line += r->lines;
}

static bool is_blank(const csv *reader, const record *r)
{
    return r->count == 1 && hf_str_trim(reader->cells[0]).len == 0;
}

static bool duplicate_header(csv *reader, hf_error *err)
{
    hf_arena scratch = {0};
    hf_map seen = hf_map_of(&scratch, reader->table.count);
    bool ok = true;
    for (size_t i = 0; ok && i < reader->table.count; i++) {
        hf_str name = hf_str_copy(&scratch, reader->table.names[i]);
        char *lower = hf_str_z(&scratch, name);
        for (size_t k = 0; k < name.len; k++)
            if (lower[k] >= 'A' && lower[k] <= 'Z')
                lower[k] = (char)(lower[k] + 32);
        if (name.len > 0 && !hf_map_add(&seen, (hf_str){lower, name.len}, (uint32_t)i, NULL)) {
            hf_fail(err, HF_ERR_INPUT, "csv.header_repeated",
                    "the column '%.*s' stands twice in the header; rename one", HF_STR_ARG(name));
            ok = hf_fail_at(err, reader->file, reader->line, hf_str_z(&scratch, name));
        }
    }
    hf_arena_done(&scratch);
    return ok;
}

// A file of an old Macintosh would be one long header, and none of its rows would be seen.
static bool has_bare_return(const record *r, const hf_str *cells)
{
    for (size_t i = 0; i < r->count; i++)
        for (size_t k = 0; k + 1 < cells[i].len; k++)
            if (cells[i].ptr[k] == '\r' && cells[i].ptr[k + 1] != '\n')
                return true;
    return false;
}

static bool start_table(csv *reader, const record *r, bool has_header, hf_arena *arena,
                        hf_error *err)
{
    hf_str *names = HF_NEW_N(arena, hf_str, r->count);
    if (has_bare_return(r, reader->cells))
        return fail(reader, reader->line, "csv.line_ends",
                    "the lines end with a carriage return alone; save the file with the line ends "
                    "of Unix or Windows",
                    err);
    for (size_t i = 0; i < r->count; i++)
        names[i] = has_header ? hf_str_copy(arena, hf_str_trim(reader->cells[i]))
                              : hf_str_format(arena, "%zu", i + 1);
    reader->table = (hf_table){.names = names, .count = r->count, .has_header = has_header};
    if (has_header && !duplicate_header(reader, err))
        return false;
    return reader->sink->table(reader->sink->context, &reader->table, err);
}

// Too many cells are fine when they are empty; too few never are.
static bool has_right_count(const csv *reader, const record *r)
{
    if (r->count < reader->table.count)
        return false;
    for (size_t i = reader->table.count; i < r->count; i++)
        if (hf_str_trim(reader->cells[i]).len > 0)
            return false;
    return true;
}

static bool deliver(csv *reader, const record *r, hf_error *err)
{
    hf_row row = {.line = reader->line, .cells = reader->cells};
    const char *code = NULL;
    hf_str file = hf_input_name(reader->input);
    if (r->has_late_text)
        code = "csv.text_after_quote";
    else if (!has_right_count(reader, r))
        code = "csv.cell_count";
    if (code == NULL)
        return reader->sink->row(reader->sink->context, &row, err);
    if (r->has_late_text)
        hf_problems_add(reader->sink->problems, HF_REFUSED, file, reader->line, HF_STR_EMPTY, code,
                        "text follows a closing quote; double the quotes inside the cell");
    else
        hf_problems_add(reader->sink->problems, HF_REFUSED, file, reader->line, HF_STR_EMPTY, code,
                        "%zu cells where the header has %zu; is a delimiter missing or unquoted?",
                        r->count, reader->table.count);
    reader->sink->refused_count++;
    return true;
}

static bool read_all(csv *reader, const hf_read_options *options, hf_arena *arena, hf_error *err)
{
    bool has_table = false, found = true;
    record r = {0};
    while (found) {
        if (!next_record(reader, &r, &found, err))
            return false;
        if (!found)
            break;
        if (reader->line > options->skip_lines && !is_blank(reader, &r)) {
            bool is_header = !has_table && !options->no_header;
            if (!has_table && !start_table(reader, &r, is_header, arena, err))
                return false;
            has_table = true;
            if (!is_header && !deliver(reader, &r, err))
                return false;
        }
        drop_record(reader, &r);
    }
    if (!has_table)
        return fail(reader, 1, "csv.empty", "the file is empty; it needs a header row", err);
    return true;
}

static bool skip_mark(hf_input *input, const char *file, hf_error *err)
{
    hf_str window;
    bool at_end = false;
    if (!hf_input_window(input, 65536, 65536, &window, &at_end, err))
        return false;
    if (hf_str_starts(window, "\xef\xbb\xbf"))
        hf_input_take(input, 3);
    if (hf_str_starts(window, "\xff\xfe") || hf_str_starts(window, "\xfe\xff")) {
        hf_fail(err, HF_ERR_INPUT, "file.not_utf8",
                "the file is UTF-16; save it as UTF-8 (\"CSV UTF-8\" in a spreadsheet)");
        return hf_fail_at(err, file, 1, NULL);
    }
    return true;
}

static bool read_csv(hf_input *input, const hf_read_options *options, hf_row_sink *sink,
                     hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_str window;
    bool at_end = false;
    csv reader = {.input = input, .sink = sink, .line = 1, .scratch = &scratch};
    reader.file = hf_str_z(&arena, hf_input_name(input));
    if (options->is_western)
        hf_input_set_western(input);
    if (!skip_mark(input, reader.file, err) || !hf_input_window(input, 0, 0, &window, &at_end, err))
        return hf_fail_at(err, reader.file, 0, NULL);
    reader.quote = options->quote != '\0' ? options->quote : '"';
    reader.delimiter = options->delimiter != '\0'
                           ? options->delimiter
                           : hf_csv_sniff_delimiter(hf_str_slice(window, 0, 65536), reader.quote);
    reader.special[(unsigned char)reader.delimiter] = true;
    reader.special['\n'] = true;
    reader.cells = HF_NEW_N(&arena, hf_str, HF_COLUMN_COUNT_MAX);
    return read_all(&reader, options, &arena, err);
}

// --- guessing --------------------------------------------------------------------------------------------

// Delimiters of one line outside quotes; *next is moved behind it.
static size_t count_in_line(hf_str head, size_t *next, char delimiter, char quote)
{
    size_t count = 0;
    bool is_open = false;
    size_t i = *next;
    for (; i < head.len && (is_open || head.ptr[i] != '\n'); i++) {
        is_open ^= head.ptr[i] == quote;
        count += !is_open && head.ptr[i] == delimiter;
    }
    *next = i + 1;
    return count;
}

char hf_csv_sniff_delimiter(hf_str head, char quote)
{
    static const char candidates[] = {',', ';', '\t', '|'};
    char best = ',';
    size_t best_score = 0;
    for (size_t c = 0; c < HF_COUNT(candidates); c++) {
        size_t next = 0;
        size_t first = count_in_line(head, &next, candidates[c], quote);
        size_t even = 1;
        // The last line of the head may be cut off: only lines that end are compared.
        for (int i = 0; i < 20 && next < head.len; i++) {
            size_t from = next;
            size_t count = count_in_line(head, &next, candidates[c], quote);
            even += count == first && next <= head.len && next > from + 1;
        }
        size_t score = first == 0 ? 0 : even * 1000 + (first > 999 ? 999 : first);
        if (score > best_score) {
            best_score = score;
            best = candidates[c];
        }
    }
    return best;
}

bool hf_csv_first_record(hf_str head, const hf_read_options *options, hf_arena *arena,
                         hf_str **cells, size_t *count)
{
    if (hf_str_starts(head, "\xef\xbb\xbf"))
        head = hf_str_slice(head, 3, head.len);
    for (uint64_t i = 0; i < options->skip_lines; i++)
        head = hf_str_slice(head, hf_str_find_byte(head, '\n', 0) + 1, head.len);
    csv reader = {.line = 1, .scratch = arena};
    reader.quote = options->quote != '\0' ? options->quote : '"';
    reader.delimiter = options->delimiter != '\0' ? options->delimiter
                                                  : hf_csv_sniff_delimiter(head, reader.quote);
    reader.special[(unsigned char)reader.delimiter] = true;
    reader.special['\n'] = true;
    reader.cells = HF_NEW_N(arena, hf_str, HF_COLUMN_COUNT_MAX);
    record r = {.at = head.ptr, .end = head.ptr + head.len, .at_end = true};
    bool is_last = false;
    while (head.len > 0 && !is_last)
        if (next_cell(&reader, &r, &is_last) != RECORD_DONE)
            return false;
    *cells = reader.cells;
    *count = r.count;
    return true;
}

static int looks_like(hf_str name, hf_str head)
{
    bool is_nul = false;
    if (hf_name_ends(name, ".csv") || hf_name_ends(name, ".tsv"))
        return 80;
    if (head.len == 0 || hf_text_bad_byte(head, true, &is_nul) < head.len)
        return 0;
    if (head.ptr[0] == '{' || head.ptr[0] == '[' || head.ptr[0] == '<')
        return 0;
    return hf_name_ends(name, ".txt") || hf_name_ends(name, ".dat") ? 30 : 5;
}

// --- writing ---------------------------------------------------------------------------------------------

bool hf_csv_is_formula(hf_str text)
{
    size_t at = 0;
    while (at < text.len && text.ptr[at] == '\'')
        at++;
    return at < text.len && memchr("=+-@\t\r", text.ptr[at], 6) != NULL;
}

void hf_csv_write_text(hf_buf *out, hf_str text)
{
    HF_CLEANUP(hf_buf_done) hf_buf safe = hf_buf_of(text.len + 1);
    double number = 0;
    bool is_number = text.len > 0 && text.ptr[0] != '\'' && hf_parse_double(text, &number);
    if (is_number || !hf_csv_is_formula(text)) {
        hf_csv_write_cell(out, text);
        return;
    }
    hf_buf_add_byte(&safe, '\'');
    hf_buf_add_str(&safe, text);
    hf_csv_write_cell(out, hf_buf_str(&safe));
}

void hf_csv_write_cell(hf_buf *out, hf_str text)
{
    bool must_quote = text.len > 0 && (text.ptr[0] == ' ' || text.ptr[text.len - 1] == ' ');
    for (size_t i = 0; !must_quote && i < text.len; i++)
        must_quote =
            text.ptr[i] == ',' || text.ptr[i] == '"' || text.ptr[i] == '\n' || text.ptr[i] == '\r';
    if (!must_quote) {
        hf_buf_add_str(out, text);
        return;
    }
    hf_buf_add_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            hf_buf_add_byte(out, '"');
        hf_buf_add_byte(out, text.ptr[i]);
    }
    hf_buf_add_byte(out, '"');
}

const hf_format hf_format_csv = {
    .name = "csv",
    .title = "Table, one record per row (CSV)",
    .media_type = "text/csv",
    .extension = "csv",
    .one_noun = true,
    .looks_like = looks_like,
    .read = read_csv,
    .write = hf_csv_write,
};
