// SPDX-License-Identifier: Apache-2.0
//
// Merge sort from the top. Halves that are in order already are left as they are. See sort.h.
#include "base/sort.h"

#include <string.h>

// Joins two sorted halves; the left one is put aside first.
static void merge(const void **items, const void **spare, size_t half, size_t count,
                  hf_compare compare, const void *context)
{
    memcpy(spare, items, half * sizeof(items[0]));
    size_t left = 0;
    size_t right = half;
    for (size_t to = 0; left < half; to++) {
        if (right == count || compare(spare[left], items[right], context) <= 0)
            items[to] = spare[left++];
        else
            items[to] = items[right++];
    }
}

void hf_sort(const void **items, const void **spare, size_t count, hf_compare compare,
             const void *context)
{
    if (count < 2)
        return;
    size_t half = count / 2;
    hf_sort(items, spare, half, compare, context);
    hf_sort(items + half, spare, count - half, compare, context);
    if (compare(items[half - 1], items[half], context) > 0)
        merge(items, spare, half, count, compare, context);
}
