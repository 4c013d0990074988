// SPDX-License-Identifier: Apache-2.0
//
// Single records of any noun, and the log: may you, is it right, do it, note it, commit.
#include <string.h>

#include "base/limits.h"
#include "base/vec.h"
#include "model/asset.h"
#include "model/dependency.h"
#include "model/layer.h"
#include "model/run.h"
#include "usecase/account.h"
#include "usecase/assessment.h"
#include "usecase/attachment.h"
#include "usecase/grants.h"
#include "usecase/groups.h"
#include "usecase/links.h"
#include "usecase/record.h"
#include "usecase/release.h"
#include "usecase/settings.h"
#include "usecase/soft_targets.h"

static const hf_head *head_of(const void *record)
{
    return record; // the head is the first member of every noun's struct
}

static bool unknown(const hf_noun *noun, hf_str key, hf_error *err)
{
    return hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown", "there is no %s '%.*s'", noun->name,
                   HF_STR_ARG(key));
}

// Which session of an account did it, by its name in the list of sessions, which opens nothing: people are told apart
// by it what they did themselves and what somebody else did in their name (notices.c).
static hf_str with_session(hf_str detail, hf_str token, hf_arena *arena)
{
    char id[HF_SHORT_ID_BYTES];
    hf_short_id(hf_sha256_of(token), id);
    return detail.len > 2 ? hf_str_format(arena, "{\"session\":\"%s\",%.*s", id,
                                          HF_STR_ARG(hf_str_slice(detail, 1, detail.len)))
                          : hf_str_format(arena, "{\"session\":\"%s\"}", id);
}

bool hf_note(hf_tx *tx, const hf_session *session, const char *action, const hf_noun *noun,
             hf_str key, hf_str source, hf_str detail_json, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_event event;
    bool is_told = noun == &hf_noun_user || noun == &hf_noun_grant;
    hf_noun_init(&hf_noun_event, &event);
    event.actor = session->actor.name;
    event.action = hf_str_of(action);
    event.noun_name = noun != NULL ? hf_str_of(noun->name) : HF_STR_EMPTY;
    event.record_key = key;
    event.detail = is_told && session->token.len > 0
                       ? with_session(detail_json, session->token, &scratch)
                       : detail_json;
    if (source.ptr != NULL)
        event.head.source = source;
    else
        event.head.source = session->actor.is_local ? HF_STR("cli") : HF_STR("api");
    return hf_event_add(tx, &event, err);
}

static bool note_record(hf_tx *tx, const hf_session *session, const hf_noun *noun, hf_str key,
                        const char *what, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_str action = hf_str_format(&scratch, "%s.%s", noun->name, what);
    return hf_note(tx, session, hf_str_z(&scratch, action), noun, key, HF_STR_EMPTY, HF_STR_EMPTY,
                   err);
}

// The record, if it is there and this actor may know of it.
static bool find(const hf_session *session, hf_read *read, hf_verb verb, const hf_noun *noun,
                 hf_str key, hf_arena *arena, void **out, hf_error *err)
{
    void *record = NULL;
    if (!hf_store_get(read, noun, key, arena, &record, err))
        return false;
    if (record == NULL)
        return unknown(noun, key, err);
    if (!hf_can_record(&session->actor, HF_CAN_READ, read, noun, record, err) ||
        !hf_can_record(&session->actor, verb, read, noun, record, err))
        return false;
    *out = record;
    return true;
}

bool hf_get_record(const hf_session *session, const hf_noun *noun, hf_str key_or_id,
                   hf_arena *arena, void **out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    bool is_own = noun == &hf_noun_user && hf_str_equal(key_or_id, session->actor.name);
    if (!is_own && !hf_can(&session->actor, HF_CAN_READ, noun, NULL, err))
        return false;
    if (!hf_read_begin(session->store, &read, err))
        return false;
    return find(session, read, HF_CAN_READ, noun, key_or_id, arena, out, err);
}

// Own runs of places that are no longer one's own: the list knows their owner only. A page may be shorter for that.
static void leave_out_unseen(const hf_actor *actor, hf_page *page)
{
    size_t kept = 0;
    for (size_t i = 0; i < page->count; i++)
        if (hf_may(actor, HF_CAN_READ, &hf_noun_run, page->records[i]))
            page->records[kept++] = page->records[i];
    page->count = kept;
}

// As many as all pages have together.
static bool count_seen(const hf_actor *actor, hf_read *read, const hf_query *query, uint64_t *out,
                       hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena cursors = {0};
    hf_query all = *query;
    all.limit = HF_LIST_LIMIT_MAX;
    all.offset = 0;
    all.cursor = HF_STR_EMPTY;
    all.want_count = false;
    *out = 0;
    do {
        HF_CLEANUP(hf_arena_done) hf_arena rows = {0};
        hf_page page = {0};
        if (!hf_store_list(read, &all, &rows, &page, err))
            return false;
        leave_out_unseen(actor, &page);
        *out += page.count;
        all.cursor = hf_str_copy(&cursors, page.next);
    } while (all.cursor.len > 0);
    return true;
}

bool hf_may_list(const hf_session *session, uint64_t count, hf_error *err)
{
    return !session->actor.is_paused || count <= HF_LIST_LIMIT_DEFAULT ||
           hf_fail(err, HF_ERR_PERMISSION, "access.paused",
                   "this account read unusually much and reads no long lists for now; ask an "
                   "administrator");
}

// Who is paused sees the first page of a list, and no page behind it.
static bool may_list(const hf_session *session, const hf_query *query, hf_error *err)
{
    bool is_behind = query->cursor.len > 0 || query->offset > 0;
    return hf_may_list(session, is_behind ? UINT64_MAX : query->limit, err);
}

bool hf_list_records(const hf_session *session, hf_query *query, hf_arena *arena, hf_page *out,
                     hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    if (!hf_can(&session->actor, HF_CAN_READ, query->noun, NULL, err) ||
        !may_list(session, query, err))
        return false;
    hf_can_narrow(&session->actor, HF_CAN_READ, query, arena);
    if (!hf_read_begin(session->store, &read, err) || !hf_store_list(read, query, arena, out, err))
        return false;
    if (query->noun != &hf_noun_run || session->actor.is_local)
        return true;
    leave_out_unseen(&session->actor, out);
    out->is_total_exact = query->want_count;
    return !query->want_count || count_seen(&session->actor, read, query, &out->total, err);
}

bool hf_list_all(hf_read *read, hf_query *query, hf_arena *arena, hf_page *out, hf_error *err)
{
    HF_VEC(void *) all = {0};
    query->limit = HF_LIST_LIMIT_MAX;
    query->cursor = HF_STR_EMPTY;
    do {
        hf_page page = {0};
        if (!hf_store_list(read, query, arena, &page, err))
            return false;
        for (size_t i = 0; i < page.count; i++)
            HF_VEC_ADD(arena, &all, page.records[i]);
        query->cursor = page.next;
    } while (query->cursor.len > 0);
    *out = (hf_page){.records = all.items, .count = all.count};
    return true;
}

bool hf_find_records(const hf_session *session, hf_str text, size_t limit, hf_arena *arena,
                     hf_hit **hits, size_t *count, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    if (!hf_can(&session->actor, HF_CAN_READ, NULL, NULL, err))
        return false;
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_store_search(read, text, hf_sight_of(&session->actor, HF_CAN_READ, arena), limit, arena,
                         hits, count, err))
        return false;
    // Some kinds of records are a right of their own, and of some the store does not know who sees them (runs).
    HF_CLEANUP(hf_arena_done) hf_arena row = {0};
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        void *record = NULL;
        hf_arena_reset(&row);
        if (!hf_may(&session->actor, HF_CAN_READ, (*hits)[i].noun, NULL))
            continue;
        if (!hf_get_known(&session->actor, read, (*hits)[i].noun, (*hits)[i].key, &row, &record,
                          err))
            return false;
        if (record != NULL)
            (*hits)[kept++] = (*hits)[i];
    }
    *count = kept;
    return true;
}

// Rules that a noun's table cannot hold, once the change stands in the transaction.
static bool rules_hold(hf_tx *tx, const hf_noun *noun, const void *record, hf_error *err)
{
    if (!hf_assessment_follow(tx, noun, record, err) ||
        !hf_attachments_follow(tx, noun, record, err))
        return false;
    if (noun == &hf_noun_dependency) {
        hf_str consumer = ((const hf_dependency *)record)->consumer;
        return hf_groups_check_consumer(hf_tx_read(tx), consumer, err) &&
               hf_links_check_asset(hf_tx_read(tx), consumer, err);
    }
    if (noun == &hf_noun_layer)
        return hf_links_check_asset(hf_tx_read(tx), ((const hf_layer *)record)->asset, err);
    if (noun == &hf_noun_grant &&
        ((const hf_grant *)record)->head.row > 0) // sections: once for all
        return hf_check_grant(hf_tx_read(tx), record, err) &&
               (((const hf_grant *)record)->scope != HF_SCOPE_SECTION ||
                hf_assessments_settle(tx, err));
    if (noun != &hf_noun_user)
        return true;
    const hf_filter filters[] = {
        {hf_noun_field(noun, HF_STR("role"), NULL), HF_IS, HF_STR("administrator")},
        {hf_noun_field(noun, HF_STR("is_disabled"), NULL), HF_IS, HF_STR("false")}};
    const hf_query query = {.noun = noun, .filters = filters, .filter_count = HF_COUNT(filters)};
    uint64_t count = 0;
    if (!hf_store_count(hf_tx_read(tx), &query, &count, err))
        return false;
    return count > 0 || hf_fail(err, HF_ERR_CONFLICT, "user.last_administrator",
                                "nobody would be left who may administer; make another "
                                "administrator first");
}

// before: the record as it was; NULL when it is new. Its old consumer or asset is judged too. *is_noted: left as it is
// where nothing happened, which is nothing to note.
static bool put_and_note(const hf_session *session, hf_tx *tx, const hf_noun *noun,
                         const void *before, void *record, bool *is_noted, hf_error *err)
{
    hf_put_outcome outcome = HF_PUT_UNCHANGED;
    if (!hf_store_put(tx, noun, record, HF_VERSION_ANY, &outcome, err) ||
        !hf_preparation_check_place(hf_tx_read(tx), noun, before, record, err) ||
        !rules_hold(tx, noun, record, err) ||
        (before != NULL && !rules_hold(tx, noun, before, err)))
        return false;
    if (outcome == HF_PUT_UNCHANGED)
        return true;
    *is_noted = true;
    return note_record(tx, session, noun, head_of(record)->key,
                       outcome == HF_PUT_ADDED ? "added" : "changed", err);
}

// "There is one already" would tell of a record that is hidden from this actor: it is refused like what is not
// there, as an import does. Keys stay unique, so that much cannot be kept from who guesses a key; what the record is,
// or that there is one rather than a reason not to take the key, is not told.
static bool look_behind_key(const hf_session *session, hf_read *read, const hf_noun *noun,
                            hf_str key, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *record = NULL;
    if (session->actor.is_local)
        return true;
    return hf_store_get(read, noun, key, &scratch, &record, err) &&
           (record == NULL || hf_can_record(&session->actor, HF_CAN_READ, read, noun, record, err));
}

static bool add_one(const hf_session *session, hf_tx *tx, const hf_noun *noun, void *record,
                    hf_arena *arena, bool *is_noted, hf_error *err)
{
    return hf_attachment_prepare(tx, noun, NULL, record, arena, err) &&
           hf_assessment_prepare(session, tx, noun, NULL, record, arena, err) &&
           hf_can_leave(&session->actor, HF_CAN_EDIT, hf_tx_read(tx), noun, record, err) &&
           look_behind_key(session, hf_tx_read(tx), noun, head_of(record)->key, err) &&
           put_and_note(session, tx, noun, NULL, record, is_noted, err);
}

bool hf_add_records(const hf_session *session, const hf_patch *patches, size_t count,
                    hf_arena *arena, void **out, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    bool is_noted = false;
    int32_t marking = HF_TLP_AMBER;
    for (size_t i = 0; i < count; i++) {
        if (!hf_can(&session->actor, HF_CAN_EDIT, patches[i].noun, NULL, err))
            return false;
        out[i] = hf_noun_new(patches[i].noun, arena);
        if (!hf_patch_apply(&patches[i], out[i], arena, err) ||
            !hf_noun_check(patches[i].noun, out[i], arena, err))
            return false;
    }
    if (!hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !hf_marking_of_new(hf_tx_read(tx), &marking, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        hf_mark_new(&patches[i], marking, out[i]);
        if (!add_one(session, tx, patches[i].noun, out[i], arena, &is_noted, err))
            return false;
    }
    return !is_noted || hf_tx_commit(&tx, err);
}

bool hf_add_record(const hf_session *session, const hf_patch *patch, hf_arena *arena, void **out,
                   hf_error *err)
{
    void *record = NULL;
    if (!hf_add_records(session, patch, 1, arena, &record, err))
        return false;
    *out = record;
    return true;
}

// Nobody lifts one's own pause.
static bool may_lift(const hf_session *session, const hf_noun *noun, const void *before,
                     const void *after, hf_error *err)
{
    if (noun != &hf_noun_user || !hf_str_equal(head_of(before)->key, session->actor.name))
        return true;
    const hf_user *was = before, *is = after;
    return !was->is_paused || is->is_paused ||
           hf_fail(err, HF_ERR_PERMISSION, "access.paused",
                   "nobody lifts one's own pause; ask another administrator");
}

bool hf_edit_record(const hf_session *session, const hf_patch *patch, hf_str key_or_id,
                    int64_t expected_version, hf_arena *arena, void **out, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    void *record = NULL;
    bool is_noted = false;
    if (!hf_can(&session->actor, HF_CAN_EDIT, patch->noun, NULL, err))
        return false;
    if (!hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !find(session, hf_tx_read(tx), HF_CAN_EDIT, patch->noun, key_or_id, arena, &record, err))
        return false;
    if (expected_version != HF_VERSION_ANY && head_of(record)->version != expected_version)
        return hf_fail(err, HF_ERR_STALE, "record.stale",
                       "the record is at version %lld, not %lld; read it again",
                       (long long)head_of(record)->version, (long long)expected_version);
    void *before = hf_arena_take(arena, patch->noun->struct_bytes);
    memcpy(before, record, patch->noun->struct_bytes);
    if (!hf_patch_apply(patch, record, arena, err) ||
        !hf_noun_check(patch->noun, record, arena, err) ||
        !hf_attachment_prepare(tx, patch->noun, before, record, arena, err) ||
        !hf_assessment_prepare(session, tx, patch->noun, before, record, arena, err))
        return false;
    if (!hf_can_leave(&session->actor, HF_CAN_EDIT, hf_tx_read(tx), patch->noun, record, err) ||
        !hf_may_lower(session, hf_tx_read(tx), patch->noun, before, record, err) ||
        !may_lift(session, patch->noun, before, record, err) ||
        !put_and_note(session, tx, patch->noun, before, record, &is_noted, err) ||
        (is_noted && !hf_tx_commit(&tx, err)))
        return false;
    *out = record;
    return true;
}

// What names an asset goes with it only if the actor may change that too.
static bool may_remove_links(const hf_session *session, hf_read *read, const hf_head *asset,
                             hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_record_ref *list = NULL;
    size_t count = 0;
    if (session->actor.is_local)
        return true;
    if (!hf_store_naming(read, asset->row, &scratch, &list, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        void *record = NULL;
        bool may_remove = true;
        if (!hf_store_get_row(read, list[i].noun, list[i].row, &scratch, &record, err) ||
            (record != NULL && !hf_may_record(&session->actor, HF_CAN_EDIT, read, list[i].noun,
                                              record, &may_remove, err)))
            return false;
        if (!may_remove)
            return hf_fail(err, HF_ERR_CONFLICT, "record.in_use",
                           "'%.*s' is needed by what you may not change; ask someone who may",
                           HF_STR_ARG(asset->key));
    }
    return true;
}

// What is kept by the account's name would wait for the next account of that name.
static bool end_removed(const hf_session *session, hf_tx *tx, const hf_noun *noun,
                        const void *record, hf_error *err)
{
    return noun != &hf_noun_user || hf_end_account(tx, head_of(record)->key, session->now_ms, err);
}

bool hf_remove_record(const hf_session *session, const hf_noun *noun, hf_str key_or_id,
                      int64_t expected_version, bool with_links, uint64_t *removed_count,
                      hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    void *record = NULL;
    if (!hf_can(&session->actor, HF_CAN_EDIT, noun, NULL, err))
        return false;
    if (!hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !find(session, hf_tx_read(tx), HF_CAN_EDIT, noun, key_or_id, &scratch, &record, err))
        return false;
    if (with_links && noun == &hf_noun_asset &&
        !may_remove_links(session, hf_tx_read(tx), record, err))
        return false;
    if (!hf_store_remove(tx, noun, head_of(record)->row, expected_version, with_links,
                         removed_count, err) ||
        !rules_hold(tx, noun, record, err) || !end_removed(session, tx, noun, record, err))
        return false;
    return note_record(tx, session, noun, head_of(record)->key, "removed", err) &&
           hf_tx_commit(&tx, err);
}

// --- history

bool hf_record_history(const hf_session *session, const hf_noun *noun, hf_str key, hf_arena *arena,
                       hf_version **versions, size_t *count, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    if (!hf_can(&session->actor, HF_CAN_READ, noun, NULL, err))
        return false;
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_store_history(read, noun, key, arena, versions, count, err))
        return false;
    if (*count == 0)
        return unknown(noun, key, err);
    // What may not be seen in any of its versions has no history for this actor. Who added it stands in no version.
    void *now = NULL;
    if (!hf_store_get(read, noun, key, arena, &now, err))
        return false;
    for (size_t i = 0; i < *count; i++) {
        const hf_version *version = &(*versions)[i];
        const void *states[] = {version->before, version->after};
        for (size_t j = 0; j < HF_COUNT(states); j++) {
            if (states[j] == NULL)
                continue;
            void *state = hf_arena_take(arena, noun->struct_bytes);
            memcpy(state, states[j], noun->struct_bytes);
            ((hf_head *)state)->added_event = now != NULL ? head_of(now)->added_event : 0;
            if (!hf_can_record(&session->actor, HF_CAN_READ, read, noun, state, err))
                return false;
        }
    }
    return true;
}

bool hf_record_differs(const hf_noun *noun, const void *one, const void *other)
{
    for (size_t i = 0; i < noun->field_count; i++)
        if (!hf_field_equal(&noun->fields[i], one, other))
            return true;
    return !hf_str_equal(head_of(one)->attributes, head_of(other)->attributes);
}

// The record as it is once the rules were kept. What follows from another record, such as the marking of an answer, is then
// as before again: to call that taken back would be untrue.
static bool check_taken_back(hf_read *read, const hf_noun *noun, hf_str key, const void *before,
                             hf_arena *arena, void **record, hf_error *err)
{
    if (!hf_store_get(read, noun, key, arena, record, err))
        return false;
    return before == NULL || *record == NULL || hf_record_differs(noun, before, *record) ||
           hf_fail(err, HF_ERR_CONFLICT, "undo.follows",
                   "what was changed last follows from another record; take it back there");
}

bool hf_undo_record(const hf_session *session, const hf_noun *noun, hf_str key, hf_arena *arena,
                    void **out, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_version *versions = NULL;
    size_t count = 0;
    if (!hf_can(&session->actor, HF_CAN_EDIT, noun, NULL, err) ||
        !hf_record_history(session, noun, key, arena, &versions, &count, err))
        return false;
    void *before = NULL;
    void *record = NULL;
    if (!hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !hf_store_get(hf_tx_read(tx), noun, key, arena, &before, err) ||
        (before != NULL &&
         !hf_can_record(&session->actor, HF_CAN_EDIT, hf_tx_read(tx), noun, before, err)) ||
        !hf_store_undo(tx, noun, key, err) ||
        !hf_store_get(hf_tx_read(tx), noun, key, arena, &record, err))
        return false;
    if (record != NULL &&
        (!hf_can_leave(&session->actor, HF_CAN_EDIT, hf_tx_read(tx), noun, record, err) ||
         !hf_assessment_check_undo(session, hf_tx_read(tx), noun, before, record, err)))
        return false;
    if (before != NULL && record != NULL && !may_lift(session, noun, before, record, err))
        return false;
    if (before != NULL && record == NULL && !end_removed(session, tx, noun, before, err))
        return false;
    if ((before != NULL && !rules_hold(tx, noun, before, err)) ||
        (record != NULL && !rules_hold(tx, noun, record, err)))
        return false;
    if (!check_taken_back(hf_tx_read(tx), noun, key, before, arena, &record, err))
        return false;
    // Of what it is now: a part is as secret as its assessment, whatever it was before.
    if (record != NULL && !hf_may_lower(session, hf_tx_read(tx), noun, before, record, err))
        return false;
    if (!note_record(tx, session, noun, key, "restored", err) || !hf_tx_commit(&tx, err))
        return false;
    *out = record;
    return true;
}

bool hf_read_log(const hf_session *session, int64_t before, size_t limit, hf_arena *arena,
                 hf_event **events, size_t *count, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    if (!hf_can(&session->actor, HF_CAN_AUDIT, NULL, NULL, err))
        return false;
    if (!hf_read_begin(session->store, &read, err))
        return false;
    int64_t end = before > 0 ? before : hf_event_last(read) + 1;
    int64_t after = end - 1 - (int64_t)limit;
    size_t wanted = after < 0 ? (size_t)(end - 1) : limit;
    if (!hf_event_follow(read, after < 0 ? 0 : after, wanted, arena, events, count, err))
        return false;
    for (size_t i = 0, j = *count; i + 1 < j; i++) {
        hf_event kept = (*events)[i];
        (*events)[i] = (*events)[--j];
        (*events)[j] = kept;
    }
    return true;
}
