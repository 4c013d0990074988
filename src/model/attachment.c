// SPDX-License-Identifier: Apache-2.0
//
// The table of `attachment` and the rules between its fields.
#include "model/attachment.h"

#include <stddef.h>

#include "base/crypto.h"
#include "base/file_kind.h"

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "noun",
     .type = HF_TEXT,
     .offset = offsetof(hf_attachment, noun_name),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .max_bytes = 40},
    {.name = "record",
     .type = HF_TEXT,
     .offset = offsetof(hf_attachment, record_key),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "file_name",
     .type = HF_TEXT,
     .offset = offsetof(hf_attachment, file_name),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH | HF_FIELD_REQUIRED,
     .max_bytes = 255},
    {.name = "media_type",
     .type = HF_TEXT,
     .offset = offsetof(hf_attachment, media_type),
     .max_bytes = 100},
    {.name = "bytes",
     .type = HF_INTEGER,
     .offset = offsetof(hf_attachment, bytes),
     .min = 0,
     .max = 1e12,
     .unit = "B"},
    {.name = "sha256",
     .type = HF_TEXT,
     .offset = offsetof(hf_attachment, sha256),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .max_bytes = 64},
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_attachment, title),
     .flags = HF_FIELD_SEARCH,
     .max_bytes = 400},
    {.name = "sector",
     .type = HF_TEXT,
     .offset = offsetof(hf_attachment, sector),
     .flags = HF_FIELD_FILTER | HF_FIELD_READ_ONLY,
     .max_bytes = 40},
    {.name = "region",
     .type = HF_LINK,
     .offset = offsetof(hf_attachment, region),
     .flags = HF_FIELD_FILTER | HF_FIELD_READ_ONLY,
     .refers = "region"},
    {.name = "organisation",
     .type = HF_LINK,
     .offset = offsetof(hf_attachment, organisation),
     .flags = HF_FIELD_FILTER | HF_FIELD_READ_ONLY,
     .refers = "organisation"},
    {.name = "section",
     .type = HF_TEXT,
     .offset = offsetof(hf_attachment, section),
     .flags = HF_FIELD_FILTER | HF_FIELD_READ_ONLY,
     .max_bytes = 400},
};

bool hf_noun_has_files(const hf_noun *noun)
{
    return noun->group != HF_GROUP_PLATFORM && noun != &hf_noun_attachment;
}

static bool check(const void *record, hf_error *err)
{
    const hf_attachment *a = record;
    const hf_noun *noun = hf_noun_find(a->noun_name);
    uint8_t hash[32];
    if (noun == NULL || !hf_noun_has_files(noun)) {
        hf_fail(err, HF_ERR_INPUT, "attachment.no_home", "records of the kind '%.*s' have no files",
                HF_STR_ARG(a->noun_name));
        return hf_fail_at(err, NULL, 0, "noun");
    }
    if (!hf_hex_parse(a->sha256, hash, sizeof hash)) {
        hf_fail(err, HF_ERR_INPUT, "attachment.sha256", "this is no SHA-256 in 64 digits");
        return hf_fail_at(err, NULL, 0, "sha256");
    }
    return hf_file_name_check(a->file_name, err) || hf_fail_at(err, NULL, 0, "file_name");
}

const hf_noun hf_noun_attachment = {
    .name = "attachment",
    .plural = "attachments",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_attachment),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .check = check,
};
