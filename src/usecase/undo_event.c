// SPDX-License-Identifier: Apache-2.0
//
// All that an event did, taken back: an import, or a change of many. Asked of each record as if it were changed by itself,
// and held to the rules that reach beyond one record. One change of one record: record.c.
#include "base/map.h"
#include "base/vec.h"
#include "model/dependency.h"
#include "usecase/assessment.h"
#include "usecase/attachment.h"
#include "usecase/groups.h"
#include "usecase/links.h"
#include "usecase/record.h"
#include "usecase/release.h"

// May the actor change the record, and know of all that it was? One that is hidden makes the event, for this actor, one
// that changed nothing.
static bool may_change_all(const hf_session *session, hf_read *read, int64_t event,
                           const hf_record_ref *ref, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const void **states = NULL;
    size_t count = 0;
    if (!hf_can(&session->actor, HF_CAN_EDIT, ref->noun, NULL, err) ||
        !hf_store_states(read, ref->noun, ref->row, &scratch, &states, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        bool may_change = false;
        if (!hf_may_record(&session->actor, HF_CAN_EDIT, read, ref->noun, states[i], &may_change,
                           err))
            return false;
        if (!may_change)
            return hf_fail(err, HF_ERR_NOT_FOUND, "event.none", "event %lld changed no record",
                           (long long)event);
    }
    return true;
}

// Accounts and grants have rules of their own, which an undo of one record keeps.
static bool may_undo(const hf_session *session, hf_read *read, int64_t event,
                     const hf_record_ref *list, size_t count, hf_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!session->actor.is_local && !may_change_all(session, read, event, &list[i], err))
            return false;
        if (list[i].noun->group == HF_GROUP_PLATFORM)
            return hf_fail(err, HF_ERR_USAGE, "edit.one_by_one", "%s are changed one by one",
                           list[i].noun->plural);
    }
    return true;
}

// What the event touched, as it stands, and others may name since: needs, offers, practices …
static bool list_named(hf_read *read, const hf_record_ref *list, size_t all, hf_arena *arena,
                       hf_record_ref **refs, void ***records, size_t *count, hf_error *err)
{
    *count = 0;
    *refs = HF_NEW_N(arena, hf_record_ref, all + 1);
    *records = HF_NEW_N(arena, void *, all + 1);
    for (size_t i = 0; i < all; i++) {
        void *record = NULL;
        if (!hf_is_named_by_others(list[i].noun))
            continue;
        if (!hf_store_get_row(read, list[i].noun, list[i].row, arena, &record, err))
            return false;
        if (record == NULL)
            continue;
        (*refs)[*count] = list[i];
        (*records)[(*count)++] = record;
    }
    return true;
}

// Whose requirement groups the event touched, each consumer once.
typedef struct {
    hf_arena *arena;
    hf_map known;
    HF_VEC(hf_str) keys;
} consumers;

// As they stand now: an event may have moved a dependency from one consumer to another.
static bool add_consumers(hf_read *read, const hf_record_ref *list, size_t count, consumers *out,
                          hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena row = {0};
    for (size_t i = 0; i < count; i++) {
        void *record = NULL;
        uint32_t unused = 0;
        if (list[i].noun != &hf_noun_dependency)
            continue;
        hf_arena_reset(&row);
        if (!hf_store_get_row(read, list[i].noun, list[i].row, &row, &record, err))
            return false;
        const hf_dependency *dependency = record;
        if (record == NULL || hf_map_get(&out->known, dependency->consumer, &unused))
            continue;
        hf_str key = hf_str_copy(out->arena, dependency->consumer);
        (void)hf_map_add(&out->known, key, 0, NULL);
        HF_VEC_ADD(out->arena, &out->keys, key);
    }
    return true;
}

static bool groups_hold(hf_read *read, const consumers *of, hf_error *err)
{
    for (size_t i = 0; i < of->keys.count; i++)
        if (!hf_groups_check_consumer(read, of->keys.items[i], err))
            return false;
    return true;
}

// What the event touched, with the protection that it has before the event is undone.
typedef struct {
    hf_record_ref ref;
    const void *before; // the whole record; NULL: removed since
} protected_record;

static bool list_protected(const hf_session *session, hf_read *read, const hf_record_ref *list,
                           size_t all, hf_arena *arena, protected_record **out, size_t *count,
                           hf_error *err)
{
    *count = session->actor.is_local ? 0 : all;
    *out = HF_NEW_N(arena, protected_record, *count + 1);
    for (size_t i = 0; i < *count; i++) {
        void *record = NULL;
        (*out)[i].ref = list[i];
        if (!hf_store_get_row(read, list[i].noun, list[i].row, arena, &record, err))
            return false;
        (*out)[i].before = record;
    }
    return true;
}

static bool none_lowered(const hf_session *session, hf_read *read, const protected_record *list,
                         size_t count, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena row = {0};
    for (size_t i = 0; i < count; i++) {
        void *after = NULL;
        hf_arena_reset(&row);
        if (!hf_store_get_row(read, list[i].ref.noun, list[i].ref.row, &row, &after, err) ||
            !hf_may_lower(session, read, list[i].ref.noun, list[i].before, after, err))
            return false;
    }
    return true;
}

bool hf_undo_event(const hf_session *session, int64_t event, hf_undo_counts *counts, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    if (!hf_can(&session->actor, HF_CAN_IMPORT, NULL, NULL, err))
        return false;
    hf_record_ref *list = NULL, *named = NULL;
    void **records = NULL;
    protected_record *guarded = NULL;
    size_t all = 0, count = 0, guarded_count = 0;
    consumers fed = {.arena = &scratch, .known = {.arena = &scratch}};
    if (!hf_tx_begin(session->store, session->now_ms, &tx, err))
        return false;
    hf_read *read = hf_tx_read(tx);
    if (!hf_store_event_records(read, event, &scratch, &list, &all, err) ||
        !may_undo(session, read, event, list, all, err) ||
        !list_named(read, list, all, &scratch, &named, &records, &count, err) ||
        !list_protected(session, read, list, all, &scratch, &guarded, &guarded_count, err) ||
        !add_consumers(read, list, all, &fed, err) ||
        !hf_store_undo_event(tx, event, counts, err) ||
        !none_lowered(session, read, guarded, guarded_count, err) ||
        !add_consumers(read, list, all, &fed, err) || !groups_hold(read, &fed, err) ||
        !hf_links_check_all(read, err) || !hf_assessments_settle(tx, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!hf_assessment_follow(tx, named[i].noun, records[i], err))
            return false;
    if (!hf_attachments_settle(tx, err))
        return false;
    hf_str detail = hf_str_format(&scratch, "{\"event\":%lld,\"removed\":%llu,\"restored\":%llu}",
                                  (long long)event, (unsigned long long)counts->removed,
                                  (unsigned long long)counts->restored);
    return hf_note(tx, session, "event.undone", NULL, HF_STR_EMPTY, HF_STR_EMPTY, detail, err) &&
           hf_tx_commit(&tx, err);
}
