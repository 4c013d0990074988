// SPDX-License-Identifier: Apache-2.0
//
// The table of `finding` and the rules between its fields.
#include "model/finding.h"

#include <stddef.h>

#include "base/clock.h"

static const char *const origin_words[] = {"icao", "national", "self", "assessment", NULL};
const char *const hf_finding_kind_words[] = {"gap", "good_practice", "vulnerability", NULL};
static const char *const severity_words[] = {"high", "medium", "low", NULL};
static const char *const status_words[] = {"open", "corrected", "verified", "withdrawn", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_finding, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "about",
     .type = HF_TEXT,
     .offset = offsetof(hf_finding, about),
     .flags = HF_FIELD_SEARCH},
    {.name = "kind",
     .type = HF_WORD,
     .offset = offsetof(hf_finding, kind),
     .flags = HF_FIELD_FILTER,
     .words = hf_finding_kind_words,
     .fallback = "gap"},
    {.name = "assessment",
     .type = HF_LINK,
     .offset = offsetof(hf_finding, assessment),
     .flags = HF_FIELD_FILTER,
     .refers = "assessment"},
    {.name = "origin",
     .type = HF_WORD,
     .offset = offsetof(hf_finding, origin),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .words = origin_words},
    {.name = "organisation",
     .type = HF_LINK,
     .offset = offsetof(hf_finding, organisation),
     .flags = HF_FIELD_FILTER,
     .refers = "organisation"},
    {.name = "site",
     .type = HF_LINK,
     .offset = offsetof(hf_finding, site),
     .flags = HF_FIELD_FILTER,
     .refers = "asset"},
    {.name = "audit_area",
     .type = HF_WORD,
     .offset = offsetof(hf_finding, audit_area),
     .flags = HF_FIELD_FILTER,
     .words = hf_audit_area_words},
    {.name = "critical_element",
     .type = HF_WORD,
     .offset = offsetof(hf_finding, critical_element),
     .flags = HF_FIELD_FILTER,
     .words = hf_critical_element_words},
    {.name = "provisions",
     .type = HF_LIST,
     .offset = offsetof(hf_finding, provisions),
     .max_bytes = 1000},
    {.name = "severity",
     .type = HF_WORD,
     .offset = offsetof(hf_finding, severity),
     .flags = HF_FIELD_FILTER,
     .words = severity_words,
     .fallback = "medium"},
    {.name = "found_at",
     .type = HF_TIME,
     .offset = offsetof(hf_finding, found_at),
     .flags = HF_FIELD_FILTER},
    {.name = "correction",
     .type = HF_TEXT,
     .offset = offsetof(hf_finding, correction),
     .flags = HF_FIELD_SEARCH},
    {.name = "owner",
     .type = HF_LINK,
     .offset = offsetof(hf_finding, owner),
     .flags = HF_FIELD_FILTER,
     .refers = "organisation"},
    {.name = "due", .type = HF_TIME, .offset = offsetof(hf_finding, due), .flags = HF_FIELD_FILTER},
    {.name = "status",
     .type = HF_WORD,
     .offset = offsetof(hf_finding, status),
     .flags = HF_FIELD_FILTER,
     .words = status_words,
     .fallback = "open"},
    {.name = "verified_at",
     .type = HF_TIME,
     .offset = offsetof(hf_finding, verified_at),
     .flags = HF_FIELD_FILTER},
    {.name = "same_as",
     .type = HF_LINK,
     .offset = offsetof(hf_finding, same_as),
     .flags = HF_FIELD_FILTER,
     .refers = "finding"},
};

static bool check(const void *record, hf_error *err)
{
    const hf_finding *finding = record;
    if (finding->kind == HF_FINDING_VULNERABILITY &&
        finding->head.marking < HF_VULNERABILITY_MARKING_MIN) {
        hf_fail(err, HF_ERR_INPUT, "finding.vulnerability_open",
                "a vulnerability is marked %s at least; give it that marking or TLP:RED",
                hf_marking_words[HF_VULNERABILITY_MARKING_MIN]);
        return hf_fail_at(err, NULL, 0, "marking");
    }
    if (finding->same_as.len == 0 || !hf_str_equal(finding->same_as, finding->head.key))
        return true;
    hf_fail(err, HF_ERR_INPUT, "finding.same_as", "a finding is not merged into itself");
    return hf_fail_at(err, NULL, 0, "same_as");
}

bool hf_finding_check_dates(const hf_finding *finding, hf_error *err)
{
    if (finding->found_at == HF_INTEGER_NONE || finding->verified_at == HF_INTEGER_NONE ||
        hf_day_of(finding->verified_at) >= hf_day_of(finding->found_at))
        return true;
    hf_fail(err, HF_ERR_INPUT, "finding.verified_first",
            "it would be verified before it was found; correct one of the dates");
    return hf_fail_at(err, NULL, 0, "verified_at");
}

bool hf_finding_is_open(const hf_finding *finding)
{
    return finding->status == HF_FINDING_OPEN || finding->status == HF_FINDING_CORRECTED;
}

const hf_noun hf_noun_finding = {
    .name = "finding",
    .plural = "findings",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_finding),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .check = check,
};
