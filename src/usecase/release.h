// SPDX-License-Identifier: Apache-2.0
//
// What needs a second person: a simulation over all of the register for somebody who may not see all of it, told in
// general only (general.h); records that leave in bulk; lowering of markings; more readers for a good practice (library.h).
// One asks, another one with the right to
// release lets it happen or does not.
#ifndef HF_USECASE_RELEASE_H
#define HF_USECASE_RELEASE_H

#include "model/release.h"
#include "usecase/jobs.h"

#define HF_RELEASE_DAYS     14u // that a question waits
#define HF_RELEASE_USE_DAYS 3u  // that an approved export can be fetched
#define HF_RELEASE_GIVEN_DAYS                                                                      \
    30u // so long before it is asked, what the asker did with the approver's account counts
#define HF_RELEASE_WAITING_MAX 20u // of one account
#define HF_RELEASE_MIN_ASSETS  10  // unless whoever approves says otherwise; never below 5

// question  as hf_simulate_from_json reads it; it is kept with the contents of its scenario and measures
// Errors    HF_ERR_INPUT "release.reason" none is given, "release.worth" it asks for single assets, "release.both_restarts"
//           for the other restart rule; HF_ERR_CONFLICT "release.too_many"; HF_ERR_PERMISSION "account.token_limited"; those of hf_simulate_from_json
bool hf_ask_release(const hf_session *session, const hf_json *question, hf_str reason,
                    hf_arena *arena, hf_release **out, hf_error *err) HF_CHECKED;
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
// What the actor may do with releases that wait: a run over all of the register is approved only by who may see all of
// it; nobody decides on what is one's own, or approves by a right that the asker gave.
typedef struct {
    bool may_approve;
    bool may_decline;
} hf_release_rights;
// Cost: of a run that waits that of hf_plan_take, once for a data version
hf_release_rights hf_release_rights_of(const hf_session *session, const hf_release *release);
// Decides once. An approval queues the run for whoever asked, computed with the rights of whoever approved as they are
// when it runs; lets whoever asked fetch the export, once; lowers the markings at once.
//
// jobs    who is told that there is work; NULL = nobody, then it is found by itself
// Errors  HF_ERR_PERMISSION "release.own" nobody releases for oneself, "release.given" one of the two
//         holds the other (release_given.c), "account.token_limited" an approval by a limited token,
//         "question.restricted" the approver may not see all of the register, "job.owner_gone"; HF_ERR_CONFLICT
//         "release.decided", "release.expired", "release.changed" records whose marking is to be lowered;
//         HF_ERR_INPUT "field.range"
bool hf_decide_release(const hf_session *session, hf_jobs *jobs, hf_str key,
                       const hf_release_decision *decision, hf_arena *arena, hf_release **out,
                       hf_error *err) HF_CHECKED;
// Declines what an account has waiting, or let out and not fetched, in the transaction that removes it: who gets the name
// later has not asked for it.
bool hf_end_releases(hf_tx *tx, hf_str owner, int64_t now_ms, hf_error *err) HF_CHECKED;

// --- records that leave in bulk (release_export.c)

// Asks that exactly these records may leave as a file in this format. request: its output is not used.
// Errors: HF_ERR_INPUT "release.reason"; HF_ERR_CONFLICT "release.too_many"; those of hf_export
bool hf_ask_export(const hf_session *session, const hf_export_request *request, hf_str reason,
                   hf_arena *arena, hf_release **out, hf_error *err) HF_CHECKED;
// What an approved release lets its owner fetch: fill in output and progress, then hf_export, which uses it up.
// Errors: HF_ERR_NOT_FOUND "record.unknown"; HF_ERR_PERMISSION "release.not_yours", "account.token_limited";
// HF_ERR_CONFLICT "release.not_approved", "release.used", "release.expired"
bool hf_take_export(const hf_session *session, hf_str key, hf_arena *arena, hf_export_request *out,
                    hf_error *err) HF_CHECKED;
// May the session's actor fetch it now?
bool hf_release_is_ready(const hf_session *session, const hf_release *release);
// Uses it up, in the transaction that notes the export. Errors: HF_ERR_CONFLICT "release.used"
bool hf_release_use(hf_tx *tx, const hf_session *session, const hf_release *taken, hf_arena *arena,
                    hf_error *err) HF_CHECKED;

// --- lowering of markings (release_lowering.c)

#define HF_LOWERING_RECORDS_MAX 2000u

// Asks that the marking or compartments of all records that the query finds become those of the patch.
// patch   these two fields only
// Errors  HF_ERR_INPUT "release.reason", "release.only_marking"; HF_ERR_CONFLICT "release.nothing" it would lower none;
//         HF_ERR_TOO_LARGE "edit.too_many"; "edit.one_by_one"; HF_ERR_PERMISSION "share.second_person" a practice; those
//         of hf_edit_records
bool hf_ask_lowering(const hf_session *session, const hf_query *query, const hf_patch *patch,
                     hf_str reason, hf_arena *arena, hf_release **out, hf_error *err) HF_CHECKED;
// May the record's protection become that without a second person? Asked by whatever changes records.
// before, after  heads of whole records; either may be NULL
// Errors         HF_ERR_PERMISSION "marking.two_persons"
bool hf_may_lower(const hf_session *session, hf_read *read, const hf_noun *noun, const void *before,
                  const void *after, hf_error *err) HF_CHECKED;

#endif
