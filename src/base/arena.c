// SPDX-License-Identifier: Apache-2.0
//
// Arenas: blocks of growing size from calloc for small pieces, one anonymous mapping each for large
// ones. Fresh memory of both kinds is zero, so handing out a piece never clears anything. Large
// pieces are their own mappings so that a growing array moves by page tables and gives its old room
// back.
#define _GNU_SOURCE // mremap, O_TMPFILE
#include "base/arena_file.h"
#include "base/arena_wipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    BLOCK_BYTES_FIRST = 1 << 16,
    BLOCK_BYTES_LAST = 1 << 22,
    LARGE_BYTES = 1 << 18,    // from here on a piece gets its own mapping
    HUGE_BYTES = 1 << 23,     // from here on huge pages are asked for; at most two are wasted
    HEADER_BYTES = 64,        // keeps pieces on a cache line
    FILE_UNIT_BYTES = 1 << 16 // of blocks in a file: a multiple of every page size
};

struct hf_arena_block {
    hf_arena_block *older;
    size_t bytes; // behind the header
    bool is_in_file;
};

struct hf_arena_file {
    int fd;
    _Atomic uint64_t bytes;
};

static HF_NORETURN void out_of_memory(size_t bytes)
{
    (void)fprintf(stderr, "holdfast: out of memory (%zu bytes wanted)\n", bytes);
    abort();
}

// ---- In a file ----

bool hf_arena_file_open(const char *folder, hf_arena_file **out, hf_error *err)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
        char name[4096];
        (void)snprintf(name, sizeof(name), "%s/.holdfast-XXXXXX", folder);
        fd = mkostemp(name, O_CLOEXEC);
        if (fd >= 0)
            (void)unlink(name);
    }
    if (fd < 0) {
        (void)hf_fail(err, HF_ERR_WRITE, "file.unwritable", "no file can be made there: %s",
                      strerror(errno));
        return hf_fail_at(err, folder, 0, NULL);
    }
    *out = calloc(1, sizeof(**out));
    HF_ASSERT(*out != NULL);
    (*out)->fd = fd;
    return true;
}

void hf_arena_file_close(hf_arena_file **file)
{
    if (*file == NULL)
        return;
    (void)close((*file)->fd);
    free(*file);
    *file = NULL;
}

uint64_t hf_arena_file_bytes(const hf_arena_file *file)
{
    return atomic_load(&file->bytes);
}

hf_arena hf_arena_in_file(hf_arena_file *file)
{
    return (hf_arena){.file = file};
}

hf_arena hf_arena_beside(const hf_arena *arena)
{
    return (hf_arena){.file = arena->file};
}

void hf_arena_leave_file(hf_arena *arena)
{
    arena->file = NULL;
}

// The room is taken on the disk first: a page that cannot be written out later would end the program without a word.
static hf_arena_block *map_in_file(hf_arena_file *file, size_t bytes)
{
    size_t whole = (bytes + HEADER_BYTES + FILE_UNIT_BYTES - 1) & ~(size_t)(FILE_UNIT_BYTES - 1);
    uint64_t at = atomic_fetch_add(&file->bytes, whole);
    if (posix_fallocate(file->fd, (off_t)at, (off_t)whole) != 0)
        out_of_memory(bytes);
    hf_arena_block *block =
        mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_SHARED, file->fd, (off_t)at);
    if (block == MAP_FAILED)
        out_of_memory(bytes);
    block->is_in_file = true;
    return block;
}

static void unmap(hf_arena_block *block)
{
    size_t whole = block->bytes + HEADER_BYTES;
    if (block->is_in_file) {
        whole = (whole + FILE_UNIT_BYTES - 1) & ~(size_t)(FILE_UNIT_BYTES - 1);
        (void)madvise(block, whole, MADV_REMOVE); // frees the disk, too
    }
    (void)munmap(block, whole);
}

// ---- Blocks ----

static char *data_of(hf_arena_block *block)
{
    return (char *)block + HEADER_BYTES;
}

static void *take_large(hf_arena *arena, size_t bytes)
{
    if (bytes > SIZE_MAX / 2)
        out_of_memory(bytes);
    hf_arena_block *block = arena->file != NULL
                                ? map_in_file(arena->file, bytes)
                                : mmap(NULL, bytes + HEADER_BYTES, PROT_READ | PROT_WRITE,
                                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED)
        out_of_memory(bytes);
    if (bytes >= HUGE_BYTES &&
        !block
             ->is_in_file) // advice only: random access over megabytes is bound by address look-ups
        (void)madvise(block, bytes + HEADER_BYTES, MADV_HUGEPAGE);
    block->older = arena->large;
    block->bytes = bytes;
    arena->large = block;
    arena->used_bytes += bytes;
    return data_of(block);
}

void *hf_arena_take_slow(hf_arena *arena, size_t bytes)
{
    if (bytes >= LARGE_BYTES)
        return take_large(arena, bytes);
    if (bytes == 0)
        bytes = 1;
    if (bytes > arena->left_bytes) {
        size_t size = arena->block == NULL ? BLOCK_BYTES_FIRST : arena->block->bytes * 2;
        if (size > BLOCK_BYTES_LAST)
            size = BLOCK_BYTES_LAST;
        while (size < bytes)
            size *= 2;
        hf_arena_block *block =
            arena->file != NULL ? map_in_file(arena->file, size) : calloc(1, size + HEADER_BYTES);
        if (block == NULL)
            out_of_memory(size);
        block->older = arena->block;
        block->bytes = size;
        arena->block = block;
        arena->next = data_of(block);
        arena->left_bytes = size;
    }
    return hf_arena_take(arena, bytes);
}

void *hf_arena_take_n(hf_arena *arena, size_t count, size_t size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes))
        out_of_memory(SIZE_MAX);
    return hf_arena_take(arena, bytes);
}

void *hf_arena_take_aligned(hf_arena *arena, size_t bytes, size_t alignment)
{
    HF_ASSERT(alignment != 0 && (alignment & (alignment - 1)) == 0);
    if (alignment <= 16)
        return hf_arena_take(arena, bytes);
    if (bytes > SIZE_MAX / 2)
        out_of_memory(bytes);
    char *piece = hf_arena_take(arena, bytes + alignment);
    return piece + (alignment - ((uintptr_t)piece & (alignment - 1)));
}

// Moves the mapping of a large piece. NULL when `old` is not one, or lies in a file, where others lie behind it.
static void *grow_large(hf_arena *arena, void *old, size_t new_bytes)
{
    for (hf_arena_block **link = &arena->large; *link != NULL; link = &(*link)->older) {
        if (data_of(*link) != (char *)old || (*link)->is_in_file)
            continue;
        hf_arena_block *block =
            mremap(*link, (*link)->bytes + HEADER_BYTES, new_bytes + HEADER_BYTES, MREMAP_MAYMOVE);
        if (block == MAP_FAILED)
            out_of_memory(new_bytes);
        arena->used_bytes += new_bytes - block->bytes;
        block->bytes = new_bytes;
        *link = block;
        return data_of(block);
    }
    return NULL;
}

void *hf_arena_grow(hf_arena *arena, void *old, size_t old_bytes, size_t new_bytes)
{
    HF_ASSERT(new_bytes >= old_bytes && new_bytes < SIZE_MAX / 2);
    if (old == NULL || old_bytes == 0)
        return hf_arena_take(arena, new_bytes);
    size_t old_rounded = (old_bytes + 15) & ~(size_t)15;
    size_t more = ((new_bytes + 15) & ~(size_t)15) - old_rounded;
    if (arena->next != NULL && (char *)old + old_rounded == arena->next &&
        more <= arena->left_bytes) {
        arena->next += more;
        arena->left_bytes -= more;
        arena->used_bytes += more;
        return old;
    }
    if (old_bytes >= LARGE_BYTES) {
        void *moved = grow_large(arena, old, new_bytes);
        if (moved != NULL)
            return moved;
    }
    void *copy = hf_arena_take(arena, new_bytes);
    memcpy(copy, old, old_bytes);
    hf_arena_give_back(arena, old, old_bytes);
    return copy;
}

void hf_arena_give_back(hf_arena *arena, void *piece, size_t bytes)
{
    if (piece == NULL || bytes < LARGE_BYTES)
        return;
    for (hf_arena_block **link = &arena->large; *link != NULL; link = &(*link)->older) {
        if (data_of(*link) != (char *)piece)
            continue;
        hf_arena_block *block = *link;
        *link = block->older;
        unmap(block);
        return;
    }
}

static void free_large(hf_arena *arena)
{
    while (arena->large != NULL) {
        hf_arena_block *older = arena->large->older;
        unmap(arena->large);
        arena->large = older;
    }
}

static void free_blocks(hf_arena_block *block)
{
    while (block != NULL) {
        hf_arena_block *older = block->older;
        if (block->is_in_file)
            unmap(block);
        else
            free(block);
        block = older;
    }
}

// What is unmapped, the system clears before anybody else gets it.
void hf_arena_wipe(hf_arena *arena)
{
    for (hf_arena_block *b = arena->block; b != NULL; b = b->older)
        explicit_bzero(data_of(b), b->bytes);
}

size_t hf_arena_held_bytes(const hf_arena *arena)
{
    size_t bytes = 0;
    for (const hf_arena_block *b = arena->block; b != NULL; b = b->older)
        bytes += b->bytes + HEADER_BYTES;
    for (const hf_arena_block *b = arena->large; b != NULL; b = b->older)
        bytes += b->bytes + HEADER_BYTES;
    return bytes;
}

void hf_arena_done(hf_arena *arena)
{
    free_large(arena);
    free_blocks(arena->block);
    *arena = (hf_arena){0};
}

void hf_arena_reset(hf_arena *arena)
{
    free_large(arena);
    arena->used_bytes = 0;
    if (arena->block == NULL)
        return;
    free_blocks(arena->block->older);
    arena->block->older = NULL;
    memset(data_of(arena->block), 0, arena->block->bytes - arena->left_bytes);
    arena->next = data_of(arena->block);
    arena->left_bytes = arena->block->bytes;
}
