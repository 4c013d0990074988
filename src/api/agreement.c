// SPDX-License-Identifier: Apache-2.0
//
// Several assessors of one assessment: what they rated, as far as it may be seen, and how far they agree. A rating itself is
// a record like any other (records.c).
#include "api/resource.h"
#include "api/schema_words.h"

static uint64_t told(const hf_rater_agreement *a)
{
    uint64_t count = 0;
    for (size_t i = 0; i < a->question_count; i++)
        count += a->questions[i].seen_count;
    return count;
}

static bool get_agreement(hf_call *call, hf_error *err)
{
    hf_rater_agreement agreement;
    if (!hf_agreement_read(&call->session, call->params[0], call->arena, &agreement, err) ||
        !hf_call_tells(call, told(&agreement), err))
        return false;
    hf_answer_marking(call, agreement.results.assessment->head.marking);
    hf_json_writer w = hf_answer_json(call);
    hf_write_agreement(&call->session, &agreement, &w);
    return true;
}

static const hf_param params[] = {
    HF_PARAM_LANG,
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/assessments/{key}/agreement",
     .id = "assessmentAgreement",
     .about = "What several assessors rated, as far as it may be seen, with median, spread and "
              "Krippendorff's alpha in all and by section",
     .params = params,
     .gives = "AssessmentAgreement",
     .status = 200,
     .problems = "404",
     .answer = get_agreement},
};

#define AN_AGREEMENT REF("AgreementScore")

#define RATED                                                                                      \
    OBJECT("\"question\":" TEXT ",\"given\":" COUNT ",\"is_seen\":" FLAG ",\"is_settled\":" FLAG   \
           ",\"median\":" MAYBE_NUMBER ",\"spread\":" MAYBE_NUMBER ",\"judgements\":" JUDGEMENTS)
#define JUDGEMENTS LIST(REF("Judgement"))
#define AGREEMENTS LIST(AN_AGREEMENT)
#define QUESTIONS  LIST(REF("RatedQuestion"))

static const char schemas[] =
    "\"AgreementScore\":{\"type\":\"object\",\"required\":[\"ordinal\",\"nominal\"],"
    "\"properties\":{"
    "\"ordinal\":" MAYBE_NUMBER ",\"nominal\":" MAYBE_NUMBER ",\"questions\":" COUNT
    ",\"ratings\":" COUNT ",\"disputed\":" COUNT ",\"code\":" TEXT ",\"name\":" TEXT "}},"
    "\"RatedQuestion\":" RATED
    ",\"AssessmentAgreement\":{\"type\":\"object\",\"required\":[\"overall\",\"sections\","
    "\"questions\",\"assessors\"],\"properties\":{\"assessment\":" TEXT ",\"is_open\":" FLAG
    ",\"may_open\":" FLAG ",\"may_rate\":" FLAG ",\"assessors\":" TEXTS ",\"overall\":" AN_AGREEMENT
    ",\"sections\":" AGREEMENTS ",\"questions\":" QUESTIONS "}}";

const hf_resource hf_resource_agreement = {"agreement", routes, HF_COUNT(routes), schemas, NULL};
