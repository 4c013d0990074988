// SPDX-License-Identifier: Apache-2.0
//
// The table of `receipt`.
#include "model/receipt.h"

#include <stddef.h>

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "bulletin",
     .type = HF_LINK,
     .offset = offsetof(hf_receipt, bulletin),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .refers = "bulletin"},
    {.name = "reader",
     .type = HF_TEXT,
     .offset = offsetof(hf_receipt, reader),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "organisation",
     .type = HF_LINK,
     .offset = offsetof(hf_receipt, organisation),
     .flags = HF_FIELD_FILTER,
     .refers = "organisation"},
    {.name = "read_at",
     .type = HF_TIME,
     .offset = offsetof(hf_receipt, read_at),
     .flags = HF_FIELD_FILTER},
};

const hf_noun hf_noun_receipt = {
    .name = "receipt",
    .plural = "receipts",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_receipt),
    .fields = fields,
    .field_count = HF_COUNT(fields),
};
