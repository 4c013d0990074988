// SPDX-License-Identifier: Apache-2.0
//
// Reads templates strictly: whatever it does not know is named, with the line and what would be right.
#include "report/template.h"

#include "base/limits.h"
#include "base/text.h"

typedef struct {
    const hf_template_words *words;
    const char *source;
    uint64_t line;
    uint64_t chapters_seen; // bits
    HF_VEC(hf_part) parts;
    hf_arena *arena;
} reading;

static const char *const kind_words[] = {"title", "subtitle", "chapter", "heading", "text", NULL};

static bool index_of(const char *const *list, hf_str word, uint32_t *out)
{
    for (uint32_t i = 0; list[i] != NULL; i++)
        if (hf_str_equal_z(word, list[i])) {
            *out = i;
            return true;
        }
    return false;
}

// "figures, gaps, method": what would have been right.
static hf_str listed(const reading *r, const char *const *list)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(400);
    for (size_t i = 0; list[i] != NULL; i++)
        hf_buf_add_format(&text, "%s%s", i > 0 ? ", " : "", list[i]);
    return hf_buf_copy(r->arena, &text);
}

#define SHOWN 40u // bytes of a word in a message

static bool unknown(const reading *r, const char *what, hf_str word, const char *const *list,
                    hf_error *err)
{
    (void)hf_fail(err, HF_ERR_INPUT, "template.unknown",
                  "there is no %s '%.*s'; write one of: %.*s", what,
                  HF_STR_ARG(hf_str_slice(word, 0, SHOWN)), HF_STR_ARG(listed(r, list)));
    return hf_fail_at(err, r->source, r->line, NULL);
}

// The next field of a text: its name, and what stands before and behind. False: there is none. A brace that is not
// closed gives the rest as the name, is_closed false.
static bool next_field(hf_str *rest, hf_str *before, hf_str *name, bool *is_closed)
{
    size_t open = hf_str_find_byte(*rest, '{', 0);
    if (open == rest->len)
        return false;
    size_t close = hf_str_find_byte(*rest, '}', open);
    *before = hf_str_slice(*rest, 0, open);
    *name = hf_str_slice(*rest, open + 1, close);
    *is_closed = close < rest->len;
    *rest = hf_str_slice(*rest, close + 1, rest->len);
    return true;
}

static bool check_fields(const reading *r, hf_str text, hf_error *err)
{
    hf_str rest = text;
    hf_str before;
    hf_str name;
    bool is_closed = false;
    uint32_t field = 0;
    while (next_field(&rest, &before, &name, &is_closed)) {
        if (!is_closed) {
            (void)hf_fail(err, HF_ERR_INPUT, "template.form",
                          "a '{' without its '}'; fields are written {name}");
            return hf_fail_at(err, r->source, r->line, NULL);
        }
        if (!index_of(r->words->fields, name, &field))
            return unknown(r, "field", name, r->words->fields, err);
    }
    return true;
}

// "[fr] text" → the language and the text.
static bool take_language(const reading *r, hf_str *text, hf_lang *lang, hf_error *err)
{
    *lang = HF_LANG_COUNT;
    if (!hf_str_starts(*text, "["))
        return true;
    size_t close = hf_str_find_byte(*text, ']', 0);
    hf_str code = hf_str_slice(*text, 1, close);
    if (!hf_lang_parse(code, lang))
        return unknown(r, "language", code, hf_lang_codes, err);
    *text = hf_str_trim(hf_str_slice(*text, close + 1, text->len));
    return true;
}

static bool read_chapter(reading *r, hf_part *part, hf_error *err)
{
    if (!index_of(r->words->chapters, part->text, &part->chapter))
        return unknown(r, "chapter", part->text, r->words->chapters, err);
    HF_ASSERT(part->chapter < 64);
    if (r->chapters_seen >> part->chapter & 1) {
        (void)hf_fail(err, HF_ERR_INPUT, "template.form",
                      "the chapter '%.*s' stands here for the second time; take one out",
                      HF_STR_ARG(part->text));
        return hf_fail_at(err, r->source, r->line, NULL);
    }
    r->chapters_seen |= 1ull << part->chapter;
    return true;
}

static bool read_line(reading *r, hf_str line, hf_error *err)
{
    size_t end = 0;
    uint32_t kind = 0;
    while (end < line.len && line.ptr[end] != ' ' && line.ptr[end] != '\t')
        end++;
    hf_str word = hf_str_slice(line, 0, end);
    if (!index_of(kind_words, word, &kind))
        return unknown(r, "word", word, kind_words, err);
    hf_part part = {.kind = (hf_part_kind)kind,
                    .text = hf_str_trim(hf_str_slice(line, end, line.len)),
                    .lang = HF_LANG_COUNT};
    if (part.kind == HF_PART_CHAPTER) {
        if (!read_chapter(r, &part, err))
            return false;
    } else if (!take_language(r, &part.text, &part.lang, err) || !check_fields(r, part.text, err))
        return false;
    if (part.text.len == 0) {
        (void)hf_fail(err, HF_ERR_INPUT, "template.form",
                      "nothing stands behind '%.*s'; write its text there", HF_STR_ARG(word));
        return hf_fail_at(err, r->source, r->line, NULL);
    }
    HF_VEC_ADD(r->arena, &r->parts, part);
    return true;
}

static bool check_whole(hf_str text, const char *source, hf_error *err)
{
    size_t bad = 0;
    if (text.len > HF_TEMPLATE_BYTES_MAX) {
        (void)hf_fail(err, HF_ERR_TOO_LARGE, "template.too_large",
                      "a template has at most %u bytes; shorten it", HF_TEMPLATE_BYTES_MAX);
        return hf_fail_at(err, source, 0, NULL);
    }
    if (hf_utf8_valid(text, &bad))
        return true;
    uint64_t line = 1;
    for (size_t i = 0; i < bad; i++)
        line += text.ptr[i] == '\n';
    (void)hf_fail(err, HF_ERR_INPUT, "template.form",
                  "this line is not UTF-8; save the template in that encoding");
    return hf_fail_at(err, source, line, NULL);
}

bool hf_template_read(hf_str text, const char *source, const hf_template_words *words,
                      hf_arena *arena, hf_template *out, hf_error *err)
{
    reading r = {.words = words, .source = source, .arena = arena};
    hf_str rest = text;
    hf_str line;
    if (!check_whole(text, source, err))
        return false;
    if (hf_str_starts(rest, "\xef\xbb\xbf"))
        rest = hf_str_slice(rest, 3, rest.len);
    while (hf_str_split(&rest, '\n', &line)) {
        r.line++;
        line = hf_str_trim(line);
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (!read_line(&r, line, err))
            return false;
    }
    if (r.chapters_seen == 0) {
        (void)hf_fail(err, HF_ERR_INPUT, "template.form",
                      "the template names no chapter; write a line 'chapter %s'",
                      words->chapters[0]);
        return hf_fail_at(err, source, 0, NULL);
    }
    *out = (hf_template){r.parts.items, r.parts.count};
    return true;
}

void hf_template_fill(hf_str text, const hf_template_words *words, const hf_str *values,
                      hf_buf *out)
{
    hf_str rest = text;
    hf_str before;
    hf_str name;
    bool is_closed = false;
    uint32_t field = 0;
    while (next_field(&rest, &before, &name, &is_closed)) {
        hf_buf_add_str(out, before);
        if (index_of(words->fields, name, &field))
            hf_buf_add_str(out, values[field]);
    }
    hf_buf_add_str(out, rest);
}
