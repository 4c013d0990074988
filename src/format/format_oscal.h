// SPDX-License-Identifier: Apache-2.0
//
// OSCAL documents out of the catalogue and of assessments (NIST's Open Security Controls Assessment Language, JSON).
// Ids follow from what is written, so that the same data give the same bytes but for whom they are made. The reader is
// hf_format_oscal.
#ifndef HF_FORMAT_FORMAT_OSCAL_H
#define HF_FORMAT_FORMAT_OSCAL_H

#include "format/format.h"
#include "model/answer.h"
#include "model/evidence.h"
#include "model/provision.h"
#include "model/question.h"
#include "model/recommendation.h"

// A catalogue, or what was chosen of it, in its order.
typedef struct {
    hf_str made_for; // for whom the document is, in words; empty: not said
    const hf_instrument *const *instruments;
    const hf_provision *const *provisions;
    const hf_provision_question *const *questions;
    const uint32_t *instrument_of;  // of each provision
    const uint32_t *first_question; // of each provision, and one more
    size_t instrument_count, provision_count;
} hf_oscal_book;

// Is this book one instrument that came out of an OSCAL catalogue, and is still kept?
bool hf_oscal_is_kept(const hf_oscal_book *book);
// Such a one is written as that catalogue, with all that is kept of it, and with no word of whom it is made for; several
// instruments, or others, as groups of one catalogue of ours.
// Errors  HF_ERR_TOO_LARGE "oscal.out_too_large"; of what was kept: HF_ERR_INPUT
bool hf_oscal_write_catalog(const hf_oscal_book *book, hf_buf *out, hf_error *err) HF_CHECKED;
// The ids of the chosen provisions, drawn from the catalogue that hf_oscal_write_catalog makes of `whole`.
bool hf_oscal_write_profile(const hf_oscal_book *whole, const hf_oscal_book *chosen, hf_buf *out,
                            hf_error *err) HF_CHECKED;

// An assessment, for its three documents. Ids are drawn in the space of its record's own id.
typedef struct {
    const hf_assessment *assessment;
    hf_head protection; // marking and compartments of all that is told
    hf_oscal_book book;
    const hf_answer *const *answers;       // of each question; NULL: none
    const bool *has_evidence;              // of each question: was evidence accepted that counts?
    const hf_evidence *const *evidence;    // items by question, those of the first one first
    const uint32_t *first_evidence;        // of each question, and one more
    double implementation, evidence_cover; // two figures, never mixed; NaN: none
    const hf_recommendation *const *advice;
    size_t advice_count;
    int64_t now_ms; // evidence counts until it expires
} hf_oscal_assessment;

bool hf_oscal_write_plan(const hf_oscal_assessment *assessment, hf_buf *out,
                         hf_error *err) HF_CHECKED;
bool hf_oscal_write_results(const hf_oscal_assessment *assessment, hf_buf *out,
                            hf_error *err) HF_CHECKED;
// Errors  HF_ERR_NOT_FOUND "oscal.no_advice": OSCAL has no plan without an item
bool hf_oscal_write_poam(const hf_oscal_assessment *assessment, hf_buf *out,
                         hf_error *err) HF_CHECKED;

#endif
