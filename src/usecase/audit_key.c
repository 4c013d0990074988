// SPDX-License-Identifier: Apache-2.0
//
// The keys of the log. Which were in force when, the log itself tells: nothing else is kept of them.
#include "usecase/audit_key.h"

#include <string.h>

#include "base/json.h"
#include "usecase/audit.h"

enum { RENEWAL_BYTES_MAX = 4096 };

static bool fail_key(hf_error *err)
{
    return hf_fail(err, HF_ERR_INPUT, "audit.key",
                   "the key of the store is not the one that follows from its log: somebody put "
                   "another one there; restore a backup from before");
}

static bool read_one(hf_read *read, const hf_event *event, hf_arena *arena, hf_audit_renewal *out,
                     hf_error *err)
{
    hf_event *before = NULL;
    hf_json *detail = NULL;
    hf_sha256 previous;
    size_t count = 0;
    if (!hf_event_follow(read, event->sequence - 2, 1, arena, &before, &count, err) ||
        !hf_json_parse(event->detail, arena, &detail, err))
        return false;
    if (count != 1 || !hf_hex_parse(before->hash, previous.bytes, sizeof(previous.bytes)))
        return fail_key(err);
    if (hf_audit_read_renewal(detail, event->sequence, &previous, out, err))
        return true;
    err->line = (uint64_t)event->sequence;
    return false;
}

bool hf_log_keys_read(hf_read *read, hf_arena *arena, hf_log_keys *out, hf_error *err)
{
    const hf_filter filter = {hf_noun_field(&hf_noun_event, HF_STR("action"), NULL), HF_IS,
                              HF_STR(HF_KEY_CHANGED)};
    hf_query query = {.noun = &hf_noun_event,
                      .filters = &filter,
                      .filter_count = 1,
                      .sort = hf_noun_field(&hf_noun_event, HF_STR("sequence"), NULL)};
    hf_page page = {0};
    *out = (hf_log_keys){0};
    if (!hf_audit_key(read, &out->now, NULL, err) || !hf_list_all(read, &query, arena, &page, err))
        return false;
    hf_audit_renewal *list = HF_NEW_N(arena, hf_audit_renewal, page.count);
    for (size_t i = 0; i < page.count; i++) {
        if (!read_one(read, page.records[i], arena, &list[i], err))
            return false;
        if (i > 0 && memcmp(&list[i].old_key, &list[i - 1].new_key, sizeof(hf_sign_key)) != 0)
            return fail_key(err);
    }
    if (page.count > 0 &&
        memcmp(&list[page.count - 1].new_key, &out->now, sizeof(hf_sign_key)) != 0)
        return fail_key(err);
    out->list = list;
    out->count = page.count;
    return true;
}

const hf_sign_key *hf_log_key_at(const hf_log_keys *keys, int64_t size)
{
    // A change after `size` lines is line size + 1: what was signed of `size` lines is still the old one's.
    for (size_t i = 0; i < keys->count; i++)
        if (size <= keys->list[i].size)
            return &keys->list[i].old_key;
    return &keys->now;
}

static bool change(const hf_session *session, hf_tx *tx, hf_audit_renewal *out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf detail = hf_buf_of(RENEWAL_BYTES_MAX);
    hf_audit_checkpoint last;
    hf_sign_secret old, new;
    if (!hf_sign_in_tx(session, tx, &last, err) ||
        !hf_audit_key(hf_tx_read(tx), &out->old_key, &old, err))
        return false;
    hf_sign_make(&out->new_key, &new);
    out->size = last.size;
    out->previous = last.previous;
    hf_audit_sign_renewal(out, &old);
    hf_wipe(&old, sizeof(old));
    bool is_kept = hf_audit_key_change(tx, &out->new_key, &new, err);
    hf_wipe(&new, sizeof(new));
    hf_audit_write_renewal(out, &detail);
    return is_kept && hf_note(tx, session, HF_KEY_CHANGED, NULL, HF_STR_EMPTY, HF_STR_EMPTY,
                              hf_buf_str(&detail), err);
}

bool hf_renew_log_key(const hf_session *session, hf_audit_renewal *out, hf_error *left,
                      hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    *out = (hf_audit_renewal){0};
    *left = (hf_error){0};
    if (!(hf_can(&session->actor, HF_CAN_CONFIGURE, NULL, NULL, err) &&
          hf_can(&session->actor, HF_CAN_USERS, NULL, NULL, err) &&
          hf_tx_begin(session->store, session->now_ms, &tx, err) && change(session, tx, out, err) &&
          hf_tx_commit(&tx, err)))
        return false;
    if (!hf_store_forget(session->store, left))
        HF_ASSERT(left->kind != HF_ERR_NONE);
    return true;
}
