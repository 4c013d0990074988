// SPDX-License-Identifier: Apache-2.0
//
// A growing array inside an arena, for any type: `typedef HF_VEC(hf_str) hf_strs;`. Zero-initialised is empty.
// Items may move when it grows; take no pointers into it before it is complete.
#ifndef HF_BASE_VEC_H
#define HF_BASE_VEC_H

#include "base/arena.h"

#define HF_VEC(type)                                                                               \
    struct {                                                                                       \
        type *items;                                                                               \
        size_t count;                                                                              \
        size_t capacity;                                                                           \
    }

// Adds one item (by value).
#define HF_VEC_ADD(arena, vec, item)                                                               \
    ((vec)->count == (vec)->capacity                                                               \
         ? (void)((vec)->items = hf_vec_grow((arena), (vec)->items, &(vec)->capacity,              \
                                             sizeof((vec)->items[0])))                             \
         : (void)0,                                                                                \
     (void)((vec)->items[(vec)->count++] = (item)))

void *hf_vec_grow(hf_arena *arena, void *items, size_t *capacity, size_t item_bytes);

#endif
