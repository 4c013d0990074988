// SPDX-License-Identifier: Apache-2.0
//
// A questionnaire as a document, in all languages that there are: those that its records bring, and for what ships those
// that ship.
#include "base/crypto.h"
#include "base/limits.h"
#include "usecase/questionnaire.h"

int32_t hf_questionnaire_language(const hf_instrument *instrument)
{
    return hf_is_own_questionnaire(instrument) ? instrument->language : (int32_t)HF_LANG_EN;
}

hf_str hf_translations_of(const hf_noun *noun, const void *record)
{
    return *(const hf_str *)hf_field_of(hf_noun_field(noun, HF_STR("translations"), NULL), record);
}

static void write_own_words(const hf_noun *noun, const void *record, const char *const *names,
                            hf_json_writer *out)
{
    hf_json_begin_object(out);
    for (size_t i = 0; names[i] != NULL; i++) {
        const hf_field *field = hf_noun_field(noun, hf_str_of(names[i]), NULL);
        if (hf_field_is_empty(field, record))
            continue;
        hf_json_name(out, names[i]);
        hf_field_write_json(field, record, out);
    }
    hf_json_end_object(out);
}

// The shipped translation of a text, as long as the record has the English that it translates; empty: there is none.
static hf_str shipped_text(const hf_provision_texts *shipped, int32_t lang, const hf_noun *noun,
                           const void *record, const char *name, hf_said *how)
{
    const hf_field *field = hf_noun_field(noun, hf_str_of(name), NULL);
    hf_str own =
        field->type == HF_TEXT ? *(const hf_str *)hf_field_of(field, record) : HF_STR_EMPTY;
    hf_str key = ((const hf_head *)record)->key;
    hf_str family = noun == &hf_noun_instrument ? HF_STR("instrument") : key;
    hf_str part = noun == &hf_noun_instrument                 ? key
                  : noun == &hf_noun_provision                ? hf_str_of(name)
                  : hf_str_equal_z(hf_str_of(name), "wanted") ? HF_STR("evidence")
                  : hf_str_equal_z(hf_str_of(name), "text")   ? HF_STR_EMPTY
                                                              : hf_str_of(name);
    hf_str text = hf_text_for(&shipped[lang], family, part, own, how);
    return own.len > 0 && (*how == HF_SAID_UNREVIEWED || *how == HF_SAID_REVIEWED) ? text
                                                                                   : HF_STR_EMPTY;
}

// What a record brings itself stands before what ships for it.
static void write_shipped(const hf_provision_texts *shipped, int32_t lang, const hf_noun *noun,
                          const void *record, const char *const *names, hf_json_writer *out)
{
    bool has_any = false, is_reviewed = true;
    for (size_t i = 0; names[i] != NULL; i++) {
        hf_said how = HF_SAID_OWN;
        hf_str text = shipped_text(shipped, lang, noun, record, names[i], &how);
        if (text.len == 0)
            continue;
        if (!has_any) {
            hf_json_name(out, hf_lang_code((hf_lang)lang));
            hf_json_begin_object(out);
        }
        has_any = true;
        is_reviewed &= how == HF_SAID_REVIEWED;
        hf_json_put_str(out, names[i], text);
    }
    if (!has_any)
        return;
    hf_json_put_bool(out, "reviewed", is_reviewed);
    hf_json_end_object(out);
}

static void write_words(const hf_provision_texts *shipped, int32_t language, const hf_noun *noun,
                        const void *record, const char *const *names, hf_json_writer *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json *others = NULL;
    hf_error unreadable = {0};
    hf_str json = hf_translations_of(noun, record);
    if (json.len > 0 && !hf_json_parse(json, &scratch, &others, &unreadable))
        others = NULL; // the noun has checked it when it was stored
    hf_json_name(out, "words");
    hf_json_begin_object(out);
    hf_json_name(out, hf_lang_code((hf_lang)language));
    write_own_words(noun, record, names, out);
    for (int32_t lang = 0; lang < HF_LANG_COUNT; lang++) {
        const hf_json *words = hf_json_get(others, hf_lang_code((hf_lang)lang));
        if (lang == language)
            continue;
        if (words == NULL && shipped != NULL)
            write_shipped(shipped, lang, noun, record, names, out);
        if (words == NULL)
            continue;
        hf_json_name(out, hf_lang_code((hf_lang)lang));
        hf_json_add_value(out, words);
    }
    hf_json_end_object(out);
}

static void write_section(const hf_provision_book *book, const hf_provision_texts *shipped,
                          int32_t language, size_t p, hf_json_writer *out)
{
    const hf_provision *provision = book->provisions[p];
    hf_json_begin_object(out);
    hf_json_put_str(out, "key", provision->head.key);
    hf_json_put_str(out, "theme", provision->theme);
    hf_json_put_double(out, "weight", hf_provision_weight(provision));
    write_words(shipped, language, &hf_noun_provision, provision, hf_provision_texts_of, out);
    hf_json_name(out, "questions");
    hf_json_begin_array(out);
    for (size_t q = book->first_question[p]; q < book->first_question[p + 1]; q++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "key", book->questions[q]->head.key);
        if (hf_question_weight(book->questions[q]) != 1)
            hf_json_put_double(out, "weight", book->questions[q]->weight);
        write_words(shipped, language, &hf_noun_question, book->questions[q], hf_question_texts,
                    out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_end_object(out);
}

int32_t hf_questionnaire_marking(const hf_provision_book *book, size_t instrument)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_head all = {.marking = HF_TLP_CLEAR};
    hf_protect_by_instrument(&all, book, instrument, &scratch);
    return all.marking;
}

void hf_write_questionnaire_document(const hf_provision_book *book, size_t at,
                                     const hf_provision_texts *shipped, hf_json_writer *out)
{
    const hf_instrument *instrument = book->instruments[at];
    int32_t language = hf_questionnaire_language(instrument);
    int32_t marking = hf_questionnaire_marking(book, at);
    hf_json_begin_object(out);
    hf_json_put_str(out, "format", HF_STR(HF_QUESTIONNAIRE_FORMAT));
    hf_json_put_str(out, "key", instrument->head.key);
    hf_json_put_str(out, "language", hf_str_of(hf_lang_code((hf_lang)language)));
    hf_json_put_str(out, "version", instrument->edition);
    hf_json_put_str(out, "force", hf_str_of(hf_legal_force_words[instrument->force]));
    hf_json_put_bool(out, "is_active", instrument->is_active);
    hf_json_put_str(out, "marking", hf_str_of(hf_marking_words[marking]));
    write_words(shipped, language, &hf_noun_instrument, instrument, hf_instrument_texts, out);
    hf_json_name(out, "sections");
    hf_json_begin_array(out);
    for (size_t p = 0; p < book->provision_count; p++)
        if (book->instrument_of[p] == at)
            write_section(book, shipped, language, p, out);
    hf_json_end_array(out);
    hf_json_end_object(out);
}

bool hf_shipped_words(const hf_instrument *instrument, hf_arena *arena, hf_provision_texts **out,
                      hf_error *err)
{
    *out = NULL;
    if (hf_is_own_questionnaire(instrument))
        return true;
    *out = HF_NEW_N(arena, hf_provision_texts, HF_LANG_COUNT);
    for (int lang = 0; lang < HF_LANG_COUNT; lang++)
        if (!hf_texts_load((hf_lang)lang, arena, &(*out)[lang], err))
            return false;
    return true;
}

hf_str hf_questionnaire_mark(const hf_provision_book *book, size_t instrument, hf_arena *arena)
{
    enum { MARK_BYTES = 16 };
    char digits[2 * MARK_BYTES + 1];
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_JSON_BYTES_MAX);
    hf_json_writer out = {.out = &text};
    hf_write_questionnaire_document(book, instrument, NULL, &out);
    hf_sha256 hash = hf_sha256_of(hf_buf_str(&text));
    hf_hex(hash.bytes, MARK_BYTES, digits);
    return hf_str_copy(arena, hf_str_of(digits));
}
