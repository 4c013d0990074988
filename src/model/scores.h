// SPDX-License-Identifier: Apache-2.0
//
// Scores of an assessment: numbers in, numbers out, no record and no clock. The method is that of the CTC's
// implementation assessments as software (docs/guide/assessment.md): a provision's score is the mean of its answered
// questions that apply, on 0 to 1; implementation and evidence are two figures and are never mixed.
#ifndef HF_MODEL_SCORES_H
#define HF_MODEL_SCORES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HF_SCORE_NA      (-1) // does not apply
#define HF_SCORE_OPEN    (-2) // not answered yet
#define HF_SCORE_CLAIMED 2    // from this rating on an answer says that there is something to show
#define HF_SCORE_SATISFYING                                                                        \
    3 // from this rating on a question is satisfied, in the way of ICAO's audits

typedef struct {
    size_t question_count, provision_count;
    const uint32_t *provision_of; // of each question
    const int8_t *rating;         // 0 to 4, HF_SCORE_NA, HF_SCORE_OPEN
    const bool *has_evidence;     // accepted and not expired
    const double *weight;         // of each provision, in means
} hf_score_input;

typedef struct {
    double implementation; // 0 to 1; NaN: nothing answered that applies
    uint32_t asked;        // questions
    uint32_t answered;     // of them, those that do not apply too
    uint32_t applicable;   // of the answered
    uint32_t satisfied;    // of the applicable
    uint32_t claimed;      // of the applicable
    uint32_t evidenced;    // of the claimed
    uint32_t provisions;   // with a score
} hf_score;

// One score for each provision. out: provision_count of them. Cost O(questions + provisions).
void hf_score_provisions(const hf_score_input *input, hf_score *out);
// The weighted mean over the provisions of a group, and its sums. group_of NULL: over all.
hf_score hf_score_group(const hf_score_input *input, const hf_score *provisions,
                        const uint32_t *group_of, uint32_t group);
// Share of the claimed that is evidenced, and of the applicable that is satisfied (effective implementation); NaN
// without any.
double hf_score_evidence_cover(const hf_score *score);
double hf_score_effective(const hf_score *score);

// How much a gap matters: (1 − score) × weight of its theme × force of its text; 0 without a score.
double hf_gap_value(double score, double theme_weight, double force);
// The order of gaps: the largest value first, equal ones as they come. order: out, `count` indexes.
void hf_gap_rank(const double *values, size_t count, uint32_t *order);

#endif
