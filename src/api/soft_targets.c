// SPDX-License-Identifier: Apache-2.0
//
// The soft-target pack in one answer. The records themselves are like any others (records.c).
#include "usecase/soft_targets.h"
#include "api/resource.h"
#include "api/schema_words.h"
#include "usecase/report.h"

static bool get_soft_targets(hf_call *call, hf_error *err)
{
    hf_soft_targets targets;
    hf_soft_wanted wanted = {.region = hf_request_query(call->request, "region"),
                             .type = hf_request_query(call->request, "type"),
                             .month = (uint32_t)hf_call_count(call, "month", 0)};
    if (!hf_soft_targets_read(&call->session, &wanted, call->arena, &targets, err))
        return false;
    size_t told =
        targets.lacking_count < HF_UNPREPARED_MAX ? targets.lacking_count : HF_UNPREPARED_MAX;
    if (!hf_call_tells(call, told, err))
        return false;
    hf_answer_marking(call, targets.protection.marking);
    hf_json_writer w = hf_answer_json(call);
    hf_write_soft_targets(&targets, &w);
    return true;
}

static bool get_report(hf_call *call, hf_error *err)
{
    hf_report_request wanted = {.kind = HF_STR("soft-targets"),
                                .region = hf_request_query(call->request, "region")};
    return hf_answer_report(call, &wanted, err);
}

static const hf_param params[] = {
    {.name = "region", .about = "places of this region and all inside"},
    {.name = "type", .about = "places of this type of soft target only, such as ST05"},
    {.name = "month",
     .type = HF_PARAM_INTEGER,
     .min = 1,
     .max = 12,
     .about = "people by hour of the places whose season it is"},
    HF_PARAM_LANG,
    HF_NO_PARAMS,
};

static const hf_param report_params[] = {
    {.name = "region", .about = "places of this region and all inside"},
    HF_PARAM_LANG,
    HF_PARAM_REPORT_FORMAT,
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/soft-targets",
     .id = "soft_targets",
     .about = "Open places by type: people at the mean, at the peak and by hour, what was done to "
              "prepare them and whether it still stands, and the places that lack something",
     .params = params,
     .gives = "SoftTargets",
     .status = 200,
     .problems = "400 404",
     .answer = get_soft_targets},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/soft-targets/report",
     .id = "softTargetsReport",
     .about = "The same as one printable page, or as the file of another format",
     .params = report_params,
     .gives_type = "*/*",
     .status = 200,
     .problems = "404",
     .answer = get_report},
};

#define PREPARED                                                                                   \
    OBJECT("\"kind\":" TEXT ",\"never\":" COUNT ",\"overdue\":" COUNT ",\"current\":" COUNT)
#define TYPE                                                                                       \
    OBJECT("\"code\":" TEXT ",\"name\":" TEXT ",\"places\":" COUNT ",\"with_hours\":" COUNT        \
           ",\"with_mean\":" COUNT ",\"with_peak\":" COUNT ",\"people_mean\":" COUNT               \
           ",\"people_peak\":" COUNT ",\"lacking\":" COUNT ",\"to_mend\":" COUNT                   \
           ",\"mend_overdue\":" COUNT ",\"kinds\":" LIST(PREPARED))
#define HOURS                                                                                      \
    OBJECT("\"month\":" MAYBE_NUMBER ",\"places\":" COUNT ",\"out_of_season\":" COUNT              \
           ",\"unknown\":" COUNT ",\"people\":" LIST("{\"type\":\"number\"}"))
#define LACK OBJECT("\"kind\":" TEXT ",\"state\":" TEXT ",\"due_at\":" MAYBE_TEXT)
#define PLACE                                                                                      \
    OBJECT("\"key\":" TEXT ",\"name\":" TEXT ",\"region\":" TEXT ",\"type\":" TEXT                 \
           ",\"people_mean\":" MAYBE_NUMBER ",\"people_peak\":" MAYBE_NUMBER                       \
           ",\"lacks\":" LIST(LACK))
#define ASKED OBJECT("\"kind\":" TEXT ",\"provisions\":" TEXTS)

static const char schemas[] =
    "\"SoftTargets\":{\"type\":\"object\",\"required\":[\"kinds\",\"all\",\"types\",\"hours\","
    "\"lacking_count\",\"lacking\"],\"properties\":{\"kinds\":" LIST(
        ASKED) ",\"all\":" TYPE ",\"types\":" LIST(TYPE) ",\"hours\":" HOURS
                                                         ",\"lacking_count\":" COUNT
                                                         ",\"lacking\":" LIST(PLACE) "}}";

const hf_resource hf_resource_soft_targets = {"soft_targets", routes, HF_COUNT(routes), schemas,
                                              NULL};
