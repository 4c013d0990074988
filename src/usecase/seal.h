// SPDX-License-Identifier: Apache-2.0
//
// Whether the secrets of a store are sealed, and the change of that: with a key, with another one, readable again.
#ifndef HF_USECASE_SEAL_H
#define HF_USECASE_SEAL_H

#include "usecase/record.h"

typedef struct {
    char key[HF_SEAL_NAME_BYTES]; // the name of the key that seals them; empty: they are readable
    uint64_t secrets;             // how many there are
    hf_error left; // of a change that stands: what was readable before may still lie in free space
} hf_seal_facts;

// Wants the right to the profile or to accounts. Nobody needs the key for it.
bool hf_read_seal(const hf_session *session, hf_seal_facts *out, hf_error *err) HF_CHECKED;
// All secrets to another key, or readable again (NULL), in one transaction with its event "seal.changed"; then, where they
// are sealed, what they were before is taken out of the database's free space. Sealed with that key already: only that.
// Errors: HF_ERR_PERMISSION (it wants the rights to profile and accounts); HF_ERR_CONFLICT "seal.not_sealed"; those of
// hf_seal_change
bool hf_change_seal(const hf_session *session, const hf_seal_key *to, hf_seal_facts *out,
                    hf_error *err) HF_CHECKED;
// {"sealed","key": null or its name,"secrets"}
void hf_write_seal(const hf_seal_facts *facts, hf_json_writer *out);

#endif
