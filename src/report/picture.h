// SPDX-License-Identifier: Apache-2.0
//
// The map of a document as a picture of dots, for documents that take no drawings. Private to report/.
#ifndef HF_REPORT_PICTURE_H
#define HF_REPORT_PICTURE_H

#include "base/error.h"
#include "report/map.h"

// How many points a unit of the picture is, on a page that leaves `room` points between its margins.
double hf_map_scale(const hf_map *map, double room);
// block  a map; equal blocks give equal bytes
bool hf_map_png(const hf_block *block, hf_buf *out, hf_error *err) HF_CHECKED;

#endif
