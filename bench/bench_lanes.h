// SPDX-License-Identifier: Apache-2.0
//
// The dense kernel on W1 to W3.
#ifndef HF_BENCH_LANES_H
#define HF_BENCH_LANES_H

#include <stdint.h>

// only    "lanes" = all of them, or one; "whole" = 100,000 trials of W2 from start to end, "tenth" =
//         a tenth of that
void bench_lanes(uint32_t asset_count, uint64_t seed, const char *only);

#endif
