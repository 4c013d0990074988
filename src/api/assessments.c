// SPDX-License-Identifier: Apache-2.0
//
// What an assessment comes to: its results and its report.
// Assessments, answers and recommendations themselves are records like any others (records.c).
#include "api/resource.h"
#include "api/schema_words.h"
#include "usecase/report.h"

static bool get_results(hf_call *call, hf_error *err)
{
    hf_assessment_results results;
    if (!hf_assessment_results_read(&call->session, NULL, call->params[0], call->arena, &results,
                                    err) ||
        !hf_call_tells(call, hf_results_told(&results), err))
        return false;
    hf_answer_marking(call, hf_results_marking(&results));
    hf_json_writer w = hf_answer_json(call);
    hf_write_assessment_results(&call->session, &results, &w);
    return true;
}

static bool get_reviews(hf_call *call, hf_error *err)
{
    hf_own_reviews reviews;
    if (!hf_find_own_reviews(&call->session, call->arena, &reviews, err) ||
        !hf_call_tells(call, reviews.count, err))
        return false;
    int32_t marking = -1;
    for (size_t i = 0; i < reviews.count; i++)
        if (reviews.list[i].marking > marking)
            marking = reviews.list[i].marking;
    if (marking >= 0)
        hf_answer_marking(call, marking);
    hf_json_writer w = hf_answer_json(call);
    hf_write_own_reviews(&reviews, &w);
    return true;
}

static bool get_report(hf_call *call, hf_error *err)
{
    hf_report_request wanted = {.kind = HF_STR("assessment"),
                                .of = call->params[0],
                                .against = hf_request_query(call->request, "against")};
    return hf_answer_report(call, &wanted, err);
}

static bool post_report(hf_call *call, hf_error *err)
{
    hf_report_request wanted = {.kind = HF_STR("assessment"),
                                .of = call->params[0],
                                .against = hf_request_query(call->request, "against"),
                                .template_source = "template"};
    return hf_call_text(call, "template", &wanted.template, err) &&
           hf_answer_report(call, &wanted, err);
}

static const hf_param params[] = {
    HF_PARAM_LANG,
    HF_NO_PARAMS,
};
static const hf_param report_params[] = {
    {.name = "against", .about = "key of another round to compare with, in a chapter of its own"},
    HF_PARAM_LANG,
    HF_PARAM_REPORT_FORMAT,
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/reviews",
     .id = "ownReviews",
     .about = "What waits for whoever asks, in each assessment that he rates in: ratings that are "
              "too old, evidence that has run out, and evidence that soon does",
     .gives = "OwnReviews",
     .status = 200,
     .answer = get_reviews},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/assessments/{key}/results",
     .id = "assessmentResults",
     .about = "Scores by theme, instrument and provision, and the gaps by rank with their factors",
     .params = params,
     .gives = "AssessmentResults",
     .status = 200,
     .problems = "404",
     .answer = get_results},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/assessments/{key}/report",
     .id = "assessmentReport",
     .about = "The assessment as one printable page, or as the file of another format",
     .params = report_params,
     .gives_type = "*/*",
     .status = 200,
     .problems = "400 404",
     .answer = get_report},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/assessments/{key}/report",
     .id = "assessmentReportByTemplate",
     .about = "The same by a template: its order, chapters and words",
     .params = report_params,
     .takes = "ReportTemplate",
     .gives_type = "*/*",
     .status = 200,
     .problems = "400 404 413 415",
     .answer = post_report},
};

#define SCORES LIST(A_SCORE)
#define SCORE                                                                                      \
    OBJECT("\"implementation\":" SHARE ",\"evidence_cover\":" SHARE ",\"effective\":" SHARE        \
           ",\"asked\":" COUNT ",\"answered\":" COUNT ",\"applicable\":" COUNT                     \
           ",\"satisfied\":" COUNT ",\"claimed\":" COUNT ",\"evidenced\":" COUNT                   \
           ",\"ageing\":" COUNT ",\"weighted\":" COUNT)
#define RANKED                                                                                     \
    LIST("{\"type\":\"object\",\"required\":[\"provision\",\"value\",\"score\","                   \
         "\"theme_weight\",\"force_factor\",\"recommendations\"]}")
#define AUDITS  LIST(REF("AuditScore"))      // aviation.c
#define PHASES  LIST(REF("AssessmentPhase")) // strategy.c
#define BEFORE  LIST(OBJECT("\"key\":" TEXT ",\"title\":" TEXT))
#define CARRIED LIST(ADVICE)
#define REVIEWS                                                                                    \
    LIST(OBJECT("\"question\":" TEXT ",\"by\":" TEXT                                               \
                ",\"why\":{\"enum\":[\"age\",\"evidence\"]},\"is_due\":" FLAG))

// What comes again and again has a name: a compiler need not take a string of more than 4095 bytes.
static const char schemas[] =
    "\"OwnReviews\":{\"type\":\"object\",\"required\":[\"items\",\"is_cut\",\"evidence_ends_days\"]"
    ","
    "\"properties\":{\"evidence_ends_days\":" COUNT ",\"is_cut\":" FLAG ",\"items\":" LIST(OBJECT(
        "\"assessment\":" TEXT ",\"title\":" TEXT ",\"marking\":" TEXT ",\"old\":" COUNT
        ",\"lapsed\":" COUNT ",\"ending\":" COUNT
        ",\"by\":" TEXT)) "}},"
                          "\"AssessmentScore\":" SCORE
                          ",\"AssessmentResults\":{\"type\":\"object\",\"required\":["
                          "\"assessment\",\"due_at\","
                          "\"is_overdue\",\"overall\",\"themes\",\"instruments\",\"provisions\","
                          "\"gaps\","
                          "\"phases\",\"without_phase\",\"rounds_before\",\"carried\",\"unasked\","
                          "\"answer_months\","
                          "\"reviews\"],\"properties\":{"
                          "\"due_at\":" MAYBE_TEXT ",\"is_overdue\":" FLAG ",\"overall\":" A_SCORE
                          ",\"themes\":" SCORES ",\"instruments\":" SCORES ",\"provisions\":" SCORES
                          ",\"gaps\":" RANKED ",\"audit_areas\":" AUDITS
                          ",\"critical_elements\":" AUDITS ",\"phases\":" PHASES
                          ",\"without_phase\":" COUNT ",\"rounds_before\":" BEFORE
                          ",\"carried\":" CARRIED ",\"answer_months\":" COUNT
                          ",\"reviews\":" REVIEWS ",\"findings\":" OBJECT(
                              "\"gap\":" COUNT ",\"good_practice\":" COUNT
                              ",\"vulnerability\":" COUNT) ",\"unasked\":" LIST(REF("Answer")) "}}"
                                                                                               ",\""
                                                                                               "Rep"
                                                                                               "ort"
                                                                                               "Tem"
                                                                                               "pla"
                                                                                               "te"
                                                                                               "\":"
                                                                                               "{"
                                                                                               "\"t"
                                                                                               "ype"
                                                                                               "\":"
                                                                                               "\"o"
                                                                                               "bje"
                                                                                               "ct"
                                                                                               "\","
                                                                                               "\"r"
                                                                                               "equ"
                                                                                               "ire"
                                                                                               "d\""
                                                                                               ":["
                                                                                               "\"t"
                                                                                               "emp"
                                                                                               "lat"
                                                                                               "e\""
                                                                                               "],"
                                                                                               "\"p"
                                                                                               "rop"
                                                                                               "ert"
                                                                                               "ies"
                                                                                               "\":"
                                                                                               "{"
                                                                                               "\"t"
                                                                                               "emp"
                                                                                               "lat"
                                                                                               "e\""
                                                                                               ":" TEXT
                                                                                               "},"
                                                                                               "\"a"
                                                                                               "ddi"
                                                                                               "tio"
                                                                                               "nal"
                                                                                               "Pro"
                                                                                               "per"
                                                                                               "tie"
                                                                                               "s\""
                                                                                               ":"
                                                                                               "fal"
                                                                                               "se"
                                                                                               "}";

const hf_resource hf_resource_assessments = {"assessments", routes, HF_COUNT(routes), schemas,
                                             NULL};
