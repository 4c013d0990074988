// SPDX-License-Identifier: Apache-2.0
//
// What a file from outside is, by its bytes, and whether it may be kept beside records: no program, no macros, no bomb,
// nothing that calls itself something else. Nothing is opened, run or unpacked to disk.
#ifndef HF_BASE_FILE_KIND_H
#define HF_BASE_FILE_KIND_H

#include "base/error.h"
#include "base/str.h"

// Is it a name, and no path, no trick of the writing direction, nothing that a system could take for something else?
// Errors  HF_ERR_INPUT "attachment.name", "attachment.name_long"
bool hf_file_name_check(hf_str name, hf_error *err) HF_CHECKED;

// The media type that readers are told; static text.
// name        its suffix says what the file wants to be
// media_type  as the sender says it; empty or application/octet-stream: not said
// Errors  HF_ERR_INPUT those of hf_file_name_check, "attachment.empty", "attachment.kind" (a kind that is not taken),
//         "attachment.mislabelled", and those of hf_file_is_harmless; HF_ERR_TOO_LARGE "attachment.too_large"
bool hf_file_kind_of(hf_str name, hf_str media_type, hf_str bytes, const char **out,
                     hf_error *err) HF_CHECKED;
// All suffixes that are taken, separated by spaces; static text.
hf_str hf_file_kinds_taken(void);

// Is a piece of content no program and does it carry no macros? whole false: only its beginning is there.
// Errors  HF_ERR_INPUT "attachment.program", "attachment.macros"
bool hf_file_is_harmless(hf_str bytes, bool whole, hf_error *err) HF_CHECKED;
// Do the bytes begin like an old office file, in which macros may lie anywhere?
bool hf_file_is_compound(hf_str bytes);

#endif
