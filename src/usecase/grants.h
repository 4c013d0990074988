// SPDX-License-Identifier: Apache-2.0
//
// Grants as they are kept. What they come to: access.h.
#ifndef HF_USECASE_GRANTS_H
#define HF_USECASE_GRANTS_H

#include "model/grant.h"
#include "store/store.h"

// The grants of an account, by key, those of other times too. In the arena.
bool hf_grants_of(hf_read *read, hf_str user, hf_arena *arena, const hf_grant *const **list,
                  size_t *count, hf_error *err) HF_CHECKED;
// The accounts that a grant names or named: at one event, or ever (0). It has any key, and may be moved from one account to
// another.
bool hf_grant_accounts(hf_read *read, hf_str key, int64_t event, hf_arena *arena, hf_str **names,
                       size_t *count, hf_error *err) HF_CHECKED;
// What the table cannot hold, once the grant stands in the transaction. Errors: HF_ERR_INPUT "reference.unknown" (no
// such account), "grant.too_many".
bool hf_check_grant(hf_read *read, const hf_grant *grant, hf_error *err) HF_CHECKED;
// Removes all grants of an account, which is about to go.
bool hf_forget_grants(hf_tx *tx, hf_str user, hf_error *err) HF_CHECKED;

#endif
