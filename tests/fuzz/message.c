// SPDX-License-Identifier: Apache-2.0
//
// Message patterns: any text can be filled in every language, and stays within the buffer.
#include "base/message.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const hf_message_value values[] = {
        {.name = "name", .text = {"\xe6\xb0\xb4", 3}},
        {.name = "n", .is_number = true, .number = 11},
        {.name = "x", .is_number = true, .number = -1234567.25},
    };
    for (int lang = 0; lang < HF_LANG_COUNT; lang++) {
        HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1 << 16);
        hf_message_fill((hf_lang)lang, (hf_str){(const char *)data, size}, values, HF_COUNT(values),
                        &out);
        HF_ASSERT(out.len <= 1 << 16);
    }
    return 0;
}
