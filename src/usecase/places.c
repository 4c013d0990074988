// SPDX-License-Identifier: Apache-2.0
//
// Builds the places of a register and keeps the newest ones until nobody reads the older ones any more.
#include "usecase/places.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "model/asset.h"
#include "store/store_bulk.h"

#define PI                3.14159265358979323846
#define LATITUDE_MAX      85.0511287798066 // where the Mercator square ends
#define PROTECTION_MAX    65535u
#define KEY_BYTES_ALL_MAX (1u << 31)
#define VIEWS_MAX         32u // access classes whose views are kept

typedef struct kept {
    hf_places places;
    hf_arena arena; // holds this very struct
    uint32_t use_count;
    hf_places_view views[VIEWS_MAX]; // of the access classes that asked
    uint64_t classes[VIEWS_MAX];
    size_t view_count;
} kept;

struct hf_place_book {
    hf_arena own; // holds this very struct
    pthread_mutex_t lock;
    kept *newest;
};

hf_place_book *hf_place_book_open(void)
{
    hf_arena own = {0};
    hf_place_book *book = HF_NEW(&own, hf_place_book);
    book->own = own;
    (void)pthread_mutex_init(&book->lock, NULL);
    return book;
}

static void drop(kept **item)
{
    if (*item != NULL && --(*item)->use_count == 0) {
        hf_arena arena = (*item)->arena;
        hf_arena_done(&arena);
    }
    *item = NULL;
}

void hf_place_book_close(hf_place_book **book)
{
    if (*book == NULL)
        return;
    drop(&(*book)->newest);
    (void)pthread_mutex_destroy(&(*book)->lock);
    hf_arena own = (*book)->own;
    hf_arena_done(&own);
    *book = NULL;
}

// --- geometry --------------------------------------------------------------------------------------

static uint32_t scaled(double share)
{
    double value = share * 4294967296.0;
    return value <= 0 ? 0 : value >= 4294967295.0 ? UINT32_MAX : (uint32_t)value;
}

void hf_mercator(double lon, double lat, uint32_t *x, uint32_t *y)
{
    double bounded = lat > LATITUDE_MAX ? LATITUDE_MAX : lat < -LATITUDE_MAX ? -LATITUDE_MAX : lat;
    *x = scaled((lon + 180.0) / 360.0);
    *y = scaled((1.0 - asinh(tan(bounded * PI / 180.0)) / PI) / 2.0);
}

static uint64_t spread(uint64_t bits)
{
    bits = (bits | bits << 16) & 0x0000ffff0000ffffull;
    bits = (bits | bits << 8) & 0x00ff00ff00ff00ffull;
    bits = (bits | bits << 4) & 0x0f0f0f0f0f0f0f0full;
    bits = (bits | bits << 2) & 0x3333333333333333ull;
    return (bits | bits << 1) & 0x5555555555555555ull;
}

static uint32_t gather(uint64_t bits)
{
    bits &= 0x5555555555555555ull;
    bits = (bits | bits >> 1) & 0x3333333333333333ull;
    bits = (bits | bits >> 2) & 0x0f0f0f0f0f0f0f0full;
    bits = (bits | bits >> 4) & 0x00ff00ff00ff00ffull;
    bits = (bits | bits >> 8) & 0x0000ffff0000ffffull;
    return (uint32_t)(bits | bits >> 16);
}

uint64_t hf_morton(uint32_t x, uint32_t y)
{
    return spread(x) | spread(y) << 1;
}

void hf_morton_split(uint64_t morton, uint32_t *x, uint32_t *y)
{
    *x = gather(morton);
    *y = gather(morton >> 1);
}

// --- building --------------------------------------------------------------------------------------

typedef HF_VEC(hf_head) head_list;

// Few distinct ones exist: the list is walked, the last one first tried.
static uint16_t protection_of(head_list *list, const hf_point *point, hf_arena *arena,
                              uint16_t last)
{
    for (size_t tried = 0; tried <= list->count; tried++) {
        size_t i = tried == 0 ? last : tried - 1;
        if (i < list->count && list->items[i].marking == point->marking &&
            hf_str_equal(list->items[i].compartments, point->compartments))
            return (uint16_t)i;
    }
    hf_head head = {.marking = point->marking,
                    .compartments = hf_str_copy(arena, point->compartments)};
    if (list->count == PROTECTION_MAX) // beyond any use: seen by nobody rather than by too many
        return PROTECTION_MAX;
    HF_VEC_ADD(arena, list, head);
    return (uint16_t)(list->count - 1);
}

// The first two letters as a number, for counting; 0 = none.
static uint16_t sector_code(const hf_point *point)
{
    uint8_t first = (uint8_t)point->sector[0];
    uint8_t second = first != 0 ? (uint8_t)point->sector[1] : 0;
    return (uint16_t)(first << 8 | second);
}

// Codes become positions in the sorted list; those without one come last.
static void number_sectors(hf_places *places, hf_place *list, hf_arena *arena)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    uint16_t *index = HF_NEW_N(&scratch, uint16_t, 65536);
    for (size_t i = 0; i < places->count; i++)
        index[list[i].sector] = 1;
    size_t count = 0;
    for (size_t code = 0; code < 65536; code++)
        count += index[code];
    hf_str *sectors = HF_NEW_N(arena, hf_str, count);
    bool has_none = index[0] != 0;
    size_t next = 0;
    for (size_t code = 1; code < 65536; code++) {
        if (index[code] == 0)
            continue;
        const char letters[2] = {(char)(code >> 8), (char)(code & 0xff)};
        sectors[next] = hf_str_copy(arena, (hf_str){letters, letters[1] != '\0' ? 2u : 1u});
        index[code] = (uint16_t)next++;
    }
    if (has_none) {
        sectors[next] = HF_STR("");
        index[0] = (uint16_t)next;
    }
    for (size_t i = 0; i < places->count; i++)
        list[i].sector = index[list[i].sector];
    places->sectors = sectors;
    places->sector_count = count;
}

static int by_morton(const void *a, const void *b)
{
    const hf_place *left = a;
    const hf_place *right = b;
    if (left->morton != right->morton)
        return left->morton < right->morton ? -1 : 1;
    return left->row < right->row ? -1 : left->row > right->row;
}

static void widen(hf_places *places, const hf_point *point)
{
    if (!places->has_bounds) {
        places->west = places->east = point->lon;
        places->south = places->north = point->lat;
        places->has_bounds = true;
    }
    places->west = fmin(places->west, point->lon);
    places->east = fmax(places->east, point->lon);
    places->south = fmin(places->south, point->lat);
    places->north = fmax(places->north, point->lat);
}

static void fill(hf_places *places, const hf_point *points, size_t count, hf_arena *arena)
{
    size_t key_bytes = 0;
    head_list protections = {0};
    uint16_t last = 0;
    for (size_t i = 0; i < count; i++)
        key_bytes += points[i].key.len;
    HF_ASSERT(key_bytes < KEY_BYTES_ALL_MAX);
    char *keys = hf_arena_take(arena, key_bytes + 1);
    hf_place *list = HF_NEW_N(arena, hf_place, count);
    key_bytes = 0;
    for (size_t i = 0; i < count; i++) {
        const hf_point *point = &points[i];
        uint32_t x, y;
        hf_mercator(point->lon, point->lat, &x, &y);
        last = protection_of(&protections, point, arena, last);
        list[i] = (hf_place){.morton = hf_morton(x, y),
                             .people = point->people_served,
                             .row = (uint32_t)point->row,
                             .key_offset = (uint32_t)key_bytes,
                             .key_bytes = (uint16_t)point->key.len,
                             .protection = last,
                             .sector = sector_code(point)};
        if (point->key.len > 0)
            memcpy(keys + key_bytes, point->key.ptr, point->key.len);
        key_bytes += point->key.len;
        widen(places, point);
    }
    places->count = count;
    places->keys = keys;
    places->protections = protections.items;
    places->protection_count = protections.count;
    number_sectors(places, list, arena);
    if (count > 0)
        qsort(list, count, sizeof *list, by_morton);
    places->list = list;
}

static bool build(hf_read *read, kept **out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_point *points = NULL;
    size_t count = 0;
    if (!hf_store_points(read, &scratch, &points, &count, err))
        return false;
    hf_arena own = {0};
    kept *item = HF_NEW(&own, kept);
    item->use_count = 1;
    item->places.data_version = hf_read_data_version(read);
    fill(&item->places, points, count, &own);
    item->arena = own;
    *out = item;
    return true;
}

// --- asking ----------------------------------------------------------------------------------------

static bool take_newest(hf_place_book *book, hf_read *read, kept **out, hf_error *err)
{
    kept *fresh = NULL;
    if (book->newest == NULL || book->newest->places.data_version != hf_read_data_version(read)) {
        if (!build(read, &fresh, err))
            return false;
        drop(&book->newest);
        book->newest = fresh;
    }
    book->newest->use_count++;
    *out = book->newest;
    return true;
}

bool hf_places_take(const hf_session *session, hf_place_book *book, const hf_places **out,
                    hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    kept *item = NULL;
    if (!hf_can(&session->actor, HF_CAN_READ, NULL, NULL, err) ||
        !hf_read_begin(session->store, &read, err))
        return false;
    (void)pthread_mutex_lock(&book->lock);
    bool is_taken = take_newest(book, read, &item, err);
    (void)pthread_mutex_unlock(&book->lock);
    if (is_taken)
        *out = &item->places;
    return is_taken;
}

static kept *keeper_of(const hf_places *places)
{
    // The places are the first member of what is kept.
    union {
        const hf_places *in;
        kept *out;
    } view = {.in = places};
    return view.out;
}

void hf_places_release(hf_place_book *book, const hf_places **places)
{
    if (*places == NULL)
        return;
    kept *item = keeper_of(*places);
    (void)pthread_mutex_lock(&book->lock);
    drop(&item);
    (void)pthread_mutex_unlock(&book->lock);
    *places = NULL;
}

// A sector of which nothing is known has no number.
static void number_known_sectors(const hf_places *places, hf_places_view *view, hf_arena *arena)
{
    uint16_t *numbers = HF_NEW_N(arena, uint16_t, places->sector_count + 1);
    hf_str *sectors = HF_NEW_N(arena, hf_str, places->sector_count + 1);
    for (size_t i = 0; i < places->count; i++)
        if (hf_place_is_known(view, &places->list[i]))
            numbers[places->list[i].sector] = 1;
    for (size_t i = 0; i < places->sector_count; i++) {
        if (numbers[i] == 0)
            continue;
        sectors[view->sector_count] = places->sectors[i];
        numbers[i] = (uint16_t)view->sector_count++;
    }
    view->sectors = sectors;
    view->sector = numbers;
}

static bool make_view(const hf_session *session, const hf_places *places, hf_arena *arena,
                      hf_places_view *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_known known;
    const hf_actor *actor = &session->actor;
    bool *protections = HF_NEW_N(arena, bool, (size_t)PROTECTION_MAX + 1);
    bool is_all = true;
    for (size_t i = 0; i < places->protection_count; i++) {
        const hf_head *head = &places->protections[i];
        protections[i] = hf_may_read_marked(actor, head->marking, head->compartments);
        is_all &= protections[i];
    }
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_know(actor, HF_CAN_READ, read, &hf_noun_asset, arena, &known, err))
        return false;
    is_all &= !known.has_rows;
    hf_places_view made =
        (hf_places_view){.access_class = is_all ? UINT64_MAX : hf_access_class(actor),
                         .is_all = is_all,
                         .protections = protections,
                         .has_rows = known.has_rows,
                         .rows = known.rows};
    number_known_sectors(places, &made, arena);
    *out = made;
    return true;
}

// Under the book's lock: whoever comes meanwhile for the same class would only do the same work.
static bool keep_view(const hf_session *session, kept *item, const hf_places_view **out,
                      hf_error *err)
{
    uint64_t class = hf_access_class(&session->actor);
    for (size_t i = 0; i < item->view_count; i++)
        if (item->classes[i] == class) {
            *out = &item->views[i];
            return true;
        }
    if (!make_view(session, &item->places, &item->arena, &item->views[item->view_count], err))
        return false;
    *out = &item->views[item->view_count];
    item->classes[item->view_count++] = class;
    return true;
}

bool hf_places_view_of(const hf_session *session, hf_place_book *book, const hf_places *places,
                       hf_arena *arena, const hf_places_view **out, hf_error *err)
{
    kept *item = keeper_of(places);
    (void)pthread_mutex_lock(&book->lock);
    bool has_room = item->view_count < VIEWS_MAX;
    bool is_made = has_room && keep_view(session, item, out, err);
    (void)pthread_mutex_unlock(&book->lock);
    if (has_room)
        return is_made;
    hf_places_view *own = HF_NEW(arena, hf_places_view);
    *out = own;
    return make_view(session, places, arena, own, err);
}

double hf_mercator_lon(uint32_t x)
{
    return (double)x / 4294967296.0 * 360.0 - 180.0;
}

double hf_mercator_lat(uint32_t y)
{
    const double pi = 3.14159265358979323846;
    return atan(sinh(pi * (1.0 - 2.0 * (double)y / 4294967296.0))) * 180.0 / pi;
}

// *out: west, south, east, north. False: there is no such place.
static bool known_bounds(const hf_places *places, const hf_places_view *view, double out[4])
{
    uint32_t least_x = UINT32_MAX, least_y = UINT32_MAX, most_x = 0, most_y = 0;
    bool has_any = false;
    for (size_t i = 0; i < places->count; i++) {
        uint32_t x, y;
        if (!hf_place_is_known(view, &places->list[i]))
            continue;
        hf_morton_split(places->list[i].morton, &x, &y);
        least_x = x < least_x ? x : least_x;
        least_y = y < least_y ? y : least_y;
        most_x = x > most_x ? x : most_x;
        most_y = y > most_y ? y : most_y;
        has_any = true;
    }
    const double sides[] = {hf_mercator_lon(least_x), hf_mercator_lat(most_y),
                            hf_mercator_lon(most_x), hf_mercator_lat(least_y)};
    for (size_t i = 0; i < HF_COUNT(sides); i++)
        out[i] = round(sides[i] * 1e6) / 1e6;
    return has_any;
}

void hf_write_bounds(const hf_places *places, const hf_places_view *view, hf_json_writer *out)
{
    double sides[4] = {places->west, places->south, places->east, places->north};
    bool has_any = view->is_all ? places->has_bounds : known_bounds(places, view, sides);
    hf_json_name(out, "bounds");
    if (!has_any) {
        hf_json_add_null(out);
        return;
    }
    hf_json_begin_array(out);
    for (size_t i = 0; i < HF_COUNT(sides); i++)
        hf_json_add_double(out, sides[i]);
    hf_json_end_array(out);
}
