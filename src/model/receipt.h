// SPDX-License-Identifier: Apache-2.0
//
// Somebody has read a bulletin. Written by the program when they say so; as secret as the bulletin.
#ifndef HF_MODEL_RECEIPT_H
#define HF_MODEL_RECEIPT_H

#include "model/noun.h"

typedef struct {
    hf_head head;
    hf_str bulletin; // bulletin
    hf_str reader;
    hf_str organisation; // organisation
    int64_t read_at;
} hf_receipt;

extern const hf_noun hf_noun_receipt;

#endif
