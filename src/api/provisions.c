// SPDX-License-Identifier: Apache-2.0
//
// The catalogue of provisions as one answer, in the language of the request. The records themselves are changed like
// any others (records.c).
#include "api/resource.h"
#include "api/schema_words.h"

static bool get_catalogue(hf_call *call, hf_error *err)
{
    hf_provision_book book;
    if (!hf_provision_book_read(&call->session, NULL, call->arena, &book, err))
        return false;
    hf_head all = {.marking = HF_TLP_CLEAR};
    hf_protect_by_book(&all, &book, call->arena);
    hf_answer_marking(call, all.marking);
    hf_json_writer w = hf_answer_json(call);
    hf_write_provision_book(&book, &w);
    return true;
}

static const hf_param params[] = {
    HF_PARAM_LANG,
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/catalogue",
     .id = "catalogue",
     .about = "Instruments, provisions and questions, in the language asked for",
     .params = params,
     .gives = "Catalogue",
     .status = 200,
     .answer = get_catalogue},
};

#define CODES                                                                                      \
    "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"code\",\"name\"]}}"

static const char schemas[] =
    "\"Catalogue\":{\"type\":\"object\",\"required\":[\"edition\",\"language\",\"themes\","
    "\"scale\",\"instruments\",\"provisions\"],\"properties\":{\"edition\":" TEXT
    ",\"language\":" TEXT ",\"themes\":" CODES ",\"scale\":" CODES
    ",\"instruments\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"key\","
    "\"name\",\"force\",\"is_active\"]}},\"provisions\":{\"type\":\"array\",\"items\":{\"type\":"
    "\"object\",\"required\":[\"key\",\"instrument\",\"paragraph\",\"theme\",\"title\","
    "\"requirement\",\"review\",\"force\",\"weight\",\"crosswalk\",\"document\",\"cites\","
    "\"evidence_level\",\"basis\",\"questions\"],\"properties\":{\"review\":{\"enum\":["
    "\"original\",\"own\",\"unreviewed\",\"reviewed\"]},\"questions\":{\"type\":\"array\","
    "\"items\":{\"type\":\"object\",\"required\":[\"key\",\"text\",\"wanted\",\"applies\","
    "\"levels\",\"weight\","
    "\"review\"]}}}}}}}";

const hf_resource hf_resource_provisions = {"provisions", routes, HF_COUNT(routes), schemas, NULL};
