// SPDX-License-Identifier: Apache-2.0
//
// Inside the dense kernel: a line, one bit for each of HF_LANES scenarios, and what is done with it.
// Compiled once for each width and set of instructions; without wide vectors the compiler makes
// 64-bit words of it.
#ifndef HF_ENGINE_KERNEL_LINE_H
#define HF_ENGINE_KERNEL_LINE_H

#include <string.h>

#include "base/macro.h"

#if defined(__AVX512F__) && HF_LANES == 512
#include <immintrin.h>
#define HF_LINE_AVX512 1
#else
#define HF_LINE_AVX512 0
#endif

enum { LINE_WORDS = HF_LANES / 64 };

#if HF_LANES == 64
typedef uint64_t line;
#else
typedef uint64_t line __attribute__((vector_size(HF_LANES / 8), may_alias));
#endif

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 8")

INLINE line line_of(uint64_t word) // the same word everywhere
{
#if HF_LANES == 64
    return word;
#else
    return word - (line){0};
#endif
}

INLINE line line_none(void)
{
    return line_of(0);
}

INLINE line line_load(const uint64_t words[LINE_WORDS])
{
    line x;
    memcpy(&x, words, sizeof(x));
    return x;
}

INLINE void line_store(uint64_t words[LINE_WORDS], line x)
{
    memcpy(words, &x, sizeof(x));
}

INLINE bool line_is_none(line x)
{
#if HF_LINE_AVX512
    return _mm512_test_epi64_mask((__m512i)x, (__m512i)x) == 0;
#else
    uint64_t words[LINE_WORDS], all = 0;
    line_store(words, x);
    for (int i = 0; i < LINE_WORDS; i++)
        all |= words[i];
    return all == 0;
#endif
}

// Any function of three bits by its truth table: bit 4a + 2b + c of `table`.
#if HF_LINE_AVX512
#define LINE_TERNARY(table, slow, a, b, c)                                                         \
    ((line)_mm512_ternarylogic_epi64((__m512i)(a), (__m512i)(b), (__m512i)(c), (table)))
#else
#define LINE_TERNARY(table, slow, a, b, c) (slow)
#endif

INLINE line line_any(line a, line b, line c)
{
    return LINE_TERNARY(0xFE, a | b | c, a, b, c);
}

INLINE line line_two(line a, line b, line c)
{
    return LINE_TERNARY(0xE8, (a & b) | (c & (a | b)), a, b, c);
}

INLINE line line_all(line a, line b, line c)
{
    return LINE_TERNARY(0x80, a & b & c, a, b, c);
}

INLINE line line_odd(line a, line b, line c)
{
    return LINE_TERNARY(0x96, a ^ b ^ c, a, b, c);
}

INLINE line line_or_and(line a, line b, line c) // a | (b & c)
{
    return LINE_TERNARY(0xF8, a | (b & c), a, b, c);
}

INLINE line line_or_and_not(line a, line b, line c) // a | (b & ~c)
{
    return LINE_TERNARY(0xF4, a | (b & ~c), a, b, c);
}

INLINE line line_choose(line a, line b, line c) // where a: b, else c
{
    return LINE_TERNARY(0xCA, (a & b) | (~a & c), a, b, c);
}

// Adds the bits in carry-save form: (high, low) = a + b + low.
INLINE void line_add(line *low, line a, line b, line *high)
{
    line sum = *low;
    *low = line_odd(sum, a, b);
    *high = line_two(sum, a, b);
}

INLINE uint64_t line_count(line x)
{
#if HF_LINE_AVX512
    return (uint64_t)_mm512_reduce_add_epi64(_mm512_popcnt_epi64((__m512i)x));
#else
    uint64_t words[LINE_WORDS], count = 0;
    line_store(words, x);
    for (int i = 0; i < LINE_WORDS; i++)
        count += (uint64_t)__builtin_popcountll(words[i]);
    return count;
#endif
}

// The counts of eight lines at once, added to eight numbers.
INLINE void line_add_counts(const line x[8], uint64_t counts[8])
{
#if HF_LINE_AVX512
    __m512i c[8], pair[4], quad[2];
    for (int i = 0; i < 8; i++)
        c[i] = _mm512_popcnt_epi64((__m512i)x[i]);
    for (int i = 0; i < 4; i++) // 64-bit: even lanes hold line 2i, odd ones 2i + 1
        pair[i] = _mm512_add_epi64(_mm512_unpacklo_epi64(c[2 * i], c[2 * i + 1]),
                                   _mm512_unpackhi_epi64(c[2 * i], c[2 * i + 1]));
    for (int i = 0; i < 2; i++) // halves of 128 bits: lines 4i, 4i+1, 4i+2, 4i+3 twice
        quad[i] = _mm512_add_epi64(_mm512_shuffle_i64x2(pair[2 * i], pair[2 * i + 1], 0x88),
                                   _mm512_shuffle_i64x2(pair[2 * i], pair[2 * i + 1], 0xDD));
    __m512i all = _mm512_add_epi64(_mm512_shuffle_i64x2(quad[0], quad[1], 0x88),
                                   _mm512_shuffle_i64x2(quad[0], quad[1], 0xDD));
    _mm512_storeu_si512(counts, _mm512_add_epi64(all, _mm512_loadu_si512(counts)));
#else
    for (int i = 0; i < 8; i++)
        counts[i] += line_count(x[i]);
#endif
}

#endif
