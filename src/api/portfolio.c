// SPDX-License-Identifier: Apache-2.0
//
// Which protective measures to take for a budget.
#include "base/limits.h"

#include "api/resource.h"

static bool post_portfolio(hf_call *call, hf_error *err)
{
    hf_json *body = NULL;
    hf_portfolio_request wanted;
    hf_portfolio_answer answer;
    if (!hf_call_json(call, &body, err) ||
        !hf_portfolio_from_json(&call->session, body, call->arena, &wanted, err))
        return false;
    if (hf_call_wants_job(call)) {
        HF_CLEANUP(hf_buf_done) hf_buf request = hf_buf_of(HF_HTTP_BODY_BYTES_MAX);
        hf_json_canonical(body, &request);
        return hf_answer_job(call, &hf_job_kind_portfolio, hf_buf_str(&request), err);
    }
    bool is_done = hf_ask_portfolio(&call->session, &wanted, call->arena, &answer, err);
    if (is_done) {
        hf_answer_marking(call, answer.protection.marking);
        hf_json_writer w = hf_answer_json(call);
        hf_write_portfolio(&answer, &w);
    }
    hf_portfolio_done(&call->session, &answer);
    return is_done;
}

static const hf_route routes[] = {
    {.method = HF_HTTP_POST,
     .path = "/api/v1/portfolio",
     .id = "portfolio",
     .about = "Which protective measures to take for a budget; Prefer: respond-async makes it a "
              "job (202)",
     .takes = "PortfolioQuestion",
     .gives = "Portfolio",
     .status = 200,
     .problems = "202 400 404 413 415",
     .answer = post_portfolio},
};

#define KEYS     "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"
#define ESTIMATE "{\"type\":\"object\",\"required\":[\"value\",\"low\",\"high\"]}"

static const char schemas[] =
    "\"MeasureContents\":{\"type\":\"object\",\"required\":[\"changes\",\"key\"],\"properties\":"
    "{\"changes\":{\"type\":\"array\"},\"key\":{\"type\":\"string\"}}},"
    "\"PortfolioQuestion\":{\"type\":\"object\",\"required\":[\"budget\"],\"properties\":{"
    "\"budget\":{\"type\":\"number\",\"minimum\":0},\"among\":" KEYS ",\"lock\":" KEYS
    ",\"without\":" KEYS ",\"objective\":{\"enum\":[\"mean\",\"p95\",\"p99\",null]},"
    "\"simulations\":{\"type\":[\"integer\",\"null\"],\"minimum\":1},"
    "\"front\":{\"type\":[\"boolean\",\"null\"]},"
    "\"scenario\":{\"type\":[\"string\",\"object\",\"null\"]},"
    "\"trials\":{\"type\":[\"integer\",\"null\"],\"minimum\":2,\"maximum\":1000000},"
    "\"seed\":{\"type\":[\"integer\",\"null\"],\"minimum\":0}," HF_SIGHT_SCHEMA "}},"
    "\"Portfolio\":{\"type\":\"object\",\"required\":[\"objective\",\"unit\",\"budget\",\"best\","
    "\"none\",\"bound\",\"greedy_gap\",\"is_exact\",\"why_not_exact\",\"measures\",\"front\","
    "\"left_out\",\"parts\",\"snapshot\",\"model\"],\"properties\":{"
    "\"best\":{\"type\":\"object\",\"required\":[\"measures\",\"cost\",\"loss\",\"gain\"],"
    "\"properties\":{\"measures\":" KEYS ",\"loss\":" ESTIMATE ",\"gain\":" ESTIMATE "}},"
    "\"none\":{\"type\":\"object\",\"required\":[\"measures\",\"cost\",\"loss\"]},"
    "\"why_not_exact\":{\"enum\":[null,\"measures\",\"limit\",\"black_start\",\"repair_law\"]},"
    "\"measures\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"key\","
    "\"title\",\"cost\",\"gain\",\"gain_for_cost\",\"is_taken\"]}},"
    "\"front\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"cost\","
    "\"loss\",\"measures\",\"is_exact\"]}}}}";

const hf_resource hf_resource_portfolio = {"portfolio", routes, HF_COUNT(routes), schemas, NULL};
