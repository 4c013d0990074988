// SPDX-License-Identifier: Apache-2.0
//
// Makes a GeoPackage from the NDJSON of format/gpkg.c on standard input: one layer a noun, points in WGS 84.
#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include "base/limits.h"
#include "reader/reader.h"

typedef struct {
    hf_reader_complaints *complaints;
    GDALDatasetH data;
    OGRSpatialReferenceH wgs84;
    OGRLayerH layer;
    OGRFeatureDefnH columns;
    hf_arena scratch;
    uint64_t row_count;
    bool is_done;
} writer;

static bool gdal_fault(const writer *w, const char *what, hf_error *err)
{
    return hf_fail(err, HF_ERR_WRITE, "gdal.write", "%s: %s", what, w->complaints->first);
}

static OGRFieldType type_of(hf_str word)
{
    return hf_str_equal_z(word, "number")    ? OFTReal
           : hf_str_equal_z(word, "integer") ? OFTInteger64
                                             : OFTString;
}

static bool start_layer(writer *w, const hf_json *line, hf_str name, hf_error *err)
{
    const hf_json *place = hf_json_get(line, "place");
    const hf_json *columns = hf_json_get(line, "columns");
    bool has_place = place != NULL && place->boolean;
    if (w->layer != NULL && GDALDatasetCommitTransaction(w->data) != OGRERR_NONE)
        return gdal_fault(w, "cannot end a table", err);
    // Our own attribute names may be "fid" or "geom": those two must not clash with them.
    char **options = CSLSetNameValue(NULL, "FID", "gpkg_row");
    options = CSLSetNameValue(options, "GEOMETRY_NAME", "gpkg_place");
    hf_str about = hf_json_text(line, "about"); // for whom it was made
    if (about.len > 0)
        options = CSLSetNameValue(options, "DESCRIPTION", hf_str_z(&w->scratch, about));
    w->layer =
        GDALDatasetCreateLayer(w->data, hf_str_z(&w->scratch, name), has_place ? w->wgs84 : NULL,
                               has_place ? wkbPoint : wkbNone, options);
    CSLDestroy(options);
    if (w->layer == NULL)
        return gdal_fault(w, "cannot make a table", err);
    w->columns = OGR_L_GetLayerDefn(w->layer);
    for (const hf_json *c = columns != NULL ? columns->child : NULL; c != NULL; c = c->next) {
        if (c->child == NULL || c->child->next == NULL)
            return hf_fail(err, HF_ERR_INTERNAL, "gdal.protocol", "a column without a type");
        OGRFieldDefnH field =
            OGR_Fld_Create(hf_str_z(&w->scratch, c->child->text), type_of(c->child->next->text));
        OGRErr status = OGR_L_CreateField(w->layer, field, 0);
        OGR_Fld_Destroy(field);
        if (status != OGRERR_NONE)
            return gdal_fault(w, "cannot make a column", err);
    }
    return GDALDatasetStartTransaction(w->data, 0) == OGRERR_NONE ||
           gdal_fault(w, "cannot begin a table", err);
}

static void set_cells(writer *w, OGRFeatureH feature, const hf_json *cells)
{
    int column = 0, count = OGR_FD_GetFieldCount(w->columns);
    for (const hf_json *c = cells != NULL ? cells->child : NULL; c != NULL && column < count;
         c = c->next, column++) {
        if (c->type == HF_JSON_NULL)
            OGR_F_SetFieldNull(feature, column);
        else if (c->type == HF_JSON_INT)
            OGR_F_SetFieldInteger64(feature, column, c->integer);
        else if (c->type == HF_JSON_DOUBLE)
            OGR_F_SetFieldDouble(feature, column, c->number);
        else
            OGR_F_SetFieldString(feature, column, hf_str_z(&w->scratch, c->text));
    }
}

static bool add_row(writer *w, const hf_json *line, const hf_json *cells, hf_error *err)
{
    const hf_json *lon = hf_json_get(line, "lon"), *lat = hf_json_get(line, "lat");
    if (w->layer == NULL)
        return hf_fail(err, HF_ERR_INTERNAL, "gdal.protocol", "a row before its table");
    OGRFeatureH feature = OGR_F_Create(w->columns);
    set_cells(w, feature, cells);
    if (lon != NULL && lat != NULL) {
        OGRGeometryH point = OGR_G_CreateGeometry(wkbPoint);
        OGR_G_SetPoint_2D(point, 0, lon->number, lat->number);
        OGR_F_SetGeometryDirectly(feature, point);
    }
    OGRErr status = OGR_L_CreateFeature(w->layer, feature);
    OGR_F_Destroy(feature);
    w->row_count++;
    return status == OGRERR_NONE || gdal_fault(w, "cannot write a row", err);
}

static bool take_line(writer *w, hf_str text, hf_error *err)
{
    hf_json *line = NULL;
    hf_arena_reset(&w->scratch);
    if (!hf_json_parse(text, &w->scratch, &line, err))
        return false;
    hf_str name = hf_json_text(line, "table");
    const hf_json *cells = hf_json_get(line, "cells");
    w->is_done = hf_json_get(line, "end") != NULL;
    if (w->is_done)
        return true;
    return name.len > 0 ? start_layer(w, line, name, err) : add_row(w, line, cells, err);
}

static bool take_all(writer *w, hf_error *err)
{
    char *text = NULL;
    size_t room = 0;
    ssize_t len = 0;
    bool ok = true;
    while (ok && !w->is_done && (len = getline(&text, &room, stdin)) > 0)
        ok = take_line(w, (hf_str){text, (size_t)len}, err);
    if (ok && !w->is_done)
        ok = hf_fail(err, HF_ERR_INTERNAL, "gdal.protocol", "the rows end early");
    return ok;
}

bool hf_reader_write(const hf_reader_options *options, hf_error *err)
{
    writer w = {.complaints = options->complaints};
    GDALDriverH driver = GDALGetDriverByName("GPKG");
    *options->complaints = (hf_reader_complaints){0};
    w.wgs84 = OSRNewSpatialReference(NULL);
    if (driver == NULL || OSRImportFromEPSG(w.wgs84, 4326) != OGRERR_NONE)
        return hf_fail(err, HF_ERR_INTERNAL, "gdal.no_driver",
                       "this GDAL cannot write GeoPackages; export GeoJSON");
    OSRSetAxisMappingStrategy(w.wgs84, OAMS_TRADITIONAL_GIS_ORDER);
    w.data = GDALCreate(driver, options->path, 0, 0, 0, GDT_Unknown, NULL);
    if (w.data == NULL)
        return gdal_fault(&w, "cannot make the file", err);
    bool ok = take_all(&w, err);
    if (ok && w.layer != NULL && GDALDatasetCommitTransaction(w.data) != OGRERR_NONE)
        ok = gdal_fault(&w, "cannot end the file", err);
    GDALClose(w.data);
    OSRDestroySpatialReference(w.wgs84);
    hf_arena_done(&w.scratch);
    if (ok && options->complaints->count > 0)
        ok = gdal_fault(&w, "the file is not whole", err);
    return ok;
}
