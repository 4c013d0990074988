// SPDX-License-Identifier: Apache-2.0
//
// Where all assets lie, once per state of the register, in an order in which every map tile is one run of points. The
// map and the overview read it; what an actor may not know of is left out by asking hf_can once per kind of
// protection (marking and compartments), not once per point.
#ifndef HF_USECASE_PLACES_H
#define HF_USECASE_PLACES_H

#include "usecase/record.h"

typedef struct {
    uint64_t
        morton; // x and y of the Mercator square, 32 bits each, interleaved (x in the low bits)
    int64_t people;
    uint32_t row;
    uint32_t key_offset; // in hf_places.keys
    uint16_t key_bytes;
    uint16_t protection; // index of the visibility table
    uint16_t sector;     // index into sectors
} hf_place;

typedef struct {
    const hf_place *list; // by morton, then row
    size_t count;
    const char *keys;
    const hf_str
        *sectors; // distinct first two letters, sorted; those without a sector are "" at the end
    size_t sector_count;
    double west, south, east, north; // of all points; has_bounds false: no points
    bool has_bounds;
    int64_t data_version;
    size_t protection_count;
    const hf_head *protections; // marking and compartments of each
} hf_places;

typedef struct hf_place_book hf_place_book; // keeps the newest hf_places; shared by all threads
hf_place_book *hf_place_book_open(void);
void hf_place_book_close(hf_place_book **book);
// The places of the register as it is now; give them back with hf_places_release.
// Errors: HF_ERR_SIGN_IN, HF_ERR_PERMISSION. Cost: first time per data version about 1 µs an asset.
bool hf_places_take(const hf_session *session, hf_place_book *book, const hf_places **out,
                    hf_error *err) HF_CHECKED;
void hf_places_release(hf_place_book *book, const hf_places **places);
// What an actor may know of the places. Views are kept with the places, one for each access class.
typedef struct {
    uint64_t
        access_class; // the key of what is kept for this actor: the same for all who may see everything
    bool is_all;
    const bool *protections; // by hf_place.protection
    bool has_rows;           // and these rows only
    hf_row_set rows;
    const hf_str *sectors; // of the places that are known; "" for those without one, at the end
    size_t sector_count;
    const uint16_t *sector; // hf_place.sector → index into sectors
} hf_places_view;
// *out lives as long as the places, or in the arena. Cost: first time for a class with a place, a pass over the assets.
bool hf_places_view_of(const hf_session *session, hf_place_book *book, const hf_places *places,
                       hf_arena *arena, const hf_places_view **out, hf_error *err) HF_CHECKED;
static inline bool hf_place_is_known(const hf_places_view *view, const hf_place *place)
{
    return view->protections[place->protection] &&
           (!view->has_rows || hf_row_set_has(&view->rows, place->row));
}
static inline hf_str hf_place_key(const hf_places *places, const hf_place *place)
{
    return (hf_str){places->keys + place->key_offset, place->key_bytes};
}
// The member "bounds": west, south, east, north of what is visible; null when nothing is.
// Cost    one pass over the places, unless all are visible
void hf_write_bounds(const hf_places *places, const hf_places_view *view, hf_json_writer *out);
// Degrees → the Mercator square, 0 to 2^32 - 1 from the west and from the north.
void hf_mercator(double lon, double lat, uint32_t *x, uint32_t *y);
double hf_mercator_lon(uint32_t x);
double hf_mercator_lat(uint32_t y);
uint64_t hf_morton(uint32_t x, uint32_t y);
void hf_morton_split(uint64_t morton, uint32_t *x, uint32_t *y);

#endif
