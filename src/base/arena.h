// SPDX-License-Identifier: Apache-2.0
//
// Memory that dies together. Three lifetimes use it: process, job, request. An arena is
// zero-initialised
// (`hf_arena scratch = {0};`), grows by blocks, and is emptied by hf_arena_done, which HF_CLEANUP
// can call. Out of memory aborts: everything that comes from outside is bounded before it gets here
// (limits.h). Not thread-safe: one arena, one thread.
#ifndef HF_BASE_ARENA_H
#define HF_BASE_ARENA_H

#include "base/macro.h"

typedef struct hf_arena_block hf_arena_block;
typedef struct hf_arena_file hf_arena_file; // arena_file.h
typedef struct {
    hf_arena_block *block; // newest ordinary block
    hf_arena_block *large; // blocks with one piece each
    char *next;            // free and zeroed bytes of the newest block
    size_t left_bytes;
    size_t used_bytes;   // handed out over the arena's life
    hf_arena_file *file; // where new blocks lie; NULL = memory, as a rule
} hf_arena;

// Memory of `bytes` bytes, zeroed, aligned to 16. bytes 0 gives a valid pointer.
static inline void *hf_arena_take(hf_arena *arena, size_t bytes);
// The same for count × size, with the multiplication checked; and with an alignment (a power of
// two).
void *hf_arena_take_n(hf_arena *arena, size_t count, size_t size);
void *hf_arena_take_aligned(hf_arena *arena, size_t bytes, size_t alignment);
// Grows the last piece in place when it can, else copies. old may be NULL with old_bytes 0. New
// bytes are zero.
void *hf_arena_grow(hf_arena *arena, void *old, size_t old_bytes, size_t new_bytes);
// Returns a piece early when it is large enough to be worth it (its own mapping), else does
// nothing.
void hf_arena_give_back(hf_arena *arena, void *piece, size_t bytes);
// Frees everything. The arena may be used again. Accepts an arena that was never used.
void hf_arena_done(hf_arena *arena);
// What it has from the system: what was handed out, and what is left of its blocks.
size_t hf_arena_held_bytes(const hf_arena *arena);
// Empties the arena but keeps its newest block, for loops that reuse scratch space.
void hf_arena_reset(hf_arena *arena);

void *hf_arena_take_slow(hf_arena *arena, size_t bytes); // of hf_arena_take only

static inline void *hf_arena_take(hf_arena *arena, size_t bytes)
{
    // left_bytes is a multiple of 16, so what fits unrounded fits rounded; 0 bytes wrap and go the
    // slow way.
    if (bytes - 1 >= arena->left_bytes)
        return hf_arena_take_slow(arena, bytes);
    size_t rounded = (bytes + 15) & ~(size_t)15;
    char *piece = arena->next;
    arena->next += rounded;
    arena->left_bytes -= rounded;
    arena->used_bytes += rounded;
    return piece;
}

#define HF_NEW(arena, type)          ((type *)hf_arena_take((arena), sizeof(type)))
#define HF_NEW_N(arena, type, count) ((type *)hf_arena_take_n((arena), (count), sizeof(type)))

#endif
