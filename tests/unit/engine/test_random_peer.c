// SPDX-License-Identifier: Apache-2.0
//
// Our generators against the library Random123, the authors' own (Debian: librandom123-dev). Built where it
// is installed; exits 77 (skipped) on a processor without AES instructions, which its ARS needs.
#include "check.h"
#include "engine/random.h"

#include <Random123/ars.h>
#include <Random123/philox.h>

static void same_as_the_library(void **unused)
{
    (void)unused;
    hf_test_random numbers = {2};
    for (uint32_t i = 0; i < 20000; i++) {
        uint64_t seed = hf_test_next(&numbers), key = hf_test_next(&numbers);
        uint64_t word = hf_test_next(&numbers) >> 7;
        uint32_t digit = hf_test_below(&numbers, 256);
        uint32_t step = (uint32_t)hf_test_next(&numbers);
        uint64_t high = (uint64_t)digit << 56 | word / 2;
        uint32_t odd = word % 2 == 1 ? 2 : 0;
        hf_random ars = hf_random_of(HF_GENERATOR_ARS, seed, HF_STREAM_LINK, step);
        ars4x32_ctr_t counter = {
            {(uint32_t)key, (uint32_t)(key >> 32), (uint32_t)high, (uint32_t)(high >> 32)}};
        ars4x32_key_t ars_key = {{(uint32_t)seed, (uint32_t)(seed >> 32), step, HF_STREAM_LINK}};
        ars4x32_ctr_t a = ars4x32_R(5, counter, ars_key);
        assert_true(hf_random_word(&ars, key, word, digit) ==
                    ((uint64_t)a.v[odd + 1] << 32 | a.v[odd]));
        hf_random philox = hf_random_of(HF_GENERATOR_PHILOX, seed, HF_STREAM_LINK, step);
        uint64_t k = philox.round_key[0][0];
        philox4x32_ctr_t philox_counter = {
            {counter.v[0], counter.v[1], counter.v[2], counter.v[3]}};
        philox4x32_key_t philox_key = {{(uint32_t)k, (uint32_t)(k >> 32)}};
        philox4x32_ctr_t p = philox4x32_R(10, philox_counter, philox_key);
        assert_true(hf_random_word(&philox, key, word, digit) ==
                    ((uint64_t)p.v[odd + 1] << 32 | p.v[odd]));
    }
}

int main(void)
{
    if (!__builtin_cpu_supports("aes"))
        return 77;
    const struct CMUnitTest tests[] = {cmocka_unit_test(same_as_the_library)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
