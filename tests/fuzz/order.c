// SPDX-License-Identifier: Apache-2.0
//
// The order of keys, runs of digits as numbers: an order for any three texts (lines of the input), else sorting
// them would have no end.
#include "base/str.h"
#include "fuzz.h"

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hf_str rest = {(const char *)data, size};
    hf_str text[3] = {{0}};
    for (size_t i = 0; i < HF_COUNT(text) && rest.len > 0; i++)
        (void)hf_str_split(&rest, '\n', &text[i]);
    int order[3][3];
    for (size_t a = 0; a < 3; a++)
        for (size_t b = 0; b < 3; b++)
            order[a][b] = sign(hf_str_compare_natural(text[a], text[b]));
    for (size_t a = 0; a < 3; a++) {
        for (size_t b = 0; b < 3; b++) {
            HF_ASSERT(order[a][b] == -order[b][a]);
            HF_ASSERT((order[a][b] == 0) == hf_str_equal(text[a], text[b]));
            for (size_t c = 0; c < 3; c++)
                HF_ASSERT(!(order[a][b] <= 0 && order[b][c] <= 0) || order[a][c] <= 0);
        }
    }
    return 0;
}
