// SPDX-License-Identifier: Apache-2.0
//
// GeoJSON (RFC 7946), feature by feature: properties are the columns, the geometry gives the place. Rows are
// numbered by feature. Old files with a coordinate system of their own are refused with the mend.
#include <math.h>

#include "base/limits.h"
#include "format/geometry.h"
#include "format/json_rows.h"
#include "format/write.h"

typedef struct {
    hf_json_stream stream;
    hf_columns columns;
    hf_row_sink *sink;
    uint64_t number; // of the feature
} reader;

static bool check_crs(const hf_json_stream *stream, hf_error *err)
{
    hf_str head = stream->head;
    if (hf_str_find(head, HF_STR("\"crs\"")) == head.len ||
        hf_str_find(head, HF_STR("CRS84")) < head.len ||
        hf_str_find(head, HF_STR("4326")) < head.len)
        return true;
    hf_fail(err, HF_ERR_INPUT, "geojson.crs",
            "the file names a coordinate system other than WGS 84; convert it "
            "(ogr2ogr -t_srs EPSG:4326)");
    return hf_fail_at(err, stream->file, 1, "crs");
}

static bool too_many(const reader *r, hf_error *err)
{
    hf_fail(
        err, HF_ERR_TOO_LARGE, "json.too_many_columns",
        "the features have more than %u different properties; leave out those that are not needed",
        HF_COLUMN_COUNT_MAX);
    return hf_fail_at(err, r->stream.file, r->number, NULL);
}

static void no_feature(reader *r)
{
    hf_problems_add(r->sink->problems, HF_REFUSED, hf_input_name(r->stream.input), r->number,
                    HF_STR_EMPTY, "geojson.no_feature",
                    "this object is no Feature; give it \"type\":\"Feature\"");
    r->sink->refused_count++;
}

static hf_str geometry_text(const hf_json *geometry, hf_arena *scratch)
{
    if (geometry == NULL || geometry->type != HF_JSON_OBJECT ||
        hf_str_equal_z(hf_json_text(geometry, "type"), "Point"))
        return HF_STR_EMPTY;
    hf_buf buf = hf_buf_of(HF_JSON_BYTES_MAX);
    hf_json_canonical(geometry, &buf);
    hf_str copy = hf_buf_copy(scratch, &buf);
    hf_buf_done(&buf);
    return copy;
}

static bool feature(reader *r, const hf_json *object, hf_arena *scratch, hf_error *err)
{
    const hf_json *properties = hf_json_get(object, "properties");
    const hf_json *geometry = hf_json_get(object, "geometry");
    const hf_json *id = hf_json_get(object, "id");
    hf_row row = {.line = r->number};
    if (!hf_str_equal_z(hf_json_text(object, "type"), "Feature")) {
        no_feature(r);
        return true;
    }
    hf_columns_clear(&r->columns);
    if (properties != NULL && properties->type == HF_JSON_OBJECT &&
        !hf_columns_set_members(&r->columns, properties, scratch))
        return too_many(r, err);
    if (id != NULL && (properties == NULL || hf_json_get(properties, "id") == NULL) &&
        (id->type == HF_JSON_TEXT || id->type == HF_JSON_INT) &&
        !hf_columns_set(&r->columns, HF_STR("id"), id->text))
        return too_many(r, err);
    row.has_place = hf_geometry_point(geometry, &row.lon, &row.lat);
    row.geometry = geometry_text(geometry, scratch);
    return hf_columns_deliver(&r->columns, r->sink, &row, err);
}

static bool read_geojson(hf_input *input, const hf_read_options *options, hf_row_sink *sink,
                         hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    reader r = {.sink = sink};
    (void)options;
    hf_columns_init(&r.columns, &arena);
    if (!hf_json_stream_open(&r.stream, input, "features", &arena, err) ||
        !check_crs(&r.stream, err))
        return false;
    for (;;) {
        hf_json *object = NULL;
        hf_str text;
        uint64_t line = 0;
        hf_arena_reset(&scratch);
        if (!hf_json_stream_next(&r.stream, &text, &line, err))
            return false;
        if (text.ptr == NULL)
            return true;
        r.number++;
        if (!hf_json_parse(text, &scratch, &object, err)) {
            err->line += err->line > 0 ? line - 1 : line;
            return hf_fail_at(err, r.stream.file, line, NULL);
        }
        if (!feature(&r, object, &scratch, err))
            return false;
    }
}

static int looks_like(hf_str name, hf_str head)
{
    hf_str text = hf_str_trim(head);
    if (text.len == 0 || (text.ptr[0] != '{' && text.ptr[0] != '\x1e'))
        return 0;
    if (hf_name_ends(name, ".geojson") || hf_name_ends(name, ".geojsonl") ||
        hf_name_ends(name, ".geojsons"))
        return 95;
    bool is_feature = hf_str_find(head, HF_STR("\"FeatureCollection\"")) < head.len ||
                      hf_str_find(head, HF_STR("\"Feature\"")) < head.len;
    return is_feature ? 90 : 0;
}

// --- writing ---------------------------------------------------------------------------------------------

static void write_place(hf_json_writer *w, const hf_noun *noun, const void *record)
{
    double place[2] = {NAN, NAN};
    for (size_t i = 0; i < noun->field_count; i++) {
        if (noun->fields[i].flags & HF_FIELD_LON)
            place[0] = *(const double *)hf_field_of(&noun->fields[i], record);
        if (noun->fields[i].flags & HF_FIELD_LAT)
            place[1] = *(const double *)hf_field_of(&noun->fields[i], record);
    }
    hf_json_name(w, "geometry");
    if (isnan(place[0]) || isnan(place[1])) {
        hf_json_add_null(w);
        return;
    }
    hf_json_begin_object(w);
    hf_json_name(w, "type");
    hf_json_add_z(w, "Point");
    hf_json_name(w, "coordinates");
    hf_json_begin_array(w);
    hf_json_add_double(w, place[0]);
    hf_json_add_double(w, place[1]);
    hf_json_end_array(w);
    hf_json_end_object(w);
}

void hf_geojson_add_feature(hf_buf *out, const hf_noun *noun, const void *record)
{
    hf_json_writer w = {.out = out};
    hf_json_begin_object(&w);
    hf_json_name(&w, "type");
    hf_json_add_z(&w, "Feature");
    write_place(&w, noun, record);
    hf_json_name(&w, "properties");
    hf_json_begin_object(&w);
    hf_json_name(&w, "noun");
    hf_json_add_z(&w, noun->name);
    hf_write_members(&w, noun, record);
    hf_json_end_object(&w);
    hf_json_end_object(&w);
}

static bool write_geojson(const hf_write_request *request, hf_error *err)
{
    const hf_noun *noun = NULL;
    const void *record = NULL;
    bool is_first = true;
    hf_buf buf HF_CLEANUP(hf_buf_done) = hf_buf_of(HF_JSON_BYTES_MAX);
    hf_buf_add_z(&buf, "{\"type\":\"FeatureCollection\",");
    if (request->made_for.len > 0) {
        hf_buf_add_z(&buf, "\"made_for\":");
        hf_json_quote(&buf, request->made_for);
        hf_buf_add_byte(&buf, ',');
    }
    hf_buf_add_z(&buf, "\"features\":[\n");
    for (;;) {
        if (!request->records.next(request->records.context, &noun, &record, err))
            return false;
        if (record == NULL)
            break;
        if (!is_first)
            hf_buf_add_z(&buf, ",\n");
        is_first = false;
        hf_geojson_add_feature(&buf, noun, record);
        if (!hf_write_flush(request, &buf, 1 << 16, err))
            return false;
    }
    hf_buf_add_z(&buf, "\n]}\n");
    return hf_write_flush(request, &buf, 0, err);
}

const hf_format hf_format_geojson = {
    .name = "geojson",
    .title = "GeoJSON (RFC 7946)",
    .media_type = "application/geo+json",
    .extension = "geojson",
    .looks_like = looks_like,
    .read = read_geojson,
    .write = write_geojson,
};
