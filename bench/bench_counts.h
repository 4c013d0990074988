// SPDX-License-Identifier: Apache-2.0
//
// W4 and W5: rankings and chains.
#ifndef HF_BENCH_COUNTS_H
#define HF_BENCH_COUNTS_H

#include <stdint.h>

// Each prints one row of the table of bench_lanes.h.
void bench_all_single_losses(uint32_t asset_count, uint64_t seed);
void bench_chains(uint32_t asset_count, uint64_t seed);

#endif
