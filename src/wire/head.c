// SPDX-License-Identifier: Apache-2.0
//
// Parsers of what stands in a request's head: escapes, queries, cookies, entity tags, ranges, qualities.
// Pure functions over bytes from outside; the fuzz target tests/fuzz/http_head.c feeds them all.
#include "base/limits.h"
#include "base/text.h"
#include "wire/wire.h"

#define QUERY_COUNT_MAX 200u // a list can filter by each field once; more is an attack

static int hex_digit(char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10;
    return -1;
}

bool hf_url_decode(hf_str text, bool is_query, hf_arena *arena, hf_str *out)
{
    char *bytes = hf_arena_take(arena, text.len + 1);
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        if (byte == '+' && is_query) {
            byte = ' ';
        } else if (byte == '%') {
            if (text.len - i < 3)
                return false;
            int high = hex_digit(text.ptr[i + 1]);
            int low = hex_digit(text.ptr[i + 2]);
            if (high < 0 || low < 0)
                return false;
            byte = (char)(high * 16 + low);
            i += 2;
        }
        if (byte == '\0')
            return false;
        bytes[count++] = byte;
    }
    hf_str decoded = {bytes, count};
    if (!hf_utf8_valid(decoded, NULL))
        return false;
    *out = decoded;
    return true;
}

bool hf_query_parse(hf_str text, hf_arena *arena, hf_http_pairs *out, hf_error *err)
{
    hf_http_pairs pairs = {0};
    hf_str rest = text;
    hf_str part;
    while (rest.len > 0 && hf_str_split(&rest, '&', &part)) {
        if (part.len == 0)
            continue;
        size_t equals = hf_str_find_byte(part, '=', 0);
        hf_http_pair pair = {0};
        if (!hf_url_decode(hf_str_slice(part, 0, equals), true, arena, &pair.name) ||
            !hf_url_decode(hf_str_slice(part, equals + 1, part.len), true, arena, &pair.value))
            return hf_fail(err, HF_ERR_USAGE, "http.bad_escape",
                           "the query of the address holds a bad %%xx escape or broken UTF-8");
        if (pairs.count == QUERY_COUNT_MAX)
            return hf_fail(err, HF_ERR_USAGE, "http.too_many_parameters",
                           "more than %u query parameters", QUERY_COUNT_MAX);
        HF_VEC_ADD(arena, &pairs, pair);
    }
    *out = pairs;
    return true;
}

hf_str hf_cookie_value(hf_str header, const char *name)
{
    hf_str rest = header;
    hf_str part;
    while (rest.len > 0 && hf_str_split(&rest, ';', &part)) {
        part = hf_str_trim(part);
        size_t equals = hf_str_find_byte(part, '=', 0);
        if (equals < part.len && hf_str_equal_z(hf_str_slice(part, 0, equals), name))
            return hf_str_slice(part, equals + 1, part.len);
    }
    return HF_STR_EMPTY;
}

// "q=0.5" → 500. Anything else counts as 1.
static uint32_t quality_of(hf_str parameters)
{
    hf_str rest = parameters;
    hf_str part;
    while (rest.len > 0 && hf_str_split(&rest, ';', &part)) {
        part = hf_str_trim(part);
        double value = 0;
        if (part.len > 2 && (part.ptr[0] == 'q' || part.ptr[0] == 'Q') && part.ptr[1] == '=' &&
            hf_parse_double(hf_str_slice(part, 2, part.len), &value))
            return value <= 0 ? 0 : value >= 1 ? 1000 : (uint32_t)(value * 1000);
    }
    return 1000;
}

uint32_t hf_encoding_quality(hf_str header, const char *coding)
{
    uint32_t star = 0;
    hf_str rest = header;
    hf_str part;
    while (rest.len > 0 && hf_str_split(&rest, ',', &part)) {
        size_t semicolon = hf_str_find_byte(part, ';', 0);
        hf_str name = hf_str_trim(hf_str_slice(part, 0, semicolon));
        uint32_t quality = quality_of(hf_str_slice(part, semicolon + 1, part.len));
        if (hf_str_equal_ascii_case(name, hf_str_of(coding)))
            return quality;
        if (hf_str_equal_z(name, "*"))
            star = quality;
    }
    return star;
}

bool hf_accepts_exactly(hf_str header, const char *media_type)
{
    hf_str rest = header;
    hf_str part;
    while (rest.len > 0 && hf_str_split(&rest, ',', &part)) {
        size_t semicolon = hf_str_find_byte(part, ';', 0);
        hf_str name = hf_str_trim(hf_str_slice(part, 0, semicolon));
        if (hf_str_equal_ascii_case(name, hf_str_of(media_type)))
            return true;
    }
    return false;
}

static hf_str strong_form(hf_str tag)
{
    return hf_str_starts(tag, "W/") ? hf_str_slice(tag, 2, tag.len) : tag;
}

bool hf_etag_matches(hf_str header, hf_str etag)
{
    hf_str rest = header;
    hf_str part;
    while (rest.len > 0 && hf_str_split(&rest, ',', &part)) {
        part = hf_str_trim(part);
        if (hf_str_equal_z(part, "*") || hf_str_equal(strong_form(part), strong_form(etag)))
            return true;
    }
    return false;
}

int hf_range_parse(hf_str header, uint64_t total, uint64_t *from, uint64_t *count)
{
    if (!hf_str_starts(header, "bytes="))
        return 0;
    hf_str range = hf_str_trim(hf_str_slice(header, 6, header.len));
    size_t dash = hf_str_find_byte(range, '-', 0);
    if (dash == range.len || hf_str_find_byte(range, ',', 0) < range.len)
        return 0; // several ranges: RFC 9110 allows to send all
    hf_str first = hf_str_trim(hf_str_slice(range, 0, dash));
    hf_str last = hf_str_trim(hf_str_slice(range, dash + 1, range.len));
    uint64_t start = 0;
    uint64_t end = 0;
    if (first.len == 0) {
        if (!hf_parse_u64(last, &end))
            return 0;
        if (end == 0 || total == 0)
            return 416;
        *from = end >= total ? 0 : total - end;
        *count = total - *from;
        return 206;
    }
    if (!hf_parse_u64(first, &start) || (last.len > 0 && !hf_parse_u64(last, &end)))
        return 0;
    if (last.len > 0 && end < start)
        return 0;
    if (start >= total)
        return 416;
    if (last.len == 0 || end >= total)
        end = total - 1;
    *from = start;
    *count = end - start + 1;
    return 206;
}

bool hf_listen_parse(hf_str text, hf_arena *arena, char **host, char **port, hf_error *err)
{
    size_t colon = text.len;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == ':')
            colon = i;
    hf_str name = hf_str_slice(text, 0, colon);
    hf_str number = hf_str_slice(text, colon + 1, text.len);
    if (name.len > 2 && name.ptr[0] == '[' && name.ptr[name.len - 1] == ']')
        name = hf_str_slice(name, 1, name.len - 1);
    else if (hf_str_find_byte(name, ':', 0) < name.len)
        name = HF_STR_EMPTY;
    uint64_t value = 0;
    if (name.len == 0 || !hf_parse_u64(number, &value) || value > 65535)
        return hf_fail(
            err, HF_ERR_USAGE, "http.listen",
            "'%.*s' is no address to listen on; write HOST:PORT, for example 127.0.0.1:2341",
            HF_STR_ARG(text));
    *host = hf_str_z(arena, name);
    *port = hf_str_z(arena, number);
    return true;
}
