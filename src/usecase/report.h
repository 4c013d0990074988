// SPDX-License-Identifier: Apache-2.0
//
// Reports: gathers what a report shows from register and engine, and has report/ write it.
#ifndef HF_USECASE_REPORT_H
#define HF_USECASE_REPORT_H

#include "usecase/question.h"
#include "usecase/watermark.h"

#define HF_REPORT_BYTES_MAX (64u << 20)

// Writes a report as one HTML page in session->lang: "national", or "area" for the sites inside `within` (what
// hf_find_area reads; empty for "national").
// An event tells of it: a report takes as much out of the register as an export does.
// Cost    one ranking of all assets and twenty cascades
// Errors  HF_ERR_PERMISSION; HF_ERR_NOT_FOUND "report.unknown"; HF_ERR_USAGE "report.area"; those of
//         hf_find_area and the engine
bool hf_make_report(const hf_session *session, hf_str kind, hf_str within, hf_buf *html,
                    hf_error *err) HF_CHECKED;

// For the makers of reports: notes that one was made ("report.done").
//
// noun     of the record that it is about, of = its key; NULL: `of` is the area, or empty
// against  key of the record that it is compared with; empty: none
// mark     that the report bears
bool hf_note_report(const hf_session *session, const char *kind, const hf_noun *noun, hf_str of,
                    hf_str against, const hf_mark *mark, hf_error *err) HF_CHECKED;

#endif
