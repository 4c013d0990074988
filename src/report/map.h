// SPDX-License-Identifier: Apache-2.0
//
// The map of a document as a picture: where areas, dots and numbers lie, so that no number covers another. The writers
// draw it each in their own way. Private to report/.
#ifndef HF_REPORT_MAP_H
#define HF_REPORT_MAP_H

#include "report/report.h"

#define HF_MAP_PLAIN_R  1.4 // radius of a dot
#define HF_MAP_RANKED_R 5.0 // of one with a rank

typedef struct {
    double x, y; // to the right and down, in units of the picture
} hf_map_point;

typedef struct {
    const hf_map_point *points;
    size_t count;
} hf_map_outline;

typedef struct {
    hf_map_point place;
    bool is_ranked;
} hf_map_dot;

typedef struct {
    uint32_t rank;
    hf_map_point middle;        // of the number
    hf_map_point dot, line_end; // a line leads from the dot when the number stands apart
    bool is_led;
} hf_map_label;

typedef struct {
    double width, height;
    const hf_map_outline *outlines; // under the dots
    size_t outline_count;
    const hf_map_dot *dots;
    size_t dot_count;
    const hf_map_label *labels; // over them
    size_t label_count;
} hf_map;

// block   a HF_BLOCK_MAP with at least one dot
// out     at most 800 wide; lives in `arena`
void hf_map_place(const hf_block *block, hf_arena *arena, hf_map *out);

#endif
