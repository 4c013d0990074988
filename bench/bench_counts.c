// SPDX-License-Identifier: Apache-2.0
//
// W4, N-1 of all assets of REG(N, seed), and W5, all chains of at most five links in a random graph
// of out-degree one to three. One thread, its processor time, five runs.
#include "bench_counts.h"

#include <math.h>

#include "bench_lanes.h"
#include "bench_register.h"
#include "engine/chains.h"

void bench_all_single_losses(uint32_t asset_count, uint64_t seed)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_arena_done) hf_arena input_arena = {0};
    hf_engine_input in;
    hf_plan *plan = NULL;
    hf_error err = {0};
    bench_register(asset_count, seed, (bench_features){.has_buffers = true}, &in, &input_arena);
    bench_must(hf_plan_build(&in, &arena, &plan, &err), &err);
    hf_arena_done(&input_arena);
    double seconds[BENCH_RUNS];
    hf_ranking ranking = {0};
    for (uint32_t i = 0; i < BENCH_RUNS; i++) {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        hf_rank_question question = {.by = HF_RANK_PEOPLE};
        double start = bench_processor_s();
        bench_must(hf_rank_run(plan, &question, NULL, NULL, &scratch, &ranking, &err), &err);
        seconds[i] = bench_processor_s() - start;
    }
    bench_figure figure = {.name = "W4",
                           .assets = asset_count,
                           .dependencies = hf_plan_facts_of(plan).member_count,
                           .scenarios = ranking.row_count,
                           .time = bench_timing_of(seconds),
                           .mean_failed = ranking.mean_failed};
    figure.work = (double)figure.dependencies * ranking.row_count;
    bench_row(&figure);
}

void bench_chains(uint32_t asset_count, uint64_t seed)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    generator g = {seed};
    hf_chain_link *links = HF_NEW_N(&arena, hf_chain_link, 3 * (size_t)asset_count);
    uint32_t link_count = 0;
    for (uint32_t v = 0; v < asset_count; v++) {
        for (uint32_t k = bench_below(&g, 3) + 1; k > 0; k--) {
            uint32_t to = bench_below(&g, asset_count - 1);
            links[link_count++] = (hf_chain_link){.from = v,
                                                  .to = to + (to >= v),
                                                  .likelihood = 0.05 + 0.95 * bench_uniform(&g),
                                                  .impact = 1 + bench_below(&g, 9)};
        }
    }
    hf_chain_question question = {.links = links,
                                  .link_count = link_count,
                                  .node_count = asset_count,
                                  .max_links = 5,
                                  .minutes = INFINITY};
    double seconds[BENCH_RUNS];
    hf_chain_count count = {0};
    hf_error err = {0};
    for (uint32_t i = 0; i < BENCH_RUNS; i++) {
        double start = bench_processor_s();
        bench_must(hf_chains_count(&question, UINT64_MAX, &count, &err), &err);
        seconds[i] = bench_processor_s() - start;
    }
    bench_row(&(bench_figure){.name = "W5",
                              .assets = asset_count,
                              .dependencies = link_count,
                              .scenarios = count.chain_count,
                              .time = bench_timing_of(seconds),
                              .work = (double)count.chain_count});
}
