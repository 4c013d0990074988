// SPDX-License-Identifier: Apache-2.0
//
// One line of the append-only log: what happened, to what, by whom, from where. Key = its sequence.
#ifndef HF_MODEL_EVENT_H
#define HF_MODEL_EVENT_H

#include "model/noun.h"

typedef struct {
    hf_head head;
    int64_t sequence;
    int64_t at;
    hf_str actor;
    hf_str action; // "asset.added", "import.done"
    hf_str noun_name;
    hf_str record_key;
    hf_str detail;
    hf_str hash; // SHA-256 over the line and the hash before
} hf_event;

extern const hf_noun hf_noun_event;

#endif
