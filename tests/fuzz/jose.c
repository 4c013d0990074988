// SPDX-License-Identifier: Apache-2.0
//
// Tokens and sets of keys of any bytes, split at the first line end: what is taken gives claims that are an object.
#include "base/jose.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_str all = {(const char *)data, size};
    size_t cut = hf_str_find_byte(all, '\n', 0);
    hf_json *keys = NULL;
    hf_json *claims = NULL;
    hf_error err = {0};
    if (!hf_json_parse(hf_str_slice(all, cut + 1, size), &arena, &keys, &err))
        return 0;
    if (hf_jose_open(hf_str_slice(all, 0, cut), keys, &arena, &claims, &err))
        HF_ASSERT(claims->type == HF_JSON_OBJECT);
    return 0;
}
