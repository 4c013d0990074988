// SPDX-License-Identifier: Apache-2.0
//
// The only place besides wire/server.c where threads start. A pool hands out numbered pieces of work to
// its threads and waits for all; results must not depend on who did which piece.
#ifndef HF_BASE_POOL_H
#define HF_BASE_POOL_H

#include "base/macro.h"

#define HF_CACHE_LINE 64 // bytes; places that threads write often are kept this far apart

typedef struct hf_pool hf_pool;

// thread_count 0 = one per processor. A pool of one runs everything in the caller's thread.
hf_pool *hf_pool_open(uint32_t thread_count);
void hf_pool_close(hf_pool **pool); // NULL inside does nothing
uint32_t hf_pool_thread_count(const hf_pool *pool);

// Calls work(context, piece, worker) for piece = 0 … piece_count-1, each once, in any order, from at most
// thread_count threads; worker < thread_count names the caller, for scratch space. Returns when all are done.
// Not re-entrant: work must not call hf_pool_run on the same pool. Two threads that call at once take turns.
typedef void (*hf_pool_work)(void *context, uint64_t piece, uint32_t worker);
void hf_pool_run(hf_pool *pool, uint64_t piece_count, hf_pool_work work, void *context);

// A thread of its own for work that lasts (a job worker). Joined by hf_thread_join.
typedef struct hf_thread hf_thread;
hf_thread *hf_thread_start(void (*work)(void *context), void *context);
void hf_thread_join(hf_thread **thread);
// The calling thread, and those that it starts, leave the processor to others first. niceness 0 to 19.
void hf_thread_be_nice(int niceness);

#endif
