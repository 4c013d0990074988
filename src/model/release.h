// SPDX-License-Identifier: Apache-2.0
//
// Something that needs a second person: who asks for what and why, and who let it happen or did not. Key = its id.
#ifndef HF_MODEL_RELEASE_H
#define HF_MODEL_RELEASE_H

#include "model/noun.h"

typedef enum { HF_RELEASE_WAITING, HF_RELEASE_APPROVED, HF_RELEASE_DECLINED } hf_release_state;

typedef struct {
    hf_head head;
    hf_str
        kind; // "simulation": a run over all of the register, told in general; "practice": a lower marking
    int32_t state; // hf_release_state
    hf_str owner;  // who asks
    hf_str title;
    hf_str reason;
    hf_str question;    // JSON, complete, as it was when it was asked
    int64_t expires_at; // waits no longer
    hf_str decided_by;
    int64_t decided_at;
    hf_str note;        // of who decided
    int64_t min_assets; // smallest group of unseen assets that the answer may tell of
    hf_str job;         // that does it
} hf_release;

extern const hf_noun hf_noun_release;

#endif
