// SPDX-License-Identifier: Apache-2.0
//
// One question by which a provision is judged, and the evidence that it asks for. Key = provision, point, number:
// "2341-OP2.q1".
#ifndef HF_MODEL_QUESTION_H
#define HF_MODEL_QUESTION_H

#include "model/aviation.h"

typedef struct {
    hf_head head;
    hf_str provision;
    hf_str text;      // English, or the State's own
    hf_str wanted;    // evidence that would show it
    int64_t position; // within its provision
    hf_str edition;
    int32_t
        audit_area; // index into hf_audit_area_words; none: what ships for this key (usecase/provisions.h)
    int32_t critical_element; // index into hf_critical_element_words
    hf_str applies;           // when it is to be asked, in words; empty: always
    hf_str levels;            // JSON: how to judge, a text for each rating from 0 to 4
    double weight;            // in the mean of its provision; 1 by default
    hf_str translations;      // JSON (model/translation.h) of hf_question_texts
} hf_provision_question;

extern const hf_noun hf_noun_question;
extern const char *const hf_question_texts[]; // the fields that are translated, NULL-ended

// In the mean of its provision; 1 where none is given.
double hf_question_weight(const hf_provision_question *question);

#endif
