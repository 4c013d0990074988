// SPDX-License-Identifier: Apache-2.0
//
// What happened to one's own account since one signed in before, read off the log; and what of it ends soon.
#ifndef HF_USECASE_NOTICES_H
#define HF_USECASE_NOTICES_H

#include "usecase/account.h"

#define HF_NOTICES_MAX     100u
#define HF_NOTICE_END_DAYS 14 // before a token ends its owner is told

typedef struct {
    int64_t sequence; // of the event
    int64_t at_ms;
    hf_str
        action; // "user.password_set", "grant.added", "session.opened" (by a browser that was not known)
    hf_str by;
    hf_str from; // address; empty: the event tells none
    hf_str why;  // of a refusal: code of the error; else empty
    bool is_own; // done in the session that asks
} hf_notice;

typedef struct {
    int64_t
        since_ms; // when the account was signed in before by this browser, or, by one that was never here, at least 30 days
    // ago, if that was ever; HF_INTEGER_NONE: never, then it is told from this session on
    hf_notice *list; // newest first
    size_t count;
    bool is_cut;           // there is more than HF_NOTICES_MAX of it, or more than is looked at
    uint64_t refused;      // tries to sign in with a wrong name or password
    hf_credential *ending; // tokens, soonest first
    size_t ending_count;
} hf_notices;

// Of one's own account alone, and of nobody who had its name before.
// Errors: those of hf_find_own
bool hf_read_notices(const hf_session *session, hf_str user_key, hf_arena *arena, hf_notices *out,
                     hf_error *err) HF_CHECKED;
void hf_write_notices(const hf_notices *notices, hf_json_writer *out);

#endif
