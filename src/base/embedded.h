// SPDX-License-Identifier: Apache-2.0
//
// A file packed into the program (tools/embed_json.py makes tables of them).
#ifndef HF_BASE_EMBEDDED_H
#define HF_BASE_EMBEDDED_H

#include <stddef.h>

typedef struct {
    const char *name; // file name; NULL ends a table
    const char *ptr;
    size_t bytes;
} hf_embedded_file;

#endif
