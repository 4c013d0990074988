// SPDX-License-Identifier: Apache-2.0
//
// ARS with the AES instructions of x86: one counter at a time, or four with 512-bit vectors. Other
// processors use the plain way of random.c.
#include "engine/kernel/ars.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <stdatomic.h>

__attribute__((target("aes,sse2"))) static inline __m128i
encrypt(const uint64_t round_key[HF_ARS_ROUNDS + 1][2], uint64_t key, uint64_t high)
{
    __m128i v = _mm_set_epi64x((long long)high, (long long)key);
    v = _mm_xor_si128(v, _mm_loadu_si128((const __m128i *)(const void *)round_key[0]));
    for (int round = 1; round < HF_ARS_ROUNDS; round++)
        v = _mm_aesenc_si128(v, _mm_loadu_si128((const __m128i *)(const void *)round_key[round]));
    return _mm_aesenclast_si128(
        v, _mm_loadu_si128((const __m128i *)(const void *)round_key[HF_ARS_ROUNDS]));
}

__attribute__((target("aes,sse2"))) static void
pair_aes(const hf_random *random, uint64_t key, uint64_t pair, uint32_t digit, uint64_t out[2])
{
    _mm_storeu_si128((__m128i *)(void *)out,
                     encrypt(random->round_key, key, hf_random_counter(pair, digit)));
}

__attribute__((target("aes,sse2"))) static void line_aes(const hf_random *random, uint64_t key,
                                                         uint64_t block, uint32_t digit,
                                                         uint64_t out[HF_LINE_WORDS])
{
    uint64_t first = hf_random_counter(4 * block, digit);
    for (uint64_t i = 0; i < 4; i++)
        _mm_storeu_si128((__m128i *)(void *)(out + 2 * i),
                         encrypt(random->round_key, key, first + i));
}

__attribute__((target(HF_ARS_VAES_TARGET))) static void line_vaes(const hf_random *random,
                                                                  uint64_t key, uint64_t block,
                                                                  uint32_t digit,
                                                                  uint64_t out[HF_LINE_WORDS])
{
    _mm512_storeu_si512(out, hf_ars_line_512(random->round_key, key, block, digit));
}

// clang 14 does not know the name for __builtin_cpu_supports. The answer is kept, as that one keeps its own: in a virtual
// machine each question goes to its host and takes as long as a thousand draws.
bool hf_has_vaes(void)
{
    enum { UNKNOWN, ABSENT, PRESENT };
    static atomic_int kept = UNKNOWN;
    int is = atomic_load_explicit(&kept, memory_order_relaxed);
    if (is == UNKNOWN) {
        unsigned a, b, c, d;
        is = __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (c >> 9 & 1) != 0 ? PRESENT : ABSENT;
        atomic_store_explicit(&kept, is, memory_order_relaxed);
    }
    return is == PRESENT;
}

uint32_t hf_ars_hardware_ways(hf_ars_way ways[4])
{
    uint32_t count = 0;
    if (!__builtin_cpu_supports("aes"))
        return 0;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && hf_has_vaes())
        ways[count++] = (hf_ars_way){"vaes", line_vaes, pair_aes};
    ways[count++] = (hf_ars_way){"aes", line_aes, pair_aes};
    return count;
}

#else

bool hf_has_vaes(void)
{
    return false;
}

uint32_t hf_ars_hardware_ways(hf_ars_way ways[4])
{
    (void)ways;
    return 0;
}

#endif
