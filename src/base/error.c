// SPDX-License-Identifier: Apache-2.0
//
// The table of error kinds, filling an error, and the assertion that stops a wrong program.
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    int exit_status; // sysexits.h
    int http_status;
    const char *title;
} kinds[HF_ERR_KIND_COUNT] = {
    [HF_ERR_NONE] = {0, 200, "OK"},
    [HF_ERR_USAGE] = {64, 400, "Wrong call"},
    [HF_ERR_INPUT] = {65, 400, "Wrong data"},
    [HF_ERR_NOT_FOUND] = {66, 404, "Not found"},
    [HF_ERR_UNREACHABLE] = {69, 503, "A service does not answer"},
    [HF_ERR_INTERNAL] = {70, 500, "Internal error"},
    [HF_ERR_WRITE] = {73, 507, "Cannot write"},
    [HF_ERR_BUSY] = {75, 503, "Busy"},
    [HF_ERR_PERMISSION] = {77, 403, "Not allowed"},
    [HF_ERR_SIGN_IN] = {77, 401, "Sign in first"},
    [HF_ERR_CONFLICT] = {65, 409, "Exists already"},
    [HF_ERR_STALE] = {75, 412, "Changed by someone else"},
    [HF_ERR_NEED_MATCH] = {64, 428, "If-Match is missing"},
    [HF_ERR_TOO_LARGE] = {65, 413, "Too large"},
    [HF_ERR_MEDIA_TYPE] = {64, 415, "Media type not supported"},
    [HF_ERR_METHOD] = {64, 405, "Method not allowed"},
    [HF_ERR_STOPPED] = {75, 503, "Stopped"},
};

// Cuts inside a character back to its start, so that a long message stays valid UTF-8.
static void keep_whole_characters(char *text, size_t room, int wanted)
{
    if (wanted < 0 || (size_t)wanted < room)
        return;
    size_t end = strlen(text);
    size_t start = end;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (start - 1 + length > end)
        text[start - 1] = 0;
}

static void copy_text(char *target, size_t room, const char *text)
{
    keep_whole_characters(target, room, snprintf(target, room, "%s", text));
}

bool hf_fail(hf_error *err, hf_error_kind kind, const char *code, const char *format, ...)
{
    HF_ASSERT(err != NULL && kind > HF_ERR_NONE && kind < HF_ERR_KIND_COUNT);
    err->kind = kind;
    err->code = code;
    err->line = 0;
    err->column[0] = 0;
    err->source[0] = 0;
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
    keep_whole_characters(err->message, sizeof err->message, wanted);
    return false;
}

bool hf_fail_at(hf_error *err, const char *source, uint64_t line, const char *column)
{
    if (source != NULL && err->source[0] == 0)
        copy_text(err->source, sizeof err->source, source);
    if (line != 0 && err->line == 0)
        err->line = line;
    if (column != NULL && err->column[0] == 0)
        copy_text(err->column, sizeof err->column, column);
    return false;
}

int hf_error_exit_status(hf_error_kind kind)
{
    HF_ASSERT(kind < HF_ERR_KIND_COUNT);
    return kinds[kind].exit_status;
}

int hf_error_http_status(hf_error_kind kind)
{
    HF_ASSERT(kind < HF_ERR_KIND_COUNT);
    return kinds[kind].http_status;
}

const char *hf_error_title(hf_error_kind kind)
{
    HF_ASSERT(kind < HF_ERR_KIND_COUNT);
    return kinds[kind].title;
}

HF_NORETURN void hf_assert_failed(const char *expression, const char *file, int line)
{
    (void)fprintf(stderr, "holdfast: %s:%d: assertion failed: %s\n", file, line, expression);
    abort();
}
