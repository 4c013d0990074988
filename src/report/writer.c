// SPDX-License-Identifier: Apache-2.0
//
// Finds a writer by its name, or by the end of a file's.
#include "report/report.h"

const hf_writer *hf_writer_find(hf_str name)
{
    for (const hf_writer *const *at = hf_writers; *at != NULL; at++)
        if (hf_str_equal_ascii_case(name, hf_str_of((*at)->name)))
            return *at;
    return NULL;
}

const hf_writer *hf_writer_of_path(hf_str path)
{
    for (size_t i = path.len; i > 0; i--)
        if (path.ptr[i - 1] == '.')
            return hf_writer_find(hf_str_slice(path, i, path.len));
        else if (path.ptr[i - 1] == '/')
            return NULL;
    return NULL;
}
