// SPDX-License-Identifier: Apache-2.0
//
// Inside the dense kernel: a line, one bit for each of HF_LANES scenarios, and what is done with it.
// Compiled once for each width and set of instructions; without wide vectors the compiler makes
// 64-bit words of it.
#ifndef HF_ENGINE_KERNEL_LINE_H
#define HF_ENGINE_KERNEL_LINE_H

#include <string.h>

#include "base/macro.h"

#if defined(__AVX2__) && HF_LANES != 64
#include <immintrin.h>
#endif
#if defined(__AVX512F__) && HF_LANES == 512
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

// A line is worked on in pieces as wide as a vector of the processor: gcc keeps what is wider on the
// stack. Loops that matter run over pieces, the others over lines.
#if HF_LINE_AVX512 || HF_LANES == 64
enum { PIECE_LANES = HF_LANES };
typedef line piece;
#elif defined(__AVX2__)
enum { PIECE_LANES = 256 };
typedef uint64_t piece __attribute__((vector_size(32), may_alias));
#else
enum { PIECE_LANES = 128 };
typedef uint64_t piece __attribute__((vector_size(16), may_alias));
#endif
enum { PIECE_WORDS = PIECE_LANES / 64, LINE_PIECES = HF_LANES / PIECE_LANES };

// The same word everywhere.
#if HF_LANES == 64
#define LINE_SPREAD(type, word) (word)
#else
#define LINE_SPREAD(type, word) ((word) - (type){0})
#endif

// Lines and pieces made, read and written.
#define LINE_MEMORY(name)                                                                          \
    INLINE name name##_of(uint64_t word)                                                           \
    {                                                                                              \
        return LINE_SPREAD(name, word);                                                            \
    }                                                                                              \
    INLINE name name##_none(void)                                                                  \
    {                                                                                              \
        return name##_of(0);                                                                       \
    }                                                                                              \
    INLINE name name##_load(const uint64_t words[sizeof(name) / sizeof(uint64_t)])                 \
    {                                                                                              \
        name x;                                                                                    \
        memcpy(&x, words, sizeof(x));                                                              \
        return x;                                                                                  \
    }                                                                                              \
    INLINE void name##_store(uint64_t words[sizeof(name) / sizeof(uint64_t)], name x)              \
    {                                                                                              \
        memcpy(words, &x, sizeof(x));                                                              \
    }
LINE_MEMORY(line)
LINE_MEMORY(piece)

// Over the pieces of a line.
#define EACH_PIECE(k) UNROLL for (uint32_t k = 0; k < LINE_PIECES; k++)

// Piece k of lines[i].
INLINE piece *piece_at(line *lines, size_t i, uint32_t k)
{
    return (piece *)(void *)lines + LINE_PIECES * i + k;
}

INLINE piece piece_in(const line *lines, size_t i, uint32_t k)
{
    return ((const piece *)(const void *)lines)[LINE_PIECES * i + k];
}

INLINE bool piece_is_none(piece x)
{
#if HF_LINE_AVX512
    return _mm512_test_epi64_mask((__m512i)x, (__m512i)x) == 0;
#elif defined(__AVX2__) && HF_LANES != 64
    return _mm256_testz_si256((__m256i)x, (__m256i)x) != 0;
#else
    uint64_t words[PIECE_WORDS], all = 0;
    piece_store(words, x);
    for (int i = 0; i < PIECE_WORDS; i++)
        all |= words[i];
    return all == 0;
#endif
}

INLINE bool line_is_none(line x)
{
    piece all = piece_none();
    EACH_PIECE (k)
        all |= piece_in(&x, 0, k);
    return piece_is_none(all);
}

// Any function of three bits by its truth table: bit 4a + 2b + c of `table`.
#if HF_LINE_AVX512
#define LINE_TERNARY(table, slow, a, b, c)                                                         \
    ((line)_mm512_ternarylogic_epi64((__m512i)(a), (__m512i)(b), (__m512i)(c), (table)))
#else
#define LINE_TERNARY(table, slow, a, b, c) (slow)
#endif

// The functions of three bits, for lines and for pieces.
#define LINE_FUNCTION(name, type, table, slow)                                                     \
    INLINE type name(type a, type b, type c)                                                       \
    {                                                                                              \
        return LINE_TERNARY(table, slow, a, b, c);                                                 \
    }
#define LINE_FUNCTIONS(of, type)                                                                   \
    LINE_FUNCTION(of##_any, type, 0xFE, a | b | c)                                                 \
    LINE_FUNCTION(of##_two, type, 0xE8, (a & b) | (c & (a | b)))                                   \
    LINE_FUNCTION(of##_all, type, 0x80, a &(b & c))                                                \
    LINE_FUNCTION(of##_odd, type, 0x96, a ^ b ^ c)                                                 \
    LINE_FUNCTION(of##_or_and, type, 0xF8, a | (b & c))                                            \
    LINE_FUNCTION(of##_or_and_not, type, 0xF4, a | (b & ~c))                                       \
    LINE_FUNCTION(of##_choose, type, 0xCA, (a & b) | (~a & c)) /* where a: b, else c */
LINE_FUNCTIONS(line, line)
LINE_FUNCTIONS(piece, piece)

// Adds the bits in carry-save form: (high, low) = a + b + low.
INLINE void piece_add(piece *low, piece a, piece b, piece *high)
{
    piece sum = *low;
    *low = piece_odd(sum, a, b);
    *high = piece_two(sum, a, b);
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
