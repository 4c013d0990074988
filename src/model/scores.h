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
    const uint32_t *provision_of;  // of each question
    const int8_t *rating;          // 0 to 4, HF_SCORE_NA, HF_SCORE_OPEN
    const bool *has_evidence;      // accepted and not expired
    const double *weight;          // of each provision, in means
    const bool *is_ageing;         // of each question; NULL: of none
    const double *question_weight; // in the mean of its provision; NULL: 1 each
} hf_score_input;

typedef struct {
    double implementation; // 0 to 1; NaN: nothing answered that applies
    uint32_t asked;        // questions
    uint32_t answered;     // of them, those that do not apply too
    uint32_t applicable;   // of the answered
    uint32_t satisfied;    // of the applicable
    uint32_t claimed;      // of the applicable
    uint32_t evidenced;    // of the claimed
    uint32_t ageing;       // of the answered: to be looked at again; lowers nothing
    uint32_t weighted;     // of the asked: whose weight is not 1
    double weights;        // of the applicable, in means
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

// --- two rounds beside each other

// What became of the rating of one question from the earlier round to the later one.
typedef enum {
    HF_CHANGE_UNANSWERED, // in neither
    HF_CHANGE_ONLY_EARLIER,
    HF_CHANGE_ONLY_LATER,
    HF_CHANGE_SCOPE, // rated in one, does not apply in the other
    HF_CHANGE_DOWN,
    HF_CHANGE_SAME, // also what applies in neither
    HF_CHANGE_UP
} hf_rating_change;
extern const char *const hf_rating_change_words[]; // "unanswered" … "up", NULL-ended
hf_rating_change hf_rating_compare(int8_t earlier, int8_t later);

typedef struct {
    uint32_t up, down, same;
    uint32_t only_earlier, only_later, scope; // left out of the figures of both rounds
    uint32_t dropped;                         // of scope: applied then and do not now
} hf_change_counts;

// Both rounds over the same questions: only what both rated with a number counts in `earlier` and `later`, so that what
// was asked more or less is neither progress nor its opposite. The inputs have the same questions and provisions; each
// output has one item a provision. Groups: hf_score_group over them, hf_change_group. Cost O(questions + provisions).
void hf_score_common(const hf_score_input *earlier_input, const hf_score_input *later_input,
                     hf_score *earlier, hf_score *later, hf_change_counts *changes);
// group_of NULL: over all.
hf_change_counts hf_change_group(const hf_change_counts *provisions, size_t provision_count,
                                 const uint32_t *group_of, uint32_t group);

// What became of a provision's gap, a score below 1.
typedef enum {
    HF_GAP_NONE,         // in neither round, or not judged in either
    HF_GAP_CLOSED,       // every number was rated again with one, and nothing is missing any more
    HF_GAP_REMAINING,    // in both
    HF_GAP_NEW,          // there was none
    HF_GAP_REOPENED,     // there was none, but in a round before there was
    HF_GAP_INCOMPARABLE, // in one round, by questions to which the other gave no number
    HF_GAP_CHANGE_COUNT
} hf_gap_change;
extern const char *const hf_gap_change_words[]; // "none" … "incomparable", NULL-ended

typedef struct {
    double earlier_own, later_own;       // of the provision by all that the round rated; NaN: none
    double earlier_common, later_common; // by what both rated
    uint32_t only_earlier;               // questions rated then and not yet now
    uint32_t dropped;                    // questions rated then that do not apply now
    bool was_gap_before;                 // in a round before the earlier one
} hf_gap_pair;
hf_gap_change hf_gap_compare(const hf_gap_pair *pair);

// --- gaps

// How much a gap matters: (1 − score) × weight of its theme × force of its text; 0 without a score.
double hf_gap_value(double score, double theme_weight, double force);
// The order of gaps: the largest value first, equal ones as they come. order: out, `count` indexes.
void hf_gap_rank(const double *values, size_t count, uint32_t *order);

#endif
