// SPDX-License-Identifier: Apache-2.0
//
// Certificates of accounts: listed by their owner, registered and taken back by who has the right to accounts.
#include "api/resource.h"

static bool get_certificates(hf_call *call, hf_error *err)
{
    hf_credential *list = NULL;
    size_t count = 0;
    if (!hf_certificate_list(&call->session, call->params[0], call->arena, &list, &count, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_write_credentials(list, count, HF_STR_EMPTY, &w);
    hf_json_end_object(&w);
    return true;
}

static bool post_certificate(hf_call *call, hf_error *err)
{
    hf_str mark = HF_STR_EMPTY;
    if (!hf_call_text(call, "mark", &mark, err) ||
        !hf_certificate_add(&call->session, call->params[0], mark, err))
        return false;
    hf_answer_empty(call);
    return true;
}

static bool delete_certificate(hf_call *call, hf_error *err)
{
    if (!hf_certificate_remove(&call->session, call->params[0], call->params[1], err))
        return false;
    hf_answer_empty(call);
    return true;
}

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/users/{key}/certificates",
     .id = "listCertificates",
     .about = "By which certificates of TLS an account is known",
     .gives = "Certificates",
     .status = 200,
     .problems = "404",
     .answer = get_certificates},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/users/{key}/certificates",
     .id = "addCertificate",
     .about = "Register a certificate by its SHA-256 or a name in it; wants the right to accounts",
     .takes = "NewCertificate",
     .status = 204,
     .problems = "400 404 409 413 415",
     .answer = post_certificate},
    {.method = HF_HTTP_DELETE,
     .path = "/api/v1/users/{key}/certificates/{id}",
     .id = "removeCertificate",
     .about = "Take a certificate back; wants the right to accounts",
     .status = 204,
     .problems = "404",
     .answer = delete_certificate},
};

static const char schemas[] =
    "\"Certificates\":{\"type\":\"object\",\"required\":[\"items\"],\"properties\":{\"items\":{"
    "\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"}"
    ","
    "\"mark\":{\"type\":\"string\"},\"created_at\":{\"type\":[\"string\",\"null\"]},"
    "\"expires_at\":{\"type\":[\"string\",\"null\"]},"
    "\"last_seen_at\":{\"type\":[\"string\",\"null\"]}}}}}},"
    "\"NewCertificate\":{\"type\":\"object\",\"required\":[\"mark\"],\"properties\":{"
    "\"mark\":{\"type\":\"string\",\"description\":\"SHA-256 in hexadecimal, dns:NAME, "
    "email:ADDRESS or uri:ADDRESS\"}},\"additionalProperties\":false}";

const hf_resource hf_resource_certificates = {"certificates", routes, HF_COUNT(routes), schemas,
                                              NULL};
