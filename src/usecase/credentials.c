// SPDX-License-Identifier: Apache-2.0
//
// Sessions and tokens as their owners see them: listed, ended one by one, and gone with their account.
#include <string.h>

#include "model/job.h"
#include "model/run.h"
#include "usecase/account.h"
#include "usecase/grants.h"
#include "usecase/reading.h"
#include "usecase/release.h"
#include "usecase/settings.h"
#include "usecase/views.h"

#define DAY_MS INT64_C(86400000)

static bool is_of(const hf_credential *credential, hf_str secret)
{
    hf_sha256 hash = hf_sha256_of(secret);
    return secret.len > 0 && memcmp(credential->secret.bytes, hash.bytes, sizeof hash.bytes) == 0;
}

bool hf_list_credentials(const hf_session *session, hf_credential_kind kind, hf_str user_key,
                         hf_arena *arena, hf_credential **list, size_t *count, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_user *user = NULL;
    hf_credential *found = NULL;
    size_t found_count = 0;
    size_t kept = 0;
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_find_managed(session, read, user_key, arena, &user, err) ||
        !hf_credential_list(read, kind, user->head.key, arena, &found, &found_count, err))
        return false;
    for (size_t i = 0; i < found_count; i++) // what has run out is no session any more
        if (kind != HF_CREDENTIAL_SESSION || found[i].expires_ms > session->now_ms)
            found[kept++] = found[i];
    *list = found;
    *count = kept;
    return true;
}

void hf_short_id(hf_sha256 secret, char text[HF_SHORT_ID_BYTES])
{
    hf_hex(secret.bytes, HF_SHORT_ID_BYTES / 2, text);
}

// It stays known for a while: who shows it again is told so in the log.
static bool end_one(hf_tx *tx, const hf_credential *token, int64_t now_ms, hf_error *err)
{
    uint64_t days = 0;
    if (!hf_setting_count(hf_tx_read(tx), HF_INSTANCE_KEEP_ENDED, &days, err))
        return false;
    hf_credential ended = {.kind = HF_CREDENTIAL_ENDED,
                           .secret = token->secret,
                           .user_key = token->user_key,
                           .created_ms = now_ms,
                           .expires_ms = now_ms + (int64_t)days * DAY_MS,
                           .last_seen_ms = HF_INTEGER_NONE};
    return hf_credential_remove(tx, &token->secret, err) &&
           hf_credential_remove_all(tx, HF_CREDENTIAL_ENDED, HF_STR_EMPTY, err) &&
           hf_credential_add(tx, &ended, err);
}

bool hf_find_credential(hf_read *read, hf_credential_kind kind, hf_str user_key, hf_str wanted,
                        hf_arena *arena, hf_credential **out, hf_error *err)
{
    hf_credential *list = NULL;
    size_t count = 0;
    if (!hf_credential_list(read, kind, user_key, arena, &list, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        char id[HF_SHORT_ID_BYTES];
        hf_short_id(list[i].secret, id);
        if (hf_str_equal_z(wanted, id)) {
            *out = &list[i];
            return true;
        }
    }
    return hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown", "this account has no such %s",
                   kind == HF_CREDENTIAL_TOKEN     ? "token"
                   : kind == HF_CREDENTIAL_SESSION ? "session"
                   : kind == HF_CREDENTIAL_LINK    ? "link"
                   : kind == HF_CREDENTIAL_PASSKEY ? "passkey"
                                                   : "certificate");
}

bool hf_end_token(const hf_session *session, hf_str user_key, hf_str wanted, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_user *user = NULL;
    hf_credential *found = NULL;
    return hf_tx_begin(session->store, session->now_ms, &tx, err) &&
           hf_find_managed(session, hf_tx_read(tx), user_key, &scratch, &user, err) &&
           hf_find_credential(hf_tx_read(tx), HF_CREDENTIAL_TOKEN, user->head.key, wanted, &scratch,
                              &found, err) &&
           end_one(tx, found, session->now_ms, err) &&
           hf_note(tx, session, "user.token_removed", &hf_noun_user, user->head.key, HF_STR_EMPTY,
                   HF_STR_EMPTY, err) &&
           hf_tx_commit(&tx, err);
}

bool hf_end_other_sessions(hf_tx *tx, const hf_session *session, hf_str user_key, uint64_t *count,
                           hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_credential *list = NULL;
    size_t found = 0;
    uint64_t ended = 0;
    if (!hf_credential_list(hf_tx_read(tx), HF_CREDENTIAL_SESSION, user_key, &scratch, &list,
                            &found, err))
        return false;
    for (size_t i = 0; i < found; i++) {
        if (is_of(&list[i], session->token))
            continue;
        if (!hf_credential_remove(tx, &list[i].secret, err))
            return false;
        ended += list[i].expires_ms > session->now_ms;
    }
    *count = ended;
    // Browsers that were known are strangers again: who held what is gone may have made one of them known.
    return hf_credential_remove_all(tx, HF_CREDENTIAL_DEVICE, user_key, err);
}

static bool end_session(hf_tx *tx, hf_str user_key, hf_str wanted, uint64_t *count, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_credential *found = NULL;
    *count = 1;
    return hf_find_credential(hf_tx_read(tx), HF_CREDENTIAL_SESSION, user_key, wanted, &scratch,
                              &found, err) &&
           hf_credential_remove(tx, &found->secret, err);
}

bool hf_end_sessions(const hf_session *session, hf_str user_key, hf_str wanted, hf_str password,
                     uint64_t *count, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_user *user = NULL;
    uint64_t ended = 0;
    // The slow hash is computed before the only writer's turn is taken.
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_find_managed(session, read, user_key, &scratch, &user, err) ||
        !hf_check_again(session, read, user, password, &scratch, err))
        return false;
    hf_read_end(&read);
    if (!hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !(wanted.len > 0 ? end_session(tx, user->head.key, wanted, &ended, err)
                         : hf_end_other_sessions(tx, session, user->head.key, &ended, err)))
        return false;
    hf_str detail = hf_str_format(&scratch, "{\"count\":%llu}", (unsigned long long)ended);
    if (!hf_note(tx, session, "session.ended", &hf_noun_user, user->head.key, HF_STR_EMPTY, detail,
                 err) ||
        !hf_tx_commit(&tx, err))
        return false;
    *count = ended;
    return true;
}

// What it computed stays, for whoever may read all of it. One at a time: results are long.
static bool disown(hf_tx *tx, const hf_noun *noun, hf_str owner, hf_error *err)
{
    const hf_field *field = hf_noun_field(noun, HF_STR("owner"), NULL);
    const hf_filter filter = {field, HF_IS, owner};
    const hf_query query = {.noun = noun, .filters = &filter, .filter_count = 1, .limit = 1};
    for (;;) {
        HF_CLEANUP(hf_arena_done) hf_arena row = {0};
        hf_page page = {0};
        hf_put_outcome outcome;
        if (!hf_store_list(hf_tx_read(tx), &query, &row, &page, err))
            return false;
        if (page.count == 0)
            return true;
        *(hf_str *)((char *)page.records[0] + field->offset) =
            hf_str_format(&row, HF_USER_GONE "%.*s", HF_STR_ARG(owner));
        if (!hf_store_put(tx, noun, page.records[0], HF_VERSION_ANY, &outcome, err))
            return false;
    }
}

bool hf_end_account(hf_tx *tx, hf_str user_key, int64_t now_ms, hf_error *err)
{
    static const hf_credential_kind kinds[] = {
        HF_CREDENTIAL_SESSION, HF_CREDENTIAL_TOKEN,    HF_CREDENTIAL_DEVICE,
        HF_CREDENTIAL_TOTP,    HF_CREDENTIAL_RECOVERY, HF_CREDENTIAL_ENDED,
        HF_CREDENTIAL_PASSKEY, HF_CREDENTIAL_LINK,     HF_CREDENTIAL_CERTIFICATE};
    for (size_t i = 0; i < HF_COUNT(kinds); i++)
        if (!hf_credential_remove_all(tx, kinds[i], user_key, err))
            return false;
    return hf_forget_views(tx, user_key, err) && hf_forget_grants(tx, user_key, err) &&
           disown(tx, &hf_noun_job, user_key, err) && disown(tx, &hf_noun_run, user_key, err) &&
           hf_end_releases(tx, user_key, now_ms, err) && hf_forget_reading(tx, user_key, err);
}

// names  members of the detail that may be seen, NULL-ended
static void write_detail(const hf_credential *credential, const char *const *names,
                         hf_json_writer *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json *detail = NULL;
    hf_error unused = {0};
    if (credential->detail.len == 0 ||
        !hf_json_parse(credential->detail, &scratch, &detail, &unused))
        return; // without limits; or opened by an older version
    for (size_t i = 0; names[i] != NULL; i++) {
        hf_json_name(out, names[i]);
        hf_json_add_str(out, hf_json_text(detail, names[i]));
    }
}

void hf_write_credentials(const hf_credential *list, size_t count, hf_str current,
                          hf_json_writer *out)
{
    static const char *const limits[] = {"role", "clearance", NULL};
    static const char *const links[] = {"provider", NULL};
    static const char *const visits[] = {"from", "agent", NULL};
    hf_json_name(out, "items");
    hf_json_begin_array(out);
    for (size_t i = 0; i < count; i++) {
        char id[HF_SHORT_ID_BYTES];
        hf_short_id(list[i].secret, id);
        hf_json_begin_object(out);
        hf_json_name(out, "id");
        hf_json_add_z(out, id);
        if (list[i].kind == HF_CREDENTIAL_TOKEN) {
            hf_json_name(out, "label"); // of a session it is the secret of its writes
            hf_json_add_str(out, list[i].label);
            write_detail(&list[i], limits, out);
        } else if (list[i].kind == HF_CREDENTIAL_CERTIFICATE) {
            hf_json_put_str(out, "mark", list[i].label);
        } else if (list[i].kind == HF_CREDENTIAL_PASSKEY) {
            hf_json_put_str(out, "name", list[i].label);
        } else if (list[i].kind == HF_CREDENTIAL_LINK) {
            hf_json_put_str(out, "subject", list[i].label);
            write_detail(&list[i], links, out);
        } else {
            hf_json_name(out, "is_current");
            hf_json_add_bool(out, is_of(&list[i], current));
            write_detail(&list[i], visits, out);
        }
        hf_noun_write_time(out, "created_at", list[i].created_ms);
        hf_noun_write_time(out, "expires_at", list[i].expires_ms);
        hf_noun_write_time(out, "last_seen_at", list[i].last_seen_ms);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}
