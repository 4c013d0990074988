// SPDX-License-Identifier: Apache-2.0
//
// A role given to an account within a scope and, if need be, for a time. What an account may do is the sum of
// its grants; its own `role` counts as one for the whole nation without an end.
#ifndef HF_MODEL_GRANT_H
#define HF_MODEL_GRANT_H

#include "model/noun.h"
#include "model/user.h"

typedef enum {
    HF_SCOPE_NATION,       // every record
    HF_SCOPE_SECTOR,       // a sector and those below it: "EN" holds "EN01"
    HF_SCOPE_REGION,       // a region and those inside it
    HF_SCOPE_ORGANISATION, // what an organisation operates or owns, and itself
    HF_SCOPE_OWN,          // what the account itself added
    HF_SCOPE_SECTION // one section of an assessment, to answer it; the assessment itself to read
} hf_scope_kind;

typedef struct {
    hf_head head; // key: user/role/scope/of unless given
    hf_str user;
    int32_t role;  // hf_user_role
    int32_t scope; // hf_scope_kind
    hf_str sector, region, organisation;
    hf_str section;             // assessment, stroke, theme
    int64_t starts_at, ends_at; // from and until (not included); empty = always
} hf_grant;

extern const hf_noun hf_noun_grant;

// What the scope names: the sector, region, organisation or section; empty for the others.
hf_str hf_grant_of(const hf_grant *grant);
// The assessment of a section.
hf_str hf_assessment_of_section(hf_str section);
static inline bool hf_grant_is_in_force(const hf_grant *grant, int64_t now_ms)
{
    return (grant->starts_at == HF_INTEGER_NONE || grant->starts_at <= now_ms) &&
           (grant->ends_at == HF_INTEGER_NONE || now_ms < grant->ends_at);
}

#endif
