// SPDX-License-Identifier: Apache-2.0
//
// Mapbox vector tiles (version 2.1) of points, written by hand: one layer, numbers and texts as properties.
#ifndef HF_API_MVT_H
#define HF_API_MVT_H

#include "base/buf.h"
#include "base/map.h"

#define HF_MVT_EXTENT 4096u

typedef struct {
    hf_arena *arena;
    hf_buf *features;
    hf_buf *values;
    hf_map numbers; // value → position among the values
    uint32_t value_count;
    hf_buf *tags; // of the feature in work
} hf_mvt;

// The buffers are the caller's and empty.
hf_mvt hf_mvt_begin(hf_arena *arena, hf_buf *features, hf_buf *values, hf_buf *tags);
// name_index: position of the property's name in the list that hf_mvt_end is given.
void hf_mvt_tag_number(hf_mvt *tile, uint32_t name_index, uint64_t value);
void hf_mvt_tag_text(hf_mvt *tile, uint32_t name_index, hf_str value);
// Ends the feature whose tags were given: a point in tile units.
void hf_mvt_point(hf_mvt *tile, uint64_t id, uint32_t x, uint32_t y);
// Appends the whole tile.
void hf_mvt_end(hf_mvt *tile, const char *layer, const char *const *names, size_t name_count,
                hf_buf *out);

#endif
