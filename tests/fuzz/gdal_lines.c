// SPDX-License-Identifier: Apache-2.0
//
// The lines of holdfast-gdal. The reader is ours, but a hostile file may have taken it over: whatever it says, the
// program only takes rows or refuses.
#define _GNU_SOURCE // memfd_create
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "format/gdal.h"
#include "fuzz.h"

static bool table(void *context, const hf_table *given, hf_error *err)
{
    size_t *count = context;
    (void)err;
    *count = given->count;
    return true;
}

static bool row(void *context, const hf_row *given, hf_error *err)
{
    const size_t *count = context;
    size_t bytes = 0;
    (void)err;
    for (size_t i = 0; i < *count; i++)
        bytes += given->cells[i].len;
    HF_ASSERT(bytes < (1u << 30));
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_fd_close) int fd = memfd_create("lines", MFD_CLOEXEC);
    hf_error err = {0};
    size_t column_count = 0;
    bool is_ended = false;
    HF_ASSERT(fd >= 0 && hf_fd_write_all(fd, (hf_str){(const char *)data, size}, &err));
    HF_ASSERT(lseek(fd, 0, SEEK_SET) == 0);
    hf_problems problems = hf_problems_of(&arena);
    HF_CLEANUP(hf_input_close) hf_input *input = hf_input_of_bytes(HF_STR("x.gpkg"), HF_STR_EMPTY);
    hf_row_sink sink = {&column_count, table, row, &problems, 0};
    if (!hf_gdal_take_lines(input, &sink, fd, &is_ended, &err))
        HF_ASSERT(err.code != NULL);
    return 0;
}
