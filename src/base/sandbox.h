// SPDX-License-Identifier: Apache-2.0
//
// A program locks itself in before it touches foreign bytes: files by Landlock, calls by seccomp,
// memory and time by resource limits. For the reader program, and for the server; call it before any thread starts.
// Nothing can undo it, and programs that are started inherit it.
#ifndef HF_BASE_SANDBOX_H
#define HF_BASE_SANDBOX_H

#include "base/error.h"

typedef struct {
    const char *const *read_paths; // files and directories that may be read; NULL-ended
    const char *const
        *write_dirs; // directories below which files may be made and written; NULL-ended or NULL
    const char *const
        *run_paths; // files and directories that may be read and run; NULL-ended or NULL
    const char *const *devices; // files that may be read and written; NULL-ended or NULL
    bool
        may_serve; // it speaks over the network, starts programs that lock themselves in, and ends them
    uint64_t memory_bytes_max; // address space; 0 = as it is
    uint32_t cpu_seconds_max;  // 0 = as it is
    uint64_t file_bytes_max;   // of one file it writes; 0 = as it is
} hf_sandbox;

// What the kernel granted: an old one lacks Landlock or seccomp; the caller refuses to go on.
typedef struct {
    bool has_landlock;
    bool has_seccomp;
} hf_sandbox_state;

// Afterwards: no file but those named, no tracing, no mounts, no new privileges; unless may_serve, no socket and no new
// program.
// Errors: HF_ERR_INTERNAL "sandbox.refused" when the kernel has a mechanism but refuses it; paths
// that do not exist are skipped.
bool hf_sandbox_enter(const hf_sandbox *rules, hf_sandbox_state *state, hf_error *err) HF_CHECKED;

#endif
