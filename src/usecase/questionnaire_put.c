// SPDX-License-Identifier: Apache-2.0
//
// A questionnaire put: the document held against what is there, all faults found at once, then stored as one event.
#include <math.h>

#include "base/limits.h"
#include "base/vec.h"
#include "usecase/assessment.h"
#include "usecase/attachment.h"
#include "usecase/questionnaire.h"
#include "usecase/release.h"

enum { FAULTS_MAX = 200, BEHIND_ALL = 1000 }; // a place in the order of instruments

typedef struct {
    const hf_session *session;
    const hf_json *document;
    hf_questionnaire_result *result;
    hf_arena *arena;
    hf_tx *tx;
    hf_provision_book book; // as it was
    bool exists;
    size_t at; // of the instrument in the book
    hf_str key, language, version;
    hf_map seen;          // keys of the document
    hf_answered answered; // by anybody
    hf_answered known;    // by whom the actor may read
    HF_VEC(hf_error) faults, hints;
    bool is_changed; // what is asked, not only how it is translated
} putting;

// --- faults ----------------------------------------------------------------------------------------------

static void note(putting *p, bool is_hint, hf_str pointer, const hf_error *what)
{
    hf_error one = *what;
    one.source[0] = 0;
    one.column[0] = 0;
    (void)hf_fail_at(&one, hf_str_z(p->arena, pointer), 0, NULL);
    if (is_hint && p->hints.count < FAULTS_MAX)
        HF_VEC_ADD(p->arena, &p->hints, one);
    if (!is_hint && p->faults.count < FAULTS_MAX)
        HF_VEC_ADD(p->arena, &p->faults, one);
}

static void fault(putting *p, hf_str pointer, const char *code, const char *message)
{
    hf_error what = {0};
    (void)hf_fail(&what, HF_ERR_INPUT, code, "%s", message);
    note(p, false, pointer, &what);
}

static void hint(putting *p, hf_str pointer, const char *code, const char *message)
{
    hf_error what = {0};
    (void)hf_fail(&what, HF_ERR_INPUT, code, "%s", message);
    note(p, true, pointer, &what);
}

static hf_str under(putting *p, hf_str pointer, const char *name)
{
    return hf_str_format(p->arena, "%.*s/%s", HF_STR_ARG(pointer), name);
}

static bool has_only(putting *p, hf_str pointer, const hf_json *object, const char *const *names)
{
    if (object == NULL || object->type != HF_JSON_OBJECT) {
        fault(p, pointer, "json.not_an_object", "write a JSON object");
        return false;
    }
    for (const hf_json *member = object->child; member != NULL; member = member->next) {
        bool is_known = false;
        for (size_t i = 0; names[i] != NULL; i++)
            is_known |= hf_str_equal_z(member->name, names[i]);
        if (!is_known)
            fault(
                p,
                hf_str_format(p->arena, "%.*s/%.*s", HF_STR_ARG(pointer), HF_STR_ARG(member->name)),
                "field.unknown", "there is no such member here");
    }
    return true;
}

static size_t count_of(const hf_json *list)
{
    return list != NULL && list->type == HF_JSON_ARRAY ? list->child_count : 0;
}

// --- keys ------------------------------------------------------------------------------------------------

static bool is_key_part(hf_str text, size_t max, const char *further)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        for (const char *other = further; *other != 0; other++)
            is_plain |= c == *other;
        if (!is_plain)
            return false;
    }
    return text.len > 0 && text.len <= max;
}

// Section and question: the questionnaire's key, a colon and a name; so nothing of another one is meant.
static bool is_inner_key(const putting *p, hf_str key)
{
    enum { NAME_MAX_BYTES = 40 }; // the key of a rating holds it, an assessment and a name
    hf_str head = hf_str_slice(key, 0, p->key.len);
    return key.len > p->key.len + 1 && hf_str_equal(head, p->key) && key.ptr[p->key.len] == ':' &&
           is_key_part(hf_str_slice(key, p->key.len + 1, key.len), NAME_MAX_BYTES, "._");
}

// Under one key nothing stands twice; what stood there as a section and now is a question leaves as a section.
static bool take_key(putting *p, const hf_noun *noun, hf_str pointer, const hf_json *node,
                     hf_str *out)
{
    *out = hf_json_text(node, "key");
    if (!is_inner_key(p, *out)) {
        fault(p, under(p, pointer, "key"), "questionnaire.key",
              "a key is that of the questionnaire, a colon, and small letters, digits, - . _");
        return false;
    }
    if (!hf_map_add(&p->seen, *out, noun == &hf_noun_question, NULL)) {
        fault(p, under(p, pointer, "key"), "questionnaire.duplicate",
              "another section or question has this key already");
        return false;
    }
    return true;
}

// --- one record ------------------------------------------------------------------------------------------

typedef struct {
    const hf_noun *noun;
    void *record;
    const void *before; // NULL: it is new
    hf_str pointer;
    bool is_wrong;
} laid;

// Is what has this key of this questionnaire, as far as the actor knows of it?
static bool is_of_this(const putting *p, const hf_noun *noun, const void *record)
{
    uint32_t at = 0;
    if (!p->exists)
        return false;
    if (noun == &hf_noun_instrument)
        return true;
    if (noun == &hf_noun_provision)
        return hf_map_get(&p->book.provision_index, ((const hf_head *)record)->key, &at) &&
               p->book.instrument_of[at] == p->at;
    return hf_map_get(&p->book.question_index, ((const hf_head *)record)->key, &at) &&
           p->book.instrument_of[p->book.provision_of[at]] == p->at;
}

static bool begin(putting *p, const hf_noun *noun, hf_str key, hf_str pointer, laid *out,
                  hf_error *err)
{
    void *before = NULL;
    *out = (laid){.noun = noun, .pointer = pointer};
    if (!hf_store_get(hf_tx_read(p->tx), noun, key, p->arena, &before, err))
        return false;
    if (before != NULL && !is_of_this(p, noun, before)) {
        fault(p, under(p, pointer, "key"), "questionnaire.key_taken",
              "another record has this key; choose another one");
        out->is_wrong = true;
        before = NULL;
    }
    out->before = before;
    out->record =
        before != NULL ? hf_noun_copy(noun, before, p->arena) : hf_noun_new(noun, p->arena);
    ((hf_head *)out->record)->key = key;
    return true;
}

static void set(putting *p, laid *to, const char *name, const hf_json *value, hf_str pointer)
{
    static const hf_json none = {.type = HF_JSON_NULL};
    hf_error why = {0};
    const hf_field *field = hf_noun_field(to->noun, hf_str_of(name), NULL);
    HF_ASSERT(field != NULL);
    if (hf_field_set_json(field, to->record, value != NULL ? value : &none, p->arena, &why))
        return;
    note(p, false, pointer, &why);
    to->is_wrong = true;
}

static void set_text(putting *p, laid *to, const char *name, hf_str text, hf_str pointer)
{
    const hf_json value = {.type = HF_JSON_TEXT, .text = text};
    set(p, to, name, &value, pointer);
}

static void set_whole(putting *p, laid *to, const char *name, int64_t number, hf_str pointer)
{
    const hf_json value = {.type = HF_JSON_INT,
                           .integer = number,
                           .number = (double)number,
                           .text = hf_str_format(p->arena, "%lld", (long long)number)};
    set(p, to, name, &value, pointer);
}

// All languages but the questionnaire's own, as an object that the field can take; NULL: there are none.
static hf_json *others_of(putting *p, const hf_json *words)
{
    hf_json *out = HF_NEW(p->arena, hf_json);
    hf_json **last = &out->child;
    out->type = HF_JSON_OBJECT;
    for (const hf_json *each = words != NULL ? words->child : NULL; each != NULL;
         each = each->next) {
        if (hf_str_equal(each->name, p->language) || each->child_count == 0)
            continue;
        hf_json *copy = HF_NEW(p->arena, hf_json);
        *copy = *each;
        copy->next = NULL;
        *last = copy;
        last = &copy->next;
        out->child_count++;
    }
    return out->child_count > 0 ? out : NULL;
}

static bool is_said(const hf_json *value)
{
    return value != NULL && (value->type != HF_JSON_TEXT || hf_str_trim(value->text).len > 0);
}

// A text that the questionnaire has in a language elsewhere, and here not.
static void tell_untranslated(putting *p, const hf_json *words, const char *const *names,
                              hf_str pointer)
{
    const hf_json *own = hf_json_get(words, hf_str_z(p->arena, p->language));
    const hf_json *begun = hf_json_get(p->document, "words");
    for (const hf_json *each = begun != NULL ? begun->child : NULL; each != NULL;
         each = each->next) {
        const char *lang = hf_str_z(p->arena, each->name);
        if (hf_str_equal(each->name, p->language))
            continue;
        for (size_t i = 0; names[i] != NULL; i++)
            if (is_said(hf_json_get(own, names[i])) &&
                !is_said(hf_json_get(hf_json_get(words, lang), names[i])))
                hint(p,
                     hf_str_format(p->arena, "%.*s/words/%s/%s", HF_STR_ARG(pointer), lang,
                                   names[i]),
                     "questionnaire.untranslated", "this text is not translated");
    }
}

// required: the text without which there is nothing to ask.
static void set_words(putting *p, laid *to, const hf_json *node, const char *const *names,
                      const char *required)
{
    const char *language = hf_str_z(p->arena, p->language);
    const hf_json *words = hf_json_get(node, "words");
    const hf_json *own = hf_json_get(words, language);
    hf_str pointer = under(p, under(p, to->pointer, "words"), language);
    if (words == NULL || words->type != HF_JSON_OBJECT || !is_said(hf_json_get(own, required))) {
        fault(p, under(p, pointer, required), "questionnaire.missing",
              "a text in the questionnaire's own language is missing");
        to->is_wrong = true;
        return;
    }
    for (const hf_json *member = own->child; member != NULL; member = member->next) {
        bool is_known = hf_str_equal_z(member->name, "reviewed");
        for (size_t i = 0; names[i] != NULL; i++)
            is_known |= hf_str_equal_z(member->name, names[i]);
        if (!is_known)
            fault(p, pointer, "translation.member", "there is no such text here");
    }
    for (size_t i = 0; names[i] != NULL; i++)
        set(p, to, names[i], hf_json_get(own, names[i]), under(p, pointer, names[i]));
    set(p, to, "translations", others_of(p, words), under(p, to->pointer, "words"));
    tell_untranslated(p, words, names, to->pointer);
}

// Said or not, a weight of 1 weighs the same, and the document does not say it.
static bool weighs_otherwise(const laid *one)
{
    return one->noun == &hf_noun_question
               ? hf_question_weight(one->before) != hf_question_weight(one->record)
               : one->noun == &hf_noun_provision &&
                     hf_provision_weight(one->before) != hf_provision_weight(one->record);
}

// Whether it asks something else than before; a translation does not, nor does the place in the order.
static bool asks_otherwise(const laid *one)
{
    static const char *const names[] = {"name",      "title",  "requirement", "theme",
                                        "text",      "wanted", "applies",     "levels",
                                        "provision", "force",  NULL};
    if (one->before == NULL || weighs_otherwise(one))
        return true;
    for (size_t i = 0; names[i] != NULL; i++) {
        const hf_field *field = hf_noun_field(one->noun, hf_str_of(names[i]), NULL);
        if (field != NULL && !hf_field_equal(field, one->before, one->record))
            return true;
    }
    return false;
}

static bool finish(putting *p, laid *one, hf_error *err)
{
    hf_error why = {0};
    hf_put_outcome outcome = HF_PUT_UNCHANGED;
    const hf_json *marking = hf_json_get(p->document, "marking");
    if (marking != NULL)
        set(p, one, "marking", marking, HF_STR("/marking"));
    set_text(p, one, "edition", p->version, HF_STR("/version"));
    if (!one->is_wrong && !hf_noun_check(one->noun, one->record, p->arena, &why)) {
        note(p, false, why.column[0] != 0 ? under(p, one->pointer, why.column) : one->pointer,
             &why);
        one->is_wrong = true;
    }
    if (one->is_wrong)
        return true;
    p->is_changed |= asks_otherwise(one);
    if (!hf_can_leave(&p->session->actor, HF_CAN_EDIT, hf_tx_read(p->tx), one->noun, one->record,
                      err) ||
        !hf_may_lower(p->session, hf_tx_read(p->tx), one->noun, one->before, one->record, err) ||
        !hf_store_put(p->tx, one->noun, one->record, HF_VERSION_ANY, &outcome, err) ||
        !hf_attachments_follow(p->tx, one->noun, one->record, err))
        return false;
    p->result->added += outcome == HF_PUT_ADDED;
    p->result->changed += outcome == HF_PUT_CHANGED;
    p->result->unchanged += outcome == HF_PUT_UNCHANGED;
    return true;
}

// --- its parts -------------------------------------------------------------------------------------------

static bool put_question(putting *p, const hf_json *node, hf_str section, int64_t position,
                         hf_str pointer, hf_error *err)
{
    static const char *const members[] = {"key", "weight", "words", NULL};
    laid one;
    hf_str key;
    if (!has_only(p, pointer, node, members) ||
        !take_key(p, &hf_noun_question, pointer, node, &key))
        return true;
    if (!begin(p, &hf_noun_question, key, pointer, &one, err))
        return false;
    set_words(p, &one, node, hf_question_texts, "text");
    set(p, &one, "weight", hf_json_get(node, "weight"), under(p, pointer, "weight"));
    set_text(p, &one, "provision", section, pointer);
    set_whole(p, &one, "position", position, pointer);
    return finish(p, &one, err);
}

static bool put_section(putting *p, const hf_json *node, int64_t position, hf_str pointer,
                        hf_error *err)
{
    static const char *const members[] = {"key", "theme", "weight", "words", "questions", NULL};
    const hf_json *questions = hf_json_get(node, "questions");
    laid one;
    hf_str key;
    if (!has_only(p, pointer, node, members) ||
        !take_key(p, &hf_noun_provision, pointer, node, &key))
        return true;
    if (!begin(p, &hf_noun_provision, key, pointer, &one, err))
        return false;
    set_words(p, &one, node, hf_provision_texts_of, "title");
    set_text(p, &one, "instrument", p->key, pointer);
    set_text(p, &one, "evidence_level", HF_STR("text"), pointer);
    set(p, &one, "theme", hf_json_get(node, "theme"), under(p, pointer, "theme"));
    if (hf_json_get(node, "weight") != NULL)
        set(p, &one, "weight", hf_json_get(node, "weight"), under(p, pointer, "weight"));
    set_whole(p, &one, "position", position, pointer);
    if (!finish(p, &one, err))
        return false;
    if (count_of(questions) == 0)
        hint(p, under(p, pointer, "questions"), "questionnaire.empty",
             "a section without a question asks nothing");
    int64_t number = 0;
    for (const hf_json *each = count_of(questions) > 0 ? questions->child : NULL; each != NULL;
         each = each->next, number++)
        if (!put_question(p, each, key, number + 1,
                          hf_str_format(p->arena, "%.*s/questions/%lld", HF_STR_ARG(pointer),
                                        (long long)number),
                          err))
            return false;
    return true;
}

static bool put_instrument(putting *p, hf_error *err)
{
    static const char *const members[] = {"format",    "key",     "language", "version",  "force",
                                          "is_active", "marking", "words",    "sections", NULL};
    laid one;
    if (!has_only(p, HF_STR_EMPTY, p->document, members) ||
        !begin(p, &hf_noun_instrument, p->key, HF_STR_EMPTY, &one, err))
        return false;
    set_words(p, &one, p->document, hf_instrument_texts, "name");
    if (one.before == NULL)
        set_whole(p, &one, "position", BEHIND_ALL, HF_STR_EMPTY);
    set_text(p, &one, "language", p->language, HF_STR("/language"));
    if (hf_json_get(p->document, "force") != NULL)
        set(p, &one, "force", hf_json_get(p->document, "force"), HF_STR("/force"));
    if (hf_json_get(p->document, "is_active") != NULL)
        set(p, &one, "is_active", hf_json_get(p->document, "is_active"), HF_STR("/is_active"));
    return finish(p, &one, err);
}

static bool put_sections(putting *p, hf_error *err)
{
    const hf_json *sections = hf_json_get(p->document, "sections");
    int64_t number = 0;
    if (count_of(sections) == 0)
        hint(p, HF_STR("/sections"), "questionnaire.empty", "there is no section yet");
    for (const hf_json *each = count_of(sections) > 0 ? sections->child : NULL; each != NULL;
         each = each->next, number++)
        if (!put_section(p, each, number + 1,
                         hf_str_format(p->arena, "/sections/%lld", (long long)number), err))
            return false;
    return true;
}

// --- what leaves -----------------------------------------------------------------------------------------

static bool leave(putting *p, const hf_noun *noun, const void *record, hf_error *err)
{
    const hf_head *head = record;
    uint64_t removed = 0;
    uint32_t at = 0;
    if (hf_map_get(&p->seen, head->key, &at) && (at == 1) == (noun == &hf_noun_question))
        return true;
    if (!hf_take_from_questionnaire(p->session, p->tx, noun, record, &removed, err))
        return false;
    p->result->removed += removed;
    p->is_changed = true;
    if (hf_map_get(&p->known.index, head->key, &at))
        p->result->kept_answers += p->known.list[at].count;
    return true;
}

static bool take_out(putting *p, hf_error *err)
{
    const hf_provision_book *book = &p->book;
    for (size_t q = 0; p->exists && q < book->question_count; q++)
        if (book->instrument_of[book->provision_of[q]] == p->at &&
            !leave(p, &hf_noun_question, book->questions[q], err))
            return false;
    for (size_t i = 0; p->exists && i < book->provision_count; i++)
        if (book->instrument_of[i] == p->at &&
            !leave(p, &hf_noun_provision, book->provisions[i], err))
            return false;
    return true;
}

// --- the whole -------------------------------------------------------------------------------------------

static bool read_frame(putting *p, const hf_questionnaire_request *request, hf_error *err)
{
    enum { KEY_MAX = 40, SECTIONS_MAX = 200, QUESTIONS_MAX = 2000 };
    size_t questions = 0;
    hf_lang lang = HF_LANG_EN;
    if (!hf_str_equal_z(hf_json_text(p->document, "format"), HF_QUESTIONNAIRE_FORMAT))
        return hf_fail(err, HF_ERR_INPUT, "questionnaire.format",
                       "this is no questionnaire: its format must be " HF_QUESTIONNAIRE_FORMAT);
    p->key = hf_json_text(p->document, "key");
    p->language = hf_json_text(p->document, "language");
    p->version = hf_str_trim(hf_json_text(p->document, "version"));
    if (!is_key_part(p->key, KEY_MAX, "")) {
        (void)hf_fail(err, HF_ERR_INPUT, "questionnaire.key",
                      "a key is of small letters, digits and hyphens, 40 at most");
        return hf_fail_at(err, "/key", 0, NULL);
    }
    if (request->key.len > 0 && !hf_str_equal(request->key, p->key))
        return hf_fail(err, HF_ERR_INPUT, "questionnaire.other_key",
                       "the document is of '%.*s', not of '%.*s'", HF_STR_ARG(p->key),
                       HF_STR_ARG(request->key));
    if (!hf_lang_parse(p->language, &lang) || p->language.len != 2) {
        (void)hf_fail(err, HF_ERR_INPUT, "questionnaire.language",
                      "say in which language it is written: ar, zh, en, fr, ru or es");
        return hf_fail_at(err, "/language", 0, NULL);
    }
    const hf_json *sections = hf_json_get(p->document, "sections");
    for (const hf_json *each = count_of(sections) > 0 ? sections->child : NULL; each != NULL;
         each = each->next)
        questions += count_of(hf_json_get(each, "questions"));
    return (count_of(sections) <= SECTIONS_MAX && questions <= QUESTIONS_MAX) ||
           hf_fail(err, HF_ERR_TOO_LARGE, "questionnaire.too_many",
                   "a questionnaire has at most %d sections and %d questions; split it",
                   SECTIONS_MAX, QUESTIONS_MAX);
}

static bool see_what_is_there(putting *p, hf_str expected, hf_error *err)
{
    hf_error none = {0};
    if (!hf_provision_book_read(p->session, hf_tx_read(p->tx), p->arena, &p->book, err) ||
        !hf_count_parts_of(NULL, hf_tx_read(p->tx), &hf_noun_answer, &p->book, p->key, p->arena,
                           &p->answered, err) ||
        !hf_count_parts_of(p->session, hf_tx_read(p->tx), &hf_noun_answer, &p->book, p->key,
                           p->arena, &p->known, err))
        return false;
    p->exists = hf_find_questionnaire(&p->book, p->key, &p->at, &none);
    if (p->exists && !hf_is_own_questionnaire(p->book.instruments[p->at]))
        return hf_fail(err, HF_ERR_CONFLICT, "questionnaire.not_own",
                       "'%.*s' was not made here; copy it under a key of your own",
                       HF_STR_ARG(p->key));
    return hf_check_questionnaire_mark(&p->book, p->exists, p->at, p->key, expected, err);
}

// Who answered an earlier version must be able to say which one.
static void check_version(putting *p)
{
    if (p->version.len == 0)
        fault(p, HF_STR("/version"), "questionnaire.no_version", "say which version this is");
    else if (p->exists && p->answered.count > 0 && p->is_changed &&
             hf_str_equal(p->version, p->book.instruments[p->at]->edition))
        fault(p, HF_STR("/version"), "questionnaire.version_same",
              "there are answers to this version; what asks otherwise is another version");
}

static bool store(putting *p, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf detail = hf_buf_of(1000);
    hf_json_writer w = {.out = &detail};
    hf_provision_book after;
    size_t at = 0;
    hf_json_begin_object(&w);
    hf_json_put_u64(&w, "added", p->result->added);
    hf_json_put_u64(&w, "changed", p->result->changed);
    hf_json_put_u64(&w, "removed", p->result->removed);
    hf_json_end_object(&w);
    if (!hf_assessments_settle(p->tx, err) ||
        !hf_provision_book_read(p->session, hf_tx_read(p->tx), p->arena, &after, err) ||
        !hf_find_questionnaire(&after, p->key, &at, err))
        return false;
    p->result->mark = hf_questionnaire_mark(&after, at, p->arena);
    p->result->is_stored = true;
    if (p->result->added + p->result->changed + p->result->removed == 0)
        return true;
    return hf_note(p->tx, p->session, p->exists ? "instrument.changed" : "instrument.added",
                   &hf_noun_instrument, p->key, HF_STR_EMPTY, hf_buf_str(&detail), err) &&
           hf_tx_commit(&p->tx, err);
}

// Who is still writing is told what is wrong with the key or the language like anything else that is.
static bool is_told(putting *p, const hf_questionnaire_request *request, const hf_error *err)
{
    if (!request->is_dry_run)
        return false;
    if (err->kind == HF_ERR_NEED_MATCH)
        fault(p, HF_STR("/key"), "questionnaire.key_taken",
              "there is a questionnaire with this key; choose another one");
    else if (err->kind == HF_ERR_INPUT && err->source[0] == '/')
        note(p, false, hf_str_of(err->source), err);
    return p->faults.count > 0;
}

static void end_putting(putting *p)
{
    hf_tx_end(&p->tx);
}

bool hf_put_questionnaire(const hf_session *session, const hf_questionnaire_request *request,
                          hf_arena *arena, hf_questionnaire_result *out, hf_error *err)
{
    *out = (hf_questionnaire_result){0};
    HF_CLEANUP(end_putting)
    putting p = {.session = session,
                 .document = request->document,
                 .result = out,
                 .arena = arena,
                 .seen = hf_map_of(arena, 64)};
    if (!hf_can(&session->actor, HF_CAN_EDIT, &hf_noun_instrument, NULL, err))
        return false;
    bool is_framed = read_frame(&p, request, err) &&
                     hf_tx_begin(session->store, session->now_ms, &p.tx, err) &&
                     see_what_is_there(&p, request->expected, err);
    if (!is_framed && !is_told(&p, request, err))
        return false;
    if (is_framed && (!put_instrument(&p, err) || !put_sections(&p, err) || !take_out(&p, err)))
        return false;
    if (is_framed)
        check_version(&p);
    out->key = p.key;
    out->faults = p.faults.items;
    out->fault_count = p.faults.count;
    out->hints = p.hints.items;
    out->hint_count = p.hints.count;
    return request->is_dry_run || out->fault_count > 0 || store(&p, err);
}

static void write_list(const char *name, const hf_error *list, size_t count, hf_json_writer *out)
{
    hf_json_name(out, name);
    hf_json_begin_array(out);
    for (size_t i = 0; i < count; i++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "code", hf_str_of(list[i].code));
        hf_json_put_str(out, "pointer", hf_str_of(list[i].source));
        hf_json_put_str(out, "message", hf_str_of(list[i].message));
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

void hf_write_questionnaire_result(const hf_questionnaire_result *result, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_put_str(out, "key", result->key);
    hf_json_put_u64(out, "added", result->added);
    hf_json_put_u64(out, "changed", result->changed);
    hf_json_put_u64(out, "unchanged", result->unchanged);
    hf_json_put_u64(out, "removed", result->removed);
    hf_json_put_u64(out, "kept_answers", result->kept_answers);
    hf_json_put_bool(out, "stored", result->is_stored);
    write_list("faults", result->faults, result->fault_count, out);
    write_list("hints", result->hints, result->hint_count, out);
    hf_json_end_object(out);
}
