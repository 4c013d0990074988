// SPDX-License-Identifier: Apache-2.0
//
// A file that belongs to a record, kept by its content hash. It lies where its record lies and is at least as secret;
// its bytes are a blob of the store. Key = its id.
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
    hf_str sector, region, organisation, section; // copied from the record: where it belongs
} hf_attachment;

extern const hf_noun hf_noun_attachment;

// May records of a noun have files? Not what the platform keeps, and not files themselves.
bool hf_noun_has_files(const hf_noun *noun);

#endif
