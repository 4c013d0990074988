// SPDX-License-Identifier: Apache-2.0
//
// A text that asks something of States: a resolution, a set of principles, a directive, a compendium. Key = its code
// in the catalogue of provisions: "sr2341".
#ifndef HF_MODEL_INSTRUMENT_H
#define HF_MODEL_INSTRUMENT_H

#include "model/noun.h"

// How strongly it binds, the strongest first. A provision may say otherwise than its instrument.
typedef enum {
    HF_FORCE_BINDING,        // treaty, standard, law
    HF_FORCE_COUNCIL,        // decision of the Security Council under Chapter VII
    HF_FORCE_RECOMMENDATION, // calls upon, encourages
    HF_FORCE_GOOD_PRACTICE,
    HF_FORCE_COUNT
} hf_legal_force;
extern const char *const hf_legal_force_words[]; // NULL-ended
// By which a gap counts (docs/guide/assessment.md): 1, 1, 0.7, 0.5.
double hf_force_factor(hf_legal_force force);

typedef struct {
    hf_head head;
    hf_str name;   // English, or the State's own
    int32_t force; // hf_legal_force
    int64_t position;
    bool is_active; // false: not asked in new assessments
    hf_str
        edition; // of the catalogue that it came with; of a questionnaire of one's own its version
    int32_t language; // hf_lang of its words and those of all below it; none: English, as it ships
    hf_str translations; // JSON (model/translation.h) of "name"
} hf_instrument;

extern const hf_noun hf_noun_instrument;
extern const char *const hf_instrument_texts[]; // the fields that are translated, NULL-ended

#endif
