// SPDX-License-Identifier: Apache-2.0
//
// What the writers of results share.
#ifndef HF_USECASE_RESULT_JSON_H
#define HF_USECASE_RESULT_JSON_H

#include "base/str.h"

// Indices of the texts in byte order. Cost: O(n log n).
uint32_t *hf_order_of_texts(const hf_str *texts, uint32_t count, hf_arena *arena);

#endif
