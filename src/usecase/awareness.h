// SPDX-License-Identifier: Apache-2.0
//
// Awareness bulletins: what there is to read for whoever asks, the receipt of who has read one, and how many of those whom
// it is for have read it, by organisation. Bulletins themselves are records like any others.
#ifndef HF_USECASE_AWARENESS_H
#define HF_USECASE_AWARENESS_H

#include "model/bulletin.h"
#include "model/receipt.h"
#include "usecase/record.h"

// People of one organisation who are to read a bulletin: active accounts of people that are cleared for it.
typedef struct {
    hf_str organisation, name; // empty: accounts of none
    uint32_t accounts, read;
} hf_awareness_group;

typedef struct {
    const hf_bulletin *bulletin;
    bool is_for_me;
    int64_t read_at;            // by whoever asks; HF_INTEGER_NONE: not yet
    bool is_overdue;            // the day by which it is to be read has passed
    hf_awareness_group *groups; // by name; those that nobody has read it in too
    size_t group_count;
    uint32_t accounts, read;
} hf_known_bulletin;

typedef struct {
    hf_known_bulletin *bulletins; // the newest first
    size_t count;
    bool has_coverage; // told to who assesses everywhere: it says who has accounts
    int32_t marking;   // of the most secret one; -1: of none
} hf_awareness;

// Issued ones; drafts and withdrawn ones only to who may write them. bulletin: only this one; empty: all.
// Cost: O(bulletins · accounts). Errors: HF_ERR_PERMISSION; HF_ERR_NOT_FOUND "record.unknown"
bool hf_awareness_read(const hf_session *session, hf_str bulletin, hf_arena *arena,
                       hf_awareness *out, hf_error *err) HF_CHECKED;
void hf_write_awareness(const hf_session *session, const hf_awareness *awareness,
                        hf_json_writer *out);

// Whoever asks says to have read it; said once, it stays.
// Errors  HF_ERR_NOT_FOUND "record.unknown"; HF_ERR_CONFLICT "bulletin.not_issued"
bool hf_confirm_bulletin(const hf_session *session, hf_str bulletin, hf_arena *arena,
                         hf_receipt **out, hf_error *err) HF_CHECKED;

// Called before a person puts a bulletin: what was issued stays as it was read. before NULL: it is new.
// Errors  HF_ERR_CONFLICT "bulletin.issued"
bool hf_bulletin_prepare(const hf_session *session, const hf_bulletin *before, hf_bulletin *record,
                         hf_error *err) HF_CHECKED;
// Called once a change of a bulletin stands in the transaction: receipts are as secret as it is.
bool hf_bulletin_follow(hf_tx *tx, hf_str key, hf_error *err) HF_CHECKED;

#endif
