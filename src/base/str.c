// SPDX-License-Identifier: Apache-2.0
//
// Views of text: copies, comparison, cutting, and the hash of the maps.
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

hf_str hf_str_of(const char *zero_ended)
{
    if (zero_ended == NULL)
        return HF_STR_EMPTY;
    return (hf_str){zero_ended, strlen(zero_ended)};
}

char *hf_str_z(hf_arena *arena, hf_str text)
{
    char *copy = hf_arena_take(arena, text.len + 1);
    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    return copy;
}

hf_str hf_str_copy(hf_arena *arena, hf_str text)
{
    if (text.len == 0)
        return text.ptr == NULL ? HF_STR_EMPTY : HF_STR("");
    return (hf_str){hf_str_z(arena, text), text.len};
}

hf_str hf_str_format(hf_arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int needed = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    HF_ASSERT(needed >= 0);
    char *text = hf_arena_take(arena, (size_t)needed + 1);
    va_start(arguments, format);
    (void)vsnprintf(text, (size_t)needed + 1, format, arguments);
    va_end(arguments);
    return (hf_str){text, (size_t)needed};
}

bool hf_str_equal(hf_str a, hf_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool hf_str_equal_z(hf_str a, const char *b)
{
    return hf_str_equal(a, hf_str_of(b));
}

static unsigned char ascii_lower(char c)
{
    unsigned char byte = (unsigned char)c;
    return byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte + 32) : byte;
}

bool hf_str_equal_ascii_case(hf_str a, hf_str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (ascii_lower(a.ptr[i]) != ascii_lower(b.ptr[i]))
            return false;
    }
    return true;
}

int hf_str_compare(hf_str a, hf_str b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared == 0 ? 0 : memcmp(a.ptr, b.ptr, shared);
    if (order != 0)
        return order < 0 ? -1 : 1;
    return a.len < b.len ? -1 : a.len > b.len ? 1 : 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// A run of digits from `at` without its leading zeros; *end is behind the run.
static hf_str digits_at(hf_str text, size_t at, size_t *end)
{
    size_t start = at;
    while (at < text.len && is_digit(text.ptr[at]))
        at++;
    while (start < at && text.ptr[start] == '0')
        start++;
    *end = at;
    return (hf_str){text.ptr + start, at - start};
}

int hf_str_compare_natural(hf_str a, hf_str b)
{
    size_t i = 0;
    size_t j = 0;
    while (i < a.len && j < b.len) {
        if (is_digit(a.ptr[i]) && is_digit(b.ptr[j])) {
            hf_str x = digits_at(a, i, &i);
            hf_str y = digits_at(b, j, &j);
            if (x.len != y.len)
                return x.len < y.len ? -1 : 1;
            int order = hf_str_compare(x, y);
            if (order != 0)
                return order;
            continue;
        }
        if (a.ptr[i] != b.ptr[j])
            return (unsigned char)a.ptr[i] < (unsigned char)b.ptr[j] ? -1 : 1;
        i++;
        j++;
    }
    if (i < a.len || j < b.len)
        return i < a.len ? 1 : -1;
    return hf_str_compare(a, b);
}

bool hf_str_starts(hf_str text, const char *prefix)
{
    size_t len = strlen(prefix);
    return text.len >= len && (len == 0 || memcmp(text.ptr, prefix, len) == 0);
}

bool hf_str_ends(hf_str text, const char *suffix)
{
    size_t len = strlen(suffix);
    return text.len >= len && (len == 0 || memcmp(text.ptr + text.len - len, suffix, len) == 0);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

hf_str hf_str_trim(hf_str text)
{
    while (text.len > 0 && is_space(text.ptr[0])) {
        text.ptr++;
        text.len--;
    }
    while (text.len > 0 && is_space(text.ptr[text.len - 1]))
        text.len--;
    return text;
}

hf_str hf_str_slice(hf_str text, size_t from, size_t to)
{
    if (to > text.len)
        to = text.len;
    if (from > to)
        from = to;
    return text.ptr == NULL ? text : (hf_str){text.ptr + from, to - from};
}

size_t hf_str_find_byte(hf_str text, char byte, size_t from)
{
    if (from >= text.len)
        return text.len;
    const char *found = memchr(text.ptr + from, byte, text.len - from);
    return found == NULL ? text.len : (size_t)(found - text.ptr);
}

size_t hf_str_find(hf_str text, hf_str needle)
{
    if (needle.len == 0)
        return 0;
    for (size_t at = hf_str_find_byte(text, needle.ptr[0], 0);
         at < text.len && text.len - at >= needle.len;
         at = hf_str_find_byte(text, needle.ptr[0], at + 1)) {
        if (memcmp(text.ptr + at, needle.ptr, needle.len) == 0)
            return at;
    }
    return text.len;
}

bool hf_str_has_word(hf_str words, hf_str word)
{
    hf_str part;
    while (hf_str_split(&words, ' ', &part))
        if (part.len > 0 && hf_str_equal(part, word))
            return true;
    return false;
}

bool hf_str_split(hf_str *rest, char byte, hf_str *part)
{
    if (rest->ptr == NULL)
        return false;
    size_t at = hf_str_find_byte(*rest, byte, 0);
    *part = (hf_str){rest->ptr, at};
    if (at == rest->len)
        *rest = HF_STR_EMPTY;
    else
        *rest = (hf_str){rest->ptr + at + 1, rest->len - at - 1};
    return true;
}

static uint64_t fold(uint64_t a, uint64_t b)
{
    HF_U128 product = (HF_U128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t load(const char *bytes, size_t count)
{
    uint64_t value = 0;
    memcpy(&value, bytes, count);
    return value;
}

// Folded 64×64-bit multiplications over 16 bytes a turn, in the manner of wyhash. Not for untrusted
// keys in a place where an attacker gains by collisions that cost more than a scan of one import.
uint64_t hf_str_hash(hf_str text)
{
    const uint64_t k0 = 0x9E3779B97F4A7C15u;
    const uint64_t k1 = 0xD1B54A32D192ED03u;
    const uint64_t k2 = 0xA0761D6478BD642Fu;
    uint64_t hash = k2 ^ text.len;
    const char *at = text.ptr;
    size_t left = text.len;
    while (left > 16) {
        hash = fold(load(at, 8) ^ k0, load(at + 8, 8) ^ hash);
        at += 16;
        left -= 16;
    }
    uint64_t a = 0;
    uint64_t b = 0;
    if (left >= 8) {
        a = load(at, 8);
        b = load(at + left - 8, 8);
    } else if (left >= 4) {
        a = load(at, 4);
        b = load(at + left - 4, 4);
    } else if (left > 0) {
        a = (uint64_t)(unsigned char)at[0] << 16 | (uint64_t)(unsigned char)at[left / 2] << 8 |
            (uint64_t)(unsigned char)at[left - 1];
    }
    return fold(fold(a ^ k0, b ^ hash), k1 ^ text.len);
}
