// SPDX-License-Identifier: Apache-2.0
//
// A driver around another one that fails the n-th call that could fail. Tests run a use case with n = 1, 2, 3 …
// until none fails, and look whether anything was half written. Private to store/ and tests.
#ifndef HF_STORE_FAULTY_H
#define HF_STORE_FAULTY_H

#include "store/db.h"

// The calls that can fail, by what they are.
typedef enum {
    HF_FAULT_OPEN,
    HF_FAULT_RUN,
    HF_FAULT_BEGIN,
    HF_FAULT_COMMIT,
    HF_FAULT_STRAIGHT,
    HF_FAULT_PREPARE,
    HF_FAULT_STEP,
    HF_FAULT_COPY,
    HF_FAULT_CALL_COUNT
} hf_fault_call;

typedef struct {
    const hf_db_driver *driver; // the real one
    uint64_t fail_at;           // 1 = the next call; 0 = never
    hf_error_kind kind;  // HF_ERR_WRITE (disk full), HF_ERR_BUSY, HF_ERR_INPUT (damaged), …
    bool fails_on;       // every later call fails too, as on a full disk
    uint64_t call_count; // calls that could fail, so far
    uint64_t last[HF_FAULT_CALL_COUNT]; // the last one of each; 0 = there was none
    bool has_failed;
} hf_fault_plan;

// Give &plan as hf_store_open_with's driver_state.
extern const hf_db_driver hf_db_faulty;

#endif
