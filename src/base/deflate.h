// SPDX-License-Identifier: Apache-2.0
//
// gzip, raw deflate (members of a ZIP file) and CRC-32, all with bounds. The one door to zlib.
#ifndef HF_BASE_DEFLATE_H
#define HF_BASE_DEFLATE_H

#include "base/buf.h"
#include "base/error.h"

typedef enum {
    HF_DEFLATE_GZIP, // RFC 1952, no name and no time: equal bytes for equal input
    HF_DEFLATE_RAW   // RFC 1951
} hf_deflate_form;

// Appends the packed bytes. level 1 (fast) to 9 (small). Errors: HF_ERR_TOO_LARGE the buffer's
// maximum.
bool hf_deflate(hf_deflate_form form, hf_str bytes, int level, hf_buf *out,
                hf_error *err) HF_CHECKED;
// Appends the unpacked bytes; all of `bytes` must belong to the stream (gzip: one or more members).
// Errors: HF_ERR_INPUT "deflate.broken"; HF_ERR_TOO_LARGE "deflate.too_large": the buffer's
// maximum, or more than HF_UNZIP_RATIO_MAX times the packed bytes once 1 MiB is passed.
bool hf_inflate(hf_deflate_form form, hf_str bytes, hf_buf *out, hf_error *err) HF_CHECKED;
bool hf_is_gzip(hf_str bytes);

// The same piece by piece. Use: open, add …, finish, close (close alone gives up).
typedef struct hf_deflater hf_deflater;
hf_deflater *hf_deflater_open(hf_deflate_form form, int level);
// Appends what is ready to `out`, which the caller may empty between calls.
bool hf_deflater_add(hf_deflater *deflater, hf_str bytes, hf_buf *out, hf_error *err) HF_CHECKED;
bool hf_deflater_finish(hf_deflater *deflater, hf_buf *out, hf_error *err) HF_CHECKED;
void hf_deflater_close(hf_deflater **deflater);

// Unpacks piece by piece. max_bytes bounds the whole; the ratio is bounded as above.
typedef struct hf_inflater hf_inflater;
hf_inflater *hf_inflater_open(hf_deflate_form form, uint64_t max_bytes);
// Takes from *bytes (moves it past what was used) and fills up to `room` bytes; *count = 0 with
// *bytes empty means: give more. *is_end is set when the stream is complete.
bool hf_inflater_take(hf_inflater *inflater, hf_str *bytes, void *target, size_t room,
                      size_t *count, bool *is_end, hf_error *err) HF_CHECKED;
void hf_inflater_close(hf_inflater **inflater);

uint32_t hf_crc32(uint32_t crc, hf_str bytes); // start with 0

#endif
