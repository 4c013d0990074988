// SPDX-License-Identifier: Apache-2.0
//
// The table of `grant` and the rules between its fields.
#include "model/grant.h"

#include <stddef.h>

static const char *const scope_words[] = {"nation", "sector",  "region", "organisation",
                                          "own",    "section", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "user",
     .type = HF_LINK,
     .offset = offsetof(hf_grant, user),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .refers = "user"},
    {.name = "role",
     .type = HF_WORD,
     .offset = offsetof(hf_grant, role),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .words = hf_role_words},
    {.name = "scope",
     .type = HF_WORD,
     .offset = offsetof(hf_grant, scope),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .words = scope_words},
    {.name = "sector",
     .type = HF_TEXT,
     .offset = offsetof(hf_grant, sector),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 40},
    {.name = "region",
     .type = HF_LINK,
     .offset = offsetof(hf_grant, region),
     .flags = HF_FIELD_FILTER,
     .refers = "region"},
    {.name = "organisation",
     .type = HF_LINK,
     .offset = offsetof(hf_grant, organisation),
     .flags = HF_FIELD_FILTER,
     .refers = "organisation"},
    {.name = "section",
     .type = HF_TEXT,
     .offset = offsetof(hf_grant, section),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 400},
    {.name = "starts_at", .type = HF_TIME, .offset = offsetof(hf_grant, starts_at)},
    {.name = "ends_at",
     .type = HF_TIME,
     .offset = offsetof(hf_grant, ends_at),
     .flags = HF_FIELD_FILTER},
};

hf_str hf_grant_of(const hf_grant *grant)
{
    if (grant->scope == HF_SCOPE_SECTOR)
        return grant->sector;
    if (grant->scope == HF_SCOPE_REGION)
        return grant->region;
    if (grant->scope == HF_SCOPE_SECTION)
        return grant->section;
    return grant->scope == HF_SCOPE_ORGANISATION ? grant->organisation : HF_STR_EMPTY;
}

hf_str hf_assessment_of_section(hf_str section)
{
    for (size_t i = section.len; i-- > 0;)
        if (section.ptr[i] == '/')
            return hf_str_slice(section, 0, i);
    return HF_STR_EMPTY;
}

static void complete(void *record, hf_arena *arena)
{
    hf_grant *grant = record;
    grant->sector = hf_code_with_case(grant->sector, true, arena); // as assets keep it
    if (grant->head.key.len > 0 || grant->role == HF_WORD_NONE || grant->scope == HF_WORD_NONE)
        return;
    hf_str of = hf_grant_of(grant);
    grant->head.key = hf_str_format(arena, "%.*s/%s/%s%s%.*s", HF_STR_ARG(grant->user),
                                    hf_role_words[grant->role], scope_words[grant->scope],
                                    of.len > 0 ? "/" : "", HF_STR_ARG(of));
}

static bool fail(hf_error *err, const char *column, const char *code, const char *message)
{
    hf_fail(err, HF_ERR_INPUT, code, "%s", message);
    return hf_fail_at(err, NULL, 0, column);
}

// Exactly what the scope needs is named: a leftover region would read like a limit that does not hold.
static bool check_scope(const hf_grant *grant, hf_error *err)
{
    const struct {
        int32_t scope;
        hf_str text;
        const char *column;
    } names[] = {{HF_SCOPE_SECTOR, grant->sector, "sector"},
                 {HF_SCOPE_REGION, grant->region, "region"},
                 {HF_SCOPE_ORGANISATION, grant->organisation, "organisation"},
                 {HF_SCOPE_SECTION, grant->section, "section"}};
    for (size_t i = 0; i < HF_COUNT(names); i++) {
        bool is_wanted = grant->scope == names[i].scope;
        if (is_wanted && names[i].text.len == 0)
            return fail(err, names[i].column, "grant.scope_empty",
                        "say which: the scope names none");
        if (!is_wanted && names[i].text.len > 0)
            return fail(err, names[i].column, "grant.scope_other",
                        "the scope is another one; leave this empty or change the scope");
    }
    return true;
}

static bool check(const void *record, hf_error *err)
{
    const hf_grant *grant = record;
    bool is_national = grant->scope == HF_SCOPE_NATION;
    if (!check_scope(grant, err))
        return false;
    if (grant->scope == HF_SCOPE_SECTION && hf_assessment_of_section(grant->section).len == 0)
        return fail(
            err, "section", "grant.section",
            "write the key of the assessment, a stroke and the theme, such as N-2026/aviation");
    if (!is_national && (grant->role == HF_ROLE_ADMINISTRATOR || grant->role == HF_ROLE_AUDITOR))
        return fail(err, "scope", "grant.national_only",
                    "accounts and the log are the whole nation's; this role has no other scope");
    if (grant->starts_at != HF_INTEGER_NONE && grant->ends_at != HF_INTEGER_NONE &&
        grant->ends_at <= grant->starts_at)
        return fail(err, "ends_at", "grant.ends_first", "it would end before it starts");
    return true;
}

const hf_noun hf_noun_grant = {
    .name = "grant",
    .plural = "grants",
    .group = HF_GROUP_PLATFORM,
    .struct_bytes = sizeof(hf_grant),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .complete = complete,
    .check = check,
};
