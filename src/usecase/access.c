// SPDX-License-Identifier: Apache-2.0
//
// The one rule of who may what. Roles give verbs, in the places that they were granted for; marking and compartments
// hide single records. What a place holds: model/sight.c. The same in SQL: store/sql_sight.c.
#include "usecase/access.h"

#include <string.h>

#include "base/crypto.h"
#include "model/answer.h"
#include "model/asset.h"
#include "model/attachment.h"
#include "model/event.h"
#include "model/grant.h"
#include "model/job.h"
#include "model/judgement.h"
#include "model/practice.h"
#include "model/receipt.h"
#include "model/release.h"
#include "model/run.h"

const char *const hf_verb_words[] = {"read",  "edit",  "import",  "export", "run", "configure",
                                     "users", "audit", "release", "assess", NULL};

#define BIT(verb) (1u << (verb))
// What has no place is given to none: these count in the whole nation only.
#define NATIONAL_ONLY                                                                              \
    (BIT(HF_CAN_CONFIGURE) | BIT(HF_CAN_USERS) | BIT(HF_CAN_AUDIT) | BIT(HF_CAN_RELEASE))

static unsigned verbs_of_role(int32_t role)
{
    unsigned read = BIT(HF_CAN_READ);
    unsigned analyst = read | BIT(HF_CAN_RUN) | BIT(HF_CAN_EDIT) | BIT(HF_CAN_IMPORT) |
                       BIT(HF_CAN_EXPORT) | BIT(HF_CAN_ASSESS);
    switch ((hf_user_role)role) {
    case HF_ROLE_ADMINISTRATOR:
        return BIT(HF_CAN_COUNT) - 1;
    case HF_ROLE_AUTHORITY:
        return analyst | BIT(HF_CAN_CONFIGURE) | BIT(HF_CAN_AUDIT) | BIT(HF_CAN_RELEASE);
    case HF_ROLE_ANALYST:
        return analyst;
    case HF_ROLE_OPERATOR:
        return read | BIT(HF_CAN_RUN) | BIT(HF_CAN_EDIT) | BIT(HF_CAN_IMPORT);
    case HF_ROLE_OBSERVER:
    case HF_ROLE_RESPONDER:
        return read | BIT(HF_CAN_RUN);
    case HF_ROLE_ASSESSOR:
        return read | BIT(HF_CAN_EXPORT) | BIT(HF_CAN_ASSESS);
    case HF_ROLE_AUDITOR:
        return read | BIT(HF_CAN_AUDIT);
    case HF_ROLE_SERVICE:
        return read | BIT(HF_CAN_IMPORT) | BIT(HF_CAN_EXPORT);
    case HF_ROLE_COUNT:
        break;
    }
    return 0; // none, or a role of a newer program
}

static unsigned verbs_of_grant(const hf_role_grant *grant)
{
    unsigned verbs = verbs_of_role(grant->role);
    return grant->scope.kind == HF_SCOPE_NATION ? verbs : verbs & ~NATIONAL_ONLY;
}

static unsigned verbs_of(const hf_actor *actor)
{
    unsigned verbs = verbs_of_role(actor->role);
    for (size_t i = 0; i < actor->grant_count; i++)
        verbs |= verbs_of_grant(&actor->grants[i]);
    return verbs;
}

unsigned hf_verbs_of(const hf_actor *actor)
{
    if (actor->is_local)
        return BIT(HF_CAN_COUNT) - 1;
    return actor->is_signed_in ? verbs_of(actor) : 0;
}

// Editing the profile or the accounts is a right of its own.
static hf_verb verb_for_noun(hf_verb verb, const hf_noun *noun)
{
    if (noun == NULL)
        return verb;
    if (noun == &hf_noun_user || noun == &hf_noun_grant)
        return HF_CAN_USERS;
    if (noun == &hf_noun_event && verb == HF_CAN_READ)
        return HF_CAN_AUDIT;
    if (noun == &hf_noun_release && verb == HF_CAN_READ) // one's own: release.c
        return HF_CAN_RELEASE;
    if (noun == &hf_noun_receipt && verb == HF_CAN_READ) // one's own: awareness.c
        return HF_CAN_ASSESS;
    if (noun == &hf_noun_practice &&
        verb == HF_CAN_IMPORT) // a file could lower its marking: library.h
        return HF_CAN_RELEASE;
    if (noun->group == HF_GROUP_PROFILE && (verb == HF_CAN_EDIT || verb == HF_CAN_IMPORT))
        return HF_CAN_CONFIGURE;
    if (hf_is_assessed(noun) && (verb == HF_CAN_EDIT || verb == HF_CAN_IMPORT))
        return HF_CAN_ASSESS;
    return verb;
}

// Whoever may change a record may change its files.
static const hf_noun *ruling_noun(const hf_noun *noun, const void *record)
{
    const hf_noun *of = NULL;
    if (noun == &hf_noun_attachment && record != NULL)
        of = hf_noun_find(((const hf_attachment *)record)->noun_name);
    return of != NULL ? of : noun;
}

// Of which record it is not known yet: may the actor change records of any kind that has files?
static bool may_change_any(unsigned verbs, hf_verb verb, const hf_noun *noun, const void *record)
{
    return noun == &hf_noun_attachment && record == NULL && verb == HF_CAN_EDIT &&
           (verbs & (BIT(HF_CAN_EDIT) | BIT(HF_CAN_ASSESS) | BIT(HF_CAN_CONFIGURE))) != 0;
}

// Jobs, runs, releases, receipts and events are written by the program only.
static bool is_programs_own(const hf_noun *noun)
{
    return noun == &hf_noun_event || noun == &hf_noun_job || noun == &hf_noun_run ||
           noun == &hf_noun_release || noun == &hf_noun_receipt;
}

bool hf_may_everywhere(const hf_actor *actor, hf_verb verb)
{
    bool is_it = actor->is_local || (verbs_of_role(actor->role) & BIT(verb)) != 0;
    for (size_t i = 0; i < actor->grant_count && !is_it; i++)
        is_it = actor->grants[i].scope.kind == HF_SCOPE_NATION &&
                (verbs_of_grant(&actor->grants[i]) & BIT(verb)) != 0;
    return is_it;
}

bool hf_may_own(const hf_actor *actor, hf_verb verb)
{
    for (size_t i = 0; i < actor->grant_count; i++)
        if (actor->grants[i].scope.kind == HF_SCOPE_OWN &&
            (verbs_of_grant(&actor->grants[i]) & BIT(verb)) != 0)
            return true;
    return false;
}

bool hf_may_read_marked(const hf_actor *actor, int32_t marking, hf_str compartments)
{
    return actor->is_local ||
           (actor->is_signed_in && (verbs_of(actor) & BIT(HF_CAN_READ)) != 0 &&
            hf_is_cleared(actor->clearance, actor->compartments, marking, compartments));
}

static bool is_owner(const hf_actor *actor, const hf_noun_place *place, const void *record)
{
    return place->owner != NULL &&
           hf_str_equal(*(const hf_str *)hf_field_of(place->owner, record), actor->name);
}

// Who answers for a section reads the assessment that it is of.
static bool is_only_read(const hf_role_grant *grant, hf_verb verb, const hf_noun *noun)
{
    return grant->scope.kind == HF_SCOPE_SECTION && noun == &hf_noun_assessment &&
           verb != HF_CAN_READ;
}

// Does a grant that has the verb hold the place of the record?
static bool reaches(const hf_actor *actor, hf_verb verb, const hf_noun *noun, const void *record)
{
    hf_belonging how = hf_noun_belongs(noun);
    if (how == HF_BELONGS_ANYWHERE && verb != HF_CAN_READ) // it would move what others were granted
        return hf_may_everywhere(actor, verb);
    if (how != HF_BELONGS_BY_FIELDS || hf_may_everywhere(actor, verb))
        return true;
    hf_noun_place place = hf_noun_place_of(noun);
    bool is_held = is_owner(actor, &place, record);
    for (size_t i = 0; i < actor->grant_count && !is_held; i++)
        is_held = (verbs_of_grant(&actor->grants[i]) & BIT(verb)) != 0 &&
                  hf_scope_holds(&actor->grants[i].scope, &place, record) &&
                  !is_only_read(&actor->grants[i], verb, noun);
    return is_held;
}

// Could a record lie where the grant holds?
static bool could_hold(hf_scope_kind kind, const hf_noun_place *place)
{
    switch (kind) {
    case HF_SCOPE_SECTOR:
        return place->sector != NULL;
    case HF_SCOPE_REGION:
        return place->region != NULL;
    case HF_SCOPE_ORGANISATION:
        return place->organisation != NULL;
    case HF_SCOPE_SECTION:
        return place->section != NULL && place->round == NULL; // the assessment is there already
    case HF_SCOPE_NATION:
    case HF_SCOPE_OWN:
        break;
    }
    return true;
}

bool hf_may_add(const hf_actor *actor, const hf_noun *noun)
{
    hf_noun_place place = hf_noun_place_of(noun);
    hf_verb verb = verb_for_noun(HF_CAN_EDIT, noun);
    if (!hf_may(actor, HF_CAN_EDIT, noun, NULL))
        return false;
    bool is_it = hf_may_everywhere(actor, verb) || place.how == HF_BELONGS_TO_ALL ||
                 place.how == HF_BELONGS_TO_ITS_ENDS;
    for (size_t i = 0; i < actor->grant_count && !is_it; i++)
        is_it = place.how == HF_BELONGS_BY_FIELDS &&
                (verbs_of_grant(&actor->grants[i]) & BIT(verb)) != 0 &&
                could_hold(actor->grants[i].scope.kind, &place);
    return is_it;
}

static const char *const scope_words[] = {
    [HF_SCOPE_NATION] = "nation", [HF_SCOPE_SECTOR] = "sector",
    [HF_SCOPE_REGION] = "region", [HF_SCOPE_ORGANISATION] = "organisation",
    [HF_SCOPE_OWN] = "own",       [HF_SCOPE_SECTION] = "section",
};

static hf_str place_text(hf_scope_kind kind, hf_str of, hf_arena *arena)
{
    return hf_str_format(arena, "%s/%.*s", scope_words[kind], HF_STR_ARG(of));
}

hf_str hf_places_of(const hf_actor *actor, hf_verb verb, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 16);
    hf_json_writer out = {.out = &text};
    const hf_sight *sight = hf_sight_of(actor, verb, arena);
    hf_json_begin_array(&out);
    if (sight == NULL || sight->is_national)
        hf_json_add_z(&out, scope_words[HF_SCOPE_NATION]);
    for (size_t i = 0; sight != NULL && !sight->is_national && i < sight->scope_count; i++)
        hf_json_add_str(&out, place_text(sight->scopes[i].kind, sight->scopes[i].of, arena));
    hf_json_end_array(&out);
    HF_ASSERT(!text.overflow); // of at most HF_GRANTS_MAX grants
    return hf_buf_copy(arena, &text);
}

// Does a scope of today hold the place of then?
static bool holds_place(const hf_scope *scope, hf_str place, hf_arena *arena)
{
    hf_str own = place_text(scope->kind, scope->of, arena);
    bool is_inside = hf_str_equal(place, own) ||
                     (scope->kind == HF_SCOPE_SECTOR && place.len > own.len && // "EN" holds "EN01"
                      hf_str_equal(hf_str_slice(place, 0, own.len), own));
    for (size_t i = 0; i < scope->region_count && !is_inside; i++)
        is_inside = hf_str_equal(place, place_text(HF_SCOPE_REGION, scope->regions[i], arena));
    return is_inside;
}

// A run is as secret as the places that went into it are now, for its owner too; one that names no single asset is its
// owner's whatever happens.
static bool sees_places(const hf_actor *actor, const hf_run *run)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json *places = NULL;
    hf_error unreadable = {0};
    if (run->sight == HF_RUN_GENERAL) // was released to its owner
        return hf_str_equal(run->owner, actor->name) || hf_may_everywhere(actor, HF_CAN_RELEASE);
    if (hf_may_everywhere(actor, HF_CAN_READ))
        return true;
    if (run->sight != HF_RUN_VISIBLE || !hf_json_parse(run->places, &scratch, &places, &unreadable))
        return false;
    for (const hf_json *place = places->child; place != NULL; place = place->next) {
        bool is_held = false;
        for (size_t i = 0; i < actor->grant_count && !is_held; i++)
            is_held = (verbs_of_grant(&actor->grants[i]) & BIT(HF_CAN_READ)) != 0 &&
                      holds_place(&actor->grants[i].scope, place->text, &scratch);
        if (!is_held)
            return false;
    }
    return true;
}

// A rating is its assessor's alone until all of them are opened.
static bool is_blind(const hf_actor *actor, const hf_noun *noun, const void *record)
{
    const hf_judgement *judgement = record;
    return noun == &hf_noun_judgement && !actor->is_local && !hf_judgement_is_open(judgement) &&
           !hf_str_equal(judgement->assessor, actor->name);
}

static bool is_hidden(const hf_actor *actor, const hf_noun *noun, const void *record)
{
    const hf_head *head = record;
    return hf_noun_belongs(noun) != HF_BELONGS_TO_ALL &&
           (is_blind(actor, noun, record) ||
            !hf_is_cleared(actor->clearance, actor->compartments, head->marking,
                           head->compartments) ||
            !reaches(actor, HF_CAN_READ, noun, record) ||
            (noun == &hf_noun_run && !sees_places(actor, record)));
}

static bool fail_unknown(const hf_noun *noun, const hf_head *head, hf_error *err)
{
    return hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown", "there is no %s '%.*s'", noun->name,
                   HF_STR_ARG(head->key));
}

static bool fail_scope(const hf_noun *noun, const hf_head *head, hf_error *err)
{
    return hf_fail(err, HF_ERR_PERMISSION, "access.scope",
                   "%s '%.*s' lies outside of what your role was granted for; ask an administrator",
                   noun->name, HF_STR_ARG(head->key));
}

bool hf_can(const hf_actor *actor, hf_verb verb, const hf_noun *noun, const void *record,
            hf_error *err)
{
    const hf_head *head = record;
    if (!actor->is_local && !actor->is_signed_in)
        return hf_fail(err, HF_ERR_SIGN_IN, "access.sign_in", "nobody is signed in; sign in first");
    if (verb == HF_CAN_EDIT && is_programs_own(noun))
        return hf_fail(err, HF_ERR_PERMISSION, "access.denied",
                       "records of '%s' are written by the program only", noun->name);
    if (actor->is_local)
        return true;
    if (actor->is_paused && verb == HF_CAN_EXPORT)
        return hf_fail(err, HF_ERR_PERMISSION, "access.paused",
                       "this account read unusually much and takes nothing out for now; ask an "
                       "administrator");
    bool is_own_account = verb == HF_CAN_READ && noun == &hf_noun_user && head != NULL &&
                          hf_str_equal(head->key, actor->name);
    hf_verb needed = verb_for_noun(verb, ruling_noun(noun, record));
    if (!is_own_account && (verbs_of(actor) & BIT(needed)) == 0 &&
        !may_change_any(verbs_of(actor), verb, noun, record))
        return hf_fail(err, HF_ERR_PERMISSION, "access.denied",
                       "this needs the right to %s; ask an administrator", hf_verb_words[needed]);
    if (verb == HF_CAN_IMPORT && noun == &hf_noun_receipt)
        return hf_fail(err, HF_ERR_PERMISSION, "access.denied",
                       "who has read what is confirmed by the reader, not taken from a file");
    // A file tells no place of what belongs to an assessment.
    if (verb == HF_CAN_IMPORT && noun != NULL &&
        (hf_is_assessment_part(noun) || noun == &hf_noun_attachment) &&
        !hf_may_everywhere(actor, needed))
        return hf_fail(err, HF_ERR_PERMISSION, "access.denied",
                       "%s are taken from files only by who assesses everywhere; write them one by "
                       "one",
                       noun->plural);
    if (noun == NULL || record == NULL)
        return true;
    if (is_hidden(actor, noun, record))
        return fail_unknown(noun, head, err);
    if (noun == &hf_noun_judgement && verb == HF_CAN_EDIT &&
        !hf_str_equal(((const hf_judgement *)record)->assessor, actor->name))
        return hf_fail(err, HF_ERR_PERMISSION, "judgement.not_yours",
                       "a rating is given and changed by its own assessor");
    return reaches(actor, needed, noun, record) || fail_scope(noun, head, err);
}

// The assets that a record joins, by their keys.
static size_t ends_of(const hf_noun *noun, const void *record, hf_str ends[2])
{
    size_t count = 0;
    if (hf_noun_belongs(noun) != HF_BELONGS_TO_ITS_ENDS)
        return 0;
    for (size_t i = 0; i < noun->field_count; i++)
        if (noun->fields[i].type == HF_REF)
            ends[count++] = *(const hf_str *)hf_field_of(&noun->fields[i], record);
    return count;
}

// An asset that was removed is as secret as it ever was.
static bool may_know_removed(const hf_actor *actor, hf_verb verb, hf_read *read, hf_str key,
                             bool *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_version *versions = NULL;
    size_t count = 0;
    if (!hf_store_history(read, &hf_noun_asset, key, &scratch, &versions, &count, err))
        return false;
    *out = true;
    for (size_t i = 0; i < count; i++) {
        const void *states[] = {versions[i].before, versions[i].after};
        for (size_t j = 0; j < HF_COUNT(states); j++)
            *out &= states[j] == NULL || hf_may(actor, verb, &hf_noun_asset, states[j]);
    }
    return true;
}

static bool may_know_end(const hf_actor *actor, hf_verb verb, hf_read *read, hf_str key, bool *out,
                         hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *asset = NULL;
    if (!hf_store_get(read, &hf_noun_asset, key, &scratch, &asset, err))
        return false;
    if (asset == NULL)
        return may_know_removed(actor, verb, read, key, out, err);
    *out = hf_may(actor, verb, &hf_noun_asset, asset);
    return true;
}

static bool can_joined(const hf_actor *actor, hf_verb verb, hf_read *read, const hf_noun *noun,
                       const void *record, hf_error *err)
{
    hf_str ends[2];
    size_t count = actor->is_local || record == NULL ? 0 : ends_of(noun, record, ends);
    for (size_t i = 0; i < count; i++) {
        bool may_read = false, may_do = false;
        if (!may_know_end(actor, HF_CAN_READ, read, ends[i], &may_read, err))
            return false;
        if (!may_read)
            return fail_unknown(noun, record, err);
        if (verb != HF_CAN_READ && !may_know_end(actor, verb, read, ends[i], &may_do, err))
            return false;
        if (verb != HF_CAN_READ && !may_do)
            return fail_scope(noun, record, err);
    }
    return true;
}

// A file is no less hidden than the record that it belongs to, and changed by nobody else.
static bool can_home(const hf_actor *actor, hf_verb verb, hf_read *read, const hf_attachment *file,
                     hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_noun *noun = hf_noun_find(file->noun_name);
    void *home = NULL;
    hf_error why = {0};
    if (noun != NULL && !hf_store_get(read, noun, file->record_key, &scratch, &home, err))
        return false;
    if (home == NULL)
        return fail_unknown(&hf_noun_attachment, &file->head, err);
    if (hf_can(actor, HF_CAN_READ, noun, home, &why) &&
        can_joined(actor, HF_CAN_READ, read, noun, home, &why))
        return verb == HF_CAN_READ || (hf_can(actor, verb, noun, home, err) &&
                                       can_joined(actor, verb, read, noun, home, err));
    if (why.kind == HF_ERR_NOT_FOUND)
        return fail_unknown(&hf_noun_attachment, &file->head, err);
    *err = why;
    return false;
}

bool hf_can_record(const hf_actor *actor, hf_verb verb, hf_read *read, const hf_noun *noun,
                   const void *record, hf_error *err)
{
    if (!hf_can(actor, verb, noun, record, err))
        return false;
    if (noun == &hf_noun_attachment && record != NULL && !actor->is_local)
        return can_home(actor, verb, read, record, err);
    return can_joined(actor, verb, read, noun, record, err);
}

bool hf_may_record(const hf_actor *actor, hf_verb verb, hf_read *read, const hf_noun *noun,
                   const void *record, bool *out, hf_error *err)
{
    hf_error why = {0};
    *out = hf_can_record(actor, verb, read, noun, record, &why);
    if (*out || why.kind == HF_ERR_NOT_FOUND || why.kind == HF_ERR_PERMISSION ||
        why.kind == HF_ERR_SIGN_IN)
        return true;
    *err = why;
    return false;
}

bool hf_may(const hf_actor *actor, hf_verb verb, const hf_noun *noun, const void *record)
{
    hf_error unused = {0};
    return hf_can(actor, verb, noun, record, &unused);
}

bool hf_can_leave(const hf_actor *actor, hf_verb verb, hf_read *read, const hf_noun *noun,
                  const void *record, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_error why = {0};
    const hf_head *head = record;
    hf_belonging how = hf_noun_belongs(noun);
    if (actor->is_local ||
        (head->row == 0 && how == HF_BELONGS_BY_FIELDS && hf_may_own(actor, verb)))
        return true;
    void *left = hf_arena_take(&scratch, noun->struct_bytes);
    memcpy(left, record, noun->struct_bytes);
    ((hf_head *)left)->marking = HF_TLP_CLEAR;
    ((hf_head *)left)->compartments = HF_STR_EMPTY;
    if (hf_can_record(actor, verb, read, noun, left, &why))
        return true;
    if (why.kind == HF_ERR_NOT_FOUND && how == HF_BELONGS_TO_ITS_ENDS)
        return hf_fail(err, HF_ERR_INPUT, "reference.unknown",
                       "%s '%.*s' names an asset that is not there", noun->name,
                       HF_STR_ARG(head->key));
    if (why.kind == HF_ERR_NOT_FOUND)
        return hf_fail(err, HF_ERR_PERMISSION, "access.scope",
                       "%s '%.*s' would lie outside of what your role was granted for; ask an "
                       "administrator",
                       noun->name, HF_STR_ARG(head->key));
    *err = why;
    return false;
}

// Has the grant what is asked: to read, and the verb?
static bool has_verb(const hf_role_grant *grant, hf_verb verb)
{
    unsigned wanted = BIT(HF_CAN_READ) | BIT(verb);
    return (verbs_of_grant(grant) & wanted) == wanted;
}

const hf_sight *hf_sight_of(const hf_actor *actor, hf_verb verb, hf_arena *arena)
{
    if (actor->is_local)
        return NULL;
    hf_sight *sight = HF_NEW(arena, hf_sight);
    hf_scope *scopes = HF_NEW_N(arena, hf_scope, actor->grant_count + 1);
    *sight = (hf_sight){.clearance = actor->is_signed_in ? actor->clearance : -1,
                        .compartments = actor->compartments,
                        .is_national = hf_may_everywhere(actor, verb),
                        .scopes = scopes,
                        .actor = actor->name};
    for (size_t i = 0; i < actor->grant_count; i++)
        if (has_verb(&actor->grants[i], verb))
            scopes[sight->scope_count++] = actor->grants[i].scope;
    return sight;
}

// The same as is_blind, for lists: several values of one field mean one of them, so that nobody else's stays among them.
static void see_own_and_open(const hf_actor *actor, hf_query *query, hf_arena *arena)
{
    hf_filter *filters = HF_NEW_N(arena, hf_filter, query->filter_count + 2);
    const hf_field *field = hf_noun_field(&hf_noun_judgement, HF_STR("seen_by"), NULL);
    size_t count = 0;
    for (size_t i = 0; i < query->filter_count; i++)
        if (query->filters[i].field != field)
            filters[count++] = query->filters[i];
    filters[count++] = (hf_filter){field, HF_IS, actor->name};
    filters[count++] = (hf_filter){field, HF_IS, HF_STR(HF_SEEN_BY_ALL)};
    query->filters = filters;
    query->filter_count = count;
}

void hf_can_narrow(const hf_actor *actor, hf_verb verb, hf_query *query, hf_arena *arena)
{
    query->sight = hf_sight_of(actor, verb, arena);
    if (query->noun == &hf_noun_judgement && !actor->is_local)
        see_own_and_open(actor, query, arena);
}

bool hf_know(const hf_actor *actor, hf_verb verb, hf_read *read, const hf_noun *noun,
             hf_arena *arena, hf_known *out, hf_error *err)
{
    hf_belonging how = hf_noun_belongs(noun);
    bool is_everywhere = hf_may_everywhere(actor, HF_CAN_READ) && hf_may_everywhere(actor, verb);
    *out = (hf_known){.actor = actor, .noun = noun};
    out->has_rows = !actor->is_local && (how == HF_BELONGS_TO_ITS_ENDS ||
                                         (how == HF_BELONGS_BY_FIELDS && !is_everywhere));
    return !out->has_rows ||
           hf_store_known_rows(read, noun, hf_sight_of(actor, verb, arena), arena, &out->rows, err);
}

bool hf_is_known(const hf_known *known, const void *record)
{
    if (known->has_rows)
        return hf_row_set_has(&known->rows, ((const hf_head *)record)->row) &&
               !is_blind(known->actor, known->noun, record);
    return hf_may(known->actor, HF_CAN_READ, known->noun, record);
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
    hf_can_narrow(actor, HF_CAN_READ, &query, &scratch);
    return hf_store_count(read, &query, out, err);
}

bool hf_get_known(const hf_actor *actor, hf_read *read, const hf_noun *noun, hf_str key,
                  hf_arena *arena, void **out, hf_error *err)
{
    void *record = NULL;
    bool is_known = false;
    *out = NULL;
    if (!hf_store_get(read, noun, key, arena, &record, err))
        return false;
    if (record != NULL && !hf_may_record(actor, HF_CAN_READ, read, noun, record, &is_known, err))
        return false;
    *out = is_known ? record : NULL;
    return true;
}

void hf_protect(hf_head *all, const hf_head *part, hf_arena *arena)
{
    hf_str rest = part->compartments, word;
    if (part->marking > all->marking)
        all->marking = part->marking;
    while (hf_str_split(&rest, ' ', &word))
        if (word.len > 0 && !hf_str_has_word(all->compartments, word))
            all->compartments =
                all->compartments.len == 0
                    ? hf_str_copy(arena, word)
                    : hf_str_format(arena, "%.*s %.*s", HF_STR_ARG(all->compartments),
                                    HF_STR_ARG(word));
}

uint64_t hf_access_class(const hf_actor *actor)
{
    return hf_access_class_for(actor, HF_CAN_READ);
}

// Written out and hashed: two classes must not meet by chance.
uint64_t hf_access_class_for(const hf_actor *actor, hf_verb verb)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of((size_t)1 << 20);
    const hf_sight *sight = hf_sight_of(actor, verb, &scratch);
    uint64_t class = 0;
    if (sight == NULL)
        return UINT64_MAX;
    hf_buf_add_format(&text, "%u ", verbs_of(actor) & BIT(HF_CAN_RUN));
    hf_sight_write(sight, &text);
    HF_ASSERT(!text.overflow);
    hf_sha256 hash = hf_sha256_of(hf_buf_str(&text));
    memcpy(&class, hash.bytes, sizeof class);
    return class;
}
