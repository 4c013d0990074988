// SPDX-License-Identifier: Apache-2.0
//
// Packed bytes: gzip and raw deflate never give more than their bound, and what we pack ourselves comes back.
#include "base/deflate.h"

#include "fuzz.h"

enum { PLAIN_BYTES_MAX = 1 << 22 };

static void unpack(hf_deflate_form form, hf_str bytes)
{
    HF_CLEANUP(hf_buf_done) hf_buf plain = hf_buf_of(PLAIN_BYTES_MAX);
    hf_error err = {0};
    (void)!hf_inflate(form, bytes, &plain, &err);
    HF_ASSERT(plain.len <= PLAIN_BYTES_MAX);
}

static void there_and_back(hf_deflate_form form, hf_str bytes)
{
    HF_CLEANUP(hf_buf_done) hf_buf packed = hf_buf_of(2 * PLAIN_BYTES_MAX);
    HF_CLEANUP(hf_buf_done) hf_buf plain = hf_buf_of(PLAIN_BYTES_MAX);
    hf_error err = {0};
    HF_ASSERT(hf_deflate(form, bytes, 6, &packed, &err));
    HF_ASSERT(hf_inflate(form, hf_buf_str(&packed), &plain, &err));
    HF_ASSERT(hf_str_equal(hf_buf_str(&plain), bytes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hf_str bytes = {(const char *)data, size};
    if (size > PLAIN_BYTES_MAX)
        return 0;
    unpack(HF_DEFLATE_GZIP, bytes);
    unpack(HF_DEFLATE_RAW, bytes);
    there_and_back(HF_DEFLATE_GZIP, bytes);
    there_and_back(HF_DEFLATE_RAW, bytes);
    return 0;
}
