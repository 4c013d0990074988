// SPDX-License-Identifier: Apache-2.0
//
// One line of the append-only log: what happened, to what, by whom, from where. Key = its sequence.
#ifndef HF_MODEL_EVENT_H
#define HF_MODEL_EVENT_H

#include "base/buf.h"
#include "model/noun.h"

enum { HF_EVENT_LINE_BYTES_MAX = 1 << 20 };

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

// Appends the line of the log as RFC 8785 JSON, without an end of line. The hash covers the line without it.
// previous   hash of the line before in lower-case hex; empty for the first
// with_hash  also event->hash, as in an export
void hf_event_write_line(const hf_event *event, hf_str previous, bool with_hash, hf_buf *out);

#endif
