// SPDX-License-Identifier: Apache-2.0
//
// N-2: pairs of assets whose joint loss takes down more than their two losses apart: redundancy that
// hides until both are gone. Part of the engine's public header.
#ifndef HF_ENGINE_PAIRS_H
#define HF_ENGINE_PAIRS_H

#include "engine/engine.h"

#define HF_PAIR_TOP_MAX 100000u

typedef struct {
    const uint32_t *among; // ascending; NULL = all
    uint32_t among_count;
    hf_rank_by by;       // HF_RANK_PEOPLE or HF_RANK_FAILED: what is compared
    uint32_t top;        // 1 to HF_PAIR_TOP_MAX
    uint64_t pair_limit; // pairs that may be tried; 0 = no limit
} hf_pair_question;

typedef struct {
    uint32_t first, second; // assets, first < second
    uint32_t failed_count;  // of both together
    uint32_t extra_failed;  // that neither takes down alone
    int64_t people;         // of both together
    int64_t extra_people;
} hf_pair;

typedef struct {
    const hf_pair
        *pairs; // by what is extra in the measure, then the other, descending; then assets
    uint32_t pair_count;
    uint64_t tried;       // pairs that share a group or a network and were computed
    uint64_t super_count; // of these, those with something extra
    bool is_cut;          // the limit was met: pairs are missing
} hf_pair_list;

// All pairs with something extra, static question.
//
// A pair can only have something extra when some group, or some network layer, loses members to each
// of the two and is not lost to either alone: all other pairs are answered without being computed.
//
// watch    may be NULL; done counts pairs tried
// result   out: lives in `arena`
// Errors   HF_ERR_INPUT "pairs.top", "engine.asset_unknown"; HF_ERR_USAGE "pairs.measure";
//          HF_ERR_STOPPED "engine.stopped"
// Cost     the single cascades, and one joint cascade for each pair that shares
// Same     equal bits for any number of threads, also when the limit cuts
// Source   docs/guide/engine-model.md, "Pairs"; the tests compare with all pairs of small registers
bool hf_pairs_run(const hf_plan *plan, const hf_pair_question *question, hf_pool *pool,
                  hf_watch *watch, hf_arena *arena, hf_pair_list *result, hf_error *err) HF_CHECKED;

#endif
