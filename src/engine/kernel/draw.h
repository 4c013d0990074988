// SPDX-License-Identifier: Apache-2.0
//
// Inside the dense kernel: chance for a whole line at once, bit for bit what sample.c says of one
// trial. Sampler A compares the digits of a uniform number with p, sampler B jumps from hit to hit.
#ifndef HF_ENGINE_KERNEL_DRAW_H
#define HF_ENGINE_KERNEL_DRAW_H

#include "engine/kernel/ars.h"
#include "engine/kernel/dense.h"
#include "engine/kernel/line.h"

#if HF_LINE_AVX512 && defined(__VAES__)
#define HF_LINE_VAES 1
#else
#define HF_LINE_VAES 0
#endif

// The lanes at hand: words first_word to first_word + LINE_WORDS - 1 of a canonical block.
typedef struct {
    uint64_t block;
    uint32_t first_word;
    bool is_ars;
} draw_place;

INLINE line draw_digit(const hf_random *random, const draw_place *place, uint64_t key,
                       uint32_t digit)
{
#if HF_LINE_VAES
    if (place->is_ars)
        return (line)hf_ars_line_512(random->round_key, key, place->block, digit);
#endif
    uint64_t words[HF_LINE_WORDS];
    if (HF_LANES == 512) {
        hf_random_line(random, key, place->block, digit, words);
        return line_load(words);
    }
    uint64_t first = place->block * HF_LINE_WORDS + place->first_word;
    if (LINE_WORDS == 1)
        words[0] = hf_random_word(random, key, first, digit);
    else
        for (uint32_t i = 0; i < LINE_WORDS; i += 2)
            random->pair(random, key, (first + i) >> 1, digit, words + i);
    return line_load(words);
}

INLINE line bit_line(uint32_t p, uint32_t digit) // digit of p, the highest first, in all lanes
{
    return line_of(-(uint64_t)(p >> (31 - digit) & 1));
}

// One digit: lanes where p has 1 and the number 0 are hit, lanes where they differ are decided.
INLINE void decide(line *undecided, line *hit, line p, line number)
{
    line below = *undecided & p;
    *hit = line_or_and_not(*hit, below, number);
    *undecided = LINE_TERNARY(0x90, *undecided & ~(p ^ number), *undecided, p, number);
}

// U < p / 2^32 in the lanes of `needed`. first: digits before the first look whether all is decided,
// a multiple of 4; a look costs more than a digit when it comes as a surprise.
INLINE line draw_dense(const hf_random *random, const draw_place *place, uint64_t key, uint32_t p,
                       line needed, uint32_t first)
{
    line undecided = needed, hit = line_none();
    for (uint32_t digit = 0; digit < 32; digit += 4) {
        line r[4];
        for (uint32_t i = 0; i < 4; i++)
            r[i] = draw_digit(random, place, key, digit + i);
        for (uint32_t i = 0; i < 4; i++)
            decide(&undecided, &hit, bit_line(p, digit + i), r[i]);
        if (digit + 4 >= first && line_is_none(undecided))
            break;
    }
    return hit;
}

// The same with p in bit planes, another one in each class of lanes.
static line draw_classes(const hf_random *random, const draw_place *place, uint64_t key,
                         const hf_lane_chance *chances, uint32_t count, const line *class_of)
{
    line undecided = line_none(), hit = line_none();
    for (uint32_t i = 0; i < count; i++) {
        if (chances[i].p >= HF_CERTAIN)
            hit |= class_of[chances[i].threat_class];
        else
            undecided |= class_of[chances[i].threat_class];
    }
    for (uint32_t digit = 0; digit < 32 && !line_is_none(undecided); digit++) {
        line p = line_none();
        for (uint32_t i = 0; i < count; i++)
            if (chances[i].p < HF_CERTAIN && (chances[i].p >> (31 - digit) & 1) != 0)
                p |= class_of[chances[i].threat_class];
        decide(&undecided, &hit, p, draw_digit(random, place, key, digit));
    }
    return hit;
}

// U < p / 256 with eight digits, the lowest first: no branch.
INLINE line draw_eighth(const hf_random *random, const draw_place *place, uint64_t key, uint32_t p)
{
    line r[8], below = line_none();
    for (uint32_t i = 0; i < 8; i++)
        r[i] = draw_digit(random, place, key, i);
    for (uint32_t i = 8; i-- > 0;) {
        line b = line_of(-(uint64_t)(p >> (7 - i) & 1));
        below = LINE_TERNARY(0x8E, (~r[i] & b) | (~(r[i] ^ b) & below), r[i], b, below);
    }
    return below;
}

// ---- Sampler B ----

// S_{j+1} = floor(S_j · q / 2^32) in 64 bits: q = 2^32 - p.
INLINE uint64_t next_survival(uint64_t s, uint32_t q)
{
    return (s >> 32) * q + ((s & UINT32_MAX) * q >> 32);
}

// The lanes before the first hit when the draw is u: how many of S_1 … S_64 exceed 2^64 - 1 - u.
#if HF_LINE_AVX512
typedef struct {
    __m512i s[8]; // s[i]: S_{i+1}, S_{i+9}, …
} survival;

INLINE survival survival_of(uint32_t p, const uint64_t marks[8])
{
    survival t;
    uint32_t q = 0u - p;
    __m512i wide = _mm512_set1_epi64(q);
    __m512i m = _mm512_loadu_si512(marks);
    __m512i s = _mm512_alignr_epi64(m, m, 7); // S_64 S_8 … S_56
    for (int i = 0; i < 8; i++) {
        __m512i high = _mm512_mul_epu32(_mm512_srli_epi64(s, 32), wide);
        __m512i low = _mm512_srli_epi64(_mm512_mul_epu32(s, wide), 32);
        s = _mm512_add_epi64(high, low);
        if (i == 0)
            s = _mm512_mask_set1_epi64(s, 1, (long long)((uint64_t)q << 32));
        t.s[i] = s;
    }
    return t;
}

INLINE uint32_t lanes_before(const survival *t, uint32_t p, uint64_t u)
{
    (void)p;
    __m512i bound = _mm512_set1_epi64((long long)~u);
    uint64_t mask = 0;
    for (int i = 0; i < 8; i++)
        mask = mask << 8 | _cvtmask8_u32(_mm512_cmpgt_epu64_mask(t->s[i], bound));
    return (uint32_t)__builtin_popcountll(mask);
}
#else
typedef struct {
    const uint64_t *marks;
} survival;

INLINE survival survival_of(uint32_t p, const uint64_t marks[8])
{
    (void)p;
    return (survival){marks};
}

INLINE uint32_t lanes_before(const survival *t, uint32_t p, uint64_t u)
{
    uint32_t row = 0, q = 0u - p;
    while (row < 8 && t->marks[row] > ~u)
        row++;
    if (row == 8)
        return 64;
    uint64_t s = row == 0 ? (uint64_t)q << 32 : next_survival(t->marks[row - 1], q);
    uint32_t lanes = 8 * row;
    while (s > ~u) {
        s = next_survival(s, q);
        lanes++;
    }
    return lanes;
}
#endif

// Hits of a chance below 1/128.
INLINE line draw_rare(const hf_random *random, const draw_place *place, uint64_t key, uint32_t p,
                      const hf_rare *rare)
{
    const uint64_t *marks = rare->eighth;
    uint64_t u[LINE_WORDS], hit[LINE_WORDS] = {0};
    uint32_t active = 0;
    line first = draw_digit(random, place, key, 0);
    line_store(u, first);
#if HF_LINE_AVX512
    active = _cvtmask8_u32(_mm512_cmpge_epu64_mask(_mm512_xor_si512((__m512i)first, _mm512_set1_epi64(-1)),
                                                   _mm512_set1_epi64((long long)marks[7])));
#else
    for (uint32_t w = 0; w < LINE_WORDS; w++)
        active |= (uint32_t)(marks[7] <= ~u[w]) << w;
#endif
    if (active == 0)
        return line_none();
    survival table = survival_of(p, marks);
    uint8_t at[LINE_WORDS] = {0};
    for (uint32_t digit = 1; active != 0; digit++) {
        uint32_t next = 0;
        for (uint32_t rest = active; rest != 0; rest &= rest - 1) {
            uint32_t w = (uint32_t)__builtin_ctz(rest);
            uint32_t lane = at[w] + lanes_before(&table, p, u[w]);
            if (lane >= 64)
                continue;
            hit[w] |= 1ull << lane;
            at[w] = (uint8_t)(lane + 1);
            next |= (uint32_t)(lane < 63) << w;
        }
        active = next;
        if (active != 0)
            line_store(u, draw_digit(random, place, key, digit));
    }
    return line_load(hit);
}

// A chance p / 2^32, by the sampler that it is drawn with.
INLINE line draw_chance(const hf_random *random, const draw_place *place, uint64_t key, uint64_t p,
                        const hf_rare *rare)
{
    line all = line_of(UINT64_MAX);
    if (rare != NULL)
        return draw_rare(random, place, key, (uint32_t)p, rare);
    return p >= HF_CERTAIN ? all : draw_dense(random, place, key, (uint32_t)p, all, 12);
}

#endif
