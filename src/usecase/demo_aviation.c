// SPDX-License-Identifier: Apache-2.0
//
// Aviation of the demonstration nation: programmes of which one is late, equipment with a test that is late and one piece
// past its life, a trial with a sheet, findings of three audits of which two say the same, a round of Annex 17. Invented, like all of it.
#include "usecase/demo_plans.h"

#include "usecase/aviation.h"

#define BODY    HF_DEMO_BODY
#define FINDING HF_DEMO_PREFIX "FINDING-"

static const hf_demo_value programmes[][HF_DEMO_VALUES_MAX] = {
    {{"key", HF_DEMO_PREFIX "PROGRAMME-1"},
     {"title", "DEMO national civil aviation security programme"},
     {"level", "national"},
     {"organisation", BODY "1"},
     {"status", "approved"},
     {"approved_at", "2024-02-01"},
     {"review_months", "24"},
     {"reviewed_at", "2026-02-10"},
     {"provisions", "A17-3.1 A17-3.4 A17-3.5 A17-5.1 A17-5.2"}},
    {{"key", HF_DEMO_PREFIX "PROGRAMME-2"},
     {"title", "DEMO programme of the capital’s airport"},
     {"level", "airport"},
     {"status", "approved"},
     {"approved_at", "2023-05-01"},
     {"provisions", "A17-3.2 A17-4.1"}},
    {{"key", HF_DEMO_PREFIX "PROGRAMME-3"},
     {"title", "DEMO programme of the island airline"},
     {"level", "operator"},
     {"status", "submitted"},
     {"provisions", "A17-3.3 A17-4.3"}},
};

static const hf_demo_value devices[][HF_DEMO_VALUES_MAX] = {
    {{"key", HF_DEMO_PREFIX "DEVICE-1"},
     {"title", "DEMO portal, lane 1"},
     {"kind", "persons"},
     {"organisation", BODY "1"},
     {"installed_at", "2022-03-01"},
     {"tested_at", "2026-09-14"},
     {"test_months", "6"},
     {"test_result", "passed"},
     {"ends_at", "2032-03-01"}},
    {{"key", HF_DEMO_PREFIX "DEVICE-2"},
     {"title", "DEMO cabin baggage, lane 2"},
     {"kind", "cabin"},
     {"organisation", BODY "1"},
     {"installed_at", "2014-06-01"},
     {"tested_at", "2026-01-20"},
     {"test_months", "6"},
     {"test_result", "limited"},
     {"ends_at", "2024-06-01"}},
    {{"key", HF_DEMO_PREFIX "DEVICE-3"},
     {"title", "DEMO hold baggage, hall B"},
     {"kind", "hold"},
     {"organisation", BODY "1"},
     {"installed_at", "2021-01-10"},
     {"test_months", "12"},
     {"ends_at", "2036-01-10"}},
};

static const hf_demo_value trials[][HF_DEMO_VALUES_MAX] = {
    {{"key", HF_DEMO_PREFIX "TRIAL-1"},
     {"title", "DEMO trays that come back by themselves"},
     {"kind", "cabin"},
     {"organisation", BODY "1"},
     {"starts_at", "2026-02-01"},
     {"ends_at", "2026-06-30"},
     {"status", "finished"},
     {"findings", "Lane 2 only; staff asked for a second belt."},
     {"sheet",
      "Trays that return by themselves shorten the queue by a fifth. Two belts are needed from "
      "six lanes on. Staff liked it."},
     {"contact", "trials@example.org"}},
};

static const hf_demo_value findings[][HF_DEMO_VALUES_MAX] = {
    {{"key", FINDING "1"},
     {"title", "DEMO passes are not withdrawn in time when staff leave"},
     {"origin", "icao"},
     {"organisation", BODY "1"},
     {"audit_area", "ops"},
     {"critical_element", "ce_6"},
     {"provisions", "A17-4.2"},
     {"severity", "high"},
     {"found_at", "2025-05-20"},
     {"correction", "Weekly list from the employers; passes end by themselves."},
     {"owner", BODY "1"},
     {"due", "2026-03-31"}},
    {{"key", FINDING "2"},
     {"title", "DEMO staff passes not withdrawn in time when people leave"},
     {"origin", "national"},
     {"organisation", BODY "1"},
     {"audit_area", "ops"},
     {"critical_element", "ce_6"},
     {"provisions", "A17-4.2"},
     {"severity", "medium"},
     {"found_at", "2026-02-11"}},
    {{"key", FINDING "3"},
     {"title", "DEMO year plan of tests not carried out"},
     {"origin", "national"},
     {"organisation", BODY "1"},
     {"audit_area", "qcf"},
     {"critical_element", "ce_7"},
     {"provisions", "A17-3.4"},
     {"severity", "high"},
     {"found_at", "2026-02-11"},
     {"owner", BODY "1"},
     {"due", "2027-02-28"},
     {"status", "corrected"}},
    {{"key", FINDING "4"},
     {"title", "DEMO tests of the year plan left out"},
     {"origin", "self"},
     {"organisation", BODY "1"},
     {"audit_area", "qcf"},
     {"critical_element", "ce_7"},
     {"provisions", "A17-3.4"},
     {"found_at", "2026-01-15"},
     {"same_as", FINDING "3"}},
    {{"key", FINDING "5"},
     {"title", "DEMO contact list for threats out of date"},
     {"origin", "icao"},
     {"organisation", BODY "1"},
     {"audit_area", "aui"},
     {"critical_element", "ce_5"},
     {"provisions", "A17-5.1"},
     {"severity", "low"},
     {"found_at", "2025-05-20"},
     {"status", "verified"},
     {"verified_at", "2025-11-02"}},
};

// A round of air transport: what it asks about Annex 17, and a rating for some of it.
#define ROUND HF_DEMO_PREFIX "ASSESSMENT-2026-AIR"
static const hf_demo_value rounds[][HF_DEMO_VALUES_MAX] = {
    {{"key", ROUND},
     {"title", "DEMO air transport, round of 2026"},
     {"subject", "sector"},
     {"sector", "TR01"},
     {"lead", "DEMO team lead"},
     {"starts_at", "2026-05-04"},
     {"stage", "visit"},
     {"stage_since", "2026-09-07"},
     {"instruments", "icao-annex-17"}},
};

static const struct {
    const char *question, *rating;
} ratings[] = {{"A17-3.1.q1", "4"},  {"A17-3.1.q2", "3"}, {"A17-3.1.q3", "3"}, {"A17-3.2.q1", "3"},
               {"A17-3.2.q2", "1"},  {"A17-3.3.q1", "2"}, {"A17-3.4.q1", "1"}, {"A17-3.4.q2", "2"},
               {"A17-3.4.q3", "3"},  {"A17-3.5.q1", "0"}, {"A17-4.2.q1", "3"}, {"A17-4.2.q2", "1"},
               {"A17-4.4.q1", "3"},  {"A17-4.4.q2", "3"}, {"A17-4.5.q1", "4"}, {"A17-4.6.q1", "2"},
               {"A17-4.6.q2", "NA"}, {"A17-5.1.q2", "3"}, {"A17-5.2.q1", "2"}};

static bool put_ratings(const hf_demo_sink *sink, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    for (size_t i = 0; i < HF_COUNT(ratings); i++) {
        hf_str key = hf_str_format(&scratch, ROUND "/%s", ratings[i].question);
        const hf_demo_value answer[1][HF_DEMO_VALUES_MAX] = {{{"key", hf_str_z(&scratch, key)},
                                                              {"assessment", ROUND},
                                                              {"sector", "TR01"},
                                                              {"question", ratings[i].question},
                                                              {"rating", ratings[i].rating},
                                                              {"answered_by", "DEMO team"},
                                                              {"answered_at", "2026-09-10"}}};
        if (!hf_demo_put_values(&hf_noun_answer, answer, 1, sink, err))
            return false;
    }
    return true;
}

bool hf_demo_put_aviation(const hf_demo_sink *sink, hf_error *err)
{
    return hf_demo_put_values(&hf_noun_programme, programmes, HF_COUNT(programmes), sink, err) &&
           hf_demo_put_values(&hf_noun_device, devices, HF_COUNT(devices), sink, err) &&
           hf_demo_put_values(&hf_noun_trial, trials, HF_COUNT(trials), sink, err) &&
           hf_demo_put_values(&hf_noun_finding, findings, HF_COUNT(findings), sink, err) &&
           hf_demo_put_values(&hf_noun_assessment, rounds, HF_COUNT(rounds), sink, err) &&
           put_ratings(sink, err);
}
