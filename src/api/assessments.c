// SPDX-License-Identifier: Apache-2.0
//
// What an assessment comes to: its results, beside those of another round, its report; and the round after it.
// Assessments, answers and recommendations themselves are records like any others (records.c).
#include "api/resource.h"
#include "usecase/report.h"

static bool get_results(hf_call *call, hf_error *err)
{
    hf_assessment_results results;
    if (!hf_assessment_results_read(&call->session, NULL, call->params[0], call->arena, &results,
                                    err))
        return false;
    hf_answer_marking(call, hf_results_marking(&results));
    hf_json_writer w = hf_answer_json(call);
    hf_write_assessment_results(&call->session, &results, &w);
    return true;
}

static bool get_comparison(hf_call *call, hf_error *err)
{
    hf_round_comparison comparison;
    if (!hf_compare_rounds(&call->session, hf_request_query(call->request, "against"),
                           call->params[0], call->arena, &comparison, err))
        return false;
    hf_answer_marking(call, hf_results_marking(&comparison.earlier));
    hf_answer_marking(call, hf_results_marking(&comparison.later));
    hf_json_writer w = hf_answer_json(call);
    hf_write_round_comparison(&call->session, &comparison, &w);
    return true;
}

static bool post_next(hf_call *call, hf_error *err)
{
    static const char *const members[] = {"key", "title", NULL};
    hf_next_round wanted = {.former = call->params[0], .starts_at = HF_INTEGER_NONE};
    const hf_assessment *next = NULL;
    hf_json *body = NULL;
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !hf_json_want_text(body, "key", &wanted.key, err) ||
        !hf_json_want_text(body, "title", &wanted.title, err) ||
        !hf_begin_next_round(&call->session, &wanted, call->arena, &next, err))
        return false;
    hf_answer_etag(call, next->head.version);
    hf_answer_marking(call, next->head.marking);
    hf_json_writer w = hf_answer_json(call);
    hf_write_record(&call->session, &hf_noun_assessment, next, &w);
    return true;
}

static bool get_report(hf_call *call, hf_error *err)
{
    call->reply->buffer = hf_buf_of(HF_REPORT_BYTES_MAX);
    if (!hf_make_assessment_report(&call->session, call->params[0],
                                   hf_request_query(call->request, "against"), &call->reply->buffer,
                                   err))
        return false;
    call->reply->media_type = "text/html; charset=utf-8";
    call->reply->policy = HF_REPORT_POLICY;
    return true;
}

static const hf_param params[] = {
    HF_PARAM_LANG,
    HF_NO_PARAMS,
};
static const hf_param comparison_params[] = {
    {.name = "against",
     .is_required = true,
     .about = "key of the other round; the one that began first is the earlier one"},
    HF_PARAM_LANG,
    HF_NO_PARAMS,
};
static const hf_param report_params[] = {
    {.name = "against", .about = "key of another round to compare with, in a chapter of its own"},
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
     .path = "/api/v1/assessments/{key}/comparison",
     .id = "assessmentComparison",
     .about =
         "Two rounds of the same subject over what both rated: scores by theme, instrument and "
         "provision, what went down first, what became of gaps and recommendations",
     .params = comparison_params,
     .gives = "RoundComparison",
     .status = 200,
     .problems = "400 404",
     .answer = get_comparison},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/assessments/{key}/next",
     .id = "beginNextRound",
     .about = "Begin the round after an adopted one: of the same subject, instruments and weights, "
              "and as secret. No answer is copied",
     .takes = "NextRound",
     .gives = "Assessment",
     .status = 201,
     .problems = "400 404 409 413 415",
     .answer = post_next},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/assessments/{key}/report",
     .id = "assessmentReport",
     .about = "The assessment as one printable page",
     .params = report_params,
     .gives_type = "text/html",
     .status = 200,
     .problems = "404",
     .answer = get_report},
};

#define SHARE      "{\"type\":[\"number\",\"null\"],\"minimum\":0,\"maximum\":1}"
#define DIFFERENCE "{\"type\":[\"number\",\"null\"],\"minimum\":-1,\"maximum\":1}"
#define COUNT      "{\"type\":\"integer\",\"minimum\":0}"
#define TEXT       "{\"type\":\"string\"}"
#define MAYBE_TEXT "{\"type\":[\"string\",\"null\"]}"
#define FLAG       "{\"type\":\"boolean\"}"
#define ARRAY      "{\"type\":\"array\",\"items\":"
#define OBJECT     "{\"type\":\"object\",\"properties\":{"
#define A_SCORE    "{\"$ref\":\"#/components/schemas/AssessmentScore\"}"
#define A_PAIR     "{\"$ref\":\"#/components/schemas/RoundPair\"}"
#define ADVICE     "{\"$ref\":\"#/components/schemas/Recommendation\"}"
#define SCORES     ARRAY A_SCORE "}"
#define PAIRS      ARRAY A_PAIR "}"
#define SCORE                                                                                      \
    OBJECT "\"implementation\":" SHARE ",\"evidence_cover\":" SHARE ",\"effective\":" SHARE        \
           ",\"asked\":" COUNT ",\"answered\":" COUNT ",\"applicable\":" COUNT                     \
           ",\"satisfied\":" COUNT ",\"claimed\":" COUNT ",\"evidenced\":" COUNT "}}"
#define PAIR                                                                                       \
    OBJECT "\"earlier\":" A_SCORE ",\"later\":" A_SCORE ",\"difference\":" DIFFERENCE              \
           ",\"evidence_difference\":" DIFFERENCE ",\"compared\":" COUNT ",\"up\":" COUNT          \
           ",\"down\":" COUNT ",\"same\":" COUNT ",\"only_earlier\":" COUNT                        \
           ",\"only_later\":" COUNT ",\"scope_changed\":" COUNT "}}"
#define GAP_CHANGES "\"closed\",\"remaining\",\"new\",\"reopened\",\"incomparable\""
#define RANKED                                                                                     \
    ARRAY "{\"type\":\"object\",\"required\":[\"provision\",\"value\",\"score\","                  \
          "\"theme_weight\",\"force_factor\",\"recommendations\"]}}"
#define COMPARED                                                                                   \
    ARRAY "{\"allOf\":[" A_PAIR "," OBJECT "\"key\":" TEXT ",\"title\":" TEXT ",\"theme\":" TEXT   \
          ",\"instrument\":" TEXT ",\"gap\":{\"enum\":[\"none\"," GAP_CHANGES "]}"                 \
          ",\"gap_value\":{\"type\":[\"number\",\"null\"]}}}]}}"
#define ANSWERED                                                                                   \
    ARRAY OBJECT "\"question\":" TEXT ",\"provision\":" TEXT ",\"earlier\":" MAYBE_TEXT            \
                 ",\"later\":" MAYBE_TEXT                                                          \
                 ",\"change\":{\"enum\":[\"only_earlier\",\"only_later\","                         \
                 "\"scope\",\"down\",\"same\",\"up\"]}}}}"
#define ADVISED                                                                                    \
    ARRAY OBJECT "\"recommendation\":" ADVICE ",\"is_open\":" FLAG ",\"is_overdue\":" FLAG         \
                 ",\"earlier\":" SHARE ",\"later\":" SHARE ",\"gap\":" MAYBE_TEXT "}}}"
#define BEFORE  ARRAY OBJECT "\"key\":" TEXT ",\"title\":" TEXT "}}}"
#define CARRIED ARRAY ADVICE "}"

// What comes again and again has a name: a compiler need not take a string of more than 4095 bytes.
static const char schemas[] =
    "\"AssessmentScore\":" SCORE ",\"RoundPair\":" PAIR
    ",\"AssessmentResults\":{\"type\":\"object\",\"required\":[\"assessment\",\"due_at\","
    "\"is_overdue\",\"overall\",\"themes\",\"instruments\",\"provisions\",\"gaps\","
    "\"rounds_before\",\"carried\",\"unasked\"],\"properties\":{\"due_at\":" MAYBE_TEXT
    ",\"is_overdue\":" FLAG ",\"overall\":" A_SCORE ",\"themes\":" SCORES ",\"instruments\":" SCORES
    ",\"provisions\":" SCORES ",\"gaps\":" RANKED ",\"rounds_before\":" BEFORE
    ",\"carried\":" CARRIED ",\"unasked\":" COUNT "}}"
    ",\"RoundComparison\":{\"type\":\"object\",\"required\":[\"earlier\",\"later\",\"overall\","
    "\"gaps\",\"themes\",\"instruments\",\"provisions\",\"questions\",\"recommendations\"],"
    "\"properties\":{\"overall\":" A_PAIR
    ",\"gaps\":{\"type\":\"object\",\"required\":[" GAP_CHANGES "]},\"themes\":" PAIRS
    ",\"instruments\":" PAIRS ",\"provisions\":" COMPARED ",\"questions\":" ANSWERED
    ",\"recommendations\":" ADVISED "}}"
    ",\"NextRound\":{\"type\":\"object\",\"properties\":{\"key\":" MAYBE_TEXT
    ",\"title\":" MAYBE_TEXT "},\"additionalProperties\":false}";

const hf_resource hf_resource_assessments = {"assessments", routes, HF_COUNT(routes), schemas,
                                             NULL};
