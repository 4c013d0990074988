// SPDX-License-Identifier: Apache-2.0
//
// The table of `service` and the rules between its fields.
#include "model/service.h"

#include <stddef.h>

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "name",
     .type = HF_TEXT,
     .offset = offsetof(hf_service, name),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH,
     .max_bytes = 400},
    {.name = "sector",
     .type = HF_TEXT,
     .offset = offsetof(hf_service, sector),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 20},
    {.name = "region",
     .type = HF_LINK,
     .offset = offsetof(hf_service, region),
     .flags = HF_FIELD_FILTER,
     .refers = "region"},
    {.name = "users",
     .type = HF_INTEGER,
     .offset = offsetof(hf_service, users),
     .flags = HF_FIELD_FILTER,
     .min = 0,
     .max = 1e10,
     .unit = "persons"},
    {.name = "minimum_level",
     .type = HF_NUMBER,
     .offset = offsetof(hf_service, minimum_level),
     .min = 0,
     .max = 1},
    {.name = "max_outage_h",
     .type = HF_NUMBER,
     .offset = offsetof(hf_service, max_outage_h),
     .min = 0,
     .max = 1e6,
     .unit = "h"},
    {.name = "alternatives",
     .type = HF_TEXT,
     .offset = offsetof(hf_service, alternatives),
     .max_bytes = 2000},
};

const hf_noun hf_noun_service = {
    .name = "service",
    .plural = "services",
    .group = HF_GROUP_REGISTER,
    .struct_bytes = sizeof(hf_service),
    .fields = fields,
    .field_count = HF_COUNT(fields),
};
