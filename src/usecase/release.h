// SPDX-License-Identifier: Apache-2.0
//
// What needs a second person: a simulation over all of the register for somebody who may not see all of it, which is told
// in general only (general.h); more readers for a good practice (library.h). One asks, another one with the right to
// release lets it happen or does not.
#ifndef HF_USECASE_RELEASE_H
#define HF_USECASE_RELEASE_H

#include "model/release.h"
#include "usecase/jobs.h"

#define HF_RELEASE_DAYS        14u // that a question waits
#define HF_RELEASE_WAITING_MAX 20u // of one account
#define HF_RELEASE_MIN_ASSETS  10  // unless whoever approves says otherwise; never below 5

// question  as hf_simulate_from_json reads it; it is kept with the contents of its scenario and measures
// Errors    HF_ERR_INPUT "release.reason" none is given, "release.worth" it asks for single assets; HF_ERR_CONFLICT
//           "release.too_many"; HF_ERR_PERMISSION "account.token_limited"; those of hf_simulate_from_json
bool hf_ask_release(const hf_session *session, const hf_json *question, hf_str reason,
                    hf_arena *arena, hf_release **out, hf_error *err) HF_CHECKED;
// For who asks for anything that needs a second person: fills in who, when and until when, and puts it. release: kind,
// question, title, reason and how secret it is. Errors: HF_ERR_INPUT "release.reason"; HF_ERR_CONFLICT
// "release.too_many"; HF_ERR_PERMISSION "account.token_limited"
bool hf_put_release(const hf_session *session, hf_release *release, hf_arena *arena,
                    hf_release **out, hf_error *err) HF_CHECKED;
// One's own, or all by the right to release; not what is marked higher, by its scenario or measures, than the actor is
// cleared for. Pages may be shorter for that; a limited token gets no question. Errors: HF_ERR_NOT_FOUND "record.unknown".
bool hf_read_release(const hf_session *session, hf_str key, hf_arena *arena, hf_release **out,
                     hf_error *err) HF_CHECKED;
bool hf_list_releases(const hf_session *session, hf_query *query, hf_arena *arena, hf_page *out,
                      hf_error *err) HF_CHECKED;

typedef struct {
    bool is_approved;
    hf_str note;
    int64_t min_assets; // 0 = HF_RELEASE_MIN_ASSETS
} hf_release_decision;
// What the actor may do with releases that wait for it. Who may not see all of the register may decline, not approve.
typedef struct {
    bool may_approve;
    bool may_decline;
} hf_release_rights;
// wants_approval  false: may_approve is not looked into. Cost: else that of hf_plan_take, once for a whole page
hf_release_rights hf_release_rights_of(const hf_session *session, bool wants_approval);
// Is it undecided, in time, and somebody else's?
bool hf_release_waits_for(const hf_session *session, const hf_release *release);
// Decides once. An approval queues the run for whoever asked; it is computed with the rights of whoever approved, as
// they are when it runs.
//
// jobs    who is told that there is work; NULL = nobody, then it is found by itself
// Errors  HF_ERR_PERMISSION "release.own" nobody releases for oneself, "question.restricted" the approver may not see
//         all of the register; HF_ERR_CONFLICT "release.decided", "release.expired"; HF_ERR_INPUT "field.range"
bool hf_decide_release(const hf_session *session, hf_jobs *jobs, hf_str key,
                       const hf_release_decision *decision, hf_arena *arena, hf_release **out,
                       hf_error *err) HF_CHECKED;
// Declines what an account has waiting, in the transaction that removes it: who gets the name later has not asked for it.
bool hf_end_releases(hf_tx *tx, hf_str owner, int64_t now_ms, hf_error *err) HF_CHECKED;

#endif
