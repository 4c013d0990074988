// SPDX-License-Identifier: Apache-2.0
//
// Files: whole, mapped, piece by piece, and written so that a reader sees either the old or the new
// file. Errors everywhere: HF_ERR_NOT_FOUND "file.missing", HF_ERR_INPUT "file.unreadable",
// HF_ERR_TOO_LARGE "file.too_large", HF_ERR_WRITE "file.unwritable" and "file.disk_full"; source is
// the path as typed.
#ifndef HF_BASE_FILE_H
#define HF_BASE_FILE_H

#include "base/buf.h"
#include "base/error.h"

// The whole file, at most max_bytes. "-" is standard input.
bool hf_file_read(const char *path, uint64_t max_bytes, hf_arena *arena, hf_str *out,
                  hf_error *err) HF_CHECKED;

// A read-only view of a regular file. It must not be shortened while it is open.
typedef struct {
    hf_str bytes;
} hf_file_map;
bool hf_file_map_open(const char *path, uint64_t max_bytes, hf_file_map *out,
                      hf_error *err) HF_CHECKED;
void hf_file_map_close(hf_file_map *map); // for HF_CLEANUP

// Reading piece by piece; "-" is standard input.
typedef struct hf_file_in hf_file_in;
bool hf_file_in_open(const char *path, hf_file_in **out, hf_error *err) HF_CHECKED;
// *count = 0 at the end of the file.
bool hf_file_in_read(hf_file_in *in, void *target, size_t room, size_t *count,
                     hf_error *err) HF_CHECKED;
uint64_t hf_file_in_size(const hf_file_in *in); // bytes of a regular file, else 0
void hf_file_in_close(hf_file_in **in);

// Writing: into a new file beside the target, then fsync and rename. Closing without commit leaves
// the old file as it was. "-" writes to standard output as it goes.
typedef struct hf_file_out hf_file_out;
bool hf_file_out_open(const char *path, hf_file_out **out, hf_error *err) HF_CHECKED;
bool hf_file_out_add(hf_file_out *out, hf_str bytes, hf_error *err) HF_CHECKED;
bool hf_file_out_commit(hf_file_out *out, hf_error *err) HF_CHECKED;
void hf_file_out_close(hf_file_out **out);
// All of it at once.
bool hf_file_write(const char *path, hf_str bytes, hf_error *err) HF_CHECKED;

// Makes the directory and those above it, for the owner only (0700).
bool hf_dir_make(const char *path, hf_error *err) HF_CHECKED;
bool hf_file_exists(const char *path);
bool hf_file_is_dir(const char *path);
// "a/b.CSV" → "b.CSV"; "csv" (lower case, empty when there is none).
hf_str hf_path_name(hf_str path);
hf_str hf_path_extension(hf_arena *arena, hf_str path);
char *hf_path_join(hf_arena *arena, const char *dir, const char *name); // zero-ended

// Writes all, through interruptions. Errors: HF_ERR_WRITE.
bool hf_fd_write_all(int fd, hf_str bytes, hf_error *err) HF_CHECKED;
void hf_fd_close(int *fd); // for HF_CLEANUP; -1 does nothing
// Fails with what the system's number means for who wants to write there.
bool hf_file_fail_write(hf_error *err, const char *path, int number);
// A new or a changed name survives a power cut only when its folder is on the disk, too.
void hf_file_sync_folder(const char *path);

#endif
