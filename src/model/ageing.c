// SPDX-License-Identifier: Apache-2.0
//
// Ages of answers and ends of their evidence.
#include "model/ageing.h"

#include "base/clock.h"
#include "model/scores.h"

const char *const hf_ageing_words[] = {"age", "evidence", NULL};

int64_t hf_answer_months(const hf_assessment *assessment)
{
    return assessment->review_months != HF_INTEGER_NONE ? assessment->review_months
                                                        : assessment->cycle_months;
}

// What came by a file may not say when it was answered; it has not been known for longer than it has been here.
static int64_t old_from(const hf_answer *answer, int64_t months)
{
    int64_t since =
        answer->answered_at != HF_INTEGER_NONE ? answer->answered_at : answer->part.head.created_ms;
    return hf_time_add_months(since, months);
}

// The end of the last one counts: while one holds, the answer is evidenced. HF_INTEGER_NONE: one has no end.
static int64_t later_end(int64_t end, int64_t other)
{
    if (end == HF_INTEGER_NONE || other == HF_INTEGER_NONE)
        return HF_INTEGER_NONE;
    return end > other ? end : other;
}

// HF_INTEGER_NONE: nothing was accepted, or it does not run out.
static int64_t evidence_end(const hf_answer *answer, const hf_evidence *const *evidence,
                            size_t count)
{
    bool has_any = answer->evidence_accepted;
    int64_t end = has_any ? answer->evidence_expires_at : 0;
    for (size_t i = 0; i < count; i++) {
        if (evidence[i]->state != HF_EVIDENCE_ACCEPTED)
            continue;
        end = has_any ? later_end(end, evidence[i]->expires_at) : evidence[i]->expires_at;
        has_any = true;
    }
    return has_any ? end : HF_INTEGER_NONE;
}

int64_t hf_answer_stands_until(const hf_answer *answer, const hf_evidence *const *evidence,
                               size_t count, int64_t months, hf_ageing_reason *why)
{
    *why = HF_AGEING_AGE;
    if (answer == NULL || answer->rating == HF_WORD_NONE)
        return HF_INTEGER_NONE;
    // Only what claims something stands or falls with its evidence.
    int64_t until = old_from(answer, months);
    int64_t end = hf_answer_score(answer) >= HF_SCORE_CLAIMED
                      ? evidence_end(answer, evidence, count)
                      : HF_INTEGER_NONE;
    if (end == HF_INTEGER_NONE || end > until)
        return until;
    *why = HF_AGEING_EVIDENCE;
    return end;
}

bool hf_answer_is_old(const hf_answer *answer, int64_t months, int64_t now_ms)
{
    return old_from(answer, months) <= now_ms;
}
