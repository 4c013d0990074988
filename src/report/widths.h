// SPDX-License-Identifier: Apache-2.0
//
// How wide the columns of a table are, from what stands in them; for writers whose readers do not find out themselves.
// Private to report/.
#ifndef HF_REPORT_WIDTHS_H
#define HF_REPORT_WIDTHS_H

#include "report/report.h"

#define HF_TABLE_COLUMNS_MAX 16u
#define HF_HEAD_SMALLER      0.5 // points: the heads of columns than their cells

typedef struct {
    const hf_doc *doc;
    const hf_block *block;               // a table of at most HF_TABLE_COLUMNS_MAX columns
    double room;                         // points for all columns
    double pad;                          // on both sides of a cell
    double bar;                          // of a bar with its gap; 0: none is drawn
    double size;                         // out: of the letters, so that words need not break
    double width[HF_TABLE_COLUMNS_MAX];  // out
    double number[HF_TABLE_COLUMNS_MAX]; // out: of the widest number in the column
} hf_widths;

void hf_find_widths(hf_widths *widths);

#endif
