// SPDX-License-Identifier: Apache-2.0
//
// How a fault travels: one value, filled once where the fault is known, handed in by the caller.
// The kind decides exit status and HTTP status from one table; the code is stable and translated by the
// user interface; the message is English, for logs and for people who run the command.
#ifndef HF_BASE_ERROR_H
#define HF_BASE_ERROR_H

#include "base/macro.h"

typedef enum {
    HF_ERR_NONE = 0,
    HF_ERR_USAGE,       // the call itself is wrong: unknown option, missing word      64 / 400
    HF_ERR_INPUT,       // the data are wrong                                          65 / 400
    HF_ERR_NOT_FOUND,   // no such file or record                                      66 / 404
    HF_ERR_UNREACHABLE, // a service does not answer                                   69 / 503
    HF_ERR_INTERNAL,    // our fault                                                   70 / 500
    HF_ERR_WRITE,       // cannot write: disk full, read-only                          73 / 507
    HF_ERR_BUSY,        // try again: another writer, a limit reached for now          75 / 503
    HF_ERR_PERMISSION,  // the actor may not                                           77 / 403
    HF_ERR_SIGN_IN,     // nobody is signed in                                         77 / 401
    HF_ERR_CONFLICT,    // exists already                                              65 / 409
    HF_ERR_STALE,       // If-Match names an older version                             75 / 412
    HF_ERR_NEED_MATCH,  // If-Match is missing                                         64 / 428
    HF_ERR_TOO_LARGE,   // over a limit of base/limits.h                               65 / 413
    HF_ERR_MEDIA_TYPE,  // body type that this door does not take                      64 / 415
    HF_ERR_METHOD,      // no such verb on this resource                               64 / 405
    HF_ERR_STOPPED,     // cancelled by its owner, or the program is ending            75 / 503
    HF_ERR_KIND_COUNT
} hf_error_kind;

typedef struct {
    hf_error_kind kind;
    const char *code;  // static text, "csv.column_missing"
    uint64_t line;     // 1-based line of the user's input, 0 if unknown
    char column[64];   // header name, or empty
    char source[256];  // file name as typed, or JSON pointer
    char message[512]; // English: what is wrong; how to mend it
} hf_error;

// Fills *err and returns false, so that a caller can write `return hf_fail(err, …)`.
// code    static text that lives as long as the program
bool hf_fail(hf_error *err, hf_error_kind kind, const char *code, const char *format, ...)
    HF_PRINTF(4, 5);

// Empty, without a write to all of its bytes: for an error of each cell or row.
static inline void hf_error_clear(hf_error *err)
{
    err->kind = HF_ERR_NONE;
    err->code = NULL;
    err->line = 0;
    err->column[0] = err->source[0] = err->message[0] = 0;
}

// Adds where it happened to an error already filled. Never overwrites a place that is already known.
// line 0 and NULL texts are left out. Returns false.
bool hf_fail_at(hf_error *err, const char *source, uint64_t line, const char *column);

// Exit status (sysexits) and HTTP status of a kind, and its short English title.
int hf_error_exit_status(hf_error_kind kind);
int hf_error_http_status(hf_error_kind kind);
const char *hf_error_title(hf_error_kind kind);

#endif
