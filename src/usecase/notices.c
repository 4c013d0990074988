// SPDX-License-Identifier: Apache-2.0
//
// What happened to one's own account since one signed in before. Nothing is kept for it: the log has all of it.
#include "usecase/notices.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/vec.h"
#include "model/grant.h"

#define EVENTS_MAX 500u // that are looked at, the newest

typedef struct {
    hf_read *read;
    hf_arena *arena;
    hf_str account;
    int64_t begun_ms; // this session
    int64_t before;   // sequence of the event by which the one before was opened
    hf_notices *out;
    HF_VEC(hf_notice) found;
} looking;

static hf_filter filter(const char *field, hf_filter_operator how, hf_str value)
{
    return (hf_filter){hf_noun_field(&hf_noun_event, hf_str_of(field), NULL), how, value};
}

static bool list_events(looking *l, const hf_filter *filters, size_t count, uint32_t limit,
                        hf_page *page, hf_error *err)
{
    const hf_query query = {.noun = &hf_noun_event,
                            .filters = filters,
                            .filter_count = count,
                            .sort = hf_noun_field(&hf_noun_event, HF_STR("sequence"), NULL),
                            .descending = true,
                            .limit = limit};
    return hf_store_list(l->read, &query, l->arena, page, err);
}

// --- since when ------------------------------------------------------------------------------------------

static bool find_begin(looking *l, hf_str current, int64_t now_ms, hf_error *err)
{
    hf_credential *found = NULL;
    hf_sha256 secret = hf_sha256_of(current);
    l->begun_ms = now_ms;
    if (current.len == 0)
        return true;
    if (!hf_credential_find(l->read, HF_CREDENTIAL_SESSION, &secret, now_ms, l->arena, &found, err))
        return false;
    if (found != NULL)
        l->begun_ms = found->created_ms;
    return true;
}

static bool find_before(looking *l, hf_error *err)
{
    char until[32];
    hf_page page = {0};
    hf_time_format(l->begun_ms - 1, until);
    const hf_filter filters[] = {filter("record", HF_IS, l->account),
                                 filter("action", HF_IS, HF_STR("session.opened")),
                                 filter("at", HF_AT_MOST, hf_str_of(until))};
    l->out->since_ms = HF_INTEGER_NONE;
    if (!list_events(l, filters, HF_COUNT(filters), 1, &page, err))
        return false;
    if (page.count == 0)
        return true;
    const hf_event *event = page.records[0];
    l->before = event->sequence;
    l->out->since_ms = event->at;
    return true;
}

// --- what is told ----------------------------------------------------------------------------------------

static hf_str text_of(const hf_json *detail, const char *name)
{
    return detail != NULL ? hf_json_text(detail, name) : HF_STR_EMPTY;
}

static bool is_of_password(hf_str why)
{
    return hf_str_equal_z(why, "account.wrong") || hf_str_equal_z(why, "account.wrong_current");
}

// Sessions come and go; what counts is that one was opened where nobody of this account had been.
static bool is_told(looking *l, const hf_event *event, const hf_json *detail)
{
    if (hf_str_equal_z(event->action, "session.opened")) {
        bool is_this = event->at == l->begun_ms && hf_str_equal(event->actor, l->account);
        return !is_this && text_of(detail, "browser").len > 0;
    }
    if (hf_str_equal_z(event->action, "session.refused") &&
        is_of_password(text_of(detail, "why"))) {
        l->out->refused++; // each of them would hide the rest
        return false;
    }
    return !hf_str_equal_z(event->action, "session.closed") &&
           !hf_str_equal_z(event->action, "user.factor_begun") &&
           !hf_str_starts(event->action, "alarm.");
}

static void take(looking *l, const hf_event *event)
{
    hf_json *detail = NULL;
    hf_error unused = {0};
    if (event->detail.len > 0 && !hf_json_parse(event->detail, l->arena, &detail, &unused))
        detail = NULL;
    if (event->sequence <= l->before || !is_told(l, event, detail))
        return;
    const hf_notice notice = {.sequence = event->sequence,
                              .at_ms = event->at,
                              .action = event->action,
                              .by = event->actor,
                              .from = text_of(detail, "from"),
                              .why = text_of(detail, "why"),
                              .is_own = hf_str_equal(event->actor, l->account) &&
                                        event->at >= l->begun_ms &&
                                        !hf_str_equal_z(event->action, "session.opened")};
    HF_VEC_ADD(l->arena, &l->found, notice);
}

static bool look_at_account(looking *l, hf_str after, hf_error *err)
{
    hf_page page = {0};
    const hf_filter filters[] = {filter("record", HF_IS, l->account),
                                 filter("noun", HF_IS, HF_STR("user")),
                                 filter("at", HF_AT_LEAST, after)};
    if (!list_events(l, filters, HF_COUNT(filters), EVENTS_MAX, &page, err))
        return false;
    for (size_t i = 0; i < page.count; i++)
        take(l, page.records[i]);
    l->out->is_cut = l->out->is_cut || page.count == EVENTS_MAX;
    return true;
}

// A grant has any key: whose it was then is told by its history.
static bool is_of_account(looking *l, const hf_event *event, bool *out, hf_error *err)
{
    hf_version *versions = NULL;
    size_t count = 0;
    *out = false;
    if (!hf_store_history(l->read, &hf_noun_grant, event->record_key, l->arena, &versions, &count,
                          err))
        return false;
    for (size_t i = 0; i < count; i++) {
        const hf_grant *states[] = {versions[i].before, versions[i].after};
        for (size_t j = 0; j < HF_COUNT(states) && versions[i].event == event->sequence; j++)
            *out = *out || (states[j] != NULL && hf_str_equal(states[j]->user, l->account));
    }
    return true;
}

static bool look_at_grants(looking *l, hf_str after, hf_error *err)
{
    hf_page page = {0};
    const hf_filter filters[] = {filter("action", HF_BEGINS, HF_STR("grant.")),
                                 filter("at", HF_AT_LEAST, after)};
    if (!list_events(l, filters, HF_COUNT(filters), EVENTS_MAX, &page, err))
        return false;
    for (size_t i = 0; i < page.count; i++) {
        bool is_its = false;
        if (!is_of_account(l, page.records[i], &is_its, err))
            return false;
        if (is_its)
            take(l, page.records[i]);
    }
    l->out->is_cut = l->out->is_cut || page.count == EVENTS_MAX;
    return true;
}

static int newer_first(const void *a, const void *b)
{
    const hf_notice *x = a, *y = b;
    return (x->sequence < y->sequence) - (x->sequence > y->sequence);
}

// In one's first session: since that began, for somebody else may have come since.
static bool look_at_log(looking *l, hf_error *err)
{
    char after[32];
    hf_time_format(l->before > 0 ? l->out->since_ms : l->begun_ms, after);
    if (!look_at_account(l, hf_str_of(after), err) || !look_at_grants(l, hf_str_of(after), err))
        return false;
    if (l->found.count > 1)
        qsort(l->found.items, l->found.count, sizeof(l->found.items[0]), newer_first);
    l->out->list = l->found.items;
    l->out->count = l->found.count < HF_NOTICES_MAX ? l->found.count : HF_NOTICES_MAX;
    l->out->is_cut = l->out->is_cut || l->out->count < l->found.count;
    return true;
}

// --- what ends -------------------------------------------------------------------------------------------

static int sooner_first(const void *a, const void *b)
{
    const hf_credential *x = a, *y = b;
    return (x->expires_ms > y->expires_ms) - (x->expires_ms < y->expires_ms);
}

static bool look_at_tokens(looking *l, int64_t now_ms, hf_error *err)
{
    hf_credential *list = NULL;
    size_t count = 0;
    if (!hf_credential_list(l->read, HF_CREDENTIAL_TOKEN, l->account, l->arena, &list, &count, err))
        return false;
    l->out->ending = list;
    for (size_t i = 0; i < count; i++) {
        int64_t end = list[i].expires_ms;
        if (end != HF_INTEGER_NONE && end > now_ms &&
            end <= now_ms + HF_NOTICE_END_DAYS * HF_DAY_MS)
            list[l->out->ending_count++] = list[i];
    }
    if (l->out->ending_count > 1)
        qsort(list, l->out->ending_count, sizeof(list[0]), sooner_first);
    return true;
}

bool hf_read_notices(const hf_session *session, hf_str user_key, hf_str current, hf_arena *arena,
                     hf_notices *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_user *user = NULL;
    looking l = {.arena = arena, .out = out};
    *out = (hf_notices){0};
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_find_own(session, read, user_key, arena, &user, err))
        return false;
    l.read = read;
    l.account = user->head.key;
    return find_begin(&l, current, session->now_ms, err) && find_before(&l, err) &&
           look_at_log(&l, err) && look_at_tokens(&l, session->now_ms, err);
}

static void write_text(hf_json_writer *out, const char *name, hf_str text)
{
    if (text.len > 0)
        hf_json_put_str(out, name, text);
}

void hf_write_notices(const hf_notices *notices, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_noun_write_time(out, "since", notices->since_ms);
    hf_json_name(out, "items");
    hf_json_begin_array(out);
    for (size_t i = 0; i < notices->count; i++) {
        const hf_notice *notice = &notices->list[i];
        hf_json_begin_object(out);
        hf_json_name(out, "sequence");
        hf_json_add_i64(out, notice->sequence);
        hf_noun_write_time(out, "at", notice->at_ms);
        hf_json_put_str(out, "action", notice->action);
        hf_json_put_str(out, "by", notice->by);
        write_text(out, "from", notice->from);
        write_text(out, "why", notice->why);
        hf_json_name(out, "own");
        hf_json_add_bool(out, notice->is_own);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_name(out, "more");
    hf_json_add_bool(out, notices->is_cut);
    hf_json_put_u64(out, "refused", notices->refused);
    hf_json_name(out, "ending");
    hf_json_begin_array(out);
    for (size_t i = 0; i < notices->ending_count; i++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "label", notices->ending[i].label);
        hf_noun_write_time(out, "expires_at", notices->ending[i].expires_ms);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_end_object(out);
}
