// SPDX-License-Identifier: Apache-2.0
//
// Merkle trees of RFC 6962: the root of a growing list, proofs and their check.
#include "base/merkle.h"

#include <string.h>

static hf_sha256 node_of(const hf_sha256 *left, const hf_sha256 *right)
{
    char bytes[1 + 2 * sizeof(hf_sha256)] = {1};
    memcpy(bytes + 1, left, sizeof(*left));
    memcpy(bytes + 1 + sizeof(*left), right, sizeof(*right));
    return hf_sha256_of((hf_str){bytes, sizeof(bytes)});
}

hf_sha256 hf_merkle_leaf(hf_str data)
{
    // Leaves are nearly always hashes, and there are millions of them: no memory is taken for those.
    char small[1 + 2 * sizeof(hf_sha256)] = {0};
    if (data.len < sizeof(small)) {
        if (data.len > 0)
            memcpy(small + 1, data.ptr, data.len);
        return hf_sha256_of((hf_str){small, data.len + 1});
    }
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_sha256_stream *stream = hf_sha256_open(&arena);
    hf_sha256_add(stream, "", 1);
    hf_sha256_add(stream, data.ptr, data.len);
    return hf_sha256_close(stream);
}

void hf_merkle_add(hf_merkle *tree, const hf_sha256 *leaf)
{
    hf_sha256 node = *leaf;
    unsigned height = 0;
    HF_ASSERT(tree->size < UINT64_MAX);
    for (uint64_t left = tree->size; (left & 1) != 0; left >>= 1)
        node = node_of(&tree->peaks[height++], &node);
    tree->peaks[height] = node;
    tree->size++;
}

hf_sha256 hf_merkle_root(const hf_merkle *tree)
{
    hf_sha256 root = {0};
    bool is_begun = false;
    if (tree->size == 0)
        return hf_sha256_of(HF_STR_EMPTY);
    for (unsigned height = 0; height < 64; height++) {
        if ((tree->size >> height & 1) == 0)
            continue;
        root = is_begun ? node_of(&tree->peaks[height], &root) : tree->peaks[height];
        is_begun = true;
    }
    return root;
}

static hf_sha256 root_of(const hf_sha256 *leaves, uint64_t count)
{
    hf_merkle tree = {0};
    for (uint64_t i = 0; i < count; i++)
        hf_merkle_add(&tree, &leaves[i]);
    return hf_merkle_root(&tree);
}

// The largest power of two below size; size > 1.
static uint64_t split_of(uint64_t size)
{
    uint64_t split = 1;
    while (split < size - split)
        split *= 2;
    return split;
}

static void turn_round(hf_merkle_path *path)
{
    for (size_t i = 0, j = path->count; i + 1 < j; i++) {
        hf_sha256 kept = path->hashes[i];
        path->hashes[i] = path->hashes[--j];
        path->hashes[j] = kept;
    }
}

// Both proofs walk from the root down and are written from the leaf up.
void hf_merkle_prove(const hf_sha256 *leaves, uint64_t size, uint64_t index, hf_merkle_path *out)
{
    HF_ASSERT(index < size);
    out->count = 0;
    while (size > 1) {
        uint64_t split = split_of(size);
        if (index < split) {
            out->hashes[out->count++] = root_of(leaves + split, size - split);
            size = split;
        } else {
            out->hashes[out->count++] = root_of(leaves, split);
            leaves += split;
            index -= split;
            size -= split;
        }
    }
    turn_round(out);
}

void hf_merkle_prove_growth(const hf_sha256 *leaves, uint64_t size, uint64_t old_size,
                            hf_merkle_path *out)
{
    bool is_whole = true; // the subtree looked at is the old tree itself, which the reader knows
    HF_ASSERT(old_size > 0 && old_size <= size);
    out->count = 0;
    while (old_size < size) {
        uint64_t split = split_of(size);
        if (old_size <= split) {
            out->hashes[out->count++] = root_of(leaves + split, size - split);
            size = split;
        } else {
            out->hashes[out->count++] = root_of(leaves, split);
            leaves += split;
            old_size -= split;
            size -= split;
            is_whole = false;
        }
    }
    if (!is_whole)
        out->hashes[out->count++] = root_of(leaves, size);
    turn_round(out);
}

static bool is_same(const hf_sha256 *a, const hf_sha256 *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

bool hf_merkle_includes(const hf_sha256 *leaf, uint64_t index, uint64_t size,
                        const hf_merkle_path *path, const hf_sha256 *root)
{
    hf_sha256 node = *leaf;
    if (index >= size)
        return false;
    uint64_t at = index, last = size - 1;
    for (size_t i = 0; i < path->count; i++) {
        if (last == 0)
            return false;
        if ((at & 1) != 0 || at == last) {
            node = node_of(&path->hashes[i], &node);
            while ((at & 1) == 0 && at != 0) {
                at >>= 1;
                last >>= 1;
            }
        } else {
            node = node_of(&node, &path->hashes[i]);
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && is_same(&node, root);
}

bool hf_merkle_grew(uint64_t old_size, const hf_sha256 *old_root, uint64_t size,
                    const hf_sha256 *root, const hf_merkle_path *path)
{
    if (old_size == 0 || old_size > size)
        return false;
    if (old_size == size)
        return path->count == 0 && is_same(old_root, root);
    uint64_t at = old_size - 1, last = size - 1;
    size_t next = 0;
    while ((at & 1) != 0) {
        at >>= 1;
        last >>= 1;
    }
    // A full old tree is itself the first hash of the proof and is left out of it.
    bool is_full = (old_size & (old_size - 1)) == 0;
    if (!is_full && path->count == 0)
        return false;
    hf_sha256 node = is_full ? *old_root : path->hashes[next++];
    hf_sha256 old_node = node;
    for (; next < path->count; next++) {
        if (last == 0)
            return false;
        if ((at & 1) != 0 || at == last) {
            old_node = node_of(&path->hashes[next], &old_node);
            node = node_of(&path->hashes[next], &node);
            while ((at & 1) == 0 && at != 0) {
                at >>= 1;
                last >>= 1;
            }
        } else {
            node = node_of(&node, &path->hashes[next]);
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && is_same(&old_node, old_root) && is_same(&node, root);
}
