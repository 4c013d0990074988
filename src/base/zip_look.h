// SPDX-License-Identifier: Apache-2.0
//
// A look into a ZIP archive, and into those inside it, without writing anything to disk: every entry is unpacked piece
// by piece and judged, within the bounds of base/limits.h.
#ifndef HF_BASE_ZIP_LOOK_H
#define HF_BASE_ZIP_LOOK_H

#include "base/error.h"
#include "base/str.h"

typedef struct {
    bool is_word, is_sheet, is_slides; // Office Open XML
    char mimetype[100];                // of an OpenDocument file, else empty
    uint32_t entries;                  // with those of the archives inside
    uint64_t unpacked_bytes;
} hf_zip_facts;

bool hf_is_zip(hf_str bytes);
// Errors  HF_ERR_INPUT "attachment.archive" (broken, locked with a password, entries that lie about themselves),
//         "attachment.bomb" (ratio, size, depth, number of entries, entries that overlap), and those of
//         hf_file_is_harmless for what is inside
// Cost    one pass over the unpacked bytes; memory for one archive inside another
bool hf_zip_look(hf_str bytes, hf_zip_facts *out, hf_error *err) HF_CHECKED;

#endif
