// SPDX-License-Identifier: Apache-2.0
//
// The program's log on standard error. Its level and form are the only state that all threads
// share.
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

static const char *const level_names[] = {"error", "warn", "info", "debug"};
static _Atomic int max_level = HF_LOG_INFO;
static _Atomic bool writes_json = false;

void hf_log_setup(hf_log_level level, bool as_json)
{
    atomic_store(&max_level, (int)level);
    atomic_store(&writes_json, as_json);
}

static void add_json_text(hf_buf *line, const char *text)
{
    hf_buf_add_byte(line, '"');
    for (; *text != 0; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            hf_buf_add_byte(line, '\\');
        if (c < 0x20 || c == 0x7F)
            hf_buf_add_format(line, "\\u%04x", c);
        else
            hf_buf_add_byte(line, (char)c);
    }
    hf_buf_add_byte(line, '"');
}

// A line break or an escape sequence in a message must not forge a second line of the log.
static void add_plain_text(hf_buf *line, const char *text)
{
    for (; *text != 0; text++)
        hf_buf_add_byte(line, (unsigned char)*text < 0x20 || *text == 0x7F ? ' ' : *text);
}

void hf_log(hf_log_level level, const char *code, const char *format, ...)
{
    if ((int)level > atomic_load(&max_level))
        return;
    char message[2048];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);

    HF_CLEANUP(hf_buf_done) hf_buf line = hf_buf_of(1 << 16);
    if (atomic_load(&writes_json)) {
        char at[32];
        hf_time_format(hf_clock_now_ms(), at);
        hf_buf_add_format(&line, "{\"at\":\"%s\",\"level\":\"%s\",\"code\":", at,
                          level_names[level]);
        add_json_text(&line, code);
        hf_buf_add_z(&line, ",\"message\":");
        add_json_text(&line, message);
        hf_buf_add_byte(&line, '}');
    } else {
        hf_buf_add_format(&line, "holdfast: %s: ", level_names[level]);
        add_plain_text(&line, message);
    }
    hf_buf_add_byte(&line, '\n');
    // One write, so that lines of two threads do not mix. A log that cannot be written stops
    // nothing.
    ssize_t written = write(STDERR_FILENO, line.ptr, line.len);
    (void)written;
}
