// SPDX-License-Identifier: Apache-2.0
//
// From groups at the provider to grants here: one rule a line.
#include "base/vec.h"
#include "model/grant.h"
#include "usecase/grants.h"
#include "usecase/oidc.h"

#define RULES_MAX 200u

static const char source[] = "oidc"; // of the grants that came this way

typedef struct {
    hf_str group;
    int32_t role;
    int32_t scope;
    hf_str of; // of sector, region, organisation
} group_rule;

static bool fail(hf_error *err, uint64_t line, const char *what, hf_str text)
{
    hf_fail(err, HF_ERR_INPUT, "oidc.groups",
            "line %llu: %s: '%.*s'; write GROUP = ROLE, or GROUP = ROLE sector CODE (region, "
            "organisation)",
            (unsigned long long)line, what, HF_STR_ARG(text));
    return hf_fail_at(err, NULL, line, NULL);
}

static bool read_scope(hf_str words, uint64_t line, group_rule *out, hf_error *err)
{
    static const struct {
        const char *word;
        int32_t scope;
    } scopes[] = {{"sector", HF_SCOPE_SECTOR},
                  {"region", HF_SCOPE_REGION},
                  {"organisation", HF_SCOPE_ORGANISATION}};
    out->scope = HF_SCOPE_NATION;
    out->of = HF_STR_EMPTY;
    if (words.len == 0)
        return out->role != HF_WORD_NONE || fail(err, line, "there is no such role", words);
    size_t cut = hf_str_find_byte(words, ' ', 0);
    for (size_t i = 0; i < HF_COUNT(scopes); i++)
        if (hf_str_equal_z(hf_str_slice(words, 0, cut), scopes[i].word)) {
            out->scope = scopes[i].scope;
            out->of = hf_str_trim(hf_str_slice(words, cut, words.len));
        }
    if (out->of.len == 0)
        return fail(err, line, "this is no scope", words);
    return (out->role != HF_ROLE_ADMINISTRATOR && out->role != HF_ROLE_AUDITOR) ||
           fail(err, line, "this role is the whole nation's", words);
}

static bool read_rule(hf_str text, uint64_t line, group_rule *out, hf_error *err)
{
    size_t equals = text.len; // the last one: names of groups may hold others
    for (size_t at = hf_str_find_byte(text, '=', 0); at < text.len;
         at = hf_str_find_byte(text, '=', at + 1))
        equals = at;
    hf_str words = hf_str_trim(hf_str_slice(text, equals + 1, text.len));
    size_t cut = hf_str_find_byte(words, ' ', 0);
    hf_str role = hf_str_slice(words, 0, cut);
    out->group = hf_str_trim(hf_str_slice(text, 0, equals));
    out->role = HF_WORD_NONE;
    if (equals == text.len || out->group.len == 0)
        return fail(err, line, "no group and no role", text);
    for (int32_t i = 0; i < HF_ROLE_COUNT; i++)
        if (hf_str_equal_z(role, hf_role_words[i]))
            out->role = i;
    if (out->role == HF_WORD_NONE)
        return fail(err, line, "there is no such role", role);
    return read_scope(hf_str_trim(hf_str_slice(words, cut, words.len)), line, out, err);
}

static bool read_rules(hf_str text, group_rule rules[RULES_MAX], size_t *count, hf_error *err)
{
    hf_str part;
    uint64_t line = 0;
    *count = 0;
    while (text.len > 0 && hf_str_split(&text, '\n', &part)) {
        line++;
        part = hf_str_trim(part);
        if (part.len == 0)
            continue;
        if (*count == RULES_MAX)
            return fail(err, line, "there are more than 200 rules", part);
        if (!read_rule(part, line, &rules[*count], err))
            return false;
        (*count)++;
    }
    return true;
}

bool hf_group_rules_check(hf_str text, hf_error *err)
{
    group_rule rules[RULES_MAX];
    size_t count = 0;
    return read_rules(text, rules, &count, err);
}

// --- whose groups -----------------------------------------------------------------------------------------

// The claim by its name; where there is none, and the name has dots, by the way that they tell: realm_access.roles.
static const hf_json *find_claim(const hf_json *claims, hf_str name, hf_arena *arena)
{
    const hf_json *found = hf_json_get(claims, hf_str_z(arena, name));
    hf_str part;
    if (found != NULL)
        return found;
    found = claims;
    while (found != NULL && name.len > 0 && hf_str_split(&name, '.', &part))
        found = hf_json_get(found, hf_str_z(arena, part));
    return found;
}

static bool has_group(const hf_json *groups, hf_str group)
{
    if (groups == NULL)
        return false;
    if (groups->type == HF_JSON_TEXT)
        return hf_str_equal(groups->text, group);
    for (const hf_json *each = groups->type == HF_JSON_ARRAY ? groups->child : NULL; each != NULL;
         each = each->next)
        if (each->type == HF_JSON_TEXT && hf_str_equal(each->text, group))
            return true;
    return false;
}

// --- grants -----------------------------------------------------------------------------------------------

typedef HF_VEC(hf_grant *) grant_list;

static bool is_among(hf_str key, const hf_grant *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (hf_str_equal(list[i]->head.key, key))
            return true;
    return false;
}

// What the scope names may be gone since the rule was written: then it gives nothing.
static bool is_there(hf_read *read, const group_rule *rule, hf_arena *arena, bool *out,
                     hf_error *err)
{
    const char *noun = rule->scope == HF_SCOPE_REGION         ? "region"
                       : rule->scope == HF_SCOPE_ORGANISATION ? "organisation"
                                                              : NULL;
    void *record = NULL;
    *out = true;
    if (noun == NULL)
        return true;
    if (!hf_store_get(read, hf_noun_find(hf_str_of(noun)), rule->of, arena, &record, err))
        return false;
    *out = record != NULL;
    return true;
}

static bool add_wanted(hf_read *read, const group_rule *rule, hf_str user_key, hf_arena *arena,
                       grant_list *list, hf_error *err)
{
    bool can_be = false;
    if (!is_there(read, rule, arena, &can_be, err))
        return false;
    if (!can_be)
        return true;
    hf_grant *grant = hf_noun_new(&hf_noun_grant, arena);
    grant->head.source = hf_str_of(source);
    grant->user = user_key;
    grant->role = rule->role;
    grant->scope = rule->scope;
    *(rule->scope == HF_SCOPE_SECTOR   ? &grant->sector
      : rule->scope == HF_SCOPE_REGION ? &grant->region
                                       : &grant->organisation) = rule->of;
    if (!hf_noun_check(&hf_noun_grant, grant, arena, err))
        return false;
    if (!is_among(grant->head.key, (const hf_grant *const *)list->items, list->count))
        HF_VEC_ADD(arena, list, grant);
    return true;
}

static bool note(hf_tx *tx, const hf_session *session, const char *action, const hf_grant *grant,
                 hf_error *err)
{
    return hf_note(tx, session, action, &hf_noun_grant, grant->head.key, hf_str_of(source),
                   HF_STR_EMPTY, err);
}

static bool take_back(hf_tx *tx, const hf_session *session, const hf_grant *grant, hf_error *err)
{
    uint64_t removed = 0;
    return hf_store_remove(tx, &hf_noun_grant, grant->head.row, HF_VERSION_ANY, false, &removed,
                           err) &&
           note(tx, session, "grant.removed", grant, err);
}

static bool give(hf_tx *tx, const hf_session *session, hf_grant *grant, hf_error *err)
{
    hf_put_outcome outcome;
    return hf_store_put(tx, &hf_noun_grant, grant, HF_VERSION_ANY, &outcome, err) &&
           hf_check_grant(hf_tx_read(tx), grant, err) &&
           note(tx, session, "grant.added", grant, err);
}

bool hf_group_grants(hf_tx *tx, const hf_session *session, const hf_provider *provider,
                     const hf_json *claims, hf_str user_key, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    group_rule rules[RULES_MAX];
    size_t rule_count = 0, has_count = 0;
    const hf_grant *const *has = NULL;
    grant_list wanted = {0};
    const hf_json *groups = find_claim(claims, provider->groups_claim, &scratch);
    if (!read_rules(provider->groups, rules, &rule_count, err) ||
        !hf_grants_of(hf_tx_read(tx), user_key, &scratch, &has, &has_count, err))
        return false;
    for (size_t i = 0; i < rule_count; i++)
        if (has_group(groups, rules[i].group) &&
            !add_wanted(hf_tx_read(tx), &rules[i], user_key, &scratch, &wanted, err))
            return false;
    for (size_t i = 0; i < has_count; i++)
        if (hf_str_equal_z(has[i]->head.source, source) &&
            !is_among(has[i]->head.key, (const hf_grant *const *)wanted.items, wanted.count) &&
            !take_back(tx, session, has[i], err))
            return false;
    for (size_t i = 0; i < wanted.count; i++)
        if (!is_among(wanted.items[i]->head.key, has, has_count) &&
            !give(tx, session, wanted.items[i], err))
            return false;
    return true;
}
