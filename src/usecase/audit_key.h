// SPDX-License-Identifier: Apache-2.0
//
// The keys of the log: the one that signs now, those that did before, and the change of it.
#ifndef HF_USECASE_AUDIT_KEY_H
#define HF_USECASE_AUDIT_KEY_H

#include "format/format_audit.h"
#include "usecase/record.h"

#define HF_KEY_CHANGED "log.key_changed" // the action of the event

typedef struct {
    const hf_audit_renewal *list; // by size, each signed by the key before it
    size_t count;
    hf_sign_key now;
} hf_log_keys;

// Errors: HF_ERR_INPUT "audit.key" a change that the old key did not sign, or the store's key is none that follows
bool hf_log_keys_read(hf_read *read, hf_arena *arena, hf_log_keys *out, hf_error *err) HF_CHECKED;
// With which a log of so many events was signed.
const hf_sign_key *hf_log_key_at(const hf_log_keys *keys, int64_t size);

// From now on a new key signs. The old one signs a checkpoint, which is kept, and in the event of the change which key
// follows it; its secret half is gone then, also out of the database's free space. left: why it may still lie there; kind
// HF_ERR_NONE: it does not. The change stands.
// Errors: HF_ERR_PERMISSION (it wants the rights to profile and accounts); those of hf_sign_log
bool hf_renew_log_key(const hf_session *session, hf_audit_renewal *out, hf_error *left,
                      hf_error *err) HF_CHECKED;

#endif
