// SPDX-License-Identifier: Apache-2.0
//
// ZIP archives written member by member, packed as they go: spreadsheets and text documents are made of them. No
// time stands in them: equal members give equal bytes.
#ifndef HF_BASE_ZIP_H
#define HF_BASE_ZIP_H

#include "base/deflate.h"
#include "base/vec.h"

// One member, as the directory will list it.
typedef struct {
    hf_str name;
    bool is_stored;
    uint32_t crc;
    uint64_t packed_bytes, plain_bytes, offset;
} hf_zip_member;

typedef struct {
    void *context;
    bool (*take)(void *context, hf_str bytes, hf_error *err); // where the archive goes, in order
    hf_arena arena;                                           // names
    HF_VEC(hf_zip_member) members;
    uint64_t offset; // bytes handed over so far
    hf_deflater *deflater;
    hf_buf packed;
} hf_zip;

// Use: of, then open, add …, close for each member (or store), then finish; done in any case.
hf_zip hf_zip_of(void *context, bool (*take)(void *context, hf_str bytes, hf_error *err));
bool hf_zip_open(hf_zip *zip, hf_str name, hf_error *err) HF_CHECKED;
bool hf_zip_add(hf_zip *zip, hf_str bytes, hf_error *err) HF_CHECKED;
// Errors: HF_ERR_TOO_LARGE "zip.too_large": more than the 4 GB that its fields can hold
bool hf_zip_close(hf_zip *zip, hf_error *err) HF_CHECKED;
// A member as it is, not packed: what OpenDocument wants of its first one, and pictures that are packed already.
bool hf_zip_store(hf_zip *zip, hf_str name, hf_str bytes, hf_error *err) HF_CHECKED;
bool hf_zip_finish(hf_zip *zip, hf_error *err) HF_CHECKED; // the directory
void hf_zip_done(hf_zip *zip);                             // for HF_CLEANUP

#endif
