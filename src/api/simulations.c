// SPDX-License-Identifier: Apache-2.0
//
// Simulations and their runs: submitted as jobs, watched by previews, read, repeated, compared. Lists and records of
// runs, scenarios and measures are those of records.c.
#include "api/resource.h"
#include "base/limits.h"

static bool post_simulation(hf_call *call, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf request = hf_buf_of(HF_HTTP_BODY_BYTES_MAX);
    hf_json *body = NULL;
    hf_simulate_request wanted;
    // Checked now, so that who asked hears of it; read again by the job.
    if (!hf_can(&call->session.actor, HF_CAN_RUN, NULL, NULL, err) ||
        !hf_call_json(call, &body, err) ||
        !hf_simulate_from_json(&call->session, body, call->arena, &wanted, err))
        return false;
    hf_json_canonical(body, &request);
    return hf_answer_job(call, &hf_job_kind_simulation, hf_buf_str(&request), err);
}

static bool get_preview(hf_call *call, hf_error *err)
{
    hf_str json;
    if (!hf_read_preview(&call->session, call->api->jobs, call->params[0], call->arena, &json, err))
        return false;
    (void)hf_answer_json(call);
    hf_buf_add_str(&call->reply->buffer, json);
    return true;
}

static bool get_result(hf_call *call, hf_error *err)
{
    hf_run *run = NULL;
    hf_str document;
    if (!hf_read_run(&call->session, call->params[0], call->arena, &run, NULL, err))
        return false;
    hf_str etag = hf_str_format(call->arena, "\"%.*s\"", HF_STR_ARG(run->sha256));
    hf_answer_header(call, "ETag", etag);
    hf_answer_marking(call, run->head.marking);
    if (hf_etag_matches(hf_request_header(call->request, "If-None-Match"), etag)) {
        call->reply->status = 304;
        return true;
    }
    if (!hf_read_run(&call->session, call->params[0], call->arena, &run, &document, err))
        return false;
    (void)hf_answer_json(call);
    hf_buf_add_str(&call->reply->buffer, document);
    return true;
}

static bool post_rerun(hf_call *call, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf request = hf_buf_of(4096);
    hf_json_writer w = {.out = &request};
    hf_run *run = NULL;
    if (!hf_can(&call->session.actor, HF_CAN_RUN, NULL, NULL, err) ||
        !hf_read_run(&call->session, call->params[0], call->arena, &run, NULL, err))
        return false;
    hf_json_begin_object(&w);
    hf_json_name(&w, "run");
    hf_json_add_str(&w, run->head.key);
    hf_json_end_object(&w);
    return hf_answer_job(call, &hf_job_kind_rerun, hf_buf_str(&request), err);
}

static const hf_route routes[] = {
    {.method = HF_HTTP_POST,
     .path = "/api/v1/simulations",
     .id = "simulate",
     .about = "Many trials of a scenario, as a job; its result names the run that is kept",
     .takes = "SimulationQuestion",
     .gives = "JobStarted",
     .status = 202,
     .problems = "400 404 413 415",
     .answer = post_simulation},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/jobs/{id}/preview",
     .id = "previewJob",
     .about = "What a running simulation of one's own knows so far; preview_count of the job tells "
              "of news",
     .gives = "SimulationPreview",
     .status = 200,
     .problems = "404",
     .answer = get_preview},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/runs/{id}/result",
     .id = "runResult",
     .about = "The document of a run, byte by byte as it was kept; its SHA-256 is the run's sha256",
     .gives = "Simulation",
     .status = 200,
     .problems = "304 404",
     .answer = get_result},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/runs/{id}/rerun",
     .id = "rerun",
     .about = "Repeat a run, as a job; its result says whether the same bytes came out",
     .flags = HF_ROUTE_NO_BODY,
     .gives = "JobStarted",
     .status = 202,
     .problems = "404",
     .answer = post_rerun},
};

#define NUMBER  "{\"type\":\"number\"}"
#define MAYBE   "{\"type\":[\"number\",\"null\"]}"
#define TEXT    "{\"type\":\"string\"}"
#define COUNT   "{\"type\":\"integer\",\"minimum\":0}"
#define HOURS   "{\"type\":[\"number\",\"null\"],\"minimum\":0,\"maximum\":87600}"
#define PAIRS   "{\"$ref\":\"#/components/schemas/Curve\"}"   // of questions.c
#define COURSES "{\"$ref\":\"#/components/schemas/Courses\"}" // of questions.c

#define LOSS                                                                                       \
    "{\"type\":\"object\",\"required\":[\"unit\",\"mean\",\"stderr\",\"p05\",\"p50\",\"p95\","     \
    "\"p99\"],\"properties\":{\"unit\":{\"enum\":[\"people\",\"person_hours\"]},\"mean\":" NUMBER  \
    ",\"stderr\":" NUMBER ",\"p05\":" NUMBER ",\"p50\":" NUMBER ",\"p95\":" NUMBER                 \
    ",\"p99\":" NUMBER ",\"low\":" NUMBER ",\"high\":" NUMBER ",\"p25\":" NUMBER                   \
    ",\"p75\":" NUMBER ",\"p_any\":" NUMBER ",\"intervals\":{\"type\":\"object\"}}}"

#define LOSS_REF   "{\"$ref\":\"#/components/schemas/SimulationLoss\"}"
#define ASSETS_REF "{\"$ref\":\"#/components/schemas/SimulationAssets\"}" // of questions.c

static const char schemas[] =
    "\"SimulationLoss\":" LOSS ","
    "\"SimulationQuestion\":{\"type\":\"object\",\"properties\":{\"scenario\":{\"type\":["
    "\"string\",\"object\",\"null\"]},\"trials\":{\"type\":[\"integer\",\"null\"],\"minimum\":1,"
    "\"maximum\":10000000000},\"seed\":{\"type\":[\"integer\",\"null\"],\"minimum\":0,"
    "\"maximum\":9007199254740991},\"hours\":" HOURS ",\"step_h\":" HOURS
    ",\"restart\":{\"enum\":[\"free\",\"sequential\",null]},\"generator\":{\"enum\":["
    "\"ars4x32-5\",\"philox4x32-10\",null]},\"kernel\":{\"enum\":[\"auto\",\"sparse\","
    "\"dense\",null]},\"strength_digits\":{\"enum\":[8,32,null]},\"half_width\":{\"type\":["
    "\"number\",\"null\"],\"minimum\":0,\"maximum\":1},\"both_restarts\":{\"type\":[\"boolean\","
    "\"null\"]},\"worth\":{\"type\":["
    "\"integer\",\"null\"],\"minimum\":0,\"maximum\":100},\"title\":{\"type\":[\"string\",\"null\"]"
    ","
    "\"maxLength\":200},\"form\":{\"enum\":[1,2,3,null]}"
    "," HF_SIGHT_SCHEMA ",\"measures\":{\"type\":[\"array\",\"null\"],\"items\":"
    "{\"$ref\":\"#/components/schemas/MeasureContents\"}}},\"additionalProperties\":false},"
    "\"Simulation\":{\"type\":\"object\",\"required\":[\"trials\",\"seed\",\"generator\","
    "\"snapshot\",\"loss\",\"exceedance\",\"assets\"],\"properties\":{\"trials\":" COUNT
    ",\"seed\":" COUNT ",\"generator\":" TEXT ",\"snapshot\":" TEXT ",\"loss\":" LOSS_REF
    ",\"exceedance\":" PAIRS ",\"assets\":" ASSETS_REF ",\"exceedance_band\":" PAIRS
    ",\"series\":{\"properties\":{\"unit\":" TEXT ",\"hours\":" NUMBER ",\"step_h\":" NUMBER
    ",\"sectors\":" COURSES ",\"regions\":" COURSES "}}," HF_LOOPS_SCHEMA
    ",\"down_at_start\":{\"type\":\"array\",\"items\":" TEXT
    "},\"question\":{\"type\":\"object\"},\"model\":" TEXT ",\"worth\":{\"type\":\"array\","
    "\"items\":{\"type\":\"object\",\"properties\":{\"key\":" TEXT ",\"value\":" NUMBER
    ",\"low\":" NUMBER ",\"high\":" NUMBER
    "}}},\"restarts\":{\"type\":\"object\",\"properties\":{\"free\":" NUMBER
    ",\"sequential\":" NUMBER ",\"more\":" NUMBER ",\"low\":" NUMBER ",\"high\":" NUMBER
    "}},\"worst_trials\":{\"$ref\":\"#/components/schemas/WorstTrials\"}}},"
    "\"SimulationPreview\":{\"type\":\"object\",\"required\":[\"trials\",\"loss\",\"exceedance\","
    "\"assets\"],\"properties\":{\"trials\":" COUNT ",\"loss\":" LOSS_REF ",\"exceedance\":" PAIRS
    ",\"assets\":" ASSETS_REF ",\"exceedance_band\":" PAIRS "}}";

const hf_resource hf_resource_simulations = {"simulations", routes, HF_COUNT(routes), schemas,
                                             NULL};
