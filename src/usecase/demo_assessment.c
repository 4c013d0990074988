// SPDX-License-Identifier: Apache-2.0
//
// Three rounds of assessment of the demonstration nation, two finished and one running: ratings by provision, evidence
// for what is said to be in place, and what was advised about the largest gaps and became of it. Invented, like all of
// it.
#include "usecase/demo_plans.h"

#include "base/clock.h"
#include "model/recommendation.h"

#define ROUND_2023 HF_DEMO_PREFIX "ASSESSMENT-2023"
#define ROUND_2025 HF_DEMO_PREFIX "ASSESSMENT-2025"
#define ROUND_2026 HF_DEMO_PREFIX "ASSESSMENT-2026"

enum { FIRST, SECOND, RUNNING, ROUND_COUNT };

static const struct {
    const char *key, *title, *about, *begins, *ends, *answers_at;
    const char *weights; // of themes
    hf_stage stage;
    const char *stage_since;
    int evidence_days; // how long a certificate counts from the day of the answer
} rounds[ROUND_COUNT] = {
    {ROUND_2023, "DEMO nation, round of 2023", "The first round: desk review and a visit in June.",
     "2023-02-06", "2023-10-02", "2023-06-15", "{\"cyber\":3,\"soft-targets\":5}",
     HF_STAGE_NEXT_ROUND, "2024-04-01", 1000},
    {ROUND_2025, "DEMO nation, round of 2025",
     "Desk review, a visit in June, remarks of the State in September.", "2025-02-03", "2025-10-01",
     "2025-06-13", "{\"cyber\":4,\"ppp\":4,\"soft-targets\":5}", HF_STAGE_NEXT_ROUND, "2026-04-01",
     500},
    {ROUND_2026, "DEMO nation, round of 2026",
     "Runs: the State answers, starting from what it said in 2025.", "2026-06-01", "", "2026-07-20",
     "{\"cyber\":5,\"ppp\":4,\"soft-targets\":5}", HF_STAGE_STATE_ANSWERS, "2026-07-01", 1000},
};

// A rating for each question of the provision in each round, in their order: N does not apply, a point is open. The
// second round is better in most, worse in sharing (OP4), exercises with neighbours (OP8) and two principles.
static const struct {
    const char *provision, *ratings[ROUND_COUNT];
} rated[] = {
    {"2341-PP-STATE", {"32", "44", "43"}},
    {"2341-PP-CYCLE", {"21", "32", "33"}},
    {"2341-PP-STREAMS", {"12", "22", "32"}},
    {"2341-PP-COMMUNITY", {"11", "21", "2."}},
    {"2341-PP-INTERDEP", {"20", "31", "32"}},
    {"2341-PP-PREVDENY", {"44", "33", "43"}},
    {"2341-OP1", {"221", "332", "333"}},
    {"2341-OP2", {"3201", "4312", "43.."}},
    {"2341-OP3", {"433", "444", "44."}},
    {"2341-OP4", {"322", "211", "321"}},
    {"2341-OP5", {"21N", "320", ""}},
    {"2341-OP6", {"222", "332", ""}},
    {"2341-OP7", {"1N", "2N", ""}},
    {"2341-OP8", {"220", "210", ""}},
    {"2341-OP9", {"22", "32", ""}},
    {"2341-OP10", {"32", "33", ""}},
    {"2341-OP11", {"1N", "1N", ""}},
    {"2341-OP12", {"21", "32", ""}},
    {"MGP50-A", {"332", "432", "43."}},
    {"MGP50-B", {"22", "33", "34"}},
    {"MGP50-C", {"210", "321", ""}},
    {"MGP50-D", {"33", "22", ""}},
    {"MGP50-E", {"20", "10", "22"}},
    {"MGP51-A", {"11", "21", ""}},
    {"MGP51-B", {"00", "10", ""}},
    {"MGP51-C", {"21", "22", ""}},
    {"MGP51-D", {"2.", "31", ""}},
    {"MGP51-E", {"10", "20", ""}},
    {"MGP51-F", {".N", "1N", ""}},
};

static const struct {
    int round;
    const char *provision, *title, *about;
    int32_t priority;
    hf_advice_status status;
    const char *due;
} advice[] = {
    {FIRST, "2341-OP3", "DEMO make attacks on installations an offence of their own",
     "An article in the criminal code, with preparation and support.", 0, HF_ADVICE_VERIFIED,
     "2024-12-31"},
    {FIRST, "MGP50-C", "DEMO put one office in charge of the register",
     "Who lists what, how often, and who may see it.", 1, HF_ADVICE_DONE, "2024-10-01"},
    {FIRST, "2341-OP4", "DEMO share warnings with operators within an hour",
     "A channel that works at night, tested twice a year.", 0, HF_ADVICE_IN_PROGRESS, "2024-06-30"},
    {FIRST, "MGP51-B", "DEMO subsidise barriers at small venues", "", 2, HF_ADVICE_DECLINED,
     "2025-01-31"},
    {SECOND, "MGP50-E", "DEMO name who answers for crowded places",
     "One authority for soft targets, with a list of the places and a contact at each.", 0,
     HF_ADVICE_IN_PROGRESS, "2026-10-01"},
    {SECOND, "MGP51-B", "DEMO plan protection together with the owners",
     "A standing forum with owners of venues and malls; guidance that they can afford to follow.",
     0, HF_ADVICE_ACCEPTED, "2026-07-28"},
    {SECOND, "2341-OP8", "DEMO exercise with both neighbours",
     "One joint exercise a year on a shared line or pipe.", 1, HF_ADVICE_PROPOSED, "2027-02-13"},
    {SECOND, "2341-PP-INTERDEP", "DEMO map who depends on whom",
     "Dependencies of the ten largest services, checked with their operators.", 1, HF_ADVICE_DONE,
     "2026-05-01"},
};

static int64_t day(const char *text)
{
    int64_t ms = HF_INTEGER_NONE;
    if (text[0] != '\0')
        HF_ASSERT(hf_time_parse(hf_str_of(text), &ms)); // written above
    return ms;
}

static bool put(const hf_demo_sink *sink, const hf_noun *noun, void *record, hf_str key,
                hf_error *err)
{
    hf_head *head = record;
    head->key = key;
    head->source = HF_STR("DEMO");
    return sink->put(sink->context, noun, record, err);
}

static bool put_round(const hf_demo_sink *sink, int round, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_assessment *record = hf_noun_new(&hf_noun_assessment, &scratch);
    record->title = hf_str_of(rounds[round].title);
    record->about = hf_str_of(rounds[round].about);
    record->lead = HF_STR("DEMO team lead");
    record->starts_at = day(rounds[round].begins);
    record->ends_at = day(rounds[round].ends);
    record->stage = (int32_t)rounds[round].stage;
    record->stage_since = day(rounds[round].stage_since);
    record->instruments = HF_STR("madrid-2018 sr2341");
    record->theme_weights = hf_str_of(rounds[round].weights);
    record->ratings_open = round == SECOND; // those of the running one are blind yet
    if (round > FIRST)
        record->previous = hf_str_of(rounds[round - 1].key);
    return put(sink, &hf_noun_assessment, record, hf_str_of(rounds[round].key), err);
}

// What the running round says as the one before did was confirmed, and says where it came from.
static bool put_answer(const hf_demo_sink *sink, int round, size_t row, size_t q, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_answer *record = hf_noun_new(&hf_noun_answer, &scratch);
    char rating = rated[row].ratings[round][q];
    record->part.assessment = hf_str_of(rounds[round].key);
    record->question = hf_str_format(&scratch, "%s.q%zu", rated[row].provision, q + 1);
    record->rating = rating == 'N' ? HF_RATED_NA : (int32_t)(rating - '0');
    record->answered_by = HF_STR("DEMO team");
    record->answered_at = day(rounds[round].answers_at);
    if (rating != 'N' && rating >= '2')
        record->evidence = HF_STR("DEMO document shown during the visit");
    record->evidence_accepted = rating != 'N' && rating >= '3';
    if (record->evidence_accepted && q == 0) // a certificate; the other documents count for good
        record->evidence_expires_at =
            record->answered_at + (int64_t)rounds[round].evidence_days * HF_DAY_MS;
    if (round == RUNNING && rated[row].ratings[SECOND][q] == rating)
        record->reused_from =
            hf_str_format(&scratch, ROUND_2025 "/%.*s", HF_STR_ARG(record->question));
    if (round == SECOND)
        hf_demo_settle_answer(record);
    return put(sink, &hf_noun_answer, record,
               hf_str_format(&scratch, "%s/%.*s", rounds[round].key, HF_STR_ARG(record->question)),
               err);
}

static bool put_answers(const hf_demo_sink *sink, int round, hf_error *err)
{
    for (size_t row = 0; row < HF_COUNT(rated); row++)
        for (size_t q = 0; rated[row].ratings[round][q] != '\0'; q++)
            if (rated[row].ratings[round][q] != '.' && !put_answer(sink, round, row, q, err))
                return false;
    return true;
}

static bool put_advice(const hf_demo_sink *sink, size_t i, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const char *round = rounds[advice[i].round].key;
    hf_recommendation *record = hf_noun_new(&hf_noun_recommendation, &scratch);
    record->part.assessment = hf_str_of(round);
    record->provision = hf_str_of(advice[i].provision);
    record->title = hf_str_of(advice[i].title);
    record->about = hf_str_of(advice[i].about);
    record->priority = advice[i].priority;
    record->status = (int32_t)advice[i].status;
    record->due = day(advice[i].due);
    return put(sink, &hf_noun_recommendation, record,
               hf_str_format(&scratch, "%s/%s/R1", round, advice[i].provision), err);
}

bool hf_demo_put_assessment(const hf_demo_sink *sink, hf_error *err)
{
    for (int round = FIRST; round < ROUND_COUNT; round++)
        if (!put_round(sink, round, err) || !put_answers(sink, round, err))
            return false;
    for (int round = SECOND; round < ROUND_COUNT; round++)
        if (!hf_demo_put_raters(sink,
                                &(hf_demo_round){rounds[round].key, day(rounds[round].answers_at)},
                                round == RUNNING, err))
            return false;
    for (size_t i = 0; i < HF_COUNT(advice); i++)
        if (!put_advice(sink, i, err))
            return false;
    return hf_demo_put_assistance(sink, err);
}
