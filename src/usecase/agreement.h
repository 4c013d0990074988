// SPDX-License-Identifier: Apache-2.0
//
// Several assessors of one assessment: what each rated, as far as it may be seen, and how far they agree. A rating is
// seen by its assessor alone until the ratings are opened; who has rated a question sees the others' ratings of it.
#ifndef HF_USECASE_AGREEMENT_H
#define HF_USECASE_AGREEMENT_H

#include "model/alpha.h"
#include "model/judgement.h"
#include "usecase/assessment.h"

typedef struct {
    double nominal,
        ordinal; // Krippendorff's alpha; NaN: not known, or fewer than HF_RATERS_FOR_ALPHA have rated
    uint32_t questions; // with two ratings or more
    uint32_t ratings;
    uint32_t disputed; // spread of more than a step
} hf_agreement_score;

typedef struct {
    size_t question;                 // of the book
    const hf_judgement *const *seen; // those that the session may see, by assessor
    size_t seen_count, given_count;
    bool is_seen;     // all of them
    hf_spread spread; // of all, once they are seen
} hf_agreement_question;

typedef struct {
    hf_assessment_results results; // of the assessment, for its questions, themes and answers
    const hf_str *assessors;       // who has rated, and who is named as assessor
    size_t assessor_count;
    bool is_open;                     // the ratings of the assessment are
    bool may_open, may_rate;          // the session
    hf_agreement_score overall;       // figures only where all ratings may be seen
    hf_agreement_score *sections;     // of each theme of the results
    hf_agreement_question *questions; // that somebody rated
    size_t question_count;
} hf_rater_agreement;

// May this session open the ratings: who leads the assessment, by account or name, and who keeps the profile.
bool hf_may_open_ratings(const hf_actor *actor, const hf_assessment *assessment);
// read NULL: of the session's store. Errors: those of hf_assessment_results_read
bool hf_agreement_read(const hf_session *session, hf_str key, hf_arena *arena,
                       hf_rater_agreement *out, hf_error *err) HF_CHECKED;
void hf_write_agreement(const hf_session *session, const hf_rater_agreement *agreement,
                        hf_json_writer *out);

#endif
