// SPDX-License-Identifier: Apache-2.0
//
// The library of good practice: found by words in every language and script, by phase, sector, provision and form; adopted,
// which makes a measure or an action of the strategy that refers back to it; shared with more readers, which takes a check
// and a second person. Practices themselves are records like any others. Everything is told of what the reader may know of.
#ifndef HF_USECASE_LIBRARY_H
#define HF_USECASE_LIBRARY_H

#include "model/action.h"
#include "model/measure.h"
#include "model/practice.h"
#include "model/release.h"
#include "usecase/record.h"

// --- finding (library.c) ---------------------------------------------------------------------------------

typedef struct {
    hf_str text;   // words; empty: all
    int32_t form;  // hf_practice's words; HF_WORD_NONE: any
    int32_t phase; // hf_phase; HF_WORD_NONE: any
    hf_str sector; // reaches it; empty: any
    hf_str provision;
} hf_library_request;

typedef struct {
    const hf_practice *practice;
    uint32_t measures, actions; // that were adopted from it
    bool is_follow_up_overdue;
} hf_library_item;

typedef struct {
    hf_library_item *items; // by how well the words fit; without words by key
    size_t count;
    // Of all that fit but for the phase, so that a phase with nothing in it is seen.
    uint32_t by_phase[HF_PHASE_COUNT];
    uint32_t without_phase;
    int32_t marking; // of the most secret record that is told of; -1: of none
} hf_library;

// What was retired is told of only by its record. Cost: O(practices + measures + actions).
// Errors  HF_ERR_PERMISSION
bool hf_library_read(const hf_session *session, const hf_library_request *request, hf_arena *arena,
                     hf_library *out, hf_error *err) HF_CHECKED;
void hf_write_library(const hf_session *session, const hf_library *library, hf_json_writer *out);

// --- adopting (library_adopt.c) --------------------------------------------------------------------------

typedef struct {
    hf_str practice;
    hf_str objective; // of the action; empty: a measure is made
    hf_str title;     // empty: the practice's
} hf_adoption;
// The new record, as secret as the practice. noun: of which kind it is.
// Errors  HF_ERR_NOT_FOUND "record.unknown"; HF_ERR_INPUT "reference.unknown": the objective; those of hf_add_record
bool hf_adopt_practice(const hf_session *session, const hf_adoption *wanted, hf_arena *arena,
                       const hf_noun **noun, void **out, hf_error *err) HF_CHECKED;

// --- sharing (share.c) -----------------------------------------------------------------------------------

typedef enum {
    HF_SHARE_COMPARTMENT, // a compartment would keep them out whatever the marking says
    HF_SHARE_SITE, // it names a site that is more secret than what is asked for, or in a compartment
    HF_SHARE_ADDRESS, // it holds an address of somebody
    HF_SHARE_PLACE    // it holds what looks like coordinates
} hf_share_code;
extern const char *const hf_share_words[]; // "compartment" … "place", NULL-ended
typedef struct {
    hf_share_code code;
    hf_str what;  // as it stands there
    bool is_stop; // it may not be asked for until this is out
} hf_share_finding;

// What a practice would give away to the readers of a marking. All sites of the register are looked up, whether the
// session may know of them or not: so whoever asks is told that a word is in the way, and not which site it is of.
bool hf_share_check(const hf_session *session, hf_read *read, const hf_practice *practice,
                    int32_t marking, hf_arena *arena, hf_share_finding **out, size_t *count,
                    hf_error *err) HF_CHECKED;

typedef struct {
    hf_str practice;
    int32_t marking; // lower than it is
    hf_str reason;
} hf_share_wish;
// Asks a second person to lower the marking (release.h).
// Errors  HF_ERR_INPUT "release.reason", "share.not_lower"; "release.too_large"; HF_ERR_CONFLICT "share.stop", "release.too_many";
//         HF_ERR_NOT_FOUND; HF_ERR_PERMISSION
bool hf_ask_share(const hf_session *session, const hf_share_wish *wish, hf_arena *arena,
                  hf_release **out, hf_error *err) HF_CHECKED;
// An approval does what was asked for: the check is made again, on what stands then.
// Errors of hf_decide_release: HF_ERR_CONFLICT "share.changed": it is another version than the one that was asked about;
// "share.stop"
// Called before a person puts a practice: nobody lowers its marking or takes it out of a compartment alone.
// before NULL: it is new. Errors: HF_ERR_PERMISSION "share.second_person"
bool hf_share_keep(const hf_session *session, const hf_practice *before, const hf_practice *record,
                   hf_error *err) HF_CHECKED;

#endif
