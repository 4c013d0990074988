// SPDX-License-Identifier: Apache-2.0
//
// An assessment beside that of another round, and the round after it.
#include "api/resource.h"
#include "api/schema_words.h"

static bool get_comparison(hf_call *call, hf_error *err)
{
    hf_round_comparison comparison;
    if (!hf_compare_rounds(&call->session, hf_request_query(call->request, "against"),
                           call->params[0], call->arena, &comparison, err) ||
        !hf_call_tells(
            call, hf_results_told(&comparison.earlier) + hf_results_told(&comparison.later), err))
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

static const hf_param comparison_params[] = {
    {.name = "against",
     .is_required = true,
     .about = "key of the other round; the one that began first is the earlier one"},
    HF_PARAM_LANG,
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
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
};

#define DIFFERENCE "{\"type\":[\"number\",\"null\"],\"minimum\":-1,\"maximum\":1}"
#define A_PAIR     REF("RoundPair")
#define PAIRS      LIST(A_PAIR)
#define PAIR                                                                                       \
    OBJECT("\"earlier\":" A_SCORE ",\"later\":" A_SCORE ",\"difference\":" DIFFERENCE              \
           ",\"evidence_difference\":" DIFFERENCE ",\"compared\":" COUNT ",\"up\":" COUNT          \
           ",\"down\":" COUNT ",\"same\":" COUNT ",\"only_earlier\":" COUNT                        \
           ",\"only_later\":" COUNT ",\"scope_changed\":" COUNT)
#define GAP_CHANGES "\"closed\",\"remaining\",\"new\",\"reopened\",\"incomparable\""
#define COMPARED                                                                                   \
    LIST("{\"allOf\":[" A_PAIR                                                                     \
         "," OBJECT("\"key\":" TEXT ",\"title\":" TEXT ",\"theme\":" TEXT ",\"instrument\":" TEXT  \
                    ",\"gap\":{\"enum\":[\"none\"," GAP_CHANGES "]}"                               \
                    ",\"gap_value\":" MAYBE_NUMBER) "]}")
#define ANSWERED                                                                                   \
    LIST(OBJECT("\"question\":" TEXT ",\"provision\":" TEXT ",\"earlier\":" MAYBE_TEXT             \
                ",\"later\":" MAYBE_TEXT ",\"change\":{\"enum\":[\"only_earlier\",\"only_later\"," \
                "\"scope\",\"down\",\"same\",\"up\"]}"))
#define ADVISED                                                                                    \
    LIST(OBJECT("\"recommendation\":" ADVICE ",\"is_open\":" FLAG ",\"is_overdue\":" FLAG          \
                ",\"earlier\":" SHARE ",\"later\":" SHARE ",\"gap\":" MAYBE_TEXT))

static const char schemas[] =
    "\"RoundPair\":" PAIR
    ",\"RoundComparison\":{\"type\":\"object\",\"required\":[\"earlier\",\"later\",\"overall\","
    "\"gaps\",\"themes\",\"instruments\",\"provisions\",\"questions\",\"recommendations\"],"
    "\"properties\":{\"overall\":" A_PAIR
    ",\"gaps\":{\"type\":\"object\",\"required\":[" GAP_CHANGES "]},\"themes\":" PAIRS
    ",\"instruments\":" PAIRS ",\"provisions\":" COMPARED ",\"questions\":" ANSWERED
    ",\"recommendations\":" ADVISED "}}"
    ",\"NextRound\":{\"type\":\"object\",\"properties\":{\"key\":" MAYBE_TEXT
    ",\"title\":" MAYBE_TEXT "},\"additionalProperties\":false}";

const hf_resource hf_resource_assessment_rounds = {"assessment_rounds", routes, HF_COUNT(routes),
                                                   schemas, NULL};
