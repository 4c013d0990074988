// SPDX-License-Identifier: Apache-2.0
//
// What of an assessment must be looked at again, by when and why.
#include <stdlib.h>

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
