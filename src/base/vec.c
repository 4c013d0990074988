// SPDX-License-Identifier: Apache-2.0
//
// The growing array behind HF_VEC.
#include "base/vec.h"

void *hf_vec_grow(hf_arena *arena, void *items, size_t *capacity, size_t item_bytes)
{
    size_t old = *capacity;
    size_t wanted = old < 8 ? 8 : old + old / 2;
    HF_ASSERT(wanted <= SIZE_MAX / 2 / item_bytes);
    *capacity = wanted;
    return hf_arena_grow(arena, items, old * item_bytes, wanted * item_bytes);
}
