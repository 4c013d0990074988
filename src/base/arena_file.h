// SPDX-License-Identifier: Apache-2.0
//
// Arenas whose memory lies in a file without a name: for what is larger than the memory of the machine. The system
// keeps in memory what is used and writes the rest out; what is read is the same, only later. Such memory counts
// towards no limit of anonymous memory.
#ifndef HF_BASE_ARENA_FILE_H
#define HF_BASE_ARENA_FILE_H

#include "base/arena.h"
#include "base/error.h"

// folder  where the file lies; it has no name there, can be opened by nobody else, and is gone with the process
// Errors  HF_ERR_WRITE "file.unwritable"
bool hf_arena_file_open(const char *folder, hf_arena_file **out, hf_error *err) HF_CHECKED;
// An empty arena in the file. Several threads may fill arenas of one file, each its own.
hf_arena hf_arena_in_file(hf_arena_file *file);
// An empty one whose memory lies where that of `arena` does: for scratch space as large as what stays.
hf_arena hf_arena_beside(const hf_arena *arena);
// From now on it grows in memory; what it has stays where it is.
void hf_arena_leave_file(hf_arena *arena);
// All that was ever taken of the file; what arenas gave back was freed on the disk.
uint64_t hf_arena_file_bytes(const hf_arena_file *file);
// After all arenas that grow in it were ended or have left it. What they hold stays readable. For HF_CLEANUP.
void hf_arena_file_close(hf_arena_file **file);

#endif
