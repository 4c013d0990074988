// SPDX-License-Identifier: Apache-2.0
//
// The frame of OpenStreetMap's PBF files, walked by the sandboxed reader before GDAL sees the file.
#include "reader/pbf.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    union {
        const uint8_t *in;
        void *out;
    } view = {.in = data}; // read only, which fmemopen cannot say
    uint64_t bytes = 0;
    hf_error err = {0};
    if (size == 0)
        return 0;
    (void)hf_pbf_block_bytes((hf_str){(const char *)data, size}, &bytes);
    FILE *file = fmemopen(view.out, size, "rb");
    HF_ASSERT(file != NULL);
    if (!hf_pbf_check(file, &err))
        HF_ASSERT(err.code != NULL);
    (void)fclose(file);
    return 0;
}
