// SPDX-License-Identifier: Apache-2.0
//
// CBOR of any bytes: what is read lies inside of what was given, and reads again the same from its own bytes alone.
#include "base/cbor.h"

#include "fuzz.h"

static void check_inside(const hf_cbor *item, hf_str all)
{
    for (; item != NULL; item = item->next) {
        if (item->text.len > 0)
            HF_ASSERT(item->text.ptr >= all.ptr &&
                      item->text.ptr + item->text.len <= all.ptr + all.len);
        check_inside(item->child, all);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_str all = {(const char *)data, size};
    hf_cbor *item = NULL;
    hf_cbor *again = NULL;
    hf_error err = {0};
    size_t used = 0;
    size_t used_again = 0;
    if (!hf_cbor_read(all, &arena, &item, &used, &err))
        return 0;
    HF_ASSERT(used > 0 && used <= size);
    check_inside(item, all);
    HF_ASSERT(hf_cbor_read(hf_str_slice(all, 0, used), &arena, &again, &used_again, &err));
    HF_ASSERT(used_again == used);
    (void)hf_cbor_get(item, "authData");
    (void)hf_cbor_at(item, -7);
    return 0;
}
