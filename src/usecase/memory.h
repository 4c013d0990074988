// SPDX-License-Identifier: Apache-2.0
//
// Does a simulation fit into memory? Asked before it starts, because out of memory ends the program.
#ifndef HF_USECASE_MEMORY_H
#define HF_USECASE_MEMORY_H

#include "engine/engine.h"

// Bytes that this process may still take: what Linux calls available, or what is left of the limit of
// its control group or of its own (RLIMIT_DATA, RLIMIT_AS) when that is less. UINT64_MAX when the system does not tell.
uint64_t hf_memory_free(void);

// threads    that will run it; 1 or more
// free_bytes of hf_memory_free
// Errors     HF_ERR_TOO_LARGE "simulate.memory": how much is needed, how much is free, and the number of
//            threads that would fit, or what else makes it smaller; those of hf_simulate_memory
bool hf_check_simulation_memory(const hf_plan *plan, const hf_simulation *simulation,
                                uint32_t threads, uint64_t free_bytes, hf_error *err) HF_CHECKED;

// The same of one trial by itself (hf_trial_run), which has one thread and counts nothing.
// Errors     HF_ERR_TOO_LARGE "simulate.memory"; those of hf_trial_memory
bool hf_check_trial_memory(const hf_plan *plan, const hf_simulation *simulation,
                           uint64_t free_bytes, hf_error *err) HF_CHECKED;

#endif
