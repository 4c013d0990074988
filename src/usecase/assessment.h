// SPDX-License-Identifier: Apache-2.0
//
// Assessments: rules over several records, and results. Answers and recommendations belong to an assessment and are
// exactly as secret as it is: marking, compartments, sector and organisation are copied with every change.
#ifndef HF_USECASE_ASSESSMENT_H
#define HF_USECASE_ASSESSMENT_H

#include "model/answer.h"
#include "model/project.h"
#include "model/recommendation.h"
#include "model/scores.h"
#include "usecase/provisions.h"

// --- rules (assessment.c) ----------------------------------------------------------------------------------

// Called before a record of any noun is put by a person: the stage of an assessment moves one step and notes when; a
// part takes its place from its assessment, an answer says by whom and when. before NULL: it is new.
// Errors  HF_ERR_INPUT "reference.unknown", "assessment.stage", "assessment.part_moved", "answer.reuse",
//         "project.need_elsewhere";
//         HF_ERR_PERMISSION of the assessment
bool hf_assessment_prepare(const hf_session *session, hf_tx *tx, const hf_noun *noun,
                           const void *before, void *record, hf_arena *arena,
                           hf_error *err) HF_CHECKED;
// Called once a change of a record of any noun stands in the transaction: what belongs to an assessment follows it.
// Errors  HF_ERR_CONFLICT "assessment.has_parts": it is gone, but what belongs to it is not
bool hf_assessment_follow(hf_tx *tx, const hf_noun *noun, const void *record,
                          hf_error *err) HF_CHECKED;
// The same for whatever changed: after an import, or after many changes were taken back. Cost: a pass over all answers.
bool hf_assessments_settle(hf_tx *tx, hf_error *err) HF_CHECKED;

// --- results (assessment_results.c) ------------------------------------------------------------------------

typedef struct {
    hf_str code, name; // of a theme or an instrument
    hf_score score;
    double weight; // of a theme
    bool is_weight_set;
} hf_assessed_group;

typedef struct {
    size_t provision; // of the book
    double value;     // by which gaps are ranked: (1 − score) × weight × force
    double theme_weight, force;
    uint32_t recommendations, needs;
} hf_assessed_gap;

typedef struct {
    const hf_assessment *assessment;
    int64_t due; // of the stage; HF_INTEGER_NONE: no clock
    bool is_overdue;
    hf_provision_book book;    // what is asked, and no more
    const hf_answer **answers; // of each question; NULL: none
    hf_score *scores;          // of each provision
    hf_score overall;
    hf_assessed_group *themes, *instruments;
    size_t theme_count, instrument_count;
    hf_assessed_gap *gaps; // the largest first; provisions whose score is below 1
    size_t gap_count;
    const hf_recommendation **recommendations;
    size_t recommendation_count;
    const hf_assistance_need **needs; // for technical assistance
    size_t need_count;
} hf_assessment_results;

// Errors  HF_ERR_NOT_FOUND "record.unknown"; HF_ERR_PERMISSION
bool hf_assessment_results_read(const hf_session *session, hf_str key, hf_arena *arena,
                                hf_assessment_results *out, hf_error *err) HF_CHECKED;
void hf_write_assessment_results(const hf_session *session, const hf_assessment_results *results,
                                 hf_json_writer *out);

// --- report (assessment_report.c)

// The results as one printable page, in session->lang. Errors: HF_ERR_PERMISSION; HF_ERR_NOT_FOUND.
bool hf_make_assessment_report(const hf_session *session, hf_str key, hf_buf *html,
                               hf_error *err) HF_CHECKED;

#endif
