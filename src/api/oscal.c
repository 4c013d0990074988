// SPDX-License-Identifier: Apache-2.0
//
// The catalogue and assessments as OSCAL documents. They come in as an import (jobs.c).
#include "api/resource.h"
#include "base/limits.h"

static bool read_request(hf_call *call, hf_oscal_request *out, hf_error *err)
{
    *out = (hf_oscal_request){.kind = HF_OSCAL_COUNT,
                              .instruments = hf_request_query(call->request, "instruments"),
                              .themes = hf_request_query(call->request, "themes"),
                              .assessment = hf_request_query(call->request, "assessment")};
    for (int i = 0; i < HF_OSCAL_COUNT; i++)
        if (hf_str_equal_z(call->params[0], hf_oscal_document_words[i]))
            out->kind = (hf_oscal_document_kind)i;
    return out->kind != HF_OSCAL_COUNT ||
           hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown",
                   "there is no such document; choose catalog, profile, plan, results or poam");
}

static bool get_oscal(hf_call *call, hf_error *err)
{
    hf_oscal_request request;
    int32_t marking = 0;
    if (!read_request(call, &request, err))
        return false;
    call->reply->buffer = hf_buf_of(HF_JSON_BYTES_MAX);
    if (!hf_oscal_export(&call->session, &request, &call->reply->buffer, &marking, err))
        return false;
    call->is_taken_out = true;
    hf_answer_marking(call, marking);
    call->reply->media_type = "application/oscal+json";
    hf_str name = hf_oscal_file_name(&request, call->arena);
    hf_answer_header(call, "Content-Disposition",
                     hf_str_format(call->arena, "attachment; filename=\"%.*s\"", HF_STR_ARG(name)));
    return true;
}

static const hf_param params[] = {
    {.name = "instruments", .about = "keys, separated by commas (catalog, profile); empty: all"},
    {.name = "themes", .about = "themes, separated by commas (catalog, profile); empty: all"},
    {.name = "assessment", .about = "of which assessment (plan, results, poam)"},
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/oscal/{document}",
     .id = "oscalDocument",
     .about = "An OSCAL document: catalog, profile, plan, results, poam (plan of action and "
              "milestones). The same data give the same bytes, but for whom it is made",
     .params = params,
     .gives_type = "application/oscal+json",
     .status = 200,
     .problems = "400 404 413",
     .answer = get_oscal},
};

const hf_resource hf_resource_oscal = {"oscal", routes, HF_COUNT(routes), NULL, NULL};
