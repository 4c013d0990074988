// SPDX-License-Identifier: Apache-2.0
//
// Long work: imports, inferences and the demonstration are submitted here; jobs are listed, read, cancelled.
#include <stdio.h>
#include <unistd.h>

#include "api/resource.h"
#include "base/limits.h"

bool hf_answer_job(hf_call *call, const hf_job_kind *kind, hf_str request, hf_error *err)
{
    hf_str key = HF_STR_EMPTY;
    if (!hf_submit_job(&call->session, call->api->jobs, kind, request, call->arena, &key, err))
        return false;
    call->reply->status = 202;
    hf_answer_header(call, "Location",
                     hf_str_format(call->arena, "/api/v1/jobs/%.*s", HF_STR_ARG(key)));
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_json_name(&w, "job");
    hf_json_add_str(&w, key);
    hf_json_end_object(&w);
    return true;
}

// --- imports -----------------------------------------------------------------------------------------------

// The temporary file becomes the job's, which removes it when it has ended.
static bool keep_file(hf_call *call, const hf_http_upload *upload, hf_str *path, hf_error *err)
{
    char id[37];
    hf_uuid7(call->session.now_ms, id);
    *path = hf_str_format(call->arena, "%.*s/import-%s", HF_STR_ARG(call->api->upload_dir), id);
    return rename(hf_str_z(call->arena, upload->path), hf_str_z(call->arena, *path)) == 0 ||
           hf_fail(err, HF_ERR_WRITE, "http.upload_not_stored", "the upload cannot be kept");
}

// All of them, or none: without a job nobody would take away those that are kept.
static bool keep_files(hf_call *call, hf_str *paths, hf_error *err)
{
    for (size_t i = 0; i < call->request->uploads.count; i++) {
        if (keep_file(call, &call->request->uploads.items[i], &paths[i], err))
            continue;
        while (i-- > 0)
            (void)unlink(hf_str_z(call->arena, paths[i]));
        return false;
    }
    return true;
}

static bool write_files(hf_call *call, hf_json_writer *w, hf_error *err)
{
    hf_str *paths = HF_NEW_N(call->arena, hf_str, call->request->uploads.count + 1);
    if (!keep_files(call, paths, err))
        return false;
    hf_json_name(w, "files");
    hf_json_begin_array(w);
    for (size_t i = 0; i < call->request->uploads.count; i++) {
        const hf_http_upload *upload = &call->request->uploads.items[i];
        hf_json_begin_object(w);
        hf_json_name(w, "path");
        hf_json_add_str(w, paths[i]);
        hf_json_name(w, "name");
        hf_json_add_str(w, upload->file_name.len > 0 ? upload->file_name : HF_STR("upload"));
        hf_json_end_object(w);
    }
    hf_json_end_array(w);
    return true;
}

static bool check_uploads(const hf_call *call, hf_error *err)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < call->request->uploads.count; i++)
        bytes += call->request->uploads.items[i].bytes;
    if (call->request->uploads.count == 0 || bytes == 0)
        return hf_fail(err, HF_ERR_INPUT, "import.no_file",
                       "no file came with the request; send it as the part 'file' of a form");
    hf_str as = hf_request_query(call->request, "as");
    if (as.len > 0 && hf_noun_find(as) == NULL)
        return hf_fail(err, HF_ERR_USAGE, "query.value", "there is no kind of record '%.*s'",
                       HF_STR_ARG(as));
    hf_str format = hf_request_query(call->request, "format");
    return format.len == 0 || hf_format_find(format) != NULL ||
           hf_fail(err, HF_ERR_USAGE, "query.value", "there is no format '%.*s'",
                   HF_STR_ARG(format));
}

static bool post_import(hf_call *call, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf request = hf_buf_of(1u << 20);
    hf_json_writer w = {.out = &request};
    if (!hf_can(&call->session.actor, HF_CAN_IMPORT, NULL, NULL, err) || !check_uploads(call, err))
        return false;
    hf_json_begin_object(&w);
    static const char *const texts[] = {"as", "format", "recipe"};
    for (size_t i = 0; i < HF_COUNT(texts); i++) {
        hf_json_name(&w, texts[i]);
        hf_json_add_str(&w, hf_request_query(call->request, texts[i]));
    }
    static const char *const flags[] = {"dry_run", "skip_refused"};
    for (size_t i = 0; i < HF_COUNT(flags); i++) {
        hf_json_name(&w, flags[i]);
        hf_json_add_bool(&w, hf_call_flag(call, flags[i]));
    }
    if (!write_files(call, &w, err))
        return false;
    hf_json_end_object(&w);
    return hf_answer_job(call, &hf_job_kind_import, hf_buf_str(&request), err);
}

// --- inferences, demonstration ---------------------------------------------------------------------------

static bool post_inference(hf_call *call, hf_error *err)
{
    static const char *const members[] = {"rules", "accept", NULL};
    hf_json *body = NULL;
    hf_str *rules = NULL;
    size_t rule_count = 0;
    bool accept = false;
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !hf_json_want_texts(body, "rules", 1000, call->arena, &rules, &rule_count, err) ||
        !hf_json_want_bool(body, "accept", &accept, err))
        return false;
    HF_CLEANUP(hf_buf_done) hf_buf request = hf_buf_of(1u << 20);
    hf_json_writer w = {.out = &request};
    hf_json_begin_object(&w);
    hf_json_name(&w, "rules");
    hf_json_begin_array(&w);
    for (size_t i = 0; i < rule_count; i++)
        hf_json_add_str(&w, rules[i]);
    hf_json_end_array(&w);
    hf_json_name(&w, "accept");
    hf_json_add_bool(&w, accept);
    hf_json_end_object(&w);
    return hf_answer_job(call, &hf_job_kind_inference, hf_buf_str(&request), err);
}

// --- jobs --------------------------------------------------------------------------------------------------

static bool list_jobs(hf_call *call, hf_error *err)
{
    hf_page page = {0};
    hf_filter state = {hf_noun_field(&hf_noun_job, HF_STR("state"), NULL), HF_IS,
                       hf_request_query(call->request, "state")};
    hf_query query = {.noun = &hf_noun_job,
                      .filters = &state,
                      .filter_count = state.value.len > 0 ? 1 : 0,
                      .sort = hf_noun_field(&hf_noun_job, HF_STR("key"), NULL),
                      .descending = true, // keys are UUIDv7: newest first
                      .cursor = hf_request_query(call->request, "cursor"),
                      .limit = (uint32_t)hf_call_count(call, "limit", HF_LIST_LIMIT_DEFAULT),
                      .want_count = true};
    if (!hf_list_jobs(&call->session, &query, call->arena, &page, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_begin_page(&w);
    for (size_t i = 0; i < page.count; i++) {
        hf_job_keep_counts(page.records[i], call->arena);
        hf_write_job(call->api->jobs, page.records[i], call->session.now_ms, &w);
    }
    hf_end_page(&page, true, &w);
    return true;
}

// Who may be told of no more records for now, or has lost a clearance or left a compartment since, gets the counts.
static void tell_or_count(hf_call *call, hf_job *job)
{
    hf_head protection;
    hf_error refusal = {0};
    uint64_t told = 0;
    bool is_judged = hf_job_told(job, &protection, call->arena, &told);
    if (is_judged && told == 0)
        return;
    if (is_judged &&
        hf_may_read_marked(&call->session.actor, protection.marking, protection.compartments) &&
        hf_call_tells(call, told, &refusal))
        hf_answer_marking(call, protection.marking);
    else
        hf_job_keep_counts(job, call->arena);
}

static bool get_job(hf_call *call, hf_error *err)
{
    hf_job *job = NULL;
    if (!hf_read_job(&call->session, call->params[0], call->arena, &job, err))
        return false;
    tell_or_count(call, job);
    hf_json_writer w = hf_answer_json(call);
    hf_write_job(call->api->jobs, job, call->session.now_ms, &w);
    return true;
}

static bool cancel_job(hf_call *call, hf_error *err)
{
    return hf_cancel_job(&call->session, call->api->jobs, call->params[0], err) &&
           get_job(call, err);
}

static const char *const state_words[] = {"queued", "running", "done", "failed", "cancelled", NULL};
static const hf_param import_params[] = {
    {.name = "as", .about = "what the rows are: asset, dependency, layer …; guessed unless given"},
    {.name = "format", .about = "csv, xlsx, geojson …; guessed unless given"},
    {.name = "recipe", .about = "name of an import recipe; guessed unless given"},
    {.name = "filename", .about = "name of the file when it is the whole body"},
    {.name = "dry_run", .type = HF_PARAM_BOOL, .about = "1: only say what would happen"},
    {.name = "skip_refused", .type = HF_PARAM_BOOL, .about = "1: store the good rows all the same"},
    HF_NO_PARAMS,
};
static const hf_param job_params[] = {
    {.name = "state",
     .type = HF_PARAM_WORD,
     .words = state_words,
     .about = "only jobs in this state"},
    {.name = "limit",
     .type = HF_PARAM_INTEGER,
     .min = 1,
     .max = HF_LIST_LIMIT_MAX,
     .about = "jobs; 100 unless given"},
    {.name = "cursor", .about = "`next` of the page before"},
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_POST,
     .path = "/api/v1/imports",
     .id = "import",
     .about = "Take files in, as a job; its result counts what was added, changed and refused; "
              "that of a dry run tells also what would change in which record",
     .flags = HF_ROUTE_UPLOAD,
     .params = import_params,
     .takes = "Upload",
     .gives = "JobStarted",
     .status = 202,
     .problems = "400 413",
     .answer = post_import},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/inferences",
     .id = "infer",
     .about = "Propose dependencies by the inference rules, as a job",
     .takes = "InferenceWish",
     .gives = "JobStarted",
     .status = 202,
     .problems = "400 413 415",
     .answer = post_inference},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/jobs",
     .id = "listJobs",
     .about = "One's own jobs, newest first; an administrator sees all",
     .params = job_params,
     .gives = "JobPage",
     .status = 200,
     .problems = "400",
     .answer = list_jobs},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/jobs/{id}",
     .id = "getJob",
     .about = "A job with its progress and, at the end, its result",
     .gives = "Job",
     .status = 200,
     .problems = "404",
     .answer = get_job},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/jobs/{id}/cancel",
     .id = "cancelJob",
     .about = "Ask a job to stop; nothing of it is kept",
     .flags = HF_ROUTE_NO_BODY,
     .gives = "Job",
     .status = 200,
     .problems = "404 409",
     .answer = cancel_job},
};

static const char schemas[] =
    "\"JobStarted\":{\"type\":\"object\",\"required\":[\"job\"],\"properties\":{\"job\":{"
    "\"type\":\"string\"}}},"
    "\"InferenceWish\":{\"type\":\"object\",\"properties\":{\"rules\":{\"type\":\"array\","
    "\"items\":{\"type\":\"string\"}},\"accept\":{\"type\":\"boolean\"}},"
    "\"additionalProperties\":false},"
    "\"ImportResult\":{\"type\":\"object\",\"description\":\"What an import did, or would do. "
    "changes: of a "
    "dry run, the first records of change_count, those that would be changed before those that "
    "would be "
    "added; a list of jobs leaves them out\","
    "\"required\":[\"added\",\"changed\",\"unchanged\",\"refused\",\"change_count\",\"problems\","
    "\"stored\"],"
    "\"properties\":{\"added\":{\"type\":\"integer\"},\"changed\":{\"type\":\"integer\"},"
    "\"unchanged\":{\"type\":\"integer\"},\"refused\":{\"type\":\"integer\"},"
    "\"change_count\":{\"type\":\"integer\"},"
    "\"changes\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"required\":[\"noun\",\"key\",\"action\",\"changes\"],\"properties\":{"
    "\"noun\":{\"type\":\"string\"},\"key\":{\"type\":\"string\"},"
    "\"name\":{\"type\":[\"string\",\"null\"]},\"marking\":{\"type\":\"string\"},"
    "\"action\":{\"enum\":[\"added\",\"changed\"]},\"file\":{\"type\":\"string\"},"
    "\"line\":{\"type\":\"integer\"},\"too_long\":{\"type\":\"boolean\"},"
    "\"changes\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"required\":[\"field\",\"before\",\"after\"],\"properties\":{\"field\":{\"type\":\"string\"}}"
    "}}}}},"
    "\"problems\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}},"
    "\"stored\":{\"type\":\"boolean\"},\"event\":{\"type\":[\"integer\",\"null\"]}}},"
    "\"Job\":{\"type\":\"object\",\"required\":[\"id\",\"kind\",\"state\",\"progress\"],"
    "\"properties\":{\"id\":{\"type\":\"string\"},\"kind\":{\"type\":\"string\"},"
    "\"state\":{\"enum\":[\"queued\",\"running\",\"done\",\"failed\",\"cancelled\"]},"
    "\"progress\":{\"type\":\"number\"},\"done\":{\"type\":\"number\"},"
    "\"total\":{\"type\":[\"number\",\"null\"]},\"unit\":{\"type\":[\"string\",\"null\"]},"
    "\"rate_per_s\":{\"type\":[\"number\",\"null\"]},\"preview_count\":{\"type\":\"integer\"},"
    "\"eta_s\":{\"type\":[\"number\",\"null\"]},"
    "\"owner\":{\"type\":[\"string\",\"null\"]},\"created_at\":{\"type\":[\"string\",\"null\"]},"
    "\"started_at\":{\"type\":[\"string\",\"null\"]},\"ended_at\":{\"type\":[\"string\",\"null\"]},"
    "\"result\":{\"type\":[\"object\",\"null\"],\"anyOf\":[{\"$ref\":"
    "\"#/components/schemas/ImportResult\"},{}]},\"error\":{\"type\":[\"object\",\"null\"]}}},"
    "\"JobPage\":{\"type\":\"object\",\"required\":[\"items\",\"next\",\"count\"],\"properties\":{"
    "\"items\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/Job\"}},"
    "\"next\":{\"type\":[\"string\",\"null\"]},"
    "\"count\":{\"$ref\":\"#/components/schemas/Count\"}}}";

const hf_resource hf_resource_jobs = {"jobs", routes, HF_COUNT(routes), schemas, NULL};
