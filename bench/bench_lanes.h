// SPDX-License-Identifier: Apache-2.0
//
// The dense kernel on W1 to W3, and the table that all workloads are printed in.
#ifndef HF_BENCH_LANES_H
#define HF_BENCH_LANES_H

#include <stdint.h>

#include <stdbool.h>

#include "base/error.h"

enum { BENCH_RUNS = 5 };

typedef struct {
    double least, middle; // seconds
} bench_timing;
bench_timing bench_timing_of(double seconds[BENCH_RUNS]); // sorts them
double bench_processor_s(void);                           // of this thread
// Ends the program with the message unless it is done.
void bench_must(bool is_done, const hf_error *err);

typedef struct {
    const char *name;
    uint32_t assets, dependencies;
    uint64_t scenarios; // W4: sources; W5: chains
    bench_timing time;
    double work;                    // dependency·scenario(·step); W5: chains
    double mean_failed;             // 0 = not counted
    double sweep_share, roof_share; // 0 = without meaning
    double sweeps_a_range;
} bench_figure;
void bench_row(const bench_figure *figure);

// only    "lanes" = W1 to W3, "all" = W1 to W5, or the name of one; "threads" = W1 to W3 with one and two threads; "whole" = 100,000 trials of W2 from
//         start to end, "tenth" = a tenth of that
void bench_lanes(uint32_t asset_count, uint64_t seed, const char *only);

#endif
