// SPDX-License-Identifier: Apache-2.0
//
// An area on the map: rings of longitude and latitude. A point lies inside when a ray from it crosses the rings an odd
// number of times, so that holes and islands need no order.
#ifndef HF_BASE_AREA_H
#define HF_BASE_AREA_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

#define HF_AREA_POINTS_MAX 100000u

typedef struct {
    const double *points; // pairs of degrees: longitude, latitude; closed by whoever reads them
    size_t count;         // pairs
} hf_area_ring;

typedef struct {
    const hf_area_ring *rings;
    size_t ring_count;
    double west, south, east, north; // degrees
} hf_area;

// Reads "lon,lat lon,lat lon,lat", rings separated by ';', or a GeoJSON Polygon or MultiPolygon.
// Errors  HF_ERR_USAGE "area.text": no ring of three points, a coordinate that is no number or out of range, more than
//         HF_AREA_POINTS_MAX points
// Memory  all in the arena
bool hf_area_parse(hf_str text, hf_arena *arena, hf_area *out, hf_error *err) HF_CHECKED;
// Cost: a few ns a point of the rings; points outside the box are answered at once.
bool hf_area_has(const hf_area *area, double lon, double lat);

#endif
