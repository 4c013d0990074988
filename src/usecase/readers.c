// SPDX-License-Identifier: Apache-2.0
//
// Asks hf_can_record as if it were each account in turn, whole and with each of its grants alone.
#include "usecase/readers.h"

#include "base/limits.h"
#include "model/grant.h"
#include "usecase/grants.h"

typedef struct {
    hf_read *read;
    const hf_noun *noun;
    const hf_head *record;
    int64_t now_ms;
    hf_json_writer *out;
} telling;

static bool may(const telling *t, const hf_actor *actor, hf_verb verb, bool *out, hf_error *err)
{
    return hf_may_record(actor, verb, t->read, t->noun, t->record, out, err);
}

static void write_word(hf_json_writer *out, const char *name, const hf_field *field,
                       const void *record)
{
    hf_json_name(out, name);
    hf_field_write_json(field, record, out);
}

static void write_text(hf_json_writer *out, const char *name, hf_str text)
{
    hf_json_name(out, name);
    if (text.len > 0)
        hf_json_add_str(out, text);
    else
        hf_json_add_null(out);
}

static void write_grant(const telling *t, const hf_grant *grant)
{
    static const char *const names[] = {"role", "scope", "ends_at"};
    hf_json_begin_object(t->out);
    write_text(t->out, "grant", grant->head.key);
    for (size_t i = 0; i < HF_COUNT(names); i++)
        write_word(t->out, names[i], hf_noun_field(&hf_noun_grant, hf_str_of(names[i]), NULL),
                   grant);
    write_text(t->out, "of", hf_grant_of(grant));
    hf_json_end_object(t->out);
}

// The account with one right alone.
static bool reads_by(const telling *t, const hf_actor *whole, int32_t role,
                     const hf_role_grant *grant, bool *out, hf_error *err)
{
    hf_actor part = *whole;
    part.role = role;
    part.grants = grant;
    part.grant_count = grant != NULL ? 1 : 0;
    return may(t, &part, HF_CAN_READ, out, err);
}

static bool write_because(const telling *t, const hf_user *user, const hf_actor *actor,
                          hf_arena *arena, hf_error *err)
{
    const hf_grant *const *list = NULL;
    size_t count = 0, at = 0;
    bool reads = false;
    if (!hf_grants_of(t->read, user->head.key, arena, &list, &count, err) ||
        !reads_by(t, actor, actor->role, NULL, &reads, err))
        return false;
    hf_json_name(t->out, "because");
    hf_json_begin_array(t->out);
    if (reads) {
        hf_grant own = {.head = {.key = HF_STR_EMPTY},
                        .role = user->role,
                        .scope = HF_SCOPE_NATION,
                        .ends_at = HF_INTEGER_NONE};
        write_grant(t, &own);
    }
    for (size_t i = 0; i < count && at < actor->grant_count; i++) {
        if (!hf_grant_is_in_force(list[i], t->now_ms))
            continue;
        if (!reads_by(t, actor, HF_WORD_NONE, &actor->grants[at++], &reads, err))
            return false;
        if (reads)
            write_grant(t, list[i]);
    }
    hf_json_end_array(t->out);
    return true;
}

static bool write_lacks(const telling *t, const hf_user *user, const hf_actor *actor, hf_error *err)
{
    hf_actor cleared = *actor;
    bool reaches = false;
    cleared.clearance = HF_TLP_RED;
    cleared.compartments = t->record->compartments;
    if (!may(t, &cleared, HF_CAN_READ, &reaches, err))
        return false;
    bool has_role = (hf_verbs_of(actor) & 1u << HF_CAN_READ) != 0;
    const struct {
        const char *word;
        bool is_lacking;
    } lacks[] = {{"account", user->is_disabled},
                 {"role", !has_role},
                 {"clearance", t->record->marking > actor->clearance},
                 {"compartments", !hf_is_cleared(HF_TLP_RED, actor->compartments, HF_TLP_CLEAR,
                                                 t->record->compartments)},
                 {"scope", has_role && !reaches}};
    hf_json_name(t->out, "lacks");
    hf_json_begin_array(t->out);
    for (size_t i = 0; i < HF_COUNT(lacks); i++)
        if (lacks[i].is_lacking)
            hf_json_add_z(t->out, lacks[i].word);
    hf_json_end_array(t->out);
    return true;
}

static bool write_account(const telling *t, const hf_user *user, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_actor actor;
    bool reads = false, edits = false;
    if (!hf_actor_of(t->read, user, t->now_ms, &scratch, &actor, err) ||
        !may(t, &actor, HF_CAN_READ, &reads, err) || !may(t, &actor, HF_CAN_EDIT, &edits, err))
        return false;
    hf_json_begin_object(t->out);
    write_text(t->out, "user", user->head.key);
    write_text(t->out, "display_name", user->display_name);
    hf_json_name(t->out, "reads");
    hf_json_add_bool(t->out, reads && !user->is_disabled);
    hf_json_name(t->out, "edits");
    hf_json_add_bool(t->out, edits && !user->is_disabled);
    if (!write_because(t, user, &actor, &scratch, err) || !write_lacks(t, user, &actor, err))
        return false;
    hf_json_end_object(t->out);
    return true;
}

static bool write_accounts(const telling *t, hf_error *err)
{
    hf_query query = {.noun = &hf_noun_user, .limit = HF_LIST_LIMIT_MAX};
    HF_CLEANUP(hf_arena_done) hf_arena cursors = {0};
    do {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        hf_page page = {0};
        if (!hf_store_list(t->read, &query, &scratch, &page, err))
            return false;
        for (size_t i = 0; i < page.count; i++)
            if (!write_account(t, page.records[i], err))
                return false;
        query.cursor = page.next.len > 0 ? hf_str_copy(&cursors, page.next) : HF_STR_EMPTY;
    } while (query.cursor.len > 0);
    return true;
}

bool hf_write_readers(const hf_session *session, const hf_noun *noun, hf_str key,
                      hf_json_writer *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    void *record = NULL;
    if (!hf_can(&session->actor, HF_CAN_USERS, NULL, NULL, err) ||
        !hf_get_record(session, noun, key, &scratch, &record, err) ||
        !hf_read_begin(session->store, &read, err))
        return false;
    telling t = {read, noun, record, session->now_ms, out};
    hf_json_begin_object(out);
    hf_json_name(out, "items");
    hf_json_begin_array(out);
    if (!write_accounts(&t, err))
        return false;
    hf_json_end_array(out);
    hf_json_end_object(out);
    return true;
}
