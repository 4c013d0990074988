// SPDX-License-Identifier: Apache-2.0
//
// Sorting of pointers: stable, so equal items keep their order, and the comparison is told what it needs to know.
// qsort does neither.
#ifndef HF_BASE_SORT_H
#define HF_BASE_SORT_H

#include <stddef.h>

// Below 0: a stands before b; 0: either may; above 0: after.
typedef int (*hf_compare)(const void *a, const void *b, const void *context);

// items   count pointers; sorted in place
// spare   room for as many; may be NULL when count < 2
// Cost    n log n comparisons; n when they are in order already. Recursion as deep as the logarithm of count
void hf_sort(const void **items, const void **spare, size_t count, hf_compare compare,
             const void *context);

#endif
