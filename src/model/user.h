// SPDX-License-Identifier: Apache-2.0
//
// A person or program that signs in. Key = the sign-in name.
#ifndef HF_MODEL_USER_H
#define HF_MODEL_USER_H

#include "model/noun.h"

typedef enum { HF_ROLE_ADMINISTRATOR, HF_ROLE_ANALYST, HF_ROLE_OBSERVER } hf_user_role;

typedef struct {
    hf_head head;
    hf_str display_name;
    int32_t role;      // hf_user_role
    int32_t clearance; // highest marking to be read
    hf_str organisation;
    hf_str language;
    bool is_disabled;
    hf_str password_hash; // Argon2id
    int64_t last_seen_at;
} hf_user;

extern const hf_noun hf_noun_user;

#endif
