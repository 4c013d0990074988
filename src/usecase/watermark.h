// SPDX-License-Identifier: Apache-2.0
//
// For whom a file was made. What leaves (exports, reports) names its reader in words, with a code that stands in the log;
// and the records of an export lie in an order that is its reader's own, so that rows without the words still tell (ADR
// 30). Both change no fact: by key they are in the usual order again.
#ifndef HF_USECASE_WATERMARK_H
#define HF_USECASE_WATERMARK_H

#include "format/format.h"
#include "format/format_marks.h"
#include "usecase/record.h"

typedef struct {
    uint8_t bytes[32];
} hf_mark_key; // of this instance; never leaves the store

typedef struct {
    char code[HF_MARK_CODE_BYTES + 1]; // "HFM-…", of this file alone
    hf_str text;                       // "Made for nora at …, mark HFM-…"
    hf_str brief;                      // "nora HFM-…"
    hf_str words;                      // as text, in the session's language
    hf_mark_key key;
} hf_mark;

// The mark of a file that is being made for the session's actor. Whoever makes it notes the code as "mark" in the detail
// of the event that tells of the file. Makes the instance's key the first time: outside of transactions.
bool hf_mark_make(const hf_session *session, hf_arena *arena, hf_mark *out,
                  hf_error *err) HF_CHECKED;

#define HF_KEYED_BLOCK 8u // records that change places with each other

// Records of a source in the order of a reader.
typedef struct {
    hf_record_source inner;
    const hf_mark_key *key;
    hf_str reader;
    hf_arena block, next; // of the records at hand; of the first of the next block
    struct {
        const void *record;
        uint64_t place;
    } items[HF_KEYED_BLOCK];
    size_t count, at;
    const hf_noun *noun, *next_noun;
    const void *next_record;
    bool is_over;
} hf_keyed_order;
// reader  lives as long; mark too
hf_record_source hf_keyed_order_of(hf_keyed_order *order, const hf_mark *mark, hf_str reader,
                                   hf_record_source inner);
void hf_keyed_order_done(hf_keyed_order *order); // for HF_CLEANUP

#define HF_MARKS_TOLD_MAX 64u
// Fewer pairs tell nothing for sure, and a match by chance must be rarer than one in a million.
#define HF_ORDER_PAIRS_MIN 26u
#define HF_ORDER_SIGMA_MIN 5.0

typedef struct {
    struct {
        hf_str code;
        bool is_known; // to the log of this instance
        hf_str actor;  // for whom
        hf_str action; // "export.done", "report.done"
        int64_t at_ms, event;
    } marks[HF_MARKS_TOLD_MAX];
    size_t mark_count;
    hf_str order_of;   // the account in whose order the rows lie; empty: nobody's
    uint64_t pairs;    // neighbours that stand against the order of their keys
    uint64_t agreeing; // of them in that account's order
    double sigma;      // how far from chance
} hf_mark_report;
// Looks for both in a file that was found. For whoever has the right to the log.
// path  a file, or a code as it stands on a page
// noun  whose records its rows are; NULL = guessed
// Errors: HF_ERR_NOT_FOUND "file.not_found"; those of the store
bool hf_find_marks(const hf_session *session, const char *path, const hf_noun *noun,
                   hf_arena *arena, hf_mark_report *out, hf_error *err) HF_CHECKED;
void hf_write_marks(const hf_mark_report *report, hf_json_writer *out);

#endif
