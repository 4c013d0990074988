// SPDX-License-Identifier: Apache-2.0
//
// A digest over records of several kinds as they are stored: what a report was made of. However many there are, one is in
// memory at a time.
#ifndef HF_USECASE_DIGEST_H
#define HF_USECASE_DIGEST_H

#include "base/crypto.h"
#include "model/noun.h"

typedef struct {
    hf_sha256_stream *hash;
    hf_arena *arena;
} hf_records_digest;

hf_records_digest hf_records_digest_open(hf_arena *arena);
// form: of the record's noun. The digest is over the records in the order in which they are added.
void hf_records_digest_add(hf_records_digest *digest, const hf_canonical *form, const void *record);
// SHA-256 in lower-case hex, in the arena. Nothing is added after that.
hf_str hf_records_digest_close(hf_records_digest *digest);

#endif
