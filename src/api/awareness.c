// SPDX-License-Identifier: Apache-2.0
//
// Awareness bulletins: what there is to read, the receipt of having read it, and who has. Bulletins themselves are records
// like any others (records.c).
#include "api/resource.h"
#include "api/schema_words.h"

static bool get_awareness(hf_call *call, hf_error *err)
{
    hf_awareness awareness;
    if (!hf_awareness_read(&call->session, hf_request_query(call->request, "bulletin"), call->arena,
                           &awareness, err) ||
        !hf_call_tells(call, awareness.count, err))
        return false;
    if (awareness.marking >= 0)
        hf_answer_marking(call, awareness.marking);
    hf_json_writer w = hf_answer_json(call);
    hf_write_awareness(&call->session, &awareness, &w);
    return true;
}

static bool post_read(hf_call *call, hf_error *err)
{
    hf_receipt *receipt = NULL;
    if (!hf_confirm_bulletin(&call->session, call->params[0], call->arena, &receipt, err))
        return false;
    hf_answer_marking(call, receipt->head.marking);
    hf_json_writer w = hf_answer_json(call);
    hf_write_record(&call->session, &hf_noun_receipt, receipt, &w);
    return true;
}

static const hf_param params[] = {
    {.name = "bulletin", .about = "only this one"},
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/awareness",
     .id = "awareness",
     .about = "Bulletins with one's own receipt, the newest first; to who assesses everywhere also "
              "how many have read them, by organisation",
     .params = params,
     .gives = "Awareness",
     .status = 200,
     .problems = "404",
     .answer = get_awareness},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/awareness/{key}/read",
     .id = "confirmBulletin",
     .about = "Say that one has read a bulletin; said twice, the first one stands",
     .flags = HF_ROUTE_NO_BODY,
     .gives = "Receipt",
     .status = 200,
     .problems = "404 409",
     .answer = post_read},
};

static const char schemas[] =
    "\"Awareness\":{\"type\":\"object\",\"required\":[\"has_coverage\",\"bulletins\"],"
    "\"properties\":{\"has_coverage\":" FLAG ",\"bulletins\":{\"type\":\"array\",\"items\":{"
    "\"type\":\"object\",\"properties\":{\"bulletin\":{\"$ref\":\"#/components/schemas/Bulletin\"},"
    "\"is_for_me\":" FLAG ",\"my_receipt_at\":{\"type\":[\"string\",\"null\"]},"
    "\"is_overdue\":" FLAG ",\"coverage\":{\"type\":\"object\",\"properties\":{\"accounts\":" COUNT
    ",\"read\":" COUNT ",\"organisations\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"properties\":{\"organisation\":" TEXT ",\"name\":" TEXT ",\"accounts\":" COUNT
    ",\"read\":" COUNT "}}}}}}}}}}";

const hf_resource hf_resource_awareness = {"awareness", routes, HF_COUNT(routes), schemas,
                                           &hf_noun_receipt};
