// SPDX-License-Identifier: Apache-2.0
//
// Codes of watermarks in the bytes of a file, also in the properties of a spreadsheet.
#ifndef HF_FORMAT_FORMAT_MARKS_H
#define HF_FORMAT_FORMAT_MARKS_H

#include "base/arena.h"
#include "base/str.h"

#define HF_MARK_PREFIX     "HFM-"
#define HF_MARK_CODE_BYTES 24u // with its prefix: 20 hexadecimal digits

// Is this a code and nothing else?
bool hf_is_mark(hf_str text);
// Each code once, at most `max`, in the arena. Cost: O(bytes); members of ZIP files are unpacked within bounds.
size_t hf_marks_in(hf_str bytes, hf_arena *arena, hf_str *codes, size_t max);

#endif
