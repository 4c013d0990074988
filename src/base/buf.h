// SPDX-License-Identifier: Apache-2.0
//
// The growing buffer: born with a maximum, so that nothing from outside can make it grow without end.
// Going over the maximum sets `overflow` and drops the bytes; the owner checks once at the end.
#ifndef HF_BASE_BUF_H
#define HF_BASE_BUF_H

#include "base/str.h"

typedef struct {
    char *ptr;
    size_t len;
    size_t capacity;
    size_t max_bytes;
    bool overflow;
} hf_buf;

hf_buf hf_buf_of(size_t max_bytes); // empty, takes no memory yet
void hf_buf_done(hf_buf *buf);      // frees; for HF_CLEANUP
void hf_buf_clear(hf_buf *buf);     // keeps the memory
void hf_buf_add(hf_buf *buf, const void *bytes, size_t count);
void hf_buf_add_str(hf_buf *buf, hf_str text);
void hf_buf_add_z(hf_buf *buf, const char *text);
void hf_buf_add_byte(hf_buf *buf, char byte);
void hf_buf_add_i64(hf_buf *buf, int64_t value);
void hf_buf_add_u64(hf_buf *buf, uint64_t value);
void hf_buf_add_double(hf_buf *buf, double value); // hf_format_double
void hf_buf_add_format(hf_buf *buf, const char *format, ...) HF_PRINTF(2, 3);
// Room for `count` more bytes, to be written by the caller, who then adds to len. NULL on overflow.
char *hf_buf_reserve(hf_buf *buf, size_t count);
hf_str hf_buf_str(const hf_buf *buf); // view, valid until the next add
hf_str hf_buf_copy(hf_arena *arena, const hf_buf *buf);

#endif
