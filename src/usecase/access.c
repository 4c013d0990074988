// SPDX-License-Identifier: Apache-2.0
//
// The one rule of who may what. Roles give verbs; marking and compartments hide single records.
#include "usecase/access.h"

const char *const hf_verb_words[] = {"read", "edit",      "import", "export",
                                     "run",  "configure", "users",  NULL};

#define BIT(verb) (1u << (verb))

static unsigned verbs_of_role(int32_t role)
{
    unsigned observer = BIT(HF_CAN_READ) | BIT(HF_CAN_RUN);
    switch ((hf_user_role)role) {
    case HF_ROLE_ADMINISTRATOR:
        return BIT(HF_CAN_COUNT) - 1;
    case HF_ROLE_ANALYST:
        return observer | BIT(HF_CAN_EDIT) | BIT(HF_CAN_IMPORT) | BIT(HF_CAN_EXPORT);
    case HF_ROLE_OBSERVER:
        return observer;
    }
    return 0; // a role of a newer program
}

// Editing the profile or the accounts is a right of its own.
static hf_verb verb_for_noun(hf_verb verb, const hf_noun *noun)
{
    if (noun == NULL)
        return verb;
    if (hf_str_equal_z(hf_str_of(noun->name), "user"))
        return HF_CAN_USERS;
    if (hf_str_equal_z(hf_str_of(noun->name), "event") && verb == HF_CAN_READ)
        return HF_CAN_USERS;
    if (noun->group == HF_GROUP_PROFILE && (verb == HF_CAN_EDIT || verb == HF_CAN_IMPORT))
        return HF_CAN_CONFIGURE;
    return verb;
}

// Jobs, runs and events are written by the program only.
static bool is_programs_own(const hf_noun *noun)
{
    return noun != NULL && (hf_str_equal_z(hf_str_of(noun->name), "event") ||
                            hf_str_equal_z(hf_str_of(noun->name), "job") ||
                            hf_str_equal_z(hf_str_of(noun->name), "run"));
}

static bool has_markings(const hf_noun *noun)
{
    return noun != NULL && (noun->group == HF_GROUP_REGISTER || noun->group == HF_GROUP_ANALYSIS ||
                            hf_str_equal_z(hf_str_of(noun->name), "attachment") ||
                            hf_str_equal_z(hf_str_of(noun->name), "run"));
}

static bool is_in_all(hf_str own, hf_str wanted)
{
    hf_str part;
    while (hf_str_split(&wanted, ' ', &part)) {
        if (part.len > 0 && !hf_str_has_word(own, part))
            return false;
    }
    return true;
}

static bool is_hidden(const hf_actor *actor, const hf_noun *noun, const hf_head *head)
{
    if (head == NULL || !has_markings(noun))
        return false;
    return head->marking > actor->clearance || !is_in_all(actor->compartments, head->compartments);
}

bool hf_can(const hf_actor *actor, hf_verb verb, const hf_noun *noun, const hf_head *head,
            hf_error *err)
{
    if (!actor->is_local && !actor->is_signed_in)
        return hf_fail(err, HF_ERR_SIGN_IN, "access.sign_in", "nobody is signed in; sign in first");
    if (verb == HF_CAN_EDIT && is_programs_own(noun))
        return hf_fail(err, HF_ERR_PERMISSION, "access.denied",
                       "records of '%s' are written by the program only", noun->name);
    if (actor->is_local)
        return true;
    bool is_own_account = verb == HF_CAN_READ && noun != NULL && head != NULL &&
                          hf_str_equal_z(hf_str_of(noun->name), "user") &&
                          hf_str_equal(head->key, actor->name);
    hf_verb needed = verb_for_noun(verb, noun);
    if (!is_own_account && (verbs_of_role(actor->role) & BIT(needed)) == 0)
        return hf_fail(err, HF_ERR_PERMISSION, "access.denied",
                       "this needs the right to %s; ask an administrator", hf_verb_words[needed]);
    if (is_hidden(actor, noun, head))
        return hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown", "there is no %s '%.*s'", noun->name,
                       HF_STR_ARG(head->key));
    return true;
}

bool hf_may(const hf_actor *actor, hf_verb verb, const hf_noun *noun, const hf_head *head)
{
    hf_error unused = {0};
    return hf_can(actor, verb, noun, head, &unused);
}

void hf_can_narrow(const hf_actor *actor, hf_query *query, hf_arena *arena)
{
    if (actor->is_local || !has_markings(query->noun))
        return;
    hf_filter *filters = HF_NEW_N(arena, hf_filter, query->filter_count + 2);
    for (size_t i = 0; i < query->filter_count; i++)
        filters[i] = query->filters[i];
    int32_t clearance = actor->clearance < HF_TLP_CLEAR ? HF_TLP_CLEAR : actor->clearance;
    filters[query->filter_count++] =
        (hf_filter){.field = hf_noun_field(query->noun, HF_STR("compartments"), NULL),
                    .how = HF_WITHIN,
                    .value = actor->compartments};
    if (clearance < HF_TLP_RED)
        filters[query->filter_count++] =
            (hf_filter){.field = hf_noun_field(query->noun, HF_STR("marking"), NULL),
                        .how = HF_AT_MOST,
                        .value = hf_str_of(hf_marking_words[clearance])};
    query->filters = filters;
}

bool hf_count_known(const hf_actor *actor, hf_read *read, const hf_noun *noun, uint64_t *out,
                    hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_query query = {.noun = noun};
    if (!hf_may(actor, HF_CAN_READ, noun, NULL)) {
        *out = 0;
        return true;
    }
    hf_can_narrow(actor, &query, &scratch);
    if (query.filter_count > 0)
        return hf_store_count(read, &query, out, err);
    *out = hf_read_count(read, noun);
    return true;
}

bool hf_get_known(const hf_actor *actor, hf_read *read, const hf_noun *noun, hf_str key,
                  hf_arena *arena, void **out, hf_error *err)
{
    void *record = NULL;
    if (!hf_store_get(read, noun, key, arena, &record, err))
        return false;
    *out = record != NULL && hf_may(actor, HF_CAN_READ, noun, record) ? record : NULL;
    return true;
}

uint64_t hf_access_class(const hf_actor *actor)
{
    if (actor->is_local)
        return UINT64_MAX;
    uint64_t hash = actor->compartments.len > 0 ? hf_str_hash(actor->compartments) : 0;
    return hash * 31u + (uint64_t)(actor->clearance + 1);
}
