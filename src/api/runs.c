// SPDX-License-Identifier: Apache-2.0
//
// Runs looked at closely: one trial told by itself, two runs side by side.
#include "api/resource.h"

static bool answer_trial(hf_call *call, const hf_trial_answer *answer, hf_error *err)
{
    hf_reasons reasons = {0};
    hf_str key = hf_request_query(call->request, "key");
    if (key.len > 0 &&
        !hf_explain_fall(&call->session, &answer->cascade, key, call->arena, &reasons, err))
        return false;
    hf_answer_marking(call, answer->run->head.marking);
    hf_json_writer w = hf_answer_json(call);
    hf_write_trial(answer, key, key.len > 0 ? &reasons : NULL, &w);
    call->told_places += answer->cascade.cascade.fall_count +
                         answer->cascade.cascade.reduction_count + answer->story.damage_count;
    call->told_records += reasons.count;
    return true;
}

static bool get_trial(hf_call *call, hf_error *err)
{
    uint64_t trial = 0;
    hf_trial_answer answer = {0};
    if (!hf_parse_u64(call->params[1], &trial))
        return hf_fail(err, HF_ERR_NOT_FOUND, "http.not_found", "a trial is a number, not '%.*s'",
                       HF_STR_ARG(call->params[1]));
    bool is_told =
        hf_ask_trial_of_run(&call->session, call->params[0], trial, call->arena, &answer, err) &&
        answer_trial(call, &answer, err);
    hf_trial_done(&call->session, &answer);
    return is_told;
}

static bool get_comparison(hf_call *call, hf_error *err)
{
    hf_comparison comparison;
    if (!hf_compare_runs(&call->session, call->params[0], call->params[1], call->arena, &comparison,
                         err))
        return false;
    hf_answer_marking(call, comparison.a->head.marking);
    hf_answer_marking(call, comparison.b->head.marking);
    hf_json_writer w = hf_answer_json(call);
    hf_write_comparison(&comparison, &w);
    return true;
}

static const hf_param trial_params[] = {
    {.name = "key", .about = "of an asset: also why it falls in this trial, step by step"},
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/runs/{id}/trials/{trial}",
     .id = "explainTrial",
     .about = "One trial of a run, drawn again: what chance damaged, what fell, and why",
     .params = trial_params,
     .gives = "SimulationTrial",
     .status = 200,
     .problems = "400 404 409",
     .answer = get_trial},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/runs/{id}/compare/{other}",
     .id = "compareRuns",
     .about = "Two runs side by side: loss, chances of assets, course over time",
     .gives = "Comparison",
     .status = 200,
     .problems = "400 404",
     .answer = get_comparison},
};

#define NUMBER "{\"type\":\"number\"}"
#define MAYBE  "{\"type\":[\"number\",\"null\"]}"
#define TEXT   "{\"type\":\"string\"}"
#define COUNT  "{\"type\":\"integer\",\"minimum\":0}"
#define VALUES                                                                                     \
    "{\"type\":\"object\",\"properties\":{\"a\":" MAYBE ",\"b\":" MAYBE ",\"difference\":" MAYBE   \
    "}}"

static const char schemas[] =
    "\"SimulationTrial\":{\"type\":\"object\",\"required\":[\"run\",\"trial\",\"threat_class\","
    "\"unit\","
    "\"loss\",\"damage\",\"broken_links\",\"cascade\",\"why\"],\"properties\":{\"run\":" TEXT
    ",\"trial\":" COUNT ",\"threat_class\":{\"type\":[\"string\",\"null\"]},\"unit\":" TEXT
    ",\"loss\":" NUMBER ",\"damage\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"required\":[\"key\",\"level\",\"at_h\",\"to_h\"],\"properties\":{\"key\":" TEXT
    ",\"level\":" COUNT ",\"at_h\":" NUMBER ",\"to_h\":" MAYBE "}}},\"broken_links\":" COUNT
    ",\"cascade\":{\"$ref\":\"#/components/schemas/Cascade\"},\"why\":{\"anyOf\":[{\"$ref\":"
    "\"#/components/schemas/Reasons\"},{\"type\":\"null\"}]}}},"
    "\"WorstTrials\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"trial\","
    "\"loss\"],"
    "\"properties\":{\"trial\":" COUNT ",\"loss\":" NUMBER "}}},"
    "\"Comparison\":{\"type\":\"object\",\"required\":[\"a\",\"b\",\"same_question\","
    "\"same_snapshot\",\"same_bytes\",\"loss\",\"assets\",\"exceedance\",\"series\"],"
    "\"properties\":{\"a\":{\"type\":\"object\"},\"b\":{\"type\":\"object\"},"
    "\"same_question\":{\"type\":\"boolean\"},\"same_snapshot\":{\"type\":\"boolean\"},"
    "\"same_bytes\":{\"type\":\"boolean\"},\"loss\":{\"type\":\"object\",\"properties\":{"
    "\"unit\":" TEXT ",\"mean\":" VALUES ",\"mean_difference_stderr\":" NUMBER
    "}},\"assets\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"key\":" TEXT
    ",\"a\":" MAYBE ",\"b\":" MAYBE ",\"difference\":" MAYBE
    "}}},\"exceedance\":{\"type\":\"object\"},\"series\":{\"type\":[\"object\",\"null\"]}}}";

const hf_resource hf_resource_runs = {"runs", routes, HF_COUNT(routes), schemas, NULL};
