// SPDX-License-Identifier: Apache-2.0
//
// Merkle trees over a list that only grows, with the hashes of RFC 6962, section 2.1 (RFC 9162 has the same):
// a leaf is SHA-256(0x00 ‖ data), a node SHA-256(0x01 ‖ left ‖ right), so that neither can pass for the other.
#ifndef HF_BASE_MERKLE_H
#define HF_BASE_MERKLE_H

#include "base/crypto.h"

enum { HF_MERKLE_PATH_MAX = 65 }; // hashes of the longest proof, for 2^64 leaves

// A tree that is being read: only the roots of its full subtrees are kept. Zero-initialise.
typedef struct {
    uint64_t size;
    hf_sha256 peaks[64]; // peaks[h] is set where bit h of size is
} hf_merkle;

typedef struct {
    hf_sha256 hashes[HF_MERKLE_PATH_MAX];
    size_t count;
} hf_merkle_path;

hf_sha256 hf_merkle_leaf(hf_str data);
void hf_merkle_add(hf_merkle *tree, const hf_sha256 *leaf);
// Of no leaves: SHA-256 of nothing.
hf_sha256 hf_merkle_root(const hf_merkle *tree);

// The proof that leaf `index` (from 0) is in the tree of the first `size` leaves (RFC 9162, 2.1.3.1).
// leaves  at least size leaf hashes; index < size.  Cost: O(size) hashes
void hf_merkle_prove(const hf_sha256 *leaves, uint64_t size, uint64_t index, hf_merkle_path *out);
// The proof that the tree of `old_size` leaves is the beginning of the one of `size` (RFC 9162, 2.1.4.1).
// 1 <= old_size <= size.  Cost: O(size) hashes
void hf_merkle_prove_growth(const hf_sha256 *leaves, uint64_t size, uint64_t old_size,
                            hf_merkle_path *out);

// Do the proofs hold? For any values from outside; RFC 9162, 2.1.3.2 and 2.1.4.2.
bool hf_merkle_includes(const hf_sha256 *leaf, uint64_t index, uint64_t size,
                        const hf_merkle_path *path, const hf_sha256 *root);
bool hf_merkle_grew(uint64_t old_size, const hf_sha256 *old_root, uint64_t size,
                    const hf_sha256 *root, const hf_merkle_path *path);

#endif
