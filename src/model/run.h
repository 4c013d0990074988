// SPDX-License-Identifier: Apache-2.0
//
// One computation that was kept: the question with all that went in, and the digest of its result, whose
// bytes are a blob. Asked again on the same register it must give the same bytes. Key = its id.
#ifndef HF_MODEL_RUN_H
#define HF_MODEL_RUN_H

#include "model/noun.h"

// What went into a run: all of the register, what its owner might know of then, or all of it with an answer that
// names no single asset.
typedef enum { HF_RUN_WHOLE, HF_RUN_VISIBLE, HF_RUN_GENERAL } hf_run_sight;

typedef struct {
    hf_head head;
    hf_str kind; // "simulate"
    hf_str title;
    hf_str scenario; // key of the record that it was asked with; may be gone since
    hf_str question; // JSON, complete: nothing else of the program is needed to repeat it
    hf_str snapshot; // digest of the register
    hf_str model;    // rules and their version
    hf_str generator;
    int64_t seed;
    int64_t trials; // done
    hf_str owner;
    hf_str sha256; // of the result's bytes
    int64_t bytes;
    double mean_loss;
    int32_t
        sight; // hf_run_sight; HF_WORD_NONE = kept before there was a choice: all of the register
    hf_str
        places; // of HF_RUN_VISIBLE: JSON list of the places that the owner's role was granted for, "sector/EN"
    hf_str unit; // of the loss: people or person_hours
} hf_run;

extern const hf_noun hf_noun_run;

#endif
