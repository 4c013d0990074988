// SPDX-License-Identifier: Apache-2.0
//
// Two rounds beside each other: like with like, by question, provision, theme and instrument; what became of gaps and of
// what was advised. The arithmetic is model/scores.c.
#include "usecase/assessment.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    const hf_session *session;
    hf_read *read;
    hf_arena *arena;
    hf_round_comparison *out;
    hf_map provision_index; // key → index of out->provisions
    uint32_t *earlier_at,
        *later_at; // of each provision: its index in that round's book, or NOT_ASKED
    uint32_t *theme_of, *instrument_of;      // of each provision: index into out's groups
    uint32_t *provision_of;                  // of each question
    const hf_provision_question **questions; // all that either round asks
    size_t question_count;
    hf_score_input earlier, later;
    hf_score *earlier_scores, *later_scores; // over what both rated
    hf_change_counts *changes;
} working;
#define NOT_ASKED UINT32_MAX

double hf_score_difference(const hf_score *earlier, const hf_score *later)
{
    return later->implementation - earlier->implementation;
}

// --- which is the earlier one ----------------------------------------------------------------------------

static bool came_before(const hf_assessment_results *round, const hf_assessment *other)
{
    for (size_t i = 0; i < round->before_count; i++)
        if (hf_str_equal(round->before[i]->head.key, other->head.key))
            return true;
    return false;
}

static bool is_reversed(const hf_assessment_results *one, const hf_assessment_results *other)
{
    int64_t one_at = one->assessment->starts_at, other_at = other->assessment->starts_at;
    if (came_before(other, one->assessment) || came_before(one, other->assessment))
        return !came_before(other, one->assessment);
    return one_at != HF_INTEGER_NONE && other_at != HF_INTEGER_NONE && one_at > other_at;
}

static bool read_both(working *w, hf_str one, hf_str other, hf_error *err)
{
    hf_round_comparison *out = w->out;
    if (!hf_assessment_results_read(w->session, w->read, one, w->arena, &out->earlier, err) ||
        !hf_assessment_results_read(w->session, w->read, other, w->arena, &out->later, err))
        return false;
    if (hf_str_equal(out->earlier.assessment->head.key, out->later.assessment->head.key))
        return hf_fail(err, HF_ERR_INPUT, "assessment.same_round",
                       "'%.*s' is one round; name two of them", HF_STR_ARG(one));
    if (!hf_is_same_subject(out->earlier.assessment, out->later.assessment))
        return hf_fail(err, HF_ERR_INPUT, "assessment.other_subject",
                       "'%.*s' and '%.*s' assess different subjects; compare rounds of the same "
                       "State, sector or organisation",
                       HF_STR_ARG(one), HF_STR_ARG(other));
    if (is_reversed(&out->earlier, &out->later)) {
        hf_assessment_results later = out->earlier;
        out->earlier = out->later;
        out->later = later;
    }
    return true;
}

// --- what either asks ------------------------------------------------------------------------------------

static void add_round(working *w, const hf_provision_book *book, uint32_t *at)
{
    for (size_t p = 0; p < book->provision_count; p++) {
        uint32_t index = (uint32_t)w->out->provision_count;
        if (hf_map_add(&w->provision_index, book->provisions[p]->head.key, index, &index)) {
            hf_compared_provision *one = &w->out->provisions[w->out->provision_count++];
            one->provision = book->provisions[p];
            one->title = hf_provision_title(&book->texts, book->provisions[p]);
            for (size_t q = book->first_question[p]; q < book->first_question[p + 1]; q++) {
                w->provision_of[w->question_count] = index;
                w->questions[w->question_count++] = book->questions[q];
            }
        }
        at[index] = (uint32_t)p;
    }
}

// Of one catalogue, so a provision that both ask has the same questions in both.
static void join_books(working *w)
{
    const hf_provision_book *earlier = &w->out->earlier.book, *later = &w->out->later.book;
    size_t most = earlier->provision_count + later->provision_count + 1;
    size_t most_questions = earlier->question_count + later->question_count + 1;
    w->provision_index = hf_map_of(w->arena, most);
    w->out->provisions = HF_NEW_N(w->arena, hf_compared_provision, most);
    w->earlier_at = HF_NEW_N(w->arena, uint32_t, most);
    w->later_at = HF_NEW_N(w->arena, uint32_t, most);
    w->questions = HF_NEW_N(w->arena, const hf_provision_question *, most_questions);
    w->provision_of = HF_NEW_N(w->arena, uint32_t, most_questions);
    for (size_t i = 0; i < most; i++)
        w->earlier_at[i] = w->later_at[i] = NOT_ASKED;
    add_round(w, later, w->later_at);
    add_round(w, earlier, w->earlier_at);
}

// --- figures ---------------------------------------------------------------------------------------------

// Evidence that has expired since a round ended counted in it.
static int64_t judged_at(const working *w, const hf_assessment *assessment)
{
    int64_t end = hf_assessment_over_at(assessment);
    bool is_over = end != HF_INTEGER_NONE && end <= w->session->now_ms;
    return is_over ? end - 1 : w->session->now_ms; // the last moment of it
}

static hf_score_input input_of(working *w, const hf_assessment_results *round)
{
    size_t count = w->question_count, provisions = w->out->provision_count;
    int8_t *rating = HF_NEW_N(w->arena, int8_t, count + 1);
    bool *has_evidence = HF_NEW_N(w->arena, bool, count + 1);
    double *weight = HF_NEW_N(w->arena, double, provisions + 1);
    double *question_weight = HF_NEW_N(w->arena, double, count + 1);
    bool *is_due =
        HF_NEW_N(w->arena, bool, round->book.question_count + 1); // of the round's own book
    bool *is_ageing = HF_NEW_N(w->arena, bool, count + 1);
    int64_t at_ms = judged_at(w, round->assessment);
    for (size_t i = 0; i < round->review_count; i++)
        is_due[round->reviews[i].question] = round->reviews[i].is_due;
    for (size_t q = 0; q < count; q++) {
        uint32_t at = 0;
        const hf_answer *answer =
            hf_map_get(&round->book.question_index, w->questions[q]->head.key, &at)
                ? round->answers[at]
                : NULL;
        is_ageing[q] = answer != NULL && is_due[at];
        rating[q] = hf_answer_score(answer);
        has_evidence[q] = answer != NULL && hf_results_have_evidence(round, at, at_ms);
        question_weight[q] = hf_question_weight(w->questions[q]);
    }
    for (size_t p = 0; p < provisions; p++)
        weight[p] = hf_provision_weight(w->out->provisions[p].provision);
    return (hf_score_input){.question_count = count,
                            .provision_count = provisions,
                            .provision_of = w->provision_of,
                            .rating = rating,
                            .has_evidence = has_evidence,
                            .weight = weight,
                            .is_ageing = is_ageing,
                            .question_weight = question_weight};
}

static void score(working *w)
{
    size_t count = w->out->provision_count;
    w->earlier = input_of(w, &w->out->earlier);
    w->later = input_of(w, &w->out->later);
    w->earlier_scores = HF_NEW_N(w->arena, hf_score, count + 1);
    w->later_scores = HF_NEW_N(w->arena, hf_score, count + 1);
    w->changes = HF_NEW_N(w->arena, hf_change_counts, count + 1);
    hf_score_common(&w->earlier, &w->later, w->earlier_scores, w->later_scores, w->changes);
    for (size_t p = 0; p < count; p++) {
        w->out->provisions[p].earlier = w->earlier_scores[p];
        w->out->provisions[p].later = w->later_scores[p];
        w->out->provisions[p].changes = w->changes[p];
    }
}

static hf_compared_group compare_group(const working *w, const uint32_t *group_of, uint32_t group)
{
    return (hf_compared_group){
        .earlier = hf_score_group(&w->earlier, w->earlier_scores, group_of, group),
        .later = hf_score_group(&w->later, w->later_scores, group_of, group),
        .changes = hf_change_group(w->changes, w->out->provision_count, group_of, group)};
}

void hf_compare_provisions(const hf_session *session, const hf_assessment_results *earlier,
                           const hf_assessment_results *later, hf_str provisions, hf_arena *arena,
                           hf_compared_group *out)
{
    hf_round_comparison both = {.earlier = *earlier, .later = *later};
    working w = {.session = session, .arena = arena, .out = &both};
    join_books(&w);
    score(&w);
    uint32_t *group_of = HF_NEW_N(arena, uint32_t, both.provision_count + 1);
    for (size_t p = 0; p < both.provision_count; p++)
        group_of[p] = hf_str_has_word(provisions, both.provisions[p].provision->head.key);
    *out = compare_group(&w, group_of, 1);
}

// The groups of the later round in their order, then those that only the earlier one had.
static hf_compared_group *join_groups(working *w, const hf_assessed_group *later,
                                      size_t later_count, const hf_assessed_group *earlier,
                                      size_t earlier_count, size_t *count)
{
    hf_map index = hf_map_of(w->arena, later_count + earlier_count + 1);
    hf_compared_group *groups =
        HF_NEW_N(w->arena, hf_compared_group, later_count + earlier_count + 1);
    *count = 0;
    for (size_t i = 0; i < later_count + earlier_count; i++) {
        const hf_assessed_group *from = i < later_count ? &later[i] : &earlier[i - later_count];
        if (hf_map_add(&index, from->code, (uint32_t)*count, NULL))
            groups[(*count)++] = (hf_compared_group){.code = from->code, .name = from->name};
    }
    return groups;
}

static uint32_t group_at(const hf_compared_group *groups, size_t count, hf_str code)
{
    for (size_t i = 0; i < count; i++)
        if (hf_str_equal(groups[i].code, code))
            return (uint32_t)i;
    return NOT_ASKED; // an instrument that is not there
}

static void fill_groups(const working *w, hf_compared_group *groups, size_t count,
                        const uint32_t *group_of)
{
    for (size_t i = 0; i < count; i++) {
        hf_compared_group filled = compare_group(w, group_of, (uint32_t)i);
        filled.code = groups[i].code;
        filled.name = groups[i].name;
        groups[i] = filled;
    }
}

static void find_groups(working *w)
{
    hf_round_comparison *out = w->out;
    const hf_assessment_results *e = &out->earlier, *l = &out->later;
    w->theme_of = HF_NEW_N(w->arena, uint32_t, out->provision_count + 1);
    w->instrument_of = HF_NEW_N(w->arena, uint32_t, out->provision_count + 1);
    out->themes =
        join_groups(w, l->themes, l->theme_count, e->themes, e->theme_count, &out->theme_count);
    out->instruments = join_groups(w, l->instruments, l->instrument_count, e->instruments,
                                   e->instrument_count, &out->instrument_count);
    for (size_t p = 0; p < out->provision_count; p++) {
        const hf_provision *provision = out->provisions[p].provision;
        w->theme_of[p] = group_at(out->themes, out->theme_count, provision->theme);
        w->instrument_of[p] =
            group_at(out->instruments, out->instrument_count, provision->instrument);
    }
    fill_groups(w, out->themes, out->theme_count, w->theme_of);
    fill_groups(w, out->instruments, out->instrument_count, w->instrument_of);
    out->overall = compare_group(w, NULL, 0);
}

// --- questions -------------------------------------------------------------------------------------------

static int by_fall(const void *a, const void *b)
{
    const hf_compared_question *one = a, *other = b;
    int fall = one->change == HF_CHANGE_DOWN ? one->earlier - one->later : 0;
    int other_fall = other->change == HF_CHANGE_DOWN ? other->earlier - other->later : 0;
    if (fall != other_fall)
        return other_fall - fall;
    return (one->place > other->place) - (one->place < other->place);
}

static void list_questions(working *w)
{
    hf_round_comparison *out = w->out;
    out->questions = HF_NEW_N(w->arena, hf_compared_question, w->question_count + 1);
    for (size_t q = 0; q < w->question_count; q++) {
        hf_rating_change change = hf_rating_compare(w->earlier.rating[q], w->later.rating[q]);
        if (change == HF_CHANGE_UNANSWERED)
            continue;
        out->questions[out->question_count++] =
            (hf_compared_question){.question = w->questions[q],
                                   .place = q,
                                   .provision = w->provision_of[q],
                                   .earlier = w->earlier.rating[q],
                                   .later = w->later.rating[q],
                                   .change = change};
    }
    qsort(out->questions, out->question_count, sizeof(*out->questions), by_fall);
}

// --- gaps ------------------------------------------------------------------------------------------------

// Which provisions had a gap in a round before the earlier one.
static bool find_older_gaps(working *w, bool *was_gap, hf_error *err)
{
    const hf_assessment_results *earlier = &w->out->earlier;
    for (size_t i = 0; i < earlier->before_count; i++) {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        hf_assessment_results older;
        uint32_t at = 0;
        if (!hf_assessment_results_read(w->session, w->read, earlier->before[i]->head.key, &scratch,
                                        &older, err))
            return false;
        for (size_t g = 0; g < older.gap_count; g++)
            if (hf_map_get(&w->provision_index,
                           older.book.provisions[older.gaps[g].provision]->head.key, &at))
                was_gap[at] = true;
    }
    return true;
}

static double own_score(const hf_assessment_results *round, uint32_t at)
{
    return at == NOT_ASKED ? (double)NAN : round->scores[at].implementation;
}

// By the factors of the later round, where it asks the provision: a theme that weighs more now makes no gap larger than
// it was.
static double gap_value(const working *w, size_t p, double missing_of)
{
    const hf_assessment_results *round =
        w->later_at[p] != NOT_ASKED ? &w->out->later : &w->out->earlier;
    uint32_t at = w->later_at[p] != NOT_ASKED ? w->later_at[p] : w->earlier_at[p];
    bool is_set = false;
    double weight =
        hf_theme_weight(round->assessment, w->out->provisions[p].provision->theme, &is_set);
    return hf_gap_value(missing_of, weight, hf_force_factor(hf_provision_force(&round->book, at)));
}

static bool compare_gaps(working *w, hf_error *err)
{
    hf_round_comparison *out = w->out;
    bool *was_gap = HF_NEW_N(w->arena, bool, out->provision_count + 1);
    if (!find_older_gaps(w, was_gap, err))
        return false;
    for (size_t p = 0; p < out->provision_count; p++) {
        hf_compared_provision *one = &out->provisions[p];
        const hf_gap_pair pair = {.earlier_own = own_score(&out->earlier, w->earlier_at[p]),
                                  .later_own = own_score(&out->later, w->later_at[p]),
                                  .earlier_common = one->earlier.implementation,
                                  .later_common = one->later.implementation,
                                  .only_earlier = one->changes.only_earlier,
                                  .dropped = one->changes.dropped,
                                  .was_gap_before = was_gap[p]};
        one->gap = hf_gap_compare(&pair);
        one->gap_value =
            gap_value(w, p, one->gap == HF_GAP_CLOSED ? pair.earlier_own : pair.later_own);
        out->gap_counts[one->gap]++;
    }
    return true;
}

// --- what was advised ------------------------------------------------------------------------------------

static void add_advice(working *w, const hf_recommendation *const *list, size_t count)
{
    hf_round_comparison *out = w->out;
    for (size_t i = 0; i < count; i++) {
        uint32_t at = 0;
        bool is_there = hf_map_get(&w->provision_index, list[i]->provision, &at);
        out->advice[out->advice_count++] = (hf_compared_advice){
            .recommendation = list[i],
            .provision = is_there ? at : SIZE_MAX,
            .is_open = hf_recommendation_is_open(list[i]),
            .is_overdue = hf_recommendation_is_overdue(list[i], w->session->now_ms)};
    }
}

static void follow_advice(working *w)
{
    const hf_assessment_results *earlier = &w->out->earlier;
    w->out->advice = HF_NEW_N(w->arena, hf_compared_advice,
                              earlier->recommendation_count + earlier->carried_count + 1);
    add_advice(w, earlier->recommendations, earlier->recommendation_count);
    add_advice(w, earlier->carried, earlier->carried_count);
}

bool hf_compare_rounds(const hf_session *session, hf_str one, hf_str other, hf_arena *arena,
                       hf_round_comparison *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    working w = {.session = session, .arena = arena, .out = out};
    *out = (hf_round_comparison){0};
    if (!hf_can(&session->actor, HF_CAN_READ, &hf_noun_assessment, NULL, err) ||
        !hf_read_begin(session->store, &read, err))
        return false;
    w.read = read;
    if (!read_both(&w, one, other, err))
        return false;
    join_books(&w);
    score(&w);
    find_groups(&w);
    list_questions(&w);
    follow_advice(&w);
    return compare_gaps(&w, err);
}
