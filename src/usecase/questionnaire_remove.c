// SPDX-License-Identifier: Apache-2.0
//
// A questionnaire removed, and what that has in common with putting another one in its place.
#include "model/judgement.h"
#include "usecase/attachment.h"
#include "usecase/questionnaire.h"

bool hf_take_from_questionnaire(const hf_session *session, hf_tx *tx, const hf_noun *noun,
                                const void *record, uint64_t *removed, hf_error *err)
{
    const hf_head *head = record;
    return hf_can(&session->actor, HF_CAN_EDIT, noun, record, err) &&
           hf_store_remove(tx, noun, head->row, HF_VERSION_ANY, false, removed, err) &&
           hf_attachments_follow(tx, noun, record, err);
}

bool hf_check_questionnaire_mark(const hf_provision_book *book, bool exists, size_t instrument,
                                 hf_str key, hf_str expected, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    if (hf_str_equal_z(expected, "*"))
        return true;
    if (exists && expected.len == 0)
        return hf_fail(err, HF_ERR_NEED_MATCH, "record.need_match",
                       "there is a questionnaire '%.*s'; say with If-Match which one you saw",
                       HF_STR_ARG(key));
    bool is_seen = exists
                       ? hf_str_equal(expected, hf_questionnaire_mark(book, instrument, &scratch))
                       : expected.len == 0;
    return is_seen || hf_fail(err, HF_ERR_STALE, "record.stale",
                              "the questionnaire has changed since; read it again");
}

// Answers, evidence and ratings of anybody, also of whom the actor may not know of: how many there are is not told.
static bool check_unanswered(hf_read *read, const hf_provision_book *book, hf_str key,
                             hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    for (size_t i = 0; hf_assessment_parts[i] != NULL; i++) {
        const hf_noun *noun = hf_assessment_parts[i];
        hf_answered found;
        if (!hf_is_question_part(noun))
            continue;
        if (!hf_count_parts_of(NULL, read, noun, book, key, &scratch, &found, err))
            return false;
        if (found.count > 0)
            return hf_fail(err, HF_ERR_CONFLICT, "questionnaire.has_answers",
                           "'%.*s' has been answered and stays; write another version of it, or "
                           "let no assessment ask it",
                           HF_STR_ARG(key));
    }
    return true;
}

// An assessment that names it would ask nothing any more, and nobody would see why.
static bool check_unasked(hf_read *read, hf_str key, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_query query = {.noun = &hf_noun_assessment};
    hf_page page = {0};
    if (!hf_list_all(read, &query, &scratch, &page, err))
        return false;
    for (size_t i = 0; i < page.count; i++)
        if (hf_str_has_word(((const hf_assessment *)page.records[i])->instruments, key))
            return hf_fail(err, HF_ERR_CONFLICT, "questionnaire.is_asked",
                           "an assessment asks '%.*s'; take it out there first", HF_STR_ARG(key));
    return true;
}

static bool take_all(const hf_session *session, hf_tx *tx, const hf_provision_book *book, size_t at,
                     hf_error *err)
{
    uint64_t removed = 0;
    for (size_t q = 0; q < book->question_count; q++)
        if (book->instrument_of[book->provision_of[q]] == at &&
            !hf_take_from_questionnaire(session, tx, &hf_noun_question, book->questions[q],
                                        &removed, err))
            return false;
    for (size_t p = 0; p < book->provision_count; p++)
        if (book->instrument_of[p] == at &&
            !hf_take_from_questionnaire(session, tx, &hf_noun_provision, book->provisions[p],
                                        &removed, err))
            return false;
    return hf_take_from_questionnaire(session, tx, &hf_noun_instrument, book->instruments[at],
                                      &removed, err);
}

bool hf_remove_questionnaire(const hf_session *session, hf_str key, hf_str expected, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_provision_book book;
    size_t at = 0;
    if (!hf_can(&session->actor, HF_CAN_EDIT, &hf_noun_instrument, NULL, err) ||
        !hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !hf_provision_book_read(session, hf_tx_read(tx), &arena, &book, err) ||
        !hf_find_questionnaire(&book, key, &at, err))
        return false;
    if (!hf_is_own_questionnaire(book.instruments[at]))
        return hf_fail(err, HF_ERR_CONFLICT, "questionnaire.not_own",
                       "'%.*s' was not made here; switch it off instead", HF_STR_ARG(key));
    return hf_check_questionnaire_mark(&book, true, at, key, expected, err) &&
           check_unanswered(hf_tx_read(tx), &book, key, err) &&
           check_unasked(hf_tx_read(tx), key, err) && take_all(session, tx, &book, at, err) &&
           hf_note(tx, session, "instrument.removed", &hf_noun_instrument, key, HF_STR_EMPTY,
                   HF_STR_EMPTY, err) &&
           hf_tx_commit(&tx, err);
}
