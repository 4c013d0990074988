// SPDX-License-Identifier: Apache-2.0
//
// Sums over answers, and what is divided by what.
#include "model/scores.h"

#include <math.h>

#define RATING_MAX 4.0

// The weighted sum of ratings stands in `implementation` until `finish` divides it.
static void add_question(const hf_score_input *input, size_t q, int8_t rating, hf_score *scores)
{
    hf_score *score = &scores[input->provision_of[q]];
    double weight = input->question_weight != NULL ? input->question_weight[q] : 1;
    score->asked++;
    score->weighted += weight != 1;
    if (rating == HF_SCORE_OPEN)
        return;
    score->answered++;
    score->ageing += input->is_ageing != NULL && input->is_ageing[q];
    if (rating == HF_SCORE_NA)
        return;
    score->applicable++;
    score->weights += weight;
    score->implementation += weight * (double)rating;
    score->satisfied += rating >= HF_SCORE_SATISFYING;
    score->claimed += rating >= HF_SCORE_CLAIMED;
    score->evidenced += rating >= HF_SCORE_CLAIMED && input->has_evidence[q];
}

// Where all that applies weighs nothing there is no mean.
static void finish(hf_score *scores, size_t count)
{
    for (size_t p = 0; p < count; p++) {
        scores[p].provisions = scores[p].weights > 0;
        scores[p].implementation = scores[p].weights > 0
                                       ? scores[p].implementation / (scores[p].weights * RATING_MAX)
                                       : (double)NAN;
    }
}

void hf_score_provisions(const hf_score_input *input, hf_score *out)
{
    for (size_t p = 0; p < input->provision_count; p++)
        out[p] = (hf_score){0};
    for (size_t q = 0; q < input->question_count; q++)
        add_question(input, q, input->rating[q], out);
    finish(out, input->provision_count);
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
        sum.ageing += provisions[p].ageing;
        sum.weighted += provisions[p].weighted;
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

// --- two rounds

const char *const hf_rating_change_words[] = {"unanswered", "only_earlier", "only_later", "scope",
                                              "down",       "same",         "up",         NULL};
const char *const hf_gap_change_words[] = {"none",     "closed",       "remaining", "new",
                                           "reopened", "incomparable", NULL};

hf_rating_change hf_rating_compare(int8_t earlier, int8_t later)
{
    if (earlier == HF_SCORE_OPEN)
        return later == HF_SCORE_OPEN ? HF_CHANGE_UNANSWERED : HF_CHANGE_ONLY_LATER;
    if (later == HF_SCORE_OPEN)
        return HF_CHANGE_ONLY_EARLIER;
    if (earlier == later)
        return HF_CHANGE_SAME;
    if (earlier == HF_SCORE_NA || later == HF_SCORE_NA)
        return HF_CHANGE_SCOPE;
    return later > earlier ? HF_CHANGE_UP : HF_CHANGE_DOWN;
}

static void count_change(hf_rating_change change, hf_change_counts *counts)
{
    counts->up += change == HF_CHANGE_UP;
    counts->down += change == HF_CHANGE_DOWN;
    counts->same += change == HF_CHANGE_SAME;
    counts->only_earlier += change == HF_CHANGE_ONLY_EARLIER;
    counts->only_later += change == HF_CHANGE_ONLY_LATER;
    counts->scope += change == HF_CHANGE_SCOPE;
}

static void add_common(const hf_score_input *input, size_t q, bool is_common, hf_score *scores)
{
    add_question(input, q, is_common ? input->rating[q] : HF_SCORE_OPEN, scores);
}

void hf_score_common(const hf_score_input *earlier_input, const hf_score_input *later_input,
                     hf_score *earlier, hf_score *later, hf_change_counts *changes)
{
    size_t count = earlier_input->provision_count;
    for (size_t p = 0; p < count; p++) {
        earlier[p] = later[p] = (hf_score){0};
        changes[p] = (hf_change_counts){0};
    }
    for (size_t q = 0; q < earlier_input->question_count; q++) {
        hf_rating_change change =
            hf_rating_compare(earlier_input->rating[q], later_input->rating[q]);
        bool is_common =
            change == HF_CHANGE_SAME || change == HF_CHANGE_UP || change == HF_CHANGE_DOWN;
        count_change(change, &changes[earlier_input->provision_of[q]]);
        changes[earlier_input->provision_of[q]].dropped +=
            change == HF_CHANGE_SCOPE && later_input->rating[q] == HF_SCORE_NA;
        add_common(earlier_input, q, is_common, earlier);
        add_common(later_input, q, is_common, later);
    }
    finish(earlier, count);
    finish(later, count);
}

hf_change_counts hf_change_group(const hf_change_counts *provisions, size_t provision_count,
                                 const uint32_t *group_of, uint32_t group)
{
    hf_change_counts sum = {0};
    for (size_t p = 0; p < provision_count; p++) {
        if (group_of != NULL && group_of[p] != group)
            continue;
        sum.up += provisions[p].up;
        sum.down += provisions[p].down;
        sum.same += provisions[p].same;
        sum.only_earlier += provisions[p].only_earlier;
        sum.only_later += provisions[p].only_later;
        sum.scope += provisions[p].scope;
        sum.dropped += provisions[p].dropped;
    }
    return sum;
}

// False where there is no score: of what was not judged nothing is known to be missing.
static bool is_gap(double score)
{
    return score < 1;
}

hf_gap_change hf_gap_compare(const hf_gap_pair *pair)
{
    bool was = is_gap(pair->earlier_own), is = is_gap(pair->later_own);
    if (was && is)
        return HF_GAP_REMAINING;
    if (was && !isnan(pair->later_own))
        return is_gap(pair->earlier_common) && pair->only_earlier == 0 && pair->dropped == 0
                   ? HF_GAP_CLOSED
                   : HF_GAP_INCOMPARABLE;
    if (is && is_gap(pair->later_common))
        return pair->was_gap_before ? HF_GAP_REOPENED : HF_GAP_NEW;
    return was || is ? HF_GAP_INCOMPARABLE : HF_GAP_NONE;
}

// --- gaps

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
