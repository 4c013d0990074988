// SPDX-License-Identifier: Apache-2.0
//
// Sums over answers, and what is divided by what.
#include "model/scores.h"

#include <math.h>

#define RATING_MAX 4.0

static void add_question(hf_score *score, int8_t rating, bool has_evidence, double *sum)
{
    score->asked++;
    if (rating == HF_SCORE_OPEN)
        return;
    score->answered++;
    if (rating == HF_SCORE_NA)
        return;
    score->applicable++;
    *sum += (double)rating;
    score->satisfied += rating >= HF_SCORE_SATISFYING;
    score->claimed += rating >= HF_SCORE_CLAIMED;
    score->evidenced += rating >= HF_SCORE_CLAIMED && has_evidence;
}

// The sum of ratings stands in `implementation` until all questions are in.
void hf_score_provisions(const hf_score_input *input, hf_score *out)
{
    for (size_t p = 0; p < input->provision_count; p++)
        out[p] = (hf_score){0};
    for (size_t q = 0; q < input->question_count; q++) {
        hf_score *score = &out[input->provision_of[q]];
        add_question(score, input->rating[q], input->has_evidence[q], &score->implementation);
    }
    for (size_t p = 0; p < input->provision_count; p++) {
        out[p].provisions = out[p].applicable > 0;
        out[p].implementation =
            out[p].applicable > 0 ? out[p].implementation / ((double)out[p].applicable * RATING_MAX)
                                  : (double)NAN;
    }
}

hf_score hf_score_group(const hf_score_input *input, const hf_score *provisions,
                        const uint32_t *group_of, uint32_t group)
{
    hf_score sum = {0};
    double weighted = 0, weights = 0;
    for (size_t p = 0; p < input->provision_count; p++) {
        if (group_of != NULL && group_of[p] != group)
            continue;
        sum.asked += provisions[p].asked;
        sum.answered += provisions[p].answered;
        sum.applicable += provisions[p].applicable;
        sum.satisfied += provisions[p].satisfied;
        sum.claimed += provisions[p].claimed;
        sum.evidenced += provisions[p].evidenced;
        sum.provisions += provisions[p].provisions;
        if (provisions[p].provisions > 0) {
            weighted += provisions[p].implementation * input->weight[p];
            weights += input->weight[p];
        }
    }
    sum.implementation = weights > 0 ? weighted / weights : (double)NAN;
    return sum;
}

static double share(uint32_t part, uint32_t whole)
{
    return whole > 0 ? (double)part / (double)whole : (double)NAN;
}

double hf_score_evidence_cover(const hf_score *score)
{
    return share(score->evidenced, score->claimed);
}

double hf_score_effective(const hf_score *score)
{
    return share(score->satisfied, score->applicable);
}

double hf_gap_value(double score, double theme_weight, double force)
{
    return isnan(score) ? 0 : (1 - score) * theme_weight * force;
}

void hf_gap_rank(const double *values, size_t count, uint32_t *order)
{
    // By insertion: a catalogue has hundreds of provisions, and equal ones stay as they come.
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        for (; at > 0 && values[order[at - 1]] < values[i]; at--)
            order[at] = order[at - 1];
        order[at] = (uint32_t)i;
    }
}
