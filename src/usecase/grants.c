// SPDX-License-Identifier: Apache-2.0
//
// Grants as they are kept, and the actor that an account is with those that are in force now.
#include "usecase/grants.h"
#include "model/grant.h"
#include "usecase/access.h"

static hf_filter of_user(hf_str key)
{
    return (hf_filter){hf_noun_field(&hf_noun_grant, HF_STR("user"), NULL), HF_IS, key};
}

bool hf_grants_of(hf_read *read, hf_str user, hf_arena *arena, const hf_grant *const **list,
                  size_t *count, hf_error *err)
{
    hf_page page = {0};
    const hf_filter filter = of_user(user);
    const hf_query query = {
        .noun = &hf_noun_grant, .filters = &filter, .filter_count = 1, .limit = HF_GRANTS_MAX + 1};
    *count = 0;
    if (hf_read_count(read, &hf_noun_grant) == 0)
        return true;
    if (!hf_store_list(read, &query, arena, &page, err))
        return false;
    const hf_grant **grants = HF_NEW_N(arena, const hf_grant *, page.count + 1);
    for (size_t i = 0; i < page.count; i++)
        grants[i] = page.records[i];
    *list = grants;
    *count = page.count;
    return true;
}

bool hf_grant_accounts(hf_read *read, hf_str key, int64_t event, hf_arena *arena, hf_str **names,
                       size_t *count, hf_error *err)
{
    hf_version *versions = NULL;
    size_t version_count = 0;
    *count = 0;
    if (!hf_store_history(read, &hf_noun_grant, key, arena, &versions, &version_count, err))
        return false;
    *names = HF_NEW_N(arena, hf_str, 2 * version_count + 1);
    for (size_t i = 0; i < version_count; i++) {
        const hf_grant *states[] = {versions[i].before, versions[i].after};
        for (size_t j = 0; j < HF_COUNT(states); j++)
            if (states[j] != NULL && (event == 0 || versions[i].event == event))
                (*names)[(*count)++] = states[j]->user;
    }
    return true;
}

static bool scope_of(hf_read *read, const hf_grant *grant, hf_arena *arena, hf_scope *out,
                     hf_error *err)
{
    *out = (hf_scope){.kind = (hf_scope_kind)grant->scope, .of = hf_grant_of(grant)};
    if (out->kind == HF_SCOPE_REGION)
        return hf_store_regions_inside(read, out->of, arena, &out->regions, &out->region_count,
                                       err);
    if (out->kind != HF_SCOPE_OWN)
        return true;
    out->of = grant->user;
    return hf_store_events_of(read, out->of, arena, &out->events, &out->event_count, err);
}

bool hf_actor_of(hf_read *read, const hf_user *user, int64_t now_ms, hf_arena *arena, hf_actor *out,
                 hf_error *err)
{
    const hf_grant *const *list = NULL;
    size_t count = 0;
    hf_actor actor = {
        .name = user->head.key,
        .display_name = user->display_name,
        .role = user->role,
        .clearance = user->clearance,
        .compartments = user->head.compartments,
        .is_paused = user->is_paused,
        .is_signed_in = true,
    };
    if (!hf_grants_of(read, user->head.key, arena, &list, &count, err))
        return false;
    hf_role_grant *grants = HF_NEW_N(arena, hf_role_grant, count + 1);
    for (size_t i = 0; i < count && i < HF_GRANTS_MAX; i++) {
        hf_role_grant *grant = &grants[actor.grant_count];
        if (!hf_grant_is_in_force(list[i], now_ms))
            continue;
        grant->role = list[i]->role;
        if (!scope_of(read, list[i], arena, &grant->scope, err))
            return false;
        actor.grant_count++;
    }
    actor.grants = grants;
    *out = actor;
    return true;
}

bool hf_check_grant(hf_read *read, const hf_grant *grant, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_grant *const *list = NULL;
    void *user = NULL;
    size_t count = 0;
    if (!hf_store_get(read, &hf_noun_user, grant->user, &scratch, &user, err))
        return false;
    if (user == NULL) { // else it would wait for whoever gets that name
        hf_fail(err, HF_ERR_INPUT, "reference.unknown", "there is no user '%.*s'",
                HF_STR_ARG(grant->user));
        return hf_fail_at(err, NULL, 0, "user");
    }
    if (!hf_grants_of(read, grant->user, &scratch, &list, &count, err))
        return false;
    return count <= HF_GRANTS_MAX ||
           hf_fail(err, HF_ERR_INPUT, "grant.too_many",
                   "an account has at most %u grants; take one back first", HF_GRANTS_MAX);
}

bool hf_forget_grants(hf_tx *tx, hf_str user, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_grant *const *list = NULL;
    size_t count = 0;
    uint64_t removed = 0;
    if (!hf_grants_of(hf_tx_read(tx), user, &scratch, &list, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!hf_store_remove(tx, &hf_noun_grant, list[i]->head.row, HF_VERSION_ANY, false, &removed,
                             err))
            return false;
    return true;
}
