// SPDX-License-Identifier: Apache-2.0
//
// The two samplers and the draw of classes. See sample.h.
#include "engine/sample.h"

#include <stdlib.h>
#include <string.h>

// Few trials are still undecided after this many digits: only then is it worth asking.
#define DIGITS_UNASKED 10u

uint64_t hf_chance_of(double p)
{
    if (!(p > 0))
        return 0;
    if (p >= 1)
        return HF_CERTAIN;
    uint64_t scaled = (uint64_t)(p * 4294967296.0 + 0.5);
    return scaled < 1 ? 1 : scaled >= HF_CERTAIN ? HF_CERTAIN - 1 : scaled;
}

// ---- Sampler A ----

bool hf_bit_dense(const hf_random *random, uint64_t key, uint64_t trial, uint64_t p)
{
    if (p >= HF_CERTAIN)
        return true;
    for (uint32_t digit = 0; (uint32_t)(p << digit) != 0; digit++) { // else U is not below p
        bool ours = (hf_random_word(random, key, trial / 64, digit) >> (trial % 64) & 1) != 0;
        bool theirs = (p >> (31 - digit) & 1) != 0;
        if (ours != theirs)
            return theirs;
    }
    return false;
}

void hf_line_dense(const hf_random *random, uint64_t key, uint64_t block, uint64_t p,
                   const uint64_t *need, uint64_t out[HF_LINE_WORDS])
{
    uint64_t open[HF_LINE_WORDS], r[HF_LINE_WORDS];
    for (uint32_t w = 0; w < HF_LINE_WORDS; w++) {
        open[w] = need == NULL ? UINT64_MAX : need[w];
        out[w] = p >= HF_CERTAIN ? open[w] : 0;
    }
    if (p >= HF_CERTAIN)
        return;
    for (uint32_t digit = 0; (uint32_t)(p << digit) != 0; digit++) {
        uint64_t bit = 0 - (p >> (31 - digit) & 1); // all ones or none
        uint64_t any = 0;
        hf_random_line(random, key, block, digit, r);
        for (uint32_t w = 0; w < HF_LINE_WORDS; w++) {
            out[w] |= open[w] & ~r[w] & bit;
            open[w] &= ~(r[w] ^ bit);
            any |= open[w];
        }
        if (digit + 1 >= DIGITS_UNASKED && any == 0)
            return;
    }
}

void hf_line_classes(const hf_random *random, uint64_t key, uint64_t block,
                     const hf_lane_class *classes, uint32_t class_count,
                     uint64_t out[HF_LINE_WORDS])
{
    uint64_t open[HF_LINE_WORDS] = {0}, r[HF_LINE_WORDS];
    uint32_t all_digits = 0;
    memset(out, 0, HF_LINE_WORDS * sizeof(out[0]));
    for (uint32_t h = 0; h < class_count; h++) {
        all_digits |= (uint32_t)classes[h].p;
        for (uint32_t w = 0; w < HF_LINE_WORDS; w++) {
            if (classes[h].p >= HF_CERTAIN)
                out[w] |= classes[h].lanes[w];
            else if (classes[h].p > 0)
                open[w] |= classes[h].lanes[w];
        }
    }
    for (uint32_t digit = 0; digit < 32 && (uint32_t)(all_digits << digit) != 0; digit++) {
        uint64_t bit[HF_LINE_WORDS] = {0}, any = 0;
        for (uint32_t h = 0; h < class_count; h++)
            if ((classes[h].p >> (31 - digit) & 1) != 0)
                for (uint32_t w = 0; w < HF_LINE_WORDS; w++)
                    bit[w] |= classes[h].lanes[w];
        hf_random_line(random, key, block, digit, r);
        for (uint32_t w = 0; w < HF_LINE_WORDS; w++) {
            out[w] |= open[w] & ~r[w] & bit[w];
            open[w] &= ~(r[w] ^ bit[w]);
            any |= open[w];
        }
        if (any == 0)
            return;
    }
}

// ---- Sampler B ----

static uint64_t survive(HF_U128 before, uint64_t p)
{
    return (uint64_t)((before * (HF_CERTAIN - p)) >> 32);
}

hf_rare hf_rare_of(uint64_t p)
{
    HF_ASSERT(hf_is_rare(p));
    hf_rare rare;
    HF_U128 s = (HF_U128)1 << 64;
    for (uint32_t j = 1; j <= 64; j++) {
        s = survive(s, p);
        if (j % 8 == 0)
            rare.eighth[j / 8 - 1] = (uint64_t)s;
    }
    return rare;
}

// The smallest j with u < 2^64 - S_{j+1}; 64 when there is none. S_j is never 0 for a rare p.
static uint32_t first_hit(uint64_t u, uint64_t p, const hf_rare *rare)
{
    uint32_t part = 0;
    while (part < 8 && u >= 0 - rare->eighth[part])
        part++;
    if (part == 8)
        return 64;
    HF_U128 s = part == 0 ? (HF_U128)1 << 64 : rare->eighth[part - 1];
    for (uint32_t j = 8 * part;; j++) {
        s = survive(s, p);
        if (u < 0 - (uint64_t)s)
            return j;
    }
}

// Hits among the first `lanes` trials of a word.
static uint64_t rare_hits(const hf_random *random, uint64_t key, uint64_t word, uint32_t lanes,
                          uint64_t p, const hf_rare *rare, uint64_t first_u)
{
    uint64_t hits = 0, u = first_u;
    uint32_t digit = 0;
    for (uint32_t lane = 0; lane < lanes; lane++) {
        lane += first_hit(u, p, rare);
        if (lane >= lanes)
            break;
        hits |= (uint64_t)1 << lane;
        u = hf_random_word(random, key, word, ++digit);
    }
    return hits;
}

bool hf_bit_rare(const hf_random *random, uint64_t key, uint64_t trial, uint64_t p,
                 const hf_rare *rare)
{
    uint64_t word = trial / 64;
    uint32_t lane = (uint32_t)(trial % 64);
    uint64_t u = hf_random_word(random, key, word, 0);
    return (rare_hits(random, key, word, lane + 1, p, rare, u) >> lane & 1) != 0;
}

void hf_line_rare(const hf_random *random, uint64_t key, uint64_t block, uint64_t p,
                  const hf_rare *rare, uint64_t out[HF_LINE_WORDS])
{
    uint64_t u[HF_LINE_WORDS], none = 0 - rare->eighth[7];
    hf_random_line(random, key, block, 0, u);
    for (uint32_t w = 0; w < HF_LINE_WORDS; w++)
        out[w] =
            u[w] >= none ? 0 : rare_hits(random, key, HF_LINE_WORDS * block + w, 64, p, rare, u[w]);
}

static int by_number(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

hf_rare_set hf_rare_set_of(uint64_t *p, size_t count, hf_arena *arena)
{
    hf_rare_set set = {0};
    qsort(p, count, sizeof(p[0]), by_number);
    for (size_t i = 0; i < count; i++)
        if (hf_is_rare(p[i]) && (i == 0 || p[i] != p[i - 1]))
            p[set.count++] = p[i];
    set.p = HF_NEW_N(arena, uint64_t, set.count);
    memcpy(set.p, p, set.count * sizeof(p[0]));
    set.rares = hf_arena_take_aligned(arena, set.count * sizeof(hf_rare), 64);
    for (uint32_t i = 0; i < set.count; i++)
        set.rares[i] = hf_rare_of(set.p[i]);
    return set;
}

const hf_rare *hf_rare_find(const hf_rare_set *set, uint64_t p)
{
    const uint64_t *found = bsearch(&p, set->p, set->count, sizeof(p), by_number);
    HF_ASSERT(found != NULL);
    return &set->rares[found - set->p];
}

// ---- Threat classes ----

#define ALIAS_UNITS (UINT64_C(1) << 52)

// Whole shares that add up to ALIAS_UNITS exactly; the largest takes what rounding left.
static void whole_shares(const double *p, uint32_t count, uint64_t *share)
{
    uint64_t sum = 0;
    uint32_t largest = 0;
    for (uint32_t h = 0; h < count; h++) {
        share[h] = (uint64_t)(p[h] * (double)ALIAS_UNITS + 0.5);
        sum += share[h];
        if (share[h] > share[largest])
            largest = h;
    }
    share[largest] += ALIAS_UNITS - sum; // modulo 2^64
}

hf_alias hf_alias_of(const double *p, uint32_t count)
{
    HF_ASSERT(count >= 1 && count <= HF_CLASS_COUNT_MAX);
    hf_alias alias = {.count = count};
    uint64_t height[HF_CLASS_COUNT_MAX]; // a column is full at ALIAS_UNITS
    uint8_t low[HF_CLASS_COUNT_MAX], high[HF_CLASS_COUNT_MAX];
    uint32_t low_count = 0, high_count = 0;
    whole_shares(p, count, height);
    for (uint32_t h = 0; h < count; h++) {
        height[h] *= count;
        alias.other[h] = (uint8_t)h;
        if (height[h] < ALIAS_UNITS)
            low[low_count++] = (uint8_t)h;
        else
            high[high_count++] = (uint8_t)h;
    }
    while (low_count > 0 && high_count > 0) {
        uint8_t l = low[--low_count], h = high[high_count - 1];
        alias.keep[l] = height[l] << 12;
        alias.other[l] = h;
        height[h] -= ALIAS_UNITS - height[l];
        if (height[h] < ALIAS_UNITS) {
            high_count--;
            low[low_count++] = h;
        }
    }
    return alias; // columns that stayed full name themselves in `other`
}

uint8_t hf_class_of_trial(const hf_alias *alias, const hf_random *random, uint64_t trial)
{
    HF_U128 scaled = (HF_U128)hf_random_word(random, 0, trial, 0) * alias->count;
    uint32_t column = (uint32_t)(scaled >> 64);
    return (uint64_t)scaled < alias->keep[column] ? (uint8_t)column : alias->other[column];
}
