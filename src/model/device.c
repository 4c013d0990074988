// SPDX-License-Identifier: Apache-2.0
//
// The table of `device` and the rules between its fields.
#include "model/device.h"

#include <stddef.h>

static const char *const kind_words[] = {"persons",  "cabin", "hold", "cargo",
                                         "vehicles", "trace", NULL};
static const char *const status_words[] = {"in_use", "standby", "out_of_order", "retired", NULL};
static const char *const test_result_words[] = {"passed", "limited", "failed", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_device, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "kind",
     .type = HF_WORD,
     .offset = offsetof(hf_device, kind),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .words = kind_words},
    {.name = "site",
     .type = HF_LINK,
     .offset = offsetof(hf_device, site),
     .flags = HF_FIELD_FILTER,
     .refers = "asset"},
    {.name = "organisation",
     .type = HF_LINK,
     .offset = offsetof(hf_device, organisation),
     .flags = HF_FIELD_FILTER,
     .refers = "organisation"},
    {.name = "status",
     .type = HF_WORD,
     .offset = offsetof(hf_device, status),
     .flags = HF_FIELD_FILTER,
     .words = status_words,
     .fallback = "in_use"},
    {.name = "installed_at",
     .type = HF_TIME,
     .offset = offsetof(hf_device, installed_at),
     .flags = HF_FIELD_FILTER},
    {.name = "tested_at",
     .type = HF_TIME,
     .offset = offsetof(hf_device, tested_at),
     .flags = HF_FIELD_FILTER},
    {.name = "test_months",
     .type = HF_INTEGER,
     .offset = offsetof(hf_device, test_months),
     .min = 1,
     .max = 120,
     .fallback = "6"},
    {.name = "test_result",
     .type = HF_WORD,
     .offset = offsetof(hf_device, test_result),
     .flags = HF_FIELD_FILTER,
     .words = test_result_words},
    {.name = "ends_at",
     .type = HF_TIME,
     .offset = offsetof(hf_device, ends_at),
     .flags = HF_FIELD_FILTER},
    {.name = "remarks",
     .type = HF_TEXT,
     .offset = offsetof(hf_device, remarks),
     .flags = HF_FIELD_SEARCH},
};

static bool check(const void *record, hf_error *err)
{
    const hf_device *device = record;
    if (device->installed_at == HF_INTEGER_NONE || device->ends_at == HF_INTEGER_NONE ||
        device->ends_at >= device->installed_at)
        return true;
    hf_fail(err, HF_ERR_INPUT, "aviation.ends_first", "its life would end before it begins");
    return hf_fail_at(err, NULL, 0, "ends_at");
}

const hf_noun hf_noun_device = {
    .name = "device",
    .plural = "devices",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_device),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .check = check,
};
