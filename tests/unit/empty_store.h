// SPDX-License-Identifier: Apache-2.0
//
// An empty store for each test as a copy of the first one of the program: to make its tables again and again takes most
// of the time of a test under the sanitizers, to write their bytes almost none. How a store is made is tested by those
// who open one themselves.
#ifndef HF_TEST_EMPTY_STORE_H
#define HF_TEST_EMPTY_STORE_H

#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "store/store.h"

static inline bool write_new(const char *path, hf_str bytes)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_written = file >= 0;
    for (size_t done = 0; is_written && done < bytes.len;) {
        ssize_t n = write(file, bytes.ptr + done, bytes.len - done);
        is_written = n > 0;
        done += is_written ? (size_t)n : 0;
    }
    return file >= 0 && close(file) == 0 && is_written;
}

// Puts an empty store where no file is yet.
static inline bool put_empty_store(const char *path, hf_error *err)
{
    static hf_arena memory;
    static hf_str image;
    hf_store *store = NULL;
    if (image.len > 0)
        return write_new(path, image);
    const hf_store_options options = {.url = path, .create = true};
    if (!hf_store_open(&options, &store, err))
        return false;
    hf_store_close(&store);
    return hf_file_read(path, (uint64_t)1 << 26, &memory, &image, err);
}

#endif
