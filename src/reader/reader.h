// SPDX-License-Identifier: Apache-2.0
//
// holdfast-gdal inside: options of one call, the sandbox, and the lines that go to the program that started it.
// Reading writes NDJSON to standard output:
//   {"table":N,"layer":"…","columns":["…"]}                  before the first row of a table
//   {"row":N,"t":N,"cells":["…"|null,…],"lon":X,"lat":Y}      or "geometry":{GeoJSON} instead of lon and lat
//   {"problem":N,"t":N,"code":"…","message":"…"}              a row that cannot be passed on
//   {"error":"…","message":"…"}                               the file cannot be read (to its end)
//   {"end":N}                                                 always last when all is well: N rows
// A stream without its last line means that the reader died.
#ifndef HF_READER_READER_H
#define HF_READER_READER_H

#include <stdio.h>

#include "base/json.h"

// What GDAL complained about since the last reset: the number of errors and the text of the first.
typedef struct {
    unsigned count;
    char first[300];
} hf_reader_complaints;

typedef struct {
    const char *path;     // of the file
    const char *name;     // as the user calls it
    const char *work_dir; // for temporary files; may be written
    const char *crs;      // when the file does not say; NULL = WGS 84
    const char *x, *y;    // columns with coordinates (tables); NULL = none
    const char *layer;    // only this one; NULL = all
    hf_reader_complaints *complaints;
} hf_reader_options;

// Locks the program in: it may read the file, its companions and GDAL's own data.
bool hf_reader_lock(const hf_reader_options *options, hf_error *err) HF_CHECKED;
// read.c and write.c. Exit status: 0 done, 65 bad input, 70 our fault, 73 cannot write.
bool hf_reader_read(const hf_reader_options *options, hf_error *err) HF_CHECKED;
// Makes a GeoPackage at `path` out of NDJSON on standard input:
//   {"table":"assets","place":true,"columns":[["key","text"],["capacity","number"],["levels","integer"]]}
//   {"cells":[…],"lon":X,"lat":Y}                             of the table named last
//   {"end":N}
bool hf_reader_write(const hf_reader_options *options, hf_error *err) HF_CHECKED;

#endif
