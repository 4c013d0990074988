// SPDX-License-Identifier: Apache-2.0
//
// Writing JSON: the state machine that puts commas, quoting, and the canonical form (RFC 8785) behind digests.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

enum { DEPTH_MAX = 127 };

// Before any value or name: the comma, unless it is the first or stands behind its name.
static void separate(hf_json_writer *w)
{
    if (w->after_name) {
        w->after_name = false;
        return;
    }
    uint64_t bit = (uint64_t)1 << (w->depth % 64);
    uint64_t *has_items = &w->has_items[w->depth / 64];
    if ((*has_items & bit) != 0)
        hf_buf_add_byte(w->out, ',');
    *has_items |= bit;
}

static void begin(hf_json_writer *w, char byte)
{
    separate(w);
    hf_buf_add_byte(w->out, byte);
    // Room for a tree of HF_JSON_DEPTH_MAX inside an answer of our own.
    HF_ASSERT(w->depth < DEPTH_MAX);
    w->depth++;
    w->has_items[w->depth / 64] &= ~((uint64_t)1 << (w->depth % 64));
}

static void end(hf_json_writer *w, char byte)
{
    HF_ASSERT(w->depth > 0 && !w->after_name);
    w->depth--;
    hf_buf_add_byte(w->out, byte);
}

void hf_json_begin_object(hf_json_writer *w)
{
    begin(w, '{');
}

void hf_json_end_object(hf_json_writer *w)
{
    end(w, '}');
}

void hf_json_begin_array(hf_json_writer *w)
{
    begin(w, '[');
}

void hf_json_end_array(hf_json_writer *w)
{
    end(w, ']');
}

void hf_json_name_raw(hf_json_writer *w, hf_str quoted)
{
    HF_ASSERT(!w->after_name);
    separate(w);
    hf_buf_add_str(w->out, quoted);
    w->after_name = true;
}

void hf_json_name_str(hf_json_writer *w, hf_str name)
{
    HF_ASSERT(!w->after_name);
    separate(w);
    hf_json_quote(w->out, name);
    hf_buf_add_byte(w->out, ':');
    w->after_name = true;
}

void hf_json_name(hf_json_writer *w, const char *name)
{
    hf_json_name_str(w, hf_str_of(name));
}

void hf_json_add_str(hf_json_writer *w, hf_str text)
{
    separate(w);
    hf_json_quote(w->out, text);
}

void hf_json_add_z(hf_json_writer *w, const char *text)
{
    if (text == NULL)
        hf_json_add_null(w);
    else
        hf_json_add_str(w, hf_str_of(text));
}

void hf_json_add_i64(hf_json_writer *w, int64_t value)
{
    separate(w);
    hf_buf_add_i64(w->out, value);
}

void hf_json_add_u64(hf_json_writer *w, uint64_t value)
{
    separate(w);
    hf_buf_add_u64(w->out, value);
}

void hf_json_add_double(hf_json_writer *w, double value)
{
    if (!isfinite(value)) {
        hf_json_add_null(w);
        return;
    }
    separate(w);
    hf_buf_add_double(w->out, value);
}

void hf_json_add_bool(hf_json_writer *w, bool value)
{
    hf_json_add_raw(w, value ? HF_STR("true") : HF_STR("false"));
}

void hf_json_add_null(hf_json_writer *w)
{
    hf_json_add_raw(w, HF_STR("null"));
}

void hf_json_add_raw(hf_json_writer *w, hf_str json)
{
    separate(w);
    hf_buf_add_str(w->out, json);
}

void hf_json_add_value(hf_json_writer *w, const hf_json *value)
{
    switch (value->type) {
    case HF_JSON_NULL:
        hf_json_add_null(w);
        return;
    case HF_JSON_BOOL:
        hf_json_add_bool(w, value->boolean);
        return;
    case HF_JSON_INT:
    case HF_JSON_DOUBLE:
        hf_json_add_raw(w, value->text);
        return;
    case HF_JSON_TEXT:
        hf_json_add_str(w, value->text);
        return;
    case HF_JSON_ARRAY:
        hf_json_begin_array(w);
        for (const hf_json *item = value->child; item != NULL; item = item->next)
            hf_json_add_value(w, item);
        hf_json_end_array(w);
        return;
    case HF_JSON_OBJECT:
        hf_json_begin_object(w);
        for (const hf_json *item = value->child; item != NULL; item = item->next) {
            hf_json_name_str(w, item->name);
            hf_json_add_value(w, item);
        }
        hf_json_end_object(w);
        return;
    }
}

static bool needs_escape(unsigned char c)
{
    return c < 0x20 || c == '"' || c == '\\';
}

// Whether one of eight bytes needs an escape: the classic tests for "a byte below n" and "a byte equal to n".
static bool word_needs_escape(uint64_t word)
{
    const uint64_t ones = 0x0101010101010101u;
    const uint64_t highs = 0x8080808080808080u;
    uint64_t quote = word ^ ones * '"';
    uint64_t slash = word ^ ones * '\\';
    uint64_t hit =
        ((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash);
    return (hit & highs) != 0;
}

static size_t plain_run(const char *text, size_t len)
{
    size_t at = 0;
    for (; len - at >= 8; at += 8) {
        uint64_t word = 0;
        memcpy(&word, text + at, 8);
        if (word_needs_escape(word))
            break;
    }
    while (at < len && !needs_escape((unsigned char)text[at]))
        at++;
    return at;
}

static void add_escape(hf_buf *out, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    static const char letters[0x20] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    char letter = c < 0x20 ? letters[c] : (char)c;
    if (letter != 0) {
        char text[2] = {'\\', letter};
        hf_buf_add(out, text, 2);
        return;
    }
    char text[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
    hf_buf_add(out, text, 6);
}

void hf_json_quote(hf_buf *out, hf_str text)
{
    size_t run = text.len == 0 ? 0 : plain_run(text.ptr, text.len);
    if (run == text.len) {
        // The common case: one piece, one check of the maximum.
        char *room = hf_buf_reserve(out, text.len + 2);
        if (room == NULL)
            return;
        room[0] = '"';
        if (text.len > 0)
            memcpy(room + 1, text.ptr, text.len);
        room[text.len + 1] = '"';
        out->len += text.len + 2;
        return;
    }
    hf_buf_add_byte(out, '"');
    for (size_t at = 0;;) {
        hf_buf_add(out, text.ptr + at, run);
        at += run;
        if (at >= text.len)
            break;
        add_escape(out, (unsigned char)text.ptr[at++]);
        run = plain_run(text.ptr + at, text.len - at);
    }
    hf_buf_add_byte(out, '"');
}

// Order of UTF-16 code units, as RFC 8785 wants: that of UTF-8 bytes, but characters beyond U+FFFF (lead
// byte F0 to F4) come before U+E000 to U+FFFF (lead bytes EE and EF).
static int compare_utf16(hf_str a, hf_str b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    for (size_t i = 0; i < shared; i++) {
        unsigned char x = (unsigned char)a.ptr[i];
        unsigned char y = (unsigned char)b.ptr[i];
        if (x == y)
            continue;
        if ((x >= 0xF0 && (y == 0xEE || y == 0xEF)) || (y >= 0xF0 && (x == 0xEE || x == 0xEF)))
            return x >= 0xF0 ? -1 : 1;
        return x < y ? -1 : 1;
    }
    return a.len < b.len ? -1 : a.len > b.len ? 1 : 0;
}

static int compare_members(const void *a, const void *b)
{
    const hf_json *const *left = a;
    const hf_json *const *right = b;
    return compare_utf16((*left)->name, (*right)->name);
}

static void add_canonical(const hf_json *value, hf_buf *out, hf_arena *scratch);

static void add_canonical_member(const hf_json *member, hf_buf *out, hf_arena *scratch,
                                 bool is_first)
{
    if (!is_first)
        hf_buf_add_byte(out, ',');
    hf_json_quote(out, member->name);
    hf_buf_add_byte(out, ':');
    add_canonical(member, out, scratch);
}

static void add_canonical_object(const hf_json *value, hf_buf *out, hf_arena *scratch)
{
    bool is_sorted = true;
    size_t count = 0;
    for (const hf_json *item = value->child; item != NULL; item = item->next) {
        count++;
        if (item->next != NULL && compare_utf16(item->name, item->next->name) > 0)
            is_sorted = false;
    }
    hf_buf_add_byte(out, '{');
    if (is_sorted) {
        for (const hf_json *item = value->child; item != NULL; item = item->next)
            add_canonical_member(item, out, scratch, item == value->child);
    } else {
        const hf_json **members = HF_NEW_N(scratch, const hf_json *, count);
        size_t at = 0;
        for (const hf_json *item = value->child; item != NULL; item = item->next)
            members[at++] = item;
        qsort(members, count, sizeof *members, compare_members);
        for (at = 0; at < count; at++)
            add_canonical_member(members[at], out, scratch, at == 0);
    }
    hf_buf_add_byte(out, '}');
}

// Recursion is bounded: trees come from the reader, which bounds their depth.
static void add_canonical(const hf_json *value, hf_buf *out, hf_arena *scratch)
{
    switch (value->type) {
    case HF_JSON_NULL:
        hf_buf_add_z(out, "null");
        return;
    case HF_JSON_BOOL:
        hf_buf_add_z(out, value->boolean ? "true" : "false");
        return;
    case HF_JSON_INT:
        hf_buf_add_i64(out, value->integer);
        return;
    case HF_JSON_DOUBLE:
        hf_buf_add_double(out, value->number);
        return;
    case HF_JSON_TEXT:
        hf_json_quote(out, value->text);
        return;
    case HF_JSON_ARRAY:
        hf_buf_add_byte(out, '[');
        for (const hf_json *item = value->child; item != NULL; item = item->next) {
            if (item != value->child)
                hf_buf_add_byte(out, ',');
            add_canonical(item, out, scratch);
        }
        hf_buf_add_byte(out, ']');
        return;
    case HF_JSON_OBJECT:
        add_canonical_object(value, out, scratch);
        return;
    }
}

void hf_json_canonical(const hf_json *value, hf_buf *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    add_canonical(value, out, &scratch);
}

void hf_json_put_str(hf_json_writer *w, const char *name, hf_str text)
{
    hf_json_name(w, name);
    hf_json_add_str(w, text);
}

void hf_json_put_double(hf_json_writer *w, const char *name, double value)
{
    hf_json_name(w, name);
    hf_json_add_double(w, value);
}

void hf_json_put_u64(hf_json_writer *w, const char *name, uint64_t value)
{
    hf_json_name(w, name);
    hf_json_add_u64(w, value);
}

void hf_json_put_bool(hf_json_writer *w, const char *name, bool value)
{
    hf_json_name(w, name);
    hf_json_add_bool(w, value);
}
