// SPDX-License-Identifier: Apache-2.0
//
// The table of `evidence` and the rules between its fields.
#include "model/evidence.h"

#include <stddef.h>

#include "base/crypto.h"

static const char *const state_words[] = {"offered", "accepted", "refused", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    HF_ASSESSMENT_PART_FIELDS,
    {.name = "question",
     .type = HF_LINK,
     .offset = offsetof(hf_evidence, question),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .refers = "question"},
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_evidence, title),
     .flags = HF_FIELD_SEARCH,
     .max_bytes = 400},
    {.name = "attachment",
     .type = HF_LINK,
     .offset = offsetof(hf_evidence, attachment),
     .flags = HF_FIELD_FILTER,
     .refers = "attachment"},
    {.name = "link", .type = HF_TEXT, .offset = offsetof(hf_evidence, link), .max_bytes = 1000},
    {.name = "record", .type = HF_TEXT, .offset = offsetof(hf_evidence, record), .max_bytes = 400},
    {.name = "expires_at",
     .type = HF_TIME,
     .offset = offsetof(hf_evidence, expires_at),
     .flags = HF_FIELD_FILTER},
    {.name = "state",
     .type = HF_WORD,
     .offset = offsetof(hf_evidence, state),
     .flags = HF_FIELD_FILTER,
     .words = state_words,
     .fallback = "offered"},
    {.name = "reason", .type = HF_TEXT, .offset = offsetof(hf_evidence, reason), .max_bytes = 2000},
    {.name = "given_by",
     .type = HF_TEXT,
     .offset = offsetof(hf_evidence, given_by),
     .max_bytes = 200},
    {.name = "given_at", .type = HF_TIME, .offset = offsetof(hf_evidence, given_at)},
    {.name = "judged_by",
     .type = HF_TEXT,
     .offset = offsetof(hf_evidence, judged_by),
     .max_bytes = 200},
    {.name = "judged_at", .type = HF_TIME, .offset = offsetof(hf_evidence, judged_at)},
};

static hf_str subject_of(const hf_evidence *e)
{
    return e->attachment.len > 0 ? e->attachment : e->link.len > 0 ? e->link : e->record;
}

hf_str hf_evidence_name(const hf_evidence *evidence)
{
    return evidence->title.len > 0 ? evidence->title : subject_of(evidence);
}

// What it refers to stands in the key, so that nobody gives the same evidence twice for one answer.
static void complete(void *record, hf_arena *arena)
{
    hf_evidence *e = record;
    char hex[65];
    if (e->part.head.key.len > 0 || e->part.assessment.len == 0 || e->question.len == 0)
        return;
    hf_sha256 hash = hf_sha256_of(subject_of(e));
    hf_hex(hash.bytes, sizeof hash.bytes, hex);
    e->part.head.key = hf_str_format(arena, "%.*s/%.*s/%.12s", HF_STR_ARG(e->part.assessment),
                                     HF_STR_ARG(e->question), hex);
}

static bool fail(hf_error *err, const char *column, const char *code, const char *message)
{
    hf_fail(err, HF_ERR_INPUT, code, "%s", message);
    return hf_fail_at(err, NULL, 0, column);
}

bool hf_is_web_address(hf_str link)
{
    return hf_str_starts(link, "https://") || hf_str_starts(link, "http://");
}

bool hf_is_record_name(hf_str name)
{
    size_t stroke = hf_str_find_byte(name, '/', 0);
    return stroke + 1 < name.len && hf_noun_find(hf_str_slice(name, 0, stroke)) != NULL;
}

static bool check(const void *record, hf_error *err)
{
    const hf_evidence *e = record;
    int count = (e->attachment.len > 0) + (e->link.len > 0) + (e->record.len > 0);
    if (count != 1)
        return fail(err, "attachment", "evidence.one",
                    "evidence is one file, one address or one record; give exactly one of "
                    "attachment, link and record");
    if (e->link.len > 0 && !hf_is_web_address(e->link))
        return fail(err, "link", "answer.evidence_link",
                    "an address begins with https:// or http://");
    if (e->record.len > 0 && !hf_is_record_name(e->record))
        return fail(err, "record", "answer.evidence_record",
                    "write kind and key of the record, such as asset/P1");
    if ((e->state == HF_EVIDENCE_REFUSED) != (e->reason.len > 0))
        return fail(err, "reason", "evidence.reason",
                    "who refuses evidence says why; only then there is a reason");
    return true;
}

const hf_noun hf_noun_evidence = {
    .name = "evidence",
    .plural = "evidence_items",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_evidence),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .complete = complete,
    .check = check,
};

bool hf_evidence_counts(const hf_evidence *evidence, int64_t at_ms)
{
    return evidence->state == HF_EVIDENCE_ACCEPTED &&
           (evidence->expires_at == HF_INTEGER_NONE || evidence->expires_at > at_ms);
}
