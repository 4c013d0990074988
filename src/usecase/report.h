// SPDX-License-Identifier: Apache-2.0
//
// Reports: gathers what a report shows from register and engine, and has report/ write it.
#ifndef HF_USECASE_REPORT_H
#define HF_USECASE_REPORT_H

#include "report/report.h"
#include "usecase/question.h"
#include "usecase/watermark.h"

#define HF_REPORT_BYTES_MAX (64u << 20)

typedef struct {
    hf_str
        kind; // "national"; "area": the sites inside `within`; "assessment": of the key `of`; "strategy";
              // "soft-targets"
    hf_str within;               // what hf_find_area reads; empty but for "area"
    hf_str region;               // of "soft-targets": it and all inside; empty: everywhere
    hf_str of;                   // empty but for "assessment"
    hf_str against;              // of "assessment": key of the round to compare with; empty: none
    const hf_writer *writer;     // the form of the file; NULL: one HTML page
    hf_str template;             // of "assessment": text of a template (docs/guide/reports.md)
    const char *template_source; // its name, for messages; NULL: no template, every chapter
} hf_report_request;

// The writer of a name, or, where the name is empty, of a file's end; *out NULL: neither says one.
// Errors  HF_ERR_USAGE "report.format"
bool hf_find_writer(hf_str name, hf_str path, const hf_writer **out, hf_error *err) HF_CHECKED;
// "national-2026-11-29.pdf": how a report's file is called.
hf_str hf_report_file_name(const hf_session *session, const hf_report_request *request,
                           hf_arena *arena);

// Makes a report in session->lang. An event tells of it: a report takes as much out of the register as an export does.
// Cost    of "national" and "area" one ranking of all assets and twenty cascades; 200 pages of PDF about one second
// Errors  HF_ERR_PERMISSION; HF_ERR_NOT_FOUND "report.unknown"; HF_ERR_USAGE "report.area"; HF_ERR_TOO_LARGE
//         "report.too_large"; those of hf_find_area, the engine, the assessment and the writer
bool hf_make_report(const hf_session *session, const hf_report_request *request, hf_buf *out,
                    hf_error *err) HF_CHECKED;
// The same, of kind "assessment".
bool hf_make_assessment_report(const hf_session *session, const hf_report_request *request,
                               hf_buf *out, hf_error *err) HF_CHECKED;
// The same, of kind "strategy": what a nation has decided, with the library by phase (strategy_report.c).
bool hf_make_strategy_report(const hf_session *session, const hf_report_request *request,
                             hf_buf *out, hf_error *err) HF_CHECKED;

// The same, of kind "soft-targets": open places and what they lack (soft_targets_report.c).
// Errors  HF_ERR_PERMISSION "soft_targets.clearance", too
bool hf_make_soft_targets_report(const hf_session *session, const hf_report_request *request,
                                 hf_buf *out, hf_error *err) HF_CHECKED;

// For the makers of reports: writes the document in the form that the request wants.
bool hf_write_report(const hf_doc *doc, const hf_report_request *request, hf_buf *out,
                     hf_error *err) HF_CHECKED;

// And notes that it was made ("report.done").
//
// noun     of the record that it is about, of = its key; NULL: none
// mark     that the report bears
bool hf_note_report(const hf_session *session, const hf_report_request *request,
                    const hf_noun *noun, hf_str of, const hf_mark *mark, hf_error *err) HF_CHECKED;

#endif
