// SPDX-License-Identifier: Apache-2.0
//
// From the answers of an assessment to its results: what is asked, scores by provision, theme and instrument, gaps by
// rank with their factors. The arithmetic is model/scores.c.
#include "usecase/assessment.h"

#include <math.h>

#include "base/vec.h"

typedef struct {
    const hf_session *session;
    hf_read *read;
    hf_arena *arena;
    hf_assessment_results *out;
    uint32_t *theme_of; // of each provision: index into out->themes
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

// An answer that could be there, held against the one rule.
bool hf_may_section(const hf_session *session, hf_verb verb, const hf_assessment *assessment,
                    hf_str theme)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_answer *answer = hf_noun_new(&hf_noun_answer, &scratch);
    answer->part.head = assessment->head;
    answer->part.assessment = assessment->head.key;
    answer->part.sector = assessment->sector;
    answer->part.organisation = assessment->organisation;
    answer->part.section =
        hf_str_format(&scratch, "%.*s/%.*s", HF_STR_ARG(assessment->head.key), HF_STR_ARG(theme));
    return hf_may(&session->actor, verb, &hf_noun_answer, answer);
}

// Leaves in the book what this assessment asks. Instruments stay, so that their numbers do.
static void keep_asked(working *w)
{
    hf_provision_book *book = &w->out->book;
    size_t provisions = 0, questions = 0;
    hf_map index = hf_map_of(w->arena, book->provision_count);
    hf_map question_index = hf_map_of(w->arena, book->question_count);
    for (size_t p = 0; p < book->provision_count; p++) {
        size_t from = book->first_question[p], end = book->first_question[p + 1];
        if (!is_asked(w->out->assessment, book, p) ||
            !hf_may_section(w->session, HF_CAN_READ, w->out->assessment,
                            book->provisions[p]->theme))
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

static bool read_answers(working *w, hf_error *err)
{
    hf_provision_book *book = &w->out->book;
    hf_page answers = {0}, advice = {0}, needs = {0}, evidence = {0};
    w->out->answers = HF_NEW_N(w->arena, const hf_answer *, book->question_count + 1);
    hf_str own = w->out->assessment->head.key;
    if (!read_parts(w, &hf_noun_answer, own, &answers, err) ||
        !read_parts(w, &hf_noun_recommendation, own, &advice, err) ||
        !read_parts(w, &hf_noun_need, own, &needs, err) ||
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

static void count_audit(hf_audit_score *score, int8_t rating)
{
    score->asked++;
    score->applicable += rating >= 0;
    score->satisfied += rating >= HF_SCORE_SATISFYING;
}

static void find_audits(working *w)
{
    const hf_provision_book *book = &w->out->book;
    for (size_t q = 0; q < book->question_count; q++) {
        int32_t area = HF_WORD_NONE, element = HF_WORD_NONE;
        hf_question_audit(&book->texts, book->questions[q], &area, &element);
        if (area != HF_WORD_NONE)
            count_audit(&w->out->audit_areas[area], w->input.rating[q]);
        if (element != HF_WORD_NONE)
            count_audit(&w->out->critical_elements[element], w->input.rating[q]);
    }
}

uint64_t hf_results_told(const hf_assessment_results *r)
{
    uint64_t count = r->recommendation_count + r->carried_count + r->need_count + r->unasked_count;
    for (size_t i = 0; i < r->book.question_count; i++)
        count += r->answers[i] != NULL;
    return count + r->first_evidence[r->book.question_count];
}

int32_t hf_results_marking(const hf_assessment_results *results)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_head all = {.marking = results->assessment->head.marking};
    for (size_t i = 0; i < results->before_count; i++)
        hf_protect(&all, &results->before[i]->head, &scratch);
    hf_protect_by_provisions(&all, &results->book, &scratch);
    return all.marking;
}

bool hf_assessment_results_read(const hf_session *session, hf_read *read, hf_str key,
                                hf_arena *arena, hf_assessment_results *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *own = NULL;
    working w = {.session = session, .arena = arena, .out = out};
    void *record = NULL;
    *out = (hf_assessment_results){0};
    if (!hf_can(&session->actor, HF_CAN_READ, &hf_noun_assessment, NULL, err))
        return false;
    if (read == NULL && !hf_read_begin(session->store, &own, err))
        return false;
    read = read != NULL ? read : own;
    if (!hf_get_known(&session->actor, read, &hf_noun_assessment, key, arena, &record, err))
        return false;
    if (record == NULL)
        return hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown", "there is no assessment '%.*s'",
                       HF_STR_ARG(key));
    out->assessment = record;
    w.read = read;
    if (!hf_rounds_before(session, read, out->assessment, arena, out->before, &out->before_count,
                          err) ||
        !hf_provision_book_read(session, read, arena, &out->book, err))
        return false;
    keep_asked(&w);
    if (!read_answers(&w, err) || !read_carried(&w, err) ||
        !hf_find_reviews(session, read, out, arena, err))
        return false;
    prepare_input(&w);
    out->scores = HF_NEW_N(arena, hf_score, out->book.provision_count + 1);
    hf_score_provisions(&w.input, out->scores);
    out->overall = hf_score_group(&w.input, out->scores, NULL, 0);
    find_themes(&w);
    find_instruments(&w);
    rank_gaps(&w);
    find_phases(&w);
    find_audits(&w);
    out->due = hf_stage_due((hf_stage)out->assessment->stage, out->assessment->stage_since,
                            out->assessment->cycle_months);
    out->is_overdue = out->due != HF_INTEGER_NONE && out->due < session->now_ms;
    return true;
}

// --- JSON ------------------------------------------------------------------------------------------------

void hf_write_score(const hf_score *score, hf_json_writer *out)
{
    hf_json_put_double(out, "implementation", score->implementation);
    hf_json_put_double(out, "evidence_cover", hf_score_evidence_cover(score));
    hf_json_put_double(out, "effective", hf_score_effective(score));
    hf_json_put_u64(out, "asked", score->asked);
    hf_json_put_u64(out, "answered", score->answered);
    hf_json_put_u64(out, "applicable", score->applicable);
    hf_json_put_u64(out, "satisfied", score->satisfied);
    hf_json_put_u64(out, "claimed", score->claimed);
    hf_json_put_u64(out, "evidenced", score->evidenced);
    hf_json_put_u64(out, "ageing", score->ageing);
    hf_json_put_u64(out, "weighted", score->weighted);
}

static void write_groups(const hf_session *session, const hf_assessment *assessment,
                         hf_json_writer *out, const char *name, const hf_assessed_group *groups,
                         size_t group_count, bool has_weight)
{
    hf_json_name(out, name);
    hf_json_begin_array(out);
    for (size_t i = 0; i < group_count; i++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "code", groups[i].code);
        hf_json_put_str(out, "name", groups[i].name);
        if (has_weight) {
            hf_json_put_double(out, "weight", groups[i].weight);
            hf_json_name(out, "is_weight_set");
            hf_json_add_bool(out, groups[i].is_weight_set);
            hf_json_name(out, "may_answer");
            hf_json_add_bool(out, hf_may_section(session, HF_CAN_EDIT, assessment, groups[i].code));
        }
        hf_write_score(&groups[i].score, out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

// All of them: a phase that nothing is asked about is the one to see.
static void write_phases(const hf_assessment_results *r, hf_json_writer *out)
{
    hf_json_name(out, "phases");
    hf_json_begin_array(out);
    for (size_t i = 0; i < HF_PHASE_COUNT; i++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "phase", hf_str_of(hf_phase_words[i]));
        hf_json_put_u64(out, "provisions", r->phases[i].provisions);
        hf_json_put_u64(out, "gaps", r->phases[i].gaps);
        hf_json_put_u64(out, "recommendations", r->phases[i].recommendations);
        hf_json_put_u64(out, "needs", r->phases[i].needs);
        hf_write_score(&r->phases[i].score, out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_put_u64(out, "without_phase", r->without_phase);
}

static void write_audits(hf_json_writer *out, const char *name, const char *const *words,
                         const hf_audit_score *scores, size_t count)
{
    hf_json_name(out, name);
    hf_json_begin_array(out);
    for (size_t i = 0; i < count; i++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "code", hf_str_of(words[i]));
        hf_json_put_u64(out, "asked", scores[i].asked);
        hf_json_put_u64(out, "applicable", scores[i].applicable);
        hf_json_put_u64(out, "satisfied", scores[i].satisfied);
        hf_json_put_double(out, "effective", hf_audit_effective(&scores[i]));
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_gaps(const hf_assessment_results *r, hf_json_writer *out)
{
    hf_json_name(out, "gaps");
    hf_json_begin_array(out);
    for (size_t i = 0; i < r->gap_count; i++) {
        const hf_assessed_gap *gap = &r->gaps[i];
        const hf_provision *provision = r->book.provisions[gap->provision];
        hf_json_begin_object(out);
        hf_json_put_str(out, "provision", provision->head.key);
        hf_json_put_double(out, "value", gap->value);
        hf_json_put_double(out, "score", r->scores[gap->provision].implementation);
        hf_json_put_double(out, "theme_weight", gap->theme_weight);
        hf_json_put_double(out, "force_factor", gap->force);
        hf_json_put_u64(out, "recommendations", gap->recommendations);
        hf_json_put_u64(out, "needs", gap->needs);
        hf_json_put_str(out, "proposed_urgency", hf_urgency_word(hf_urgency_of_gap(gap->value)));
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_provisions(const hf_assessment_results *r, hf_json_writer *out)
{
    hf_json_name(out, "provisions");
    hf_json_begin_array(out);
    for (size_t p = 0; p < r->book.provision_count; p++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "key", r->book.provisions[p]->head.key);
        hf_write_score(&r->scores[p], out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

// The rounds before, the newest first, and what is still open of what they advised.
static void write_rounds(const hf_session *session, const hf_assessment_results *r,
                         hf_json_writer *out)
{
    hf_json_name(out, "rounds_before");
    hf_json_begin_array(out);
    for (size_t i = 0; i < r->before_count; i++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "key", r->before[i]->head.key);
        hf_json_put_str(out, "title", r->before[i]->title);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_name(out, "carried");
    hf_json_begin_array(out);
    for (size_t i = 0; i < r->carried_count; i++)
        hf_write_record(session, &hf_noun_recommendation, r->carried[i], out);
    hf_json_end_array(out);
}

void hf_write_assessment_results(const hf_session *session, const hf_assessment_results *r,
                                 hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "assessment");
    hf_write_record(session, &hf_noun_assessment, r->assessment, out);
    hf_noun_write_time(out, "due_at", r->due);
    hf_json_name(out, "is_overdue");
    hf_json_add_bool(out, r->is_overdue);
    hf_json_name(out, "overall");
    hf_json_begin_object(out);
    hf_write_score(&r->overall, out);
    hf_json_end_object(out);
    write_groups(session, r->assessment, out, "themes", r->themes, r->theme_count, true);
    write_groups(session, r->assessment, out, "instruments", r->instruments, r->instrument_count,
                 false);
    write_phases(r, out);
    write_audits(out, "audit_areas", hf_audit_area_words, r->audit_areas, HF_AUDIT_AREA_COUNT);
    write_audits(out, "critical_elements", hf_critical_element_words, r->critical_elements,
                 HF_CRITICAL_ELEMENT_COUNT);
    write_provisions(r, out);
    write_gaps(r, out);
    hf_write_reviews(r, out);
    write_rounds(session, r, out);
    hf_json_name(out, "unasked");
    hf_json_begin_array(out);
    for (size_t i = 0; i < r->unasked_count; i++)
        hf_write_record(session, &hf_noun_answer, r->unasked[i], out);
    hf_json_end_array(out);
    hf_json_end_object(out);
}
