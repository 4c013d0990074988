// SPDX-License-Identifier: Apache-2.0
//
// Long work as a row: a worker takes it, a restart finds it again. Key = its id.
#ifndef HF_MODEL_JOB_H
#define HF_MODEL_JOB_H

#include "model/noun.h"

typedef enum {
    HF_JOB_QUEUED,
    HF_JOB_RUNNING,
    HF_JOB_DONE,
    HF_JOB_FAILED,
    HF_JOB_CANCELLED
} hf_job_state;

typedef struct {
    hf_head head;
    hf_str kind;   // "import", "inference", "demo", "rank" …
    int32_t state; // hf_job_state
    hf_str owner;
    hf_str request;
    hf_str result;
    hf_str error;
    int64_t done;
    int64_t total; // 0 = not known
    hf_str unit;
    bool cancel_wanted;
    int64_t started_at;
    int64_t ended_at;
} hf_job;

extern const hf_noun hf_noun_job;

#endif
