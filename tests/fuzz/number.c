// SPDX-License-Identifier: Apache-2.0
//
// Numbers: what is read as a number is written as one that reads back as the same bits.
#include <string.h>

#include "base/str.h"
#include "fuzz.h"

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void there_and_back(double value)
{
    char text[32];
    double again;
    size_t length = hf_format_double(value, text);
    HF_ASSERT(length < sizeof text);
    HF_ASSERT(hf_parse_double((hf_str){text, length}, &again));
    HF_ASSERT(bits_of(again) == bits_of(value) || (value == 0 && again == 0)); // -0 is written 0
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hf_str text = {(const char *)data, size};
    double number;
    int64_t whole;
    uint64_t count;
    if (hf_parse_double(text, &number))
        there_and_back(number);
    (void)!hf_parse_i64(text, &whole);
    (void)!hf_parse_u64(text, &count);
    (void)!hf_parse_count(text, &count);
    if (size >= sizeof number) {
        memcpy(&number, data, sizeof number);
        if (number - number == 0) // finite
            there_and_back(number);
    }
    return 0;
}
