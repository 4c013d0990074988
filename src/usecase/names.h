// SPDX-License-Identifier: Apache-2.0
//
// Names of assets in sentences about results.
#ifndef HF_USECASE_NAMES_H
#define HF_USECASE_NAMES_H

#include "usecase/question.h"

typedef struct {
    hf_read *read;
    hf_lang lang;
    const hf_register_plan *plan;
    hf_arena *arena; // texts live here
} hf_namer;

// The asset's name, or its key when it has none, ready to stand in a sentence of the language.
//
// asset  of the plan
// kind   out: its kind, empty when the record is gone; may be NULL
bool hf_name_of(const hf_namer *namer, uint32_t asset, hf_str *name, hf_str *kind,
                hf_error *err) HF_CHECKED;

#endif
