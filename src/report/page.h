// SPDX-License-Identifier: Apache-2.0
//
// Inside report/: what all reports build their document from. Words from the catalogues, notes where figures come
// from, cells and tables.
#ifndef HF_REPORT_PAGE_H
#define HF_REPORT_PAGE_H

#include "report/report.h"

typedef struct {
    hf_doc *doc;
    hf_lang lang;
    hf_str snapshot; // digest that notes name
    hf_arena *arena;
} hf_report_page;

// Begins a document with its head. title, subtitle: keys of messages; title NULL: it has one of its own.
hf_report_page hf_page_begin(const hf_report_head *head, const char *title, const char *subtitle,
                             hf_arena *arena, hf_doc *out);
hf_str hf_page_word(const hf_report_page *p, const char *key);
hf_str hf_page_phrase(const hf_report_page *p, const char *key, const hf_message_value *values,
                      size_t count);
// Notes where figures come from: which records, by which rule, of which snapshot. Returns the note's number. The
// message takes {n} and {snapshot}.
uint32_t hf_page_derive(const hf_report_page *p, const char *key, double records);
void hf_page_add(const hf_report_page *p, hf_block block);
void hf_page_heading(const hf_report_page *p, const char *key);
void hf_page_paragraph(const hf_report_page *p, const char *key);

hf_cell hf_cell_number(double value);
hf_cell hf_cell_decimal(double value, int decimals); // -1: as many as it has
hf_cell hf_cell_share(double value, double most);    // with a bar
hf_cell hf_cell_percent(double share); // a share of 1 with a bar, a dash where there is none
hf_cell hf_cell_text(hf_str value);
hf_cell hf_cell_code(hf_str value); // a key

typedef struct {
    const char *column; // message key
    bool is_number;
} hf_page_column;
// What stands in the margin of each page beside the marking: compartments, the title where it is wanted, who it was made
// for. The writers of pages share it.
hf_str hf_doc_margin(const hf_doc *doc, bool has_title, hf_arena *arena);

void hf_page_table(const hf_report_page *p, const char *caption, uint32_t derivation,
                   const hf_page_column *columns, size_t column_count, const hf_cell *cells,
                   size_t row_count);

// assessment_rounds.c: the chapter that compares two rounds
void hf_page_rounds(const hf_report_page *p, const hf_report_rounds *rounds);

#endif
