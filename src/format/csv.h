// SPDX-License-Identifier: Apache-2.0
//
// What the mapping wants to know about a delimited table before it reads it: its form, and its first record.
// Private to format/.
#ifndef HF_FORMAT_CSV_H
#define HF_FORMAT_CSV_H

#include "format/input.h"

// The delimiter that splits the first lines most evenly; ',' when nothing speaks for another.
char hf_csv_sniff_delimiter(hf_str head, char quote);
// Splits the first record of `head` (after `skip_lines`). Cells live in the arena or in head. False when the
// record does not end within head.
bool hf_csv_first_record(hf_str head, const hf_read_options *options, hf_arena *arena,
                         hf_str **cells, size_t *count);

// A spreadsheet takes a text that begins with = + - @, a tab or a carriage return for a formula. So such a text is
// written with an apostrophe before it, and so is one that begins with apostrophes before such a byte; reading takes one
// off again. What is exported comes back unchanged (ADR 30).
bool hf_csv_is_formula(hf_str text);
// Writing: one cell, quoted when it must be. text: shall not be run as a formula; a number is written as it is.
void hf_csv_write_cell(hf_buf *out, hf_str cell);
void hf_csv_write_text(hf_buf *out, hf_str text);

#endif
