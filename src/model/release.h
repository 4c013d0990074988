// SPDX-License-Identifier: Apache-2.0
//
// Something that needs a second person: who asks for what and why, and who let it happen or did not. Key = its id.
#ifndef HF_MODEL_RELEASE_H
#define HF_MODEL_RELEASE_H

#include "model/noun.h"

// Stored as numbers: new ones go to the end.
typedef enum {
    HF_RELEASE_WAITING,
    HF_RELEASE_APPROVED,
    HF_RELEASE_DECLINED,
    HF_RELEASE_USED // what was approved has been done, and is not done again
} hf_release_state;

typedef struct {
    hf_head head;
    // "simulation": a run over all of the register, told in general; "export": records as a file; "lowering": of markings;
    // "practice": more readers for a good practice
    hf_str kind;
    int32_t state; // hf_release_state
    hf_str owner;  // who asks
    hf_str title;
    hf_str reason;
    hf_str question;    // JSON, complete, as it was when it was asked
    hf_str digest;      // SHA-256 of the records that are asked for, with their versions; hex
    int64_t records;    // how many they are
    int64_t expires_at; // waits no longer; once approved: can be used no longer
    hf_str decided_by;
    int64_t decided_at;
    hf_str note;        // of who decided
    int64_t min_assets; // smallest group of unseen assets that the answer may tell of
    hf_str job;         // that does it
    int64_t used_at;
} hf_release;

extern const hf_noun hf_noun_release;

#endif
