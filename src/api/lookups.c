// SPDX-License-Identifier: Apache-2.0
//
// Questions about the whole register: the noun tables, search, the check, undo of an import.
#include "api/resource.h"
#include "base/limits.h"

static bool get_schema(hf_call *call, hf_error *err)
{
    if (!hf_can(&call->session.actor, HF_CAN_READ, NULL, NULL, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_write_schema(&w);
    return true;
}

static bool get_search(hf_call *call, hf_error *err)
{
    hf_hit *hits = NULL;
    size_t count = 0;
    hf_str text = hf_request_query(call->request, "q");
    if (!hf_find_records(&call->session, text, hf_call_count(call, "limit", 20), call->arena, &hits,
                         &count, err))
        return false;
    call->told_records += count;
    call->is_search = true;
    hf_json_writer w = hf_answer_json(call);
    hf_write_hits(hits, count, &w);
    return true;
}

static bool get_check(hf_call *call, hf_error *err)
{
    hf_check_result result = {0};
    if (!hf_check_register(&call->session, call->arena, &result, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_write_check(&result, &w);
    return true;
}

static bool post_import_undo(hf_call *call, hf_error *err)
{
    int64_t event = 0;
    hf_undo_counts counts = {0};
    if (!hf_parse_i64(call->params[0], &event) || event <= 0)
        return hf_fail(err, HF_ERR_NOT_FOUND, "event.none", "there is no such import");
    if (!hf_undo_event(&call->session, event, &counts, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_json_name(&w, "removed");
    hf_json_add_u64(&w, counts.removed);
    hf_json_name(&w, "restored");
    hf_json_add_u64(&w, counts.restored);
    hf_json_end_object(&w);
    return true;
}

static const hf_param search_params[] = {
    {.name = "q", .is_required = true, .about = "words in any script"},
    {.name = "limit",
     .type = HF_PARAM_INTEGER,
     .min = 1,
     .max = 100,
     .about = "hits; 20 unless given"},
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/schema",
     .id = "getSchema",
     .about = "The tables of all nouns: fields, types, bounds, words",
     .gives = "Schema",
     .status = 200,
     .answer = get_schema},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/search",
     .id = "search",
     .about = "Records of all kinds by words, best first",
     .params = search_params,
     .gives = "Hits",
     .status = 200,
     .problems = "400",
     .answer = get_search},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/check",
     .id = "check",
     .about = "The X-ray of the register: what is missing, contradictory or down from the start",
     .gives = "Check",
     .status = 200,
     .answer = get_check},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/imports/{event}/undo",
     .id = "undoImport",
     .about = "Take back all that one import did",
     .flags = HF_ROUTE_NO_BODY,
     .gives = "UndoCounts",
     .status = 200,
     .problems = "404 409",
     .answer = post_import_undo},
};

static const char schemas[] =
    "\"Schema\":{\"type\":\"object\",\"required\":[\"nouns\"],\"properties\":{\"nouns\":{"
    "\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"name\",\"plural\","
    "\"fields\"],\"properties\":{\"name\":{\"type\":\"string\"},\"plural\":{\"type\":\"string\"},"
    "\"fields\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"name\","
    "\"type\"],\"properties\":{\"name\":{\"type\":\"string\"},\"type\":{\"type\":\"string\"}}}}}}}}"
    "},"
    "\"Count\":{\"type\":[\"object\",\"null\"],\"required\":[\"value\",\"exact\"],\"properties\":{"
    "\"value\":{\"type\":\"integer\"},\"exact\":{\"type\":\"boolean\"}}},"
    "\"Hits\":{\"type\":\"object\",\"required\":[\"items\",\"count\"],\"properties\":{\"items\":{"
    "\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
    "\"noun\":{\"type\":\"string\"},\"key\":{\"type\":\"string\"},"
    "\"name\":{\"type\":[\"string\",\"null\"]},\"kind\":{\"type\":[\"string\",\"null\"]},"
    "\"sector\":{\"type\":[\"string\",\"null\"]},\"region\":{\"type\":[\"string\",\"null\"]}}}},"
    "\"count\":{\"$ref\":\"#/components/schemas/Count\"}}},"
    "\"Check\":{\"type\":\"object\",\"required\":[\"faults\"],\"properties\":{\"faults\":{"
    "\"type\":\"array\",\"items\":{\"type\":\"object\"}}}},"
    "\"UndoCounts\":{\"type\":\"object\",\"required\":[\"removed\",\"restored\"],\"properties\":{"
    "\"removed\":{\"type\":\"integer\"},\"restored\":{\"type\":\"integer\"}}}";

const hf_resource hf_resource_lookups = {"lookups", routes, HF_COUNT(routes), schemas, NULL};
