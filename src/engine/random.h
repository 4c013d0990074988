// SPDX-License-Identifier: Apache-2.0
//
// Inside the engine: random bits without state. W(seed, stream, key, word, digit, step) is a 64-bit
// word; bit s mod 64 of word floor(s / 64) belongs to trial s. How the six numbers are packed into
// key and counter of each generator stands in docs/reference/randomness.md, with test vectors, and
// never changes under the same generator name.
#ifndef HF_ENGINE_RANDOM_H
#define HF_ENGINE_RANDOM_H

#include "engine/simulate.h"

// What a draw is for. The numbers are part of the packing.
typedef enum {
    HF_STREAM_DAMAGE = 1,     // key: asset; step of the shock
    HF_STREAM_LINK = 2,       // key: dependency
    HF_STREAM_LAYER_LINK = 3, // key: network link
    HF_STREAM_REPAIR = 4,     // key: asset; step
    HF_STREAM_CLASS = 5,      // key 0; `word` is the trial itself
} hf_stream;

enum { HF_ARS_ROUNDS = 5, HF_LINE_WORDS = 8 };

// All that is the same for one (seed, stream, step). Read-only once made.
typedef struct hf_random hf_random;
struct hf_random {
    uint64_t round_key[HF_ARS_ROUNDS + 1][2]; // Philox: its 64-bit key stands in [0][0]
    void (*line)(const hf_random *random, uint64_t key, uint64_t block, uint32_t digit,
                 uint64_t out[HF_LINE_WORDS]);
    void (*pair)(const hf_random *random, uint64_t key, uint64_t pair, uint32_t digit,
                 uint64_t out[2]);
};

// Source  Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3": ARS-5
//         (section 4.1.2) and Philox4x32-10 (section 4.2)
hf_random hf_random_of(hf_generator generator, uint64_t seed, hf_stream stream, uint32_t step);

// W for the eight words of a canonical block at once: words 8 · block to 8 · block + 7.
//
// block, digit  block < 2^54, digit < 256
static inline void hf_random_line(const hf_random *random, uint64_t key, uint64_t block,
                                  uint32_t digit, uint64_t out[HF_LINE_WORDS])
{
    random->line(random, key, block, digit, out);
}

// W for one word. One call of a generator makes two neighbouring words.
static inline uint64_t hf_random_word(const hf_random *random, uint64_t key, uint64_t word,
                                      uint32_t digit)
{
    uint64_t pair[2];
    random->pair(random, key, word >> 1, digit, pair);
    return pair[word & 1];
}

// The counter of a pair of words: low half the key, high half this.
static inline uint64_t hf_random_counter(uint64_t pair, uint32_t digit)
{
    return (uint64_t)digit << 56 | pair;
}

// ---- For tests and for kernel/: the ways to compute the same bits ----

typedef struct {
    const char *name;
    void (*line)(const hf_random *random, uint64_t key, uint64_t block, uint32_t digit,
                 uint64_t out[HF_LINE_WORDS]);
    void (*pair)(const hf_random *random, uint64_t key, uint64_t pair, uint32_t digit,
                 uint64_t out[2]);
} hf_ars_way;

// The ways of this machine, best first; the last one is plain C.
uint32_t hf_ars_ways(hf_ars_way ways[4]);
void hf_random_use(hf_random *random, const hf_ars_way *way);

#endif
