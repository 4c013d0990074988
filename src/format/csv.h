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

// Writing: one cell, quoted when it must be. Texts that a spreadsheet would run as a formula are written as
// they are: a register must come back unchanged.
void hf_csv_write_cell(hf_buf *out, hf_str text);

#endif
