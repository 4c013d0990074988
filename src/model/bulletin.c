// SPDX-License-Identifier: Apache-2.0
//
// The table of `bulletin` and the rules between its fields.
#include "model/bulletin.h"

#include <stddef.h>

static const char *const status_words[] = {"draft", "issued", "withdrawn", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_bulletin, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "body",
     .type = HF_TEXT,
     .offset = offsetof(hf_bulletin, body),
     .flags = HF_FIELD_SEARCH | HF_FIELD_REQUIRED},
    {.name = "issuer",
     .type = HF_LINK,
     .offset = offsetof(hf_bulletin, issuer),
     .flags = HF_FIELD_FILTER,
     .refers = "organisation"},
    {.name = "audience",
     .type = HF_LIST,
     .offset = offsetof(hf_bulletin, audience),
     .max_bytes = 4000},
    {.name = "sectors",
     .type = HF_LIST,
     .offset = offsetof(hf_bulletin, sectors),
     .max_bytes = 400},
    {.name = "phases",
     .type = HF_LIST,
     .offset = offsetof(hf_bulletin, phases),
     .max_bytes = 100,
     .words = hf_phase_words},
    {.name = "issued_at",
     .type = HF_TIME,
     .offset = offsetof(hf_bulletin, issued_at),
     .flags = HF_FIELD_FILTER},
    {.name = "read_by",
     .type = HF_TIME,
     .offset = offsetof(hf_bulletin, read_by),
     .flags = HF_FIELD_FILTER},
    {.name = "status",
     .type = HF_WORD,
     .offset = offsetof(hf_bulletin, status),
     .flags = HF_FIELD_FILTER,
     .words = status_words,
     .fallback = "draft"},
};

static bool check(const void *record, hf_error *err)
{
    const hf_bulletin *bulletin = record;
    if (bulletin->issued_at == HF_INTEGER_NONE || bulletin->read_by == HF_INTEGER_NONE ||
        bulletin->read_by >= bulletin->issued_at)
        return true;
    hf_fail(err, HF_ERR_INPUT, "bulletin.read_by", "it would have to be read before it is issued");
    return hf_fail_at(err, NULL, 0, "read_by");
}

const hf_noun hf_noun_bulletin = {
    .name = "bulletin",
    .plural = "bulletins",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_bulletin),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .check = check,
};
