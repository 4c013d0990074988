// SPDX-License-Identifier: Apache-2.0
//
// Codes of watermarks. The bytes are whatever somebody found: nothing in them is believed.
#include "format/format_marks.h"

#include <string.h>

#include "base/buf.h"
#include "base/deflate.h"

enum {
    ZIP_HEAD_BYTES = 30,
    ZIP_DEFLATED = 8,
    PROPERTY_BYTES_MAX = 1 << 20, // of one member that may hold a mark
    MEMBERS_MAX = 4096
};

static bool is_digit(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'F');
}

bool hf_is_mark(hf_str text)
{
    size_t at = sizeof(HF_MARK_PREFIX) - 1;
    if (text.len != HF_MARK_CODE_BYTES || !hf_str_starts(text, HF_MARK_PREFIX))
        return false;
    while (at < text.len && is_digit(text.ptr[at]))
        at++;
    return at == text.len;
}

static void add_code(hf_str code, hf_arena *arena, hf_str *codes, size_t *count, size_t max)
{
    for (size_t i = 0; i < *count; i++)
        if (hf_str_equal(codes[i], code))
            return;
    if (*count < max)
        codes[(*count)++] = hf_str_copy(arena, code);
}

static void look(hf_str bytes, hf_arena *arena, hf_str *codes, size_t *count, size_t max)
{
    for (size_t at = 0; at + HF_MARK_CODE_BYTES <= bytes.len; at++) {
        const char *found = memchr(bytes.ptr + at, HF_MARK_PREFIX[0], bytes.len - at);
        if (found == NULL)
            return;
        at = (size_t)(found - bytes.ptr);
        hf_str code = hf_str_slice(bytes, at, at + HF_MARK_CODE_BYTES);
        if (hf_is_mark(code))
            add_code(code, arena, codes, count, max);
    }
}

static size_t number(hf_str bytes, size_t at)
{
    return (size_t)(unsigned char)bytes.ptr[at] | (size_t)(unsigned char)bytes.ptr[at + 1] << 8;
}

// The properties of a document are packed: by us, and by whoever saved it again.
static void look_inside(hf_str member, hf_arena *arena, hf_str *codes, size_t *count, size_t max)
{
    HF_CLEANUP(hf_buf_done) hf_buf plain = hf_buf_of(PROPERTY_BYTES_MAX);
    hf_inflater *inflater = hf_inflater_open(HF_DEFLATE_RAW, PROPERTY_BYTES_MAX);
    hf_error unused = {0};
    bool is_end = false, is_good = true;
    while (is_good && !is_end && plain.len + 4096 <= PROPERTY_BYTES_MAX) {
        size_t got = 0;
        char *to = hf_buf_reserve(&plain, 4096);
        is_good = hf_inflater_take(inflater, &member, to, 4096, &got, &is_end, &unused) &&
                  (got > 0 || is_end);
        plain.len += got;
    }
    hf_inflater_close(&inflater);
    look(hf_buf_str(&plain), arena, codes, count, max);
}

static void look_in_zip(hf_str bytes, hf_arena *arena, hf_str *codes, size_t *count, size_t max)
{
    static const char head[] = {'P', 'K', 3, 4};
    size_t members = 0;
    for (size_t at = 0; at + ZIP_HEAD_BYTES < bytes.len && members < MEMBERS_MAX; at++) {
        const char *found = memchr(bytes.ptr + at, 'P', bytes.len - at - ZIP_HEAD_BYTES);
        if (found == NULL)
            return;
        at = (size_t)(found - bytes.ptr);
        if (memcmp(found, head, sizeof head) != 0)
            continue;
        size_t name_bytes = number(bytes, at + 26), extra_bytes = number(bytes, at + 28);
        size_t from = at + ZIP_HEAD_BYTES + name_bytes + extra_bytes;
        members++;
        if (from >= bytes.len || number(bytes, at + 8) != ZIP_DEFLATED)
            continue;
        hf_str name = hf_str_slice(bytes, at + ZIP_HEAD_BYTES, at + ZIP_HEAD_BYTES + name_bytes);
        if (hf_str_starts(name, "docProps/"))
            look_inside(hf_str_slice(bytes, from, bytes.len), arena, codes, count, max);
    }
}

size_t hf_marks_in(hf_str bytes, hf_arena *arena, hf_str *codes, size_t max)
{
    size_t count = 0;
    look(bytes, arena, codes, &count, max);
    if (hf_str_starts(bytes, "PK\x03\x04"))
        look_in_zip(bytes, arena, codes, &count, max);
    return count;
}
