// SPDX-License-Identifier: Apache-2.0
//
// The strict reader of JSON: one pass over a copy of the text in the arena, whose strings are decoded in
// place, so that a document costs one copy and its nodes. Writing is in json_write.c.
#include "base/json.h"

#include <string.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/text.h"

enum { NAMES_WITHOUT_MAP = 16 }; // more members than that are looked up in a map

typedef struct {
    hf_str source; // as given
    char *text;    // our copy, changed in place
    size_t len;
    size_t at;
    uint32_t line; // of `at`: line breaks stand between values only
    uint32_t depth;
    hf_arena *arena;
    hf_error *err;
} parser;

static uint64_t line_of(hf_str text, size_t offset)
{
    uint64_t line = 1;
    for (size_t i = 0; i < offset && i < text.len; i++)
        line += text.ptr[i] == '\n';
    return line;
}

// Lines are counted in the source: in our copy, decoded strings may hold line breaks.
static bool fail(parser *p, size_t offset, const char *code, const char *what)
{
    hf_fail(p->err, HF_ERR_INPUT, code, "%s at byte %zu", what, offset);
    return hf_fail_at(p->err, NULL, line_of(p->source, offset), NULL);
}

static bool fail_syntax(parser *p, const char *wanted)
{
    if (p->at >= p->len) {
        hf_fail(p->err, HF_ERR_INPUT, "json.truncated",
                "the JSON text ends at byte %zu where %s is expected", p->len, wanted);
    } else {
        hf_fail(p->err, HF_ERR_INPUT, "json.syntax", "not JSON at byte %zu: %s is expected", p->at,
                wanted);
    }
    return hf_fail_at(p->err, NULL, line_of(p->source, p->at), NULL);
}

static void skip_space(parser *p)
{
    while (p->at < p->len) {
        char c = p->text[p->at];
        if (c != ' ' && c != '\n' && c != '\t' && c != '\r')
            return;
        p->line += c == '\n';
        p->at++;
    }
}

static bool next_is(const parser *p, char byte)
{
    return p->at < p->len && p->text[p->at] == byte;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

// Four hexadecimal digits at the current place.
static bool read_hex4(parser *p, uint32_t *unit)
{
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = p->at < p->len ? hex_value(p->text[p->at]) : -1;
        if (digit < 0)
            return fail_syntax(p, "a hexadecimal digit");
        *unit = *unit << 4 | (uint32_t)digit;
        p->at++;
    }
    return true;
}

static char *write_utf8(char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xC0 | code >> 6);
        *to++ = (char)(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        *to++ = (char)(0xE0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
        *to++ = (char)(0x80 | (code & 0x3F));
    } else {
        *to++ = (char)(0xF0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 0x3F));
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
        *to++ = (char)(0x80 | (code & 0x3F));
    }
    return to;
}

// Behind "\u": one unit, or a surrogate pair.
static bool read_code_point(parser *p, uint32_t *code)
{
    size_t start = p->at - 2;
    if (!read_hex4(p, code))
        return false;
    if (*code == 0)
        return fail(p, start, "json.nul", "the character U+0000 is not allowed");
    if (*code < 0xD800 || *code > 0xDFFF)
        return true;
    uint32_t low = 0;
    bool has_pair =
        *code < 0xDC00 && p->at + 1 < p->len && p->text[p->at] == '\\' && p->text[p->at + 1] == 'u';
    if (has_pair) {
        p->at += 2;
        if (!read_hex4(p, &low))
            return false;
    }
    if (low < 0xDC00 || low > 0xDFFF)
        return fail(p, start, "json.surrogate", "half a surrogate pair");
    *code = 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

static bool read_escape(parser *p, char **to)
{
    static const char from[] = "\"\\/bfnrt";
    static const char into[] = "\"\\/\b\f\n\r\t";
    p->at++; // the backslash
    if (p->at >= p->len)
        return fail_syntax(p, "an escape");
    char c = p->text[p->at];
    if (c == 'u') {
        p->at++;
        uint32_t code = 0;
        if (!read_code_point(p, &code))
            return false;
        *to = write_utf8(*to, code);
        return true;
    }
    const char *found = c == 0 ? NULL : strchr(from, c);
    if (found == NULL)
        return fail_syntax(p, "an escape");
    *(*to)++ = into[found - from];
    p->at++;
    return true;
}

// At the opening quote. Decodes in place: a decoded string is never longer than its spelling.
static bool read_text(parser *p, hf_str *out)
{
    p->at++;
    size_t start = p->at;
    while (p->at < p->len && p->text[p->at] != '"' && p->text[p->at] != '\\' &&
           (unsigned char)p->text[p->at] >= 0x20)
        p->at++;
    char *to = p->text + p->at;
    while (p->at < p->len && p->text[p->at] != '"') {
        char c = p->text[p->at];
        if ((unsigned char)c < 0x20)
            return fail(p, p->at, "json.control", "a control character inside a text");
        if (c == '\\') {
            if (!read_escape(p, &to))
                return false;
            continue;
        }
        *to++ = c;
        p->at++;
    }
    if (p->at >= p->len)
        return fail_syntax(p, "a closing quote");
    *out = (hf_str){p->text + start, (size_t)(to - (p->text + start))};
    p->at++;
    return true;
}

static size_t skip_digits(parser *p)
{
    size_t start = p->at;
    while (p->at < p->len && p->text[p->at] >= '0' && p->text[p->at] <= '9')
        p->at++;
    return p->at - start;
}

static bool scan_number(parser *p, bool *is_integer)
{
    if (next_is(p, '-'))
        p->at++;
    bool starts_with_zero = next_is(p, '0');
    size_t count = skip_digits(p);
    if (count == 0)
        return fail_syntax(p, "a digit");
    if (starts_with_zero && count > 1) {
        p->at -= count - 1;
        return fail_syntax(p, "no digit behind a leading zero");
    }
    *is_integer = true;
    if (next_is(p, '.')) {
        *is_integer = false;
        p->at++;
        if (skip_digits(p) == 0)
            return fail_syntax(p, "a digit");
    }
    if (next_is(p, 'e') || next_is(p, 'E')) {
        *is_integer = false;
        p->at++;
        if (next_is(p, '+') || next_is(p, '-'))
            p->at++;
        if (skip_digits(p) == 0)
            return fail_syntax(p, "a digit");
    }
    return true;
}

// Beyond 64 bits a whole number is taken only as hf_format_double spells it: 1e20 is written without an exponent
// and must read back, while nothing else may lose digits.
static bool read_large_whole(parser *p, size_t start, hf_json *node)
{
    char spelled[32];
    node->type = HF_JSON_DOUBLE;
    if (!hf_parse_double(node->text, &node->number) ||
        !hf_str_equal((hf_str){spelled, hf_format_double(node->number, spelled)}, node->text))
        return fail(p, start, "json.number_range", "a whole number outside 64 bits");
    return true;
}

static bool read_number(parser *p, hf_json *node)
{
    size_t start = p->at;
    bool is_integer = false;
    if (!scan_number(p, &is_integer))
        return false;
    node->text = (hf_str){p->text + start, p->at - start};
    if (is_integer) {
        node->type = HF_JSON_INT;
        if (!hf_parse_i64(node->text, &node->integer))
            return read_large_whole(p, start, node);
        node->number = (double)node->integer;
        return true;
    }
    node->type = HF_JSON_DOUBLE;
    if (!hf_parse_double(node->text, &node->number))
        return fail(p, start, "json.number_range", "a number too large");
    return true;
}

static bool read_word(parser *p, const char *word, hf_json_type type, bool value, hf_json *node)
{
    size_t len = strlen(word);
    if (p->len - p->at < len || memcmp(p->text + p->at, word, len) != 0)
        return fail_syntax(p, "a value");
    p->at += len;
    node->type = type;
    node->boolean = value;
    return true;
}

static bool read_value(parser *p, hf_json *node);

// Names seen in one object: compared one by one while few, by a map when many.
typedef struct {
    const hf_json *object;
    hf_map map;
} name_set;

static bool is_new_name(name_set *names, hf_arena *arena, hf_str name)
{
    if (names->object->child_count <= NAMES_WITHOUT_MAP) {
        for (const hf_json *member = names->object->child; member != NULL; member = member->next) {
            if (hf_str_equal(member->name, name))
                return false;
        }
        return true;
    }
    if (names->map.arena == NULL) {
        names->map = hf_map_of(arena, 0);
        for (const hf_json *member = names->object->child; member != NULL; member = member->next)
            hf_map_set(&names->map, member->name, 0);
    }
    return hf_map_add(&names->map, name, 0, NULL);
}

static bool read_member(parser *p, name_set *names, hf_json *member)
{
    size_t start = p->at;
    if (!next_is(p, '"'))
        return fail_syntax(p, "a name in quotes");
    if (!read_text(p, &member->name))
        return false;
    if (!is_new_name(names, p->arena, member->name))
        return fail(p, start, "json.duplicate_name", "a name that the object has already");
    skip_space(p);
    if (!next_is(p, ':'))
        return fail_syntax(p, "a colon");
    p->at++;
    skip_space(p);
    return true;
}

// Objects and arrays alike: `close` is '}' or ']'.
static bool read_children(parser *p, hf_json *node, char close)
{
    bool is_object = close == '}';
    name_set names = {.object = node};
    hf_json **link = &node->child;
    p->at++;
    skip_space(p);
    if (next_is(p, close)) {
        p->at++;
        return true;
    }
    for (;;) {
        hf_json *item = HF_NEW(p->arena, hf_json);
        if (is_object && !read_member(p, &names, item))
            return false;
        if (!read_value(p, item))
            return false;
        *link = item;
        link = &item->next;
        node->child_count++;
        skip_space(p);
        if (next_is(p, close)) {
            p->at++;
            return true;
        }
        if (!next_is(p, ','))
            return fail_syntax(p, is_object ? "a comma or a closing brace"
                                            : "a comma or a closing bracket");
        p->at++;
        skip_space(p);
    }
}

// Recursion is bounded by HF_JSON_DEPTH_MAX.
static bool read_value(parser *p, hf_json *node)
{
    if (p->at >= p->len)
        return fail_syntax(p, "a value");
    node->line = p->line;
    switch (p->text[p->at]) {
    case '{':
    case '[':
        if (++p->depth > HF_JSON_DEPTH_MAX)
            return fail(p, p->at, "json.depth", "too deeply nested");
        node->type = p->text[p->at] == '{' ? HF_JSON_OBJECT : HF_JSON_ARRAY;
        if (!read_children(p, node, node->type == HF_JSON_OBJECT ? '}' : ']'))
            return false;
        p->depth--;
        return true;
    case '"':
        node->type = HF_JSON_TEXT;
        return read_text(p, &node->text);
    case 't':
        return read_word(p, "true", HF_JSON_BOOL, true, node);
    case 'f':
        return read_word(p, "false", HF_JSON_BOOL, false, node);
    case 'n':
        return read_word(p, "null", HF_JSON_NULL, false, node);
    default:
        if (next_is(p, '-') || (p->text[p->at] >= '0' && p->text[p->at] <= '9'))
            return read_number(p, node);
        return fail_syntax(p, "a value");
    }
}

bool hf_json_parse(hf_str text, hf_arena *arena, hf_json **out, hf_error *err)
{
    size_t bad = 0;
    if (text.len > HF_JSON_BYTES_MAX)
        return hf_fail(err, HF_ERR_TOO_LARGE, "json.too_large",
                       "a JSON text of %zu bytes; at most %u are read", text.len,
                       HF_JSON_BYTES_MAX);
    if (!hf_utf8_valid(text, &bad)) {
        hf_fail(err, HF_ERR_INPUT, "json.encoding", "not UTF-8 at byte %zu", bad);
        return hf_fail_at(err, NULL, line_of(text, bad), NULL);
    }
    parser p = {.source = text,
                .text = hf_str_z(arena, text),
                .len = text.len,
                .line = 1,
                .arena = arena,
                .err = err};
    hf_json *node = HF_NEW(arena, hf_json);
    skip_space(&p);
    if (!read_value(&p, node))
        return false;
    skip_space(&p);
    if (p.at != p.len)
        return fail_syntax(&p, "the end");
    *out = node;
    return true;
}

bool hf_json_check(hf_str text, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json *node = NULL;
    return hf_json_parse(text, &scratch, &node, err);
}

const hf_json *hf_json_get(const hf_json *object, const char *name)
{
    if (object == NULL || object->type != HF_JSON_OBJECT)
        return NULL;
    for (const hf_json *member = object->child; member != NULL; member = member->next) {
        if (hf_str_equal_z(member->name, name))
            return member;
    }
    return NULL;
}

hf_str hf_json_text(const hf_json *object, const char *name)
{
    const hf_json *member = hf_json_get(object, name);
    return member != NULL && member->type == HF_JSON_TEXT ? member->text : HF_STR_EMPTY;
}
