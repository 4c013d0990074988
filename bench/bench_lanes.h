// SPDX-License-Identifier: Apache-2.0
//
// The lane kernel on W1 to W3.
#ifndef HF_BENCH_LANES_H
#define HF_BENCH_LANES_H

#include <stdint.h>

// only    "lanes" = all, or one of them
void bench_lanes(uint32_t asset_count, uint64_t seed, const char *only);

#endif
