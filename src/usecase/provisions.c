// SPDX-License-Identifier: Apache-2.0
//
// Reads the catalogue's records into one ordered book, and writes it as JSON.
#include "usecase/provisions.h"

#include <stdlib.h>
#include <string.h>

// --- reading ---------------------------------------------------------------------------------------------

static bool read_all(const hf_session *session, hf_read *read, const hf_noun *noun, hf_arena *arena,
                     hf_page *out, hf_error *err)
{
    hf_query query = {.noun = noun};
    hf_can_narrow(&session->actor, HF_CAN_READ, &query, arena);
    return hf_list_all(read, &query, arena, out, err);
}

static int by_place(int64_t a, int64_t b, const void *one, const void *two)
{
    if (a != b)
        return a < b ? -1 : 1;
    return hf_str_compare_natural(((const hf_head *)one)->key, ((const hf_head *)two)->key);
}

static int by_instrument(const void *a, const void *b)
{
    const hf_instrument *one = *(void *const *)a, *two = *(void *const *)b;
    return by_place(one->position, two->position, one, two);
}

// A provision in the order of its instrument, so that instruments that came in one after the other do not mingle.
typedef struct {
    uint32_t instrument;
    hf_provision *provision;
} placed;

static int by_provision(const void *a, const void *b)
{
    const placed *one = a, *two = b;
    if (one->instrument != two->instrument)
        return one->instrument < two->instrument ? -1 : 1;
    return by_place(one->provision->position, two->provision->position, one->provision,
                    two->provision);
}

static void sort_provisions(hf_page *provisions, const hf_map *instruments, hf_arena *arena)
{
    placed *list = HF_NEW_N(arena, placed, provisions->count + 1);
    for (size_t i = 0; i < provisions->count; i++) {
        list[i] = (placed){HF_NO_INSTRUMENT, provisions->records[i]};
        (void)hf_map_get(instruments, list[i].provision->instrument, &list[i].instrument);
    }
    if (provisions->count > 0)
        qsort(list, provisions->count, sizeof *list, by_provision);
    for (size_t i = 0; i < provisions->count; i++)
        provisions->records[i] = list[i].provision;
}

static int by_question(const void *a, const void *b)
{
    const hf_provision_question *one = *(void *const *)a, *two = *(void *const *)b;
    return by_place(one->position, two->position, one, two);
}

static hf_map index_of(const hf_page *list, hf_arena *arena)
{
    hf_map map = hf_map_of(arena, list->count);
    for (size_t i = 0; i < list->count; i++)
        (void)hf_map_add(&map, ((const hf_head *)list->records[i])->key, (uint32_t)i, NULL);
    return map;
}

// The questions of each provision behind each other: counted, then dealt out in their order.
static void deal_questions(hf_provision_book *out, const hf_page *questions, hf_arena *arena)
{
    uint32_t *at = HF_NEW_N(arena, uint32_t, out->provision_count + 2);
    uint32_t provision = 0;
    out->first_question = HF_NEW_N(arena, uint32_t, out->provision_count + 2);
    for (size_t i = 0; i < questions->count; i++)
        if (hf_map_get(&out->provision_index,
                       ((const hf_provision_question *)questions->records[i])->provision,
                       &provision))
            out->first_question[provision + 1]++;
    for (size_t i = 0; i < out->provision_count; i++)
        out->first_question[i + 1] += out->first_question[i];
    memcpy(at, out->first_question, (out->provision_count + 1) * sizeof *at);
    out->question_count = out->first_question[out->provision_count];
    out->questions = HF_NEW_N(arena, const hf_provision_question *, out->question_count + 1);
    out->provision_of = HF_NEW_N(arena, uint32_t, out->question_count + 1);
    out->question_index = hf_map_of(arena, out->question_count);
    for (size_t i = 0; i < questions->count; i++) {
        const hf_provision_question *question = questions->records[i];
        if (!hf_map_get(&out->provision_index, question->provision, &provision))
            continue;
        out->provision_of[at[provision]] = provision;
        (void)hf_map_add(&out->question_index, question->head.key, at[provision], NULL);
        out->questions[at[provision]++] = question;
    }
}

static void put_in_order(hf_provision_book *out, hf_page *instruments, hf_page *provisions,
                         hf_page *questions, hf_arena *arena)
{
    if (instruments->count > 0)
        qsort(instruments->records, instruments->count, sizeof(void *), by_instrument);
    if (questions->count > 0)
        qsort(questions->records, questions->count, sizeof(void *), by_question);
    hf_map instrument_index = index_of(instruments, arena);
    sort_provisions(provisions, &instrument_index, arena);
    out->provision_index = index_of(provisions, arena);
    out->instruments = HF_NEW_N(arena, const hf_instrument *, instruments->count + 1);
    out->provisions = HF_NEW_N(arena, const hf_provision *, provisions->count + 1);
    out->instrument_of = HF_NEW_N(arena, uint32_t, provisions->count + 1);
    out->instrument_count = instruments->count;
    out->provision_count = provisions->count;
    for (size_t i = 0; i < instruments->count; i++)
        out->instruments[i] = instruments->records[i];
    for (size_t i = 0; i < provisions->count; i++) {
        out->provisions[i] = provisions->records[i];
        if (!hf_map_get(&instrument_index, out->provisions[i]->instrument, &out->instrument_of[i]))
            out->instrument_of[i] = HF_NO_INSTRUMENT;
    }
    deal_questions(out, questions, arena);
}

bool hf_provision_book_read(const hf_session *session, hf_read *read, hf_arena *arena,
                            hf_provision_book *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *own = NULL;
    hf_page instruments = {0}, provisions = {0}, questions = {0};
    *out = (hf_provision_book){0};
    if (!hf_can(&session->actor, HF_CAN_READ, &hf_noun_provision, NULL, err) ||
        (read == NULL && !hf_read_begin(session->store, &own, err)))
        return false;
    read = read != NULL ? read : own;
    if (!hf_texts_load(session->lang, arena, &out->texts, err) ||
        !read_all(session, read, &hf_noun_instrument, arena, &instruments, err) ||
        !read_all(session, read, &hf_noun_provision, arena, &provisions, err) ||
        !read_all(session, read, &hf_noun_question, arena, &questions, err) ||
        !hf_texts_add_own(&out->texts, &hf_noun_instrument, &instruments, arena, err) ||
        !hf_texts_add_own(&out->texts, &hf_noun_provision, &provisions, arena, err) ||
        !hf_texts_add_own(&out->texts, &hf_noun_question, &questions, arena, err))
        return false;
    put_in_order(out, &instruments, &provisions, &questions, arena);
    return true;
}

static void protect_by_provision(hf_head *all, const hf_provision_book *book, size_t p,
                                 hf_arena *arena)
{
    if (book->instrument_of[p] != HF_NO_INSTRUMENT)
        hf_protect(all, &book->instruments[book->instrument_of[p]]->head, arena);
    hf_protect(all, &book->provisions[p]->head, arena);
    for (size_t q = book->first_question[p]; q < book->first_question[p + 1]; q++)
        hf_protect(all, &book->questions[q]->head, arena);
}

void hf_protect_by_provisions(hf_head *all, const hf_provision_book *book, hf_arena *arena)
{
    for (size_t p = 0; p < book->provision_count; p++)
        protect_by_provision(all, book, p, arena);
}

void hf_protect_by_instrument(hf_head *all, const hf_provision_book *book, size_t instrument,
                              hf_arena *arena)
{
    hf_protect(all, &book->instruments[instrument]->head, arena);
    for (size_t p = 0; p < book->provision_count; p++)
        if (book->instrument_of[p] == instrument)
            protect_by_provision(all, book, p, arena);
}

void hf_protect_by_book(hf_head *all, const hf_provision_book *book, hf_arena *arena)
{
    for (size_t i = 0; i < book->instrument_count; i++)
        hf_protect(all, &book->instruments[i]->head, arena);
    hf_protect_by_provisions(all, book, arena);
}

hf_legal_force hf_provision_force(const hf_provision_book *book, size_t provision)
{
    if (book->provisions[provision]->force != HF_WORD_NONE)
        return (hf_legal_force)book->provisions[provision]->force;
    uint32_t instrument = book->instrument_of[provision];
    return instrument == HF_NO_INSTRUMENT ? HF_FORCE_RECOMMENDATION
                                          : (hf_legal_force)book->instruments[instrument]->force;
}

bool hf_provisions_say(const hf_session *session, hf_page *page, hf_arena *arena, hf_error *err)
{
    hf_provision_texts texts;
    if (!hf_texts_load(session->lang, arena, &texts, err) ||
        !hf_texts_add_own(&texts, &hf_noun_provision, page, arena, err))
        return false;
    for (size_t i = 0; i < page->count; i++) {
        hf_provision *provision = page->records[i];
        provision->title = hf_provision_title(&texts, provision);
    }
    return true;
}

// --- JSON ------------------------------------------------------------------------------------------------

static void member(hf_json_writer *out, const char *name, hf_str text)
{
    hf_json_name(out, name);
    hf_json_add_str(out, text);
}

// Codes, with the words that ship for them.
static void coded(const hf_provision_book *book, hf_json_writer *out, const char *name,
                  const char *family, hf_str code)
{
    member(out, name, hf_text_of(&book->texts, hf_str_of(family), code));
}

static hf_said said_of(const hf_provision_book *book, hf_json_writer *out, const char *name,
                       hf_str key, const char *part, hf_str own)
{
    hf_said said = HF_SAID_OWN;
    member(out, name, hf_text_for(&book->texts, key, hf_str_of(part), own, &said));
    return said;
}

static void review(hf_json_writer *out, hf_said said)
{
    hf_json_name(out, "review");
    hf_json_add_z(out, hf_said_words[said]);
}

static void list_of_words(hf_json_writer *out, const char *name, hf_str words)
{
    hf_str word;
    hf_json_name(out, name);
    hf_json_begin_array(out);
    while (hf_str_split(&words, ' ', &word))
        hf_json_add_str(out, word);
    hf_json_end_array(out);
}

static void write_questions(const hf_provision_book *book, size_t provision, hf_json_writer *out)
{
    hf_json_name(out, "questions");
    hf_json_begin_array(out);
    for (size_t i = book->first_question[provision]; i < book->first_question[provision + 1]; i++) {
        const hf_provision_question *question = book->questions[i];
        hf_json_begin_object(out);
        member(out, "key", question->head.key);
        hf_said said = said_of(book, out, "text", question->head.key, "", question->text);
        (void)said_of(book, out, "wanted", question->head.key, "evidence", question->wanted);
        (void)said_of(book, out, "applies", question->head.key, "applies", question->applies);
        hf_str levels =
            hf_text_for(&book->texts, question->head.key, HF_STR("levels"), question->levels, NULL);
        hf_json_name(out, "levels");
        hf_json_add_raw(out, levels.len > 0 ? levels : HF_STR("[]"));
        hf_json_put_double(out, "weight", hf_question_weight(question));
        review(out, said);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

void hf_write_provision(const hf_provision_book *book, size_t index, hf_json_writer *out)
{
    const hf_provision *provision = book->provisions[index];
    hf_json_begin_object(out);
    member(out, "key", provision->head.key);
    member(out, "instrument", provision->instrument);
    member(out, "paragraph", hf_paragraph_text(&book->texts, provision->paragraph));
    member(out, "theme", provision->theme);
    hf_said said = said_of(book, out, "title", provision->head.key, "title", provision->title);
    (void)said_of(book, out, "requirement", provision->head.key, "requirement",
                  provision->requirement);
    review(out, said);
    hf_json_name(out, "force");
    hf_json_add_z(out, hf_legal_force_words[hf_provision_force(book, index)]);
    hf_json_name(out, "weight");
    hf_json_add_double(out, provision->weight);
    list_of_words(out, "crosswalk", provision->crosswalk);
    member(out, "document", provision->document);
    hf_json_name(out, "cites");
    hf_json_add_raw(out, provision->cites.len > 0 ? provision->cites : HF_STR("[]"));
    hf_json_name(out, "evidence_level");
    hf_field_write_json(hf_noun_field(&hf_noun_provision, HF_STR("evidence_level"), NULL),
                        provision, out);
    coded(book, out, "basis", "basis", provision->basis);
    write_questions(book, index, out);
    hf_json_end_object(out);
}

static void write_instrument(const hf_provision_book *book, const hf_instrument *instrument,
                             hf_json_writer *out)
{
    hf_json_begin_object(out);
    member(out, "key", instrument->head.key);
    member(out, "name", hf_instrument_name(&book->texts, instrument));
    hf_json_name(out, "force");
    hf_json_add_z(out, hf_legal_force_words[instrument->force]);
    hf_json_name(out, "is_active");
    hf_json_add_bool(out, instrument->is_active);
    hf_json_end_object(out);
}

static void write_codes(const hf_provision_book *book, const hf_json *codes, const char *family,
                        hf_json_writer *out)
{
    for (const hf_json *item = codes->child; item != NULL; item = item->next) {
        hf_str code = item->type == HF_JSON_TEXT ? item->text : hf_json_text(item, "code");
        hf_json_begin_object(out);
        member(out, "code", code);
        coded(book, out, "name", family, code);
        hf_json_end_object(out);
    }
}

// Themes that ship, then those that only a State's own or imported provisions have.
static void write_themes(const hf_provision_book *book, hf_json_writer *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_map seen = hf_map_of(&arena, 32);
    for (const hf_json *item = book->texts.themes->child; item != NULL; item = item->next)
        (void)hf_map_add(&seen, item->text, 0, NULL);
    write_codes(book, book->texts.themes, "theme", out);
    for (size_t p = 0; p < book->provision_count; p++) {
        hf_str code = book->provisions[p]->theme;
        if (!hf_map_add(&seen, code, 0, NULL))
            continue;
        hf_json_begin_object(out);
        member(out, "code", code);
        coded(book, out, "name", "theme", code);
        hf_json_end_object(out);
    }
}

void hf_write_provision_book(const hf_provision_book *book, hf_json_writer *out)
{
    hf_json_begin_object(out);
    member(out, "edition", book->texts.edition);
    member(out, "language", hf_str_of(hf_lang_code(book->texts.lang)));
    hf_json_name(out, "themes");
    hf_json_begin_array(out);
    write_themes(book, out);
    hf_json_end_array(out);
    hf_json_name(out, "scale");
    hf_json_begin_array(out);
    write_codes(book, book->texts.scale, "scale", out);
    hf_json_end_array(out);
    hf_json_name(out, "instruments");
    hf_json_begin_array(out);
    for (size_t i = 0; i < book->instrument_count; i++)
        write_instrument(book, book->instruments[i], out);
    hf_json_end_array(out);
    hf_json_name(out, "provisions");
    hf_json_begin_array(out);
    for (size_t i = 0; i < book->provision_count; i++)
        hf_write_provision(book, i, out);
    hf_json_end_array(out);
    hf_json_end_object(out);
}
