// SPDX-License-Identifier: Apache-2.0
//
// The table of `organisation` and the rules between its fields.
#include "model/organisation.h"

#include <stddef.h>

static const char *const kind_words[] = {"authority",     "operator", "responder", "international",
                                         "partner_state", "other",    NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "name",
     .type = HF_TEXT,
     .offset = offsetof(hf_organisation, name),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH,
     .max_bytes = 400},
    {.name = "kind",
     .type = HF_WORD,
     .offset = offsetof(hf_organisation, kind),
     .flags = HF_FIELD_FILTER,
     .words = kind_words,
     .fallback = "operator"},
    {.name = "sector",
     .type = HF_TEXT,
     .offset = offsetof(hf_organisation, sector),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 20},
    {.name = "country",
     .type = HF_TEXT,
     .offset = offsetof(hf_organisation, country),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 100},
    {.name = "parent",
     .type = HF_LINK,
     .offset = offsetof(hf_organisation, parent),
     .refers = "organisation"},
    {.name = "email",
     .type = HF_TEXT,
     .offset = offsetof(hf_organisation, email),
     .max_bytes = 254},
    {.name = "phone", .type = HF_TEXT, .offset = offsetof(hf_organisation, phone), .max_bytes = 60},
    {.name = "website",
     .type = HF_TEXT,
     .offset = offsetof(hf_organisation, website),
     .max_bytes = 500},
    {.name = "language",
     .type = HF_TEXT,
     .offset = offsetof(hf_organisation, language),
     .max_bytes = 10},
};

const hf_noun hf_noun_organisation = {
    .name = "organisation",
    .plural = "organisations",
    .group = HF_GROUP_REGISTER,
    .struct_bytes = sizeof(hf_organisation),
    .fields = fields,
    .field_count = HF_COUNT(fields),
};
