// SPDX-License-Identifier: Apache-2.0
//
// The two ways in which ICAO cuts an audit of aviation security: nine audit areas and eight critical elements of a State's
// oversight. Questions and findings bear both.
#ifndef HF_MODEL_AVIATION_H
#define HF_MODEL_AVIATION_H

#include "model/noun.h"

#define HF_AUDIT_AREA_COUNT       9u
#define HF_CRITICAL_ELEMENT_COUNT 8u
extern const char *const hf_audit_area_words[];       // "leg" "trg" "qcf" … "fal", NULL-ended
extern const char *const hf_critical_element_words[]; // "ce_1" … "ce_8", NULL-ended

// Effective implementation: satisfied over applicable, of the questions that are answered.
typedef struct {
    uint32_t asked, applicable, satisfied;
} hf_audit_score;
// Counts one question. rating: 0 to 4, HF_SCORE_NA, HF_SCORE_OPEN
void hf_audit_count(hf_audit_score *score, int8_t rating);
double hf_audit_effective(const hf_audit_score *score); // NaN: nothing applicable is answered

#endif
