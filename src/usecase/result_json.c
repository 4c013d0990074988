// SPDX-License-Identifier: Apache-2.0
//
// What the writers of results share: sectors and kinds come out in byte order, whatever order the register
// named them in.
#include "usecase/result_json.h"

#include "base/sort.h"

static int compare_texts(const void *a, const void *b, const void *context)
{
    const hf_str *left = a, *right = b;
    (void)context;
    return hf_str_compare(*left, *right);
}

uint32_t *hf_order_of_texts(const hf_str *texts, uint32_t count, hf_arena *arena)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const void **sorted = HF_NEW_N(&scratch, const void *, count);
    const void **spare = HF_NEW_N(&scratch, const void *, count);
    uint32_t *order = HF_NEW_N(arena, uint32_t, count);
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = &texts[i];
    hf_sort(sorted, spare, count, compare_texts, NULL);
    for (uint32_t i = 0; i < count; i++)
        order[i] = (uint32_t)((const hf_str *)sorted[i] - texts);
    return order;
}
