// SPDX-License-Identifier: Apache-2.0
//
// What happened to one's own account since one signed in before. Nothing is kept for it: the log has all of it.
#include "usecase/notices.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/vec.h"
#include "usecase/grants.h"

#define EVENTS_MAX 500u             // that are looked at, the newest
#define GRANTS_MAX 5000u            // the same, of the grants of everybody
#define NEW_MS     (30 * HF_DAY_MS) // that a browser which was never here before is told of at least

typedef struct {
    hf_read *read;
    hf_arena *arena;
    hf_str account;
    int64_t added;                   // by that event: who had the name before is somebody else
    char session[HF_SHORT_ID_BYTES]; // this one, empty: none
    int64_t begun_ms;
    int64_t before; // sequence of the event by which the one before was opened
    hf_notices *out;
    HF_VEC(hf_notice) found;
} looking;

static hf_filter filter(const char *field, hf_filter_operator how, hf_str value)
{
    return (hf_filter){hf_noun_field(&hf_noun_event, hf_str_of(field), NULL), how, value};
}

static bool list_events(looking *l, const hf_filter *filters, size_t count, hf_str cursor,
                        hf_page *page, hf_error *err)
{
    const hf_query query = {.noun = &hf_noun_event,
                            .filters = filters,
                            .filter_count = count,
                            .sort = hf_noun_field(&hf_noun_event, HF_STR("sequence"), NULL),
                            .descending = true,
                            .cursor = cursor,
                            .limit = EVENTS_MAX};
    return hf_store_list(l->read, &query, l->arena, page, err);
}

// --- since when ------------------------------------------------------------------------------------------

static bool find_begin(looking *l, const hf_session *session, hf_error *err)
{
    hf_credential *found = NULL;
    hf_sha256 secret = hf_sha256_of(session->token);
    l->begun_ms = session->now_ms;
    if (session->token.len == 0)
        return true;
    hf_short_id(secret, l->session);
    if (!hf_credential_find(l->read, HF_CREDENTIAL_SESSION, &secret, session->now_ms, l->arena,
                            &found, err))
        return false;
    if (found != NULL)
        l->begun_ms = found->created_ms;
    return true;
}

static hf_str text_of(const hf_json *detail, const char *name)
{
    return detail != NULL ? hf_json_text(detail, name) : HF_STR_EMPTY;
}

static hf_json *detail_of(const looking *l, const hf_event *event)
{
    hf_json *detail = NULL;
    hf_error unused = {0};
    return event->detail.len > 0 && hf_json_parse(event->detail, l->arena, &detail, &unused)
               ? detail
               : NULL;
}

static bool is_this_session(const looking *l, const hf_json *detail)
{
    return l->session[0] != '\0' && hf_str_equal_z(text_of(detail, "session"), l->session);
}

// Whoever signed in by this browser before was told then. By a browser that was never here, anybody may have signed in:
// the newest sign-in of all would let a stranger's second hide his first, so it is one that lies some time back.
static const hf_event *before_of(const looking *l, const hf_page *openings)
{
    const hf_event *long_ago = NULL, *first = NULL;
    hf_str device = HF_STR_EMPTY;
    for (size_t i = 0; i < openings->count; i++) {
        const hf_event *event = openings->records[i];
        const hf_json *detail = detail_of(l, event);
        hf_str by = text_of(detail, "device");
        if (is_this_session(l, detail))
            device = by;
        if (event->at >= l->begun_ms ||
            (by.len == 0 && !hf_str_equal_z(event->action, "session.opened")))
            continue;
        if (by.len > 0 && hf_str_equal(by, device))
            return event;
        if (long_ago == NULL && event->at <= l->begun_ms - NEW_MS)
            long_ago = event;
        first = event;
    }
    return long_ago != NULL ? long_ago : first;
}

static bool find_before(looking *l, hf_error *err)
{
    char added[32], until[32];
    hf_page page = {0};
    (void)snprintf(added, sizeof added, "%lld", (long long)l->added);
    hf_time_format(l->begun_ms, until);
    const hf_filter filters[] = {
        filter("record", HF_IS, l->account), filter("noun", HF_IS, HF_STR("user")),
        filter("action", HF_BEGINS, HF_STR("session.opened,setup.done,user.password_set")),
        filter("sequence", HF_AT_LEAST, hf_str_of(added)),
        filter("at", HF_AT_MOST, hf_str_of(until))};
    l->out->since_ms = HF_INTEGER_NONE;
    if (!list_events(l, filters, HF_COUNT(filters), HF_STR_EMPTY, &page, err))
        return false;
    const hf_event *event = before_of(l, &page);
    if (event == NULL)
        return true;
    l->before = event->sequence;
    l->out->since_ms = event->at;
    return true;
}

// --- what is told ----------------------------------------------------------------------------------------

static bool is_of_password(hf_str why)
{
    return hf_str_equal_z(why, "account.wrong") || hf_str_equal_z(why, "account.wrong_current");
}

// Sessions come and go; what counts is that one was opened where nobody of this account had been.
static bool is_told(looking *l, const hf_event *event, const hf_json *detail)
{
    if (hf_str_equal_z(event->action, "session.opened"))
        return !is_this_session(l, detail) && text_of(detail, "browser").len > 0;
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
    const hf_json *detail = detail_of(l, event);
    if (event->sequence <= l->before || event->sequence <= l->added || !is_told(l, event, detail))
        return;
    const hf_notice notice = {.sequence = event->sequence,
                              .at_ms = event->at,
                              .action = event->action,
                              .by = event->actor,
                              .from = text_of(detail, "from"),
                              .why = text_of(detail, "why"),
                              .is_own = is_this_session(l, detail)};
    HF_VEC_ADD(l->arena, &l->found, notice);
}

static bool look_at_account(looking *l, hf_str after, hf_error *err)
{
    hf_page page = {0};
    const hf_filter filters[] = {filter("record", HF_IS, l->account),
                                 filter("noun", HF_IS, HF_STR("user")),
                                 filter("at", HF_AT_LEAST, after)};
    if (!list_events(l, filters, HF_COUNT(filters), HF_STR_EMPTY, &page, err))
        return false;
    for (size_t i = 0; i < page.count; i++)
        take(l, page.records[i]);
    l->out->is_cut = page.next.len > 0;
    return true;
}

static bool take_grant(looking *l, const hf_event *event, hf_error *err)
{
    hf_str *names = NULL;
    size_t count = 0;
    bool is_its = false;
    if (!hf_grant_accounts(l->read, event->record_key, event->sequence, l->arena, &names, &count,
                           err))
        return false;
    for (size_t i = 0; i < count; i++)
        is_its = is_its || hf_str_equal(names[i], l->account);
    if (is_its)
        take(l, event);
    return true;
}

// Whose a grant was then is told by its history alone, so those of everybody are looked at.
static bool look_at_grants(looking *l, hf_str after, hf_error *err)
{
    hf_page page = {0};
    const hf_filter filters[] = {filter("action", HF_BEGINS, HF_STR("grant.")),
                                 filter("at", HF_AT_LEAST, after)};
    size_t seen = 0;
    do {
        if (!list_events(l, filters, HF_COUNT(filters), page.next, &page, err))
            return false;
        for (size_t i = 0; i < page.count; i++)
            if (!take_grant(l, page.records[i], err))
                return false;
        seen += page.count;
    } while (page.next.len > 0 && seen < GRANTS_MAX);
    l->out->is_cut = l->out->is_cut || page.next.len > 0;
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

bool hf_read_notices(const hf_session *session, hf_str user_key, hf_arena *arena, hf_notices *out,
                     hf_error *err)
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
    l.added = user->head.added_event;
    return find_begin(&l, session, err) && find_before(&l, err) && look_at_log(&l, err) &&
           look_at_tokens(&l, session->now_ms, err);
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
