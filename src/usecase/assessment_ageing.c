// SPDX-License-Identifier: Apache-2.0
//
// What of an assessment must be looked at again, by when and why; and what of that waits for one person.
#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/vec.h"
#include "model/ageing.h"
#include "usecase/assessment.h"

static int by_day(const void *one, const void *other)
{
    const hf_assessed_review *a = one, *b = other;
    if (a->by != b->by)
        return a->by < b->by ? -1 : 1;
    return a->question < b->question ? -1 : a->question > b->question;
}

bool hf_find_reviews(const hf_session *session, hf_read *read, hf_assessment_results *results,
                     hf_arena *arena, hf_error *err)
{
    const hf_assessment *after = NULL;
    if (!hf_round_after(session, read, results->assessment->head.key, HF_STR_EMPTY, arena, &after,
                        err))
        return false;
    size_t questions = results->book.question_count;
    int64_t months = hf_answer_months(results->assessment);
    results->reviews = HF_NEW_N(arena, hf_assessed_review, questions + 1);
    for (size_t q = 0; q < questions && after == NULL; q++) {
        hf_assessed_review *one = &results->reviews[results->review_count];
        uint32_t from = results->first_evidence[q], end = results->first_evidence[q + 1];
        *one = (hf_assessed_review){.question = q};
        one->by = hf_answer_stands_until(results->answers[q], results->evidence + from, end - from,
                                         months, &one->why);
        one->is_due = one->by <= session->now_ms;
        results->review_count += one->by != HF_INTEGER_NONE;
    }
    qsort(results->reviews, results->review_count, sizeof *results->reviews, by_day);
    return true;
}

void hf_write_reviews(const hf_assessment_results *results, hf_json_writer *out)
{
    hf_json_put_u64(out, "answer_months", (uint64_t)hf_answer_months(results->assessment));
    hf_json_name(out, "reviews");
    hf_json_begin_array(out);
    for (size_t i = 0; i < results->review_count; i++) {
        const hf_assessed_review *one = &results->reviews[i];
        hf_json_begin_object(out);
        hf_json_put_str(out, "question", results->book.questions[one->question]->head.key);
        hf_noun_write_time(out, "by", one->by);
        hf_json_put_str(out, "why", hf_str_of(hf_ageing_words[one->why]));
        hf_json_put_bool(out, "is_due", one->is_due);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

// --- one's own -------------------------------------------------------------------------------------------

typedef struct {
    const hf_session *session;
    hf_read *read;
    hf_arena *arena;
    hf_provision_book book;
    HF_VEC(hf_waiting_reviews) list;
} looking;

static bool rates_in(const hf_session *session, const hf_assessment *assessment)
{
    return session->actor.is_local || hf_is_assessor(assessment, session->actor.name);
}

static void count_waiting(const looking *l, const hf_assessment_results *results,
                          hf_waiting_reviews *out)
{
    const hf_provision_book *book = &results->book;
    int64_t soon = l->session->now_ms + HF_EVIDENCE_ENDS_DAYS * HF_DAY_MS;
    for (size_t i = 0; i < results->review_count && results->reviews[i].by <= soon; i++) {
        const hf_assessed_review *one = &results->reviews[i];
        bool is_evidence = one->why == HF_AGEING_EVIDENCE;
        hf_str theme = book->provisions[book->provision_of[one->question]]->theme;
        // An answer that is about to be old is not yet; evidence has to be asked for before it ends.
        if ((!one->is_due && !is_evidence) ||
            !hf_may_section(l->session, HF_CAN_EDIT, results->assessment, theme))
            continue;
        if (out->by == HF_INTEGER_NONE)
            out->by = one->by;
        *(!is_evidence ? &out->old : one->is_due ? &out->lapsed : &out->ending) += 1;
    }
}

static bool look_into(looking *l, const hf_assessment *assessment, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_assessment_results results;
    hf_waiting_reviews waiting = {.marking = assessment->head.marking, .by = HF_INTEGER_NONE};
    if (!hf_assessment_reviews_read(l->session, l->read, assessment->head.key, &l->book, &scratch,
                                    &results, err))
        return false;
    count_waiting(l, &results, &waiting);
    if (waiting.by == HF_INTEGER_NONE)
        return true;
    waiting.key = hf_str_copy(l->arena, assessment->head.key);
    waiting.title = hf_str_copy(l->arena, assessment->title);
    HF_VEC_ADD(l->arena, &l->list, waiting);
    return true;
}

static bool look_through(looking *l, hf_own_reviews *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena cursors = {0};
    hf_query query = {.noun = &hf_noun_assessment,
                      .sort = hf_noun_field(&hf_noun_assessment, HF_STR("starts_at"), NULL),
                      .descending = true,
                      .limit = HF_LIST_LIMIT_MAX};
    size_t looked = 0;
    hf_can_narrow(&l->session->actor, HF_CAN_READ, &query, l->arena);
    do {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        hf_page page = {0};
        if (!hf_store_list(l->read, &query, &scratch, &page, err))
            return false;
        for (size_t i = 0; i < page.count; i++) {
            if (!rates_in(l->session, page.records[i]))
                continue;
            out->is_cut = looked++ == HF_OWN_ASSESSMENTS_MAX;
            if (out->is_cut)
                return true;
            if (!look_into(l, page.records[i], err))
                return false;
        }
        query.cursor = hf_str_copy(&cursors, page.next);
    } while (query.cursor.len > 0);
    return true;
}

static int first_due_first(const void *one, const void *other)
{
    const hf_waiting_reviews *a = one, *b = other;
    if (a->by != b->by)
        return a->by < b->by ? -1 : 1;
    return hf_str_compare(a->key, b->key);
}

bool hf_find_own_reviews(const hf_session *session, hf_arena *arena, hf_own_reviews *out,
                         hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    *out = (hf_own_reviews){0};
    if (!hf_can(&session->actor, HF_CAN_READ, &hf_noun_assessment, NULL, err))
        return false;
    if (!hf_may(&session->actor, HF_CAN_EDIT, &hf_noun_answer, NULL))
        return true;
    if (!hf_read_begin(session->store, &read, err))
        return false;
    looking l = {.session = session, .read = read, .arena = arena};
    if (!hf_provision_book_read(session, read, arena, &l.book, err) || !look_through(&l, out, err))
        return false;
    if (l.list.count > 0)
        qsort(l.list.items, l.list.count, sizeof *l.list.items, first_due_first);
    out->list = l.list.items;
    out->count = l.list.count;
    return true;
}

void hf_write_own_reviews(const hf_own_reviews *reviews, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_put_u64(out, "evidence_ends_days", HF_EVIDENCE_ENDS_DAYS);
    hf_json_put_bool(out, "is_cut", reviews->is_cut);
    hf_json_name(out, "items");
    hf_json_begin_array(out);
    for (size_t i = 0; i < reviews->count; i++) {
        const hf_waiting_reviews *one = &reviews->list[i];
        hf_json_begin_object(out);
        hf_json_put_str(out, "assessment", one->key);
        hf_json_put_str(out, "title", one->title);
        hf_json_put_str(out, "marking", hf_str_of(hf_marking_words[one->marking]));
        hf_json_put_u64(out, "old", one->old);
        hf_json_put_u64(out, "lapsed", one->lapsed);
        hf_json_put_u64(out, "ending", one->ending);
        hf_noun_write_time(out, "by", one->by);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_end_object(out);
}
