// SPDX-License-Identifier: Apache-2.0
//
// Files of records. A file is kept once by its content, lies where its record lies, is at least as secret, and is read
// and changed by who may read and change the record (access.h). Each reading is noted.
#ifndef HF_USECASE_ATTACHMENT_H
#define HF_USECASE_ATTACHMENT_H

#include "model/attachment.h"
#include "usecase/record.h"

typedef struct {
    const hf_noun *noun;
    hf_str record;     // key or id
    hf_str file_name;  // its suffix must be that of its content
    hf_str media_type; // as the sender says; may be empty
    hf_str title;
    int32_t marking; // HF_WORD_NONE: that of the record; never a lower one
    hf_str bytes;
} hf_attach_request;
// Errors  those of hf_file_kind_of; HF_ERR_INPUT "attachment.no_home", "attachment.less_secret"; HF_ERR_CONFLICT
//         "attachment.there" (the same bytes), "attachment.too_many"; HF_ERR_NOT_FOUND "record.unknown";
//         HF_ERR_PERMISSION
bool hf_attach(const hf_session *session, const hf_attach_request *request, hf_arena *arena,
               const hf_attachment **out, hf_error *err) HF_CHECKED;
// The files of a record, by the time of their coming.
bool hf_list_attachments(const hf_session *session, const hf_noun *noun, hf_str record,
                         hf_arena *arena, hf_page *out, hf_error *err) HF_CHECKED;
// One file with its bytes, in the arena; noted in the log.
// Errors  HF_ERR_NOT_FOUND "record.unknown", "attachment.gone"
bool hf_read_attachment(const hf_session *session, hf_str key, hf_arena *arena,
                        const hf_attachment **out, hf_str *bytes, hf_error *err) HF_CHECKED;

// --- rules, called by whoever changes records

// Before a file's record is put by a person: only title and marking are theirs.
// Errors  HF_ERR_INPUT "attachment.needs_file", "attachment.fixed", "attachment.less_secret"
bool hf_attachment_prepare(hf_tx *tx, const hf_noun *noun, const void *before, void *record,
                           hf_arena *arena, hf_error *err) HF_CHECKED;
// Once a change of a record stands in the transaction: its files follow it, and go with it.
// Errors  HF_ERR_CONFLICT "attachment.in_use": it is gone, but evidence names it; "undo.reference_gone"
bool hf_attachments_follow(hf_tx *tx, const hf_noun *noun, const void *record,
                           hf_error *err) HF_CHECKED;
// The same for whatever changed. Cost: a pass over all files' records.
bool hf_attachments_settle(hf_tx *tx, hf_error *err) HF_CHECKED;

#endif
