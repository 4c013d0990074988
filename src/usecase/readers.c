// SPDX-License-Identifier: Apache-2.0
//
// Asks hf_can_record as if it were each account in turn, whole, with each of its grants alone, and as each of its tokens.
#include "usecase/readers.h"

#include <string.h>

#include "base/limits.h"
#include "model/grant.h"
#include "store/store_system.h"
#include "usecase/account.h"
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

// The account with some of its rights: those of its grants that are kept, and its own role or not.
typedef struct {
    hf_role_grant *grants; // room for all
    const hf_grant **told; // the record of each
    bool *is_kept;         // [0]: its own role; the rest: the grants
    size_t count;          // of is_kept
} rights;

static bool reads_with(const telling *t, const hf_actor *whole, const rights *r, bool *out,
                       hf_error *err)
{
    hf_actor part = *whole;
    size_t kept = 0;
    for (size_t i = 1; i < r->count; i++)
        if (r->is_kept[i])
            r->grants[kept++] = whole->grants[i - 1];
    part.role = r->is_kept[0] ? whole->role : HF_WORD_NONE;
    part.grants = r->grants;
    part.grant_count = kept;
    return may(t, &part, HF_CAN_READ, out, err);
}

// Each right that lets it read alone; *found: is there one?
static bool keep_each(const telling *t, const hf_actor *whole, rights *r, hf_arena *arena,
                      bool *found, hf_error *err)
{
    bool *alone = HF_NEW_N(arena, bool, r->count);
    *found = false;
    for (size_t i = 0; i < r->count; i++) {
        memset(r->is_kept, 0, r->count * sizeof *r->is_kept);
        r->is_kept[i] = true;
        if (!reads_with(t, whole, r, &alone[i], err))
            return false;
        *found |= alone[i];
    }
    memcpy(r->is_kept, alone, r->count * sizeof *alone);
    return true;
}

// What joins two assets may be known by one grant for each: then rights that do it together, none of them in vain.
static bool keep_together(const telling *t, const hf_actor *whole, rights *r, hf_error *err)
{
    bool reads = false;
    for (size_t i = 0; i < r->count; i++)
        r->is_kept[i] = true;
    if (!reads_with(t, whole, r, &reads, err))
        return false;
    for (size_t i = 0; i < r->count; i++) {
        bool still = false;
        r->is_kept[i] = false;
        if (reads && !reads_with(t, whole, r, &still, err))
            return false;
        r->is_kept[i] = reads && !still;
    }
    return true;
}

static bool rights_of(const telling *t, const hf_user *user, const hf_actor *actor, hf_arena *arena,
                      rights *out, hf_error *err)
{
    const hf_grant *const *list = NULL;
    size_t count = 0, told = 0;
    if (!hf_grants_of(t->read, user->head.key, arena, &list, &count, err))
        return false;
    out->count = actor->grant_count + 1;
    out->grants = HF_NEW_N(arena, hf_role_grant, out->count);
    out->told = HF_NEW_N(arena, const hf_grant *, out->count);
    out->is_kept = HF_NEW_N(arena, bool, out->count);
    for (size_t i = 0; i < count && told < actor->grant_count; i++) // as hf_actor_of takes them
        if (hf_grant_is_in_force(list[i], t->now_ms))
            out->told[++told] = list[i];
    HF_ASSERT(told == actor->grant_count);
    return true;
}

static bool write_because(const telling *t, const hf_user *user, const hf_actor *actor,
                          hf_arena *arena, hf_error *err)
{
    const hf_grant own = {.head = {.key = HF_STR_EMPTY},
                          .role = user->role,
                          .scope = HF_SCOPE_NATION,
                          .ends_at = HF_INTEGER_NONE};
    rights r = {0};
    bool is_found = false;
    if (!rights_of(t, user, actor, arena, &r, err) ||
        !keep_each(t, actor, &r, arena, &is_found, err) ||
        (!is_found && !keep_together(t, actor, &r, err)))
        return false;
    hf_json_name(t->out, "because");
    hf_json_begin_array(t->out);
    for (size_t i = 0; i < r.count; i++)
        if (r.is_kept[i])
            write_grant(t, i == 0 ? &own : r.told[i]);
    hf_json_end_array(t->out);
    return true;
}

static bool write_lacks(const telling *t, const hf_user *user, const hf_actor *actor,
                        hf_arena *arena, hf_error *err)
{
    // The same record, open to everybody: what hides it then is where it lies, or what it joins.
    void *open = hf_arena_take(arena, t->noun->struct_bytes);
    memcpy(open, t->record, t->noun->struct_bytes);
    ((hf_head *)open)->marking = HF_TLP_CLEAR;
    ((hf_head *)open)->compartments = HF_STR_EMPTY;
    bool knows_all = false, has_role = (hf_verbs_of(actor) & 1u << HF_CAN_READ) != 0;
    if (!hf_may_record(actor, HF_CAN_READ, t->read, t->noun, open, &knows_all, err))
        return false;
    bool reaches = hf_may(actor, HF_CAN_READ, t->noun, open);
    const struct {
        const char *word;
        bool is_lacking;
    } lacks[] = {{"account", user->is_disabled},
                 {"role", !has_role},
                 {"clearance", t->record->marking > actor->clearance},
                 {"compartments", !hf_is_cleared(HF_TLP_RED, actor->compartments, HF_TLP_CLEAR,
                                                 t->record->compartments)},
                 {"scope", has_role && !reaches},
                 {"ends", reaches && !knows_all}};
    hf_json_name(t->out, "lacks");
    hf_json_begin_array(t->out);
    for (size_t i = 0; i < HF_COUNT(lacks); i++)
        if (lacks[i].is_lacking)
            hf_json_add_z(t->out, lacks[i].word);
    hf_json_end_array(t->out);
    return true;
}

// A token that is limited may see less than its account, never more.
static bool write_tokens(const telling *t, const hf_user *user, const hf_actor *actor,
                         hf_arena *arena, hf_error *err)
{
    hf_credential *tokens = NULL;
    size_t count = 0;
    if (!hf_credential_list(t->read, HF_CREDENTIAL_TOKEN, user->head.key, arena, &tokens, &count,
                            err))
        return false;
    hf_json_name(t->out, "tokens");
    hf_json_begin_array(t->out);
    for (size_t i = 0; i < count; i++) {
        hf_actor bearer = *actor;
        bool is_limited = false, reads = false;
        if (tokens[i].expires_ms != HF_INTEGER_NONE && tokens[i].expires_ms <= t->now_ms)
            continue;
        if (!hf_limit_by_token(&tokens[i], &bearer, arena, &is_limited, err) ||
            !may(t, &bearer, HF_CAN_READ, &reads, err))
            return false;
        hf_json_begin_object(t->out);
        write_text(t->out, "label", tokens[i].label);
        hf_json_name(t->out, "limited");
        hf_json_add_bool(t->out, is_limited);
        hf_json_name(t->out, "reads");
        hf_json_add_bool(t->out, reads && !user->is_disabled);
        hf_json_end_object(t->out);
    }
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
    if (!write_because(t, user, &actor, &scratch, err) ||
        !write_lacks(t, user, &actor, &scratch, err) ||
        !write_tokens(t, user, &actor, &scratch, err))
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
    if (!hf_can(&session->actor, HF_CAN_AUDIT, NULL, NULL, err) ||
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
