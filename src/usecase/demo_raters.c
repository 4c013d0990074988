// SPDX-License-Identifier: Apache-2.0
//
// What three assessors of the demonstration nation rated, each apart, and the evidence that was shown to them: open and
// talked over in the finished round, blind in the running one. Invented, like all of it.
#include "usecase/demo_plans.h"

#include "base/clock.h"
#include "model/alpha.h"
#include "model/evidence.h"
#include "model/judgement.h"

static const char *const assessors[] = {HF_DEMO_PREFIX "ASSESSOR-1", HF_DEMO_PREFIX "ASSESSOR-2",
                                        HF_DEMO_PREFIX "ASSESSOR-3"};

// The ratings of one question, in the order of the assessors; a point: not yet. discussion: what was said about it.
typedef struct {
    const char *question, *first, *ratings, *discussion;
} judged_question;

static const judged_question finished[] = {
    {"2341-OP2.q1", "443", "444", ""},
    {"2341-OP2.q2", "333", "333", ""},
    {"2341-OP2.q3", "112", "112", ""},
    {"2341-OP2.q4", "222", "222", ""},
    {"2341-OP3.q1", "444", "444", ""},
    {"2341-OP3.q2", "434", "444", ""},
    {"2341-OP4.q1", "142", "142",
     "DEMO: one looked at the rule, one at the channel, which was down for three weeks. The rating "
     "follows the "
     "channel."},
    {"2341-OP4.q2", "111", "111", ""},
    {"MGP50-A.q1", "434", "434", ""},
    {"MGP50-A.q2", "333", "333", ""},
    {"MGP50-C.q1", "333", "333", ""},
    {"MGP50-C.q2", "312", "322", ""},
};
static const judged_question running[] = {
    {"2341-OP5.q1", "321", "321", ""},
    {"2341-OP5.q2", "22.", "22.", ""},
    {"2341-OP6.q1", "3..", "3..", ""},
};

static const struct {
    const char *question, *title, *link, *reason, *expires; // reason: why it was refused
    hf_evidence_state state;
    bool is_running; // of the running round
} shown[] = {
    {"2341-OP2.q1", "DEMO strategy of critical infrastructure",
     "https://demo.example/strategy-2025.pdf", "", "2027-12-31", HF_EVIDENCE_ACCEPTED, false},
    {"2341-OP2.q1", "DEMO minutes of its adoption", "https://demo.example/minutes-2025-03.pdf", "",
     "", HF_EVIDENCE_ACCEPTED, false},
    {"2341-OP3.q1", "DEMO criminal code, article 404", "https://demo.example/code-404.pdf", "", "",
     HF_EVIDENCE_ACCEPTED, false},
    {"2341-OP4.q2", "DEMO log of warnings, first quarter", "https://demo.example/warnings-q1.csv",
     "It is of 2023, and the question is about this year.", "", HF_EVIDENCE_REFUSED, false},
    {"2341-OP2.q1", "DEMO strategy, second edition", "https://demo.example/strategy-2026.pdf", "",
     "2028-12-31", HF_EVIDENCE_OFFERED, true},
    {"2341-OP4.q1", "DEMO report of the night exercise", "https://demo.example/exercise-2026.pdf",
     "", "", HF_EVIDENCE_OFFERED, true},
};

static int64_t day(const char *text)
{
    int64_t ms = HF_INTEGER_NONE;
    if (text[0] != '\0')
        HF_ASSERT(hf_time_parse(hf_str_of(text), &ms)); // written above
    return ms;
}

static int32_t rating_of(char digit)
{
    return (int32_t)(digit - '0');
}

void hf_demo_settle_answer(hf_answer *answer)
{
    for (size_t i = 0; i < HF_COUNT(finished); i++) {
        int8_t values[HF_COUNT(assessors)];
        if (!hf_str_equal_z(answer->question, finished[i].question))
            continue;
        for (size_t a = 0; a < HF_COUNT(assessors); a++)
            values[a] = (int8_t)rating_of(finished[i].ratings[a]);
        hf_spread spread = hf_spread_of(values, HF_COUNT(values));
        answer->rater_count = HF_COUNT(assessors);
        answer->rated_median = spread.median;
        answer->rated_spread = spread.spread;
        answer->discussion = hf_str_of(finished[i].discussion);
    }
}

// Each on a day of one's own before the answer that they came to.
static bool put_judgements(const hf_demo_sink *sink, const hf_demo_round *round,
                           const judged_question *question, hf_error *err)
{
    for (size_t a = 0; a < HF_COUNT(assessors); a++) {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        hf_judgement *record = hf_noun_new(&hf_noun_judgement, &scratch);
        if (question->ratings[a] == '.')
            continue;
        record->part.assessment = hf_str_of(round->key);
        record->part.head.source = HF_STR("DEMO");
        record->question = hf_str_of(question->question);
        record->assessor = hf_str_of(assessors[a]);
        record->rating = rating_of(question->ratings[a]);
        record->first_rating = rating_of(question->first[a]);
        record->rated_at = round->answers_at - (int64_t)(a + 1) * HF_DAY_MS;
        record->part.head.key = hf_judgement_key(record, &scratch);
        if (!sink->put(sink->context, &hf_noun_judgement, record, err))
            return false;
    }
    return true;
}

static bool put_shown(const hf_demo_sink *sink, const hf_demo_round *round, size_t i, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_evidence *record = hf_noun_new(&hf_noun_evidence, &scratch);
    bool is_judged = shown[i].state != HF_EVIDENCE_OFFERED;
    record->part.assessment = hf_str_of(round->key);
    record->part.head.source = HF_STR("DEMO");
    record->part.head.key =
        hf_str_format(&scratch, "%s/%s/E%zu", round->key, shown[i].question, i + 1);
    record->question = hf_str_of(shown[i].question);
    record->title = hf_str_of(shown[i].title);
    record->link = hf_str_of(shown[i].link);
    record->expires_at = day(shown[i].expires);
    record->state = (int32_t)shown[i].state;
    record->reason = hf_str_of(shown[i].reason);
    record->given_by = HF_STR("DEMO State");
    record->given_at = round->answers_at - HF_DAY_MS;
    record->judged_by = is_judged ? HF_STR("DEMO team lead") : HF_STR_EMPTY;
    record->judged_at = is_judged ? round->answers_at : HF_INTEGER_NONE;
    return sink->put(sink->context, &hf_noun_evidence, record, err);
}

bool hf_demo_put_raters(const hf_demo_sink *sink, const hf_demo_round *round, bool is_running,
                        hf_error *err)
{
    const judged_question *list = is_running ? running : finished;
    size_t count = is_running ? HF_COUNT(running) : HF_COUNT(finished);
    for (size_t i = 0; i < count; i++)
        if (!put_judgements(sink, round, &list[i], err))
            return false;
    for (size_t i = 0; i < HF_COUNT(shown); i++)
        if (shown[i].is_running == is_running && !put_shown(sink, round, i, err))
            return false;
    return true;
}
