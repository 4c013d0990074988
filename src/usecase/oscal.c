// SPDX-License-Identifier: Apache-2.0
//
// From the catalogue and from assessments to OSCAL documents: who may take them out, what is chosen, and a note of it.
#include "usecase/oscal.h"

#include "format/format_oscal.h"
#include "usecase/exchange.h"
#include "usecase/simulate.h"
#include "usecase/watermark.h"

const char *const hf_oscal_document_words[] = {"catalog", "profile", "plan",
                                               "results", "poam",    NULL};

typedef struct {
    const hf_session *session;
    const hf_oscal_request *request;
    hf_read *read;
    hf_arena arena;
    hf_str key;         // of the assessment
    uint64_t count;     // of records that go out
    hf_head protection; // of all of them
    hf_mark mark;
    bool bears_mark;
} exporting;

static void end_exporting(exporting *e)
{
    hf_read_end(&e->read);
    hf_arena_done(&e->arena);
}

// --- what is chosen ----------------------------------------------------------------------------------------

static bool has_name(hf_str list, hf_str name)
{
    hf_str part;
    while (hf_str_split(&list, ',', &part))
        if (hf_str_equal(hf_str_trim(part), name))
            return true;
    return false;
}

static bool is_chosen(hf_str list, hf_str name)
{
    return list.len == 0 || has_name(list, name);
}

// A choice that names what is not there is a slip of the pen, and would silently choose less.
static bool check_choice(hf_str list, const hf_provision_book *book, bool is_theme, hf_error *err)
{
    hf_str part;
    while (hf_str_split(&list, ',', &part)) {
        bool is_known = hf_str_trim(part).len == 0;
        for (size_t p = 0; is_theme && !is_known && p < book->provision_count; p++)
            is_known = hf_str_equal(book->provisions[p]->theme, hf_str_trim(part));
        for (size_t i = 0; !is_theme && !is_known && i < book->instrument_count; i++)
            is_known = hf_str_equal(book->instruments[i]->head.key, hf_str_trim(part));
        if (!is_known)
            return hf_fail(err, HF_ERR_USAGE, "oscal.unknown_choice",
                           "there is no %s '%.*s' in the catalogue; see holdfast list %s",
                           is_theme ? "theme" : "instrument", HF_STR_ARG(hf_str_trim(part)),
                           is_theme ? "provisions" : "instruments");
    }
    return true;
}

static void take_out(exporting *e, const void *record)
{
    hf_protect(&e->protection, record, &e->arena);
    e->count++;
}

// The book in the form of the format: what may go out of it and is chosen. Provisions without an instrument have no
// group to stand in.
static hf_oscal_book book_of(exporting *e, const hf_provision_book *book, hf_str instruments,
                             hf_str themes)
{
    const hf_actor *actor = &e->session->actor;
    const hf_instrument **groups =
        HF_NEW_N(&e->arena, const hf_instrument *, book->instrument_count + 1);
    const hf_provision **provisions =
        HF_NEW_N(&e->arena, const hf_provision *, book->provision_count + 1);
    const hf_provision_question **questions =
        HF_NEW_N(&e->arena, const hf_provision_question *, book->question_count + 1);
    uint32_t *group_of = HF_NEW_N(&e->arena, uint32_t, book->provision_count + 1);
    uint32_t *first = HF_NEW_N(&e->arena, uint32_t, book->provision_count + 2);
    uint32_t *place = HF_NEW_N(&e->arena, uint32_t, book->instrument_count + 1);
    hf_oscal_book out = {.made_for = e->mark.text,
                         .instruments = groups,
                         .provisions = provisions,
                         .questions = questions,
                         .instrument_of = group_of,
                         .first_question = first};
    for (size_t i = 0; i < book->instrument_count; i++) {
        place[i] = HF_NO_INSTRUMENT;
        if (!is_chosen(instruments, book->instruments[i]->head.key) ||
            !hf_may(actor, HF_CAN_EXPORT, &hf_noun_instrument, book->instruments[i]))
            continue;
        place[i] = (uint32_t)out.instrument_count;
        groups[out.instrument_count++] = book->instruments[i];
    }
    for (size_t p = 0; p < book->provision_count; p++) {
        uint32_t instrument = book->instrument_of[p];
        if (instrument == HF_NO_INSTRUMENT || place[instrument] == HF_NO_INSTRUMENT ||
            !is_chosen(themes, book->provisions[p]->theme) ||
            !hf_may(actor, HF_CAN_EXPORT, &hf_noun_provision, book->provisions[p]))
            continue;
        group_of[out.provision_count] = place[instrument];
        provisions[out.provision_count++] = book->provisions[p];
        uint32_t count = first[out.provision_count - 1];
        for (size_t q = book->first_question[p]; q < book->first_question[p + 1]; q++)
            if (hf_may(actor, HF_CAN_EXPORT, &hf_noun_question, book->questions[q]))
                questions[count++] = book->questions[q];
        first[out.provision_count] = count;
    }
    return out;
}

static void take_out_book(exporting *e, const hf_oscal_book *book)
{
    for (size_t i = 0; i < book->instrument_count; i++)
        take_out(e, book->instruments[i]);
    for (size_t p = 0; p < book->provision_count; p++)
        take_out(e, book->provisions[p]);
    for (size_t q = 0; q < book->first_question[book->provision_count]; q++)
        take_out(e, book->questions[q]);
}

// With themes chosen, instruments that have nothing of them stay out.
static void drop_empty(hf_oscal_book *book, hf_arena *arena)
{
    const hf_instrument **groups = HF_NEW_N(arena, const hf_instrument *, book->instrument_count);
    uint32_t *group_of = HF_NEW_N(arena, uint32_t, book->provision_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < book->instrument_count; i++) {
        bool has_one = false;
        for (size_t p = 0; p < book->provision_count; p++)
            if (book->instrument_of[p] == i) {
                group_of[p] = (uint32_t)count;
                has_one = true;
            }
        if (has_one)
            groups[count++] = book->instruments[i];
    }
    book->instruments = groups;
    book->instrument_of = group_of;
    book->instrument_count = count;
}

static bool write_catalogue(exporting *e, hf_buf *out, hf_error *err)
{
    const hf_oscal_request *request = e->request;
    hf_provision_book book;
    if (!hf_can(&e->session->actor, HF_CAN_EXPORT, &hf_noun_provision, NULL, err) ||
        !hf_provision_book_read(e->session, e->read, &e->arena, &book, err) ||
        !check_choice(request->instruments, &book, false, err) ||
        !check_choice(request->themes, &book, true, err))
        return false;
    hf_oscal_book chosen = book_of(e, &book, request->instruments, request->themes);
    if (request->themes.len > 0)
        drop_empty(&chosen, &e->arena);
    take_out_book(e, &chosen);
    e->bears_mark = request->kind != HF_OSCAL_CATALOG || !hf_oscal_is_kept(&chosen);
    if (request->kind == HF_OSCAL_CATALOG)
        return hf_oscal_write_catalog(&chosen, out, err);
    // One instrument is drawn from its own catalogue, which holds it alone.
    hf_str alone = chosen.instrument_count == 1 ? chosen.instruments[0]->head.key : HF_STR_EMPTY;
    hf_oscal_book whole = book_of(e, &book, alone, HF_STR_EMPTY);
    return hf_oscal_write_profile(&whole, &chosen, out, err);
}

// --- assessments -------------------------------------------------------------------------------------------

// What was advised here, and what is still open of the rounds before; as far as it may go out.
static bool add_advice(exporting *e, const hf_assessment_results *results, hf_oscal_assessment *out,
                       hf_error *err)
{
    const hf_recommendation **list =
        HF_NEW_N(&e->arena, const hf_recommendation *,
                 results->recommendation_count + results->carried_count + 1);
    size_t total = results->recommendation_count + results->carried_count;
    for (size_t i = 0; i < total; i++) {
        const hf_recommendation *one = i < results->recommendation_count
                                           ? results->recommendations[i]
                                           : results->carried[i - results->recommendation_count];
        bool may = false;
        if (!hf_may_record(&e->session->actor, HF_CAN_EXPORT, e->read, &hf_noun_recommendation, one,
                           &may, err))
            return false;
        if (!may)
            continue;
        list[out->advice_count++] = one;
        take_out(e, one);
    }
    out->advice = list;
    return true;
}

// Answers and their evidence stand beside the questions that go out.
static void add_answers(exporting *e, const hf_assessment_results *results,
                        hf_oscal_assessment *out)
{
    const hf_oscal_book *book = &out->book;
    size_t count = book->first_question[book->provision_count], items = 0;
    const hf_answer **answers = HF_NEW_N(&e->arena, const hf_answer *, count + 1);
    bool *has_evidence = HF_NEW_N(&e->arena, bool, count + 1);
    uint32_t *first = HF_NEW_N(&e->arena, uint32_t, count + 1);
    size_t all = results->first_evidence[results->book.question_count];
    const hf_evidence **evidence = HF_NEW_N(&e->arena, const hf_evidence *, all + 1);
    for (size_t q = 0; q < count; q++) {
        uint32_t at = 0;
        first[q] = (uint32_t)items;
        if (!hf_map_get(&results->book.question_index, book->questions[q]->head.key, &at))
            continue;
        answers[q] = results->answers[at];
        has_evidence[q] = hf_results_have_evidence(results, at, e->session->now_ms);
        for (uint32_t i = results->first_evidence[at]; i < results->first_evidence[at + 1]; i++)
            evidence[items++] = results->evidence[i];
    }
    first[count] = (uint32_t)items;
    out->answers = answers;
    out->has_evidence = has_evidence;
    out->first_evidence = first;
    out->evidence = evidence;
}

static void take_out_answers(exporting *e, const hf_oscal_assessment *from)
{
    size_t count = from->book.first_question[from->book.provision_count];
    for (size_t q = 0; q < count; q++)
        if (from->answers[q] != NULL)
            take_out(e, from->answers[q]);
    for (uint32_t i = 0; i < from->first_evidence[count]; i++)
        take_out(e, from->evidence[i]);
}

static bool write_assessment(exporting *e, hf_buf *out, hf_error *err)
{
    hf_assessment_results results;
    hf_str key = e->request->assessment;
    if (key.len == 0)
        return hf_fail(err, HF_ERR_USAGE, "oscal.no_assessment",
                       "say of which assessment: its key");
    if (!hf_can(&e->session->actor, HF_CAN_EXPORT, &hf_noun_assessment, NULL, err) ||
        !hf_assessment_results_read(e->session, e->read, key, &e->arena, &results, err) ||
        !hf_can_record(&e->session->actor, HF_CAN_EXPORT, e->read, &hf_noun_assessment,
                       results.assessment, err))
        return false;
    hf_oscal_assessment from = {.assessment = results.assessment,
                                .implementation = results.overall.implementation,
                                .evidence_cover = hf_score_evidence_cover(&results.overall),
                                .now_ms = e->session->now_ms};
    from.book = book_of(e, &results.book, HF_STR_EMPTY, HF_STR_EMPTY);
    add_answers(e, &results, &from);
    e->key = results.assessment->head.key;
    take_out(e, results.assessment);
    if (e->request->kind != HF_OSCAL_POAM)
        take_out_book(e, &from.book);
    if (e->request->kind == HF_OSCAL_RESULTS)
        take_out_answers(e, &from);
    if (e->request->kind == HF_OSCAL_POAM && !add_advice(e, &results, &from, err))
        return false;
    from.protection = e->protection;
    e->bears_mark = true;
    return e->request->kind == HF_OSCAL_PLAN      ? hf_oscal_write_plan(&from, out, err)
           : e->request->kind == HF_OSCAL_RESULTS ? hf_oscal_write_results(&from, out, err)
                                                  : hf_oscal_write_poam(&from, out, err);
}

bool hf_oscal_export(const hf_session *session, const hf_oscal_request *request, hf_buf *out,
                     int32_t *marking, hf_error *err)
{
    HF_CLEANUP(end_exporting)
    exporting e = {.session = session, .request = request, .protection = {.marking = HF_TLP_CLEAR}};
    bool is_catalogue = request->kind == HF_OSCAL_CATALOG || request->kind == HF_OSCAL_PROFILE;
    if (!hf_can(&session->actor, HF_CAN_EXPORT, NULL, NULL, err) ||
        !hf_mark_make(session, &e.arena, &e.mark, err) ||
        !hf_read_begin(session->store, &e.read, err))
        return false;
    if (!(is_catalogue ? write_catalogue(&e, out, err) : write_assessment(&e, out, err)))
        return false;
    hf_read_end(&e.read);
    *marking = e.protection.marking;
    hf_str format = hf_str_format(&e.arena, "oscal-%s", hf_oscal_document_words[request->kind]);
    return hf_note_export(session, format, is_catalogue ? &hf_noun_provision : &hf_noun_assessment,
                          e.key, e.count, e.bears_mark ? &e.mark : NULL, err);
}

hf_str hf_oscal_file_name(const hf_oscal_request *request, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf name = hf_buf_of(300);
    hf_str key = request->assessment.len > 0 ? request->assessment : HF_STR("holdfast");
    for (size_t i = 0; i < key.len && i < 100; i++) {
        char c = key.ptr[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        hf_buf_add_byte(&name, is_plain || c == '-' || c == '_' || c == '.' ? c : '_');
    }
    hf_buf_add_format(&name, "-%s.json", hf_oscal_document_words[request->kind]);
    return hf_buf_copy(arena, &name);
}
