// SPDX-License-Identifier: Apache-2.0
//
// The frame of OpenStreetMap's PBF files: blocks, each behind a head that tells its size. GDAL takes a file that ends
// inside a head for a whole one; here its blocks are walked to the end first.
#ifndef HF_READER_PBF_H
#define HF_READER_PBF_H

#include <stdio.h>

#include "base/error.h"
#include "base/str.h"

#define HF_PBF_HEAD_BYTES_MAX (64u << 10) // as the format says

// bytes of the block behind a head (a BlobHeader message: its field 3). False: the head is damaged.
bool hf_pbf_block_bytes(hf_str head, uint64_t *bytes);
// Walks the blocks from the front of the file; what is no PBF passes.
// Errors: HF_ERR_INPUT "gdal.damaged"
bool hf_pbf_check(FILE *file, hf_error *err) HF_CHECKED;

#endif
