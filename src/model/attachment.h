// SPDX-License-Identifier: Apache-2.0
//
// A file that belongs to a record, kept by its content hash.
#ifndef HF_MODEL_ATTACHMENT_H
#define HF_MODEL_ATTACHMENT_H

#include "model/noun.h"

typedef struct {
    hf_head head;
    hf_str noun_name;
    hf_str record_key;
    hf_str file_name;
    hf_str media_type;
    int64_t bytes;
    hf_str sha256;
    hf_str title;
} hf_attachment;

extern const hf_noun hf_noun_attachment;

#endif
