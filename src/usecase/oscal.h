// SPDX-License-Identifier: Apache-2.0
//
// OSCAL documents out: the catalogue, a choice of it, and what an assessment plans, found and advises. The way in is an
// import like any other (exchange.h).
#ifndef HF_USECASE_OSCAL_H
#define HF_USECASE_OSCAL_H

#include "usecase/assessment.h"

typedef enum {
    HF_OSCAL_CATALOG,
    HF_OSCAL_PROFILE,
    HF_OSCAL_PLAN,
    HF_OSCAL_RESULTS,
    HF_OSCAL_POAM, // plan of action and milestones
    HF_OSCAL_COUNT
} hf_oscal_document_kind;
extern const char *const hf_oscal_document_words[]; // "catalog" … "poam", NULL-ended

typedef struct {
    hf_oscal_document_kind kind;
    // Of a catalogue or a profile: keys and themes, separated by commas; empty: all.
    hf_str instruments, themes;
    hf_str assessment; // of the others
} hf_oscal_request;

// Writes the document and notes who took it out. The same data give the same bytes, but for the words for whom it was
// made, which stand in all but a catalogue that is written as it came.
// *marking  of the most secret record that is told of
// Errors  HF_ERR_USAGE "oscal.no_assessment", "oscal.unknown_choice"; HF_ERR_PERMISSION; HF_ERR_NOT_FOUND
//         "record.unknown", "oscal.no_advice", "oscal.nothing_chosen"; HF_ERR_TOO_LARGE "oscal.out_too_large"
bool hf_oscal_export(const hf_session *session, const hf_oscal_request *request, hf_buf *out,
                     int32_t *marking, hf_error *err) HF_CHECKED;
// What the file may be called: "holdfast-catalog.json", "N-2026-results.json".
hf_str hf_oscal_file_name(const hf_oscal_request *request, hf_arena *arena);

#endif
