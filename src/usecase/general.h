// SPDX-License-Identifier: Apache-2.0
//
// The answer of a simulation, told in general: totals of the nation, of sectors and of regions, with intervals. No
// asset, key, chain or curve; no group that is so small, or so much one asset, that its total would be an asset's.
//
// A group may be told of when its figure rests on at least min_assets assets that the reader does not see, none of which
// adds more than HF_GENERAL_SHARE_MAX of what they add together: whether it holds none of them or a few is not to be told
// from it. Assets that add nothing do not count. What is left out is taken together, and grows by the smallest other group until that sum, too, may be told of, since it is
// the total less the rest (complementary suppression). Figures have three digits.
#ifndef HF_USECASE_GENERAL_H
#define HF_USECASE_GENERAL_H

#include "usecase/simulate.h"

#define HF_GENERAL_SHARE_MAX 0.8

// One group of assets.
typedef struct {
    hf_str code; // empty = none
    double mean, low, high;
    uint64_t count;   // of all its assets
    uint64_t unseen;  // assets out of the reader's sight that add something
    double sum, most; // what they add, and the one that adds most
    bool is_told;
} hf_general_cell;
// Decides which cells are told. False: not even their sum may be.
bool hf_general_choose(hf_general_cell *cells, size_t count, int64_t min_assets);

// Writes the document.
//
// reader  for whom; what this actor may know of is what is seen
// answer  of all of the register
// mean    out: of the loss, as it is told
// Errors  HF_ERR_PERMISSION "general.too_few": nothing may be told, or too few assets out of sight are hit; HF_ERR_BUSY
//         "question.moved_on"
bool hf_general_write(const hf_session *reader, const hf_simulate_answer *answer,
                      int64_t min_assets, hf_buf *out, double *mean, hf_error *err) HF_CHECKED;

#endif
