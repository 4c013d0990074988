// SPDX-License-Identifier: Apache-2.0
//
// The hash map: a table of (hash, entry number) pairs in front of entries in order of arrival. A
// register has millions of keys, so a slot is 8 bytes and growing the table never looks at a key
// again.
#include "base/map.h"

#include <string.h>

struct hf_map_slot {
    uint32_t hash;
    uint32_t entry; // index + 1; 0 = free
};

struct hf_map_entry {
    union {
        const char *text;
        uint64_t number;
    } key;
    uint32_t len;
    uint32_t value;
};

enum { CAPACITY_FIRST = 16 };

static uint32_t hash_of_number(uint64_t key)
{
    key ^= key >> 32;
    key *= 0xD6E8FEB86659FD93u;
    key ^= key >> 32;
    key *= 0xD6E8FEB86659FD93u;
    return (uint32_t)(key >> 32);
}

static uint32_t hash_of_text(hf_str key)
{
    return (uint32_t)(hf_str_hash(key) >> 32);
}

// Three quarters full is the most.
static size_t room_of(size_t capacity)
{
    return capacity / 4 * 3;
}

static void place(hf_map_slot *slots, size_t capacity, uint32_t hash, uint32_t entry)
{
    size_t at = hash & (capacity - 1);
    while (slots[at].entry != 0)
        at = (at + 1) & (capacity - 1);
    slots[at] = (hf_map_slot){hash, entry};
}

static void grow_to(hf_map *map, size_t capacity)
{
    HF_ASSERT(map->arena != NULL && capacity <= ((size_t)1 << 32));
    hf_map_slot *slots = HF_NEW_N(map->arena, hf_map_slot, capacity);
    for (size_t i = 0; i < map->capacity; i++) {
        if (map->slots[i].entry != 0)
            place(slots, capacity, map->slots[i].hash, map->slots[i].entry);
    }
    hf_arena_give_back(map->arena, map->slots, map->capacity * sizeof *slots);
    map->entries =
        hf_arena_grow(map->arena, map->entries, room_of(map->capacity) * sizeof *map->entries,
                      room_of(capacity) * sizeof *map->entries);
    map->slots = slots;
    map->capacity = capacity;
}

hf_map hf_map_of(hf_arena *arena, size_t expected_count)
{
    hf_map map = {.arena = arena};
    size_t capacity = CAPACITY_FIRST;
    while (room_of(capacity) < expected_count)
        capacity *= 2;
    if (expected_count > 0)
        grow_to(&map, capacity);
    return map;
}

static hf_map_entry *find_text(const hf_map *map, hf_str key, uint32_t hash)
{
    if (map->capacity == 0)
        return NULL;
    size_t mask = map->capacity - 1;
    for (size_t at = hash & mask; map->slots[at].entry != 0; at = (at + 1) & mask) {
        if (map->slots[at].hash != hash)
            continue;
        hf_map_entry *entry = &map->entries[map->slots[at].entry - 1];
        if (entry->len == key.len &&
            (key.len == 0 || memcmp(entry->key.text, key.ptr, key.len) == 0))
            return entry;
    }
    return NULL;
}

static hf_map_entry *find_number(const hf_map *map, uint64_t key, uint32_t hash)
{
    if (map->capacity == 0)
        return NULL;
    size_t mask = map->capacity - 1;
    for (size_t at = hash & mask; map->slots[at].entry != 0; at = (at + 1) & mask) {
        hf_map_entry *entry = &map->entries[map->slots[at].entry - 1];
        if (map->slots[at].hash == hash && entry->key.number == key)
            return entry;
    }
    return NULL;
}

static void append(hf_map *map, hf_map_entry entry, uint32_t hash)
{
    if (map->count >= room_of(map->capacity))
        grow_to(map, map->capacity == 0 ? CAPACITY_FIRST : map->capacity * 2);
    HF_ASSERT(map->count < UINT32_MAX);
    map->entries[map->count++] = entry;
    place(map->slots, map->capacity, hash, (uint32_t)map->count);
}

bool hf_map_add(hf_map *map, hf_str key, uint32_t value, uint32_t *value_out)
{
    HF_ASSERT(key.len <= UINT32_MAX);
    uint32_t hash = hash_of_text(key);
    const hf_map_entry *found = find_text(map, key, hash);
    if (value_out != NULL)
        *value_out = found != NULL ? found->value : value;
    if (found != NULL)
        return false;
    append(map, (hf_map_entry){.key.text = key.ptr, .len = (uint32_t)key.len, .value = value},
           hash);
    return true;
}

void hf_map_set(hf_map *map, hf_str key, uint32_t value)
{
    HF_ASSERT(key.len <= UINT32_MAX);
    uint32_t hash = hash_of_text(key);
    hf_map_entry *found = find_text(map, key, hash);
    if (found != NULL) {
        found->value = value;
        return;
    }
    append(map, (hf_map_entry){.key.text = key.ptr, .len = (uint32_t)key.len, .value = value},
           hash);
}

bool hf_map_get(const hf_map *map, hf_str key, uint32_t *value)
{
    const hf_map_entry *found = find_text(map, key, hash_of_text(key));
    if (found == NULL)
        return false;
    *value = found->value;
    return true;
}

bool hf_map_add_u64(hf_map *map, uint64_t key, uint32_t value, uint32_t *value_out)
{
    uint32_t hash = hash_of_number(key);
    const hf_map_entry *found = find_number(map, key, hash);
    if (value_out != NULL)
        *value_out = found != NULL ? found->value : value;
    if (found != NULL)
        return false;
    append(map, (hf_map_entry){.key.number = key, .value = value}, hash);
    return true;
}

bool hf_map_get_u64(const hf_map *map, uint64_t key, uint32_t *value)
{
    const hf_map_entry *found = find_number(map, key, hash_of_number(key));
    if (found == NULL)
        return false;
    *value = found->value;
    return true;
}
