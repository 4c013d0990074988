// SPDX-License-Identifier: Apache-2.0
//
// How far several assessors agree: numbers in, numbers out, no record and no clock. Krippendorff's alpha over the
// coincidences of values, with values missing; median and spread of one question.
// Source  K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011); Content Analysis, 3rd ed. (2013), 12.2.
//         With o_ck the coincidences of the values c and k within units (each pair of a unit of m values counts
//         1/(m − 1)), n_c their sums and n the sum of all:
//           alpha = 1 − (n − 1) · Σ o_ck δ²_ck / Σ n_c n_k δ²_ck
//         δ²_ck is 1 for c ≠ k (nominal), (c − k)² (interval), and (n_c/2 + Σ n_g between them + n_k/2)² (ordinal).
//         Its example of 12 units and 4 observers is held in tests/unit/model/test_agreement.c.
#ifndef HF_MODEL_ALPHA_H
#define HF_MODEL_ALPHA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { HF_ALPHA_NOMINAL, HF_ALPHA_ORDINAL, HF_ALPHA_INTERVAL } hf_alpha_metric;

#define HF_AGREEMENT_VALUES_MAX 8u   // values are 0 to 7
#define HF_AGREEMENT_MISSING    (-1) // no value

// values  unit by unit, `coder_count` for each: 0 to HF_AGREEMENT_VALUES_MAX − 1, or HF_AGREEMENT_MISSING
// Returns 1 for full agreement, 0 for what chance would give; NaN: no unit has two values, or all values are the same
// Cost    O(units · coders)
double hf_alpha(const int8_t *values, size_t unit_count, size_t coder_count,
                hf_alpha_metric metric);

typedef struct {
    size_t count;
    double median, spread; // P75 − P25; NaN without values
} hf_spread;
#define HF_RATERS_MAX          64u // assessors of one assessment
#define HF_RATERS_FOR_ALPHA    3u  // of fewer than these agreement is not told: it says little
#define HF_SPREAD_TO_TALK_OVER 1.0 // more than one step: what was said about it is written down

// Of the ratings of one question; HF_AGREEMENT_MISSING is passed over. count: at most HF_RATERS_MAX.
hf_spread hf_spread_of(const int8_t *values, size_t count);

#endif
