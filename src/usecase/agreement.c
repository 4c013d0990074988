// SPDX-License-Identifier: Apache-2.0
//
// From the ratings of several assessors to what may be seen of them and how far they agree. The arithmetic is
// model/agreement.c.
#include "usecase/agreement.h"

#include <math.h>
#include <stdlib.h>

#include "base/vec.h"

typedef struct {
    const hf_session *session;
    hf_arena *arena;
    hf_rater_agreement *out;
    const hf_judgement **all; // by question, then by assessor
    size_t all_count;
    uint32_t *question_of; // of each of them: in the book
    uint32_t *coder_of;    // of each of them: among the assessors
} working;

bool hf_may_open_ratings(const hf_actor *actor, const hf_assessment *assessment)
{
    bool is_lead =
        assessment->lead.len > 0 && (hf_str_equal(assessment->lead, actor->name) ||
                                     hf_str_equal(assessment->lead, actor->display_name));
    return actor->is_local || (hf_may(actor, HF_CAN_EDIT, &hf_noun_assessment, assessment) &&
                               (is_lead || hf_may_everywhere(actor, HF_CAN_CONFIGURE)));
}

// --- reading ---------------------------------------------------------------------------------------------

// All of them, whoever asks: what is counted and what is shown is decided below.
static bool read_judgements(working *w, hf_read *read, hf_page *out, hf_error *err)
{
    const hf_filter filter = {hf_noun_field(&hf_noun_judgement, HF_STR("assessment"), NULL), HF_IS,
                              w->out->results.assessment->head.key};
    hf_query query = {.noun = &hf_noun_judgement, .filters = &filter, .filter_count = 1};
    return hf_list_all(read, &query, w->arena, out, err);
}

typedef struct {
    const hf_judgement *judgement;
    uint32_t question;
} placed;

static int by_question(const void *a, const void *b)
{
    const placed *one = a, *other = b;
    if (one->question != other->question)
        return one->question < other->question ? -1 : 1;
    return hf_str_compare(one->judgement->assessor, other->judgement->assessor);
}

static void sort_judgements(working *w, const hf_page *page)
{
    placed *list = HF_NEW_N(w->arena, placed, page->count + 1);
    for (size_t i = 0; i < page->count; i++) {
        const hf_judgement *one = page->records[i];
        uint32_t at = 0;
        if (hf_map_get(&w->out->results.book.question_index, one->question, &at))
            list[w->all_count++] = (placed){one, at};
    }
    qsort(list, w->all_count, sizeof *list, by_question);
    w->all = HF_NEW_N(w->arena, const hf_judgement *, w->all_count + 1);
    w->question_of = HF_NEW_N(w->arena, uint32_t, w->all_count + 1);
    for (size_t i = 0; i < w->all_count; i++) {
        w->all[i] = list[i].judgement;
        w->question_of[i] = list[i].question;
    }
}

static int by_text(const void *a, const void *b)
{
    return hf_str_compare(*(const hf_str *)a, *(const hf_str *)b);
}

// Who is named, and who has rated; at most HF_RATERS_MAX of them.
static void find_assessors(working *w)
{
    hf_map index = hf_map_of(w->arena, HF_RATERS_MAX);
    hf_str *names = HF_NEW_N(w->arena, hf_str, HF_RATERS_MAX);
    hf_str rest = w->out->results.assessment->assessors, name;
    size_t count = 0;
    while (hf_str_split(&rest, ' ', &name))
        if (name.len > 0 && count < HF_RATERS_MAX && hf_map_add(&index, name, 0, NULL))
            names[count++] = name;
    for (size_t i = 0; i < w->all_count; i++)
        if (count < HF_RATERS_MAX && hf_map_add(&index, w->all[i]->assessor, 0, NULL))
            names[count++] = w->all[i]->assessor;
    qsort(names, count, sizeof *names, by_text);
    for (size_t i = 0; i < count; i++)
        hf_map_set(&index, names[i], (uint32_t)i);
    w->coder_of = HF_NEW_N(w->arena, uint32_t, w->all_count + 1);
    for (size_t i = 0; i < w->all_count; i++)
        if (!hf_map_get(&index, w->all[i]->assessor, &w->coder_of[i]))
            w->coder_of[i] = UINT32_MAX;
    w->out->assessors = names;
    w->out->assessor_count = count;
}

// --- what is seen ----------------------------------------------------------------------------------------

static bool sees_all(const working *w, size_t from, size_t to)
{
    const hf_actor *actor = &w->session->actor;
    bool is_own = false;
    for (size_t i = from; i < to; i++)
        is_own |= hf_str_equal(w->all[i]->assessor, actor->name);
    return w->out->is_open || actor->is_local || is_own;
}

static hf_agreement_question question_from(working *w, size_t from, size_t to)
{
    int8_t values[HF_RATERS_MAX];
    const hf_judgement **seen = HF_NEW_N(w->arena, const hf_judgement *, to - from + 1);
    hf_agreement_question out = {.question = w->question_of[from],
                                 .seen = seen,
                                 .given_count = to - from,
                                 .is_seen = sees_all(w, from, to),
                                 .spread = {.median = (double)NAN, .spread = (double)NAN}};
    size_t count = 0;
    for (size_t i = from; out.is_seen && i < to; i++) {
        seen[out.seen_count++] = w->all[i];
        if (count < HF_RATERS_MAX)
            values[count++] = hf_judgement_value(w->all[i], true);
    }
    if (out.is_seen)
        out.spread = hf_spread_of(values, count);
    return out;
}

static void find_questions(working *w)
{
    w->out->questions = HF_NEW_N(w->arena, hf_agreement_question, w->all_count + 1);
    for (size_t from = 0, to = 0; from < w->all_count; from = to) {
        while (to < w->all_count && w->question_of[to] == w->question_of[from])
            to++;
        w->out->questions[w->out->question_count++] = question_from(w, from, to);
    }
}

// --- figures ---------------------------------------------------------------------------------------------

static bool is_in(const working *w, size_t question, hf_str theme)
{
    const hf_provision_book *book = &w->out->results.book;
    return theme.ptr == NULL ||
           hf_str_equal(book->provisions[book->provision_of[question]]->theme, theme);
}

// theme with ptr NULL: all. Where ratings are hidden, only how many there are is told.
static hf_agreement_score score(working *w, hf_str theme)
{
    size_t coders = w->out->assessor_count, units = 0, last = SIZE_MAX;
    int8_t *nominal = HF_NEW_N(w->arena, int8_t, (w->out->question_count + 1) * (coders + 1));
    int8_t *ordinal = HF_NEW_N(w->arena, int8_t, (w->out->question_count + 1) * (coders + 1));
    hf_agreement_score out = {.nominal = (double)NAN, .ordinal = (double)NAN};
    bool *has_rated = HF_NEW_N(w->arena, bool, coders + 1);
    size_t raters = 0;
    bool is_seen = true;
    for (size_t i = 0; i < w->all_count; i++) {
        if (!is_in(w, w->question_of[i], theme) || w->coder_of[i] == UINT32_MAX)
            continue;
        if (w->question_of[i] != last) {
            for (size_t c = 0; c < coders; c++)
                nominal[units * coders + c] = ordinal[units * coders + c] = HF_AGREEMENT_MISSING;
            last = w->question_of[i];
            units++;
        }
        nominal[(units - 1) * coders + w->coder_of[i]] = hf_judgement_value(w->all[i], false);
        ordinal[(units - 1) * coders + w->coder_of[i]] = hf_judgement_value(w->all[i], true);
        raters += !has_rated[w->coder_of[i]];
        has_rated[w->coder_of[i]] = true;
        out.ratings++;
    }
    for (size_t q = 0; q < w->out->question_count; q++) {
        const hf_agreement_question *one = &w->out->questions[q];
        if (!is_in(w, one->question, theme))
            continue;
        is_seen &= one->is_seen;
        out.questions += one->given_count > 1;
        out.disputed += one->spread.spread > HF_SPREAD_TO_TALK_OVER;
    }
    if (is_seen && raters >= HF_RATERS_FOR_ALPHA) {
        out.nominal = hf_alpha(nominal, units, coders, HF_ALPHA_NOMINAL);
        out.ordinal = hf_alpha(ordinal, units, coders, HF_ALPHA_ORDINAL);
    }
    return out;
}

bool hf_agreement_read(const hf_session *session, hf_str key, hf_arena *arena,
                       hf_rater_agreement *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    working w = {.session = session, .arena = arena, .out = out};
    hf_page judgements = {0};
    *out = (hf_rater_agreement){0};
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_assessment_results_read(session, read, key, arena, &out->results, err) ||
        !read_judgements(&w, read, &judgements, err))
        return false;
    const hf_assessment *assessment = out->results.assessment;
    out->is_open = assessment->ratings_open;
    out->may_open = !out->is_open && hf_may_open_ratings(&session->actor, assessment);
    out->may_rate = hf_is_assessor(assessment, session->actor.name);
    sort_judgements(&w, &judgements);
    find_assessors(&w);
    find_questions(&w);
    out->overall = score(&w, HF_STR_EMPTY);
    out->sections = HF_NEW_N(arena, hf_agreement_score, out->results.theme_count + 1);
    for (size_t i = 0; i < out->results.theme_count; i++)
        out->sections[i] = score(&w, out->results.themes[i].code);
    return true;
}

// --- JSON ------------------------------------------------------------------------------------------------

static void write_score(const hf_agreement_score *score, hf_json_writer *out)
{
    hf_json_put_double(out, "ordinal", score->ordinal);
    hf_json_put_double(out, "nominal", score->nominal);
    hf_json_put_u64(out, "questions", score->questions);
    hf_json_put_u64(out, "ratings", score->ratings);
    hf_json_put_u64(out, "disputed", score->disputed);
}

static void write_question(const hf_session *session, const hf_rater_agreement *a,
                           const hf_agreement_question *question, hf_json_writer *out)
{
    const hf_answer *answer = a->results.answers[question->question];
    hf_json_begin_object(out);
    hf_json_put_str(out, "question", a->results.book.questions[question->question]->head.key);
    hf_json_put_u64(out, "given", question->given_count);
    hf_json_name(out, "is_seen");
    hf_json_add_bool(out, question->is_seen);
    hf_json_put_double(out, "median", question->spread.median);
    hf_json_put_double(out, "spread", question->spread.spread);
    hf_json_name(out, "is_settled");
    hf_json_add_bool(out, answer != NULL && answer->rater_count != HF_INTEGER_NONE);
    hf_json_name(out, "judgements");
    hf_json_begin_array(out);
    for (size_t i = 0; i < question->seen_count; i++)
        hf_write_record(session, &hf_noun_judgement, question->seen[i], out);
    hf_json_end_array(out);
    hf_json_end_object(out);
}

void hf_write_agreement(const hf_session *session, const hf_rater_agreement *a, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_put_str(out, "assessment", a->results.assessment->head.key);
    hf_json_name(out, "is_open");
    hf_json_add_bool(out, a->is_open);
    hf_json_name(out, "may_open");
    hf_json_add_bool(out, a->may_open);
    hf_json_name(out, "may_rate");
    hf_json_add_bool(out, a->may_rate);
    hf_json_name(out, "assessors");
    hf_json_begin_array(out);
    for (size_t i = 0; i < a->assessor_count; i++)
        hf_json_add_str(out, a->assessors[i]);
    hf_json_end_array(out);
    hf_json_name(out, "overall");
    hf_json_begin_object(out);
    write_score(&a->overall, out);
    hf_json_end_object(out);
    hf_json_name(out, "sections");
    hf_json_begin_array(out);
    for (size_t i = 0; i < a->results.theme_count; i++) {
        if (a->sections[i].ratings == 0)
            continue;
        hf_json_begin_object(out);
        hf_json_put_str(out, "code", a->results.themes[i].code);
        hf_json_put_str(out, "name", a->results.themes[i].name);
        write_score(&a->sections[i], out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_name(out, "questions");
    hf_json_begin_array(out);
    for (size_t i = 0; i < a->question_count; i++)
        write_question(session, a, &a->questions[i], out);
    hf_json_end_array(out);
    hf_json_end_object(out);
}
