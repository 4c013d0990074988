// SPDX-License-Identifier: Apache-2.0
//
// Are two accounts two persons? Not if one of them could be the other: it made or changed the other's account, password,
// tokens or grants, by itself or by accounts that it held so before, or says where the identities of accounts come from.
// Read off the log; what it cannot tell stands in docs/adr/0034.
#include "base/json.h"
#include "base/map.h"
#include "usecase/grants.h"
#include "usecase/release_parts.h"

// What one account holds, as the log goes on.
typedef struct {
    hf_read *read;
    hf_arena *arena;
    hf_map held;     // names of accounts, and of actors that are none
    hf_map unlinked; // who was looked up and has no link to the provider
    bool has_provider;
} holding;

static void hold(holding *h, hf_str name)
{
    (void)hf_map_add(&h->held, name, 0, NULL);
}

static bool is_held(holding *h, hf_str name, bool *out, hf_error *err)
{
    hf_credential *links = NULL;
    size_t count = 0;
    uint32_t unused = 0;
    *out = hf_map_get(&h->held, name, &unused);
    if (*out || !h->has_provider || hf_map_get(&h->unlinked, name, &unused))
        return true;
    if (!hf_credential_list(h->read, HF_CREDENTIAL_LINK, name, h->arena, &links, &count, err))
        return false;
    *out = count > 0;
    (void)hf_map_add(*out ? &h->held : &h->unlinked, name, 0, NULL);
    return true;
}

static bool hold_grantees(holding *h, hf_str key, hf_error *err)
{
    hf_str *names = NULL;
    size_t count = 0;
    if (!hf_grant_accounts(h->read, key, 0, h->arena, &names, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        hold(h, names[i]);
    return true;
}

static bool is_of_identity(hf_str detail)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json *json = NULL;
    hf_error unused = {0};
    if (!hf_json_parse(detail, &scratch, &json, &unused))
        return false;
    hf_str name = hf_json_text(json, "name");
    return hf_str_starts(name, "oidc.") || hf_str_equal_z(name, "identity.origin");
}

static bool follow(holding *h, const hf_event *event, hf_error *err)
{
    bool is_it = false;
    if (!is_held(h, event->actor, &is_it, err))
        return false;
    if (!is_it)
        return true;
    if (hf_str_equal_z(event->noun_name, "user"))
        hold(h, event->record_key);
    if (hf_str_equal_z(event->noun_name, "grant"))
        return hold_grantees(h, event->record_key, err);
    if (hf_str_equal_z(event->action, "setting.changed") && is_of_identity(event->detail)) {
        h->has_provider = true;
        hold(
            h,
            HF_STR("provider")); // that makes accounts and grants for who comes from there (oidc.c)
    }
    return true;
}

static bool reaches(hf_read *read, const hf_page *events, hf_str from, hf_str to, hf_arena *arena,
                    bool *out, hf_error *err)
{
    holding h = {
        .read = read, .arena = arena, .held = {.arena = arena}, .unlinked = {.arena = arena}};
    hold(&h, from);
    for (size_t i = 0; i < events->count; i++)
        if (!follow(&h, events->records[i], err))
            return false;
    return is_held(&h, to, out, err);
}

bool hf_release_check_given(const hf_session *session, hf_read *read, const hf_release *release,
                            hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_page events = {0};
    char since[32];
    bool is_given = false, is_taken = false;
    if (session->actor.is_local)
        return true;
    hf_time_format(release->head.created_ms - HF_RELEASE_GIVEN_DAYS * HF_DAY_MS, since);
    // Not by their noun: sessions come and go far more often, and give nothing.
    const hf_filter filters[] = {
        {hf_noun_field(&hf_noun_event, HF_STR("at"), NULL), HF_AT_LEAST, hf_str_of(since)},
        {hf_noun_field(&hf_noun_event, HF_STR("action"), NULL), HF_BEGINS,
         HF_STR("user.,grant.,setting.")},
    };
    hf_query query = {.noun = &hf_noun_event,
                      .filters = filters,
                      .filter_count = HF_COUNT(filters),
                      .sort = hf_noun_field(&hf_noun_event, HF_STR("sequence"), NULL)};
    if (!hf_list_all(read, &query, &scratch, &events, err) ||
        !reaches(read, &events, release->owner, session->actor.name, &scratch, &is_given, err) ||
        !reaches(read, &events, session->actor.name, release->owner, &scratch, &is_taken, err))
        return false;
    return (!is_given && !is_taken) ||
           hf_fail(err, HF_ERR_PERMISSION, "release.given",
                   "one of %.*s and you made or changed the account, the grants or the ways in of "
                   "the other in the last %u days; somebody else must decide",
                   HF_STR_ARG(release->owner), HF_RELEASE_GIVEN_DAYS);
}
