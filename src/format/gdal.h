// SPDX-License-Identifier: Apache-2.0
//
// The door to holdfast-gdal: starts it for one file and takes its rows. Private to format/.
#ifndef HF_FORMAT_GDAL_H
#define HF_FORMAT_GDAL_H

#include "format/input.h"

// Reads any file that GDAL knows. Errors: HF_ERR_INPUT "gdal.*", "file.*"; HF_ERR_INTERNAL "gdal.no_reader"
// when the program is not installed; HF_ERR_INPUT "gdal.died" when it ended before its last line.
bool hf_gdal_read(hf_input *input, const hf_read_options *options, hf_row_sink *sink,
                  hf_error *err) HF_CHECKED;

// Passes the lines of its output on as tables and rows until fd ends. *is_ended: the last line was there, so all has
// come. Errors: HF_ERR_INPUT "gdal.*", "file.*" as the reader says; HF_ERR_INTERNAL "gdal.protocol"
bool hf_gdal_take_lines(hf_input *input, hf_row_sink *sink, int fd, bool *is_ended,
                        hf_error *err) HF_CHECKED;
// Where the program lies; NULL when it is not there. In the arena.
const char *hf_gdal_program(hf_arena *arena);

// A running holdfast-gdal: a place for its temporary files and one pipe.
typedef struct {
    hf_arena arena;
    const char *work_dir;
    int pid;
    int fd; // read end of its output, or write end of its input
} hf_gdal_process;

// Makes the place for temporary files, empty.
bool hf_gdal_prepare(hf_gdal_process *process, hf_error *err) HF_CHECKED;
// Starts it; words are NULL-ended, without the program's name. takes_input: fd writes to it, its output is the
// caller's error stream; else fd reads from it.
bool hf_gdal_start(hf_gdal_process *process, const char *const *words, bool takes_input,
                   hf_error *err) HF_CHECKED;
// Closes the pipe, waits, and gives the exit status (128 + signal when it was killed).
int hf_gdal_wait(hf_gdal_process *process);
// Ends it when it still runs and removes its temporary files. For HF_CLEANUP.
void hf_gdal_done(hf_gdal_process *process);

#endif
