// SPDX-License-Identifier: Apache-2.0
//
// Codes of watermarks in any bytes: what is found is a code, stands once, and fits the room.
#include "format/format_marks.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_str codes[4];
    size_t count = hf_marks_in((hf_str){(const char *)data, size}, &arena, codes, HF_COUNT(codes));
    HF_ASSERT(count <= HF_COUNT(codes));
    for (size_t i = 0; i < count; i++) {
        HF_ASSERT(hf_is_mark(codes[i]));
        for (size_t k = 0; k < i; k++)
            HF_ASSERT(!hf_str_equal(codes[i], codes[k]));
    }
    return 0;
}
