// SPDX-License-Identifier: Apache-2.0
//
// Technical assistance: which offers fit which needs and why, which needs nobody can meet and which offers nobody
// needs, offers written down twice, and what projects changed, measured again by a later round. Needs, offers and
// projects themselves are records like any others. Everything is told of what the reader may know of, and of no more.
#ifndef HF_USECASE_ASSISTANCE_H
#define HF_USECASE_ASSISTANCE_H

#include "model/alike.h"
#include "model/match.h"
#include "usecase/assessment.h"

// --- matching (assistance.c) -------------------------------------------------------------------------------

// A provision that a need is to close the gap of, as its assessment scores it.
typedef struct {
    hf_str provision, title;
    double score; // NaN: none
    double value; // of the gap
} hf_need_gap;

typedef struct {
    const hf_offer *offer;
    uint32_t kinds; // hf_offer_kinds
    uint32_t used;  // open projects
    uint32_t needs; // open ones that it fits
} hf_known_offer;

typedef struct {
    const hf_known_offer *known;
    hf_match match;
} hf_matched_offer;

typedef struct {
    const hf_assistance_need *need;
    hf_need_gap *gaps;
    size_t gap_count;
    hf_matched_offer *offers; // those that fit, the best first
    size_t offer_count;
} hf_matched_need;

typedef struct {
    const hf_project *project;
    double progress; // hf_project_progress
    // Score of the need's provisions in its round and in the one that measures again, over what both rated; while that is
    // nothing, before is what the first round says alone. NaN: none.
    double before, after;
    // Marking and compartments of all that is told of here, the round that measures again too.
    hf_head protection;
} hf_measured_project;

typedef struct {
    hf_matched_need
        *needs; // open ones first, the most urgent first, then the earliest, then by key
    size_t need_count;
    hf_known_offer *offers;
    size_t offer_count;
    hf_measured_project *projects;
    size_t project_count;
} hf_assistance;

typedef struct {
    hf_str need;       // only this one; empty: all that are open
    hf_str assessment; // only those of this one, met ones too; empty: of all
} hf_assistance_request;

// Cost    O(needs · offers), and for each need the answers to its provisions, once more where a later round measures it
// Errors  HF_ERR_PERMISSION; HF_ERR_NOT_FOUND "record.unknown": the need or the assessment
bool hf_assistance_read(const hf_session *session, const hf_assistance_request *request,
                        hf_arena *arena, hf_assistance *out, hf_error *err) HF_CHECKED;
// Has it no offer that fits, though it is open?
bool hf_need_is_uncovered(const hf_matched_need *need);
// Can it be asked for, though no open need asks for it?
bool hf_offer_is_unneeded(const hf_known_offer *offer);

// --- likeness (assistance_pairs.c) ---------------------------------------------------------------------------

typedef struct {
    const hf_offer *a, *b; // by key
    hf_likeness likeness;
} hf_offer_pair;

// Pairs of offers that are likely one, the most alike first; at most HF_OFFER_PAIRS_MAX.
// Errors  HF_ERR_PERMISSION; HF_ERR_TOO_LARGE "assistance.too_many": more than HF_OFFERS_COMPARED_MAX
bool hf_offer_pairs(const hf_session *session, hf_arena *arena, hf_offer_pair **out, size_t *count,
                    hf_error *err) HF_CHECKED;

// --- from a gap to a need (assistance_pairs.c) -----------------------------------------------------------------

// The need that would close a gap, but for the kind of assistance, which a person must say. Lives in the arena.
const hf_assistance_need *hf_need_for_gap(const hf_assessment_results *results, size_t gap,
                                          hf_arena *arena);
// Stores them, all or none; of each gap one, for the next number is that of the results. kind: index into
// hf_assistance_words.
bool hf_confirm_needs(const hf_session *session, const hf_assistance_need *const *proposals,
                      size_t count, int32_t kind, hf_arena *arena, hf_error *err) HF_CHECKED;

// --- JSON (assistance_json.c) ----------------------------------------------------------------------------------

// top  offers told of each need
void hf_write_assistance(const hf_session *session, const hf_assistance *assistance, size_t top,
                         hf_json_writer *out);
void hf_write_offer_pairs(const hf_offer_pair *pairs, size_t count, hf_json_writer *out);

#endif
