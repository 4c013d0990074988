// SPDX-License-Identifier: Apache-2.0
//
// Text or number → uint32_t, in an arena. Keys are borrowed: their bytes must live as long as the
// map. Open addressing; no removal. `hf_map map = {.arena = arena};` is an empty one, too.
#ifndef HF_BASE_MAP_H
#define HF_BASE_MAP_H

#include "base/str.h"

typedef struct hf_map_slot hf_map_slot;
typedef struct hf_map_entry hf_map_entry;
typedef struct {
    hf_arena *arena;
    hf_map_slot *slots;
    hf_map_entry *entries; // in order of arrival
    size_t count;
    size_t capacity; // a power of two, or 0
} hf_map;

hf_map hf_map_of(hf_arena *arena, size_t expected_count);
// Adds key → value unless the key is there. Returns true when added; *value_out (may be NULL) is
// what is there now.
bool hf_map_add(hf_map *map, hf_str key, uint32_t value, uint32_t *value_out);
void hf_map_set(hf_map *map, hf_str key, uint32_t value);
bool hf_map_get(const hf_map *map, hf_str key, uint32_t *value);
// The same with a 64-bit number as key; a map holds texts or numbers, never both.
bool hf_map_add_u64(hf_map *map, uint64_t key, uint32_t value, uint32_t *value_out);
bool hf_map_get_u64(const hf_map *map, uint64_t key, uint32_t *value);

#endif
