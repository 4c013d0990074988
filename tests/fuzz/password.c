// SPDX-License-Identifier: Apache-2.0
//
// A password and a list of stolen ones, split at the first line end: neither is trusted to be what it should.
#include "usecase/password.h"
#include <string.h>

#include "base/text.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hf_str all = {(const char *)data, size};
    size_t cut = hf_str_find_byte(all, '\n', 0);
    hf_str password = hf_str_slice(all, 0, cut);
    hf_str list = hf_str_slice(all, cut + 1, size);
    hf_sha1 hash = hf_sha1_of(password);
    bool found = false;
    if (password.len <= HF_PASSWORD_BYTES_MAX && hf_utf8_valid(password, NULL))
        HF_ASSERT(hf_password_weight(password, &list, 1) <= password.len + 1);
    if (hf_breach_list_find(list, &hash, &found) && found)
        HF_ASSERT(list.len >= 40);
    if (list.len >= 20) { // one that is surely asked for what the list may hold
        memcpy(hash.bytes, list.ptr, sizeof hash.bytes);
        (void)!hf_breach_list_find(list, &hash, &found);
    }
    return 0;
}
