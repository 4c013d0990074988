// SPDX-License-Identifier: Apache-2.0
//
// Reads assets and dependencies into compact rows by several threads, each with its own connection: the rows of a
// noun are cut into pieces by their numbers, and the pieces come back in that order, whoever read them. Between
// plan_read.c and the store; nobody else includes it.
#ifndef HF_USECASE_PLAN_SCAN_H
#define HF_USECASE_PLAN_SCAN_H

#include "base/map.h"
#include "base/vec.h"
#include "engine/engine.h"
#include "store/store_bulk.h"

// Distinct texts (or bytes), numbered by first appearance.
typedef struct {
    hf_arena *arena;
    hf_map map;
    HF_VEC(hf_str) texts;
    uint32_t last; // rows that follow one another mostly say the same
} hf_words;
hf_words hf_words_of(hf_arena *arena);
uint32_t hf_words_add(hf_words *words, hf_str text);
// Number in `all` of each word of `part`; lives in the arena.
uint32_t *hf_words_merge(hf_words *all, const hf_words *part, hf_arena *arena);

// Names an asset or a dependency in the streams of chance: the first 8 bytes of SHA-256 of its key, big-endian.
uint64_t hf_stable_id(hf_str key);

typedef struct {
    hf_str key;  // in the piece's arena
    uint64_t id; // hf_stable_id of the key; 0 unless wants_chances
    int64_t row;
    int64_t people;
    double repair_h, black_start_h;
    float lon, lat;
    double damage_p;
    uint32_t sector, kind, service, region; // words of the piece; region 0 unless wants_chances
    uint8_t levels, repair_law;
} hf_asset_row;

// What a dependency demands; few differ. Compared as bytes: made by memset and assignment.
typedef struct {
    int64_t capacity, amount; // thousandths; amount of HF_NEED_AMOUNT
    double strength, buffer_h;
    uint8_t required_level; // 0 = full
    uint8_t recharge;       // hf_dependency_recharge
    uint8_t need;           // hf_need
} hf_terms;

typedef struct {
    uint32_t consumer, supplier; // indices of assets
    uint32_t input, terms;       // words of the piece
    uint64_t id;                 // as an asset's
} hf_member_row;

typedef struct {
    uint32_t supplier, consumer, input;
    bool is_two_way;
    double strength;
    uint64_t id; // as an asset's
} hf_link_row;

typedef struct {
    int64_t first_row, last_row;
    bool is_read;
    hf_arena arena;
    hf_words sectors, kinds, services, regions, inputs, terms, compartments;
    HF_VEC(hf_asset_row) assets;
    HF_VEC(hf_member_row) members;
    HF_VEC(hf_link_row) links;
    int32_t max_marking;
} hf_plan_piece;

typedef struct {
    hf_read *read;                // of the caller; decides the data version
    const uint32_t *index_of_row; // of assets, for dependencies
    int64_t asset_row_max;
    const _Atomic bool *stop; // NULL = never
    int64_t piece_rows;       // 0 = 131,072; tests cut smaller
    bool wants_chances; // also what only simulations need: ids, damage_p, repair laws, regions
    const hf_row_set *assets, *dependencies; // only these; NULL = all
} hf_plan_reading;

typedef struct {
    hf_plan_piece *list;
    size_t count;
} hf_plan_pieces;
// noun    hf_noun_asset or hf_noun_dependency
// out     pieces in row order; free them by hf_plan_pieces_done, also after a failure
// Errors  the store's; "dependency.need"; HF_ERR_STOPPED "question.stopped"
// Cost    about 0.5 µs a row and thread
bool hf_plan_scan(const hf_plan_reading *reading, const hf_noun *noun, hf_arena *arena,
                  hf_plan_pieces *out, hf_error *err) HF_CHECKED;
void hf_plan_pieces_done(hf_plan_pieces *pieces);

#endif
