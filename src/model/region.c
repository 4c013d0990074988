// SPDX-License-Identifier: Apache-2.0
//
// The table of `region` and the rules between its fields.
#include "model/region.h"

#include <stddef.h>

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "name",
     .type = HF_TEXT,
     .offset = offsetof(hf_region, name),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH,
     .max_bytes = 400},
    {.name = "parent",
     .type = HF_LINK,
     .offset = offsetof(hf_region, parent),
     .flags = HF_FIELD_FILTER,
     .refers = "region"},
    {.name = "level",
     .type = HF_TEXT,
     .offset = offsetof(hf_region, level),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 40},
    {.name = "people",
     .type = HF_INTEGER,
     .offset = offsetof(hf_region, people),
     .min = 0,
     .max = 1e10,
     .unit = "persons"},
    {.name = "lon",
     .type = HF_NUMBER,
     .offset = offsetof(hf_region, lon),
     .flags = HF_FIELD_LON,
     .min = -180,
     .max = 180,
     .unit = "deg"},
    {.name = "lat",
     .type = HF_NUMBER,
     .offset = offsetof(hf_region, lat),
     .flags = HF_FIELD_LAT,
     .min = -90,
     .max = 90,
     .unit = "deg"},
    {.name = "boundary",
     .type = HF_JSON,
     .offset = offsetof(hf_region, boundary),
     .max_bytes = 4u << 20},
};

const hf_noun hf_noun_region = {
    .name = "region",
    .plural = "regions",
    .group = HF_GROUP_REGISTER,
    .struct_bytes = sizeof(hf_region),
    .fields = fields,
    .field_count = HF_COUNT(fields),
};
