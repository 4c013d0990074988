// SPDX-License-Identifier: Apache-2.0
//
// Times: what is read as a time is written as one that reads back as the same millisecond.
#include "base/clock.h"
#include "base/str.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t ms = 0, again = 0;
    char text[32];
    if (!hf_time_parse((hf_str){(const char *)data, size}, &ms))
        return 0;
    hf_time_format(ms, text);
    HF_ASSERT(hf_time_parse(hf_str_of(text), &again));
    HF_ASSERT(again == ms);
    return 0;
}
