// SPDX-License-Identifier: Apache-2.0
//
// Words of audit areas and critical elements.
#include "model/aviation.h"

#include <math.h>

#include "model/scores.h"

const char *const hf_audit_area_words[] = {"leg", "trg", "qcf", "ops", "ifs",
                                           "pax", "cgo", "aui", "fal", NULL};
const char *const hf_critical_element_words[] = {"ce_1", "ce_2", "ce_3", "ce_4", "ce_5",
                                                 "ce_6", "ce_7", "ce_8", NULL};

void hf_audit_count(hf_audit_score *score, int8_t rating)
{
    score->asked++;
    score->applicable += rating >= 0;
    score->satisfied += rating >= HF_SCORE_SATISFYING;
}

double hf_audit_effective(const hf_audit_score *score)
{
    return score->applicable == 0 ? (double)NAN
                                  : (double)score->satisfied / (double)score->applicable;
}
