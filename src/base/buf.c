// SPDX-License-Identifier: Apache-2.0
//
// The growing buffer with a maximum.
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

hf_buf hf_buf_of(size_t max_bytes)
{
    return (hf_buf){.max_bytes = max_bytes};
}

void hf_buf_done(hf_buf *buf)
{
    free(buf->ptr);
    *buf = (hf_buf){.max_bytes = buf->max_bytes};
}

void hf_buf_clear(hf_buf *buf)
{
    buf->len = 0;
    buf->overflow = false;
}

char *hf_buf_reserve(hf_buf *buf, size_t count)
{
    if (buf->overflow || count > buf->max_bytes - buf->len) {
        buf->overflow = true;
        return NULL;
    }
    size_t needed = buf->len + count;
    if (needed > buf->capacity || buf->ptr == NULL) {
        size_t capacity = buf->capacity < 64 ? 64 : buf->capacity;
        while (capacity < needed)
            capacity += capacity / 2 + 32;
        if (capacity > buf->max_bytes && needed <= buf->max_bytes)
            capacity = buf->max_bytes > 0 ? buf->max_bytes : 1;
        char *ptr = realloc(buf->ptr, capacity);
        if (ptr == NULL) {
            (void)fprintf(stderr, "holdfast: out of memory (%zu bytes wanted)\n", capacity);
            abort();
        }
        buf->ptr = ptr;
        buf->capacity = capacity;
    }
    return buf->ptr + buf->len;
}

void hf_buf_add(hf_buf *buf, const void *bytes, size_t count)
{
    if (count == 0)
        return;
    char *room = hf_buf_reserve(buf, count);
    if (room == NULL)
        return;
    memcpy(room, bytes, count);
    buf->len += count;
}

void hf_buf_add_str(hf_buf *buf, hf_str text)
{
    hf_buf_add(buf, text.ptr, text.len);
}

void hf_buf_add_z(hf_buf *buf, const char *text)
{
    hf_buf_add(buf, text, strlen(text));
}

void hf_buf_add_byte(hf_buf *buf, char byte)
{
    if (buf->len < buf->capacity && !buf->overflow) {
        buf->ptr[buf->len++] = byte;
        return;
    }
    hf_buf_add(buf, &byte, 1);
}

void hf_buf_add_i64(hf_buf *buf, int64_t value)
{
    if (value < 0) {
        hf_buf_add_byte(buf, '-');
        hf_buf_add_u64(buf, 0 - (uint64_t)value);
        return;
    }
    hf_buf_add_u64(buf, (uint64_t)value);
}

void hf_buf_add_u64(hf_buf *buf, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    hf_buf_add(buf, digits + at, sizeof digits - at);
}

void hf_buf_add_double(hf_buf *buf, double value)
{
    char text[32];
    hf_buf_add(buf, text, hf_format_double(value, text));
}

void hf_buf_add_format(hf_buf *buf, const char *format, ...)
{
    char small[256];
    va_list arguments;
    va_start(arguments, format);
    int needed = vsnprintf(small, sizeof small, format, arguments);
    va_end(arguments);
    HF_ASSERT(needed >= 0);
    size_t count = (size_t)needed;
    if (count < sizeof small) {
        hf_buf_add(buf, small, count);
        return;
    }
    // vsnprintf wants room for its final zero, which the maximum need not include.
    char *whole = malloc(count + 1);
    HF_ASSERT(whole != NULL);
    va_start(arguments, format);
    (void)vsnprintf(whole, count + 1, format, arguments);
    va_end(arguments);
    hf_buf_add(buf, whole, count);
    free(whole);
}

hf_str hf_buf_str(const hf_buf *buf)
{
    return (hf_str){buf->ptr, buf->len};
}

hf_str hf_buf_copy(hf_arena *arena, const hf_buf *buf)
{
    return hf_str_copy(arena, hf_buf_str(buf));
}
