// SPDX-License-Identifier: Apache-2.0
//
// How readers see an input: a window of bytes that grows on demand and is given back from its front. Files,
// pipes, gzip and memory look the same. Private to format/.
#ifndef HF_FORMAT_INPUT_H
#define HF_FORMAT_INPUT_H

#include "format/format.h"

// The bytes not yet taken. Grows them until at least `want` are there or the input ends. The view is valid
// until the next call. *at_end: nothing comes after the window.
// Errors: HF_ERR_INPUT "file.unreadable", "file.too_large", "file.gzip_*"; HF_ERR_TOO_LARGE "file.record_too_long"
// when `want` is above the limit `max`.
bool hf_input_window(hf_input *input, size_t want, size_t max, hf_str *window, bool *at_end,
                     hf_error *err) HF_CHECKED;
// Gives back `count` bytes from the front of the window.
void hf_input_take(hf_input *input, size_t count);
// Everything that is left, in one piece of at most `max` bytes.
bool hf_input_rest(hf_input *input, size_t max, hf_str *out, hf_error *err) HF_CHECKED;
// Checks that `text` is UTF-8 without NUL and, if not, fails with the line. `first_line` is the number of
// text's first line.
bool hf_input_check_text(const hf_input *input, hf_str text, uint64_t first_line,
                         hf_error *err) HF_CHECKED;
// The same without a verdict: offset of the first bad byte, text.len when there is none. A sequence cut off
// at the end counts as good when `cut_is_fine`. *is_nul says why.
size_t hf_text_bad_byte(hf_str text, bool cut_is_fine, bool *is_nul);

// From here on the bytes are taken for Windows-1252 (a superset of Latin-1) and delivered as UTF-8. What stands
// in the window already is turned too. Only for text formats.
void hf_input_set_western(hf_input *input);

const char *hf_input_path(const hf_input *input);      // NULL for bytes in memory
const char *hf_input_directory(const hf_input *input); // NULL = no look-up files
bool hf_input_is_packed(const hf_input *input);        // came through gzip
// Marks the whole file as read although another program read it.
void hf_input_read_elsewhere(hf_input *input);
// Name without folders and without its last ending ("/x/case14.m" → "case14"; "a.csv.gz" → "a").
hf_str hf_file_stem(hf_str name);
hf_str hf_file_base(hf_str name); // "/x/case14.m" → "case14.m"
bool hf_name_ends(hf_str name,
                  const char *ending); // ASCII case ignored; ".gz" at the end ignored too

#endif
