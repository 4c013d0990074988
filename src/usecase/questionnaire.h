// SPDX-License-Identifier: Apache-2.0
//
// A questionnaire as one document: an instrument, its provisions as sections, their questions, each with its words in
// the languages that there are. Read, taken out and put by the same document (docs/guide/questionnaires.md); what is put
// is checked as a whole, and all of it is stored or nothing.
#ifndef HF_USECASE_QUESTIONNAIRE_H
#define HF_USECASE_QUESTIONNAIRE_H

#include "usecase/provisions.h"

#define HF_QUESTIONNAIRE_FORMAT "holdfast-questionnaire/1"

// How often questions were answered; only those that were.
typedef struct {
    hf_group *list; // by question
    size_t count;
    hf_map index; // key of a question → place in the list
} hf_answered;

// Every instrument that the actor may read, and how often its questions were answered.
typedef struct {
    hf_provision_book book;
    hf_answered answered; // of the answers that the actor may read
    int32_t marking;      // the highest of all that the actor may read
} hf_questionnaires;
bool hf_questionnaires_read(const hf_session *session, hf_arena *arena, hf_questionnaires *out,
                            hf_error *err) HF_CHECKED;
// The list of them, with what each language lacks.
void hf_write_questionnaires(const hf_session *session, const hf_questionnaires *all,
                             hf_json_writer *out);

// instrument: its place in the book. Errors: HF_ERR_NOT_FOUND "record.unknown"
bool hf_find_questionnaire(const hf_provision_book *book, hf_str key, size_t *instrument,
                           hf_error *err) HF_CHECKED;
// Made here, and so changed here; else it ships, or came in from elsewhere.
bool hf_is_own_questionnaire(const hf_instrument *instrument);
// The language that it is written in.
int32_t hf_questionnaire_language(const hf_instrument *instrument);
// The JSON of a record's translations.
hf_str hf_translations_of(const hf_noun *noun, const void *record);
// The words of all languages that ship; NULL for a questionnaire of one's own. Cost: parses twelve files of 100 kB.
bool hf_shipped_words(const hf_instrument *instrument, hf_arena *arena, hf_provision_texts **out,
                      hf_error *err) HF_CHECKED;
// The marking of a questionnaire with all that it asks: of its document, too.
int32_t hf_questionnaire_marking(const hf_provision_book *book, size_t instrument);
// The document. shipped NULL: with the translations that the records bring, and no others.
void hf_write_questionnaire_document(const hf_provision_book *book, size_t instrument,
                                     const hf_provision_texts *shipped, hf_json_writer *out);
// The document with answers by question, questions that left and have answers, and what the actor may.
void hf_write_questionnaire(const hf_session *session, const hf_questionnaires *all,
                            size_t instrument, const hf_provision_texts *shipped,
                            hf_json_writer *out);
// Which state of the document it is: 32 digits, others after each change. In the arena.
hf_str hf_questionnaire_mark(const hf_provision_book *book, size_t instrument, hf_arena *arena);
// Writes the document for a file, and notes it. Errors: HF_ERR_PERMISSION, HF_ERR_NOT_FOUND "record.unknown"
bool hf_export_questionnaire(const hf_session *session, hf_str key, hf_buf *out,
                             hf_error *err) HF_CHECKED;

typedef struct {
    const hf_json *document;
    hf_str key;      // as the address says it; empty: as the document does
    hf_str expected; // the mark that was seen; "*": whatever is there; empty: there is none yet
    bool is_dry_run;
} hf_questionnaire_request;
typedef struct {
    hf_str key, mark;                            // the mark once it is stored
    uint64_t added, changed, unchanged, removed; // records
    uint64_t kept_answers;    // to questions that leave, of those that the actor may read
    hf_error *faults, *hints; // their source is a pointer into the document
    size_t fault_count, hint_count;
    bool is_stored; // never with faults, nor in a dry run
} hf_questionnaire_result;
// What is left out of the document leaves the questionnaire; answers to it are kept. All of it is one event, to be
// undone as one. Returns true also with faults.
// Errors  HF_ERR_INPUT "questionnaire.format", "questionnaire.too_many", those of the members; HF_ERR_CONFLICT
//         "questionnaire.not_own" it was not made here; HF_ERR_NEED_MATCH, HF_ERR_STALE of `expected`;
//         HF_ERR_PERMISSION. A dry run tells a wrong key or language as a fault.
bool hf_put_questionnaire(const hf_session *session, const hf_questionnaire_request *request,
                          hf_arena *arena, hf_questionnaire_result *out, hf_error *err) HF_CHECKED;
void hf_write_questionnaire_result(const hf_questionnaire_result *result, hf_json_writer *out);

// Removes a questionnaire of one's own with its sections and questions, as one event, unless somebody answered or rated
// one of them, in whatever assessment.
// expected  as of a request
// Errors    HF_ERR_NOT_FOUND "record.unknown"; HF_ERR_CONFLICT "questionnaire.not_own", "questionnaire.has_answers",
//           "questionnaire.is_asked" an assessment names it; HF_ERR_NEED_MATCH, HF_ERR_STALE; HF_ERR_PERMISSION
bool hf_remove_questionnaire(const hf_session *session, hf_str key, hf_str expected,
                             hf_error *err) HF_CHECKED;

// Takes a record of a questionnaire away in a transaction, with its files. Errors: HF_ERR_PERMISSION
bool hf_take_from_questionnaire(const hf_session *session, hf_tx *tx, const hf_noun *noun,
                                const void *record, uint64_t *removed, hf_error *err) HF_CHECKED;
// Is the questionnaire as it was seen? exists false: there is none. Errors: HF_ERR_NEED_MATCH, HF_ERR_STALE
bool hf_check_questionnaire_mark(const hf_provision_book *book, bool exists, size_t instrument,
                                 hf_str key, hf_str expected, hf_error *err) HF_CHECKED;
// How many records of a part of assessments (answers, evidence, ratings) are about each question of a questionnaire: one
// that the book has there, whatever its key, or one that it had once, whose key begins with the questionnaire's. Those
// that the session may read, or without one those of all assessments, for the rules, not to be told.
bool hf_count_parts_of(const hf_session *session, hf_read *read, const hf_noun *part,
                       const hf_provision_book *book, hf_str key, hf_arena *arena, hf_answered *out,
                       hf_error *err) HF_CHECKED;

#endif
