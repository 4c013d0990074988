// SPDX-License-Identifier: Apache-2.0
//
// Parallel reading of the register for plan_read.c. See plan_scan.h.
#include "usecase/plan_scan.h"

#include <stdatomic.h>
#include <string.h>

#include "base/arena_file.h"
#include "base/crypto.h"
#include "model/asset.h"
#include "model/dependency.h"

enum {
    THREADS_MAX = 4,       // each reads by a connection of its own; more only wait for memory
    PIECE_ROWS = 1 << 17,  // of a large noun
    STOP_EVERY_ROWS = 4096 // how often a reader looks whether it shall stop
};

// --- words -----------------------------------------------------------------------------------------------

hf_words hf_words_of(hf_arena *arena)
{
    return (hf_words){.arena = arena, .map = hf_map_of(arena, 64)};
}

uint32_t hf_words_add(hf_words *words, hf_str text)
{
    uint32_t index = (uint32_t)words->texts.count;
    if (words->last < index && hf_str_equal(words->texts.items[words->last], text))
        return words->last;
    if (!hf_map_get(&words->map, text, &index)) {
        hf_str copy = hf_str_copy(words->arena, text);
        HF_VEC_ADD(words->arena, &words->texts, copy);
        hf_map_set(&words->map, copy, index);
    }
    words->last = index;
    return index;
}

uint32_t *hf_words_merge(hf_words *all, const hf_words *part, hf_arena *arena)
{
    uint32_t *numbers = HF_NEW_N(arena, uint32_t, part->texts.count);
    for (size_t i = 0; i < part->texts.count; i++)
        numbers[i] = hf_words_add(all, part->texts.items[i]);
    return numbers;
}

uint64_t hf_stable_id(hf_str key)
{
    hf_sha256 hash = hf_sha256_of(key);
    uint64_t id = 0;
    for (size_t i = 0; i < 8; i++)
        id = id << 8 | hash.bytes[i];
    return id;
}

// --- one piece -------------------------------------------------------------------------------------------

// "EN01" belongs to sector "EN"; a code of another shape is a sector of its own.
static hf_str sector_of(hf_str code)
{
    bool has_subsector = code.len == 4 && code.ptr[2] >= '0' && code.ptr[2] <= '9' &&
                         code.ptr[3] >= '0' && code.ptr[3] <= '9';
    return has_subsector ? hf_str_slice(code, 0, 2) : code;
}

static void note_protection(hf_plan_piece *piece, const hf_plan_protection *protection)
{
    if (protection->marking > piece->max_marking)
        piece->max_marking = protection->marking;
    if (protection->compartments.len > 0)
        (void)hf_words_add(&piece->compartments, protection->compartments);
}

static bool is_stopped(const hf_plan_reading *reading, size_t row_count, hf_error *err)
{
    if (reading->stop == NULL || row_count % STOP_EVERY_ROWS != 0 || !atomic_load(reading->stop))
        return false;
    (void)hf_fail(err, HF_ERR_STOPPED, "question.stopped", "reading the register was stopped");
    return true;
}

// What is not among them is as if it were not there.
static bool is_wanted(const hf_row_set *rows, int64_t row)
{
    return rows == NULL || hf_row_set_has(rows, row);
}

static bool open_piece(const hf_plan_reading *reading, hf_read *read, const hf_noun *noun,
                       const hf_plan_piece *piece, hf_scan **scan, hf_error *err)
{
    return reading->wants_chances
               ? hf_scan_open_chances(read, noun, piece->first_row, piece->last_row, scan, err)
               : hf_scan_open_plan(read, noun, piece->first_row, piece->last_row, scan, err);
}

static bool read_assets(const hf_plan_reading *reading, hf_read *read, hf_plan_piece *piece,
                        hf_error *err)
{
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    hf_plan_asset record;
    bool more = true;
    if (!open_piece(reading, read, &hf_noun_asset, piece, &scan, err))
        return false;
    for (size_t count = 0;; count++) {
        if (is_stopped(reading, count, err) || !hf_scan_next_asset(scan, &record, &more, err))
            return false;
        if (!more)
            return true;
        if (!is_wanted(reading->assets, record.row))
            continue;
        note_protection(piece, &record.protection);
        hf_asset_row row = {.key = hf_str_copy(&piece->arena, record.key),
                            .id = reading->wants_chances ? hf_stable_id(record.key) : 0,
                            .row = record.row,
                            .people = record.people_served,
                            .repair_h = record.repair_h,
                            .black_start_h = record.black_start_h,
                            .lon = (float)record.lon,
                            .lat = (float)record.lat,
                            .sector = hf_words_add(&piece->sectors, sector_of(record.sector)),
                            .kind = hf_words_add(&piece->kinds, record.kind),
                            .service = hf_words_add(&piece->services, record.service),
                            .region = hf_words_add(&piece->regions, record.region),
                            .damage_p = record.damage_p,
                            .levels = (uint8_t)record.levels,
                            .repair_law = (uint8_t)record.repair_law};
        HF_VEC_ADD(&piece->arena, &piece->assets, row);
    }
}

static uint32_t index_of(const hf_plan_reading *reading, int64_t row)
{
    HF_ASSERT(row > 0 && row <= reading->asset_row_max &&
              reading->index_of_row[row] != HF_NO_INDEX);
    return reading->index_of_row[row];
}

static int64_t thousandths(double value)
{
    return (int64_t)(value * 1000.0 + 0.5);
}

static bool terms_of(const hf_plan_dependency *record, hf_terms *out, hf_error *err)
{
    hf_dependency whole = {.need = record->need};
    hf_need need = HF_NEED_NO_OPINION;
    memset(out, 0, sizeof(*out));
    if (!hf_dependency_need(&whole, &need, &out->amount, err))
        return false;
    out->capacity = thousandths(record->capacity);
    out->strength = record->strength;
    out->buffer_h = record->buffer_h;
    out->need = (uint8_t)need;
    out->recharge = (uint8_t)record->recharge;
    if (record->required_level != HF_INTEGER_NONE)
        out->required_level = (uint8_t)record->required_level;
    return true;
}

static bool add_dependency(const hf_plan_reading *reading, hf_plan_piece *piece,
                           const hf_plan_dependency *record, hf_error *err)
{
    uint32_t supplier = index_of(reading, record->supplier);
    uint32_t consumer = index_of(reading, record->consumer);
    uint32_t input = hf_words_add(&piece->inputs, record->input);
    uint64_t id = reading->wants_chances ? hf_stable_id(record->key) : 0;
    if (record->type == HF_DEPENDENCY_LINK || record->type == HF_DEPENDENCY_LINK_ONEWAY) {
        bool is_two_way = record->type == HF_DEPENDENCY_LINK;
        hf_link_row link = {supplier, consumer, input, is_two_way, record->strength, id};
        HF_VEC_ADD(&piece->arena, &piece->links, link);
        return true;
    }
    hf_terms terms;
    if (!terms_of(record, &terms, err))
        return false;
    hf_str bytes = {(const char *)&terms, sizeof(terms)};
    hf_member_row row = {consumer, supplier, input, hf_words_add(&piece->terms, bytes), id};
    HF_VEC_ADD(&piece->arena, &piece->members, row);
    return true;
}

static bool read_dependencies(const hf_plan_reading *reading, hf_read *read, hf_plan_piece *piece,
                              hf_error *err)
{
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    hf_plan_dependency record;
    bool more = true;
    if (!open_piece(reading, read, &hf_noun_dependency, piece, &scan, err))
        return false;
    for (size_t count = 0;; count++) {
        if (is_stopped(reading, count, err) || !hf_scan_next_dependency(scan, &record, &more, err))
            return false;
        if (!more)
            return true;
        if (!is_wanted(reading->dependencies, record.row))
            continue;
        note_protection(piece, &record.protection);
        if (record.state == HF_STATE_ACCEPTED && !add_dependency(reading, piece, &record, err))
            return false;
    }
}

// --- all pieces ------------------------------------------------------------------------------------------

typedef struct {
    const hf_plan_reading *reading;
    bool (*read_piece)(const hf_plan_reading *reading, hf_read *read, hf_plan_piece *piece,
                       hf_error *err);
    hf_plan_pieces pieces;
    hf_read *reads[THREADS_MAX]; // by worker; the first is the caller's
    bool is_idle[THREADS_MAX];   // has found no view of the same data version
    hf_error *faults;            // by piece
} crew;

// A view of the same state of the register, if there still is one.
static hf_read *read_of(crew *all, uint32_t worker)
{
    hf_error ignored = {0};
    if (all->reads[worker] != NULL || all->is_idle[worker])
        return all->reads[worker];
    hf_read *read = NULL;
    bool is_open = hf_read_begin(hf_read_store(all->reading->read), &read, &ignored);
    if (is_open && hf_read_data_version(read) != hf_read_data_version(all->reading->read))
        hf_read_end(&read);
    all->is_idle[worker] = read == NULL;
    all->reads[worker] = read;
    return read;
}

static void read_one(void *context, uint64_t index, uint32_t worker)
{
    crew *all = context;
    hf_plan_piece *piece = &all->pieces.list[index];
    hf_read *read = read_of(all, worker);
    if (read != NULL)
        piece->is_read = all->read_piece(all->reading, read, piece, &all->faults[index]);
}

static void read_together(crew *all)
{
    hf_pool *pool = hf_pool_open(THREADS_MAX);
    hf_pool_run(pool, all->pieces.count, read_one, all);
    hf_pool_close(&pool);
    for (size_t i = 1; i < THREADS_MAX; i++)
        hf_read_end(&all->reads[i]);
}

static void cut(crew *all, int64_t row_max, hf_arena *arena)
{
    int64_t rows = all->reading->piece_rows > 0 ? all->reading->piece_rows : PIECE_ROWS;
    size_t count = (size_t)(row_max / rows) + 1;
    all->pieces = (hf_plan_pieces){HF_NEW_N(arena, hf_plan_piece, count), count};
    all->faults = HF_NEW_N(arena, hf_error, count);
    for (size_t i = 0; i < count; i++) {
        hf_plan_piece *piece = &all->pieces.list[i];
        hf_words *const words[] = {&piece->sectors,     &piece->kinds,  &piece->services,
                                   &piece->regions,     &piece->inputs, &piece->terms,
                                   &piece->compartments};
        piece->arena = hf_arena_beside(arena);
        piece->first_row = (int64_t)i * rows + 1;
        piece->last_row = (int64_t)(i + 1) * rows;
        for (size_t k = 0; k < HF_COUNT(words); k++)
            *words[k] = hf_words_of(&piece->arena);
    }
}

bool hf_plan_scan(const hf_plan_reading *reading, const hf_noun *noun, hf_arena *arena,
                  hf_plan_pieces *out, hf_error *err)
{
    crew all = {.reading = reading,
                .read_piece = noun == &hf_noun_asset ? read_assets : read_dependencies,
                .reads = {reading->read}};
    cut(&all, hf_read_row_max(reading->read, noun), arena);
    *out = all.pieces;
    if (all.pieces.count > 1)
        read_together(&all);
    for (size_t i = 0; i < all.pieces.count; i++) {
        if (all.faults[i].code != NULL) {
            *err = all.faults[i];
            return false;
        }
        // Left over when the register moved on between two views.
        hf_plan_piece *piece = &all.pieces.list[i];
        if (!piece->is_read && !all.read_piece(reading, reading->read, piece, err))
            return false;
    }
    return true;
}

void hf_plan_pieces_done(hf_plan_pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++)
        hf_arena_done(&pieces->list[i].arena);
    *pieces = (hf_plan_pieces){0};
}
