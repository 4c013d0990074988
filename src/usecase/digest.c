// SPDX-License-Identifier: Apache-2.0
//
// A digest over records as they are stored. See digest.h.
#include "usecase/digest.h"

#include "base/limits.h"

hf_records_digest hf_records_digest_open(hf_arena *arena)
{
    return (hf_records_digest){.hash = hf_sha256_open(arena), .arena = arena};
}

void hf_records_digest_add(hf_records_digest *digest, const hf_canonical *form, const void *record)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_JSON_BYTES_MAX);
    hf_noun_write_canonical(form, record, &text);
    HF_ASSERT(!text.overflow); // each field is bounded, and far below that
    hf_sha256_add(digest->hash, text.ptr, text.len);
}

hf_str hf_records_digest_close(hf_records_digest *digest)
{
    char hex[65];
    hf_sha256 hash = hf_sha256_close(digest->hash);
    hf_hex(hash.bytes, sizeof hash.bytes, hex);
    return hf_str_copy(digest->arena, hf_str_of(hex));
}
