// SPDX-License-Identifier: Apache-2.0
//
// What an assessment comes to: its results and its report. Assessments, answers and recommendations themselves are
// records like any others (records.c).
#include "api/resource.h"
#include "usecase/report.h"

static bool get_results(hf_call *call, hf_error *err)
{
    hf_assessment_results results;
    if (!hf_assessment_results_read(&call->session, NULL, call->params[0], call->arena, &results,
                                    err))
        return false;
    hf_answer_marking(call, results.assessment->head.marking);
    hf_json_writer w = hf_answer_json(call);
    hf_write_assessment_results(&call->session, &results, &w);
    return true;
}

static bool get_report(hf_call *call, hf_error *err)
{
    call->reply->buffer = hf_buf_of(HF_REPORT_BYTES_MAX);
    if (!hf_make_assessment_report(&call->session, call->params[0], &call->reply->buffer, err))
        return false;
    call->reply->media_type = "text/html; charset=utf-8";
    call->reply->policy = HF_REPORT_POLICY;
    return true;
}

static const hf_param params[] = {
    HF_PARAM_LANG,
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
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
     .about = "The assessment as one printable page",
     .params = params,
     .gives_type = "text/html",
     .status = 200,
     .problems = "404",
     .answer = get_report},
};

#define SHARE "{\"type\":[\"number\",\"null\"],\"minimum\":0,\"maximum\":1}"
#define COUNT "{\"type\":\"integer\",\"minimum\":0}"
#define SCORES                                                                                     \
    "\"implementation\":" SHARE ",\"evidence_cover\":" SHARE ",\"effective\":" SHARE               \
    ",\"asked\":" COUNT ",\"answered\":" COUNT ",\"applicable\":" COUNT ",\"satisfied\":" COUNT    \
    ",\"claimed\":" COUNT ",\"evidenced\":" COUNT
#define GROUPS(more)                                                                               \
    "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{" more SCORES "}}}"

static const char schemas[] =
    "\"AssessmentResults\":{\"type\":\"object\",\"required\":[\"assessment\",\"due_at\","
    "\"is_overdue\",\"overall\",\"themes\",\"instruments\",\"provisions\",\"gaps\"],"
    "\"properties\":{\"due_at\":{\"type\":[\"string\",\"null\"]},\"is_overdue\":{\"type\":"
    "\"boolean\"},\"overall\":{\"type\":\"object\",\"properties\":{" SCORES "}},"
    "\"themes\":" GROUPS("\"weight\":{\"type\":\"number\"},") ",\"instruments\":" GROUPS(
        "") ",\"provisions\":" GROUPS("\"key\":{\"type\":\"string\"},") ",\"gaps\":{\"type\":"
                                                                        "\"array\",\"items\":{"
                                                                        "\"type\":\"object\","
                                                                        "\"required\":["
                                                                        "\"provision\","
                                                                        "\"value\",\"score\","
                                                                        "\"theme_weight\",\"force_"
                                                                        "factor\","
                                                                        "\"recommendations\"]}}}}";

const hf_resource hf_resource_assessments = {"assessments", routes, HF_COUNT(routes), schemas,
                                             NULL};
