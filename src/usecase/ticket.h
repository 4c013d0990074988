// SPDX-License-Identifier: Apache-2.0
//
// Texts that we give out and want back once, within minutes: the challenge of a passkey, what goes to a provider of
// identities and comes back. Nothing is kept while they are out, so that asking for many costs nobody anything: they carry
// their end and a seal (HMAC, by a key that follows from the store's own). What was used is kept until its end.
#ifndef HF_USECASE_TICKET_H
#define HF_USECASE_TICKET_H

#include "usecase/record.h"

// A new one. purpose: what it is good for, with whatever it shall be bound to ("passkey-new mara").
bool hf_ticket_make(hf_read *read, hf_str purpose, int64_t expires_ms, hf_arena *arena, hf_str *out,
                    hf_error *err) HF_CHECKED;
// Is it one of ours, for this purpose, not at its end and not used?
bool hf_ticket_is_good(hf_read *read, hf_str purpose, hf_str ticket, int64_t now_ms, bool *out,
                       hf_error *err) HF_CHECKED;
// The same in a transaction that uses it up. *out false: nothing is changed.
bool hf_ticket_use(hf_tx *tx, hf_str purpose, hf_str ticket, int64_t now_ms, bool *out,
                   hf_error *err) HF_CHECKED;

#endif
