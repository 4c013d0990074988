// SPDX-License-Identifier: Apache-2.0
//
// Open addressing with linear probing over 128-bit hashes; zero marks an empty slot.
#include "format/key_set.h"

#include <string.h>

static uint64_t mix(uint64_t a, uint64_t b)
{
    HF_U128 product = (HF_U128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static HF_U128 hash_of(uint64_t space, hf_str key)
{
    uint64_t low = 0x9e3779b97f4a7c15u ^ space, high = 0xc2b2ae3d27d4eb4fu + key.len;
    for (size_t at = 0; at < key.len; at += 16) {
        uint64_t words[2] = {0, 0};
        size_t left = key.len - at;
        memcpy(words, key.ptr + at, left < 16 ? left : 16);
        low = mix(low ^ words[0], words[1] ^ 0xe7037ed1a0b428dbu);
        high = mix(high ^ words[1], words[0] ^ 0x8ebc6af09c88c6e3u) + low;
    }
    low = mix(low ^ 0x589965cc75374cc3u, high ^ 0x1d8e4e27c47d124fu);
    high = mix(high + 0xa0761d6478bd642fu, low ^ 0x2d358dccaa6c78a5u);
    HF_U128 hash = ((HF_U128)high << 64) | low;
    return hash == 0 ? 1 : hash;
}

static bool place(HF_U128 *slots, size_t capacity, HF_U128 hash)
{
    size_t at = (size_t)(uint64_t)(((HF_U128)(uint64_t)hash * capacity) >> 64);
    while (slots[at] != 0) {
        if (slots[at] == hash)
            return false;
        at = at + 1 == capacity ? 0 : at + 1;
    }
    slots[at] = hash;
    return true;
}

static void grow(hf_key_set *set)
{
    hf_arena arena = {0};
    size_t capacity = set->capacity == 0 ? 1024 : set->capacity + set->capacity / 2;
    HF_U128 *slots = HF_NEW_N(&arena, HF_U128, capacity);
    for (size_t i = 0; i < set->capacity; i++)
        if (set->slots[i] != 0)
            (void)place(slots, capacity, set->slots[i]);
    hf_arena_done(&set->arena);
    set->arena = arena;
    set->slots = slots;
    set->capacity = capacity;
}

bool hf_key_set_add(hf_key_set *set, uint64_t space, hf_str key)
{
    if (set->count * 5 >= set->capacity * 4)
        grow(set);
    if (!place(set->slots, set->capacity, hash_of(space, key)))
        return false;
    set->count++;
    return true;
}

void hf_key_set_done(hf_key_set *set)
{
    hf_arena_done(&set->arena);
    *set = (hf_key_set){0};
}
