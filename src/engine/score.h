// SPDX-License-Identifier: Apache-2.0
//
// The order of some rows by several criteria at once, and how much that order depends on the weights.
// Part of the engine's public header.
#ifndef HF_ENGINE_SCORE_H
#define HF_ENGINE_SCORE_H

#include "engine/engine.h"

#define HF_SCORE_CRITERIA_MAX 16u

typedef struct {
    const double *values; // [criterion * row_count + row]: 0 or more, finite
    uint32_t row_count, criterion_count;
    const double *weights; // by criterion: 0 or more, finite, not all of them 0
    double change;         // 0 to 1: by so much of itself each weight is made smaller and greater
} hf_score_question;

typedef struct {
    double *weights;        // by criterion; their sum is 1
    double *greatest;       // by criterion: what counts as 1; 0 = no row has any
    double *score;          // by row: sum of weight · value / greatest, 0 to 1
    uint32_t *order;        // rows by score, descending; equal ones as they stood
    uint32_t *best, *worst; // by row: its places in that order, from 1, over all changes
} hf_scores;

// What the criterion gives to the score of the row: 0 where no row has any.
double hf_score_part(const hf_score_question *question, const hf_scores *scores, uint32_t criterion,
                     uint32_t row);

// A weighted sum of criteria, each as a share of its greatest value. Then each weight that is not 0 is in turn
// multiplied by 1 - change and by 1 + change (at most 1), the others shrink or grow together so that the sum
// stays 1, and the places of each row are noted. One criterion alone cannot be changed.
//
// scores  out: lives in `arena`
// Errors  HF_ERR_INPUT "engine.weights"
// Cost    O(criteria · rows) for each of the 2 · criteria + 1 orders; 40 bytes of scratch memory a row
// Same    equal bits on every machine: fixed order of sums, no contraction
// Source  Hwang and Yoon 1981, simple additive weighting; Triantaphyllou and Sánchez 1997, one weight at a time
bool hf_score_rows(const hf_score_question *question, hf_arena *arena, hf_scores *scores,
                   hf_error *err) HF_CHECKED;

#endif
