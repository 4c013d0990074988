// SPDX-License-Identifier: Apache-2.0
//
// Who is to read what, and who has. See awareness.h.
#include "usecase/awareness.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/vec.h"
#include "model/organisation.h"

typedef struct {
    hf_actor actor;
    hf_str organisation;
} reader;

typedef struct {
    const hf_session *session;
    hf_read *read;
    hf_arena *arena;
    hf_awareness *out;
    reader *readers;
    size_t reader_count;
    hf_str own_organisation;
    hf_map receipts; // "bulletin\nreader" → place in the page
    hf_page receipt_page;
    hf_map names; // of organisations → place in the page
    hf_page organisations;
} working;

// --- who is to read --------------------------------------------------------------------------------------

static bool own_organisation(const hf_session *session, hf_read *read, hf_arena *arena, hf_str *out,
                             hf_error *err)
{
    void *user = NULL;
    *out = HF_STR_EMPTY;
    if (!hf_store_get(read, &hf_noun_user, session->actor.name, arena, &user, err))
        return false;
    if (user != NULL)
        *out = ((const hf_user *)user)->organisation;
    return true;
}

// Others are read only where it is told how many of them have read.
static bool read_readers(working *w, hf_error *err)
{
    hf_query query = {.noun = &hf_noun_user};
    hf_page users = {0};
    if (!w->out->has_coverage)
        return own_organisation(w->session, w->read, w->arena, &w->own_organisation, err);
    if (!hf_list_all(w->read, &query, w->arena, &users, err))
        return false;
    w->readers = HF_NEW_N(w->arena, reader, users.count + 1);
    for (size_t i = 0; i < users.count; i++) {
        const hf_user *user = users.records[i];
        if (hf_str_equal(user->head.key, w->session->actor.name))
            w->own_organisation = user->organisation;
        if (user->is_disabled || user->role == HF_ROLE_SERVICE)
            continue;
        reader *one = &w->readers[w->reader_count++];
        one->organisation = user->organisation;
        if (!hf_actor_of(w->read, user, w->session->now_ms, w->arena, &one->actor, err))
            return false;
        one->actor.is_signed_in = true; // as if: may they read it?
    }
    return true;
}

static bool is_for(const hf_bulletin *bulletin, hf_str organisation)
{
    return bulletin->audience.len == 0 || hf_str_has_word(bulletin->audience, HF_STR("any")) ||
           (organisation.len > 0 && hf_str_has_word(bulletin->audience, organisation));
}

static hf_str receipt_id(const working *w, hf_str bulletin, hf_str name)
{
    return hf_str_format(w->arena, "%.*s\n%.*s", HF_STR_ARG(bulletin), HF_STR_ARG(name));
}

static bool read_receipts(working *w, hf_error *err)
{
    const hf_filter own = {hf_noun_field(&hf_noun_receipt, HF_STR("reader"), NULL), HF_IS,
                           w->session->actor.name};
    hf_query query = {
        .noun = &hf_noun_receipt, .filters = &own, .filter_count = w->out->has_coverage ? 0 : 1};
    if (!hf_list_all(w->read, &query, w->arena, &w->receipt_page, err))
        return false;
    w->receipts = hf_map_of(w->arena, w->receipt_page.count);
    for (size_t i = 0; i < w->receipt_page.count; i++) {
        const hf_receipt *receipt = w->receipt_page.records[i];
        (void)hf_map_add(&w->receipts, receipt_id(w, receipt->bulletin, receipt->reader),
                         (uint32_t)i, NULL);
    }
    return true;
}

static bool read_names(working *w, hf_error *err)
{
    hf_query query = {.noun = &hf_noun_organisation};
    hf_can_narrow(&w->session->actor, HF_CAN_READ, &query, w->arena);
    if (!hf_list_all(w->read, &query, w->arena, &w->organisations, err))
        return false;
    w->names = hf_map_of(w->arena, w->organisations.count);
    for (size_t i = 0; i < w->organisations.count; i++)
        (void)hf_map_add(&w->names, ((const hf_head *)w->organisations.records[i])->key,
                         (uint32_t)i, NULL);
    return true;
}

// --- who has ---------------------------------------------------------------------------------------------

static hf_awareness_group *group_of(const working *w, hf_map *index, hf_known_bulletin *known,
                                    hf_str organisation)
{
    uint32_t at = (uint32_t)known->group_count, name = 0;
    if (hf_map_add(index, organisation, at, &at)) {
        hf_awareness_group *group = &known->groups[known->group_count++];
        *group = (hf_awareness_group){.organisation = organisation, .name = organisation};
        if (hf_map_get(&w->names, organisation, &name))
            group->name = ((const hf_organisation *)w->organisations.records[name])->name;
        return group;
    }
    return &known->groups[at];
}

static int by_name(const void *a, const void *b)
{
    const hf_awareness_group *one = a, *two = b;
    int order = hf_str_compare_natural(one->name, two->name);
    return order != 0 ? order : hf_str_compare(one->organisation, two->organisation);
}

static void count_readers(working *w, hf_known_bulletin *known)
{
    const hf_bulletin *bulletin = known->bulletin;
    hf_map index = hf_map_of(w->arena, 16);
    uint32_t unused = 0;
    known->groups = HF_NEW_N(w->arena, hf_awareness_group, w->reader_count + 1);
    for (size_t i = 0; i < w->reader_count; i++) {
        const reader *one = &w->readers[i];
        if (!is_for(bulletin, one->organisation) ||
            !hf_may_read_marked(&one->actor, bulletin->head.marking, bulletin->head.compartments))
            continue;
        hf_awareness_group *group = group_of(w, &index, known, one->organisation);
        bool has_read =
            hf_map_get(&w->receipts, receipt_id(w, bulletin->head.key, one->actor.name), &unused);
        group->accounts++;
        group->read += has_read;
        known->accounts++;
        known->read += has_read;
    }
    if (known->group_count > 0)
        qsort(known->groups, known->group_count, sizeof *known->groups, by_name);
}

static void take(working *w, const hf_bulletin *bulletin)
{
    bool may_write = hf_may(&w->session->actor, HF_CAN_EDIT, &hf_noun_bulletin, bulletin);
    uint32_t at = 0;
    if (bulletin->status != HF_BULLETIN_ISSUED && !may_write)
        return;
    hf_known_bulletin *known = &w->out->bulletins[w->out->count++];
    *known = (hf_known_bulletin){.bulletin = bulletin,
                                 .is_for_me = is_for(bulletin, w->own_organisation),
                                 .read_at = HF_INTEGER_NONE,
                                 .is_overdue = bulletin->read_by != HF_INTEGER_NONE &&
                                               bulletin->read_by < w->session->now_ms};
    if (hf_map_get(&w->receipts, receipt_id(w, bulletin->head.key, w->session->actor.name), &at))
        known->read_at = ((const hf_receipt *)w->receipt_page.records[at])->read_at;
    if (bulletin->head.marking > w->out->marking)
        w->out->marking = bulletin->head.marking;
    if (w->out->has_coverage)
        count_readers(w, known);
}

// Without a day: a draft, on top.
static int newest_first(const void *a, const void *b)
{
    const hf_bulletin *one = ((const hf_known_bulletin *)a)->bulletin;
    const hf_bulletin *two = ((const hf_known_bulletin *)b)->bulletin;
    int64_t day_one = one->issued_at == HF_INTEGER_NONE ? INT64_MAX : one->issued_at;
    int64_t day_two = two->issued_at == HF_INTEGER_NONE ? INT64_MAX : two->issued_at;
    if (day_one != day_two)
        return day_one > day_two ? -1 : 1;
    return hf_str_compare_natural(one->head.key, two->head.key);
}

bool hf_awareness_read(const hf_session *session, hf_str bulletin, hf_arena *arena,
                       hf_awareness *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    working w = {.session = session, .arena = arena, .out = out};
    hf_query query = {.noun = &hf_noun_bulletin};
    hf_page page = {0};
    *out = (hf_awareness){.marking = -1};
    if (!hf_can(&session->actor, HF_CAN_READ, &hf_noun_bulletin, NULL, err) ||
        !hf_read_begin(session->store, &read, err))
        return false;
    w.read = read;
    out->has_coverage = hf_may_everywhere(&session->actor, HF_CAN_ASSESS);
    hf_can_narrow(&session->actor, HF_CAN_READ, &query, arena);
    if (!hf_list_all(read, &query, arena, &page, err) || !read_readers(&w, err) ||
        !read_receipts(&w, err) || (out->has_coverage && !read_names(&w, err)))
        return false;
    out->bulletins = HF_NEW_N(arena, hf_known_bulletin, page.count + 1);
    for (size_t i = 0; i < page.count; i++)
        if (bulletin.len == 0 || hf_str_equal(((const hf_head *)page.records[i])->key, bulletin))
            take(&w, page.records[i]);
    if (bulletin.len > 0 && out->count == 0)
        return hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown", "there is no bulletin '%.*s'",
                       HF_STR_ARG(bulletin));
    if (out->count > 0)
        qsort(out->bulletins, out->count, sizeof *out->bulletins, newest_first);
    return true;
}

static void write_groups(const hf_known_bulletin *known, hf_json_writer *out)
{
    hf_json_name(out, "coverage");
    hf_json_begin_object(out);
    hf_json_put_u64(out, "accounts", known->accounts);
    hf_json_put_u64(out, "read", known->read);
    hf_json_name(out, "organisations");
    hf_json_begin_array(out);
    for (size_t i = 0; i < known->group_count; i++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "organisation", known->groups[i].organisation);
        hf_json_put_str(out, "name", known->groups[i].name);
        hf_json_put_u64(out, "accounts", known->groups[i].accounts);
        hf_json_put_u64(out, "read", known->groups[i].read);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_end_object(out);
}

void hf_write_awareness(const hf_session *session, const hf_awareness *awareness,
                        hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_put_bool(out, "has_coverage", awareness->has_coverage);
    hf_json_name(out, "bulletins");
    hf_json_begin_array(out);
    for (size_t i = 0; i < awareness->count; i++) {
        const hf_known_bulletin *known = &awareness->bulletins[i];
        hf_json_begin_object(out);
        hf_json_name(out, "bulletin");
        hf_write_record(session, &hf_noun_bulletin, known->bulletin, out);
        hf_json_put_bool(out, "is_for_me", known->is_for_me);
        hf_noun_write_time(out, "my_receipt_at", known->read_at);
        hf_json_put_bool(out, "is_overdue", known->is_overdue);
        if (awareness->has_coverage)
            write_groups(known, out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_end_object(out);
}

// --- receipts --------------------------------------------------------------------------------------------

static bool put_receipt(const hf_session *session, hf_tx *tx, const hf_bulletin *bulletin,
                        hf_str key, hf_arena *arena, hf_receipt **out, hf_error *err)
{
    hf_put_outcome outcome = HF_PUT_ADDED;
    hf_receipt *receipt = hf_noun_new(&hf_noun_receipt, arena);
    receipt->head.key = key;
    receipt->head.marking = bulletin->head.marking;
    receipt->head.compartments = bulletin->head.compartments;
    receipt->bulletin = bulletin->head.key;
    receipt->reader = session->actor.name;
    receipt->read_at = session->now_ms;
    *out = receipt;
    if (!own_organisation(session, hf_tx_read(tx), arena, &receipt->organisation, err) ||
        !hf_noun_check(&hf_noun_receipt, receipt, arena, err) ||
        !hf_store_put(tx, &hf_noun_receipt, receipt, HF_VERSION_ANY, &outcome, err))
        return false;
    return hf_note(tx, session, "bulletin.confirmed", &hf_noun_bulletin, bulletin->head.key,
                   HF_STR_EMPTY, HF_STR_EMPTY, err);
}

bool hf_confirm_bulletin(const hf_session *session, hf_str bulletin, hf_arena *arena,
                         hf_receipt **out, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    void *found = NULL, *receipt = NULL;
    if (!hf_can(&session->actor, HF_CAN_READ, &hf_noun_bulletin, NULL, err) ||
        !hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !hf_get_known(&session->actor, hf_tx_read(tx), &hf_noun_bulletin, bulletin, arena, &found,
                      err))
        return false;
    const hf_bulletin *known = found;
    if (known == NULL)
        return hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown", "there is no bulletin '%.*s'",
                       HF_STR_ARG(bulletin));
    if (known->status != HF_BULLETIN_ISSUED)
        return hf_fail(err, HF_ERR_CONFLICT, "bulletin.not_issued",
                       "'%.*s' is not issued, so there is nothing to confirm",
                       HF_STR_ARG(bulletin));
    hf_str key = hf_str_format(arena, "%.*s/%.*s", HF_STR_ARG(known->head.key),
                               HF_STR_ARG(session->actor.name));
    if (!hf_store_get(hf_tx_read(tx), &hf_noun_receipt, key, arena, &receipt, err))
        return false;
    *out = receipt;
    return receipt != NULL ||
           (put_receipt(session, tx, known, key, arena, out, err) && hf_tx_commit(&tx, err));
}

// --- rules -----------------------------------------------------------------------------------------------

bool hf_bulletin_prepare(const hf_session *session, const hf_bulletin *before, hf_bulletin *record,
                         hf_error *err)
{
    bool was_issued = before != NULL && before->status != HF_BULLETIN_DRAFT;
    if (record->status == HF_BULLETIN_ISSUED && record->issued_at == HF_INTEGER_NONE)
        record->issued_at = session->now_ms;
    if (was_issued &&
        (record->status == HF_BULLETIN_DRAFT || !hf_str_equal(before->title, record->title) ||
         !hf_str_equal(before->body, record->body)))
        return hf_fail(err, HF_ERR_CONFLICT, "bulletin.issued",
                       "'%.*s' was issued, and people have read it as it is; withdraw it and issue "
                       "another one",
                       HF_STR_ARG(record->head.key));
    return true;
}

bool hf_bulletin_follow(hf_tx *tx, hf_str key, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_filter filter = {hf_noun_field(&hf_noun_receipt, HF_STR("bulletin"), NULL), HF_IS,
                              key};
    hf_query query = {.noun = &hf_noun_receipt, .filters = &filter, .filter_count = 1};
    void *bulletin = NULL;
    hf_page page = {0};
    if (!hf_store_get(hf_tx_read(tx), &hf_noun_bulletin, key, &scratch, &bulletin, err))
        return false;
    if (bulletin == NULL) // it stays while there are receipts: assessment.c
        return true;
    const hf_head *head = bulletin;
    if (!hf_list_all(hf_tx_read(tx), &query, &scratch, &page, err))
        return false;
    for (size_t i = 0; i < page.count; i++) {
        hf_receipt *receipt = page.records[i];
        hf_put_outcome outcome = HF_PUT_CHANGED;
        receipt->head.marking = head->marking;
        receipt->head.compartments = head->compartments;
        if (!hf_store_put(tx, &hf_noun_receipt, receipt, HF_VERSION_ANY, &outcome, err))
            return false;
    }
    return true;
}
