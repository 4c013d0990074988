// SPDX-License-Identifier: Apache-2.0
//
// Many records at once: the way in for imports, the ways out for exports, the engine's plan and the
// map. Part of the store's door; see store.h for threads and errors.
#ifndef HF_STORE_STORE_BULK_H
#define HF_STORE_STORE_BULK_H

#include "store/store.h"

// --- in
// --------------------------------------------------------------------------------------------------

typedef struct hf_bulk hf_bulk;

typedef enum { HF_BULK_ADDED, HF_BULK_CHANGED, HF_BULK_UNCHANGED, HF_BULK_REFUSED } hf_bulk_outcome;
typedef struct {
    uint64_t added, changed, unchanged; // records, net over the whole bulk
    uint64_t refused;                   // patches
} hf_bulk_counts;

// One bulk of a transaction. Between open and close no other writes in it. is_dry_run: skips the
// indexes that a fresh load builds at its end; the transaction must then be rolled back.
bool hf_bulk_open(hf_tx *tx, bool is_dry_run, hf_bulk **out, hf_error *err) HF_CHECKED;
// Merges one patch into its record (by key, completed first) or adds it, after hf_noun_check of the
// result. The same record may come several times: it gets one new version, and counts by its net
// change. Give assets before the dependencies and layer rows that name them. scratch may be reset
// afterwards. outcome   HF_BULK_REFUSED: nothing was stored, *fault says why (kind INPUT; code,
// column, message):
//           what hf_noun_check says, "reference.unknown" for an asset that is not there
// false     only for faults of the store: stop
// Cost      a few µs; the first 20,000 records of a noun look keys up in the store, then a map in
// memory
bool hf_bulk_put(hf_bulk *bulk, const hf_patch *patch, hf_arena *scratch, hf_bulk_outcome *outcome,
                 hf_error *fault, hf_error *err) HF_CHECKED;
// Row of the record that the last put touched, unless it was refused: an import names lines by it.
int64_t hf_bulk_last_row(const hf_bulk *bulk);
// The dependency that the last put added, as a scan for a plan would give it; false when it added none. Texts are
// valid as long as that put's scratch.
typedef struct hf_plan_dependency hf_plan_dependency;
bool hf_bulk_last_dependency(const hf_bulk *bulk, hf_plan_dependency *out);
hf_bulk_counts hf_bulk_counts_of(const hf_bulk *bulk, const hf_noun *noun); // NULL: all nouns
// Builds what is still missing (indexes, search, places). Then hf_event_add and hf_tx_commit.
bool hf_bulk_finish(hf_bulk *bulk, hf_error *err) HF_CHECKED;
void hf_bulk_close(hf_bulk **bulk); // for HF_CLEANUP, before the transaction ends

// --- out: all fields
// -------------------------------------------------------------------------------------

typedef struct hf_scan hf_scan;
// All records of a noun: in key order (byte order; dependencies and layers in row order when by_key
// is false, which is faster). *record is NULL at the end, valid until the next call.
bool hf_scan_open(hf_read *read, const hf_noun *noun, bool by_key, hf_scan **out,
                  hf_error *err) HF_CHECKED;
bool hf_scan_next(hf_scan *scan, const void **record, hf_error *err) HF_CHECKED;
// Only these fields (no HF_REF among them) of all records, in row order; the others are as in an empty record, without
// id, version and times. Texts are borrowed until the next call. At most 64 fields.
bool hf_scan_open_fields(hf_read *read, const hf_noun *noun, const char *const *names, size_t count,
                         hf_scan **out, hf_error *err) HF_CHECKED;
void hf_scan_close(hf_scan **scan); // for HF_CLEANUP

// --- out: what the engine's plan needs
// ------------------------------------------------------------------- Row order (ascending). Texts
// are valid until the next call. *more false at the end.

typedef struct {
    int32_t marking; // hf_marking; one that is not known counts as the highest
    hf_str compartments;
} hf_plan_protection;
typedef struct {
    int64_t row;
    hf_str key, kind, sector, service;
    int64_t people_served;          // never empty: 0
    double lon, lat;                // NaN = none
    double repair_h, black_start_h; // repair_h NaN = never
    int32_t levels;
    hf_plan_protection protection;
    double damage_p;    // 0 unless for a simulation
    int32_t repair_law; // hf_asset_repair_law; 0 unless for a simulation
    hf_str region;      // empty unless for a simulation
} hf_plan_asset;
struct hf_plan_dependency {
    int64_t row;
    int64_t supplier, consumer; // rows of assets
    hf_str input, need;
    double capacity, buffer_h, strength; // buffer_h NaN = no opinion
    int64_t required_level;              // HF_INTEGER_NONE = full
    int32_t recharge, type, state;
    hf_plan_protection protection;
    hf_str key; // empty unless for a simulation
};
typedef struct {
    int64_t row;
    int64_t asset; // row
    hf_str layer;
    int32_t role;
    double buffer_h;
    hf_plan_protection protection;
} hf_plan_layer;
// Rows first_row to last_row, both included: readers of the same data version may share the work.
bool hf_scan_open_plan(hf_read *read, const hf_noun *noun, int64_t first_row, int64_t last_row,
                       hf_scan **out, hf_error *err) HF_CHECKED;
// The same with what only simulations need.
bool hf_scan_open_chances(hf_read *read, const hf_noun *noun, int64_t first_row, int64_t last_row,
                          hf_scan **out, hf_error *err) HF_CHECKED;
bool hf_scan_next_asset(hf_scan *scan, hf_plan_asset *out, bool *more, hf_error *err) HF_CHECKED;
bool hf_scan_next_dependency(hf_scan *scan, hf_plan_dependency *out, bool *more,
                             hf_error *err) HF_CHECKED;
bool hf_scan_next_layer(hf_scan *scan, hf_plan_layer *out, bool *more, hf_error *err) HF_CHECKED;
// Largest row of a noun so far: arrays by row are one longer.
int64_t hf_read_row_max(const hf_read *read, const hf_noun *noun);

// --- out: places
// -----------------------------------------------------------------------------------------

typedef struct {
    int64_t row;
    double lon, lat;
    int64_t people_served;
    char sector[8]; // as stored ("EN01"), cut to 7 bytes, zero-ended
    int32_t marking;
    hf_str key, compartments; // in the arena
} hf_point;
// All assets with a place, in row order, in the arena (for tiles: once per data version).
bool hf_store_points(hf_read *read, hf_arena *arena, hf_point **points, size_t *point_count,
                     hf_error *err) HF_CHECKED;
typedef struct {
    int64_t row;
    hf_str key;
    double distance_km; // haversine, R = 6371.0088 km
} hf_near;
// The k assets nearest to a point within max_km, nearest first, then by row. kinds: words separated
// by spaces, empty = all. except_row is left out (0 = none).
bool hf_store_nearest(hf_read *read, double lon, double lat, double max_km, size_t k, hf_str kinds,
                      int64_t except_row, hf_arena *arena, hf_near **near, size_t *near_count,
                      hf_error *err) HF_CHECKED;
double hf_haversine_km(double lon_a, double lat_a, double lon_b, double lat_b);
// Rows and keys of the dependencies that join an asset: it is the supplier (down) or the consumer
// (up).
bool hf_store_neighbours(hf_read *read, int64_t asset_row, bool down, size_t limit, hf_arena *arena,
                         hf_plan_dependency **list, size_t *count, hf_error *err) HF_CHECKED;
// In place: rows of dependencies become rows of the assets that they supply; 0 for one that is not there.
bool hf_store_consumers(hf_read *read, int64_t *rows, size_t count, hf_error *err) HF_CHECKED;

#endif
