// SPDX-License-Identifier: Apache-2.0
//
// A finished round of assessment of the demonstration nation: ratings by provision, evidence for what is said to be in
// place, and recommendations for the largest gaps. Invented, like all of it.
#include "usecase/demo_plans.h"

#include "model/answer.h"
#include "model/recommendation.h"

#define ROUND       HF_DEMO_PREFIX "ASSESSMENT-2025"
#define FEBRUARY_MS 1738540800000 // 2025-02-03
#define AUTUMN_MS   1759276800000 // 2025-10-01
#define DAY_MS      86400000

// A rating for each question of the provision, in their order; N does not apply.
static const struct {
    const char *provision, *ratings;
} rated[] = {
    {"2341-PP-STATE", "43"},     {"2341-PP-CYCLE", "32"},    {"2341-PP-STREAMS", "22"},
    {"2341-PP-COMMUNITY", "21"}, {"2341-PP-INTERDEP", "31"}, {"2341-PP-PREVDENY", "33"},
    {"2341-OP1", "332"},         {"2341-OP2", "4312"},       {"2341-OP3", "443"},
    {"2341-OP4", "211"},         {"2341-OP5", "320"},        {"2341-OP6", "332"},
    {"2341-OP7", "2N"},          {"2341-OP8", "210"},        {"2341-OP9", "32"},
    {"2341-OP10", "33"},         {"2341-OP11", "1N"},        {"2341-OP12", "32"},
    {"MGP50-A", "432"},          {"MGP50-B", "33"},          {"MGP50-C", "321"},
    {"MGP50-D", "22"},           {"MGP50-E", "10"},          {"MGP51-A", "21"},
    {"MGP51-B", "10"},           {"MGP51-C", "22"},          {"MGP51-D", "31"},
    {"MGP51-E", "20"},           {"MGP51-F", "1N"},
};

static const struct {
    const char *provision, *title, *about;
    int32_t priority, status;
    int64_t due;
} advice[] = {
    {"MGP50-E", "DEMO name who answers for crowded places",
     "One authority for soft targets, with a list of the places and a contact at each.", 0, 2,
     AUTUMN_MS + 365LL * DAY_MS},
    {"MGP51-B", "DEMO plan protection together with the owners",
     "A standing forum with owners of venues and malls; guidance that they can afford to follow.",
     0, 1, AUTUMN_MS + 300LL * DAY_MS},
    {"2341-OP8", "DEMO exercise with both neighbours",
     "One joint exercise a year on a shared line or pipe.", 1, 0, AUTUMN_MS + 500LL * DAY_MS},
};

static bool put(const hf_demo_sink *sink, const hf_noun *noun, void *record, hf_str key,
                hf_error *err)
{
    hf_head *head = record;
    head->key = key;
    head->source = HF_STR("DEMO");
    return sink->put(sink->context, noun, record, err);
}

static bool put_round(const hf_demo_sink *sink, hf_arena *arena, hf_error *err)
{
    hf_assessment *record = hf_noun_new(&hf_noun_assessment, arena);
    record->title = HF_STR("DEMO nation, round of 2025");
    record->about = HF_STR("Desk review, a visit in June, remarks of the State in September.");
    record->lead = HF_STR("DEMO team lead");
    record->starts_at = FEBRUARY_MS;
    record->ends_at = AUTUMN_MS;
    record->stage = HF_STAGE_NEXT_ROUND;
    record->stage_since = AUTUMN_MS + 182LL * DAY_MS;
    record->instruments = HF_STR("madrid-2018 sr2341");
    record->theme_weights = HF_STR("{\"cyber\":4,\"ppp\":4,\"soft-targets\":5}");
    return put(sink, &hf_noun_assessment, record, HF_STR(ROUND), err);
}

static bool put_answer(const hf_demo_sink *sink, const char *provision, size_t number, char rating,
                       hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_answer *record = hf_noun_new(&hf_noun_answer, &scratch);
    record->part.assessment = HF_STR(ROUND);
    record->question = hf_str_format(&scratch, "%s.q%zu", provision, number);
    record->rating = rating == 'N' ? HF_RATED_NA : (int32_t)(rating - '0');
    record->answered_by = HF_STR("DEMO team");
    record->answered_at = FEBRUARY_MS + 130LL * DAY_MS;
    if (rating != 'N' && rating >= '2')
        record->evidence = HF_STR("DEMO document shown during the visit");
    record->evidence_accepted = rating != 'N' && rating >= '3';
    return put(sink, &hf_noun_answer, record,
               hf_str_format(&scratch, ROUND "/%.*s", HF_STR_ARG(record->question)), err);
}

static bool put_advice(const hf_demo_sink *sink, size_t i, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_recommendation *record = hf_noun_new(&hf_noun_recommendation, &scratch);
    record->part.assessment = HF_STR(ROUND);
    record->provision = hf_str_of(advice[i].provision);
    record->title = hf_str_of(advice[i].title);
    record->about = hf_str_of(advice[i].about);
    record->priority = advice[i].priority;
    record->status = advice[i].status;
    record->due = advice[i].due;
    return put(sink, &hf_noun_recommendation, record,
               hf_str_format(&scratch, ROUND "/%s/R1", advice[i].provision), err);
}

bool hf_demo_put_assessment(const hf_demo_sink *sink, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    if (!put_round(sink, &scratch, err))
        return false;
    for (size_t i = 0; i < HF_COUNT(rated); i++)
        for (size_t q = 0; rated[i].ratings[q] != '\0'; q++)
            if (!put_answer(sink, rated[i].provision, q + 1, rated[i].ratings[q], err))
                return false;
    for (size_t i = 0; i < HF_COUNT(advice); i++)
        if (!put_advice(sink, i, err))
            return false;
    return hf_demo_put_assistance(sink, err);
}
