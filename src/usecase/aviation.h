// SPDX-License-Identifier: Apache-2.0
//
// The aviation pack: effective implementation by audit area and critical element, programmes and screening equipment with
// their clocks, chapters of Annex 17 with what was answered, found and which programmes carry them, trials with a sheet of
// what may be told, findings of ICAO, national and own audits merged. Everything is told
// of what the reader may know of.
#ifndef HF_USECASE_AVIATION_H
#define HF_USECASE_AVIATION_H

#include "model/device.h"
#include "model/finding.h"
#include "model/programme.h"
#include "model/trial.h"
#include "usecase/assessment.h"

typedef struct {
    const hf_programme *programme;
    int64_t review_due; // HF_INTEGER_NONE: no clock
    bool is_overdue;    // approved, and the review is late
} hf_known_programme;

typedef struct {
    const hf_device *device;
    int64_t test_due;
    bool is_test_overdue; // in use, and never tested or late
    bool is_past_life;    // in use behind its end of life
} hf_known_device;

// A finding with those that are merged into it.
typedef struct {
    const hf_finding *finding;
    const hf_finding **merged;
    size_t merged_count;
    unsigned origins; // bits of hf_finding_origin, its own and those of the merged
    bool is_open, is_overdue;
} hf_merged_finding;

// Two that are likely one: another origin, the same body, area and element or a provision in common, titles alike.
typedef struct {
    const hf_finding *a, *b; // by key
    double title;            // likeness, as of offers (model/alike.h)
} hf_finding_pair;
#define HF_FINDINGS_COMPARED_MAX 2000u // beyond it no pairs are looked for

// How the programmes of a level stand that name a provision.
typedef struct {
    uint32_t in_force; // approved, and the review not late
    uint32_t late;     // approved, and the review late
    uint32_t draft;    // not approved yet
} hf_carried_by;

// One provision of which questions bear an area or an element, such as a section of Annex 17.
typedef struct {
    hf_str key, title, paragraph;
    bool is_read; // its wording, at least in part: else to be checked before it is cited
    hf_audit_score score;
    uint32_t areas, elements; // bits: what its questions bear
    uint32_t open_findings;
    hf_carried_by programmes[HF_PROGRAMME_LEVEL_COUNT];
} hf_aviation_section;

typedef struct {
    hf_str instrument, name; // its key, and in words
    hf_str paragraph;        // "chapter 4"
    hf_audit_score score;
    hf_aviation_section *sections;
    size_t section_count;
} hf_aviation_chapter;

typedef struct {
    const hf_assessment *assessment; // whose figures these are; NULL: none asks such questions
    hf_audit_score areas[HF_AUDIT_AREA_COUNT];
    hf_audit_score elements[HF_CRITICAL_ELEMENT_COUNT];
    hf_audit_score cells[HF_AUDIT_AREA_COUNT][HF_CRITICAL_ELEMENT_COUNT]; // of questions with both
    hf_aviation_chapter *chapters; // of what binds most first
    size_t chapter_count;
    uint32_t open_by_area[HF_AUDIT_AREA_COUNT]; // findings
    uint32_t open_by_element[HF_CRITICAL_ELEMENT_COUNT];
    hf_known_programme *programmes;
    size_t programme_count;
    hf_known_device *devices; // what is late or past its life first
    size_t device_count;
    const hf_trial **trials;
    size_t trial_count;
    hf_merged_finding *findings; // open ones first, then by day
    size_t finding_count;
    hf_finding_pair *pairs;
    size_t pair_count;
    bool
        pairs_left_out; // there are more than HF_FINDINGS_COMPARED_MAX findings: none was looked for
    int32_t marking;    // of the most secret record that is told of; -1: of none
} hf_aviation;

// assessment: whose figures are told; empty: of the one that began last and asks such questions.
// Errors  HF_ERR_PERMISSION; HF_ERR_NOT_FOUND "record.unknown"
bool hf_aviation_read(const hf_session *session, hf_str assessment, hf_arena *arena,
                      hf_aviation *out, hf_error *err) HF_CHECKED;
void hf_write_aviation(const hf_session *session, const hf_aviation *aviation, hf_json_writer *out);

// The part of it that is about provisions (aviation_chapters.c); findings and programmes are read before.
// figures: of out->assessment; NULL: there are none
// book: of the whole catalogue
void hf_find_aviation_chapters(const hf_provision_book *book, const hf_assessment_results *figures,
                               hf_arena *arena, hf_aviation *out);
// Is one of the questions about this provision of the book about aviation?
bool hf_is_of_aviation(const hf_provision_book *book, size_t provision);
void hf_write_aviation_chapters(const hf_aviation *aviation, hf_json_writer *out);

// What may be told of a trial, and nothing else of it: kind, year, the sheet's words.
// Errors  HF_ERR_NOT_FOUND "record.unknown"; HF_ERR_CONFLICT "trial.no_sheet"
bool hf_trial_sheet(const hf_session *session, hf_str trial, hf_arena *arena, const hf_trial **out,
                    hf_error *err) HF_CHECKED;
void hf_write_trial_sheet(const hf_trial *trial, hf_json_writer *out);

#endif
