// SPDX-License-Identifier: Apache-2.0
//
// Places: the R*Tree beside a table that has longitude and latitude (SQLite), all points for the map, the nearest
// assets. Distances are haversine on a sphere of R = 6371.0088 km (mean Earth radius, IUGG).
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/asset.h"
#include "store/internal.h"
#include "store/store_bulk.h"

static const double EARTH_RADIUS_KM = 6371.0088;
static const double RADIANS = 0.017453292519943295;

bool hf_place_of(const hf_noun_sql *sql, const void *record, double *lon, double *lat)
{
    if (!sql->has_place)
        return false;
    *lon = *(const double *)hf_field_of(&sql->noun->fields[sql->lon], record);
    *lat = *(const double *)hf_field_of(&sql->noun->fields[sql->lat], record);
    return !isnan(*lon) && !isnan(*lat);
}

bool hf_place_add(hf_conn *conn, const hf_noun_sql *sql, int64_t row, double lon, double lat,
                  hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    if (!sql->has_tree)
        return true;
    if (!hf_stmt_take(conn, sql->place_add, &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, row);
    hf_stmt_double(stmt, 2, lon);
    hf_stmt_double(stmt, 3, lat);
    return hf_stmt_run(stmt, err);
}

bool hf_place_drop(hf_conn *conn, const hf_noun_sql *sql, int64_t row, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    if (!sql->has_tree)
        return true;
    if (!hf_stmt_take(conn, sql->place_drop, &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, row);
    return hf_stmt_run(stmt, err);
}

// --- rebuild ---------------------------------------------------------------------------------------------

typedef struct {
    uint64_t z; // position along the Z curve
    int64_t row;
    double lon, lat;
} place;
typedef HF_VEC(place) place_list;

static uint64_t spread(uint32_t bits)
{
    uint64_t x = bits;
    x = (x | x << 16) & 0x0000ffff0000ffffull;
    x = (x | x << 8) & 0x00ff00ff00ff00ffull;
    x = (x | x << 4) & 0x0f0f0f0f0f0f0f0full;
    x = (x | x << 2) & 0x3333333333333333ull;
    return (x | x << 1) & 0x5555555555555555ull;
}

static uint64_t z_of(double lon, double lat)
{
    uint32_t x = (uint32_t)((lon + 180.0) / 360.0 * 4294967295.0);
    uint32_t y = (uint32_t)((lat + 90.0) / 180.0 * 4294967295.0);
    return spread(x) | spread(y) << 1;
}

static int by_z(const void *a, const void *b)
{
    const place *left = a;
    const place *right = b;
    if (left->z != right->z)
        return left->z < right->z ? -1 : 1;
    return left->row < right->row ? -1 : left->row > right->row;
}

// A packed tree, level by level from neighbours on the Z curve, written as the nodes that SQLite's R*Tree keeps
// (its file format is documented in rtree.c and checked by rtreecheck in the tests): ten times as fast as
// inserting one by one.
enum {
    CELL_BYTES = 24,
    CELLS_MAX = 51,
    CELLS_FILLED = 46,
    NODE_BYTES = 4 + CELL_BYTES * CELLS_MAX,
    DEPTH_MAX = 12
};

typedef struct {
    int64_t id;   // row of a point, or number of a node
    float box[4]; // west, east, south, north
} cell;

static float below(double value)
{
    float near = (float)value;
    return (double)near > value ? nextafterf(near, -INFINITY) : near;
}

static float above(double value)
{
    float near = (float)value;
    return (double)near < value ? nextafterf(near, INFINITY) : near;
}

static void write_big_endian(uint8_t *at, uint64_t value, size_t count)
{
    for (size_t i = 0; i < count; i++)
        at[i] = (uint8_t)(value >> 8 * (count - 1 - i));
}

static bool write_node(hf_conn *conn, const hf_noun_sql *sql, int64_t number, int depth,
                       const cell *cells, size_t count, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    uint8_t bytes[NODE_BYTES] = {0};
    write_big_endian(bytes, (uint64_t)depth, 2);
    write_big_endian(bytes + 2, count, 2);
    for (size_t i = 0; i < count; i++) {
        uint8_t *at = bytes + 4 + i * CELL_BYTES;
        write_big_endian(at, (uint64_t)cells[i].id, 8);
        for (size_t k = 0; k < 4; k++) {
            uint32_t bits = 0;
            memcpy(&bits, &cells[i].box[k], sizeof(bits));
            write_big_endian(at + 8 + k * 4, bits, 4);
        }
    }
    if (!hf_stmt_take(conn, sql->place_node, &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, number);
    hf_stmt_blob(stmt, 2, bytes, sizeof(bytes));
    return hf_stmt_run(stmt, err);
}

// Where each child of a node is: points in one table, nodes in another.
static bool write_children(hf_conn *conn, const char *text, int64_t number, const cell *cells,
                           size_t count, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    if (!hf_stmt_take(conn, text, &stmt, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        hf_stmt_i64(stmt, 1, cells[i].id);
        hf_stmt_i64(stmt, 2, number);
        if (!hf_stmt_run(stmt, err))
            return false;
    }
    return true;
}

static cell cell_around(int64_t number, const cell *cells, size_t count)
{
    cell around = {.id = number};
    memcpy(around.box, cells[0].box, sizeof(around.box));
    for (size_t i = 1; i < count; i++)
        for (size_t k = 0; k < 4; k++) {
            float value = cells[i].box[k];
            bool is_wider = k % 2 == 0 ? value < around.box[k] : value > around.box[k];
            around.box[k] = is_wider ? value : around.box[k];
        }
    return around;
}

// Node 1 is the root; the others are numbered from 2 on, leaves first. The last node of a level takes an equal
// share with its neighbours, so that none is nearly empty.
static bool pack(hf_conn *conn, const hf_noun_sql *sql, const place_list *places, hf_arena *arena,
                 hf_error *err)
{
    size_t count = places->count;
    cell *cells = HF_NEW_N(arena, cell, count);
    int64_t number = 2;
    for (size_t i = 0; i < count; i++) {
        const place *at = &places->items[i];
        cells[i] =
            (cell){at->row, {below(at->lon), above(at->lon), below(at->lat), above(at->lat)}};
    }
    for (int depth = 0; depth < DEPTH_MAX; depth++) {
        const char *children = depth == 0 ? sql->place_rowid : sql->place_parent;
        bool is_root = count <= CELLS_FILLED;
        size_t node_count = is_root ? 1 : (count + CELLS_FILLED - 1) / CELLS_FILLED;
        size_t from = 0;
        for (size_t i = 0; i < node_count; i++) {
            size_t to = count * (i + 1) / node_count;
            int64_t own = is_root ? 1 : number++;
            if (!write_node(conn, sql, own, is_root ? depth : 0, cells + from, to - from, err) ||
                !write_children(conn, children, own, cells + from, to - from, err))
                return false;
            cells[i] =
                cell_around(own, cells + from, to - from); // i <= from: never ahead of what is read
            from = to;
        }
        if (is_root)
            return true;
        count = node_count;
    }
    return hf_fail(err, HF_ERR_INTERNAL, "store.sql", "the tree of places is too deep");
}

bool hf_place_rebuild(hf_conn *conn, const hf_noun_sql *sql, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *read = NULL;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    place_list places = {0};
    bool has_row = true;
    if (!sql->has_tree)
        return true;
    if (!hf_conn_run(conn, sql->place_clear, err) ||
        !hf_stmt_take(conn, sql->place_all, &read, err))
        return false;
    while (has_row) {
        if (!hf_stmt_step(read, &has_row, err))
            return false;
        if (!has_row)
            break;
        place item = {.row = hf_stmt_get_i64(read, 0),
                      .lon = hf_stmt_get_double(read, 1),
                      .lat = hf_stmt_get_double(read, 2)};
        item.z = z_of(item.lon, item.lat);
        HF_VEC_ADD(&arena, &places, item);
    }
    hf_stmt_give(&read);
    if (places.count == 0)
        return true;
    qsort(places.items, places.count, sizeof(places.items[0]), by_z);
    return pack(conn, sql, &places, &arena, err);
}

// --- asking ----------------------------------------------------------------------------------------------

typedef HF_VEC(hf_point) point_list;

bool hf_store_points(hf_read *read, hf_arena *arena, hf_point **points, size_t *point_count,
                     hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    point_list list = {0};
    bool has_row = true;
    if (!hf_stmt_take(read->conn,
                      "SELECT row, lon, lat, people_served, sector, key, marking, compartments "
                      "FROM asset WHERE "
                      "lon IS NOT NULL AND lat IS NOT NULL ORDER BY row",
                      &stmt, err))
        return false;
    while (has_row) {
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        if (!has_row)
            break;
        hf_point point = {.row = hf_stmt_get_i64(stmt, 0),
                          .lon = hf_stmt_get_double(stmt, 1),
                          .lat = hf_stmt_get_double(stmt, 2)};
        int64_t people = hf_stmt_get_i64(stmt, 3);
        hf_str sector = hf_stmt_get_str(stmt, 4);
        point.people_served = people == HF_INTEGER_NONE ? 0 : people;
        memcpy(point.sector, sector.ptr != NULL ? sector.ptr : "",
               sector.len < sizeof(point.sector) - 1 ? sector.len : sizeof(point.sector) - 1);
        point.key = hf_str_copy(arena, hf_stmt_get_str(stmt, 5));
        point.marking = (int32_t)hf_stmt_get_i64(stmt, 6);
        hf_str compartments = hf_stmt_get_str(stmt, 7);
        if (compartments.len > 0)
            point.compartments = hf_str_copy(arena, compartments);
        HF_VEC_ADD(arena, &list, point);
    }
    *points = list.items;
    *point_count = list.count;
    return true;
}

double hf_haversine_km(double lon_a, double lat_a, double lon_b, double lat_b)
{
    double phi = (lat_b - lat_a) * RADIANS / 2.0;
    double lambda = (lon_b - lon_a) * RADIANS / 2.0;
    double a = sin(phi) * sin(phi) +
               cos(lat_a * RADIANS) * cos(lat_b * RADIANS) * sin(lambda) * sin(lambda);
    return 2.0 * EARTH_RADIUS_KM * asin(a < 1.0 ? sqrt(a) : 1.0);
}

typedef HF_VEC(hf_near) near_list;

typedef struct {
    double lon, lat, km; // centre and radius
    hf_str kinds;
    int64_t except_row;
} near_question;

// Half the width in degrees of longitude of a circle, at the latitude where it is widest; 180 at a pole.
static double lon_reach(double lat, double km)
{
    double angle = km / EARTH_RADIUS_KM;
    double limit = cos(lat * RADIANS);
    double share = angle < 1.5 ? sin(angle) : 1.0;
    return limit <= share ? 180.0 : asin(share / limit) / RADIANS;
}

static bool find_in_circle(hf_read *read, const near_question *question, hf_arena *arena,
                           near_list *out, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    double lat_reach = question->km / EARTH_RADIUS_KM / RADIANS * 1.000001 + 1e-6;
    double reach = lon_reach(question->lat, question->km * 1.000001) + 1e-6;
    bool has_row = true;
    out->count = 0;
    // The circle may cross the antimeridian: the box is asked three times shifted by 360 degrees, in one go.
    if (!hf_stmt_take(
            read->conn,
            "SELECT a.row, a.key, a.lon, a.lat, a.kind FROM asset_place p CROSS JOIN asset a WHERE "
            "a.row = p.row AND p.north >= ?2 AND p.south <= ?4 AND ((p.east >= ?1 AND p.west <= "
            "?3) "
            "OR (p.east >= ?1 + 360.0 AND p.west <= ?3 + 360.0) OR (p.east >= ?1 - 360.0 AND "
            "p.west <= ?3 - 360.0))",
            &stmt, err))
        return false;
    hf_stmt_double(stmt, 1, question->lon - reach);
    hf_stmt_double(stmt, 2, question->lat - lat_reach);
    hf_stmt_double(stmt, 3, question->lon + reach);
    hf_stmt_double(stmt, 4, question->lat + lat_reach);
    while (hf_stmt_step(stmt, &has_row, err)) {
        if (!has_row)
            return true;
        hf_near near = {.row = hf_stmt_get_i64(stmt, 0)};
        near.distance_km = hf_haversine_km(
            question->lon, question->lat, hf_stmt_get_double(stmt, 2), hf_stmt_get_double(stmt, 3));
        if (near.distance_km > question->km || near.row == question->except_row ||
            (question->kinds.len > 0 &&
             !hf_str_has_word(question->kinds, hf_stmt_get_str(stmt, 4))))
            continue;
        near.key = hf_str_copy(arena, hf_stmt_get_str(stmt, 1));
        HF_VEC_ADD(arena, out, near);
    }
    return false;
}

static int by_distance(const void *a, const void *b)
{
    const hf_near *left = a;
    const hf_near *right = b;
    if (left->distance_km != right->distance_km)
        return left->distance_km < right->distance_km ? -1 : 1;
    return left->row < right->row ? -1 : left->row > right->row;
}

bool hf_store_nearest(hf_read *read, double lon, double lat, double max_km, size_t k, hf_str kinds,
                      int64_t except_row, hf_arena *arena, hf_near **near, size_t *near_count,
                      hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    double farthest = EARTH_RADIUS_KM * 3.2; // half the way round, and a little more
    double end_km = max_km < farthest ? max_km : farthest;
    near_question question = {.lon = lon, .lat = lat, .kinds = kinds, .except_row = except_row};
    near_list found = {0};
    // A circle that grows fourfold in area until it holds k: the last one decides, so nothing nearer is missed.
    for (question.km = end_km < 2.0 ? end_km : 2.0;; question.km *= 2.0) {
        if (question.km > end_km)
            question.km = end_km;
        if (!find_in_circle(read, &question, &scratch, &found, err))
            return false;
        if (found.count >= k || question.km >= end_km)
            break;
    }
    if (found.count > 0)
        qsort(found.items, found.count, sizeof(found.items[0]), by_distance);
    *near_count = found.count < k ? found.count : k;
    *near = HF_NEW_N(arena, hf_near, *near_count);
    for (size_t i = 0; i < *near_count; i++) {
        (*near)[i] = found.items[i];
        (*near)[i].key = hf_str_copy(arena, found.items[i].key);
    }
    return true;
}
