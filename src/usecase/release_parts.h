// SPDX-License-Identifier: Apache-2.0
//
// What the files of releases share. Private to usecase/.
#ifndef HF_USECASE_RELEASE_PARTS_H
#define HF_USECASE_RELEASE_PARTS_H

#include "usecase/release.h"

// How one kind of release differs from the others.
typedef struct {
    const char *name;
    // May this session, which has the right to release, approve it? NULL: whoever may read it may.
    bool (*may_approve)(const hf_session *session, hf_error *err);
    // What an approval does, in its transaction, before the release is stored.
    bool (*approve)(hf_tx *tx, const hf_session *session, hf_release *release, hf_arena *arena,
                    hf_error *err);
} hf_release_kind;
extern const hf_release_kind hf_release_kind_export;   // release_export.c
extern const hf_release_kind hf_release_kind_lowering; // release_lowering.c
extern const hf_release_kind hf_release_kind_practice; // share.c

// Refuses an empty reason.
bool hf_release_check_reason(hf_str reason, hf_error *err) HF_CHECKED;
// Keeps a request whose kind, question and protection are filled in: waiting, the session's own.
// Errors: HF_ERR_CONFLICT "release.too_many"
bool hf_release_keep(const hf_session *session, hf_release *release, hf_str reason, hf_arena *arena,
                     hf_release **out, hf_error *err) HF_CHECKED;
// Notes a step, with both names, reason and note.
bool hf_release_note(hf_tx *tx, const hf_session *session, const char *action,
                     const hf_release *release, hf_error *err) HF_CHECKED;
// Is whoever decides a second person beside whoever asked (release_given.c)? The local command line always is.
// Errors: HF_ERR_PERMISSION "release.given". Cost: a walk over the events of accounts and settings of the last month.
bool hf_release_check_given(const hf_session *session, hf_read *read, const hf_release *release,
                            hf_error *err) HF_CHECKED;
// An account as an actor with the rights of now. Errors: HF_ERR_PERMISSION "job.owner_gone"
bool hf_release_actor(hf_read *read, hf_str account, int64_t now_ms, hf_arena *arena, hf_actor *out,
                      hf_error *err) HF_CHECKED;
// Error HF_ERR_INPUT at a member of the request.
bool hf_release_fail(hf_error *err, const char *pointer, const char *code, const char *what);

#endif
