// SPDX-License-Identifier: Apache-2.0
//
// Analyses beside the cascade: chains of dependencies, pairs of assets, inoperability of sectors.
#include <stdio.h>

#include "api/resource.h"
#include "usecase/chains.h"
#include "usecase/iim.h"

#define KEY_COUNT_MAX 100000u

static bool post_chains(hf_call *call, hf_error *err)
{
    static const char *const members[] = {"from",   "length", "top",   "at_min", "least",
                                          "harden", "to",     "sight", NULL};
    hf_json *body = NULL;
    hf_chains_request wanted = {0};
    hf_chains_answer answer;
    hf_str *from = NULL, *harden = NULL;
    double length = 0, top = 0;
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !hf_json_want_texts(body, "from", KEY_COUNT_MAX, call->arena, &from, &wanted.from_count,
                            err) ||
        !hf_json_want_texts(body, "harden", KEY_COUNT_MAX, call->arena, &harden,
                            &wanted.harden_count, err) ||
        !hf_json_want_number(body, "length", 0, HF_CHAIN_LENGTH_MAX, &length, err) ||
        !hf_json_want_number(body, "top", 0, 10000, &top, err) ||
        !hf_json_want_number(body, "at_min", 0, 1e9, &wanted.at_min, err) ||
        !hf_json_want_number(body, "least", 0, 1e12, &wanted.least_risk, err) ||
        !hf_json_want_number(body, "to", 0, 1, &wanted.harden_to, err) ||
        !hf_call_sight(call, body, err))
        return false;
    wanted.from = from;
    wanted.harden = harden;
    wanted.max_links = (uint32_t)length;
    wanted.top = (uint32_t)top;
    if (!hf_ask_chains(&call->session, &wanted, call->arena, &answer, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_write_chains(&answer, &w);
    call->told_records += answer.node_count;
    for (uint32_t i = 0; i < answer.list.chain_count; i++)
        call->told_records += answer.list.chains[i].link_count;
    hf_plan_release(&call->session, &answer.plan);
    return true;
}

static bool post_pairs(hf_call *call, hf_error *err)
{
    static const char *const members[] = {"by", "among", "top", "sight", NULL};
    hf_json *body = NULL;
    hf_rank_request wanted = {0};
    hf_pairs_answer answer;
    hf_str *among = NULL;
    double top = 0;
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !hf_call_rank_by(body, &wanted.by, err) ||
        !hf_json_want_texts(body, "among", 1000, call->arena, &among, &wanted.among_count, err) ||
        !hf_json_want_number(body, "top", 0, 10000, &top, err) || !hf_call_sight(call, body, err))
        return false;
    wanted.among = among;
    wanted.top = (size_t)top;
    if (!hf_ask_pairs(&call->session, &wanted, call->arena, &answer, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_write_pairs(&answer, &w);
    call->told_records += 2 * (uint64_t)answer.list.pair_count;
    hf_plan_release(&call->session, &answer.plan);
    return true;
}

// --- sectors ---------------------------------------------------------------------------------------------

static bool fail_sector(size_t row, const char *code, const char *what, hf_error *err)
{
    char pointer[64];
    (void)snprintf(pointer, sizeof(pointer), "/sectors/%zu", row);
    hf_fail(err, HF_ERR_INPUT, code, "%s", what);
    return hf_fail_at(err, pointer, 0, NULL);
}

static bool read_sector(const hf_json *item, size_t row, hf_iim_request *out, hf_error *err)
{
    static const char *const members[] = {"sector", "takes", "output", "shock",
                                          "rate",   "start", NULL};
    const hf_json *takes = hf_json_get(item, "takes");
    size_t n = out->sector_count;
    if (!hf_json_want_only(item, members, err) ||
        !hf_json_want_number(item, "output", 0, 1e300, &out->output[row], err) ||
        !hf_json_want_number(item, "shock", 0, 1, &out->shock[row], err) ||
        !hf_json_want_number(item, "rate", 0, 1, &out->rate[row], err) ||
        !hf_json_want_number(item, "start", 0, 1, &out->start[row], err))
        return false;
    if (takes == NULL || takes->type != HF_JSON_ARRAY || takes->child_count != n)
        return fail_sector(row, "iim.sector_missing",
                           "'takes' must be a list with one number for each sector, in the order "
                           "of the list of sectors",
                           err);
    size_t column = 0;
    for (const hf_json *cell = takes->child; cell != NULL; cell = cell->next) {
        if (cell->type != HF_JSON_INT && cell->type != HF_JSON_DOUBLE)
            return fail_sector(row, "iim.number", "'takes' holds something that is no number", err);
        out->matrix[row * n + column++] = cell->number;
    }
    return true;
}

static bool read_sectors(hf_call *call, const hf_json *body, hf_iim_request *out, hf_error *err)
{
    const hf_json *list = hf_json_get(body, "sectors");
    if (list == NULL || list->type != HF_JSON_ARRAY || list->child_count == 0 ||
        list->child_count > HF_IIM_SECTORS_MAX)
        return hf_fail(err, HF_ERR_INPUT, "iim.sectors",
                       "'sectors' must be a list of 1 to %u sectors", (unsigned)HF_IIM_SECTORS_MAX);
    size_t n = list->child_count, row = 0;
    out->sector_count = (uint32_t)n;
    out->sectors = HF_NEW_N(call->arena, hf_str, n);
    out->matrix = HF_NEW_N(call->arena, double, n *n);
    out->output = HF_NEW_N(call->arena, double, n);
    out->shock = HF_NEW_N(call->arena, double, n);
    out->rate = HF_NEW_N(call->arena, double, n);
    out->start = HF_NEW_N(call->arena, double, n);
    for (const hf_json *item = list->child; item != NULL; item = item->next, row++) {
        out->sectors[row] = hf_json_text(item, "sector");
        if (out->sectors[row].len == 0)
            return fail_sector(row, "iim.sector_twice", "a sector needs a name", err);
        for (size_t other = 0; other < row; other++)
            if (hf_str_equal(out->sectors[other], out->sectors[row]))
                return fail_sector(row, "iim.sector_twice", "this sector stands twice", err);
        if (!read_sector(item, row, out, err))
            return false;
    }
    return true;
}

static bool post_iim(hf_call *call, hf_error *err)
{
    static const char *const members[] = {"sectors",     "flows",      "fail",  "steps",
                                          "shock_steps", "continuous", "sight", NULL};
    hf_json *body = NULL;
    hf_iim_request wanted = {0};
    hf_iim_answer answer;
    hf_str *fail = NULL;
    double steps = 0, shock_steps = 0;
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !read_sectors(call, body, &wanted, err) ||
        !hf_json_want_bool(body, "flows", &wanted.is_flows, err) ||
        !hf_json_want_texts(body, "fail", KEY_COUNT_MAX, call->arena, &fail, &wanted.fail_count,
                            err) ||
        !hf_json_want_number(body, "steps", 0, 100000, &steps, err) ||
        !hf_json_want_number(body, "shock_steps", 0, 100000, &shock_steps, err) ||
        !hf_json_want_bool(body, "continuous", &wanted.is_continuous, err) ||
        !hf_call_sight(call, body, err))
        return false;
    wanted.fail = fail;
    wanted.steps = (uint32_t)steps;
    wanted.shock_steps = (uint32_t)shock_steps;
    if (!hf_ask_iim(&call->session, &wanted, call->arena, &answer, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_write_iim(&answer, &w);
    return true;
}

static const hf_route routes[] = {
    {.method = HF_HTTP_POST,
     .path = "/api/v1/chains",
     .id = "chains",
     .about = "The worst chains of dependencies, and where to protect first",
     .takes = "ChainsQuestion",
     .gives = "Chains",
     .status = 200,
     .problems = "400 404 413 415",
     .answer = post_chains},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/pairs",
     .id = "pairs",
     .about = "Pairs of assets whose joint loss takes down more than both apart",
     .takes = "PairsQuestion",
     .gives = "Pairs",
     .status = 200,
     .problems = "400 404 413 415",
     .answer = post_pairs},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/iim",
     .id = "iim",
     .about = "Inoperability of sectors that live from each other, at rest and over time",
     .takes = "SectorsQuestion",
     .gives = "Sectors",
     .status = 200,
     .problems = "400 404 413 415",
     .answer = post_iim},
};

#define TEXTS  "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"
#define NUMBER "{\"type\":[\"number\",\"null\"],\"minimum\":0}"
#define COUNT  "{\"type\":[\"integer\",\"null\"],\"minimum\":0}"
#define SHARE  "{\"type\":[\"number\",\"null\"],\"minimum\":0,\"maximum\":1}"

static const char schemas[] =
    "\"ChainsQuestion\":{\"type\":\"object\",\"properties\":{\"from\":" TEXTS ",\"length\":" COUNT
    ",\"top\":" COUNT ",\"at_min\":" NUMBER ",\"least\":" NUMBER ",\"harden\":" TEXTS
    ",\"to\":" SHARE "," HF_SIGHT_SCHEMA "},\"additionalProperties\":false},"
    "\"Chains\":{\"type\":\"object\",\"required\":[\"chains\",\"slots_min\",\"is_full\",\"total_"
    "risk\","
    "\"nodes\",\"without_impact\",\"snapshot\",\"model\"],\"properties\":{\"chains\":{\"type\":"
    "\"array\",\"items\":{\"type\":\"object\",\"required\":[\"risk\",\"last_risk\",\"links\","
    "\"profile\",\"sentence\"]}},\"nodes\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"required\":["
    "\"key\",\"chains\",\"risk\",\"influence\"]}}}},"
    "\"PairsQuestion\":{\"type\":\"object\",\"properties\":{\"by\":{\"enum\":[\"people\","
    "\"failed\"]},\"among\":" TEXTS ",\"top\":" COUNT "," HF_SIGHT_SCHEMA
    "},\"additionalProperties\":false},"
    "\"Pairs\":{\"type\":\"object\",\"required\":[\"pairs\",\"tried\",\"super_additive\","
    "\"is_cut\",\"snapshot\"],\"properties\":{\"pairs\":{\"type\":\"array\",\"items\":{\"type\":"
    "\"object\",\"required\":[\"keys\",\"failed_count\",\"people\",\"extra_failed\","
    "\"extra_people\"]}}}},"
    "\"SectorsQuestion\":{\"type\":\"object\",\"required\":[\"sectors\"],\"properties\":{"
    "\"sectors\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"sector\","
    "\"takes\"],\"properties\":{\"sector\":{\"type\":\"string\"},\"takes\":{\"type\":\"array\","
    "\"items\":{\"type\":\"number\"}},\"output\":" NUMBER ",\"shock\":" SHARE ",\"rate\":" SHARE
    ",\"start\":" SHARE "}}},\"flows\":{\"type\":\"boolean\"},\"fail\":" TEXTS ",\"steps\":" COUNT
    ",\"shock_steps\":" COUNT ",\"continuous\":{\"type\":\"boolean\"}," HF_SIGHT_SCHEMA
    "},\"additionalProperties\":false},"
    "\"Sectors\":{\"type\":\"object\",\"required\":[\"sectors\",\"spectral_radius\","
    "\"is_capped\",\"model\"],\"properties\":{\"sectors\":{\"type\":\"array\",\"items\":{"
    "\"type\":\"object\",\"required\":[\"sector\",\"shock\",\"q\"]}}}}";

const hf_resource hf_resource_analysis = {"analysis", routes, HF_COUNT(routes), schemas, NULL};
