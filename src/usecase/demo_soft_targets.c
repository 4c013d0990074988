// SPDX-License-Identifier: Apache-2.0
//
// How open places of the demonstration nation are prepared: a stadium that has nearly all, stations and markets with gaps, what
// is overdue, what an exercise left to mend. Most places have nothing yet. Invented, like all of it.
#include "usecase/demo_plans.h"

#include "model/preparation.h"

// Places that every size of the nation has.
static const struct {
    const char *place, *kind, *title, *done_at, *months, *outcome, *lessons, *mend_by, *mended_at;
} lines[] = {
    {"STD-00001", "risk_assessment", "DEMO assessment of the stadium", "2026-03-02", "12",
     "sufficient", NULL, NULL, NULL},
    {"STD-00001", "contingency_plan", "DEMO plan for match days", "2026-04-14", "24", "sufficient",
     NULL, NULL, NULL},
    {"STD-00001", "response_plan", "DEMO response plan with police and ambulance", "2026-04-14",
     "24", "sufficient", NULL, NULL, NULL},
    {"STD-00001", "design_review", "DEMO look at gates and ways out", "2024-09-30", "60", "partly",
     "Two gates share one way out; a second one is to be opened.", "2025-06-30", "2025-05-12"},
    {"STD-00001", "exercise", "DEMO exercise before the season", "2026-08-20", "12", "partly",
     "Stewards and police used two different plans of the stands.", "2026-12-31", NULL},
    {"STD-00001", "training", "DEMO training of stewards", "2026-07-15", "12", "sufficient", NULL,
     NULL, NULL},
    {"STD-00001", "awareness", "DEMO briefing of shops and caterers", "2026-08-01", "12",
     "sufficient", NULL, NULL, NULL},
    {"STD-00001", "risk_exchange", "DEMO meeting of operator and police", "2026-02-10", "6",
     "sufficient", NULL, NULL, NULL},
    {"STD-00002", "risk_assessment", "DEMO assessment of the second stadium", "2024-05-20", "12",
     "sufficient", NULL, NULL, NULL},
    {"STD-00002", "exercise", "DEMO exercise with the fire brigade", "2025-02-11", "12",
     "insufficient", "The loudspeakers were not heard in the upper ring.", "2025-09-30", NULL},
    {"STA-00001", "risk_assessment", "DEMO assessment of the main station", "2026-05-06", "12",
     "sufficient", NULL, NULL, NULL},
    {"STA-00001", "response_plan", "DEMO response plan of the main station", "2025-03-18", "12",
     "sufficient", NULL, NULL, NULL},
    {"STA-00001", "interoperability", "DEMO radio tested with first responders", "2026-06-09", "12",
     "partly", "No radio on the lower platform.", "2027-03-31", NULL},
    {"STA-00001", "training", "DEMO training of station staff", "2026-09-22", "12", "sufficient",
     NULL, NULL, NULL},
    {"STA-00002", "contingency_plan", "DEMO plan of the second station", "2026-01-27", "24",
     "sufficient", NULL, NULL, NULL},
    {"AIR-00001", "exercise", "DEMO exercise in the hall before the checks", "2026-04-21", "12",
     "sufficient", NULL, NULL, NULL},
    {"AIR-00001", "response_plan", "DEMO response plan of the public hall", "2026-03-10", "12",
     "sufficient", NULL, NULL, NULL},
    {"MAL-00001", "risk_assessment", "DEMO assessment of the shopping centre", "2026-06-30", "12",
     "sufficient", NULL, NULL, NULL},
    {"MAL-00001", "awareness", "DEMO briefing of the shops", "2025-06-30", "12", "sufficient", NULL,
     NULL, NULL},
    {"SQU-00001", "risk_assessment", "DEMO assessment of the main square", "2025-11-03", "12",
     "sufficient", NULL, NULL, NULL},
    {"SQU-00001", "risk_exchange", "DEMO round table of the square", "2026-09-01", "12",
     "sufficient", NULL, NULL, NULL},
    {"UNI-00001", "training", "DEMO training of the campus service", "2026-09-15", "12",
     "sufficient", NULL, NULL, NULL},
};

bool hf_demo_put_soft_targets(const hf_demo_sink *sink, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    for (size_t i = 0; i < HF_COUNT(lines); i++) {
        hf_str key = hf_str_format(&scratch, HF_DEMO_PREFIX "PREPARATION-%zu", i + 1);
        hf_str asset = hf_str_format(&scratch, HF_DEMO_PREFIX "%s", lines[i].place);
        const hf_demo_value record[1][HF_DEMO_VALUES_MAX] = {
            {{"key", hf_str_z(&scratch, key)},
             {"title", lines[i].title},
             {"asset", hf_str_z(&scratch, asset)},
             {"kind", lines[i].kind},
             {"done_at", lines[i].done_at},
             {"review_months", lines[i].months},
             {"organisation", HF_DEMO_BODY "1"},
             {"outcome", lines[i].outcome},
             {lines[i].lessons != NULL ? "lessons" : NULL, lines[i].lessons},
             {"mend_by", lines[i].mend_by},
             {lines[i].mended_at != NULL ? "mended_at" : NULL, lines[i].mended_at}}};
        if (!hf_demo_put_values(&hf_noun_preparation, record, 1, sink, err))
            return false;
    }
    return true;
}
