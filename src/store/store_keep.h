// SPDX-License-Identifier: Apache-2.0
//
// What is not kept for ever. Never lines of the log: they are proof.
#ifndef HF_STORE_STORE_KEEP_H
#define HF_STORE_STORE_KEEP_H

#include "store/store.h"

#define HF_FORGOTTEN_AT_ONCE 20u // jobs, each with a result of up to 64 MB; the next call goes on
// Removes jobs, with what came of them, that ended before this moment, oldest first.
// *count: how many
bool hf_forget_jobs(hf_tx *tx, int64_t before_ms, uint64_t *count, hf_error *err) HF_CHECKED;
// Removes sessions, known browsers, used questions and memories of ended tokens whose time is over. *count: how many
bool hf_forget_credentials(hf_tx *tx, int64_t now_ms, uint64_t *count, hf_error *err) HF_CHECKED;

#endif
