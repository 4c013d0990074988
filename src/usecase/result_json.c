// SPDX-License-Identifier: Apache-2.0
//
// What the writers of results share: sectors and kinds come out in byte order, whatever order the register
// named them in.
#include "usecase/result_json.h"

#include <string.h>

uint32_t *hf_order_of_texts(const hf_str *texts, uint32_t count, hf_arena *arena)
{
    uint32_t *order = HF_NEW_N(arena, uint32_t, count);
    uint32_t *spare = HF_NEW_N(arena, uint32_t, count);
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t start = 0; start < count; start += 2 * width) {
            size_t middle = start + width < count ? start + width : count;
            size_t end = start + 2 * width < count ? start + 2 * width : count;
            size_t left = start;
            size_t right = middle;
            for (size_t to = start; to < end; to++) {
                bool take_left =
                    left < middle &&
                    (right >= end || hf_str_compare(texts[order[left]], texts[order[right]]) <= 0);
                spare[to] = order[take_left ? left++ : right++];
            }
        }
        memcpy(order, spare, count * sizeof(order[0]));
    }
    return order;
}
