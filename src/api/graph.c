// SPDX-License-Identifier: Apache-2.0
//
// The dependencies around one asset, and the ways from one asset to another.
#include "api/resource.h"

static const char *const direction_words[] = {"up", "down", "both", NULL};

static bool get_graph(hf_call *call, hf_error *err)
{
    hf_str direction = hf_request_query(call->request, "direction");
    const hf_graph_request wanted = {
        .key = call->params[0],
        .direction = hf_str_equal_z(direction, "up")     ? HF_GRAPH_UP
                     : hf_str_equal_z(direction, "down") ? HF_GRAPH_DOWN
                                                         : HF_GRAPH_BOTH,
        .hops = (uint32_t)hf_call_count(call, "hops", 2),
        .limit = (uint32_t)hf_call_count(call, "limit", 200),
        .group_at = (uint32_t)hf_call_count(call, "group_at", 0),
    };
    hf_json_writer w = hf_answer_json(call);
    uint64_t told = 0;
    return hf_write_graph(&call->session, &wanted, &w, &told, err) &&
           hf_call_tells(call, told, err);
}

static bool get_paths(hf_call *call, hf_error *err)
{
    hf_json_writer w = hf_answer_json(call);
    uint64_t told = 0;
    return hf_write_paths(&call->session, hf_request_query(call->request, "from"),
                          hf_request_query(call->request, "to"), &w, &told, err) &&
           hf_call_tells(call, told, err);
}

static const hf_param graph_params[] = {
    {.name = "direction",
     .type = HF_PARAM_WORD,
     .words = direction_words,
     .about = "up: what it needs; down: what needs it; both unless given"},
    {.name = "hops",
     .type = HF_PARAM_INTEGER,
     .min = 1,
     .max = HF_GRAPH_HOPS_MAX,
     .about = "2 unless given"},
    {.name = "limit",
     .type = HF_PARAM_INTEGER,
     .min = 1,
     .max = HF_GRAPH_NODES_MAX,
     .about = "nodes; 200 unless given"},
    {.name = "group_at",
     .type = HF_PARAM_INTEGER,
     .min = 0,
     .max = HF_GRAPH_NODES_MAX,
     .about = "so many nodes, or more, are told as groups of a sector in a region; 0: never"},
    HF_NO_PARAMS,
};
static const hf_param path_params[] = {
    {.name = "from", .is_required = true, .about = "key of the asset that is lost"},
    {.name = "to", .is_required = true, .about = "key of the asset that may be reached"},
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/assets/{key}/graph",
     .id = "graph",
     .about = "The dependencies around an asset",
     .params = graph_params,
     .gives = "Graph",
     .status = 200,
     .problems = "400 404",
     .answer = get_graph},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/paths",
     .id = "paths",
     .about = "The shortest ways in which the loss of one asset can reach another",
     .params = path_params,
     .gives = "Paths",
     .status = 200,
     .problems = "400 404",
     .answer = get_paths},
};

static const char schemas[] =
    "\"Graph\":{\"type\":\"object\",\"required\":[\"truncated\"],"
    "\"properties\":{\"nodes\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":["
    "\"key\",\"hop\"]}},\"edges\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":["
    "\"supplier\",\"consumer\"]}},\"groups\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"required\":["
    "\"sector\",\"region\",\"count\"]}},\"links\":{\"type\":\"array\",\"items\":{"
    "\"type\":\"object\",\"required\":[\"from\",\"to\",\"count\"]}},"
    "\"node_count\":{\"type\":\"integer\"},\"truncated\":{\"type\":\"boolean\"}}},"
    "\"Paths\":{\"type\":\"object\",\"required\":[\"paths\"],\"properties\":{\"paths\":{"
    "\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"required\":[\"key\"]}}}}}";

const hf_resource hf_resource_graph = {"graph", routes, HF_COUNT(routes), schemas, NULL};
