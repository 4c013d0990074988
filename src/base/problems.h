// SPDX-License-Identifier: Apache-2.0
//
// The faults of many rows: an import collects them here instead of stopping at the first. Kept up to
// HF_IMPORT_PROBLEMS_MAX with their text, counted beyond.
#ifndef HF_BASE_PROBLEMS_H
#define HF_BASE_PROBLEMS_H

#include "base/error.h"
#include "base/str.h"
#include "base/vec.h"

typedef enum { HF_WARNING, HF_REFUSED } hf_severity; // "warning" keeps the row, "error" refuses it

typedef struct {
    hf_str file;   // as typed
    uint64_t line; // 1-based physical line where the record starts (header = 1)
    hf_str column; // header name or empty
    hf_severity severity;
    const char *code; // static
    hf_str message;
} hf_problem;

typedef struct {
    hf_arena *arena;
    HF_VEC(hf_problem) list;
    uint64_t warning_count;
    uint64_t error_count; // problems, not rows
} hf_problems;

hf_problems hf_problems_of(hf_arena *arena);
void hf_problems_add(hf_problems *problems, hf_severity severity, hf_str file, uint64_t line,
                     hf_str column, const char *code, const char *format, ...) HF_PRINTF(7, 8);
// The fault that ended the reading, in front of those of single rows; it is kept even when they are too many.
void hf_problems_put_first(hf_problems *problems, const hf_error *fault);

#endif
