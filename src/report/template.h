// SPDX-License-Identifier: Apache-2.0
//
// A report's template: which chapters, in which order, with which headings and paragraphs of one's own. Text for
// people, a line an item (docs/guide/reports.md): a word, then what it is about.
//
//     title    {title}: for the Council
//     chapter  figures
//     heading  What we make of it
//     text     Of {asked} questions {answered} are answered.
//     text [fr]  Sur {asked} questions, {answered} ont une réponse.
//     chapter  gaps
#ifndef HF_REPORT_TEMPLATE_H
#define HF_REPORT_TEMPLATE_H

#include "report/report.h"

typedef enum {
    HF_PART_TITLE,
    HF_PART_SUBTITLE,
    HF_PART_CHAPTER,
    HF_PART_HEADING,
    HF_PART_TEXT
} hf_part_kind;

typedef struct {
    hf_part_kind kind;
    uint32_t chapter; // of HF_PART_CHAPTER: index among the names that the parser was given
    hf_str text;      // of the others; may hold {fields}
    hf_lang lang;     // only in this language; HF_LANG_COUNT: in every one
} hf_part;

struct hf_template {
    const hf_part *parts;
    size_t part_count;
};

// What a template may name; both lists NULL-ended.
typedef struct {
    const char *const *chapters;
    const char *const *fields;
} hf_template_words;

// text    the file's bytes; borrowed by *out
// source  its name, for messages
// Errors  with file and line: HF_ERR_INPUT "template.unknown" (a word, chapter, field or language that there is not),
//         "template.form"; HF_ERR_TOO_LARGE "template.too_large"
bool hf_template_read(hf_str text, const char *source, const hf_template_words *words,
                      hf_arena *arena, hf_template *out, hf_error *err) HF_CHECKED;

// Appends the text with its fields in their place; values in the order of words->fields.
void hf_template_fill(hf_str text, const hf_template_words *words, const hf_str *values,
                      hf_buf *out);

#endif
