// SPDX-License-Identifier: Apache-2.0
//
// GeoPackage: read and written by holdfast-gdal, one layer a noun.
#include <math.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "format/gdal.h"
#include "format/write.h"

typedef struct {
    const hf_write_request *request;
    hf_gdal_process *process;
    hf_buf out;
    hf_arena scratch;
    const hf_write_columns *columns;
} writer;

static bool has_place(const hf_noun *noun)
{
    for (size_t i = 0; i < noun->field_count; i++)
        if (noun->fields[i].flags & HF_FIELD_LON)
            return true;
    return false;
}

static void column(hf_json_writer *w, hf_str name, const char *type)
{
    hf_json_begin_array(w);
    hf_json_add_str(w, name);
    hf_json_add_z(w, type);
    hf_json_end_array(w);
}

static void write_table(writer *out, const hf_write_columns *columns)
{
    hf_json_writer w = {.out = &out->out};
    const hf_noun *noun = columns->noun;
    hf_json_begin_object(&w);
    hf_json_name(&w, "table");
    hf_json_add_z(&w, noun->plural);
    hf_json_name(&w, "place");
    hf_json_add_bool(&w, has_place(noun));
    hf_json_put_str(&w, "about", out->request->made_for);
    hf_json_name(&w, "columns");
    hf_json_begin_array(&w);
    for (size_t i = 0; i < noun->field_count; i++)
        if (hf_field_is_public(&noun->fields[i]))
            column(&w, hf_str_of(noun->fields[i].name),
                   noun->fields[i].type == HF_NUMBER    ? "number"
                   : noun->fields[i].type == HF_INTEGER ? "integer"
                                                        : "text");
    for (size_t i = 0; i < columns->attribute_count; i++)
        column(&w, columns->attributes[i], "text");
    hf_json_end_array(&w);
    hf_json_end_object(&w);
    hf_buf_add_byte(&out->out, '\n');
}

static void write_place(hf_json_writer *w, const hf_noun *noun, const void *record)
{
    double lon = NAN, lat = NAN;
    for (size_t i = 0; i < noun->field_count; i++) {
        if (noun->fields[i].flags & HF_FIELD_LON)
            lon = *(const double *)hf_field_of(&noun->fields[i], record);
        if (noun->fields[i].flags & HF_FIELD_LAT)
            lat = *(const double *)hf_field_of(&noun->fields[i], record);
    }
    if (isnan(lon) || isnan(lat))
        return;
    hf_json_name(w, "lon");
    hf_json_add_double(w, lon);
    hf_json_name(w, "lat");
    hf_json_add_double(w, lat);
}

static bool write_record(writer *out, const void *record, hf_error *err)
{
    hf_json_writer w = {.out = &out->out};
    const hf_noun *noun = out->columns->noun;
    hf_json *tree = NULL;
    HF_CLEANUP(hf_buf_done) hf_buf cell = hf_buf_of(HF_JSON_BYTES_MAX);
    hf_arena_reset(&out->scratch);
    if (!hf_write_attribute_tree(record, &out->scratch, &tree, err))
        return false;
    hf_json_begin_object(&w);
    hf_json_name(&w, "cells");
    hf_json_begin_array(&w);
    for (size_t i = 0; i < noun->field_count; i++) {
        const hf_field *field = &noun->fields[i];
        if (!hf_field_is_public(field))
            continue;
        if (hf_field_is_empty(field, record)) {
            hf_json_add_null(&w);
        } else if (field->type == HF_NUMBER || field->type == HF_INTEGER) {
            hf_field_write_json(field, record, &w);
        } else {
            hf_buf_clear(&cell);
            hf_field_write_text(field, record, &cell);
            hf_json_add_str(&w, hf_buf_str(&cell));
        }
    }
    for (size_t i = 0; i < out->columns->attribute_count; i++) {
        hf_str text = hf_write_attribute(tree, out->columns->attributes[i], &out->scratch);
        if (text.len == 0)
            hf_json_add_null(&w);
        else
            hf_json_add_str(&w, text);
    }
    hf_json_end_array(&w);
    write_place(&w, noun, record);
    hf_json_end_object(&w);
    hf_buf_add_byte(&out->out, '\n');
    return true;
}

static bool flush(writer *out, size_t threshold, hf_error *err)
{
    if (out->out.overflow)
        return hf_fail(
            err, HF_ERR_TOO_LARGE, "write.record_too_large",
            "one record is too large for this format; shorten its texts or choose another one");
    if (out->out.len < threshold)
        return true;
    bool ok = hf_fd_write_all(out->process->fd, hf_buf_str(&out->out), err);
    hf_buf_clear(&out->out);
    return ok;
}

static bool write_all(writer *out, const hf_write_columns *columns, size_t count, hf_error *err)
{
    const hf_record_source *records = &out->request->records;
    size_t next = 0;
    for (;;) {
        const hf_noun *noun = NULL;
        const void *record = NULL;
        if (!records->next(records->context, &noun, &record, err))
            return false;
        if (record == NULL)
            break;
        if (out->request->noun != NULL && noun != out->request->noun)
            continue;
        if (out->columns == NULL || out->columns->noun != noun) {
            HF_ASSERT(next < count && columns[next].noun == noun);
            out->columns = &columns[next++];
            write_table(out, out->columns);
        }
        if (!write_record(out, record, err) || !flush(out, 1 << 16, err))
            return false;
    }
    hf_buf_add_z(&out->out, "{\"end\":1}\n");
    return flush(out, 0, err);
}

// Copies the finished file to where the caller wants it.
static bool deliver(const hf_write_request *request, const char *path, hf_error *err)
{
    HF_CLEANUP(hf_file_in_close) hf_file_in *file = NULL;
    HF_CLEANUP(hf_buf_done) hf_buf buf = hf_buf_of(1 << 20);
    size_t got = 1;
    if (!hf_file_in_open(path, &file, err))
        return false;
    while (got > 0) {
        hf_buf_clear(&buf);
        char *to = hf_buf_reserve(&buf, 1 << 18);
        if (!hf_file_in_read(file, to, 1 << 18, &got, err))
            return false;
        buf.len = got;
        if (got > 0 && !hf_write_flush(request, &buf, 0, err))
            return false;
    }
    return true;
}

static bool run(writer *out, const hf_write_columns *columns, size_t count, const char *path,
                hf_error *err)
{
    const char *words[] = {"write", "--work", out->process->work_dir, path, NULL};
    if (!hf_gdal_start(out->process, words, true, err))
        return false;
    bool ok = write_all(out, columns, count, err);
    int status = hf_gdal_wait(out->process);
    if (status != 0) // its own end says more than our broken pipe
        return hf_fail(err, HF_ERR_WRITE, "gdal.write",
                       "the GeoPackage could not be made (status %d); is the disk full?", status);
    return ok && deliver(out->request, path, err);
}

static bool write_gpkg(const hf_write_request *request, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_gdal_done) hf_gdal_process process = {.fd = -1};
    hf_write_columns *columns = NULL;
    size_t count = 0;
    if (!hf_write_survey(request, &arena, &columns, &count, err) || !hf_gdal_prepare(&process, err))
        return false;
    // A reader that dies early must not take us with it.
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    sigaction(SIGPIPE, &ignore, &before);
    writer out = {
        .request = request, .process = &process, .out = hf_buf_of((size_t)HF_JSON_BYTES_MAX * 2)};
    bool ok =
        run(&out, columns, count, hf_path_join(&arena, process.work_dir, "register.gpkg"), err);
    sigaction(SIGPIPE, &before, NULL);
    hf_buf_done(&out.out);
    hf_arena_done(&out.scratch);
    return ok;
}

static int looks_like(hf_str name, hf_str head)
{
    return hf_str_starts(head, "SQLite format 3") || hf_name_ends(name, ".gpkg") ? 92 : 0;
}

const hf_format hf_format_gpkg = {
    .name = "gpkg",
    .title = "GeoPackage",
    .media_type = "application/geopackage+sqlite3",
    .extension = "gpkg",
    .looks_like = looks_like,
    .read = hf_gdal_read,
    .write = write_gpkg,
};
