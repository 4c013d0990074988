// SPDX-License-Identifier: Apache-2.0
//
// Inside the engine: the ARS generator by hardware AES, and as a function that the kernels can take
// into their own loops.
#ifndef HF_ENGINE_KERNEL_ARS_H
#define HF_ENGINE_KERNEL_ARS_H

#include "engine/random.h"

// Fills in the ways that this processor has, best first. Returns how many: 0 to 3.
uint32_t hf_ars_hardware_ways(hf_ars_way ways[4]);
// AES on wide vectors.
bool hf_has_vaes(void);

#if defined(__x86_64__)
#include <immintrin.h>

#define HF_ARS_VAES_TARGET "avx512f,avx512vl,avx512dq,vaes,aes"

// One digit of 512 lanes: four counters that differ in the pair, in one register.
__attribute__((target(HF_ARS_VAES_TARGET))) static inline __m512i
hf_ars_line_512(const uint64_t round_key[HF_ARS_ROUNDS + 1][2], uint64_t key, uint64_t block,
                uint32_t digit)
{
    long long first = (long long)hf_random_counter(4 * block, digit), low = (long long)key;
    __m512i v = _mm512_set_epi64(first + 3, low, first + 2, low, first + 1, low, first, low);
    v = _mm512_xor_si512(
        v, _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(const void *)round_key[0])));
    for (int round = 1; round < HF_ARS_ROUNDS; round++)
        v = _mm512_aesenc_epi128(v, _mm512_broadcast_i32x4(_mm_loadu_si128(
                                        (const __m128i *)(const void *)round_key[round])));
    return _mm512_aesenclast_epi128(
        v, _mm512_broadcast_i32x4(
               _mm_loadu_si128((const __m128i *)(const void *)round_key[HF_ARS_ROUNDS])));
}
#endif

#endif
