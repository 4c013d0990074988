// SPDX-License-Identifier: Apache-2.0
//
// A file that is not there yet: written for its owner alone under a name of its own, read back, and only when it is whole
// given its name, over nothing that is there. For what must never be half there, never overwrite and never be read by
// others: backups, restored stores, keys. What may replace a file is written by hf_file_out (file.h).
#ifndef HF_BASE_NEW_FILE_H
#define HF_BASE_NEW_FILE_H

#include "base/file.h"

// Where the pieces of a file go, each to its offset; what no piece covers is zero.
typedef struct {
    void *context;
    bool (*put)(void *context, uint64_t offset, hf_str bytes, hf_error *err);
} hf_pieces;

typedef struct {
    int fd;          // -1: closed
    char path[4096]; // as it will be called
    char part[4104]; // as it is called until then: PATH.part
} hf_new_file;

// What a killed process left under the name PATH.part is begun anew.
// Errors  HF_ERR_CONFLICT "file.exists"; HF_ERR_BUSY "file.in_use" (another process writes PATH.part now);
//         HF_ERR_WRITE "file.unwritable" and "file.disk_full"
bool hf_new_file_open(const char *path, hf_new_file *out, hf_error *err) HF_CHECKED;
bool hf_new_file_put(hf_new_file *file, uint64_t offset, hf_str bytes, hf_error *err) HF_CHECKED;
hf_pieces hf_new_file_pieces(hf_new_file *file); // puts them into the file
// From *offset on, which moves. *count = 0 at the end.
bool hf_new_file_read(hf_new_file *file, uint64_t *offset, void *target, size_t room, size_t *count,
                      hf_error *err) HF_CHECKED;
bool hf_new_file_sync(hf_new_file *file, hf_error *err) HF_CHECKED; // on the disk now
// Syncs and gives it its name. Errors: also HF_ERR_CONFLICT "file.exists", if somebody was faster
bool hf_new_file_commit(hf_new_file *file, hf_error *err) HF_CHECKED;
// For HF_CLEANUP: without a commit nothing is left.
void hf_new_file_close(hf_new_file *file);

#endif
