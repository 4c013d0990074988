// SPDX-License-Identifier: Apache-2.0
//
// Map tiles. A tile is one run of the places in Mercator order; below zoom 12 the run is cut into cells of 16 units,
// of which each shows its most important asset and how many there are. Finished tiles are kept, packed, by data
// version and access class.
#include <pthread.h>
#include <stdatomic.h>

#include "api/mvt.h"
#include "api/resource.h"
#include "base/deflate.h"

#define ZOOM_MAX          14u
#define ZOOM_WHOLE        12u // from here on every asset is shown
#define CELL_BITS         8u  // 4096 units / 16 = 256 cells a side
#define FEATURE_COUNT_MAX 15000u
#define KEYED_COUNT_MAX   4000u // more features than this are too small to be clicked: no keys
#define TILE_BYTES_MAX    (8u << 20)
#define PACKED_BYTES_MAX  (250u << 10)
#define CACHE_SLOT_COUNT  4096u
#define CACHE_BYTES_MAX   (48u << 20)

typedef struct {
    int64_t data_version;
    uint64_t access_class;
    uint32_t zoom, x, y;
} tile_name;

typedef struct {
    tile_name name;
    hf_buf packed;  // capacity 0 = empty slot
    uint64_t keyed; // points in it that bear their key
} cache_slot;

typedef struct {
    hf_str packed;
    uint64_t keyed;
} tile;

struct hf_tiles {
    hf_arena own; // holds this very struct
    pthread_mutex_t lock;
    cache_slot slots[CACHE_SLOT_COUNT];
    size_t bytes;
    size_t hand; // next slot to give up
};

hf_tiles *hf_tiles_open(void)
{
    hf_arena own = {0};
    hf_tiles *tiles = HF_NEW(&own, hf_tiles);
    tiles->own = own;
    (void)pthread_mutex_init(&tiles->lock, NULL);
    return tiles;
}

void hf_tiles_close(hf_tiles **slot)
{
    if (*slot == NULL)
        return;
    for (size_t i = 0; i < CACHE_SLOT_COUNT; i++)
        hf_buf_done(&(*slot)->slots[i].packed);
    (void)pthread_mutex_destroy(&(*slot)->lock);
    hf_arena own = (*slot)->own;
    hf_arena_done(&own);
    *slot = NULL;
}

// --- the cache ---------------------------------------------------------------------------------------

static bool is_same(const tile_name *a, const tile_name *b)
{
    return a->data_version == b->data_version && a->access_class == b->access_class &&
           a->zoom == b->zoom && a->x == b->x && a->y == b->y;
}

static cache_slot *slot_of(hf_tiles *tiles, const tile_name *name)
{
    uint64_t mix = (uint64_t)name->data_version * 0x9e3779b97f4a7c15ull ^ name->access_class;
    mix = (mix ^ name->zoom) * 0xff51afd7ed558ccdull;
    mix = (mix ^ name->x) * 0xc4ceb9fe1a85ec53ull;
    mix = (mix ^ name->y) * 0x9e3779b97f4a7c15ull;
    return &tiles->slots[(mix >> 32) % CACHE_SLOT_COUNT];
}

static void empty(hf_tiles *tiles, cache_slot *slot)
{
    tiles->bytes -= slot->packed.len;
    hf_buf_done(&slot->packed);
    slot->packed = (hf_buf){0};
}

static bool find_kept(hf_tiles *tiles, const tile_name *name, hf_arena *arena, tile *out)
{
    (void)pthread_mutex_lock(&tiles->lock);
    const cache_slot *slot = slot_of(tiles, name);
    bool is_there = slot->packed.len > 0 && is_same(&slot->name, name);
    if (is_there)
        *out = (tile){hf_buf_copy(arena, &slot->packed), slot->keyed};
    (void)pthread_mutex_unlock(&tiles->lock);
    return is_there;
}

static void keep(hf_tiles *tiles, const tile_name *name, const tile *made)
{
    hf_str packed = made->packed;
    (void)pthread_mutex_lock(&tiles->lock);
    cache_slot *slot = slot_of(tiles, name);
    empty(tiles, slot);
    while (tiles->bytes + packed.len > CACHE_BYTES_MAX) {
        tiles->hand = (tiles->hand + 1) % CACHE_SLOT_COUNT;
        empty(tiles, &tiles->slots[tiles->hand]);
    }
    slot->name = *name;
    slot->packed = hf_buf_of(packed.len);
    hf_buf_add_str(&slot->packed, packed);
    slot->keyed = made->keyed;
    tiles->bytes += packed.len;
    (void)pthread_mutex_unlock(&tiles->lock);
}

// --- making a tile -------------------------------------------------------------------------------------

typedef struct {
    const hf_place *best; // the most people
    uint64_t count;
} cell;
typedef HF_VEC(cell) cell_list;

// First place at or after a code of the Mercator order.
static size_t first_at(const hf_places *places, uint64_t morton)
{
    size_t low = 0;
    size_t high = places->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (places->list[middle].morton < morton)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// One cell per place that shares its first `bits` pairs of bits; 32 = places that lie on each other, 33 = each place
// for itself. False when there are more than a tile may hold.
static bool gather(const hf_places *places, const hf_places_view *view, const tile_name *name,
                   uint32_t bits, hf_arena *arena, cell_list *out)
{
    // x and y are below 2^zoom, so the interleaved pair fills the first zoom pairs of bits.
    uint32_t shift = 64 - 2 * name->zoom;
    uint64_t first = name->zoom == 0 ? 0 : hf_morton(name->x, name->y) << shift;
    uint64_t last = name->zoom == 0 ? UINT64_MAX : first + ((UINT64_C(1) << shift) - 1);
    uint32_t cell_shift = 64 - 2 * (bits < 32 ? bits : 32);
    uint64_t open = 0;
    out->count = 0;
    for (size_t i = first_at(places, first); i < places->count && places->list[i].morton <= last;
         i++) {
        const hf_place *place = &places->list[i];
        if (!hf_place_is_known(view, place))
            continue;
        uint64_t code = place->morton >> cell_shift;
        if (out->count > 0 && code == open && bits <= 32) {
            cell *here = &out->items[out->count - 1];
            here->count++;
            if (place->people > here->best->people)
                here->best = place;
            continue;
        }
        if (out->count == FEATURE_COUNT_MAX)
            return false;
        cell fresh = {place, 1};
        HF_VEC_ADD(arena, out, fresh);
        open = code;
    }
    return true;
}

static uint32_t in_tile(uint32_t coordinate, uint32_t zoom)
{
    uint64_t inside = zoom == 0 ? coordinate : (uint64_t)(uint32_t)(coordinate << zoom);
    return (uint32_t)(inside * HF_MVT_EXTENT >> 32);
}

// How many points bear their key.
static uint64_t encode(const hf_places *places, const hf_places_view *view, const cell_list *cells,
                       uint32_t zoom, hf_arena *arena, hf_buf *out)
{
    uint64_t keyed = 0;
    static const char *const names[] = {"k", "s", "n"};
    HF_CLEANUP(hf_buf_done) hf_buf features = hf_buf_of(TILE_BYTES_MAX);
    HF_CLEANUP(hf_buf_done) hf_buf values = hf_buf_of(TILE_BYTES_MAX);
    HF_CLEANUP(hf_buf_done) hf_buf tags = hf_buf_of(1024);
    hf_mvt layer = hf_mvt_begin(arena, &features, &values, &tags);
    bool is_keyed = zoom >= ZOOM_WHOLE || cells->count <= KEYED_COUNT_MAX;
    for (size_t i = 0; i < cells->count; i++) {
        const cell *here = &cells->items[i];
        uint32_t x, y;
        hf_morton_split(here->best->morton, &x, &y);
        if (is_keyed && here->count == 1) {
            hf_mvt_tag_text(&layer, 0, hf_place_key(places, here->best));
            keyed++;
        }
        hf_mvt_tag_number(&layer, 1, view->sector[here->best->sector]);
        hf_mvt_tag_number(&layer, 2, here->count);
        hf_mvt_point(&layer, here->best->row, in_tile(x, zoom), in_tile(y, zoom));
    }
    hf_mvt_end(&layer, "assets", names, HF_COUNT(names), out);
    return keyed;
}

// Cells as fine as the bounds allow: first by number of features, then by packed size.
static bool make_tile(const hf_places *places, const hf_places_view *view, const tile_name *name,
                      hf_arena *arena, hf_buf *packed, uint64_t *keyed, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    cell_list cells = {0};
    uint32_t bits = name->zoom >= ZOOM_WHOLE ? 33 : name->zoom + CELL_BITS;
    for (;; bits--) {
        if (!gather(places, view, name, bits, &scratch, &cells))
            continue;
        HF_CLEANUP(hf_buf_done) hf_buf plain = hf_buf_of(TILE_BYTES_MAX);
        *keyed = encode(places, view, &cells, name->zoom, arena, &plain);
        hf_buf_clear(packed);
        if (!hf_deflate(HF_DEFLATE_GZIP, hf_buf_str(&plain), 4, packed, err))
            return false;
        if (packed->len <= PACKED_BYTES_MAX || bits <= name->zoom + 4)
            return true;
    }
}

// --- answers -------------------------------------------------------------------------------------------

static bool number_at(hf_call *call, size_t index, uint32_t most, uint32_t *out)
{
    uint64_t value = 0;
    hf_str text = call->params[index];
    if (index == 2 && hf_str_ends(text, ".mvt"))
        text = hf_str_slice(text, 0, text.len - 4);
    else if (index == 2)
        return false;
    if (!hf_parse_u64(text, &value) || value > most)
        return false;
    *out = (uint32_t)value;
    return true;
}

static bool name_of(hf_call *call, tile_name *out, hf_error *err)
{
    if (number_at(call, 0, ZOOM_MAX, &out->zoom) &&
        number_at(call, 1, (1u << out->zoom) - 1, &out->x) &&
        number_at(call, 2, (1u << out->zoom) - 1, &out->y))
        return true;
    return hf_fail(err, HF_ERR_NOT_FOUND, "http.no_such_path",
                   "there is no such tile; zoom is 0 to %u, x and y below 2^zoom", ZOOM_MAX);
}

static bool answer_packed(hf_call *call, hf_str packed, hf_error *err)
{
    call->reply->media_type = "application/vnd.mapbox-vector-tile";
    hf_answer_header(call, "Cache-Control", HF_STR("private, max-age=86400"));
    hf_answer_header(call, "Vary", HF_STR("Cookie, Authorization, Accept-Encoding"));
    if (hf_encoding_quality(hf_request_header(call->request, "Accept-Encoding"), "gzip") > 0) {
        hf_answer_header(call, "Content-Encoding", HF_STR("gzip"));
        call->reply->body = packed;
        return true;
    }
    call->reply->buffer = hf_buf_of(TILE_BYTES_MAX);
    return hf_inflate(HF_DEFLATE_GZIP, packed, &call->reply->buffer, err);
}

// The finished tile, from the cache or made for it. name lacks version and class.
static bool take_tile(hf_api *api, const hf_session *session, tile_name *name, hf_arena *arena,
                      tile *out, hf_error *err)
{
    const hf_places *places = NULL;
    const hf_places_view *view = NULL;
    if (!hf_places_take(session, api->places, &places, err))
        return false;
    if (!hf_places_view_of(session, api->places, places, arena, &view, err)) {
        hf_places_release(api->places, &places);
        return false;
    }
    name->access_class = view->access_class;
    name->data_version = places->data_version;
    bool is_made = find_kept(api->tiles, name, arena, out);
    if (!is_made) {
        HF_CLEANUP(hf_buf_done) hf_buf fresh = hf_buf_of(TILE_BYTES_MAX);
        is_made = make_tile(places, view, name, arena, &fresh, &out->keyed, err);
        if (is_made) {
            out->packed = hf_buf_copy(arena, &fresh);
            keep(api->tiles, name, out);
        }
    }
    hf_places_release(api->places, &places);
    return is_made;
}

static bool get_tile(hf_call *call, hf_error *err)
{
    tile_name name = {0};
    tile made = {0};
    if (!name_of(call, &name, err) ||
        !take_tile(call->api, &call->session, &name, call->arena, &made, err))
        return false;
    call->told_places = made.keyed;
    return answer_packed(call, made.packed, err);
}

bool hf_tiles_warm(hf_api *api, const hf_session *session, uint32_t zoom_max,
                   const _Atomic bool *stop, hf_error *err)
{
    for (uint32_t zoom = 0; zoom <= zoom_max; zoom++) {
        for (uint32_t i = 0; i < 1u << (2 * zoom) && !atomic_load(stop); i++) {
            HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
            tile unused = {0};
            tile_name name = {.zoom = zoom, .x = i >> zoom, .y = i & ((1u << zoom) - 1)};
            if (!take_tile(api, session, &name, &scratch, &unused, err))
                return false;
        }
    }
    return true;
}

static void write_meta(const hf_places *places, const hf_places_view *view, hf_json_writer *w)
{
    hf_json_begin_object(w);
    hf_json_name(w, "sectors");
    hf_json_begin_array(w);
    for (size_t i = 0; i < view->sector_count; i++)
        hf_json_add_str(w, view->sectors[i]);
    hf_json_end_array(w);
    hf_write_bounds(places, view, w);
    hf_json_name(w, "minzoom");
    hf_json_add_u64(w, 0);
    hf_json_name(w, "maxzoom");
    hf_json_add_u64(w, ZOOM_MAX);
    hf_json_name(w, "data_version");
    hf_json_add_i64(w, places->data_version);
    hf_json_end_object(w);
}

static bool get_meta(hf_call *call, hf_error *err)
{
    const hf_places *places = NULL;
    if (!hf_places_take(&call->session, call->api->places, &places, err))
        return false;
    const hf_places_view *view = NULL;
    bool is_made =
        hf_places_view_of(&call->session, call->api->places, places, call->arena, &view, err);
    if (is_made) {
        hf_json_writer w = hf_answer_json(call);
        write_meta(places, view, &w);
    }
    hf_places_release(call->api->places, &places);
    return is_made;
}

static const hf_param tile_params[] = {
    {.name = "v", .about = "data version, so that a changed register has other addresses"},
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/tiles/meta.json",
     .id = "tileMeta",
     .about = "What the tiles hold: sector codes by index, bounds, zooms",
     .gives = "TileMeta",
     .status = 200,
     .answer = get_meta},
    {.method = HF_HTTP_GET,
     .path = "/tiles/{z}/{x}/{y}",
     .id = "tile",
     .about =
         "A vector tile (y ends in .mvt) with the layer 'assets': k key, s sector index, n count",
     .params = tile_params,
     .gives_type = "application/vnd.mapbox-vector-tile",
     .status = 200,
     .problems = "404",
     .answer = get_tile},
};

static const char schemas[] =
    "\"TileMeta\":{\"type\":\"object\",\"required\":[\"sectors\",\"bounds\",\"minzoom\","
    "\"maxzoom\"],\"properties\":{\"sectors\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
    "\"bounds\":{\"type\":[\"array\",\"null\"],\"items\":{\"type\":\"number\"}},"
    "\"minzoom\":{\"type\":\"integer\"},\"maxzoom\":{\"type\":\"integer\"},"
    "\"data_version\":{\"type\":\"integer\"}}}";

const hf_resource hf_resource_tiles = {"tiles", routes, HF_COUNT(routes), schemas, NULL};
