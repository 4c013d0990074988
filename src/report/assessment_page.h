// SPDX-License-Identifier: Apache-2.0
//
// Inside report/: the report of an assessment, of which assessment.c makes the figures and assessment_lists.c the lists.
#ifndef HF_REPORT_ASSESSMENT_PAGE_H
#define HF_REPORT_ASSESSMENT_PAGE_H

#include "report/page.h"

typedef struct {
    hf_report_page page;
    const hf_assessment_data *data;
    hf_arena *arena;
} hf_assessment_page;

// Chapters; what has no row takes no room.
void hf_page_advice(const hf_assessment_page *p);
void hf_page_needs(const hf_assessment_page *p);
void hf_page_projects(const hf_assessment_page *p);
void hf_page_agreement(const hf_assessment_page *p);
// What must be looked at again, by when.
void hf_page_reviews(const hf_assessment_page *p);
// Every answer with its version: what the figures were computed from.
void hf_page_answers(const hf_assessment_page *p);
void hf_page_comments(const hf_assessment_page *p);

#endif
