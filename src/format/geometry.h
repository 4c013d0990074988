// SPDX-License-Identifier: Apache-2.0
//
// A point that stands for a geometry: the point itself, the middle of a line's length, a point inside an area.
// Private to format/.
#ifndef HF_FORMAT_GEOMETRY_H
#define HF_FORMAT_GEOMETRY_H

#include "base/json.h"

// Of a GeoJSON geometry. False when it is null, empty or no geometry.
bool hf_geometry_point(const hf_json *geometry, double *lon, double *lat);
// Of well-known text (POINT, LINESTRING, POLYGON and their MULTI forms, Z and M ignored).
bool hf_wkt_point(hf_str text, double *lon, double *lat);

#endif
