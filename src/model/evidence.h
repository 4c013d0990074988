// SPDX-License-Identifier: Apache-2.0
//
// One piece of evidence for an answer: a file, an address or a record of the register, with the day until which it
// counts, and what was judged about it, by whom and why. Key, unless given: the question's in the assessment, stroke, a
// short digest of what it refers to.
#ifndef HF_MODEL_EVIDENCE_H
#define HF_MODEL_EVIDENCE_H

#include "model/assessment.h"

typedef enum { HF_EVIDENCE_OFFERED, HF_EVIDENCE_ACCEPTED, HF_EVIDENCE_REFUSED } hf_evidence_state;

typedef struct {
    hf_assessment_part part;
    hf_str question;
    hf_str title;
    hf_str attachment; // exactly one of these three
    hf_str link;       // an address
    hf_str record;     // "noun/key"
    int64_t expires_at;
    int32_t state; // hf_evidence_state
    hf_str reason; // of a refusal
    hf_str given_by;
    int64_t given_at;
    hf_str judged_by;
    int64_t judged_at;
} hf_evidence;

extern const hf_noun hf_noun_evidence;

// Was it accepted, and does it still count at this time?
bool hf_evidence_counts(const hf_evidence *evidence, int64_t at_ms);

// What one item shows: its title, or what it refers to.
hf_str hf_evidence_name(const hf_evidence *evidence);

// "https://…" or "http://…": what a browser would run instead of open is no link.
bool hf_is_web_address(hf_str link);
// "noun/key" of a kind of record that there is.
bool hf_is_record_name(hf_str name);

#endif
