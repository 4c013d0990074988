// SPDX-License-Identifier: Apache-2.0
//
// From the answers of an assessment to its results: what is asked, scores by provision, theme and instrument, gaps by
// rank with their factors. The arithmetic is model/scores.c.
#include "usecase/assessment.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/vec.h"

typedef struct {
    const hf_session *session;
    hf_read *read;
    hf_arena *arena;
    hf_assessment_results *out;
    const hf_provision_book *book; // read before; NULL: none
    const hf_str *only;            // words: provisions that are wanted; NULL: all that are asked
    uint32_t *theme_of;            // of each provision: index into out->themes
    hf_score_input input;
} working;

// --- what is asked ---------------------------------------------------------------------------------------

static bool is_asked(const hf_assessment *assessment, const hf_provision_book *book, size_t p)
{
    uint32_t instrument = book->instrument_of[p];
    if (assessment->instruments.len > 0)
        return hf_str_has_word(assessment->instruments, book->provisions[p]->instrument);
    return instrument != HF_NO_INSTRUMENT && book->instruments[instrument]->is_active;
}

// An answer that could be there, held against the one rule. It is asked for each provision of each round: nothing is taken
// from an arena for it. A section that is cut here is longer than any answer has.
bool hf_may_section(const hf_session *session, hf_verb verb, const hf_assessment *assessment,
                    hf_str theme)
{
    hf_answer answer;
    char section[512];
    hf_noun_init(&hf_noun_answer, &answer);
    (void)snprintf(section, sizeof section, "%.*s/%.*s", HF_STR_ARG(assessment->head.key),
                   HF_STR_ARG(theme));
    answer.part.head = assessment->head;
    answer.part.assessment = assessment->head.key;
    answer.part.sector = assessment->sector;
    answer.part.organisation = assessment->organisation;
    answer.part.section = hf_str_of(section);
    return hf_may(&session->actor, verb, &hf_noun_answer, &answer);
}

static bool is_kept(const working *w, const hf_provision_book *book, size_t p)
{
    const hf_provision *provision = book->provisions[p];
    return (w->only == NULL || hf_str_has_word(*w->only, provision->head.key)) &&
           is_asked(w->out->assessment, book, p) &&
           hf_may_section(w->session, HF_CAN_READ, w->out->assessment, provision->theme);
}

// A book of the same records, so that what is left out here stays in the other.
static hf_provision_book copy_book(const hf_provision_book *from, hf_arena *arena)
{
    hf_provision_book book = *from;
    size_t provisions = from->provision_count, questions = from->question_count;
    book.provisions = HF_NEW_N(arena, const hf_provision *, provisions + 1);
    book.instrument_of = HF_NEW_N(arena, uint32_t, provisions + 1);
    book.first_question = HF_NEW_N(arena, uint32_t, provisions + 2);
    book.questions = HF_NEW_N(arena, const hf_provision_question *, questions + 1);
    book.provision_of = HF_NEW_N(arena, uint32_t, questions + 1);
    memcpy(book.provisions, from->provisions, provisions * sizeof *book.provisions);
    memcpy(book.instrument_of, from->instrument_of, provisions * sizeof *book.instrument_of);
    memcpy(book.first_question, from->first_question,
           (provisions + 1) * sizeof *book.first_question);
    memcpy(book.questions, from->questions, questions * sizeof *book.questions);
    memcpy(book.provision_of, from->provision_of, questions * sizeof *book.provision_of);
    return book;
}

// Leaves in the book what this assessment asks. Instruments stay, so that their numbers do.
static void keep_asked(working *w)
{
    hf_provision_book *book = &w->out->book;
    size_t provisions = 0, questions = 0;
    hf_map index = {.arena = w->arena}, question_index = {.arena = w->arena};
    for (size_t p = 0; p < book->provision_count; p++) {
        size_t from = book->first_question[p], end = book->first_question[p + 1];
        if (!is_kept(w, book, p))
            continue;
        book->provisions[provisions] = book->provisions[p];
        book->instrument_of[provisions] = book->instrument_of[p];
        book->first_question[provisions] = (uint32_t)questions;
        (void)hf_map_add(&index, book->provisions[p]->head.key, (uint32_t)provisions, NULL);
        for (size_t q = from; q < end; q++) {
            book->questions[questions] = book->questions[q];
            book->provision_of[questions] = (uint32_t)provisions;
            (void)hf_map_add(&question_index, book->questions[q]->head.key, (uint32_t)questions,
                             NULL);
            questions++;
        }
        provisions++;
    }
    book->first_question[provisions] = (uint32_t)questions;
    book->provision_count = provisions;
    book->question_count = questions;
    book->provision_index = index;
    book->question_index = question_index;
}

static bool read_parts(working *w, const hf_noun *noun, hf_str assessment, hf_page *out,
                       hf_error *err)
{
    const hf_filter filter = {hf_noun_field(noun, HF_STR("assessment"), NULL), HF_IS, assessment};
    hf_query query = {.noun = noun, .filters = &filter, .filter_count = 1};
    hf_can_narrow(&w->session->actor, HF_CAN_READ, &query, w->arena);
    return hf_list_all(w->read, &query, w->arena, out, err);
}

// Puts the items behind one another by question; those of what is not asked are left out.
static void sort_evidence(working *w, const hf_page *items)
{
    const hf_provision_book *book = &w->out->book;
    uint32_t *first = HF_NEW_N(w->arena, uint32_t, book->question_count + 2);
    uint32_t *place = HF_NEW_N(w->arena, uint32_t, items->count + 1);
    w->out->evidence = HF_NEW_N(w->arena, const hf_evidence *, items->count + 1);
    for (size_t i = 0; i < items->count; i++) {
        const hf_evidence *one = items->records[i];
        place[i] = UINT32_MAX;
        if (hf_map_get(&book->question_index, one->question, &place[i]))
            first[place[i] + 2]++;
    }
    for (size_t q = 2; q < book->question_count + 2; q++)
        first[q] += first[q - 1];
    for (size_t i = 0; i < items->count; i++) // moves each start to the end of its own
        if (place[i] != UINT32_MAX)
            w->out->evidence[first[place[i] + 1]++] = items->records[i];
    w->out->first_evidence = first;
}

bool hf_results_have_evidence(const hf_assessment_results *results, size_t question, int64_t at_ms)
{
    const hf_answer *answer = results->answers[question];
    bool has_any = answer != NULL && hf_answer_has_evidence(answer, at_ms);
    for (uint32_t i = results->first_evidence[question]; i < results->first_evidence[question + 1];
         i++)
        has_any |= hf_evidence_counts(results->evidence[i], at_ms);
    return has_any;
}

// What was answered, and the evidence for it.
static bool read_answers(working *w, hf_error *err)
{
    hf_provision_book *book = &w->out->book;
    hf_page answers = {0}, evidence = {0};
    w->out->answers = HF_NEW_N(w->arena, const hf_answer *, book->question_count + 1);
    hf_str own = w->out->assessment->head.key;
    if (!read_parts(w, &hf_noun_answer, own, &answers, err) ||
        !read_parts(w, &hf_noun_evidence, own, &evidence, err))
        return false;
    sort_evidence(w, &evidence);
    w->out->unasked = HF_NEW_N(w->arena, const hf_answer *, answers.count + 1);
    for (size_t i = 0; i < answers.count; i++) {
        uint32_t at = 0;
        const hf_answer *answer = answers.records[i];
        if (hf_map_get(&book->question_index, answer->question, &at))
            w->out->answers[at] = answer;
        else if (hf_answer_score(answer) != HF_SCORE_OPEN)
            w->out->unasked[w->out->unasked_count++] = answer;
    }
    return true;
}

// What is advised in this round, and needed for it.
static bool read_advice(working *w, hf_error *err)
{
    hf_page advice = {0}, needs = {0};
    hf_str own = w->out->assessment->head.key;
    if (!read_parts(w, &hf_noun_recommendation, own, &advice, err) ||
        !read_parts(w, &hf_noun_need, own, &needs, err))
        return false;
    w->out->recommendations = HF_NEW_N(w->arena, const hf_recommendation *, advice.count + 1);
    w->out->recommendation_count = advice.count;
    for (size_t i = 0; i < advice.count; i++)
        w->out->recommendations[i] = advice.records[i];
    w->out->needs = HF_NEW_N(w->arena, const hf_assistance_need *, needs.count + 1);
    w->out->need_count = needs.count;
    for (size_t i = 0; i < needs.count; i++)
        w->out->needs[i] = needs.records[i];
    return true;
}

// What somebody wrote down beside the answers.
static bool count_findings(working *w, hf_error *err)
{
    hf_page findings = {0};
    if (!read_parts(w, &hf_noun_finding, w->out->assessment->head.key, &findings, err))
        return false;
    for (size_t i = 0; i < findings.count; i++) {
        const hf_finding *finding = findings.records[i];
        if (finding->status == HF_FINDING_WITHDRAWN || finding->kind == HF_WORD_NONE)
            continue;
        if (finding->kind != HF_FINDING_GOOD_PRACTICE && !hf_finding_is_open(finding))
            continue;
        w->out->findings[finding->kind]++;
        if (finding->head.marking > w->out->findings_marking)
            w->out->findings_marking = finding->head.marking;
    }
    return true;
}

// The answer to one question. An older program let keys be chosen: what is not there by the key is looked for.
static bool read_answer(working *w, hf_str question, const hf_answer **out, hf_error *err)
{
    const hf_noun *noun = &hf_noun_answer;
    hf_str own = w->out->assessment->head.key;
    hf_answer named = {.part.assessment = own, .question = question};
    void *record = NULL;
    hf_page page = {0};
    if (!hf_get_known(&w->session->actor, w->read, noun, hf_answer_key(&named, w->arena), w->arena,
                      &record, err))
        return false;
    *out = record;
    if (record != NULL)
        return true;
    const hf_filter filters[] = {{hf_noun_field(noun, HF_STR("assessment"), NULL), HF_IS, own},
                                 {hf_noun_field(noun, HF_STR("question"), NULL), HF_IS, question}};
    hf_query query = {.noun = noun, .filters = filters, .filter_count = HF_COUNT(filters)};
    hf_can_narrow(&w->session->actor, HF_CAN_READ, &query, w->arena);
    if (!hf_list_all(w->read, &query, w->arena, &page, err))
        return false;
    *out = page.count > 0 ? page.records[page.count - 1] : NULL;
    return true;
}

static bool read_few_answers(working *w, hf_error *err)
{
    const hf_provision_book *book = &w->out->book;
    w->out->answers = HF_NEW_N(w->arena, const hf_answer *, book->question_count + 1);
    w->out->first_evidence = HF_NEW_N(w->arena, uint32_t, book->question_count + 2); // none
    for (size_t q = 0; q < book->question_count; q++)
        if (!read_answer(w, book->questions[q]->head.key, &w->out->answers[q], err))
            return false;
    return true;
}

// What earlier rounds advised and nobody has done yet is still to be done: it stays one record, with one history, and
// every later round shows it.
static bool read_carried(working *w, hf_error *err)
{
    HF_VEC(const hf_recommendation *) open = {0};
    for (size_t i = 0; i < w->out->before_count; i++) {
        hf_page advice = {0};
        if (!read_parts(w, &hf_noun_recommendation, w->out->before[i]->head.key, &advice, err))
            return false;
        for (size_t r = 0; r < advice.count; r++)
            if (hf_recommendation_is_open(advice.records[r]))
                HF_VEC_ADD(w->arena, &open, advice.records[r]);
    }
    w->out->carried = open.items;
    w->out->carried_count = open.count;
    return true;
}

// --- scores ----------------------------------------------------------------------------------------------

static void prepare_input(working *w)
{
    const hf_provision_book *book = &w->out->book;
    int8_t *rating = HF_NEW_N(w->arena, int8_t, book->question_count + 1);
    bool *has_evidence = HF_NEW_N(w->arena, bool, book->question_count + 1);
    double *weight = HF_NEW_N(w->arena, double, book->provision_count + 1);
    double *question_weight = HF_NEW_N(w->arena, double, book->question_count + 1);
    bool *is_ageing = HF_NEW_N(w->arena, bool, book->question_count + 1);
    for (size_t i = 0; i < w->out->review_count; i++)
        is_ageing[w->out->reviews[i].question] = w->out->reviews[i].is_due;
    for (size_t q = 0; q < book->question_count; q++) {
        const hf_answer *answer = w->out->answers[q];
        rating[q] = hf_answer_score(answer);
        has_evidence[q] = answer != NULL && hf_results_have_evidence(w->out, q, w->session->now_ms);
        question_weight[q] = hf_question_weight(book->questions[q]);
    }
    for (size_t p = 0; p < book->provision_count; p++)
        weight[p] = hf_provision_weight(book->provisions[p]);
    w->input = (hf_score_input){.question_count = book->question_count,
                                .provision_count = book->provision_count,
                                .provision_of = book->provision_of,
                                .rating = rating,
                                .has_evidence = has_evidence,
                                .weight = weight,
                                .is_ageing = is_ageing,
                                .question_weight = question_weight};
}

// Themes in the order of the catalogue, a State's own behind them; only those that are asked.
static void find_themes(working *w)
{
    const hf_provision_book *book = &w->out->book;
    hf_map seen = hf_map_of(w->arena, 32), index = hf_map_of(w->arena, 32);
    HF_VEC(hf_str) codes = {0};
    uint32_t unused = 0;
    w->theme_of = HF_NEW_N(w->arena, uint32_t, book->provision_count + 1);
    for (size_t p = 0; p < book->provision_count; p++)
        (void)hf_map_add(&seen, book->provisions[p]->theme, 0, NULL);
    for (const hf_json *code = book->texts.themes->child; code != NULL; code = code->next)
        if (hf_map_get(&seen, code->text, &unused) &&
            hf_map_add(&index, code->text, (uint32_t)codes.count, NULL))
            HF_VEC_ADD(w->arena, &codes, code->text);
    for (size_t p = 0; p < book->provision_count; p++) {
        if (hf_map_add(&index, book->provisions[p]->theme, (uint32_t)codes.count, &w->theme_of[p]))
            HF_VEC_ADD(w->arena, &codes, book->provisions[p]->theme);
    }
    w->out->theme_count = codes.count;
    w->out->themes = HF_NEW_N(w->arena, hf_assessed_group, codes.count + 1);
    for (size_t i = 0; i < codes.count; i++) {
        hf_assessed_group *group = &w->out->themes[i];
        group->code = codes.items[i];
        group->name = hf_text_of(&book->texts, HF_STR("theme"), codes.items[i]);
        group->weight = hf_theme_weight(w->out->assessment, codes.items[i], &group->is_weight_set);
        group->score = hf_score_group(&w->input, w->out->scores, w->theme_of, (uint32_t)i);
    }
}

static void find_instruments(working *w)
{
    const hf_provision_book *book = &w->out->book;
    w->out->instruments = HF_NEW_N(w->arena, hf_assessed_group, book->instrument_count + 1);
    for (size_t i = 0; i < book->instrument_count; i++) {
        const hf_instrument *instrument = book->instruments[i];
        hf_score score =
            hf_score_group(&w->input, w->out->scores, book->instrument_of, (uint32_t)i);
        if (score.asked == 0)
            continue;
        w->out->instruments[w->out->instrument_count++] =
            (hf_assessed_group){.code = instrument->head.key,
                                .name = hf_instrument_name(&book->texts, instrument),
                                .score = score};
    }
}

static void rank_gaps(working *w)
{
    const hf_provision_book *book = &w->out->book;
    hf_assessment_results *out = w->out;
    double *values = HF_NEW_N(w->arena, double, book->provision_count + 1);
    uint32_t *order = HF_NEW_N(w->arena, uint32_t, book->provision_count + 1);
    out->gaps = HF_NEW_N(w->arena, hf_assessed_gap, book->provision_count + 1);
    for (size_t p = 0; p < book->provision_count; p++)
        values[p] = hf_gap_value(out->scores[p].implementation, out->themes[w->theme_of[p]].weight,
                                 hf_force_factor(hf_provision_force(book, p)));
    hf_gap_rank(values, book->provision_count, order);
    for (size_t i = 0; i < book->provision_count && values[order[i]] > 0; i++) {
        hf_assessed_gap *gap = &out->gaps[out->gap_count++];
        gap->provision = order[i];
        gap->value = values[order[i]];
        gap->theme_weight = out->themes[w->theme_of[order[i]]].weight;
        gap->force = hf_force_factor(hf_provision_force(book, order[i]));
        for (size_t r = 0; r < out->recommendation_count; r++)
            gap->recommendations += hf_str_equal(out->recommendations[r]->provision,
                                                 book->provisions[order[i]]->head.key);
        for (size_t n = 0; n < out->need_count; n++)
            gap->needs +=
                hf_str_has_word(out->needs[n]->provisions, book->provisions[order[i]]->head.key);
    }
}

// --- phases ----------------------------------------------------------------------------------------------

// Is one of these provisions of the phase? keys: words.
static bool touches(const hf_provision_book *book, const uint32_t *is_in, hf_str keys)
{
    hf_str key;
    uint32_t at = 0;
    while (hf_str_split(&keys, ' ', &key))
        if (hf_map_get(&book->provision_index, key, &at) && is_in[at] != 0)
            return true;
    return false;
}

static void find_phase(working *w, hf_phase phase, uint32_t *is_in, uint32_t *is_in_any)
{
    const hf_provision_book *book = &w->out->book;
    hf_assessed_phase *out = &w->out->phases[phase];
    for (size_t p = 0; p < book->provision_count; p++) {
        is_in[p] = hf_provision_serves(&book->texts, book->provisions[p], phase) ? 1 : 0;
        is_in_any[p] |= is_in[p];
        out->provisions += is_in[p];
    }
    out->score = hf_score_group(&w->input, w->out->scores, is_in, 1);
    for (size_t i = 0; i < w->out->gap_count; i++)
        out->gaps += is_in[w->out->gaps[i].provision];
    for (size_t i = 0; i < w->out->recommendation_count; i++)
        out->recommendations += hf_recommendation_is_open(w->out->recommendations[i]) &&
                                touches(book, is_in, w->out->recommendations[i]->provision);
    for (size_t i = 0; i < w->out->need_count; i++)
        out->needs += hf_assistance_need_is_open(w->out->needs[i]) &&
                      touches(book, is_in, w->out->needs[i]->provisions);
}

static void find_phases(working *w)
{
    size_t count = w->out->book.provision_count;
    uint32_t *is_in = HF_NEW_N(w->arena, uint32_t, count + 1);
    uint32_t *is_in_any = HF_NEW_N(w->arena, uint32_t, count + 1);
    for (size_t i = 0; i < HF_PHASE_COUNT; i++)
        find_phase(w, (hf_phase)i, is_in, is_in_any);
    for (size_t p = 0; p < count; p++)
        w->out->without_phase += is_in_any[p] == 0;
}

// --- audit areas and critical elements -------------------------------------------------------------------

static void find_audits(working *w)
{
    const hf_provision_book *book = &w->out->book;
    for (size_t q = 0; q < book->question_count; q++) {
        int32_t area = HF_WORD_NONE, element = HF_WORD_NONE;
        hf_question_audit(&book->texts, book->questions[q], &area, &element);
        if (area != HF_WORD_NONE)
            hf_audit_count(&w->out->audit_areas[area], w->input.rating[q]);
        if (element != HF_WORD_NONE)
            hf_audit_count(&w->out->critical_elements[element], w->input.rating[q]);
    }
}

// The assessment itself, and what it asks.
static bool open_assessment(working *w, hf_str key, hf_error *err)
{
    void *record = NULL;
    if (!hf_get_known(&w->session->actor, w->read, &hf_noun_assessment, key, w->arena, &record,
                      err))
        return false;
    if (record == NULL)
        return hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown", "there is no assessment '%.*s'",
                       HF_STR_ARG(key));
    w->out->assessment = record;
    if (w->book != NULL)
        w->out->book = copy_book(w->book, w->arena);
    else if (!hf_provision_book_read(w->session, w->read, w->arena, &w->out->book, err))
        return false;
    keep_asked(w);
    return true;
}

static void score(working *w)
{
    hf_assessment_results *out = w->out;
    prepare_input(w);
    out->scores = HF_NEW_N(w->arena, hf_score, out->book.provision_count + 1);
    hf_score_provisions(&w->input, out->scores);
    out->overall = hf_score_group(&w->input, out->scores, NULL, 0);
    find_themes(w);
    find_instruments(w);
    rank_gaps(w);
}

bool hf_assessment_results_read(const hf_session *session, hf_read *read, hf_str key,
                                hf_arena *arena, hf_assessment_results *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *own = NULL;
    working w = {.session = session, .arena = arena, .out = out};
    *out = (hf_assessment_results){0};
    if (!hf_can(&session->actor, HF_CAN_READ, &hf_noun_assessment, NULL, err))
        return false;
    if (read == NULL && !hf_read_begin(session->store, &own, err))
        return false;
    w.read = read != NULL ? read : own;
    if (!open_assessment(&w, key, err) ||
        !hf_rounds_before(session, w.read, out->assessment, arena, out->before, &out->before_count,
                          err) ||
        !read_answers(&w, err) || !read_advice(&w, err) || !count_findings(&w, err) ||
        !read_carried(&w, err) || !hf_find_reviews(session, w.read, out, arena, err))
        return false;
    score(&w);
    find_phases(&w);
    find_audits(&w);
    out->due = hf_stage_due((hf_stage)out->assessment->stage, out->assessment->stage_since,
                            out->assessment->cycle_months);
    out->is_overdue = out->due != HF_INTEGER_NONE && out->due < session->now_ms;
    return true;
}

bool hf_assessment_scores_read(const hf_session *session, hf_read *read, hf_str key,
                               const hf_provision_book *book, hf_str provisions, hf_arena *arena,
                               hf_assessment_results *out, hf_error *err)
{
    working w = {.session = session,
                 .read = read,
                 .arena = arena,
                 .out = out,
                 .book = book,
                 .only = &provisions};
    *out = (hf_assessment_results){0};
    if (!hf_can(&session->actor, HF_CAN_READ, &hf_noun_assessment, NULL, err) ||
        !open_assessment(&w, key, err) || !read_few_answers(&w, err))
        return false;
    score(&w);
    return true;
}

bool hf_assessment_reviews_read(const hf_session *session, hf_read *read, hf_str key,
                                const hf_provision_book *book, hf_arena *arena,
                                hf_assessment_results *out, hf_error *err)
{
    working w = {.session = session, .read = read, .arena = arena, .out = out, .book = book};
    *out = (hf_assessment_results){0};
    return hf_can(&session->actor, HF_CAN_READ, &hf_noun_assessment, NULL, err) &&
           open_assessment(&w, key, err) && read_answers(&w, err) &&
           hf_find_reviews(session, read, out, arena, err);
}
