// SPDX-License-Identifier: Apache-2.0
//
// Reads all layers of a data set and passes their rows on as NDJSON, with places in WGS 84. GDAL ends a damaged
// file like a whole one; therefore its complaints are counted and looked at behind the last row.
#define _LARGEFILE64_SOURCE // struct stat64, which GDAL names
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "reader/pbf.h"
#include "reader/reader.h"

enum { FLUSH_BYTES = 1 << 16 };
#define SMALL_ARCHIVE_BYTES (64u << 20) // below it the ratio is not looked at

typedef struct {
    OGRLayerH layer;
    OGRFeatureDefnH columns;
    OGRCoordinateTransformationH to_wgs84; // NULL = none needed
    int column_count;
    uint64_t row_count;
    bool is_announced, is_wanted;
} table;

typedef struct {
    const hf_reader_options *options;
    GDALDatasetH data;
    bool has_row_numbers; // the driver's feature ids are rows of a sheet
    bool is_osm;
    table *tables;
    int table_count;
    uint64_t row_count;
    hf_buf out;
    hf_arena arena;
} reader;

static bool flush(reader *r, size_t threshold, hf_error *err)
{
    if (r->out.overflow)
        return hf_fail(err, HF_ERR_TOO_LARGE, "gdal.row_too_large",
                       "one row is too large; simplify its shape or leave out long columns");
    if (r->out.len < threshold || r->out.len == 0)
        return true;
    if (fwrite(r->out.ptr, 1, r->out.len, stdout) != r->out.len)
        return hf_fail(err, HF_ERR_WRITE, "gdal.pipe", "the program that asked went away");
    hf_buf_clear(&r->out);
    return true;
}

// --- opening -------------------------------------------------------------------------------------------------

static uint64_t file_bytes(const char *path)
{
    VSIStatBufL status;
    return VSIStatL(path, &status) == 0 ? (uint64_t)status.st_size : 0;
}

// Adds up what an archive says that its members unpack to.
static bool check_archive(const char *path, const char *inside, hf_error *err)
{
    char **names = VSIReadDirRecursive(inside);
    uint64_t unpacked = 0, packed = file_bytes(path);
    for (int i = 0; names != NULL && names[i] != NULL; i++) {
        char *member = CPLStrdup(CPLFormFilename(inside, names[i], NULL));
        unpacked += file_bytes(member);
        CPLFree(member);
    }
    CSLDestroy(names);
    bool is_bomb = unpacked > HF_UNZIP_BYTES_MAX || (unpacked > SMALL_ARCHIVE_BYTES && packed > 0 &&
                                                     unpacked / packed > HF_UNZIP_RATIO_MAX);
    if (!is_bomb)
        return true;
    return hf_fail(err, HF_ERR_TOO_LARGE, "file.zip_bomb",
                   "the archive unpacks to %llu bytes, which is more than is reasonable; unpack it "
                   "yourself and look",
                   (unsigned long long)unpacked);
}

static bool begins_with(const char *path, const char *bytes, size_t count)
{
    char head[8] = {0};
    VSILFILE *file = VSIFOpenL(path, "rb");
    if (file == NULL)
        return false;
    size_t got = VSIFReadL(head, 1, sizeof head, file);
    VSIFCloseL(file);
    return got >= count && memcmp(head, bytes, count) == 0;
}

static bool ends_with(const char *text, const char *ending)
{
    size_t a = strlen(text), b = strlen(ending);
    return a >= b && EQUAL(text + a - b, ending);
}

// The name that GDAL opens: an archive is entered unless it is an office file, which GDAL enters itself.
static bool gdal_name(reader *r, const char **name, hf_error *err)
{
    const char *path = r->options->path;
    bool is_zip = begins_with(path, "PK\x03\x04", 4) || begins_with(path, "PK\x05\x06", 4);
    *name = path;
    if (!is_zip)
        return true;
    const char *inside = hf_str_format(&r->arena, "/vsizip/{%s}%c", path, 0).ptr;
    if (!check_archive(path, inside, err))
        return false;
    bool is_office = ends_with(path, ".xlsx") || ends_with(path, ".xlsm") ||
                     ends_with(path, ".ods") || ends_with(path, ".kmz");
    if (!is_office)
        *name = inside;
    return true;
}

static char **open_options(const hf_reader_options *options)
{
    char **list = NULL;
    if (options->x == NULL || options->y == NULL)
        return NULL;
    list = CSLSetNameValue(list, "X_POSSIBLE_NAMES", options->x);
    list = CSLSetNameValue(list, "Y_POSSIBLE_NAMES", options->y);
    return CSLSetNameValue(list, "KEEP_GEOM_COLUMNS", "YES");
}

static bool unreadable(const hf_reader_options *options, hf_error *err)
{
    const char *why = options->complaints->count > 0 ? options->complaints->first
                                                     : "no driver knows it, or it is damaged";
    // GDAL names the file by its full path; users know it by their own name.
    const char *after = strstr(why, options->path);
    if (after != NULL) {
        after += strlen(options->path);
        why = after + strspn(after, "'`:. ");
    }
    return hf_fail(err, HF_ERR_INPUT, "gdal.unreadable",
                   "cannot read this file: %s; fetch it again, or export it as CSV or GeoJSON",
                   why);
}

static void close_file(FILE **file)
{
    if (*file != NULL)
        (void)fclose(*file);
}

// What GDAL would take for a whole file although it is cut off.
static bool check_frame(const reader *r, hf_error *err)
{
    HF_CLEANUP(close_file) FILE *file = fopen(r->options->path, "rb");
    return file == NULL || hf_pbf_check(file, err);
}

// A file of the same name but for its ending.
static bool has_companion(reader *r, hf_str stem, const char *ending)
{
    HF_CLEANUP(close_file)
    FILE *file = fopen(hf_str_format(&r->arena, "%.*s%s%c", HF_STR_ARG(stem), ending, 0).ptr, "rb");
    return file != NULL;
}

// A Shapefile without its index or its table: GDAL would speak of its own settings, or read places that nothing names.
static bool check_companions(reader *r, hf_error *err)
{
    static const char *const needed[][2] = {{"shx", "SHX"}, {"dbf", "DBF"}};
    const hf_reader_options *options = r->options;
    hf_str path = hf_str_of(options->path);
    const char *called =
        options->name != NULL && ends_with(options->name, ".shp") ? options->name : options->path;
    hf_str name = hf_path_name(hf_str_of(called));
    if (!ends_with(options->path, ".shp") || !begins_with(options->path, "\0\0\x27\x0a", 4))
        return true;
    hf_str stem = hf_str_slice(path, 0, path.len - strlen("shp"));
    for (size_t i = 0; i < HF_COUNT(needed); i++)
        if (!has_companion(r, stem, needed[i][0]) && !has_companion(r, stem, needed[i][1]))
            return hf_fail(err, HF_ERR_INPUT, "gdal.incomplete",
                           "a Shapefile is several files, and %.*s%s is missing; put it "
                           "beside this one, or import all of them as one ZIP",
                           HF_STR_ARG(hf_str_slice(name, 0, name.len - strlen("shp"))),
                           needed[i][0]);
    return true;
}

static bool open_data(reader *r, hf_error *err)
{
    const char *name = NULL;
    if (!gdal_name(r, &name, err) || !check_frame(r, err) || !check_companions(r, err))
        return false;
    char **list = open_options(r->options);
    *r->options->complaints = (hf_reader_complaints){0};
    r->data =
        GDALOpenEx(name, GDAL_OF_VECTOR | GDAL_OF_READONLY, NULL, (const char *const *)list, NULL);
    CSLDestroy(list);
    if (r->data == NULL)
        return unreadable(r->options, err);
    const char *driver = GDALGetDriverShortName(GDALGetDatasetDriver(r->data));
    r->is_osm = EQUAL(driver, "OSM");
    r->has_row_numbers = EQUAL(driver, "XLSX") || EQUAL(driver, "ODS") || EQUAL(driver, "XLS");
    r->table_count = GDALDatasetGetLayerCount(r->data);
    if (r->table_count <= 0 || r->table_count > 10000)
        return unreadable(r->options, err);
    return true;
}

// --- coordinates ---------------------------------------------------------------------------------------------

static bool set_transformation(const reader *r, table *t, hf_error *err)
{
    OGRSpatialReferenceH from = OGR_L_GetSpatialRef(t->layer);
    OGRSpatialReferenceH wgs84 = OSRNewSpatialReference(NULL);
    bool ok = OSRImportFromEPSG(wgs84, 4326) == OGRERR_NONE;
    from = from != NULL ? OSRClone(from) : NULL;
    if (from == NULL && r->options->crs != NULL) {
        from = OSRNewSpatialReference(NULL);
        ok &= OSRSetFromUserInput(from, r->options->crs) == OGRERR_NONE;
    }
    if (ok && from != NULL) {
        OSRSetAxisMappingStrategy(from, OAMS_TRADITIONAL_GIS_ORDER);
        OSRSetAxisMappingStrategy(wgs84, OAMS_TRADITIONAL_GIS_ORDER);
        if (!OSRIsSame(from, wgs84)) {
            t->to_wgs84 = OCTNewCoordinateTransformation(from, wgs84);
            ok = t->to_wgs84 != NULL;
        }
    }
    if (from != NULL)
        OSRDestroySpatialReference(from);
    OSRDestroySpatialReference(wgs84);
    return ok ||
           hf_fail(err, HF_ERR_INPUT, "gdal.crs",
                   "the coordinate system cannot be turned into WGS 84: %s; convert the file first",
                   r->options->complaints->first);
}

static void add_place(reader *r, table *t, OGRFeatureH feature, hf_json_writer *w)
{
    OGRGeometryH shape = OGR_F_GetGeometryRef(feature);
    if (shape == NULL || OGR_G_IsEmpty(shape))
        return;
    if (t->to_wgs84 != NULL && OGR_G_Transform(shape, t->to_wgs84) != OGRERR_NONE)
        return;
    if (wkbFlatten(OGR_G_GetGeometryType(shape)) == wkbPoint) {
        hf_json_name(w, "lon");
        hf_json_add_double(w, OGR_G_GetX(shape, 0));
        hf_json_name(w, "lat");
        hf_json_add_double(w, OGR_G_GetY(shape, 0));
        return;
    }
    OGR_G_FlattenTo2D(shape);
    char *text = OGR_G_ExportToJson(shape);
    if (text != NULL && strlen(text) < HF_JSON_BYTES_MAX / 2) {
        hf_json_name(w, "geometry");
        hf_json_add_raw(w, hf_str_of(text));
    }
    CPLFree(text);
    (void)r;
}

// --- rows ----------------------------------------------------------------------------------------------------

static void add_name(reader *r, hf_json_writer *w, const char *text)
{
    hf_str name = hf_str_of(text);
    if (!hf_utf8_valid(name, NULL))
        name = hf_str_format(&r->arena, "column");
    hf_json_add_str(w, name);
}

static void announce(reader *r, int number, table *t)
{
    hf_json_writer w = {.out = &r->out};
    hf_json_begin_object(&w);
    hf_json_name(&w, "table");
    hf_json_add_i64(&w, number);
    hf_json_name(&w, "layer");
    add_name(r, &w, OGR_L_GetName(t->layer));
    hf_json_name(&w, "columns");
    hf_json_begin_array(&w);
    for (int i = 0; i < t->column_count; i++)
        add_name(r, &w, OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(t->columns, i)));
    hf_json_end_array(&w);
    hf_json_end_object(&w);
    hf_buf_add_byte(&r->out, '\n');
    t->is_announced = true;
}

static bool has_bad_text(const table *t, OGRFeatureH feature, int *column)
{
    for (*column = 0; *column < t->column_count; (*column)++)
        if (OGR_F_IsFieldSetAndNotNull(feature, *column) &&
            !hf_utf8_valid(hf_str_of(OGR_F_GetFieldAsString(feature, *column)), NULL))
            return true;
    return false;
}

static void add_problem(reader *r, int number, uint64_t row, const char *code, const char *message)
{
    hf_json_writer w = {.out = &r->out};
    hf_json_begin_object(&w);
    hf_json_name(&w, "problem");
    hf_json_add_u64(&w, row);
    hf_json_name(&w, "t");
    hf_json_add_i64(&w, number);
    hf_json_name(&w, "code");
    hf_json_add_z(&w, code);
    hf_json_name(&w, "message");
    hf_json_add_z(&w, message);
    hf_json_end_object(&w);
    hf_buf_add_byte(&r->out, '\n');
}

static void add_cell(hf_json_writer *w, const table *t, OGRFeatureH feature, int column)
{
    if (!OGR_F_IsFieldSet(feature, column)) {
        hf_json_add_null(w);
        return;
    }
    if (OGR_F_IsFieldNull(feature, column)) {
        hf_json_add_z(w, "");
        return;
    }
    OGRFieldType type = OGR_Fld_GetType(OGR_FD_GetFieldDefn(t->columns, column));
    char text[32];
    if (type == OFTReal) { // GDAL prints 15 digits; ours read back as the same number
        size_t len = hf_format_double(OGR_F_GetFieldAsDouble(feature, column), text);
        hf_json_add_str(w, (hf_str){text, len});
        return;
    }
    hf_json_add_z(w, OGR_F_GetFieldAsString(feature, column));
}

static bool add_row(reader *r, int number, OGRFeatureH feature, hf_error *err)
{
    table *t = &r->tables[number];
    int bad = 0;
    hf_json_writer w = {.out = &r->out};
    if (!t->is_announced)
        announce(r, number, t);
    t->row_count++;
    r->row_count++;
    GIntBig id = OGR_F_GetFID(feature);
    uint64_t row = r->has_row_numbers && id > 0 ? (uint64_t)id : t->row_count;
    if (has_bad_text(t, feature, &bad)) {
        add_problem(r, number, row, "file.not_utf8",
                    "a text is not valid in the encoding that the file names; save it as UTF-8");
        return flush(r, FLUSH_BYTES, err);
    }
    hf_json_begin_object(&w);
    hf_json_name(&w, "row");
    hf_json_add_u64(&w, row);
    hf_json_name(&w, "t");
    hf_json_add_i64(&w, number);
    hf_json_name(&w, "cells");
    hf_json_begin_array(&w);
    for (int i = 0; i < t->column_count; i++)
        add_cell(&w, t, feature, i);
    hf_json_end_array(&w);
    add_place(r, t, feature, &w);
    hf_json_end_object(&w);
    hf_buf_add_byte(&r->out, '\n');
    return flush(r, FLUSH_BYTES, err);
}

// --- the whole -----------------------------------------------------------------------------------------------

static bool set_tables(reader *r, hf_error *err)
{
    r->tables = HF_NEW_N(&r->arena, table, (size_t)r->table_count);
    bool has_wanted = false;
    for (int i = 0; i < r->table_count; i++) {
        table *t = &r->tables[i];
        t->layer = GDALDatasetGetLayer(r->data, i);
        t->columns = OGR_L_GetLayerDefn(t->layer);
        t->column_count = OGR_FD_GetFieldCount(t->columns);
        t->is_wanted =
            r->options->layer == NULL || EQUAL(OGR_L_GetName(t->layer), r->options->layer);
        has_wanted |= t->is_wanted;
        if (t->column_count > (int)HF_COLUMN_COUNT_MAX)
            return hf_fail(err, HF_ERR_TOO_LARGE, "gdal.too_many_columns",
                           "layer '%s' has more than %u columns; export only those that are needed",
                           OGR_L_GetName(t->layer), HF_COLUMN_COUNT_MAX);
        if (t->is_wanted && !set_transformation(r, t, err))
            return false;
    }
    return has_wanted || hf_fail(err, HF_ERR_INPUT, "gdal.no_layer",
                                 "there is no layer '%s' in it; check its name, or leave it out",
                                 r->options->layer);
}

static int number_of(const reader *r, OGRLayerH layer)
{
    for (int i = 0; i < r->table_count; i++)
        if (r->tables[i].layer == layer)
            return i;
    return -1;
}

// OpenStreetMap files deliver their layers mixed, in the order of the file.
static bool read_mixed(reader *r, hf_error *err)
{
    for (;;) {
        OGRLayerH layer = NULL;
        OGRFeatureH feature = GDALDatasetGetNextFeature(r->data, &layer, NULL, NULL, NULL);
        if (feature == NULL)
            return true;
        int number = number_of(r, layer);
        bool ok = number < 0 || !r->tables[number].is_wanted || add_row(r, number, feature, err);
        OGR_F_Destroy(feature);
        if (!ok)
            return false;
    }
}

static bool read_layers(reader *r, hf_error *err)
{
    for (int i = 0; i < r->table_count; i++) {
        OGRFeatureH feature = NULL;
        if (!r->tables[i].is_wanted)
            continue;
        // A table without rows is still a table.
        announce(r, i, &r->tables[i]);
        while ((feature = OGR_L_GetNextFeature(r->tables[i].layer)) != NULL) {
            bool ok = add_row(r, i, feature, err);
            OGR_F_Destroy(feature);
            if (!ok)
                return false;
        }
    }
    return true;
}

static bool end(reader *r, hf_error *err)
{
    hf_json_writer w = {.out = &r->out};
    if (r->options->complaints->count > 0)
        return hf_fail(err, HF_ERR_INPUT, "gdal.damaged",
                       "the file is damaged or ends early, behind row %llu: %s; get it again",
                       (unsigned long long)r->row_count, r->options->complaints->first);
    hf_json_begin_object(&w);
    hf_json_name(&w, "end");
    hf_json_add_u64(&w, r->row_count);
    hf_json_end_object(&w);
    hf_buf_add_byte(&r->out, '\n');
    return flush(r, 0, err);
}

bool hf_reader_read(const hf_reader_options *options, hf_error *err)
{
    reader r = {.options = options, .out = hf_buf_of(HF_JSON_BYTES_MAX * 2)};
    if (!open_data(&r, err) || !set_tables(&r, err))
        return false;
    *options->complaints = (hf_reader_complaints){0};
    bool ok = (r.is_osm ? read_mixed(&r, err) : read_layers(&r, err)) && end(&r, err);
    // What was read goes out even when the end is bad: the error line follows it.
    hf_error ignored = {0};
    if (!ok && !flush(&r, 0, &ignored))
        return false;
    hf_buf_done(&r.out);
    hf_arena_done(&r.arena);
    return ok;
}
