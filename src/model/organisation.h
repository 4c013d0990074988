// SPDX-License-Identifier: Apache-2.0
//
// A body with a role: authority, operator, responder, international organisation, partner State.
#ifndef HF_MODEL_ORGANISATION_H
#define HF_MODEL_ORGANISATION_H

#include "model/noun.h"

typedef enum {
    HF_ORGANISATION_AUTHORITY,
    HF_ORGANISATION_OPERATOR,
    HF_ORGANISATION_RESPONDER,
    HF_ORGANISATION_INTERNATIONAL,
    HF_ORGANISATION_PARTNER_STATE,
    HF_ORGANISATION_OTHER
} hf_organisation_kind;

typedef struct {
    hf_head head;
    hf_str name;
    int32_t kind; // hf_organisation_kind
    hf_str sector;
    hf_str country;
    hf_str parent;
    hf_str email;
    hf_str phone;
    hf_str website;
    hf_str language; // of letters to it
} hf_organisation;

extern const hf_noun hf_noun_organisation;

#endif
