// SPDX-License-Identifier: Apache-2.0
//
// Questionnaires read: the list, one with its answers, and taken out. The document itself: questionnaire_document.c.
#include "usecase/questionnaire.h"

#include "base/limits.h"
#include "model/answer.h"
#include "usecase/exchange.h"

// --- answers ---------------------------------------------------------------------------------------------

static bool begins_with(hf_str text, hf_str prefix)
{
    return text.len >= prefix.len && hf_str_equal(hf_str_slice(text, 0, prefix.len), prefix);
}

static bool count_parts(hf_read *read, const hf_query *query, hf_arena *arena, hf_answered *out,
                        hf_error *err)
{
    const hf_field *question = hf_noun_field(query->noun, HF_STR("question"), NULL);
    *out = (hf_answered){.index = hf_map_of(arena, 64)};
    if (hf_read_count(read, query->noun) == 0)
        return true;
    if (!hf_store_count_by(read, query, question, arena, &out->list, &out->count, err))
        return false;
    for (size_t i = 0; i < out->count; i++)
        (void)hf_map_add(&out->index, out->list[i].value, (uint32_t)i, NULL);
    return true;
}

static bool is_of(const hf_provision_book *book, size_t instrument, hf_str question)
{
    uint32_t at = 0;
    return hf_map_get(&book->question_index, question, &at) &&
           book->instrument_of[book->provision_of[at]] == instrument;
}

bool hf_count_parts_of(const hf_session *session, hf_read *read, const hf_noun *part,
                       const hf_provision_book *book, hf_str key, hf_arena *arena, hf_answered *out,
                       hf_error *err)
{
    hf_answered all;
    hf_error none = {0};
    size_t at = 0;
    hf_query query = {.noun = part};
    hf_str prefix = hf_str_format(arena, "%.*s:", HF_STR_ARG(key));
    if (session != NULL)
        hf_can_narrow(&session->actor, HF_CAN_READ, &query, arena);
    if (!count_parts(read, &query, arena, &all, err))
        return false;
    bool exists = hf_find_questionnaire(book, key, &at, &none);
    *out = (hf_answered){.index = hf_map_of(arena, 64)};
    out->list = HF_NEW_N(arena, hf_group, all.count + 1);
    for (size_t i = 0; i < all.count; i++) {
        hf_str question = all.list[i].value;
        if (!begins_with(question, prefix) && !(exists && is_of(book, at, question)))
            continue;
        (void)hf_map_add(&out->index, question, (uint32_t)out->count, NULL);
        out->list[out->count++] = all.list[i];
    }
    return true;
}

// --- reading ---------------------------------------------------------------------------------------------

bool hf_questionnaires_read(const hf_session *session, hf_arena *arena, hf_questionnaires *out,
                            hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_query query = {.noun = &hf_noun_answer};
    *out = (hf_questionnaires){.marking = -1};
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_provision_book_read(session, read, arena, &out->book, err))
        return false;
    hf_can_narrow(&session->actor, HF_CAN_READ, &query, arena);
    if (!count_parts(read, &query, arena, &out->answered, err))
        return false;
    hf_head all = {.marking = out->marking};
    hf_protect_by_book(&all, &out->book, arena);
    out->marking = all.marking;
    return true;
}

bool hf_find_questionnaire(const hf_provision_book *book, hf_str key, size_t *instrument,
                           hf_error *err)
{
    for (size_t i = 0; i < book->instrument_count; i++)
        if (hf_str_equal(book->instruments[i]->head.key, key)) {
            *instrument = i;
            return true;
        }
    return hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown", "there is no questionnaire '%.*s'",
                   HF_STR_ARG(key));
}

bool hf_is_own_questionnaire(const hf_instrument *instrument)
{
    return instrument->language != HF_WORD_NONE;
}

// --- around it -------------------------------------------------------------------------------------------

static uint64_t answers_to(const hf_questionnaires *all, hf_str question)
{
    uint32_t at = 0;
    return hf_map_get(&all->answered.index, question, &at) ? all->answered.list[at].count : 0;
}

// Questions of this questionnaire, by their key, that are not in it any more.
static void write_retired(const hf_questionnaires *all, size_t instrument, hf_json_writer *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_str prefix =
        hf_str_format(&scratch, "%.*s:", HF_STR_ARG(all->book.instruments[instrument]->head.key));
    hf_json_name(out, "retired");
    hf_json_begin_object(out);
    for (size_t i = 0; i < all->answered.count; i++) {
        hf_str question = all->answered.list[i].value;
        if (!begins_with(question, prefix) || is_of(&all->book, instrument, question))
            continue;
        hf_json_name_str(out, question);
        hf_json_add_u64(out, all->answered.list[i].count);
    }
    hf_json_end_object(out);
}

static void write_can(const hf_session *session, const hf_instrument *instrument,
                      hf_json_writer *out)
{
    hf_json_name(out, "can");
    hf_json_begin_array(out);
    if (hf_is_own_questionnaire(instrument) &&
        hf_may(&session->actor, HF_CAN_EDIT, &hf_noun_instrument, instrument))
        hf_json_add_z(out, "edit");
    if (hf_may(&session->actor, HF_CAN_EXPORT, &hf_noun_instrument, instrument))
        hf_json_add_z(out, "export");
    hf_json_end_array(out);
}

void hf_write_questionnaire(const hf_session *session, const hf_questionnaires *all, size_t at,
                            const hf_provision_texts *shipped, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "document");
    hf_write_questionnaire_document(&all->book, at, shipped, out);
    hf_json_name(out, "answers");
    hf_json_begin_object(out);
    for (size_t q = 0; q < all->book.question_count; q++) {
        hf_str question = all->book.questions[q]->head.key;
        if (!is_of(&all->book, at, question) || answers_to(all, question) == 0)
            continue;
        hf_json_name_str(out, question);
        hf_json_add_u64(out, answers_to(all, question));
    }
    hf_json_end_object(out);
    write_retired(all, at, out);
    hf_json_put_bool(out, "is_own", hf_is_own_questionnaire(all->book.instruments[at]));
    write_can(session, all->book.instruments[at], out);
    hf_json_end_object(out);
}

// --- the list --------------------------------------------------------------------------------------------

// What a language lacks of the texts that there are in the questionnaire's own.
typedef struct {
    uint32_t words, missing, unreviewed;
} lacking;

static void add_lacking(const hf_noun *noun, const void *record, const char *const *names,
                        lacking *by_language)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json *all = NULL;
    hf_error unreadable = {0};
    hf_str json = hf_translations_of(noun, record);
    if (json.len > 0 && !hf_json_parse(json, &scratch, &all, &unreadable))
        all = NULL;
    for (size_t lang = 0; lang < HF_LANG_COUNT; lang++) {
        const hf_json *words = hf_json_get(all, hf_lang_code((hf_lang)lang));
        const hf_json *reviewed = hf_json_get(words, "reviewed");
        for (size_t i = 0; names[i] != NULL; i++)
            if (!hf_field_is_empty(hf_noun_field(noun, hf_str_of(names[i]), NULL), record))
                by_language[lang].missing += hf_json_get(words, names[i]) == NULL;
        by_language[lang].words += words != NULL;
        by_language[lang].unreviewed += words != NULL && (reviewed == NULL || !reviewed->boolean);
    }
}

static void write_languages(const hf_provision_book *book, size_t at, hf_json_writer *out)
{
    lacking by_language[HF_LANG_COUNT] = {0};
    add_lacking(&hf_noun_instrument, book->instruments[at], hf_instrument_texts, by_language);
    for (size_t p = 0; p < book->provision_count; p++) {
        if (book->instrument_of[p] != at)
            continue;
        add_lacking(&hf_noun_provision, book->provisions[p], hf_provision_texts_of, by_language);
        for (size_t q = book->first_question[p]; q < book->first_question[p + 1]; q++)
            add_lacking(&hf_noun_question, book->questions[q], hf_question_texts, by_language);
    }
    hf_json_name(out, "languages");
    hf_json_begin_array(out);
    for (size_t lang = 0; lang < HF_LANG_COUNT; lang++) {
        if (by_language[lang].words == 0)
            continue;
        hf_json_begin_object(out);
        hf_json_put_str(out, "language", hf_str_of(hf_lang_code((hf_lang)lang)));
        hf_json_put_u64(out, "missing", by_language[lang].missing);
        hf_json_put_u64(out, "unreviewed", by_language[lang].unreviewed);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_counts(const hf_questionnaires *all, size_t at, hf_json_writer *out)
{
    uint64_t sections = 0, questions = 0, answers = 0;
    const hf_provision_book *book = &all->book;
    for (size_t p = 0; p < book->provision_count; p++) {
        if (book->instrument_of[p] != at)
            continue;
        sections++;
        for (size_t q = book->first_question[p]; q < book->first_question[p + 1]; q++) {
            questions++;
            answers += answers_to(all, book->questions[q]->head.key);
        }
    }
    hf_json_put_u64(out, "sections", sections);
    hf_json_put_u64(out, "questions", questions);
    hf_json_put_u64(out, "answers", answers);
}

void hf_write_questionnaires(const hf_session *session, const hf_questionnaires *all,
                             hf_json_writer *out)
{
    const hf_provision_book *book = &all->book;
    hf_json_begin_object(out);
    hf_json_name(out, "items");
    hf_json_begin_array(out);
    for (size_t i = 0; i < book->instrument_count; i++) {
        const hf_instrument *instrument = book->instruments[i];
        hf_json_begin_object(out);
        hf_json_put_str(out, "key", instrument->head.key);
        hf_json_put_str(out, "name", hf_instrument_name(&book->texts, instrument));
        hf_json_put_str(out, "version", instrument->edition);
        hf_json_put_str(out, "language",
                        hf_str_of(hf_lang_code((hf_lang)hf_questionnaire_language(instrument))));
        hf_json_put_str(out, "marking", hf_str_of(hf_marking_words[instrument->head.marking]));
        hf_json_put_bool(out, "is_active", instrument->is_active);
        hf_json_put_bool(out, "is_own", hf_is_own_questionnaire(instrument));
        write_counts(all, i, out);
        write_languages(book, i, out);
        write_can(session, instrument, out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_end_object(out);
}

bool hf_export_questionnaire(const hf_session *session, hf_str key, hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_provision_book book;
    hf_provision_texts *shipped = NULL;
    size_t at = 0;
    hf_json_writer w = {.out = out};
    if (!hf_can(&session->actor, HF_CAN_EXPORT, &hf_noun_instrument, NULL, err) ||
        !hf_provision_book_read(session, NULL, &arena, &book, err) ||
        !hf_find_questionnaire(&book, key, &at, err) ||
        !hf_can(&session->actor, HF_CAN_EXPORT, &hf_noun_instrument, book.instruments[at], err) ||
        !hf_shipped_words(book.instruments[at], &arena, &shipped, err))
        return false;
    hf_write_questionnaire_document(&book, at, shipped, &w);
    hf_buf_add_byte(out, '\n');
    if (out->overflow)
        return hf_fail(err, HF_ERR_TOO_LARGE, "questionnaire.too_many",
                       "the questionnaire is larger than a document may be; split it");
    return hf_note_export(session, HF_STR("questionnaire"), &hf_noun_instrument, key, 1, NULL, err);
}
