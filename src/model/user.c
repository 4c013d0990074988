// SPDX-License-Identifier: Apache-2.0
//
// The table of `user` and the rules between its fields.
#include "model/user.h"

#include <stddef.h>

const char *const hf_role_words[] = {"administrator", "analyst",  "observer",  "authority",
                                     "operator",      "assessor", "responder", "auditor",
                                     "service",       NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "display_name",
     .type = HF_TEXT,
     .offset = offsetof(hf_user, display_name),
     .flags = HF_FIELD_SEARCH,
     .max_bytes = 200},
    {.name = "role",
     .type = HF_WORD,
     .offset = offsetof(hf_user, role),
     .flags = HF_FIELD_FILTER,
     .words = hf_role_words},
    {.name = "clearance",
     .type = HF_WORD,
     .offset = offsetof(hf_user, clearance),
     .words = hf_marking_words,
     .fallback = "TLP:AMBER"},
    {.name = "organisation",
     .type = HF_LINK,
     .offset = offsetof(hf_user, organisation),
     .flags = HF_FIELD_FILTER,
     .refers = "organisation"},
    {.name = "language",
     .type = HF_TEXT,
     .offset = offsetof(hf_user, language),
     .max_bytes = 10,
     .fallback = "en"},
    {.name = "is_disabled",
     .type = HF_BOOL,
     .offset = offsetof(hf_user, is_disabled),
     .flags = HF_FIELD_FILTER},
    {.name = "must_change_password",
     .type = HF_BOOL,
     .offset = offsetof(hf_user, must_change_password),
     .flags = HF_FIELD_FILTER},
    {.name = "is_paused",
     .type = HF_BOOL,
     .offset = offsetof(hf_user, is_paused),
     .flags = HF_FIELD_FILTER},
    {.name = "password_hash",
     .type = HF_TEXT,
     .offset = offsetof(hf_user, password_hash),
     .flags = HF_FIELD_SECRET | HF_FIELD_READ_ONLY,
     .max_bytes = 128},
    {.name = "last_seen_at",
     .type = HF_TIME,
     .offset = offsetof(hf_user, last_seen_at),
     .flags = HF_FIELD_READ_ONLY},
};

// In the log these are the command line, the program itself, who signs in by the provider and who does not sign in; and
// what accounts computed that are gone is under such a name.
static bool is_reserved(hf_str name)
{
    static const char *const words[] = {"server", "provider", "nobody"};
    bool is_it = hf_str_starts(name, "cli:") || hf_str_starts(name, HF_USER_GONE);
    for (size_t i = 0; i < HF_COUNT(words); i++)
        is_it |= hf_str_equal_z(name, words[i]);
    return is_it;
}

// An account that had its name before the name was reserved can still be ended or changed.
static bool check_user(const void *record, hf_error *err)
{
    const hf_head *head = record;
    hf_str name = head->key;
    if (head->row != 0 || !is_reserved(name))
        return true;
    hf_fail(err, HF_ERR_INPUT, "user.reserved",
            "'%.*s' stands for the program itself in the log; choose another name",
            HF_STR_ARG(name));
    return hf_fail_at(err, NULL, 0, "key");
}

const hf_noun hf_noun_user = {
    .name = "user",
    .plural = "users",
    .group = HF_GROUP_PLATFORM,
    .struct_bytes = sizeof(hf_user),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .check = check_user,
};
