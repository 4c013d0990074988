// SPDX-License-Identifier: Apache-2.0
//
// Which keys were seen: a set of 128-bit hashes, 16 bytes a key at most 80 % full. Two different keys meet with
// a probability below 2^-80 in the largest import allowed. Private to format/.
#ifndef HF_FORMAT_KEY_SET_H
#define HF_FORMAT_KEY_SET_H

#include "base/str.h"

typedef struct {
    hf_arena arena;
    HF_U128 *slots;
    size_t count, capacity;
} hf_key_set;

// True when the key is new. `space` keeps the keys of different nouns apart.
bool hf_key_set_add(hf_key_set *set, uint64_t space, hf_str key);
void hf_key_set_done(hf_key_set *set);

#endif
