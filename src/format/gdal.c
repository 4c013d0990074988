// SPDX-License-Identifier: Apache-2.0
//
// Files that GDAL knows: Shapefile, GeoPackage, OpenStreetMap, KML, office tables and the rest. A program of its
// own reads them, locked in; here its lines become rows. A stream that lacks its last line is an error.
#include "format/gdal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "format/geometry.h"
#include "format/write.h"

typedef struct {
    hf_str layer;
    hf_str *names;
    size_t count;
    bool is_known;
} gdal_table;

typedef struct {
    hf_input *input;
    hf_row_sink *sink;
    hf_arena *arena;  // of the file
    hf_arena scratch; // of the line
    HF_VEC(gdal_table) tables;
    int64_t current; // which the sink saw last
    hf_str *cells;
    bool is_ended;
} reader;

static bool protocol(const char *what, hf_error *err)
{
    return hf_fail(err, HF_ERR_INTERNAL, "gdal.protocol",
                   "holdfast-gdal sent %s; install both programs in the same version", what);
}

// --- lines -----------------------------------------------------------------------------------------------

static bool take_table(reader *r, const hf_json *line, int64_t number, hf_error *err)
{
    const hf_json *columns = hf_json_get(line, "columns");
    gdal_table table = {.is_known = true};
    if (columns == NULL || columns->child_count > HF_COLUMN_COUNT_MAX || number < 0 ||
        number > 10000)
        return protocol("a table without columns", err);
    table.layer = hf_str_copy(r->arena, hf_json_text(line, "layer"));
    table.names = HF_NEW_N(r->arena, hf_str, columns->child_count);
    for (const hf_json *c = columns->child; c != NULL; c = c->next)
        table.names[table.count++] = hf_str_copy(r->arena, c->text);
    while (r->tables.count <= (size_t)number)
        HF_VEC_ADD(r->arena, &r->tables, (gdal_table){0});
    r->tables.items[number] = table;
    return true;
}

static bool enter_table(reader *r, const hf_json *line, const gdal_table **table, hf_error *err)
{
    const hf_json *t = hf_json_get(line, "t");
    int64_t number = t != NULL && t->type == HF_JSON_INT ? t->integer : -1;
    if (number < 0 || (size_t)number >= r->tables.count || !r->tables.items[number].is_known)
        return protocol("a row before its table", err);
    *table = &r->tables.items[number];
    if (number == r->current)
        return true;
    r->current = number;
    hf_table announced = {.layer = (*table)->layer,
                          .names = (*table)->names,
                          .count = (*table)->count,
                          .has_header = true};
    return r->sink->table(r->sink->context, &announced, err);
}

static void take_place(reader *r, const hf_json *line, hf_row *row)
{
    const hf_json *lon = hf_json_get(line, "lon"), *lat = hf_json_get(line, "lat");
    const hf_json *geometry = hf_json_get(line, "geometry");
    if (lon != NULL && lat != NULL && lon->type != HF_JSON_NULL && lat->type != HF_JSON_NULL) {
        row->has_place = true;
        row->lon = lon->number;
        row->lat = lat->number;
    } else if (geometry != NULL) {
        row->has_place = hf_geometry_point(geometry, &row->lon, &row->lat);
        hf_buf buf = hf_buf_of(HF_JSON_BYTES_MAX);
        hf_json_canonical(geometry, &buf);
        row->geometry = hf_buf_copy(&r->scratch, &buf);
        hf_buf_done(&buf);
    }
}

static bool take_row(reader *r, const hf_json *line, uint64_t number, hf_error *err)
{
    const hf_json *cells = hf_json_get(line, "cells");
    const gdal_table *table = NULL;
    size_t count = 0;
    hf_row row = {.line = number, .cells = r->cells};
    if (!enter_table(r, line, &table, err))
        return false;
    if (cells == NULL || cells->child_count != table->count)
        return protocol("a row of another width", err);
    for (const hf_json *c = cells->child; c != NULL; c = c->next, count++)
        r->cells[count] = c->type == HF_JSON_NULL ? HF_STR_EMPTY
                          : c->text.len == 0      ? HF_STR("")
                                                  : c->text;
    take_place(r, line, &row);
    return r->sink->row(r->sink->context, &row, err);
}

static bool take_problem(reader *r, const hf_json *line, uint64_t number)
{
    hf_problems_add(r->sink->problems, HF_REFUSED, hf_input_name(r->input), number, HF_STR_EMPTY,
                    "file.not_utf8", "%.*s", HF_STR_ARG(hf_json_text(line, "message")));
    r->sink->refused_count++;
    return true;
}

static bool take_error(const hf_json *line, hf_error *err)
{
    // Codes must be static texts: those that the reader may send stand here.
    static const char *const codes[] = {
        "gdal.unreadable", "gdal.damaged",  "gdal.incomplete",       "gdal.crs",
        "gdal.no_layer",   "file.zip_bomb", "gdal.too_many_columns", "gdal.row_too_large"};
    hf_str code = hf_json_text(line, "error");
    for (size_t i = 0; i < HF_COUNT(codes); i++)
        if (hf_str_equal_z(code, codes[i]))
            return hf_fail(err, HF_ERR_INPUT, codes[i], "%.*s",
                           HF_STR_ARG(hf_json_text(line, "message")));
    if (hf_str_equal_z(code, "sandbox.refused")) // the system's fault, not the file's
        return hf_fail(err, HF_ERR_INTERNAL, "sandbox.refused", "%.*s",
                       HF_STR_ARG(hf_json_text(line, "message")));
    return hf_fail(err, HF_ERR_INTERNAL, "gdal.failed", "holdfast-gdal: %.*s: %.*s",
                   HF_STR_ARG(code), HF_STR_ARG(hf_json_text(line, "message")));
}

static uint64_t count_of(const hf_json *number)
{
    return number->type == HF_JSON_INT && number->integer > 0 ? (uint64_t)number->integer : 0;
}

static bool take_line(reader *r, hf_str text, hf_error *err)
{
    hf_json *line = NULL;
    hf_error broken = {0};
    hf_arena_reset(&r->scratch);
    if (!hf_json_parse(text, &r->scratch, &line, &broken))
        return protocol(broken.message, err);
    const hf_json *row = hf_json_get(line, "row"), *table = hf_json_get(line, "table");
    const hf_json *problem = hf_json_get(line, "problem");
    if (row != NULL)
        return take_row(r, line, count_of(row), err);
    if (table != NULL)
        return take_table(r, line, table->type == HF_JSON_INT ? table->integer : -1, err);
    if (problem != NULL)
        return take_problem(r, line, count_of(problem));
    if (hf_json_get(line, "error") != NULL)
        return take_error(line, err);
    r->is_ended = hf_json_get(line, "end") != NULL;
    return r->is_ended || protocol("an unknown line", err);
}

static bool take_lines(reader *r, int fd, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf buf = hf_buf_of((size_t)HF_JSON_BYTES_MAX * 2);
    size_t start = 0, searched = 0;
    for (;;) {
        hf_str rest = hf_str_slice(hf_buf_str(&buf), start, buf.len);
        size_t end = hf_str_find_byte(rest, '\n', searched);
        if (end < rest.len) {
            if (!take_line(r, hf_str_slice(rest, 0, end), err))
                return false;
            start += end + 1;
            searched = 0;
            continue;
        }
        searched = rest.len;
        if (start > 0) {
            memmove(buf.ptr, rest.ptr, rest.len);
            buf.len = rest.len;
            start = 0;
        }
        char *to = hf_buf_reserve(&buf, 1 << 16);
        if (to == NULL)
            return protocol("a line that is too long", err);
        ssize_t got = read(fd, to, 1 << 16);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return true;
        buf.len += (size_t)got;
    }
}

bool hf_gdal_take_lines(hf_input *input, hf_row_sink *sink, int fd, bool *is_ended, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    reader r = {.input = input, .sink = sink, .arena = &arena, .current = -1};
    r.cells = HF_NEW_N(&arena, hf_str, HF_COLUMN_COUNT_MAX);
    bool ok = take_lines(&r, fd, err);
    hf_arena_done(&r.scratch);
    *is_ended = r.is_ended;
    return ok;
}

// --- the file --------------------------------------------------------------------------------------------

// Writes what is left of the input into the work folder: for pipes, packed files and bytes in memory.
static bool spool(hf_input *input, const char *path, hf_error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool at_end = false, ok = fd >= 0;
    if (!ok)
        return hf_fail(err, HF_ERR_WRITE, "file.unwritable",
                       "cannot write %s: %s; check the folder and its permissions", path,
                       strerror(errno));
    while (ok && !at_end) {
        hf_str window;
        ok = hf_input_window(input, 1 << 20, 1 << 20, &window, &at_end, err) &&
             hf_fd_write_all(fd, window, err);
        if (ok)
            hf_input_take(input, window.len);
    }
    hf_fd_close(&fd);
    return ok;
}

// GDAL looks at names: the file must bear the name that the user gave it.
static bool place_file(hf_input *input, hf_gdal_process *process, const char **path, hf_error *err)
{
    const char *real = hf_input_path(input);
    hf_str name = hf_file_base(hf_input_name(input));
    bool is_file = real != NULL && strcmp(real, "-") != 0 && !hf_input_is_packed(input);
    if (is_file && hf_str_equal(hf_file_base(hf_str_of(real)), name)) {
        *path = real;
        return true;
    }
    if (hf_input_is_packed(input) && name.len > 3 && hf_name_ends(name, "") &&
        hf_str_equal_ascii_case(hf_str_slice(name, name.len - 3, name.len), HF_STR(".gz")))
        name = hf_str_slice(name, 0, name.len - 3);
    char *inner =
        hf_path_join(&process->arena, process->work_dir,
                     name.len > 0 && name.ptr[0] != '.' ? hf_str_z(&process->arena, name) : "file");
    *path = inner;
    return spool(input, inner, err);
}

static void add_option(const char **words, size_t *count, hf_arena *arena, const char *word,
                       hf_str value)
{
    if (value.len == 0)
        return;
    words[(*count)++] = word;
    words[(*count)++] = hf_str_z(arena, value);
}

bool hf_gdal_read(hf_input *input, const hf_read_options *options, hf_row_sink *sink, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_gdal_done) hf_gdal_process process = {.fd = -1};
    const char *words[20] = {"read"};
    size_t count = 1;
    bool is_ended = false;
    if (!hf_gdal_prepare(&process, err))
        return false;
    const char *path = NULL;
    if (!place_file(input, &process, &path, err))
        return false;
    add_option(words, &count, &arena, "--work", hf_str_of(process.work_dir));
    add_option(words, &count, &arena, "--crs", options->crs);
    add_option(words, &count, &arena, "--x", options->x);
    add_option(words, &count, &arena, "--y", options->y);
    add_option(words, &count, &arena, "--layer", options->layer);
    words[count++] = path;
    if (!hf_gdal_start(&process, words, false, err))
        return false;
    bool ok = hf_gdal_take_lines(input, sink, process.fd, &is_ended, err);
    int status = ok ? hf_gdal_wait(&process) : 0;
    hf_input_read_elsewhere(input);
    if (ok && !is_ended)
        ok = hf_fail(
            err, HF_ERR_INPUT, "gdal.died",
            "the reader ended before the file did (status %d): the file is damaged, or it "
            "needs more memory or time than the reader may have; fetch it again or split it",
            status);
    return ok;
}

static int looks_like(hf_str name, hf_str head)
{
    static const char *const endings[] = {".shp", ".osm", ".pbf", ".kml",    ".kmz", ".gml",
                                          ".gpx", ".ods", ".xls", ".zip",    ".tab", ".mif",
                                          ".fgb", ".dxf", ".dbf", ".sqlite", ".gdb"};
    static const char *const marks[] = {"<osm", "<kml", "<gpx", "OSMHeader", "<gml:"};
    for (size_t i = 0; i < HF_COUNT(endings); i++)
        if (hf_name_ends(name, endings[i]))
            return 90;
    for (size_t i = 0; i < HF_COUNT(marks); i++)
        if (hf_str_find(head, hf_str_of(marks[i])) < head.len)
            return 85;
    bool is_shape = head.len > 4 && memcmp(head.ptr, "\0\0\x27\x0a", 4) == 0;
    return is_shape || hf_str_starts(head, "PK\x03\x04") || hf_str_starts(head, "SQLite format 3")
               ? 60
               : 0;
}

const hf_format hf_format_gdal = {
    .name = "gdal",
    .title = "GIS and office files that GDAL reads",
    .media_type = "application/octet-stream",
    .extension = "",
    .looks_like = looks_like,
    .read = hf_gdal_read,
};
