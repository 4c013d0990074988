// SPDX-License-Identifier: Apache-2.0
//
// The table of `question`.
#include "model/question.h"

#include <stddef.h>

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "provision",
     .type = HF_LINK,
     .offset = offsetof(hf_provision_question, provision),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .refers = "provision"},
    {.name = "text",
     .type = HF_TEXT,
     .offset = offsetof(hf_provision_question, text),
     .flags = HF_FIELD_REQUIRED | HF_FIELD_SEARCH,
     .max_bytes = 1000},
    {.name = "wanted",
     .type = HF_TEXT,
     .offset = offsetof(hf_provision_question, wanted),
     .flags = HF_FIELD_SEARCH,
     .max_bytes = 1000},
    {.name = "position",
     .type = HF_INTEGER,
     .offset = offsetof(hf_provision_question, position),
     .min = 0,
     .max = 1e6},
    {.name = "edition",
     .type = HF_TEXT,
     .offset = offsetof(hf_provision_question, edition),
     .max_bytes = 40},
    {.name = "audit_area",
     .type = HF_WORD,
     .offset = offsetof(hf_provision_question, audit_area),
     .flags = HF_FIELD_FILTER,
     .words = hf_audit_area_words},
    {.name = "critical_element",
     .type = HF_WORD,
     .offset = offsetof(hf_provision_question, critical_element),
     .flags = HF_FIELD_FILTER,
     .words = hf_critical_element_words},
};

const hf_noun hf_noun_question = {
    .name = "question",
    .plural = "questions",
    .group = HF_GROUP_PROFILE,
    .struct_bytes = sizeof(hf_provision_question),
    .fields = fields,
    .field_count = HF_COUNT(fields),
};
