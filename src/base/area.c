// SPDX-License-Identifier: Apache-2.0
//
// An area on the map: its text or GeoJSON, and whether a point lies inside.
#include "base/area.h"

#include <math.h>

#include "base/json.h"
#include "base/vec.h"

typedef HF_VEC(double) number_list;
typedef HF_VEC(hf_area_ring) ring_list;

typedef struct {
    hf_arena *arena;
    ring_list rings;
    size_t point_count;
    hf_area *area;
} reading;

static bool fail(hf_error *err)
{
    return hf_fail(err, HF_ERR_USAGE, "area.text",
                   "an area is written lon,lat lon,lat lon,lat in degrees, rings separated by ';', "
                   "or as a GeoJSON polygon, with at most %u points",
                   HF_AREA_POINTS_MAX);
}

static bool add_point(reading *r, number_list *points, double lon, double lat)
{
    if (!(fabs(lon) <= 180) || !(fabs(lat) <= 90) || ++r->point_count > HF_AREA_POINTS_MAX)
        return false;
    HF_VEC_ADD(r->arena, points, lon);
    HF_VEC_ADD(r->arena, points, lat);
    r->area->west = fmin(r->area->west, lon);
    r->area->east = fmax(r->area->east, lon);
    r->area->south = fmin(r->area->south, lat);
    r->area->north = fmax(r->area->north, lat);
    return true;
}

static bool add_ring(reading *r, const number_list *points)
{
    hf_area_ring ring = {points->items, points->count / 2};
    if (ring.count < 3)
        return false;
    HF_VEC_ADD(r->arena, &r->rings, ring);
    return true;
}

static bool read_text(reading *r, hf_str text)
{
    hf_str part;
    while (text.len > 0 && hf_str_split(&text, ';', &part)) {
        number_list points = {0};
        hf_str rest = hf_str_trim(part);
        hf_str pair;
        while (rest.len > 0 && hf_str_split(&rest, ' ', &pair)) {
            hf_str lon;
            double x, y;
            if (pair.len == 0)
                continue;
            if (!hf_str_split(&pair, ',', &lon) || !hf_parse_double(lon, &x) ||
                !hf_parse_double(pair, &y) || !add_point(r, &points, x, y))
                return false;
        }
        if (!add_ring(r, &points))
            return false;
    }
    return true;
}

static bool is_number(const hf_json *value)
{
    return value != NULL && (value->type == HF_JSON_INT || value->type == HF_JSON_DOUBLE);
}

static bool read_polygon(reading *r, const hf_json *polygon)
{
    if (polygon->type != HF_JSON_ARRAY)
        return false;
    for (const hf_json *ring = polygon->child; ring != NULL; ring = ring->next) {
        number_list points = {0};
        if (ring->type != HF_JSON_ARRAY)
            return false;
        for (const hf_json *at = ring->child; at != NULL; at = at->next)
            if (at->type != HF_JSON_ARRAY || !is_number(at->child) || !is_number(at->child->next) ||
                !add_point(r, &points, at->child->number, at->child->next->number))
                return false;
        if (!add_ring(r, &points))
            return false;
    }
    return true;
}

static bool read_geojson(reading *r, hf_str text)
{
    hf_json *shape = NULL;
    hf_error ignored = {0};
    if (!hf_json_parse(text, r->arena, &shape, &ignored))
        return false;
    const hf_json *parts = hf_json_get(shape, "coordinates");
    hf_str type = hf_json_text(shape, "type");
    if (parts == NULL || parts->type != HF_JSON_ARRAY)
        return false;
    if (hf_str_equal_z(type, "Polygon"))
        return read_polygon(r, parts);
    if (!hf_str_equal_z(type, "MultiPolygon"))
        return false;
    for (const hf_json *part = parts->child; part != NULL; part = part->next)
        if (!read_polygon(r, part))
            return false;
    return true;
}

bool hf_area_parse(hf_str text, hf_arena *arena, hf_area *out, hf_error *err)
{
    reading r = {.arena = arena, .area = out};
    text = hf_str_trim(text);
    *out = (hf_area){.west = 180, .south = 90, .east = -180, .north = -90};
    bool is_geojson = text.len > 0 && text.ptr[0] == '{';
    if (!(is_geojson ? read_geojson(&r, text) : read_text(&r, text)) || r.rings.count == 0)
        return fail(err);
    out->rings = r.rings.items;
    out->ring_count = r.rings.count;
    return true;
}

// Source: W. R. Franklin, "PNPOLY" (1970): the edges that a ray to the east crosses.
static size_t crossings(const hf_area_ring *ring, double lon, double lat)
{
    size_t count = 0;
    for (size_t i = 0, j = ring->count - 1; i < ring->count; j = i++) {
        const double *a = &ring->points[2 * i];
        const double *b = &ring->points[2 * j];
        if ((a[1] > lat) != (b[1] > lat) &&
            lon < (b[0] - a[0]) * (lat - a[1]) / (b[1] - a[1]) + a[0])
            count++;
    }
    return count;
}

bool hf_area_has(const hf_area *area, double lon, double lat)
{
    if (!(lon >= area->west && lon <= area->east && lat >= area->south && lat <= area->north))
        return false;
    size_t count = 0;
    for (size_t i = 0; i < area->ring_count; i++)
        count += crossings(&area->rings[i], lon, lat);
    return count % 2 == 1;
}
