// SPDX-License-Identifier: Apache-2.0
//
// The event log: searched, checked, signed, exported and proved. All of it is for those who may read the log.
#include <unistd.h>

#include "api/resource.h"
#include "base/limits.h"

enum { PROOF_BYTES_MAX = 4 << 20 };

static bool get_log(hf_call *call, hf_error *err)
{
    hf_page page = {0};
    const hf_request *request = call->request;
    uint64_t before = hf_call_count(call, "cursor", 0);
    hf_log_query query = {
        .before = (int64_t)before,
        .limit = (uint32_t)hf_call_count(call, "limit", HF_LIST_LIMIT_DEFAULT),
        .actor = hf_request_query(request, "actor"),
        .action = hf_request_query(request, "action"),
        .noun = hf_request_query(request, "noun"),
        .key = hf_request_query(request, "key"),
        .from = hf_request_query(request, "from"),
        .until = hf_request_query(request, "until"),
    };
    if (!hf_find_log(&call->session, &query, call->arena, &page, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_begin_page(&w);
    for (size_t i = 0; i < page.count; i++)
        hf_write_event(page.records[i], &w);
    if (page.next.len > 0) { // the log goes on below a sequence, not behind a cursor of the store
        const hf_event *last = page.records[page.count - 1];
        page.next = hf_str_format(call->arena, "%lld", (long long)last->sequence);
    }
    hf_end_page(&page, true, &w);
    return true;
}

static bool get_verification(hf_call *call, hf_error *err)
{
    hf_log_check check;
    if (!hf_check_log(&call->session, &check, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_write_log_check(&check, &w);
    return true;
}

// --- checkpoints and proofs

static void answer_checkpoint(hf_call *call, const hf_audit_checkpoint *checkpoint)
{
    hf_json_writer w = hf_answer_json(call);
    hf_audit_write_checkpoint(checkpoint, w.out);
    hf_buf_add_byte(w.out, '\n');
}

static bool post_checkpoint(hf_call *call, hf_error *err)
{
    hf_audit_checkpoint checkpoint;
    if (!hf_sign_log(&call->session, true, &checkpoint, err))
        return false;
    answer_checkpoint(call, &checkpoint);
    return true;
}

static bool get_proof(hf_call *call, hf_error *err)
{
    int64_t sequence = 0;
    HF_CLEANUP(hf_buf_done) hf_buf proof = hf_buf_of(PROOF_BYTES_MAX);
    if (!hf_parse_i64(call->params[0], &sequence))
        return hf_fail(err, HF_ERR_NOT_FOUND, "event.none", "there is no such event");
    if (!hf_prove_event(&call->session, sequence, &proof, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_buf_add_str(w.out, hf_buf_str(&proof));
    hf_buf_add_byte(w.out, '\n');
    return true;
}

static bool post_growth(hf_call *call, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf older_text = hf_buf_of(PROOF_BYTES_MAX);
    HF_CLEANUP(hf_buf_done) hf_buf proof = hf_buf_of(PROOF_BYTES_MAX);
    hf_audit_checkpoint older;
    hf_json *body = NULL;
    // Whether they may is asked first: nothing of a body is told to who may not.
    if (!hf_can(&call->session.actor, HF_CAN_READ, &hf_noun_event, NULL, err) ||
        !hf_call_json(call, &body, err))
        return false;
    hf_json_canonical(body, &older_text);
    if (!hf_audit_read_checkpoint(hf_buf_str(&older_text), &older, err) ||
        !hf_prove_growth(&call->session, &older, &proof, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_buf_add_str(w.out, hf_buf_str(&proof));
    hf_buf_add_byte(w.out, '\n');
    return true;
}

// --- export

static bool make_export(hf_call *call, void *context, hf_output output, hf_error *err)
{
    hf_log_export *wanted = context;
    hf_log_exported unused;
    wanted->output = output;
    return hf_export_log(&call->session, wanted, &unused, err);
}

static bool get_export(hf_call *call, hf_error *err)
{
    static const char *const media_types[] = {"application/x-ndjson", "text/plain; charset=utf-8",
                                              "text/plain; charset=utf-8", "application/x-ndjson"};
    static const char *const names[] = {"log.jsonl", "log.syslog", "log.cef", "log.ecs.jsonl"};
    char host[256] = "";
    hf_str as = hf_request_query(call->request, "as");
    hf_log_export wanted = {.first = (int64_t)hf_call_count(call, "first", 0),
                            .last = (int64_t)hf_call_count(call, "last", 0)};
    while (as.len > 0 && !hf_str_equal_z(as, hf_audit_as_words[wanted.as]))
        wanted.as++; // the router has seen to it that it is one of the words
    (void)gethostname(host, sizeof(host) - 1);
    wanted.host = hf_str_of(host);
    return hf_answer_file(call, make_export, &wanted, media_types[wanted.as],
                          hf_str_of(names[wanted.as]), err);
}

static const hf_param log_params[] = {
    {.name = "limit",
     .type = HF_PARAM_INTEGER,
     .min = 1,
     .max = HF_LIST_LIMIT_MAX,
     .about = "lines; 100 unless given"},
    {.name = "cursor",
     .type = HF_PARAM_INTEGER,
     .min = 1,
     .max = 9e15,
     .about = "`next` of the page before"},
    {.name = "actor", .about = "only what this account did"},
    {.name = "action", .about = "only this, \"asset.added\"; \"asset.\" for all that begin so"},
    {.name = "noun", .about = "only what was done to records of this kind"},
    {.name = "key", .about = "only what was done to the record with this key"},
    {.name = "from", .about = "only from this time on, RFC 3339 or a date"},
    {.name = "until", .about = "only up to this time, RFC 3339 or a date (its first moment)"},
    HF_NO_PARAMS,
};
static const hf_param export_params[] = {
    {.name = "as",
     .type = HF_PARAM_WORD,
     .words = hf_audit_as_words,
     .about = "jsonl (unless given) can be proved; the others are for systems that collect logs"},
    {.name = "first", .type = HF_PARAM_INTEGER, .min = 1, .max = 9e15, .about = "first event"},
    {.name = "last", .type = HF_PARAM_INTEGER, .min = 1, .max = 9e15, .about = "last event"},
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/log",
     .id = "getLog",
     .about = "The event log, newest first",
     .params = log_params,
     .gives = "Log",
     .status = 200,
     .problems = "400",
     .answer = get_log},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/log/verify",
     .id = "verifyLog",
     .about = "Checks every line of the log, and that it is what was signed before",
     .gives = "LogCheck",
     .status = 200,
     .problems = "400",
     .answer = get_verification},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/log/checkpoints",
     .id = "signLog",
     .about = "Signs the log as it stands and remembers it; the answer is for another authority",
     .flags = HF_ROUTE_NO_BODY,
     .gives = "LogCheckpoint",
     .status = 200,
     .problems = "400",
     .answer = post_checkpoint},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/log/growth",
     .id = "proveGrowth",
     .about = "Proves that the log goes on from an older checkpoint of it",
     .takes = "LogCheckpoint",
     .gives = "LogProof",
     .status = 200,
     .problems = "400 413 415",
     .answer = post_growth},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/log/export",
     .id = "exportLog",
     .about = "The log or a part of it as a file",
     .params = export_params,
     .gives_type = "*/*",
     .status = 200,
     .problems = "400",
     .answer = get_export},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/log/{sequence}/proof",
     .id = "proveEvent",
     .about = "Proves that one event is in the log",
     .gives = "LogProof",
     .status = 200,
     .problems = "400 404",
     .answer = get_proof},
};

static const char schemas[] =
    "\"LogItem\":{\"type\":\"object\",\"properties\":{\"seq\":{\"type\":\"integer\"},"
    "\"at\":{\"type\":[\"string\",\"null\"]},\"actor\":{\"type\":[\"string\",\"null\"]},"
    "\"action\":{\"type\":[\"string\",\"null\"]},\"noun\":{\"type\":[\"string\",\"null\"]},"
    "\"key\":{\"type\":[\"string\",\"null\"]},\"source\":{\"type\":[\"string\",\"null\"]},"
    "\"detail\":{}}},"
    "\"Log\":{\"type\":\"object\",\"required\":[\"items\",\"next\",\"count\"],\"properties\":{"
    "\"items\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/LogItem\"}},"
    "\"next\":{\"type\":[\"string\",\"null\"]},"
    "\"count\":{\"$ref\":\"#/components/schemas/Count\"}}},"
    "\"LogCheck\":{\"type\":\"object\",\"required\":[\"valid\",\"events\",\"checkpoints\",\"key\","
    "\"root\",\"broken\"],\"properties\":{\"valid\":{\"type\":\"boolean\"},"
    "\"events\":{\"type\":\"integer\"},\"checkpoints\":{\"type\":\"integer\"},"
    "\"key\":{\"type\":\"string\"},\"root\":{\"type\":[\"string\",\"null\"]},"
    "\"broken\":{\"type\":[\"object\",\"null\"],\"properties\":{\"sequence\":{\"type\":\"integer\"}"
    ","
    "\"code\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"}}}}},"
    "\"LogCheckpoint\":{\"type\":\"object\",\"required\":[\"at\",\"first\",\"format\",\"hash\","
    "\"key\",\"previous\",\"root\",\"sequence\",\"signature\",\"size\"],\"properties\":{"
    "\"at\":{\"type\":\"string\"},\"first\":{\"type\":\"integer\"},\"format\":{\"type\":\"string\"}"
    ","
    "\"hash\":{\"type\":\"string\"},\"key\":{\"type\":\"string\"},\"previous\":{\"type\":"
    "\"string\"},"
    "\"root\":{\"type\":\"string\"},\"sequence\":{\"type\":\"integer\"},"
    "\"signature\":{\"type\":\"string\"},\"size\":{\"type\":\"integer\"}}},"
    "\"LogProof\":{\"type\":\"object\",\"required\":[\"checkpoint\",\"format\",\"path\"],"
    "\"properties\":{\"checkpoint\":{\"$ref\":\"#/components/schemas/LogCheckpoint\"},"
    "\"older\":{\"$ref\":\"#/components/schemas/LogCheckpoint\"},\"event\":{\"type\":\"object\"},"
    "\"format\":{\"type\":\"string\"},\"path\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"
    "}}";

const hf_resource hf_resource_log = {"log", routes, HF_COUNT(routes), schemas, NULL};
