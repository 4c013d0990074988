// SPDX-License-Identifier: Apache-2.0
//
// One change to many records: all that a query finds, or none of them. A dry run does the same and takes it
// back, so that what it says is what would happen. One event notes it all; undo of that event takes it back.
#include <string.h>

#include "base/limits.h"
#include "base/vec.h"
#include "model/assessment.h"
#include "model/dependency.h"
#include "model/layer.h"
#include "usecase/assessment.h"
#include "usecase/attachment.h"
#include "usecase/groups.h"
#include "usecase/links.h"
#include "usecase/record.h"
#include "usecase/release.h"
#include "usecase/soft_targets.h"

typedef struct {
    const hf_session *session;
    const hf_edit_request *request;
    const hf_noun *noun;
    hf_arena *arena; // what the caller gets
    hf_arena keys;   // of the records found
    hf_arena row;    // one record
    hf_tx *tx;
    hf_bulk *bulk;
    HF_VEC(hf_str) found;
    hf_edit_result *out;
} editing;

static void done(editing *e)
{
    hf_arena_done(&e->keys);
    hf_arena_done(&e->row);
    hf_bulk_close(&e->bulk);
    hf_tx_end(&e->tx);
}

static bool check_patch(const hf_edit_request *request, hf_error *err)
{
    const hf_noun *noun = request->query.noun;
    if (noun->group == HF_GROUP_PLATFORM || hf_is_assessed(noun))
        return hf_fail(err, HF_ERR_USAGE, "edit.one_by_one", "%s are changed one by one",
                       noun->plural);
    if (request->patch->present == 0 && !request->patch->has_attributes)
        return hf_fail(err, HF_ERR_USAGE, "edit.nothing",
                       "nothing to change; say which field gets which value");
    for (size_t i = 0; i < noun->field_count; i++)
        if (noun->fields[i].type == HF_KEY && (request->patch->present >> i & 1) != 0)
            return hf_fail(err, HF_ERR_USAGE, "edit.key",
                           "the key is each record's own; change it one by one");
    return true;
}

// Keeps the keys first: while records change, the pages of a list would move.
static bool find_page(editing *e, hf_query *query, hf_arena *page_arena, hf_error *err)
{
    hf_page page = {0};
    if (!hf_store_list(hf_tx_read(e->tx), query, page_arena, &page, err))
        return false;
    for (size_t i = 0; i < page.count; i++) {
        const hf_head *head = page.records[i];
        if (!hf_can_record(&e->session->actor, HF_CAN_EDIT, hf_tx_read(e->tx), e->noun,
                           page.records[i], err))
            return false;
        if (e->found.count == HF_EDIT_RECORDS_MAX)
            return hf_fail(err, HF_ERR_TOO_LARGE, "edit.too_many",
                           "more than %u records fit; narrow the filter, or change them by an "
                           "import",
                           HF_EDIT_RECORDS_MAX);
        HF_VEC_ADD(&e->keys, &e->found, hf_str_copy(&e->keys, head->key));
    }
    query->cursor = hf_str_copy(&e->keys, page.next);
    return true;
}

static bool find_records(editing *e, hf_error *err)
{
    hf_query query = e->request->query;
    query.limit = HF_LIST_LIMIT_MAX;
    query.offset = 0;
    query.cursor = HF_STR_EMPTY;
    query.want_count = false;
    // By key: the order of rank has an end, and it does not matter here.
    query.sort = hf_noun_field(e->noun, HF_STR("key"), NULL);
    query.descending = false;
    hf_can_narrow(&e->session->actor, HF_CAN_EDIT, &query, &e->keys);
    do {
        HF_CLEANUP(hf_arena_done) hf_arena page_arena = {0};
        if (!find_page(e, &query, &page_arena, err))
            return false;
    } while (query.cursor.len > 0);
    e->out->matched = e->found.count;
    int64_t expected = e->request->expected_count;
    return expected < 0 || (uint64_t)expected == e->out->matched ||
           hf_fail(err, HF_ERR_STALE, "edit.stale",
                   "%llu records fit now, not %lld; look at the preview again",
                   (unsigned long long)e->out->matched, (long long)expected);
}

// What a record is and would be. *out is left alone when the change is refused.
static bool before_and_after(editing *e, hf_str key, hf_arena *arena, hf_version *out,
                             hf_error *err)
{
    void *before = NULL;
    hf_error unused = {0};
    if (!hf_store_get(hf_tx_read(e->tx), e->noun, key, arena, &before, err))
        return false;
    void *after = hf_arena_take(arena, e->noun->struct_bytes);
    memcpy(after, before, e->noun->struct_bytes);
    if (hf_patch_apply(e->request->patch, after, arena, &unused) &&
        hf_noun_check(e->noun, after, arena, &unused))
        *out = (hf_version){.before = before, .after = after};
    return true;
}

// Keeps the first changes for the preview, in the caller's arena.
static bool keep_sample(editing *e, hf_str key, hf_error *err)
{
    hf_version change = {0};
    hf_edit_result *out = e->out;
    if (out->sample_count == HF_EDIT_SAMPLES_MAX)
        return true;
    if (!before_and_after(e, key, &e->row, &change, err))
        return false;
    if (change.before == NULL || !hf_record_differs(e->noun, change.before, change.after))
        return true;
    return before_and_after(e, key, e->arena, &out->samples[out->sample_count++], err);
}

static void keep_problem(editing *e, hf_str key, const hf_error *fault)
{
    hf_edit_result *out = e->out;
    out->refused++;
    if (out->problem_count < HF_EDIT_SAMPLES_MAX)
        out->problems[out->problem_count++] = (hf_edit_problem){hf_str_copy(e->arena, key), *fault};
}

static bool put_one(editing *e, hf_str key, hf_error *err)
{
    hf_patch patch = *e->request->patch;
    hf_bulk_outcome outcome = HF_BULK_UNCHANGED;
    hf_error fault = {0};
    if (!keep_sample(e, key, err))
        return false;
    patch.record = hf_arena_take(&e->row, e->noun->struct_bytes);
    memcpy(patch.record, e->request->patch->record, e->noun->struct_bytes);
    ((hf_head *)patch.record)->key = key;
    hf_version change = {0};
    if (!e->session->actor.is_local && !before_and_after(e, key, &e->row, &change, err))
        return false;
    if (change.after != NULL && (!hf_can_leave(&e->session->actor, HF_CAN_EDIT, hf_tx_read(e->tx),
                                               e->noun, change.after, &fault) ||
                                 !hf_may_lower(e->session, hf_tx_read(e->tx), e->noun,
                                               change.before, change.after, &fault))) {
        keep_problem(e, key, &fault);
        return true;
    }
    if (!hf_bulk_put(e->bulk, &patch, &e->row, &outcome, &fault, err))
        return false;
    if (outcome == HF_BULK_REFUSED)
        keep_problem(e, key, &fault);
    e->out->changed += outcome == HF_BULK_CHANGED;
    e->out->unchanged += outcome == HF_BULK_UNCHANGED;
    return true;
}

// A rule that reaches beyond the record itself.
static bool keeps_rule(const editing *e, const void *record, hf_error *fault)
{
    if (e->noun == &hf_noun_preparation)
        return hf_preparation_check_place(hf_tx_read(e->tx), e->noun, NULL, record, fault);
    return hf_groups_check_consumer(hf_tx_read(e->tx), ((const hf_dependency *)record)->consumer,
                                    fault);
}

// Rules between the dependencies of one consumer and of the places of preparations, once all changes stand.
static bool check_rules(editing *e, hf_error *err)
{
    if (e->noun != &hf_noun_dependency && e->noun != &hf_noun_preparation)
        return true;
    for (size_t i = 0; i < e->found.count; i++) {
        void *record = NULL;
        hf_error fault = {0};
        hf_str key = e->found.items[i];
        if (!hf_store_get(hf_tx_read(e->tx), e->noun, key, &e->row, &record, err))
            return false;
        if (record != NULL && !keeps_rule(e, record, &fault)) {
            if (fault.kind != HF_ERR_INPUT) {
                *err = fault;
                return false;
            }
            keep_problem(e, key, &fault);
        }
        hf_arena_reset(&e->row);
    }
    return true;
}

// No link may lose its network layer by the change.
static bool check_links(editing *e, hf_error *err)
{
    bool touches_links = e->noun == &hf_noun_dependency || e->noun == &hf_noun_layer;
    return !touches_links || hf_links_check_all(hf_tx_read(e->tx), err);
}

static bool put_all(editing *e, hf_error *err)
{
    if (!hf_bulk_open(e->tx, false, &e->bulk, err))
        return false;
    for (size_t i = 0; i < e->found.count; i++) {
        if (!put_one(e, e->found.items[i], err))
            return false;
        hf_arena_reset(&e->row);
    }
    if (!hf_bulk_finish(e->bulk, err) || !check_rules(e, err) || !check_links(e, err))
        return false;
    hf_bulk_close(&e->bulk);
    // Files lie where their records lie, and answers in the section of their provision.
    return hf_attachments_settle(e->tx, err) &&
           ((e->noun != &hf_noun_provision && e->noun != &hf_noun_finding) ||
            hf_assessments_settle(e->tx, err));
}

static bool note(editing *e, hf_error *err)
{
    hf_str action = hf_str_format(&e->keys, "%s.changed_many", e->noun->name);
    hf_str detail =
        hf_str_format(&e->keys, "{\"changed\":%llu,\"matched\":%llu}",
                      (unsigned long long)e->out->changed, (unsigned long long)e->out->matched);
    e->out->event = hf_event_next(e->tx);
    return hf_note(e->tx, e->session, hf_str_z(&e->keys, action), e->noun, HF_STR_EMPTY,
                   HF_STR_EMPTY, detail, err);
}

bool hf_edit_records(const hf_session *session, const hf_edit_request *request, hf_arena *arena,
                     hf_edit_result *out, hf_error *err)
{
    HF_CLEANUP(done)
    editing e = {.session = session, .request = request, .arena = arena, .out = out};
    e.noun = request->query.noun;
    *out = (hf_edit_result){.samples = HF_NEW_N(arena, hf_version, HF_EDIT_SAMPLES_MAX),
                            .problems = HF_NEW_N(arena, hf_edit_problem, HF_EDIT_SAMPLES_MAX)};
    if (!hf_can(&session->actor, HF_CAN_EDIT, e.noun, NULL, err) || !check_patch(request, err) ||
        !hf_tx_begin(session->store, session->now_ms, &e.tx, err) || !find_records(&e, err) ||
        !put_all(&e, err))
        return false;
    if (request->is_dry_run || out->refused > 0 || out->changed == 0)
        return true; // the transaction ends without a trace
    if (!note(&e, err) || !hf_tx_commit(&e.tx, err))
        return false;
    out->is_stored = true;
    return true;
}
