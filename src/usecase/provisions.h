// SPDX-License-Identifier: Apache-2.0
//
// The catalogue of provisions: instruments, what they ask for, the questions by which it is judged, and what leads from
// one to the other. The records are the State's own to change; the words that ship with the program stand apart, one
// file for each language, and hold for a record as long as its English is what they translate.
#ifndef HF_USECASE_PROVISIONS_H
#define HF_USECASE_PROVISIONS_H

#include "base/map.h"
#include "model/provision.h"
#include "model/question.h"
#include "usecase/record.h"

// A text of a State's own in the language of hf_provision_texts.
typedef struct {
    hf_str text; // of "levels": JSON
    bool is_reviewed;
} hf_own_text;

// The shipped words of one language beside the English ones, and those that the records bring themselves.
typedef struct {
    hf_lang lang;
    hf_map english;      // key → index of texts
    hf_map other;        // key → index of texts; empty for English
    hf_map reviewed;     // keys that a native speaker has read
    hf_map audits;       // of a shipped question: audit area and critical element
    hf_map phases;       // of a shipped provision: bits of hf_phase
    const hf_str *texts; // both
    hf_map own;          // key → index of own_texts: what a State translated itself into lang
    const hf_own_text *own_texts;
    const hf_json *themes; // codes, in their order
    const hf_json *scale;  // of answers: code and score
    hf_str edition;
} hf_provision_texts;

// What is said, and how far that can be trusted.
typedef enum {
    HF_SAID_ORIGINAL,   // English as shipped
    HF_SAID_OWN,        // the State's own words, in whatever language they were written
    HF_SAID_UNREVIEWED, // a translation that no native speaker has read
    HF_SAID_REVIEWED
} hf_said;
extern const char *const hf_said_words[]; // "original" "own" "unreviewed" "reviewed", NULL-ended

// Cost: parses two files of 100 kB.
bool hf_texts_load(hf_lang lang, hf_arena *arena, hf_provision_texts *out,
                   hf_error *err) HF_CHECKED;
// Adds what the records of this noun (instruments, provisions, questions) bring in texts->lang.
bool hf_texts_add_own(hf_provision_texts *texts, const hf_noun *noun, const hf_page *records,
                      hf_arena *arena, hf_error *err) HF_CHECKED;
// The words of "family.name", such as "theme.aviation"; the name where there are none.
hf_str hf_text_of(const hf_provision_texts *texts, hf_str family, hf_str name);
// The words of a provision's paragraph: "chapter 4.2" has those of "paragraph.chapter-4-2"; itself where there are none.
hf_str hf_paragraph_text(const hf_provision_texts *texts, hf_str paragraph);
// The words of a record's field: as the record itself translates them; where they are the shipped English, as that is
// translated; else as they stand. family and name:
// "2341-OP2" and "title"; an empty name: of the record itself. said may be NULL.
hf_str hf_text_for(const hf_provision_texts *texts, hf_str family, hf_str name, hf_str own,
                   hf_said *said);
hf_str hf_provision_title(const hf_provision_texts *texts, const hf_provision *provision);
// Is it about this phase? Where the record does not say it, the shipped catalogue does: a store may be older than it.
bool hf_provision_serves(const hf_provision_texts *texts, const hf_provision *provision,
                         hf_phase phase);
// Audit area and critical element of a question, by the record or, where it says none, by the shipped catalogue;
// HF_WORD_NONE: it has none.
void hf_question_audit(const hf_provision_texts *texts, const hf_provision_question *question,
                       int32_t *area, int32_t *element);
hf_str hf_instrument_name(const hf_provision_texts *texts, const hf_instrument *instrument);

// Everything that the actor may read, in order: instruments by position, provisions by position, then key, questions by
// provision and position.
typedef struct {
    hf_provision_texts texts;
    const hf_instrument **instruments;
    const hf_provision **provisions;
    const hf_provision_question **questions;
    uint32_t *instrument_of;  // of each provision; HF_NO_INSTRUMENT: of one that is not there
    uint32_t *provision_of;   // of each question
    uint32_t *first_question; // of each provision, and one more
    size_t instrument_count, provision_count, question_count;
    hf_map provision_index, question_index; // by key
} hf_provision_book;
#define HF_NO_INSTRUMENT UINT32_MAX

// read NULL: of the session's store. Questions of provisions that are not there are left out.
bool hf_provision_book_read(const hf_session *session, hf_read *read, hf_arena *arena,
                            hf_provision_book *out, hf_error *err) HF_CHECKED;
// Add what protects the provisions of a book, with their instruments and questions; one instrument with all that it
// asks; all that the book holds.
void hf_protect_by_provisions(hf_head *all, const hf_provision_book *book, hf_arena *arena);
void hf_protect_by_instrument(hf_head *all, const hf_provision_book *book, size_t instrument,
                              hf_arena *arena);
void hf_protect_by_book(hf_head *all, const hf_provision_book *book, hf_arena *arena);
// The force of a provision: its own, or that of its instrument.
hf_legal_force hf_provision_force(const hf_provision_book *book, size_t provision);

// The whole book as one JSON object, in the session's language.
void hf_write_provision_book(const hf_provision_book *book, hf_json_writer *out);
// One provision of it; with its questions.
void hf_write_provision(const hf_provision_book *book, size_t provision, hf_json_writer *out);

// Puts the titles of listed provisions into the session's language, in place.
bool hf_provisions_say(const hf_session *session, hf_page *page, hf_arena *arena,
                       hf_error *err) HF_CHECKED;

// Makes the shipped catalogue records of a store that has none. Only init.c uses it.
bool hf_put_provisions(hf_tx *tx, hf_arena *arena, hf_error *err) HF_CHECKED;

#endif
