// SPDX-License-Identifier: Apache-2.0
//
// See faults.h.
#include "faults.h"

void survive(hf_kit *kit, const kit_case *cases, size_t count)
{
    static const kit_fault faults[] = {{HF_ERR_WRITE, true}, {HF_ERR_INPUT, false}};
    kit_survives(kit, cases, count, faults, HF_COUNT(faults));
}

hf_session session_of(hf_store *store)
{
    return (hf_session){.store = store,
                        .actor = {.name = HF_STR("ana"),
                                  .role = HF_ROLE_ADMINISTRATOR,
                                  .clearance = HF_TLP_RED,
                                  .is_local = true,
                                  .is_signed_in = true},
                        .lang = HF_LANG_EN,
                        .now_ms = KIT_NOW};
}

hf_session session_as(hf_store *store, const char *name, hf_arena *arena)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_session session = session_of(store);
    hf_error err = {0};
    hf_user *user = NULL;
    // A fault here leaves the session without rights: what is tried with it fails, too.
    session.actor = (hf_actor){.name = hf_str_of(name)};
    if (hf_read_begin(store, &read, &err) &&
        hf_find_user(read, hf_str_of(name), arena, &user, &err) && user != NULL &&
        !hf_actor_of(read, user, session.now_ms, arena, &session.actor, &err))
        session.actor = (hf_actor){.name = hf_str_of(name)};
    return session;
}

hf_json *json_of(const char *text, hf_arena *arena)
{
    hf_error err = {0};
    hf_json *tree = NULL;
    if (!hf_json_parse(hf_str_of(text), arena, &tree, &err))
        fail_msg("%s: %s", text, err.message);
    return tree;
}

hf_patch patch_of(const hf_noun *noun, const char *json, hf_arena *arena)
{
    hf_error err = {0};
    hf_patch patch = {0};
    if (!hf_patch_from_json(noun, json_of(json, arena), arena, &patch, &err))
        fail_msg("%s: %s", json, err.message);
    return patch;
}

bool add_record(hf_store *store, const char *noun, const char *json, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_patch patch = patch_of(hf_noun_find(hf_str_of(noun)), json, &arena);
    void *record = NULL;
    return hf_add_record(&session, &patch, &arena, &record, err);
}

void must_add(hf_kit *kit, const char *noun, const char *json)
{
    MUST(kit, add_record(kit->store, noun, json, &kit->err));
}

void must_add_user(hf_kit *kit, const char *json)
{
    hf_session session = session_of(kit->store);
    hf_patch patch = patch_of(&hf_noun_user, json, &kit->arena);
    hf_user *made = NULL;
    MUST(kit, hf_add_user(&session, &patch, HF_STR(PASSWORD), &kit->arena, &made, &kit->err));
}

void must_set(hf_kit *kit, hf_instance_key key, const char *value)
{
    hf_session session = session_of(kit->store);
    hf_str values[HF_INSTANCE_SETTING_COUNT] = {0};
    values[key] = hf_str_of(value);
    MUST(kit, hf_change_settings(&session, values, &kit->err));
}

static bool drop(void *context, hf_str bytes, hf_error *err)
{
    (void)context;
    (void)bytes;
    (void)err;
    return true;
}

const hf_output nowhere = {NULL, drop};
