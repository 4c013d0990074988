// SPDX-License-Identifier: Apache-2.0
//
// For those who run the server: is it alive, is it ready, how does it fare; and the API's own description.
#include "api/resource.h"

static bool get_healthz(hf_call *call, hf_error *err)
{
    (void)err;
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_json_name(&w, "status");
    hf_json_add_z(&w, "ok");
    hf_json_end_object(&w);
    return true;
}

// Ready when the store can be read. Answers come before all is warm, only later; so that is told beside it.
static bool get_readyz(hf_call *call, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    if (!hf_read_begin(call->api->store, &read, err))
        return false;
    hf_warm *warm = call->api->warm;
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_json_name(&w, "status");
    hf_json_add_z(&w, "ok");
    hf_json_name(&w, "warm");
    hf_json_add_bool(&w, warm != NULL && hf_warm_is_done(warm));
    hf_json_end_object(&w);
    return true;
}

static void metric(hf_buf *out, const char *name, const char *type, const char *help, double value)
{
    hf_buf_add_format(out, "# HELP holdfast_%s %s\n# TYPE holdfast_%s %s\nholdfast_%s ", name, help,
                      name, type, name);
    hf_buf_add_double(out, value);
    hf_buf_add_byte(out, '\n');
}

static bool may_read_metrics(const hf_call *call)
{
    hf_str header = hf_request_header(call->request, "Authorization");
    hf_str token = header.len > 7 ? hf_str_trim(hf_str_slice(header, 7, header.len)) : HF_STR_EMPTY;
    hf_str wanted = call->api->metrics_token;
    return call->request->is_loopback || call->session.actor.is_signed_in ||
           (wanted.len > 0 && hf_equal_constant_time(token, wanted));
}

static bool get_metrics(hf_call *call, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    if (!may_read_metrics(call))
        return hf_fail(
            err, HF_ERR_SIGN_IN, "access.sign_in",
            "metrics are for this machine, for accounts, and for who knows the metrics token");
    hf_known_counts known = {0};
    if (!hf_read_begin(call->api->store, &read, err) || !hf_overviews_counts(call, &known, err))
        return false;
    hf_buf *out = &call->reply->buffer;
    *out = hf_buf_of(1u << 20);
    call->reply->media_type = "text/plain; version=0.0.4; charset=utf-8";
    metric(out, "uptime_seconds", "gauge", "Time since start",
           (double)(call->session.now_ms - call->api->started_ms) / 1000);
    metric(out, "data_version", "counter", "Commits that changed register or profile",
           (double)hf_read_data_version(read));
    // How much is in the register is told to accounts only, and to each as much as it may see.
    if (call->session.actor.is_signed_in) {
        metric(out, "assets", "gauge", "Assets in the register that this account may see",
               (double)known.assets);
        metric(out, "dependencies", "gauge",
               "Dependencies in the register that this account may see",
               (double)known.dependencies);
    }
    metric(out, "event_streams", "gauge", "Clients that follow the events",
           (double)hf_stream_count(call->api->server));
    hf_str *keys = NULL;
    metric(out, "jobs_running", "gauge", "Jobs in work",
           (double)hf_jobs_running(call->api->jobs, call->arena, &keys));
    return true;
}

static bool get_openapi(hf_call *call, hf_error *err)
{
    (void)err;
    hf_answer_header(call, "ETag", call->api->openapi_etag);
    hf_answer_header(call, "Cache-Control", HF_STR("no-cache"));
    if (hf_etag_matches(hf_request_header(call->request, "If-None-Match"),
                        call->api->openapi_etag)) {
        call->reply->status = 304;
        return true;
    }
    call->reply->media_type = "application/json";
    call->reply->body = call->api->openapi;
    return true;
}

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/openapi.json",
     .id = "openapi",
     .about = "This description",
     .flags = HF_ROUTE_OPEN,
     .gives = "OpenApi",
     .status = 200,
     .problems = "304",
     .answer = get_openapi},
    {.method = HF_HTTP_GET,
     .path = "/healthz",
     .id = "healthz",
     .about = "The program is alive",
     .flags = HF_ROUTE_OPEN,
     .gives = "Status",
     .status = 200,
     .answer = get_healthz},
    {.method = HF_HTTP_GET,
     .path = "/readyz",
     .id = "readyz",
     .about = "The store can be read; warm: plan, low map zooms and overview of its present state "
              "are made",
     .flags = HF_ROUTE_OPEN,
     .gives = "Ready",
     .status = 200,
     .answer = get_readyz},
    {.method = HF_HTTP_GET,
     .path = "/metrics",
     .id = "metrics",
     .about = "Figures for Prometheus, from this machine or with a token; the register's with an "
              "account's",
     .flags = HF_ROUTE_OPEN,
     .gives_type = "text/plain",
     .status = 200,
     .problems = "401",
     .answer = get_metrics},
};

static const char schemas[] =
    "\"OpenApi\":{\"type\":\"object\",\"required\":[\"openapi\",\"paths\"]},"
    "\"Ready\":{\"type\":\"object\",\"required\":[\"status\",\"warm\"],\"properties\":{"
    "\"status\":{\"const\":\"ok\"},\"warm\":{\"type\":\"boolean\"}}},"
    "\"Status\":{\"type\":\"object\",\"required\":[\"status\"],\"properties\":{\"status\":{"
    "\"const\":\"ok\"}}}";

const hf_resource hf_resource_health = {"health", routes, HF_COUNT(routes), schemas, NULL};
