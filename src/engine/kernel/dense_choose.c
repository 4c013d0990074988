// SPDX-License-Identifier: Apache-2.0
//
// Which compilation of the dense kernel this processor can run.
#include <string.h>

#include "engine/kernel/ars.h"
#include "engine/kernel/dense.h"

extern const hf_lane_code hf_dense_plain_64, hf_dense_plain_256, hf_dense_plain_512;
#if defined(HF_HAS_VECTOR)
extern const hf_lane_code hf_dense_avx2_64, hf_dense_avx2_256, hf_dense_avx2_512;
extern const hf_lane_code hf_dense_avx512_64, hf_dense_avx512_256, hf_dense_avx512_512;
#endif

static bool has_avx2(void)
{
#if defined(HF_HAS_VECTOR)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt") &&
           __builtin_cpu_supports("aes");
#else
    return false;
#endif
}

static bool has_avx512(void)
{
#if defined(HF_HAS_VECTOR)
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vpopcntdq") && hf_has_vaes();
#else
    return false;
#endif
}

const hf_lane_code *hf_lane_code_of(uint32_t lanes, const char *isa)
{
    static const hf_lane_code *const kernels[] = {
#if defined(HF_HAS_VECTOR)
        &hf_dense_avx512_512,
        &hf_dense_avx512_256,
        &hf_dense_avx512_64,
        &hf_dense_avx2_512,
        &hf_dense_avx2_256,
        &hf_dense_avx2_64,
#endif
        &hf_dense_plain_512,
        &hf_dense_plain_256,
        &hf_dense_plain_64,
    };
    for (size_t i = 0; i < HF_COUNT(kernels); i++) {
        const hf_lane_code *kernel = kernels[i];
        bool can_run = strcmp(kernel->isa, "avx512") == 0 ? has_avx512()
                       : strcmp(kernel->isa, "avx2") == 0 ? has_avx2()
                                                          : true;
        if (can_run && kernel->lanes == lanes && (isa == NULL || strcmp(isa, kernel->isa) == 0))
            return kernel;
    }
    return NULL;
}
