// SPDX-License-Identifier: Apache-2.0
//
// One thing that an instrument asks for. Key = its code in the catalogue: "2341-OP2". Its words in other languages
// stand apart (usecase/catalogue.h), so that a translation is mended without touching what refers to what.
#ifndef HF_MODEL_PROVISION_H
#define HF_MODEL_PROVISION_H

#include "model/instrument.h"
#include "model/phase.h"

typedef enum {
    HF_SEEN_TEXT,         // the wording itself was read
    HF_SEEN_PARTIAL_TEXT, // a part of it
    HF_SEEN_SUMMARY,      // a summary of it
    HF_SEEN_RECALLED      // nothing of it: check before citing
} hf_evidence_level;

typedef struct {
    hf_head head;
    hf_str title;       // English, or the State's own
    hf_str requirement; // what is asked, in our own words
    hf_str instrument;
    hf_str paragraph;       // a code with words of its own: "operative-1"
    hf_str theme;           // a code: "risk-assessment"
    int32_t force;          // hf_legal_force; HF_WORD_NONE: that of the instrument
    double weight;          // in means; 1 by default
    hf_str crosswalk;       // provisions that ask for much the same
    hf_str document;        // as it is cited
    hf_str cites;           // JSON: further texts, a list
    int32_t evidence_level; // hf_evidence_level
    hf_str basis;           // a code: what was read to write this down
    int64_t position;
    hf_str edition;
    hf_str phases;       // of hf_phase_words; empty: what ships for this key (usecase/provisions.h)
    hf_str translations; // JSON (model/translation.h) of "title" and "requirement"
} hf_provision;

extern const hf_noun hf_noun_provision;
extern const char *const hf_provision_texts_of[]; // the fields that are translated, NULL-ended

// In means; 1 where none is given.
double hf_provision_weight(const hf_provision *provision);

#endif
