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
// The AES instructions of processors without it, on pairs of words; pieces are as wide as that only with AVX2.
#if !HF_LINE_VAES && defined(__AES__) && defined(__AVX2__) && HF_LANES >= 256
#include <immintrin.h>
#define HF_LINE_AES 1
enum { LINE_PAIRS = HF_LANES / 128, PIECE_PAIRS = PIECE_LANES / 128 };
#else
#define HF_LINE_AES 0
#endif

// The lanes at hand: words first_word to first_word + LINE_WORDS - 1 of a canonical block.
typedef struct {
    uint64_t block;
    uint32_t first_word;
    bool is_ars;
} draw_place;

// One stream of digits: what is the same for all keys and digits stands in registers.
typedef struct {
    const hf_random *random;
    draw_place place;
#if HF_LINE_VAES
    __m512i round_key[HF_ARS_ROUNDS + 1]; // the first one with the pairs of the block worked in
#elif HF_LINE_AES
    __m128i round_key[HF_ARS_ROUNDS + 1];
    __m128i counter[LINE_PAIRS]; // with the first round key and the pairs of the block worked in
#endif
} draw_stream;

INLINE draw_stream stream_of(const hf_random *random, const draw_place *place)
{
    draw_stream stream = {.random = random, .place = *place};
#if HF_LINE_VAES
    long long first = (long long)hf_random_counter(4 * place->block, 0);
    UNROLL for (int i = 0; i <= HF_ARS_ROUNDS; i++) stream.round_key[i] = _mm512_broadcast_i32x4(
        _mm_loadu_si128((const __m128i *)(const void *)random->round_key[i]));
    stream.round_key[0] = _mm512_xor_si512(
        stream.round_key[0], _mm512_set_epi64(first + 3, 0, first + 2, 0, first + 1, 0, first, 0));
#elif HF_LINE_AES
    long long first = (long long)hf_random_counter(4 * place->block + place->first_word / 2, 0);
    UNROLL for (int i = 0; i <= HF_ARS_ROUNDS; i++) stream.round_key[i] =
        _mm_loadu_si128((const __m128i *)(const void *)random->round_key[i]);
    UNROLL for (int i = 0; i < LINE_PAIRS; i++) stream.counter[i] =
        _mm_xor_si128(stream.round_key[0], _mm_set_epi64x(first + i, 0));
#endif
    return stream;
}

static inline piece slow_digit(const draw_stream *stream, uint64_t key, uint32_t k, uint32_t digit)
{
    const draw_place *place = &stream->place;
    uint64_t words[PIECE_WORDS];
    uint64_t first = place->block * HF_LINE_WORDS + place->first_word + (uint64_t)k * PIECE_WORDS;
    if (PIECE_WORDS == 1)
        words[0] = hf_random_word(stream->random, key, first, digit);
    else
        for (uint32_t i = 0; i < PIECE_WORDS; i += 2)
            stream->random->pair(stream->random, key, (first + i) >> 1, digit, words + i);
    return piece_load(words);
}

// Piece k of the digits first to first + count - 1 of one key, count ≤ 8: W(…, digit) of the lanes at
// hand. The same bits as hf_ars_line_512, with the counters made once.
INLINE void draw_digits(const draw_stream *stream, uint64_t key, uint32_t k, uint32_t first,
                        uint32_t count, piece out[8])
{
#if HF_LINE_VAES
    if (stream->place.is_ars) {
        __m512i base =
            _mm512_xor_si512(stream->round_key[0], _mm512_maskz_set1_epi64(0x55, (long long)key));
        UNROLL for (uint32_t i = 0; i < count; i++) out[i] = (piece)_mm512_xor_si512(
            base, _mm512_maskz_set1_epi64(0xAA, (long long)((uint64_t)(first + i) << 56)));
        UNROLL for (int round = 1; round < HF_ARS_ROUNDS; round++)
            UNROLL for (uint32_t i = 0; i < count; i++) out[i] =
                (piece)_mm512_aesenc_epi128((__m512i)out[i], stream->round_key[round]);
        UNROLL for (uint32_t i = 0; i < count; i++) out[i] =
            (piece)_mm512_aesenclast_epi128((__m512i)out[i], stream->round_key[HF_ARS_ROUNDS]);
        return;
    }
#elif HF_LINE_AES
    if (stream->place.is_ars) {
        UNROLL for (uint32_t i = 0; i < count; i++)
        {
            __m128i v[PIECE_PAIRS];
            __m128i own = _mm_set_epi64x((long long)((uint64_t)(first + i) << 56), (long long)key);
            UNROLL for (uint32_t w = 0; w < PIECE_PAIRS; w++) v[w] =
                _mm_xor_si128(stream->counter[PIECE_PAIRS * k + w], own);
            UNROLL for (int round = 1; round < HF_ARS_ROUNDS; round++)
                UNROLL for (uint32_t w = 0; w < PIECE_PAIRS; w++) v[w] =
                    _mm_aesenc_si128(v[w], stream->round_key[round]);
            UNROLL for (uint32_t w = 0; w < PIECE_PAIRS; w++) v[w] =
                _mm_aesenclast_si128(v[w], stream->round_key[HF_ARS_ROUNDS]);
            out[i] = (piece)_mm256_set_m128i(v[1], v[0]);
        }
        return;
    }
#endif
    for (uint32_t i = 0; i < count; i++)
        out[i] = slow_digit(stream, key, k, first + i);
}

INLINE piece bit_piece(uint32_t p, uint32_t digit) // digit of p, the highest first, in all lanes
{
    return piece_of(-(uint64_t)(p >> (31 - digit) & 1));
}

// One digit: lanes where p has 1 and the number 0 are hit, lanes where they differ are decided.
INLINE void decide(piece *undecided, piece *hit, piece p, piece number)
{
    piece below = *undecided & p;
    *hit = piece_or_and_not(*hit, below, number);
    *undecided = LINE_TERNARY(0x90, *undecided & ~(p ^ number), *undecided, p, number);
}

// Piece k: U < p / 2^32 in the lanes of `needed`. first: digits before the first look whether all is
// decided, a multiple of 4; a look costs more than a digit when it comes as a surprise.
INLINE piece draw_dense(const draw_stream *stream, uint64_t key, uint32_t p, piece needed,
                        uint32_t first, uint32_t k)
{
    piece undecided = needed, hit = piece_none(), r[8];
    for (uint32_t digit = 0; digit < 32; digit += 4) {
        if (digit >= first && piece_is_none(undecided))
            break;
        draw_digits(stream, key, k, digit, 4, r);
        UNROLL for (uint32_t i = 0; i < 4; i++)
            decide(&undecided, &hit, bit_piece(p, digit + i), r[i]);
    }
    return hit;
}

// The same with p in bit planes, another one in each class of lanes.
static line draw_classes(const draw_stream *stream, uint64_t key, const hf_lane_chance *chances,
                         uint32_t count, const line *class_of)
{
    line all;
    for (uint32_t k = 0; k < LINE_PIECES; k++) {
        piece undecided = piece_none(), hit = piece_none();
        for (uint32_t i = 0; i < count; i++) {
            piece lanes = piece_in(class_of, chances[i].threat_class, k);
            if (chances[i].p >= HF_CERTAIN)
                hit |= lanes;
            else
                undecided |= lanes;
        }
        for (uint32_t digit = 0; digit < 32 && !piece_is_none(undecided); digit++) {
            piece p = piece_none(), r[8];
            for (uint32_t i = 0; i < count; i++)
                if (chances[i].p < HF_CERTAIN && (chances[i].p >> (31 - digit) & 1) != 0)
                    p |= piece_in(class_of, chances[i].threat_class, k);
            draw_digits(stream, key, k, digit, 1, r);
            decide(&undecided, &hit, p, r[0]);
        }
        *piece_at(&all, 0, k) = hit;
    }
    return all;
}

// U < p / 256 with eight digits, the lowest first: no branch.
INLINE line draw_eighth(const draw_stream *stream, uint64_t key, uint32_t p)
{
    line all;
    EACH_PIECE (k) {
        piece r[8], below = piece_none();
        draw_digits(stream, key, k, 0, 8, r);
        UNROLL for (uint32_t i = 8; i-- > 0;)
        {
            piece b = piece_of(-(uint64_t)(p >> (7 - i) & 1));
            below = LINE_TERNARY(0x8E, (~r[i] & b) | (~(r[i] ^ b) & below), r[i], b, below);
        }
        *piece_at(&all, 0, k) = below;
    }
    return all;
}

// ---- Sampler B ----

// S_{j+1} = floor(S_j · q / 2^32) in 64 bits: q = 2^32 - p.
INLINE uint64_t next_survival(uint64_t s, uint32_t q)
{
    return (s >> 32) * q + ((s & UINT32_MAX) * q >> 32);
}

#if HF_LINE_AVX512
// All of S_1 … S_64: s[i] holds S_{i+1}, S_{i+9} …
typedef struct {
    __m512i s[8], marks;
} survival;

INLINE survival survival_of(uint32_t p, const uint64_t marks[8])
{
    survival t;
    uint32_t q = 0u - p;
    __m512i wide = _mm512_set1_epi64(q);
    t.marks = _mm512_loadu_si512(marks);
    __m512i s = _mm512_alignr_epi64(t.marks, t.marks, 7); // S_64 S_8 … S_56
    UNROLL for (int i = 0; i < 7; i++)
    {
        __m512i high = _mm512_mul_epu32(_mm512_srli_epi64(s, 32), wide);
        __m512i low = _mm512_srli_epi64(_mm512_mul_epu32(s, wide), 32);
        s = _mm512_add_epi64(high, low);
        if (i == 0)
            s = _mm512_mask_set1_epi64(s, 1, (long long)((uint64_t)q << 32));
        t.s[i] = s;
    }
    t.s[7] = t.marks;
    return t;
}

// For eight draws u at once the lanes before the first hit: how many of S_1 … S_64 exceed
// 2^64 - 1 - u. First the eighth, over the marks, then inside it.
INLINE __m512i lanes_before(const survival *t, __m512i u)
{
    __m512i bound = _mm512_xor_si512(u, _mm512_set1_epi64(-1)), one = _mm512_set1_epi64(1);
    __m512i part = _mm512_setzero_si512();
    UNROLL for (int step = 4; step > 0; step /= 2)
    {
        __m512i next = _mm512_add_epi64(part, _mm512_set1_epi64(step));
        __m512i mark = _mm512_permutexvar_epi64(_mm512_sub_epi64(next, one), t->marks);
        part = _mm512_mask_mov_epi64(part, _mm512_cmpgt_epu64_mask(mark, bound), next);
    }
    __m512i lane = _mm512_slli_epi64(part, 3); // 7 parts at most: the last mark is looked at below
    UNROLL for (int i = 0; i < 8; i++) lane = _mm512_mask_add_epi64(
        lane, _mm512_cmpgt_epu64_mask(_mm512_permutexvar_epi64(part, t->s[i]), bound), lane, one);
    return lane;
}

// Hits of a chance below 1/128, all words at once.
INLINE line draw_rare(const draw_stream *stream, uint64_t key, uint32_t p, const hf_rare *rare)
{
    piece r[8];
    draw_digits(stream, key, 0, 0, 1, r);
    __m512i u = (__m512i)r[0], hit = _mm512_setzero_si512(), at = hit;
    __m512i none = _mm512_set1_epi64((long long)(0 - rare->eighth[7]));
    if (_mm512_cmplt_epu64_mask(u, none) == 0)
        return line_none();
    survival table = survival_of(p, rare->eighth);
    __mmask8 active = 0xFF;
    for (uint32_t digit = 1;; digit++) {
        __m512i lane = _mm512_add_epi64(at, lanes_before(&table, u));
        active = _mm512_mask_cmplt_epu64_mask(active, lane, _mm512_set1_epi64(64));
        if (active == 0)
            return (line)hit;
        hit = _mm512_mask_or_epi64(hit, active, hit, _mm512_sllv_epi64(_mm512_set1_epi64(1), lane));
        at = _mm512_add_epi64(lane, _mm512_set1_epi64(1));
        draw_digits(stream, key, 0, digit, 1, r);
        u = (__m512i)r[0];
    }
}
#else
INLINE uint32_t lanes_before(uint32_t p, const uint64_t marks[8], uint64_t u)
{
    uint32_t row = 0, q = 0u - p;
    while (row < 8 && marks[row] > ~u)
        row++;
    if (row == 8)
        return 64;
    uint64_t s = row == 0 ? (uint64_t)q << 32 : next_survival(marks[row - 1], q);
    uint32_t lanes = 8 * row;
    while (s > ~u) {
        s = next_survival(s, q);
        lanes++;
    }
    return lanes;
}

// Hits of a chance below 1/128, word by word.
INLINE line draw_rare(const draw_stream *stream, uint64_t key, uint32_t p, const hf_rare *rare)
{
    uint64_t u[LINE_WORDS], hit[LINE_WORDS] = {0};
    uint32_t at[LINE_WORDS] = {0}, active = (1u << LINE_WORDS) - 1;
    for (uint32_t digit = 0; active != 0; digit++) {
        EACH_PIECE (k) {
            piece r[8];
            draw_digits(stream, key, k, digit, 1, r);
            piece_store(u + k * PIECE_WORDS, r[0]);
        }
        for (uint32_t rest = active; rest != 0; rest &= rest - 1) {
            uint32_t w = (uint32_t)__builtin_ctz(rest);
            uint32_t lane = at[w] + lanes_before(p, rare->eighth, u[w]);
            if (lane < 64)
                hit[w] |= UINT64_C(1) << lane;
            at[w] = lane + 1;
            if (lane >= 63)
                active &= ~(1u << w);
        }
    }
    return line_load(hit);
}
#endif

// A chance p / 2^32, by the sampler that it is drawn with.
INLINE line draw_chance(const draw_stream *stream, uint64_t key, uint64_t p, const hf_rare *rare)
{
    line all;
    if (rare != NULL)
        return draw_rare(stream, key, (uint32_t)p, rare);
    EACH_PIECE (k)
        *piece_at(&all, 0, k) =
            p >= HF_CERTAIN ? piece_of(UINT64_MAX)
                            : draw_dense(stream, key, (uint32_t)p, piece_of(UINT64_MAX), 12, k);
    return all;
}

#endif
