// SPDX-License-Identifier: Apache-2.0
//
// Inside the engine: events of given probability from random bits, for one trial or for the 512 of a
// block, with the same bit for the same trial. Integers only. A probability is p / 2^32, with p from
// 0 (never) to 2^32 (certain).
//
// Sampler A, dense: [U < p] for a uniform number U of 32 binary digits, most significant digit first;
// digit d is W(…, d). Comparisons with several p share U. Sampler B, rare: one uniform number for
// the first hit among the 64 trials of a word, then one for the next among those behind it. The two
// draw differently, so the choice is part of the result and depends on p and the question only:
// - damage with one threat class and one level, and strengths of 32 digits: B when p < 2^25;
// - damage with several classes or levels or of a nested question, strengths of 8 digits, repairs:
//   always A.
#ifndef HF_ENGINE_SAMPLE_H
#define HF_ENGINE_SAMPLE_H

#include "engine/random.h"

#define HF_CERTAIN    (UINT64_C(1) << 32)
#define HF_RARE_BELOW (UINT64_C(1) << 25) // 1/128

static inline bool hf_is_rare(uint64_t p)
{
    return p > 0 && p < HF_RARE_BELOW;
}

// round(p · 2^32), but never 0 or 2^32 unless p is 0 or 1.
uint64_t hf_chance_of(double p);
// The strength P rounded to eight digits (1/256 to 255/256), again in units of 2^-32.
static inline uint64_t hf_short_strength(uint64_t p)
{
    uint64_t eighth = (p + (1u << 23)) >> 24;
    return p >= HF_CERTAIN ? p : (eighth < 1 ? 1 : eighth > 255 ? 255 : eighth) << 24;
}

// ---- Sampler A ----

bool hf_bit_dense(const hf_random *random, uint64_t key, uint64_t trial, uint64_t p);
// need    lanes that are asked for; the others come out 0. NULL = all
void hf_line_dense(const hf_random *random, uint64_t key, uint64_t block, uint64_t p,
                   const uint64_t *need, uint64_t out[HF_LINE_WORDS]);

// Another p in each class of lanes, one U.
typedef struct {
    uint64_t lanes[HF_LINE_WORDS]; // of the trials of the class
    uint64_t p;
} hf_lane_class;
void hf_line_classes(const hf_random *random, uint64_t key, uint64_t block,
                     const hf_lane_class *classes, uint32_t class_count,
                     uint64_t out[HF_LINE_WORDS]);

// ---- Sampler B ----

// S_0 = 2^64, S_j = floor(S_{j-1} (2^32 - p) / 2^32): every eighth, so that one p fills one cache
// line; those between are computed again when there is a hit.
typedef struct {
    uint64_t eighth[8]; // S_8, S_16 … S_64
} hf_rare;

// p       0 < p < 2^25
hf_rare hf_rare_of(uint64_t p);
bool hf_bit_rare(const hf_random *random, uint64_t key, uint64_t trial, uint64_t p,
                 const hf_rare *rare);
void hf_line_rare(const hf_random *random, uint64_t key, uint64_t block, uint64_t p,
                  const hf_rare *rare, uint64_t out[HF_LINE_WORDS]);

// Tables of many p, each kept once.
typedef struct {
    uint64_t *p; // ascending
    hf_rare *rares;
    uint32_t count;
} hf_rare_set;

// p       sorted and thinned here; those that are not rare are passed by
hf_rare_set hf_rare_set_of(uint64_t *p, size_t count, hf_arena *arena);
// Of a rare p that is in the set.
const hf_rare *hf_rare_find(const hf_rare_set *set, uint64_t p);

// ---- The choice ----

// rare    NULL = sampler A
static inline bool hf_bit(const hf_random *random, uint64_t key, uint64_t trial, uint64_t p,
                          const hf_rare *rare)
{
    return rare != NULL ? hf_bit_rare(random, key, trial, p, rare)
                        : hf_bit_dense(random, key, trial, p);
}

static inline void hf_line(const hf_random *random, uint64_t key, uint64_t block, uint64_t p,
                           const hf_rare *rare, uint64_t out[HF_LINE_WORDS])
{
    if (rare != NULL)
        hf_line_rare(random, key, block, p, rare, out);
    else
        hf_line_dense(random, key, block, p, NULL, out);
}

// ---- Threat classes ----

// One of `count` classes by one uniform 64-bit number.
// Source  Walker 1977, "An efficient method for generating discrete random variables with general
//         distributions"; tables by Vose 1991, "A linear algorithm for generating random numbers
//         with a given distribution", here in integers of 52 bits
typedef struct {
    uint32_t count;
    uint64_t keep[HF_CLASS_COUNT_MAX]; // stay in the column below this
    uint8_t other[HF_CLASS_COUNT_MAX];
} hf_alias;

// p       `count` probabilities whose sum is 1 but for rounding
hf_alias hf_alias_of(const double *p, uint32_t count);
// random  of HF_STREAM_CLASS
uint8_t hf_class_of_trial(const hf_alias *alias, const hf_random *random, uint64_t trial);

#endif
